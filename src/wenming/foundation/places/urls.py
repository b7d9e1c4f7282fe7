from django.urls import path

from wenming.foundation.places import views

app_name = "places"
urlpatterns = [
    path("", views.points, name="points"),
    path("points.geojson", views.pins, name="pins"),
    path("regions.geojson", views.regions_geojson, name="regions_geojson"),
    path("new/", views.register, name="register"),
    path("<uuid:public_id>/change/", views.change, name="change"),
]
