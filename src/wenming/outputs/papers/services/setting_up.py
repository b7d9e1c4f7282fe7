"""What an office makes its own: settings and its Word templates."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from wenming.foundation.audit import services as audit
from wenming.foundation.files import services as files
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.outputs.papers import rendering, selectors
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.models import PaperSettings, PaperTemplate


def save_settings(*, values: Mapping[str, Any], by: Acting) -> PaperSettings:
    """Raises Refused."""
    permissions.require(by, "papers.set_up")
    with transaction.atomic():
        saved, _is_new = PaperSettings.objects.update_or_create(pk=selectors.SETTINGS_PK, defaults=dict(values))
        audit.record(
            by=by.actor, action="papers.save_settings", kind="paper_settings", key=saved.pk, after=dict(values)
        )
    return saved


def add_template(*, kind: Kind, data: bytes, name: str, note: str, by: Acting) -> PaperTemplate:
    """The next version, from now on in force. It is tried first. Raises Refused, BadTemplate, NotATemplate."""
    permissions.require(by, "papers.set_up")
    rendering.check(data, kind)
    with transaction.atomic():
        stored = files.receive_document(data=data, name=name, by=by.actor)
        return _add(kind, file_id=stored.pk, note=note, by=by)


def restore_template(*, kind: Kind, version: int, by: Acting) -> PaperTemplate:
    """An earlier version (0: the one that comes with the system) as the newest. Raises Refused, TemplateNotThere."""
    permissions.require(by, "papers.set_up")
    file_id = selectors.version_of(kind, version).file_id if version else None
    with transaction.atomic():
        return _add(kind, file_id=file_id, note=f"恢复第{version}版" if version else "恢复系统自带的模板", by=by)


def _add(kind: Kind, *, file_id: int | None, note: str, by: Acting) -> PaperTemplate:
    last = PaperTemplate.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    made = PaperTemplate.objects.create(
        kind=kind,
        version=last + 1,
        file_id=file_id,
        note=note[:200],
        added_at=clock.now(),
        added_by_id=by.user_id,
    )
    after = {"kind": kind, "version": made.version}
    audit.record(by=by.actor, action="papers.add_template", kind="paper_template", key=made.pk, after=after)
    return made
