"""What a page takes from and shows to somebody whose reach ends before it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.factories import people
from tests.factories import standards as make_standards
from tests.factories.people import make_acting
from tests.factories.places import make_city, make_point
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem
from wenming.programmes.standards import selectors as standards

pytestmark = pytest.mark.django_db


def enter(client: Client, acting: Acting) -> None:
    client.force_login(User.objects.get(pk=acting.user_id))


def url_of(problem: Problem) -> str:
    return reverse("problems:detail", args=[problem.public_id])


def photo() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 90, 160)).save(buffer, "JPEG")
    return SimpleUploadedFile("a.jpg", buffer.getvalue(), "image/jpeg")


@pytest.mark.parametrize("action", [Action.REPORT_BACK, Action.SIGN])
def test_act_that_may_not_bring_photos_stores_none(client: Client, action: Action) -> None:
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.DISPATCH)
    before = StoredFile.objects.count()
    enter(client, cast.inspector)
    form = {"action": action.value, "note": "已清运。", "photos": [photo()]}
    assert client.post(reverse("problems:act", args=[problem.public_id]), form).status_code == 403
    assert StoredFile.objects.count() == before


def test_detail_names_no_repeat_that_this_person_may_not_see(client: Client) -> None:
    make_city()
    make_standards.make_catalogue()
    kind = next(iter(standards.types_by_code().values()))
    cast, point = Cast(), make_point()
    other = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
    earlier = make_problem(cast, point=point, type=kind, department_id=other.pk)
    problem = make_problem(cast, point=point, type=kind, found_at=clock.now())
    enter(client, cast.office)
    assert earlier.code in client.get(url_of(problem)).content.decode()
    enter(client, make_acting(Role.LIAISON, unit=cast.bureau))
    page = client.get(url_of(problem))
    assert page.status_code == 200
    assert earlier.code not in page.content.decode()
