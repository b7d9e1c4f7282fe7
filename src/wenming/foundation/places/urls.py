from django.urls import path

from wenming.foundation.places import bulk_views, region_views, views

app_name = "places"
urlpatterns = [
    path("", views.points, name="points"),
    path("points.geojson", views.pins, name="pins"),
    path("regions.geojson", views.regions_geojson, name="regions_geojson"),
    path("new/", views.register, name="register"),
    path("bulk/", bulk_views.bulk, name="bulk"),
    path("bulk/undo/", bulk_views.undo_bulk, name="undo_bulk"),
    path("regions/", region_views.regions, name="regions"),
    path("regions/<int:code>/", region_views.region, name="region"),
    path("regions/<int:code>/add/", region_views.add, name="add_region"),
    path("regions/<int:code>/restore/", region_views.restore, name="restore_region"),
    path("<uuid:public_id>/change/", views.change, name="change"),
    path("<uuid:public_id>/restore/", bulk_views.restore, name="restore"),
]
