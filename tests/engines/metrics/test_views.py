from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories.metrics import COUNTY, OTHER_COUNTY, make_count, make_declared, make_metric, make_toy, write_toys
from tests.factories.people import make_acting
from wenming.engines.metrics import registry, selectors, services
from wenming.engines.metrics.models import DeclaredFigure
from wenming.engines.metrics.nav import ENTRY
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import WORKING, Role
from wenming.foundation.people.models import User
from wenming.kernel.periods import Period
from wenming.kernel.ui import nav

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toys")]
YEAR = Period.parse("2024")
FIGURE_QUERIES, DECLARATION_QUERIES = 9, 4
RATE = "/figures/toys.done_rate/?period=2024"


def sign_in(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def as_role(role: Role) -> Client:
    return sign_in(make_acting(role))


def even_rows(acting: Acting, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Everybody may see everything but what has an odd id."""
    return [{"id": pk, "url": f"/toys/{pk}/", "title": f"玩具 {pk}", "code": f"T-{pk}"} for pk in ids if pk % 2 == 0]


@pytest.mark.parametrize("role", WORKING)
def test_list_and_figure_are_open_to_every_role(role: Role) -> None:
    make_metric()
    client = as_role(role)
    assert client.get("/figures/?period=2024").status_code == 200
    assert client.get("/figures/integrity.talks/?period=2024").status_code == 200


def test_list_is_closed_to_strangers() -> None:
    assert Client().get("/figures/").status_code == 302
    assert Client().post(reverse("metrics:declare")).status_code == 401


def test_list_shows_values_sources_and_completeness() -> None:
    make_metric()
    write_toys(make_toy(done="2024-03-06"), make_toy(), make_toy())
    declared = make_declared(by=make_acting(Role.AUTHOR).actor)
    services.confirm_figure(declared, by=make_acting(Role.OFFICE).actor)
    response = as_role(Role.LEADER).get("/figures/?period=2024")
    shown = {row["value"].key: (row["shown"], row["value"].source) for row in response.context["rows"]}
    assert shown["toys.done_rate"] == ("33.33", "computed")
    assert shown["outreach.topic_reads"] == ("932,000", "declared")
    assert shown["integrity.talks"] == ("—", "missing")
    assert response.context["done"].declared == 1
    only = as_role(Role.LEADER).get("/figures/?period=2024&source=declared")
    assert [row["value"].key for row in only.context["rows"]] == ["outreach.topic_reads"]


def test_figure_shows_its_definition_its_parts_and_its_rows() -> None:
    make_metric()
    ids = write_toys(
        make_toy(toy_id=1002, done="2024-03-06"),
        make_toy(toy_id=1003, county_code=OTHER_COUNTY),
        make_toy(toy_id=1004, found="2024-05-01"),
    )
    registry.register_rows("toys", even_rows)
    response = as_role(Role.OFFICE).get(RATE + "&by=region")
    context, html = response.context, response.content.decode()
    assert (context["figure"].value, context["figure"].numerator, context["figure"].denominator) == ("33.33", 1, 3)
    assert "没有作废的玩具" in html
    assert "T-1002" in html
    assert "T-1003" not in html
    assert (context["hidden"], context["count"]) == (1, len(ids))
    assert context["months"].series[0].values == [None, None, 50.0, None, 0.0, *[None] * 7]
    assert [(row.labels, row.display) for row in context["table"]] == [
        ((str(COUNTY),), "50.00%"),
        ((str(OTHER_COUNTY),), "0.00%"),
    ]
    rest = as_role(Role.OFFICE).get(RATE + "&part=rest").context
    assert [row["id"] for row in rest["rows"]] == [1004]


def test_figure_of_a_county_is_the_county_s_own() -> None:
    make_metric()
    write_toys(make_toy(), make_toy(), make_toy(county_code=OTHER_COUNTY))
    response = sign_in(make_acting(Role.COUNTY, region_code=COUNTY)).get(RATE)
    assert response.context["value"].denominator == 2


def test_figure_when_the_scope_cannot_be_counted() -> None:
    make_metric()
    client = as_role(Role.LIAISON)
    assert client.get(RATE).status_code == 403
    rows = {row["value"].key: row["value"].source for row in client.get("/figures/?period=2024").context["rows"]}
    assert rows["toys.done_rate"] == "missing"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/figures/toys.nothing/?period=2024", 404),
        ("/figures/?period=soon", 400),
        (RATE + "&by=colour", 400),
        (RATE + "&as_of=yesterday", 400),
        (RATE + "&cursor=x", 400),
    ],
)
def test_figure_with_an_address_that_means_nothing(address: str, status: int) -> None:
    make_metric()
    registry.register_rows("toys", even_rows)
    assert as_role(Role.OFFICE).get(address).status_code == status


@pytest.fixture
def _bare_rail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other apps' items count what waits behind them: what is pinned here is the page."""
    monkeypatch.setattr(nav, "_entries", {"metrics.list": ENTRY})


@pytest.mark.usefixtures("_bare_rail")
@pytest.mark.parametrize("number", [1, 3])
def test_figure_page_takes_a_fixed_number_of_queries(number: int, django_assert_num_queries: Any) -> None:
    make_metric()
    write_toys(*(make_toy(county_code=COUNTY + n) for n in range(number)), make_toy(county_code=OTHER_COUNTY))
    registry.register_rows("toys", even_rows)
    client = as_role(Role.OFFICE)
    client.get(RATE)
    # Session, user, grant; numbers, evidence, months, counties, their names, ids of the page.
    with django_assert_num_queries(FIGURE_QUERIES):
        client.get(RATE)


@pytest.mark.usefixtures("_bare_rail")
@pytest.mark.parametrize("number", [1, 3])
def test_declarations_takes_a_fixed_number_of_queries(number: int, django_assert_num_queries: Any) -> None:
    author = make_acting(Role.AUTHOR)
    for n in range(number):
        make_declared(by=author.actor, period=str(2020 + n))
    client = sign_in(author)
    client.get("/figures/declared/")
    with django_assert_num_queries(DECLARATION_QUERIES):
        client.get("/figures/declared/")


def post_declaration(client: Client, **changes: str) -> Any:
    fields = {
        "key": "outreach.topic_reads",
        "period": "2024",
        "value": "93.2万",
        "source_note": "平台后台 1 月 3 日读取",
        **changes,
    }
    upload = SimpleUploadedFile("reads.csv", "话题,阅读量\n".encode())
    return client.post(reverse("metrics:declare"), {**fields, "source_file": upload})


def test_declare_and_confirm_by_two_persons() -> None:
    author, office = as_role(Role.AUTHOR), as_role(Role.OFFICE)
    assert author.get(reverse("metrics:declare") + "?key=outreach.topic_reads&period=2024").status_code == 200
    response = post_declaration(author)
    [declared] = DeclaredFigure.objects.all()
    page = reverse("metrics:declaration", args=[declared.public_id])
    assert (response.status_code, response.url) == (302, page)
    assert (declared.value, declared.period, declared.source_file.name) == ("932000", "2024", "reads.csv")
    assert author.get(page).context["waits_for_other"] is True
    confirm = reverse("metrics:confirm", args=[declared.public_id])
    assert author.post(confirm).status_code == 403
    assert office.get(page).context["can_confirm"] is True
    assert office.post(confirm).status_code == 302
    assert office.post(confirm).status_code == 409
    found = selectors.figure("outreach.topic_reads", period=YEAR)
    assert (found.source, found.value) == ("declared", "932000")
    html = office.get("/figures/outreach.topic_reads/?period=2024").content.decode()
    assert declared.source_file.name in html
    withdraw = reverse("metrics:withdraw", args=[declared.public_id])
    assert office.post(withdraw, {"reason": " "}).status_code == 400
    assert office.post(withdraw, {"reason": "截图不是年末的"}).status_code == 302
    assert "截图不是年末的" in office.get(page).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": "很多"}, "value"),
        ({"value": "93.2%"}, "value"),
        ({"period": "去年"}, "period"),
        ({"key": "problems.found"}, "key"),
        ({"key": "standards.all_red", "value": "3"}, "value"),
        ({"source_note": ""}, "source_note"),
    ],
)
def test_declare_says_what_to_change(changes: dict[str, str], field: str) -> None:
    response = post_declaration(as_role(Role.AUTHOR), **changes)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not DeclaredFigure.objects.exists()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("organ_review.satisfaction", "95.07%", "0.9507"),
        ("organ_review.satisfaction", "95.07", "0.9507"),
        ("outreach.column_clicks", "２００万", "2000000"),
        ("outreach.column_clicks", "2,000,001", "2000001"),
        ("points.redeemed_yuan", "1077000.5", "1077000.5"),
        ("standards.all_red", "1", "1"),
    ],
)
def test_declare_reads_numbers_as_people_write_them(key: str, text: str, value: str) -> None:
    post_declaration(as_role(Role.AUTHOR), key=key, value=text)
    assert DeclaredFigure.objects.values_list("value", flat=True).get() == value


@pytest.mark.parametrize("role", [Role.COUNTY, Role.LIAISON, Role.INSPECTOR])
def test_declare_is_closed_to_those_who_keep_no_figures(role: Role) -> None:
    client = as_role(role)
    assert post_declaration(client).status_code == 403
    declared = make_declared(by=make_acting(Role.AUTHOR).actor)
    for verb in ("confirm", "withdraw"):
        assert client.post(reverse(f"metrics:{verb}", args=[declared.public_id])).status_code == 403


def test_list_offers_only_what_nobody_computes() -> None:
    make_count(key="learning.books")
    response = as_role(Role.AUTHOR).get(reverse("metrics:declare"))
    keys = [key for key, _label in response.context["form"].fields["key"].choices]
    assert "learning.books" not in keys
    assert "integrity.talks" in keys
