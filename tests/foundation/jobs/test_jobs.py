"""Jobs: asked once, done once, also after a kill; and what their owner alone sees of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.factories.jobs import KIND, done_by, make_job
from tests.factories.people import make_acting
from wenming.foundation.files import services as files
from wenming.foundation.jobs import registry, selectors, services
from wenming.foundation.jobs.enums import JobState
from wenming.foundation.jobs.errors import JobNotThere, JobOver
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Progress, Result
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.middleware import GRANT_KEY
from wenming.foundation.people.models import User
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.errors import Invalid

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
Args = Mapping[str, Any]


def crashes(_args: Args, _progress: Progress) -> Result | None:
    raise RuntimeError("the disk is full")


def enter(acting: Acting) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=acting.user_id))
    session = client.session
    session[GRANT_KEY] = acting.grant_id
    session.save()
    return client


def test_enqueue_answers_the_job_of_its_key() -> None:
    first = make_job(key="2026-W10")
    assert make_job(key="2026-W10") == first
    assert make_job(key="2026-W11") != first
    assert make_job() != make_job()


def test_enqueue_refuses_an_unknown_kind() -> None:
    with pytest.raises(ValueError, match="nobody does"):
        services.enqueue(kind="tests.unknown", args={}, by=SYSTEM)


def test_enqueue_asks_anew_after_a_failure() -> None:
    first = make_job(key="k")
    with done_by(lambda _args, _progress: (_ for _ in ()).throw(Invalid)):
        services.run_due()
    assert make_job(key="k") != first


def test_register_refuses_a_second_handler() -> None:
    with pytest.raises(ValueError, match="two handlers"):
        registry.register(KIND, crashes)


def test_database_refuses_two_open_jobs_of_one_key() -> None:
    first = make_job(key="k")
    values = Job.objects.filter(pk=first.pk).values("kind", "key", "due_at", "created_at", "actor_kind", "actor_id")
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(**values[0])


def test_run_due_hands_over_args_and_keeps_the_result() -> None:
    stored = files.receive_document(data="甲,乙\n1,2\n".encode(), name="a.csv", by=SYSTEM)
    seen: list[Any] = []

    def handler(args: Args, progress: Progress) -> Result:
        progress(3, 3)
        seen.append((dict(args), progress.actor))
        return Result({"rows": 2}, url="/desk/", file=stored)

    job = make_job(args={"unit": 7})
    with done_by(handler):
        assert services.run_due(5).done == 1
    job.refresh_from_db()
    assert seen == [({"unit": 7}, SYSTEM)]
    assert (job.state, job.done, job.total, job.attempts) == (JobState.DONE, 3, 3, 1)
    assert (job.result, job.url, job.file) == ({"rows": 2}, "/desk/", stored)
    assert services.run_due(5).started == 0


def test_run_due_leaves_what_another_worker_holds_until_its_lease_ends() -> None:
    job = make_job()
    rounds: list[int] = []

    def handler(_args: Args, _progress: Progress) -> None:
        rounds.append(services.run_due().started)

    with clock.set_to(clock.now()), done_by(handler):
        services.run_due()
    assert rounds == [0]
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_run_due_does_again_what_a_killed_worker_held() -> None:
    job = make_job()

    def killed(_args: Args, _progress: Progress) -> None:
        raise KeyboardInterrupt

    with done_by(killed), pytest.raises(KeyboardInterrupt):
        services.run_due()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert services.run_due().started == 0
    with clock.set_to(clock.now() + services.LEASE + timedelta(seconds=1)):
        assert services.run_due().done == 1


def test_run_due_gives_up_a_job_that_kills_its_worker_each_time() -> None:
    job = make_job()

    def killed(_args: Args, _progress: Progress) -> None:
        raise KeyboardInterrupt

    now = clock.now()
    for number in range(services.ATTEMPTS_MAX):
        with clock.set_to(now + number * 2 * services.LEASE), done_by(killed), pytest.raises(KeyboardInterrupt):
            services.run_due()
    with clock.set_to(now + services.ATTEMPTS_MAX * 2 * services.LEASE):
        assert services.run_due().started == 0
    job.refresh_from_db()
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, services.WORKER_DIED, services.ATTEMPTS_MAX)


def test_run_due_tries_a_crash_again_and_then_says_so() -> None:
    job = make_job()
    now = clock.now()
    with done_by(crashes):
        for number in range(services.ATTEMPTS_MAX):
            with clock.set_to(now + timedelta(hours=number)):
                services.run_due()
    job.refresh_from_db()
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, services.CRASHED, services.ATTEMPTS_MAX)
    assert "RuntimeError" in job.error_text
    assert "disk" not in job.error_text


def test_run_due_ends_at_a_refusal_with_its_words() -> None:
    def refuses(_args: Args, _progress: Progress) -> None:
        raise Invalid("请先选单位。")

    job = make_job()
    with done_by(refuses):
        assert services.run_due().failed == 1
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_text) == (JobState.FAILED, "invalid", "请先选单位。")


def test_progress_stops_a_cancelled_job() -> None:
    owner = make_acting(Role.OFFICE)
    job = make_job(by=owner.actor)
    after: list[int] = []

    def handler(_args: Args, progress: Progress) -> None:
        progress(1, 10)
        services.cancel(public_id=job.public_id, by=owner)
        progress(10, 10)
        after.append(1)

    with done_by(handler):
        assert services.run_due().stopped == 1
    job.refresh_from_db()
    assert (job.state, job.done, after) == (JobState.CANCELLED, 1, [])


def test_cancel_is_the_owners_alone_and_only_while_open() -> None:
    owner, other = make_acting(Role.OFFICE), make_acting(Role.OFFICE)
    job = make_job(by=owner.actor)
    with pytest.raises(JobNotThere):
        services.cancel(public_id=job.public_id, by=other)
    assert services.cancel(public_id=job.public_id, by=owner).state == JobState.CANCELLED
    with pytest.raises(JobOver):
        services.cancel(public_id=job.public_id, by=owner)


def test_forget_old_drops_what_ended_long_ago() -> None:
    make_job(), make_job()
    with clock.set_to(clock.now() - services.KEPT * 2):
        old = make_job()
        services.run_due()
    assert services.forget_old() == 1
    assert not Job.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_a_fixed_number_of_queries(number: int, django_assert_num_queries: Any) -> None:
    owner = make_acting(Role.OFFICE)
    for _each in range(number):
        make_job(by=owner.actor)
    with django_assert_num_queries(1):
        assert len([(job.title, job.file) for job in selectors.jobs_of(owner)]) == number


def test_pages_show_the_bar_and_then_the_result() -> None:
    owner = make_acting(Role.LIAISON)
    job = make_job(by=owner.actor, title="一月通报")
    client = enter(owner)
    progress = reverse("jobs:progress", args=[job.public_id])
    assert "every 1s" in client.get(progress).content.decode()
    stored = files.receive_document(data="甲,乙\n1,2\n".encode(), name="a.csv", by=SYSTEM)
    with done_by(lambda _args, _progress: Result(url="/desk/", file=stored)):
        services.run_due()
    text = client.get(progress).content.decode()
    assert "every 1s" not in text
    assert 'href="/desk/"' in text
    assert "一月通报" in client.get(reverse("jobs:list")).content.decode()
    answer = client.get(reverse("jobs:file", args=[job.public_id]))
    assert b"".join(answer.streaming_content) == "甲,乙\n1,2\n".encode()  # type: ignore[attr-defined]
    stranger = enter(make_acting(Role.ADMINISTRATOR))
    for name in ("jobs:detail", "jobs:progress", "jobs:file"):
        assert stranger.get(reverse(name, args=[job.public_id])).status_code == HTTPStatus.NOT_FOUND


def test_file_is_not_there_before_it_is_made() -> None:
    owner = make_acting(Role.OFFICE)
    job = make_job(by=owner.actor)
    assert enter(owner).get(reverse("jobs:file", args=[job.public_id])).status_code == HTTPStatus.NOT_FOUND


def test_cancel_button_answers_with_the_bar_or_leads_to_the_page() -> None:
    owner = make_acting(Role.OFFICE)
    client = enter(owner)
    first, second = make_job(by=owner.actor), make_job(by=owner.actor)
    answer = client.post(reverse("jobs:cancel", args=[first.public_id]), headers={"HX-Request": "true"})
    assert "已取消" in answer.content.decode()
    answer = client.post(reverse("jobs:cancel", args=[second.public_id]))
    assert answer.headers["Location"] == reverse("jobs:detail", args=[second.public_id])
