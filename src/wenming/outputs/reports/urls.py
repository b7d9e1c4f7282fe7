from django.urls import path

from wenming.outputs.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("verify/", views.verify, name="verify"),
    path("<str:period>/", views.report, name="report"),
    path("<str:period>/figures/<str:key>/", views.panel, name="panel"),
    path("<str:period>/export/", views.export, name="export"),
]
