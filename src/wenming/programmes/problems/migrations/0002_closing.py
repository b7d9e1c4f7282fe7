"""The deadline of the whole case, and what else the figures of closing count by; told anew of what is already there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import migrations, models

from wenming.kernel.calendar import Limit, LimitUnit, WorkCalendar

ROWS = 500
MINUTE_US = 60_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REVIEW, CLOSE = Limit(1, LimitUnit.WORKING_DAY), Limit(2, LimitUnit.WORKING_DAY)
WRONG_DISPATCHES = ("redispatch", "grant_handback")


def fill(apps, schema_editor):
    """Of every problem, a chunk at a time: its columns, then all versions of its fact.

    How often a past version had been sent elsewhere is not known any more; each version says what is known today.
    """
    Problem, Event, Fact = (apps.get_model("problems", name) for name in ("Problem", "ProblemEvent", "ProblemFact"))
    overrides = apps.get_model("loop", "DayOverride").objects.values_list("on", "is_working")
    calendar = WorkCalendar(overrides=dict(overrides))
    last = 0
    while problems := list(Problem.objects.filter(pk__gt=last).order_by("pk")[:ROWS]):
        ids = [problem.pk for problem in problems]
        wrong = {}
        for pk in Event.objects.filter(item_id__in=ids, action__in=WRONG_DISPATCHES).values_list("item_id", flat=True):
            wrong[pk] = wrong.get(pk, 0) + 1
        # Of what was taken in from another system the one deadline means the whole case; a ledger's is the handling's.
        is_told = {problem.pk: problem.source not in ("", "ledger") for problem in problems}
        for problem in problems:
            problem.close_due_at = close_due(problem.handle_due_at, is_told[problem.pk], calendar)
            problem.redispatch_count = wrong.get(problem.pk, 0)
        Problem.objects.bulk_update(problems, ["close_due_at", "redispatch_count"])
        facts = list(Fact.objects.filter(problem_id__in=ids))
        for fact in facts:
            due = close_due(moment(fact.due_us), is_told[fact.problem_id], calendar)
            fact.close_due_us = None if due is None else (due - EPOCH) // timedelta(microseconds=1)
            fact.close_due_ym, fact.filed_ym = year_month(due), year_month(moment(fact.filed_us))
            fact.handling_minutes = minutes(fact.dispatched_us, fact.reported_us)
            fact.redispatch_count = wrong.get(fact.problem_id, 0)
        columns = ["close_due_us", "close_due_ym", "filed_ym", "handling_minutes", "redispatch_count"]
        Fact.objects.bulk_update(facts, columns, batch_size=ROWS)
        last = ids[-1]


def close_due(handle_due_at, is_told, calendar):
    if handle_due_at is None or is_told:
        return handle_due_at
    return calendar.add(calendar.add(handle_due_at, REVIEW).at, CLOSE).at


def moment(us):
    return None if us is None else EPOCH + timedelta(microseconds=us)


def year_month(at):
    if at is None:
        return None
    local = at.astimezone(SHANGHAI)
    return local.year * 100 + local.month


def minutes(dispatched_us, reported_us):
    if dispatched_us is None or reported_us is None or reported_us < dispatched_us:
        return None
    return (reported_us - dispatched_us) // MINUTE_US


class Migration(migrations.Migration):

    dependencies = [
        ('problems', '0001_initial'),
        ('loop', '0001_days_and_refusals'),
    ]

    operations = [
        migrations.AddField(
            model_name='problem',
            name='close_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='problem',
            name='redispatch_count',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='problemfact',
            name='close_due_us',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='problemfact',
            name='close_due_ym',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='problemfact',
            name='filed_ym',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='problemfact',
            name='handling_minutes',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='problemfact',
            name='redispatch_count',
            field=models.IntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='problemfact',
            index=models.Index(condition=models.Q(('valid_to_us', 9223372036854775807)), fields=['close_due_us'], name='problem_fact_close_due_by_time'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
