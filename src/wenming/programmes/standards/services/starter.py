"""The catalogues that the package brings along, for a first installation and for the demonstration."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.db import transaction

from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.programmes.standards.models import ProblemCatalogue, Standard
from wenming.programmes.standards.results import ImportResult
from wenming.programmes.standards.services.import_criteria import import_criteria
from wenming.programmes.standards.services.import_rules import import_field_rules
from wenming.programmes.standards.services.import_types import import_problem_types
from wenming.programmes.standards.services.publishing import publish_catalogue, publish_standard
from wenming.programmes.standards.services.versions import draft_catalogue, draft_standard

FOLDER: Final = Path(__file__).resolve().parent.parent / "catalogue"
EDITION: Final = "starter"
STANDARD_NAME: Final = "文明城市测评标准（起步版）"
CATALOGUE_NAME: Final = "问题类型目录（起步版）"


@dataclass(frozen=True, slots=True)
class Starter:
    standard: Standard
    catalogue: ProblemCatalogue
    results: dict[str, ImportResult]
    """What was imported, by file; empty where it was there already."""


def load_starter(*, by: Actor, effective_on: date | None = None) -> Starter:
    """Imports and publishes the starter standard and catalogue. Repeating it changes nothing.

    Leads are linked to the units that are registered by then; `link_leads` does it again later.
    """
    day = effective_on or clock.local(clock.now()).date()
    results: dict[str, ImportResult] = {}
    with transaction.atomic():
        standard = Standard.objects.filter(edition=EDITION).order_by("-version").first()
        if standard is None:
            standard = draft_standard(edition=EDITION, name=STANDARD_NAME, by=by)
            results["criteria"] = import_criteria(_read("criteria.csv"), into=standard, by=by)
            results["field_rules"] = import_field_rules(_read("field_rules.csv"), into=standard, by=by)
            standard = publish_standard(standard, effective_on=day, by=by)
        catalogue = ProblemCatalogue.objects.order_by("version").first()
        if catalogue is None:
            catalogue = draft_catalogue(name=CATALOGUE_NAME, by=by)
            results["problem_types"] = import_problem_types(_read("problem_types.csv"), into=catalogue, by=by)
            catalogue = publish_catalogue(catalogue, effective_on=day, by=by)
    return Starter(standard, catalogue, results)


def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
