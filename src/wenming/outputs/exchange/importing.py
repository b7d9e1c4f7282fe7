"""Taking in an uploaded table in the background: tried first, then taken, both by the code of the command line."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.translation import gettext as _

from wenming.foundation.audit import services as audit
from wenming.foundation.files import selectors as files
from wenming.foundation.files import services as receiving
from wenming.foundation.files.models import StoredFile
from wenming.foundation.jobs import selectors as jobs_kept
from wenming.foundation.jobs import services as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Progress
from wenming.foundation.jobs.registry import Result as Done
from wenming.foundation.people.acting import Acting
from wenming.kernel import ids
from wenming.kernel.actors import Actor, ActorKind
from wenming.outputs.exchange import services
from wenming.outputs.exchange.errors import ColumnTwice, FieldsMissing, ImportNotThere
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.layouts import Layout
from wenming.outputs.exchange.office.sheets import sheets_of
from wenming.outputs.exchange.office.tables import OfficeTable, table_for
from wenming.outputs.exchange.refused import refused_workbook
from wenming.outputs.exchange.results import Result

JOB: Final = "exchange.import"
ERRORS_KEPT_MAX: Final = 100
"""How many reasons the page shows; the file has the first `ERRORS_SHOWN_MAX`."""
_APPLY: Final = "apply"


def own_file(acting: Acting, public_id: UUID) -> StoredFile:
    """The table that this person uploaded. Raises FileNotThere, ImportNotThere."""
    stored = files.file(public_id)
    if (stored.actor_kind, stored.actor_id) != (ActorKind.USER, str(acting.user_id)) or stored.is_photo:
        raise ImportNotThere
    return stored


def ask_to_try(acting: Acting, table: OfficeTable, stored: StoredFile, layout: Layout) -> UUID:
    """The run that says what would happen; nothing is written by it. Raises FieldsMissing, ColumnTwice."""
    missing = [table.columns[name][0] for name in table.required if name not in layout.places]
    if missing:
        raise FieldsMissing(columns="、".join(missing))
    if len(set(layout.places.values())) < len(layout.places):
        raise ColumnTwice
    run = ids.uuid7()
    args = {"kind": table.kind, "file": str(stored.public_id), "layout": layout.as_args(), "run": str(run), "try": True}
    title = _("试导入{what}：{file}").format(what=table.label, file=stored.name)
    jobs.enqueue(kind=JOB, args=args, by=acting.actor, key=str(run), title=title)
    return run


def ask_to_take(acting: Acting, tried: UUID) -> UUID:
    """The run that takes in what was tried; asked twice it is one. Raises ImportNotThere, UnknownKind."""
    before = run_of(acting, tried)
    table = table_for(acting, before.args["kind"])
    stored = own_file(acting, UUID(before.args["file"]))
    run = uuid5(tried, _APPLY)
    args = {**before.args, "run": str(run), "try": False}
    title = _("导入{what}：{file}").format(what=table.label, file=stored.name)
    jobs.enqueue(kind=JOB, args=args, by=acting.actor, key=str(run), title=title)
    return run


def run_of(acting: Acting, run: UUID) -> Job:
    """The person's own run. Raises ImportNotThere."""
    found = jobs_kept.jobs_of(acting).filter(kind=JOB, key=str(run)).order_by("-pk").first()
    if found is None:
        raise ImportNotThere
    return found


def take_job(args: Mapping[str, Any], progress: Progress) -> Done:
    """What the job does; safe to repeat, as the takers are."""
    stored, layout = files.file(args["file"]), Layout.of_args(args["layout"])
    data = files.open_received(stored)
    total = max(1, len(sheets_of(data).get(layout.sheet, ())) - layout.heading_row)
    done = 0

    def tell(rows: int) -> None:
        nonlocal done
        done = min(total, done + rows)
        progress(done, total)

    progress(0, total)
    with TemporaryDirectory() as folder:
        # Beside a ledger photos are looked for, and by an upload none came.
        path = Path(folder) / "table" / receiving.clean_name(stored.name)
        path.parent.mkdir()
        path.write_bytes(data)
        source = Source(path=path, by=_actor(args["kind"], progress.actor), progress=tell, layout=layout)
        result = (services.try_in if args["try"] else services.take_in)(args["kind"], source)
    if not args["try"]:
        _record(stored, args["kind"], result, by=progress.actor)
    progress(total, total)
    return Done(
        _facts(result),
        url=reverse("exchange:run", args=[args["run"]]),
        file=_refused(stored, data, result, progress.actor),
    )


def _actor(kind: str, person: Actor) -> Actor:
    """Cases are told by a table, which proves nothing that it lacks; who took it in stands in the audit log."""
    return Actor.importer(f"import:{kind}:{person.id}", person.unit_id) if kind == "problems" else person


def _record(stored: StoredFile, kind: str, result: Result, *, by: Actor) -> None:
    counts = {name: value for name, value in result.as_dict().items() if name != "errors"}
    after = {"kind": kind, "sha256": stored.sha256_received, **counts}
    audit.record(by=by, action="exchange.import", kind="file", key=stored.public_id, after=after)


def _facts(result: Result) -> dict[str, Any]:
    return {**result.as_dict(), "errors": [error.as_dict() for error in result.errors[:ERRORS_KEPT_MAX]]}


def _refused(stored: StoredFile, data: bytes, result: Result, by: Actor) -> StoredFile | None:
    if not result.errors:
        return None
    name = _("没有收的行-{file}").format(file=Path(stored.name).stem[:80])
    return receiving.receive_document(data=refused_workbook(data, result.errors), name=f"{name}.xlsx", by=by)
