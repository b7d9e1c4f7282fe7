from django.urls import path

from wenming.outputs.standings import views, views_definitions

app_name = "standings"
urlpatterns = [
    path("", views.table, name="table"),
    path("standings.xlsx", views.workbook, name="workbook"),
    path("definitions/", views_definitions.listing, name="definitions"),
    path("definitions/new/<str:along>/", views_definitions.new, name="new"),
    path("definitions/restore/", views_definitions.restore, name="restore"),
    path("definitions/<slug:key>/", views_definitions.edit, name="edit"),
]
