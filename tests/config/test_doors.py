"""Every door × every role from a foreign county. What is not refused stands in a table with its reason."""

from collections.abc import Iterator
from html import unescape
from http import HTTPStatus
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests.config.city import MARK, City, Door, doors, make_city, make_stranger
from tests.factories.people import make_acting
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import permission_of
from wenming.foundation.people.enums import Role
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import User
from wenming.programmes.problems.models import Problem

pytestmark = pytest.mark.django_db

REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}

# Doors that no permission guards, each with its reason.
OPEN = {
    "home": "leads to the desk, which asks who is there",
    "alive": "asked by what watches the server; says the version and nothing else",
    "ready": "asked by what watches the server; says nothing else",
    "metrics": "asked by what watches the server, with its token or, in development, from this machine",
    "switch_language": "a cookie of the visitor's own",
    "specimen": "the look itself, with invented words",
    "people:sign_in": "where strangers sign in",
    "people:sign_in_code": "the second step of signing in, for whoever has shown the password",
    "people:sign_out": "ends the visitor's own session",
    "people:switch_grant": "takes none but the visitor's own grants",
    "appeals:answers": "what was answered in public with the person's consent, and nothing of the person",
    "files:published": "asks the programme that the photo belongs to",
    "places:regions_geojson": "public outlines of divisions",
    "residents:report": "anybody may report a problem; limited, and nothing is shown",
    "residents:track": "leads who has a tracking code to its page; wrong codes are limited",
    "residents:progress": "the tracking code is the permission, to read how one report goes on",
    "residents:solved": "the tracking code is the permission, to say once for each closing whether it is solved",
    "residents:near": "what the office published, for everybody",
    "residents:city": "what the office published, for everybody",
    "residents:points": "what the office published, for everybody",
    "residents:feed": "what the office published, for everybody",
    "residents:shown": "what the office published, for everybody; withdrawn is gone",
    "links:reply": "the token is the permission, for one problem and one unit",
    "links:answer": "the token is the permission",
    "links:sign": "the token is the permission",
    "links:extension": "the token is the permission",
    "links:handback": "the token is the permission",
    "links:exemption": "the token is the permission",
    "links:explain": "the token is the permission",
    "links:residents": "the token is the permission",
    "links:map": "the token is the permission",
    "links:pin": "the token is the permission",
    "order_links:order": "the token is the permission, for the orders that list its problem",
}

# Things that belong to the whole city, so that a county is no stranger to them; by permission only.
CITY_WIDE = {
    "files:document": "source files of the city's figures, for the roles that may open documents; each reading is audited",
    "people:person": "accounts are administered for the whole city",
    "people:grant": "grants are given for the whole city, by the security administrator alone",
    "people:deactivate": "accounts are administered for the whole city",
    "people:activate": "accounts are administered for the whole city",
    "people:unlock": "accounts are administered for the whole city",
    "people:end_sessions": "accounts are administered for the whole city",
    "people:reset": "accounts are administered for the whole city",
    "people:reset_factor": "accounts are administered for the whole city",
    "people:confirm_grant": "grants are confirmed for the whole city",
    "people:revoke_grant": "grants are revoked for the whole city, by the security administrator alone",
    "people:unit": "units are no secret among staff; changed by the system administrator alone",
    "people:close_unit": "units are administered for the whole city",
    "people:reopen_unit": "units are administered for the whole city",
    "people:merge_unit": "units are administered for the whole city",
    "people:merger": "units are administered for the whole city",
    "people:undo_merger": "units are administered for the whole city",
    "people:move_grants": "grants are moved for the whole city, by the security administrator alone",
    "places:region": "divisions are the same for all; changed by the system administrator alone",
    "places:add_region": "divisions are changed by the system administrator alone",
    "places:restore_region": "divisions are changed by the system administrator alone",
    "dossiers:detail": "what inspections found in the city's office itself, for its own people",
    "dossiers:act": "what inspections found in the city's office itself, for its own people",
    "loop:flow": "the rules of the loop are the same for all",
    "loop:words": "the words are the same for all; changed by the city office alone",
    "loop:restore_words": "the words are changed by the city office alone",
    "metrics:figure": "a figure's definition is public among staff; its rows are filtered",
    "metrics:declaration": "declared figures are the city's own",
    "metrics:confirm": "declared figures are the city's own",
    "metrics:withdraw": "declared figures are the city's own",
    "standards:standard_diff": "the standard is the same for all",
    "standards:catalogue_diff": "the catalogue is the same for all",
    "standards:publish_standard": "the standard is the city's own",
    "standards:publish_catalogue": "the catalogue is the city's own",
    "standards:restore_catalogue": "the catalogue is the city's own",
    "standards:discard_catalogue": "the catalogue is the city's own",
    "standards:type": "types are the same for all; changed by the city office alone",
    "standards:retire_type": "types are changed by the city office alone",
    "standards:bring_back_type": "types are changed by the city office alone",
    **dict.fromkeys(
        ("papers:detail", "papers:texts", "papers:sign", "papers:withdraw", "papers:docx", "papers:pdf"),
        "the city's own papers, for the city's staff; a unit sees what was sent to it",
    ),
    **dict.fromkeys(
        ("papers:add_template", "papers:restore_template", "papers:template_file", "papers:try_version"),
        "how the city's papers look is the city's own",
    ),
    "standings:new": "by what units are evaluated is the city's own",
    "standings:edit": "by what units are evaluated is the city's own",
    "people:remove_group": "which units are compared is the city's own",
    "reports:report": "the city's own report, for those who write and read it",
    "reports:panel": "the city's own report",
    "reports:export": "the city's own report",
    "reports:sign": "the city's own report",
    "reports:issue_pdf": "the city's own report",
    "reports:edition": "the city's own report",
    "reports:edition_file": "the city's own report",
    "reports:edition_prov": "the city's own report; ids and digests only",
}


def path_of(door: Door, city: City) -> str:
    if not door.arguments:
        return reverse(door.name)
    known = city.arguments()
    assert door.name in known, f"{door.name}: say in tests/config/city.py which thing of the county it leads to"
    return reverse(door.name, kwargs=known[door.name])


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def visits(client: Client, city: City, chosen: list[Door]) -> Iterator[tuple[str, str, Any]]:
    """(door, method, answer) of looking at each door and of posting to it."""
    for door in chosen:
        path = path_of(door, city)
        yield door.name, "GET", client.get(path)
        yield door.name, "POST", client.post(path, city.payloads().get(door.name, {}))


def is_sign_in(response: Any) -> bool:
    return response.status_code == HTTPStatus.FOUND and response.url.startswith(reverse("people:sign_in"))


def body(response: Any) -> str:
    """What is written in the answer; in a workbook or a document, in all of its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return unescape(content.decode(errors="replace"))


def test_every_door_has_a_name() -> None:
    names = [door.name for door in doors()]
    assert sorted(names) == sorted(set(names))
    assert [name for name in names if "<" in name] == []


def test_every_door_asks_for_a_permission_or_says_why_not() -> None:
    unguarded = {door.name for door in doors() if permission_of(door.view) is None}
    assert unguarded == set(OPEN)


def test_tables_name_only_doors_that_are_there() -> None:
    names = {door.name for door in doors()}
    assert (OPEN.keys() | CITY_WIDE.keys()) - names == set()


def test_strangers_without_an_account_are_sent_to_sign_in() -> None:
    city = make_city()
    guarded = [door for door in doors() if door.name not in OPEN]
    wrong = [
        (name, method, response.status_code)
        for name, method, response in visits(Client(), city, guarded)
        if not is_sign_in(response) and response.status_code not in REFUSED
    ]
    assert wrong == []


def test_photo_is_no_strangers() -> None:
    city = make_city()
    path = reverse("files:published", kwargs={"public_id": city.photo})
    for client in (Client(), *(enter(make_stranger(role)) for role in Role)):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", Role)
def test_things_of_a_county_are_refused_to_another(role: Role) -> None:
    city = make_city()
    before = list(Problem.objects.order_by("pk").values())
    chosen = [door for door in doors() if door.arguments and door.name not in OPEN.keys() | CITY_WIDE.keys()]
    wrong = [
        (name, method, response.status_code)
        for name, method, response in visits(enter(make_stranger(role)), city, chosen)
        if response.status_code not in REFUSED
    ]
    assert wrong == []
    assert list(Problem.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("role", Role)
def test_lists_show_nothing_of_another_county(role: Role) -> None:
    city = make_city()
    before = list(Problem.objects.order_by("pk").values())
    chosen = [door for door in doors() if door.name in CITY_WIDE or (not door.arguments and door.name not in OPEN)]
    wrong = [
        (name, method, response.status_code)
        for name, method, response in visits(enter(make_stranger(role)), city, chosen)
        # What one typed oneself may come back, and the audit log is the installation's, for its one reader.
        if MARK in body(response)
        and (name, method) != ("places:register", "POST")
        and (name, role) != ("people:audit", Role.AUDITOR)
    ]
    assert wrong == []
    assert list(Problem.objects.order_by("pk").values()) == before


def test_the_county_itself_sees_what_the_others_do_not() -> None:
    """Or the tests above would pass on an empty city."""
    city = make_city()
    for role in Role:
        assert not make_stranger(role).scope.covers(city.problem)
    own = enter(make_acting(Role.COUNTY))
    for name in ("problems:list", "places:points", "desk:home", "appeals:list", "appeals:meetings"):
        assert MARK in body(own.get(reverse(name))), name
    assert MARK in body(own.post(reverse("problems:export"), city.payloads()["problems:export"]))
    for name in ("problems:detail", "places:change", "problems:point", "appeals:detail", "appeals:meeting"):
        response = own.get(reverse(name, kwargs=city.arguments()[name]))
        assert (response.status_code, MARK in body(response)) == (HTTPStatus.OK, True), name
