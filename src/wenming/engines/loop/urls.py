from django.urls import path

from wenming.engines.loop import views

app_name = "loop"
urlpatterns = [
    path("", views.flows, name="flows"),
    path("<slug:name>/", views.flow, name="flow"),
]
