"""What proposes the type of a problem: trained on closed cases, switched by the office, counted."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.places import make_city
from tests.factories.problems import Cast, make_problem
from tests.factories.standards import make_catalogue
from tests.programmes.problems.desk import as_
from wenming.engines.triage.errors import TooFewClasses
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.people.enums import Role
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel import clock
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.errors import TypeModelMissing
from wenming.programmes.problems.models import Problem, TypeModel, TypeProposal
from wenming.programmes.problems.services import type_models
from wenming.programmes.standards.selectors import types_by_code

pytestmark = pytest.mark.django_db

SAID = ("垃圾桶满溢没人清运", "路灯不亮灯杆倾斜")


@pytest.fixture
def cast() -> Cast:
    make_city()
    make_catalogue()
    return Cast()


def two_codes() -> tuple[str, str]:
    first, second = list(types_by_code())[:2]
    return first, second


def close_cases(cast: Cast) -> None:
    """Twelve closed ones of each of two types, told in words of their own."""
    for code, said in zip(two_codes(), SAID, strict=True):
        problem = make_problem(cast, title=said)
        row = Problem.objects.get(pk=problem.pk)
        found = types_by_code()[code]
        for number in range(12):
            row.pk, row.public_id, row.code = None, uuid4(), f"T{code}{number}"
            row.source_key, row.title, row.tracking_code = f"{code}{number}", f"{said}第{number}处", f"{code}{number}"
            row.type, row.type_code, row.type_name = found, code, found.name
            row.state, row.closed_at = State.CLOSED, clock.now()
            row.save(force_insert=True)


def trained(cast: Cast) -> TypeModel:
    close_cases(cast)
    type_models.ask_training(by=cast.office.actor)
    assert jobs.run_due(1).done == 1
    return TypeModel.objects.get()


def test_train_without_cases_says_what_is_missing(cast: Cast) -> None:
    type_models.ask_training(by=cast.office.actor)
    assert jobs.run_due(1).failed == 1
    assert Job.objects.get().error_code == TooFewClasses.code
    assert not TypeModel.objects.exists()


def test_train_again_after_a_kill_makes_no_second_model(cast: Cast) -> None:
    model = trained(cast)
    job = Job.objects.get()

    class Told:
        actor = cast.office.actor

        def __call__(self, done: int, total: int) -> None:
            raise AssertionError("nothing is trained")

    type_models.train_model(job.args, Told())
    assert TypeModel.objects.get().pk == model.pk
    assert model.card["count"] == 24


def test_propose_only_while_a_model_is_on_with_its_reason(cast: Cast) -> None:
    model, office = trained(cast), cast.office.actor
    assert type_models.propose("小区垃圾桶满溢") is None
    type_models.switch_to(public_id=str(model.public_id), expected=0, by=office)
    found = type_models.propose("小区垃圾桶满溢")
    assert found is not None
    assert (found.type.code, found.model) == (two_codes()[0], model.public_id)
    assert all(word in "小区垃圾桶满溢" for word in found.words)
    assert found.words
    with pytest.raises(RevisionStale):
        type_models.switch_to(public_id=type_models.NONE, expected=0, by=office)
    type_models.switch_to(public_id=type_models.NONE, expected=1, by=office)
    assert type_models.propose("小区垃圾桶满溢") is None
    with pytest.raises(TypeModelMissing):
        type_models.switch_to(public_id=str(uuid4()), expected=2, by=office)


def test_form_shows_the_type_and_files_what_was_made_of_it(client: Client, cast: Cast) -> None:
    model = trained(cast)
    type_models.switch_to(public_id=str(model.public_id), expected=0, by=cast.office.actor)
    as_(client, cast.office)
    shown = client.get(reverse("problems:type_proposal"), {"title": "垃圾桶满溢"})
    code, other = two_codes()
    text = shown.content.decode()
    assert "像是" in text
    assert f'value="{model.public_id}:{code}:' in text
    hidden = f"{model.public_id}:{code}:{shown.context['permille']}"
    given = {"title": "垃圾桶满溢", "address": "人民路", "channel": "desk", "found_at": "2024-05-01T08:00"}
    for number, chosen in enumerate((code, code, other)):
        answer = client.post(
            reverse("problems:new"), {**given, "key": f"k{number}", "type": chosen, "type_shown": hidden}
        )
        assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(reverse("problems:type_models"))
    (row,) = page.context["rows"]
    assert (row["shown"].accepted, row["shown"].corrected, row["is_used"]) == (2, 1, True)


@pytest.mark.parametrize("shown", ["", "x", "x:E01:5", f"{UUID(int=1)}:E01:5", ":::", "MODEL::5", "MODEL:E01:5000"])
def test_record_ignores_what_no_form_of_ours_sent(cast: Cast, shown: str) -> None:
    model = trained(cast)
    type_models.record_proposal(make_problem(cast), shown=shown.replace("MODEL", str(model.public_id)))
    assert not TypeProposal.objects.exists()


def test_page_is_the_city_offices_alone(client: Client, cast: Cast) -> None:
    assert cast.county.role == Role.COUNTY
    assert as_(client, cast.county).get(reverse("problems:type_models")).status_code == 403


def test_page_trains_switches_and_switches_off(client: Client, cast: Cast) -> None:
    model = trained(cast)
    as_(client, cast.office)
    act = reverse("problems:type_models_act")
    assert client.post(act, {"do": "on", "model": str(model.public_id), "expected": 0}).status_code == 302
    assert "在用" in client.get(reverse("problems:type_models")).content.decode()
    assert client.post(act, {"do": "off", "expected": 1}).status_code == 302
    assert type_models.model_in_use() == ("", 2)
    assert "/jobs/" in client.post(act, {"do": "train"})["Location"]
    assert client.post(act, {"do": "else"}).status_code == 404
    assert client.post(act, {"do": "on", "expected": 2}).status_code == 404


def test_page_asks_as_often_for_three_models_as_for_one(client: Client, cast: Cast) -> None:
    model = trained(cast)
    as_(client, cast.office)
    client.get(reverse("problems:type_models"))
    asked = []
    for _number in range(2):
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse("problems:type_models"))
        asked.append(len(found))
        for _each in range(2):
            TypeModel.objects.create(run=uuid4(), card=model.card, data=b"", trained_at=clock.now())
    assert asked[0] == asked[1]
