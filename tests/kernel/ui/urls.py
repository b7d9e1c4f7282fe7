"""Enough doors for the frame to be drawn without any app."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from wenming.kernel.ui import specimen


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("", nothing, name="home"),
    path("-/language", nothing, name="switch_language"),
    path("problems/", nothing, name="problems"),
    path("problems/late/", nothing, name="late"),
    path("specimen/", specimen.specimen, name="specimen"),
]
