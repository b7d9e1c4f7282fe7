from django.urls import path

from wenming.outputs.residents.views import filing, tracking, voicing

app_name = "residents"
urlpatterns = [
    path("", filing.report, name="report"),
    path("track/", tracking.ask, name="track"),
    path("t/<str:code>/", tracking.progress, name="progress"),
    path("t/<str:code>/solved/", voicing.solved, name="solved"),
]
