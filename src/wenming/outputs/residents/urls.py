from django.urls import path

from wenming.outputs.residents.views import city, filing, tracking, voicing

app_name = "residents"
urlpatterns = [
    path("", filing.report, name="report"),
    path("near/", filing.near, name="near"),
    path("city/", city.board, name="city"),
    path("city.atom", city.feed, name="feed"),
    path("city.json", city.points, name="points"),
    path("p/<uuid:public_id>/", city.shown, name="shown"),
    path("track/", tracking.ask, name="track"),
    path("t/<str:code>/", tracking.progress, name="progress"),
    path("t/<str:code>/solved/", voicing.solved, name="solved"),
]
