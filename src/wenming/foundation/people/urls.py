from django.urls import path

from wenming.foundation.people import views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("grant/", views.switch_grant, name="switch_grant"),
]
