from django.urls import path

from wenming.outputs.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("verify/", views.verify, name="verify"),
    path("issues/<int:issue_id>/sign/", views.sign, name="sign"),
    path("issues/<int:issue_id>/pdf/", views.issue_pdf, name="issue_pdf"),
    path("editions/<uuid:public_id>/", views.edition, name="edition"),
    path("editions/<uuid:public_id>/file/", views.edition_file, name="edition_file"),
    path("editions/<uuid:public_id>/prov/", views.edition_prov, name="edition_prov"),
    path("<str:period>/", views.report, name="report"),
    path("<str:period>/figures/<str:key>/", views.panel, name="panel"),
    path("<str:period>/export/", views.export, name="export"),
]
