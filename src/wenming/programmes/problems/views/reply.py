"""Answering by a link: look, photograph, say how, done. Works in WeChat's browser, without scripts and without cookies."""

import re
import unicodedata
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenming.engines.loop.errors import EvidenceMissing
from wenming.foundation.files import services as files
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.errors import TextTooLong
from wenming.programmes.problems.models import ReplyLink
from wenming.programmes.problems.services.links import holder
from wenming.programmes.problems.views.link_doors import by_link
from wenming.programmes.problems.views.link_page import (
    NOTE_CHARS_MAX,
    QUICK_NOTES,
    Typed,
    can_ask,
    context_of,
    page_url,
    phase_of,
)

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,40}")
PK_DIGITS_MAX: Final = 18
_PAGES: Final = {
    Action.ASK_EXTENSION: "extension",
    Action.ASK_HANDBACK: "handback",
    Action.ASK_EXEMPTION: "exemption",
}


@by_link("GET", "HEAD")
def reply(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    return render(request, "problems/link/reply.html", context_of(request, link))


@by_link("GET", "HEAD", "POST")
def answer(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    """Reports the problem back. The same key gives the same answer, and its photos are not stored twice."""
    key = _key_of(request)
    if request.method != "POST" or _is_answered(link, key):
        return redirect(page_url(request, link))
    typed = _typed(request)
    try:
        _check(request, typed)
        drafts = files.photo_drafts(request.FILES.getlist("photos"), meta=request.POST.get("photos_meta", ""))
        # Where it is not the unit's turn the answer is refused below, and its photos must not fill the disk.
        photos = files.receive_photos(drafts, by=holder(link)) if phase_of(link) == "answer" else []
        services.answer_by_link(link, photos=tuple(photos), note=_note_of(typed), key=key)
    except DomainError as error:
        return _again(request, link, "problems/link/reply.html", error, typed)
    return redirect(page_url(request, link))


@by_link("GET", "HEAD", "POST")
def sign(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    key = _key_of(request)
    if request.method == "POST" and not _is_answered(link, key):
        try:
            services.ask_by_link(link, action=Action.SIGN, reason="", key=key)
        except DomainError as error:
            return _again(request, link, "problems/link/reply.html", error, Typed())
    return redirect(page_url(request, link))


@by_link("GET", "HEAD", "POST")
def extension(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    return _request_page(request, link, Action.ASK_EXTENSION)


@by_link("GET", "HEAD", "POST")
def handback(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    return _request_page(request, link, Action.ASK_HANDBACK)


@by_link("GET", "HEAD", "POST")
def exemption(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    """An appeal against lateness, before the answer or after it."""
    return _request_page(request, link, Action.ASK_EXEMPTION)


@by_link("GET", "HEAD", "POST")
def explain(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    """The unit's words to what is asked about its photos."""
    if request.method != "POST":
        return redirect(page_url(request, link))
    typed = _typed(request)
    asked = request.POST.getlist("flag")
    flag_ids = [int(pk) for pk in asked if pk.isascii() and pk.isdecimal() and len(pk) <= PK_DIGITS_MAX]
    try:
        services.explain_by_link(link, flag_ids=flag_ids, text=typed.reason)
    except DomainError as error:
        return _again(request, link, "problems/link/reply.html", error, typed)
    return redirect(page_url(request, link))


@by_link("GET", "HEAD", "POST")
def residents(request: HttpRequest, link: ReplyLink) -> HttpResponse:
    """The unit's words to residents who say that it is not solved."""
    key = _key_of(request)
    if request.method != "POST" or _is_answered(link, key):
        return redirect(page_url(request, link))
    typed = _typed(request)
    try:
        services.ask_by_link(link, action=Action.ANSWER, reason=typed.reason, key=key)
    except DomainError as error:
        return _again(request, link, "problems/link/reply.html", error, typed)
    return redirect(page_url(request, link))


def _request_page(request: HttpRequest, link: ReplyLink, action: Action) -> HttpResponse:
    """A form of its own for each request; where none can be made now, the page of the problem says why."""
    template = f"problems/link/{_PAGES[action]}.html"
    if request.method != "POST":
        if not can_ask(link, action):
            return redirect(page_url(request, link))
        return render(request, template, context_of(request, link))
    key = _key_of(request)
    if _is_answered(link, key):
        return redirect(page_url(request, link))
    typed = _typed(request)
    value = int(typed.value) if re.fullmatch(r"[0-9]{1,4}", typed.value) else None
    try:
        services.ask_by_link(link, action=action, reason=typed.reason, extension_value=value, key=key)
    except DomainError as error:
        link.problem.refresh_from_db()
        page = template if can_ask(link, action) else "problems/link/reply.html"
        return _again(request, link, page, error, typed)
    return redirect(page_url(request, link))


def _again(request: HttpRequest, link: ReplyLink, template: str, error: DomainError, typed: Typed) -> HttpResponse:
    """The page again with what is wrong and what was typed, over the problem as it stands now."""
    link.problem.refresh_from_db()
    context = context_of(request, link, error=error, typed=typed)
    return render(request, template, context, status=error.status)


def _key_of(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    return key if _KEY.fullmatch(key) else ""


def _is_answered(link: ReplyLink, key: str) -> bool:
    return bool(key) and link.problem.events.filter(idempotency_key=key).exists()


def _typed(request: HttpRequest) -> Typed:
    data = request.POST
    return Typed(
        note=_clean(data.get("note", "")),
        quick=tuple(key for key in QUICK_NOTES if key in data.getlist("quick")),
        reason=_clean(data.get("reason", "")),
        value=_clean(data.get("value", ""))[:10],
    )


def _clean(text: str) -> str:
    """Without control characters, which no database keeps alike; lines stay lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(c for c in line if unicodedata.category(c) != "Cc") for line in lines).strip()


def _check(request: HttpRequest, typed: Typed) -> None:
    """Before anything is stored or signed. Raises EvidenceMissing, TextTooLong."""
    if len(typed.note) > NOTE_CHARS_MAX:
        raise TextTooLong(most=NOTE_CHARS_MAX, fields={"note": _("请缩短处理说明。")})
    fields = {}
    missing = []
    if not request.FILES.getlist("photos"):
        fields["photos"], missing = _("请拍一张整改后的照片。"), [_("整改后照片")]
    if not typed.note and not typed.quick:
        fields["note"] = _("请点选或者填写怎么处理的。")
        missing.append(_("处理说明"))
    if missing:
        raise EvidenceMissing(action=Action.REPORT_BACK.label, missing=_("、").join(missing), fields=fields)


def _note_of(typed: Typed) -> str:
    """The words that were ticked and what was typed, in the language of the house: others read it later."""
    with override("zh-hans"):
        ticked = "、".join(str(QUICK_NOTES[key]) for key in typed.quick)
    if not ticked:
        return typed.note
    return f"{ticked}。{typed.note}"
