"""Enough doors for the frame to be drawn without any app, and a page that sends things."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import path

from wenming.kernel.errors import Conflict
from wenming.kernel.ui import specimen

SENDING = """{% extends "kernel/phone.html" %}{% load wm %}{% block content %}
<button id="ask" hx-post="/refuse/" hx-target="#kept">问</button><p id="kept">原样</p>
<button id="sure" hx-post="/refuse/" hx-target="#kept" hx-confirm="退回这件整改？">退</button>
<form id="send" method="post" action="/receive/" enctype="multipart/form-data" data-upload data-draft="a" data-guard>
{% csrf_token %}<label>说明<textarea name="note"></textarea></label>
{% include "kernel/_photo.html" with name="photos" label="拍整改后" %}<button class="btn btn--primary">报</button></form>
<form id="slow" method="post" action="/slow/">{% csrf_token %}<button>慢</button></form>
{% endblock %}"""


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def sending(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(SENDING).render({}, request))


def refuse(request: HttpRequest) -> HttpResponse:
    error = Conflict()
    return render(request, "kernel/error_toast.html", {"message": str(error), "error": error}, status=error.status)


def receive(request: HttpRequest) -> HttpResponse:
    photos = ",".join(photo.name for photo in request.FILES.getlist("photos"))
    return redirect(f"/received/?note={request.POST['note']}&photos={photos}")


urlpatterns = [
    path("", nothing, name="home"),
    path("-/language", nothing, name="switch_language"),
    path("problems/", nothing, name="problems"),
    path("problems/late/", nothing, name="late"),
    path("specimen/", specimen.specimen, name="specimen"),
    path("sending/", sending),
    path("refuse/", refuse),
    path("receive/", receive),
    path("received/", nothing),
    path("slow/", nothing),
]
