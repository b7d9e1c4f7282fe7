"""The day of all these tests, and how a page is asked for."""

from datetime import UTC, datetime

from django.test import Client

from wenming.foundation.people.acting import Acting
from wenming.foundation.people.models import User
from wenming.programmes.problems.models import Problem

# Tuesday 24 November 2026, 10:00 in Shanghai.
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOME = "/desk/"


def page(client: Client, acting: Acting) -> str:
    client.force_login(User.objects.get(pk=acting.user_id))
    response = client.get(HOME)
    assert response.status_code == 200
    return response.content.decode()


def due(problem: Problem, at: datetime | None) -> Problem:
    Problem.objects.filter(pk=problem.pk).update(due_at=at)
    return problem
