from django.urls import path

from wenming.outputs.exchange import hook_views, import_views, views

app_name = "exchange"
urlpatterns = [
    path("imports/", import_views.start, name="imports"),
    path("imports/<uuid:public_id>/", import_views.arrange, name="arrange"),
    path("imports/runs/<uuid:public_id>/", import_views.run, name="run"),
    path("imports/runs/<uuid:public_id>/take/", import_views.take, name="take"),
    path("keys/", views.keys, name="keys"),
    path("keys/<uuid:public_id>/revoke/", views.revoke, name="revoke"),
    path("hooks/", hook_views.hook_list, name="hooks"),
    path("hooks/<uuid:public_id>/", hook_views.hook, name="hook"),
    path("hooks/<uuid:public_id>/pause/", hook_views.pause, name="pause_hook"),
    path("hooks/<uuid:public_id>/resume/", hook_views.resume, name="resume_hook"),
    path("hooks/<uuid:public_id>/remove/", hook_views.remove, name="remove_hook"),
    path("hooks/<uuid:public_id>/<int:event_id>/again/", hook_views.send_again, name="send_again"),
]
