from django.urls import path

from wenming.programmes.problems.views import (
    bulk,
    detail,
    export,
    inbox,
    intake,
    listing,
    maps,
    points,
    review,
    routing,
    site,
)

app_name = "problems"
urlpatterns = [
    path("", listing.problems, name="list"),
    path("new/", intake.new, name="new"),
    path("new/duplicates/", intake.duplicates, name="duplicates"),
    path("new/points/", intake.point_options, name="point_options"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("review/", review.review, name="review"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("print/", listing.printed, name="print"),
    path("routing/", routing.rules, name="routing"),
    path("routing/act/", routing.act, name="routing_act"),
    path("routing/rule/", routing.rule, name="routing_rule"),
    path("routing/restore/", routing.restore, name="routing_restore"),
    path("routing/trial/", routing.trial, name="routing_trial"),
    path("export/", export.export, name="export"),
    path("map.json", maps.points, name="map"),
    path("site/", site.draws, name="draws"),
    path("site/<uuid:public_id>/", site.draw, name="draw"),
    path("site/<uuid:public_id>/sample/", site.draw_sample, name="draw_sample"),
    path("site/<uuid:public_id>/return/<int:unit_id>/", site.return_batch, name="return_batch"),
    path("site/visits/<int:pk>/", site.visit, name="visit"),
    path("points/<uuid:public_id>/", points.point, name="point"),
    path("<uuid:public_id>/", detail.detail, name="detail"),
    path("<uuid:public_id>/act/", detail.act, name="act"),
    path("<uuid:public_id>/link/", detail.link, name="link"),
]
