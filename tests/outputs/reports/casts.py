"""A year with a few problems and a few declared figures, made by the real verbs."""

import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tests.factories.people import make_acting
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.engines.metrics import services as figures
from wenming.engines.metrics.models import DeclaredFigure
from wenming.foundation.files import services as files
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.clock import SHANGHAI
from wenming.kernel.periods import Period
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

YEAR = Period.parse("2024")
NOW = datetime(2024, 12, 2, 10, tzinfo=SHANGHAI)
CLAIMS = 53
# What appeals and their meetings count of a year in which there were none.
OF_APPEALS = ["appeals.meeting_communities", "appeals.meeting_streets", "appeals.solved"]
# Of the chart of problems found.
MONTHS = 12


def make_year(*, found: int = 3, reviewed: int = 2) -> tuple[Cast, list[Problem]]:
    """Problems found in December 2024, some of them reviewed; call it with the clock set to NOW."""
    cast = Cast()
    problems = [make_problem(cast, found_at=clock.now() - timedelta(hours=2)) for _n in range(found)]
    for problem in problems[:reviewed]:
        bring_to(cast, problem, Action.PASS_REVIEW)
    return cast, problems


def declare(key: str, value: str, *, period: Period = YEAR, note: str = "市融媒体中心后台截图") -> DeclaredFigure:
    """Declared by one author and confirmed by another."""
    declarer, confirmer = make_acting(Role.AUTHOR), make_acting(Role.AUTHOR)
    source = files.receive_document(data=b"%PDF-1.4\n1\n%%EOF\n", name="来源.pdf", by=declarer.actor)
    made = figures.declare_figure(
        key=key, period=period, value=value, source_file=source, source_note=note, by=declarer.actor
    )
    return figures.confirm_figure(made, by=confirmer.actor)


def rewrite(path: Path, change: Callable[[str], str], *, part: str = "word/document.xml") -> Path:
    """The same file with one part of it changed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before = parts[part].decode()
    after = change(before)
    assert after != before, "the change found nothing to change"
    parts[part] = after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def without_anchor(xml: str, anchor: str, tag: str) -> str:
    """The text stays, both holders of the figure go."""
    xml = re.sub(rf'<w:bookmarkStart [^>]*w:name="{anchor}"[^>]*/>', "", xml)
    return re.sub(rf'<w:tag w:val="{re.escape(tag)}"\s*/>', "", xml)
