from django.urls import path

from wenming.foundation.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read", views.mark_read, name="mark_read"),
]
