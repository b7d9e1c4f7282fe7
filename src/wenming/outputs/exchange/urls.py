from django.urls import path

from wenming.outputs.exchange import views

app_name = "exchange"
urlpatterns = [
    path("keys/", views.keys, name="keys"),
    path("keys/<uuid:public_id>/revoke/", views.revoke, name="revoke"),
]
