"""Reporting a problem with a phone, without an account."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from tests.factories import people
from tests.factories.people import make_acting
from tests.factories.places import MIDDLE
from tests.outputs.residents.phones import Phone, jpeg
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.enums import Role
from wenming.kernel.actors import ActorKind
from wenming.outputs.residents import guard
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import Channel, PhotoMoment, State
from wenming.programmes.problems.models import Problem


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_report_files_a_problem_to_be_checked(phone: Phone) -> None:
    response = phone.report()
    problem = Problem.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("residents:progress", args=[problem.tracking_code]) + "?done=1"
    assert (problem.state, problem.channel, problem.filed_at) == (State.REPORTED, Channel.RESIDENT, None)
    assert (problem.type_code, problem.title) == ("E0110", problem.type_name)
    assert (problem.description, problem.address, problem.town_code) == ("两侧散落垃圾袋", "文昌路口", people.TOWN)
    photo = problem.photos.get()
    assert (photo.moment, photo.file.actor_kind) == (PhotoMoment.BEFORE, ActorKind.RESIDENT)
    event = problem.events.get()
    assert (event.action, event.actor_kind, event.unit_id) == ("report", ActorKind.RESIDENT, None)


def test_report_is_seen_by_the_county_it_lies_in(phone: Phone) -> None:
    phone.report()
    assert selectors.inbox(make_acting(Role.COUNTY)).count() == 1
    assert selectors.inbox(make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY)).count() == 0


def test_page_sets_no_cookie_and_names_no_other_host(phone: Phone) -> None:
    for response in (phone.open("report"), phone.open("track"), phone.report()):
        assert response.cookies == {}
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert b"http" not in response.content.replace(b"http-equiv", b"")


def test_report_keeps_no_name_of_a_person_nor_an_address_of_the_network(phone: Phone) -> None:
    phone.report()
    key = Problem.objects.get().source_key
    assert set(StoredFile.objects.values_list("actor_id", flat=True)) == {key}
    assert set(AuditRecord.objects.filter(actor_kind=ActorKind.RESIDENT).values_list("actor_id", flat=True)) == {key}


def test_report_twice_files_once(phone: Phone) -> None:
    form = phone.form()
    first, again = phone.post("report", **form), phone.post("report", **form | {"photos": [jpeg()]})
    assert first.url == again.url
    assert (Problem.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_report_takes_an_answer_once(phone: Phone) -> None:
    proof = phone.form()["proof"]
    assert phone.report(proof=proof).status_code == 302
    refused = phone.report(proof=proof)
    assert (refused.status_code, Problem.objects.count()) == (400, 1)
    assert "没有通过防刷验证" in refused.content.decode()
    assert StoredFile.objects.count() == 1


def test_report_without_scripts_is_taken_a_few_times_an_hour(phone: Phone) -> None:
    most = guard.BARE.at_once
    answers = [phone.report(proof="").status_code for _n in range(most + 1)]
    assert answers == [302] * most + [429]
    assert phone.report().status_code == 302


def test_report_with_proofs_is_bounded_too(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PROVED", replace(guard.PROVED, at_once=1))
    first, second = phone.report(), phone.report()
    assert (first.status_code, second.status_code) == (302, 429)
    assert int(second["Retry-After"]) > 0


def test_report_without_photo_needs_words(phone: Phone) -> None:
    refused = phone.report(photos=[], text=" ")
    assert (refused.status_code, Problem.objects.count()) == (400, 0)
    assert 'href="#id_text"' in refused.content.decode()
    assert phone.report(photos=[]).status_code == 302


def test_report_without_a_place_is_refused(phone: Phone) -> None:
    refused = phone.report(lat="", lon="", address="")
    assert (refused.status_code, Problem.objects.count()) == (400, 0)
    assert 'href="#id_address"' in refused.content.decode()


def test_report_by_address_lies_in_the_chosen_town(phone: Phone) -> None:
    phone.report(lat="", lon="", region=people.TOWN)
    problem = Problem.objects.get()
    assert (problem.is_unlocated, problem.town_code, problem.address) == (True, people.TOWN, "文昌路口")


def test_report_ignores_a_region_that_is_no_town(phone: Phone) -> None:
    phone.report(lat="", lon="", region=people.COUNTY)
    assert Problem.objects.get().county_code is None


def test_report_outside_the_city_is_refused(phone: Phone) -> None:
    refused = phone.report(lat=20, lon=100)
    assert (refused.status_code, Problem.objects.count()) == (400, 0)
    assert "不像在本市" in refused.content.decode()


@pytest.mark.parametrize("change", [{"lat": "abc"}, {"lat": "nan"}, {"key": "x"}, {"key": ""}, {"lat": "91"}])
def test_report_refuses_what_no_form_sends(phone: Phone, change: dict[str, Any]) -> None:
    assert phone.report(**change).status_code == 400
    assert Problem.objects.count() == 0


def test_report_without_a_known_type_is_named_by_its_words(phone: Phone) -> None:
    phone.report(type="E9999", text="井盖松动，踩上去响\n在人行道上")
    problem = Problem.objects.get()
    assert (problem.type_id, problem.title) == (None, "井盖松动，踩上去响")


def test_report_with_a_photo_alone_has_a_title(phone: Phone) -> None:
    phone.report(type="", text="")
    assert Problem.objects.get().title == "居民上报的问题"


def test_report_takes_what_the_phone_read_of_the_photo(phone: Phone) -> None:
    lat, lon = MIDDLE[people.TOWN]
    phone.report(photos_meta=json.dumps([{"taken_at": "2026-11-24T08:15:00", "lat": lat, "lon": lon}]))
    assert StoredFile.objects.get().lat == lat


def test_refused_photo_files_nothing(phone: Phone) -> None:
    broken = jpeg()
    broken.file.truncate(40)
    refused = phone.report(photos=[broken])
    assert (refused.status_code, Problem.objects.count()) == (400, 0)


def test_page_asks_a_number_of_statements_that_does_not_grow(phone: Phone) -> None:
    phone.open("report")
    with assertNumQueries(4):
        phone.open("report")
    phone.report()
    phone.report(type="E0102")
    with assertNumQueries(4):
        phone.open("report")


def test_page_speaks_english_by_its_address(phone: Phone) -> None:
    response = phone.open("report", language="en")
    assert response["Content-Language"] == "en"
    assert "Take or choose a photo" in response.content.decode()
