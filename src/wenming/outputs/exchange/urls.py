from django.urls import path

from wenming.outputs.exchange import import_views, views

app_name = "exchange"
urlpatterns = [
    path("imports/", import_views.start, name="imports"),
    path("imports/<uuid:public_id>/", import_views.arrange, name="arrange"),
    path("imports/runs/<uuid:public_id>/", import_views.run, name="run"),
    path("imports/runs/<uuid:public_id>/take/", import_views.take, name="take"),
    path("keys/", views.keys, name="keys"),
    path("keys/<uuid:public_id>/revoke/", views.revoke, name="revoke"),
]
