"""Papers at any stage, made by the real verbs; jobs are run where a file is wanted."""

from tests.factories.people import make_acting
from tests.factories.problems import Cast
from wenming.foundation.jobs import services as jobs
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel.periods import Period
from wenming.outputs.papers import services
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.models import Paper
from wenming.outputs.papers.services import PaperDraft, PaperTexts
from wenming.programmes.problems.models import Problem

JOBS_MAX = 20


def make_order(cast: Cast, *problems: Problem, title: str = "", kind: Kind = Kind.ORDER) -> Paper:
    """Not built yet."""
    draft = PaperDraft(kind, [each.public_id for each in problems], PaperTexts(title=title))
    return services.draft_for_units(draft, by=cast.office)[0]


def make_circular(by: Acting, period: str, *, kind: Kind = Kind.CIRCULAR) -> Paper:
    """Built."""
    made = services.draft_of_period(kind=kind, period=Period.parse(period), by=by)
    return built(made)


def built(paper: Paper) -> Paper:
    """After the jobs have run."""
    jobs.run_due(JOBS_MAX)
    paper.refresh_from_db()
    return paper


def signed(paper: Paper, *, by: Acting | None = None) -> Paper:
    """Under its number, with its file."""
    services.sign(public_id=paper.public_id, by=by or make_acting(Role.LEADER))
    return built(paper)
