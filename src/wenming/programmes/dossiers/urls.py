from django.urls import path

from wenming.programmes.dossiers.views import chain, pages

app_name = "dossiers"
urlpatterns = [
    path("", pages.dossiers, name="list"),
    path("new/", pages.new, name="new"),
    path("chain/", chain.chain, name="chain"),
    path("chain/restore/", chain.restore, name="restore_chain"),
    path("<uuid:public_id>/", pages.detail, name="detail"),
    path("<uuid:public_id>/act/", pages.act, name="act"),
]
