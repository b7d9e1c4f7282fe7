"""What residents do: report a problem. They have no grant, so that nothing here asks for one."""

from django.db import IntegrityError

from wenming.kernel.actors import Actor
from wenming.programmes.problems import public
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services.filing import ProblemDraft, check, file_problems


def report_problem(draft: ProblemDraft, *, by: Actor) -> Problem:
    """Files what a resident's form says, to be checked by the office; what its key filed before, where it comes again.

    Raises the errors of `filing.check`.
    """
    check(draft)
    try:
        return file_problems([draft], by=by)[0]
    except IntegrityError:
        before = public.reported_with(draft.source_key)
        if before is None:
            raise
        return before
