from django.urls import path

from wenming.foundation.files import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:public_id>.jpg", views.published, name="published"),
    path("files/<uuid:public_id>/document", views.document, name="document"),
]
