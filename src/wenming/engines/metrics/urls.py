from django.urls import path

from wenming.engines.metrics import views
from wenming.engines.metrics.views_declared import confirm, declaration, declarations, declare, withdraw

app_name = "metrics"
urlpatterns = [
    path("", views.figures, name="list"),
    path("declared/", declarations, name="declarations"),
    path("declared/new/", declare, name="declare"),
    path("declared/<uuid:public_id>/", declaration, name="declaration"),
    path("declared/<uuid:public_id>/confirm/", confirm, name="confirm"),
    path("declared/<uuid:public_id>/withdraw/", withdraw, name="withdraw"),
    path("<str:key>/", views.figure, name="figure"),
]
