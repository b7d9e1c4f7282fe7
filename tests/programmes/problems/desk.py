"""What the tests of the desk's pages share: who is signed in, and how a form is sent."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.factories.people import make_acting, make_user
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import User
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

LISTS = ("problems:list", "problems:inbox", "problems:print")
# With three for the session, the person and the grant.
QUERIES = {"list": 6, "inbox": 5, "map": 5, "point": 10, "detail": 15, "export": 7}
BBOX = {"bbox": "117,29,121,32", "zoom": "9"}


def as_(client: Client, acting: Acting) -> Client:
    client.force_login(User.objects.get(pk=acting.user_id))
    return client


def signed_in(client: Client, role: Role = Role.OFFICE, **grant: Any) -> Client:
    user = make_user()
    make_acting(role, user=user, **grant)
    client.force_login(user)
    return client


def url_of(problem: Problem, name: str = "detail") -> str:
    return reverse(f"problems:{name}", args=[problem.public_id])


def post_act(client: Client, problem: Problem, action: Action, **fields: Any) -> Any:
    data = {"action": action.value, "expected_version": problem.version, "key": "k1", **fields}
    return client.post(url_of(problem, "act"), data)


def boxes(*problems: Problem) -> list[str]:
    return [f"{problem.public_id}:{problem.version}" for problem in problems]


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (9, 90, 160)).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")
