from django.urls import path

from wenming.programmes.problems.views import link_map, reply

app_name = "links"
urlpatterns = [
    path("<str:token>/", reply.reply, name="reply"),
    path("<str:token>/answer/", reply.answer, name="answer"),
    path("<str:token>/sign/", reply.sign, name="sign"),
    path("<str:token>/extension/", reply.extension, name="extension"),
    path("<str:token>/handback/", reply.handback, name="handback"),
    path("<str:token>/exemption/", reply.exemption, name="exemption"),
    path("<str:token>/explain/", reply.explain, name="explain"),
    path("<str:token>/residents/", reply.residents, name="residents"),
    path("<str:token>/map/", link_map.place, name="map"),
    path("<str:token>/pin.geojson", link_map.pin, name="pin"),
]
