from django.urls import path

from wenming.outputs.desk import views

app_name = "desk"
urlpatterns = [path("", views.home, name="home")]
