"""The forms of the desk: filing a problem, acting on one, acting on many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import DEPARTMENTS, TERRITORIES, Role
from wenming.foundation.people.selectors import units
from wenming.foundation.places import selectors as places
from wenming.foundation.places.models import Point
from wenming.kernel import clock
from wenming.kernel.regions import RegionLevel, cut
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.problems import rules, selectors
from wenming.programmes.problems.enums import Action, Channel, Lead
from wenming.programmes.problems.errors import PlaceMissing
from wenming.programmes.problems.models import (
    ADDRESS_CHARS_MAX,
    DESCRIPTION_CHARS_MAX,
    TITLE_CHARS_MAX,
    Problem,
)
from wenming.programmes.problems.services import Ask, ProblemDraft
from wenming.programmes.problems.services.plans import EXTENSION_VALUE_MAX
from wenming.programmes.standards.errors import AmbiguousType, NoCatalogue, UnknownType
from wenming.programmes.standards.models import ProblemType
from wenming.programmes.standards.selectors import TypeBook

UNIT_CHOICES_MAX: Final = 1_000
REASON_CHARS_MAX: Final = 500
NOTE_CHARS_MAX: Final = 1_000
KEY_CHARS_MAX: Final = 40
LOCAL_TIME: Final = "%Y-%m-%dT%H:%M"
OFFICE_CHANNELS: Final = (Channel.DESK, Channel.HOTLINE, Channel.RESIDENT, Channel.ASSESSMENT, Channel.INSPECTOR)
OWN_CHANNEL: Final = {Role.INSPECTOR: Channel.INSPECTOR, Role.LIAISON: Channel.SELF_CHECK}

DISPATCHING: Final = ("territory", "department", "lead_side", "helpers")
ACT_FIELDS: Final[dict[Action, tuple[str, ...]]] = {
    Action.DISPATCH: DISPATCHING,
    Action.REDISPATCH: ("reason", *DISPATCHING),
    Action.REPORT_BACK: ("note",),
    Action.SELF_HANDLE: ("note",),
    Action.RETURN: ("reason",),
    Action.RETURN_SELF: ("reason",),
    Action.SUSPEND: ("reason",),
    Action.ASK_EXEMPTION: ("reason",),
    Action.GRANT_EXEMPTION: ("reason",),
    Action.REFUSE_EXEMPTION: ("reason",),
    Action.SPLIT: ("part_title", "part_type", "reason"),
    Action.MERGE: ("into",),
    Action.UNMERGE: ("reason",),
    Action.CLOSE_UNFIXED: ("reason",),
    Action.ASK_EXTENSION: ("extension_value", "reason"),
    Action.GRANT_EXTENSION: ("extension_value",),
    Action.REFUSE_EXTENSION: ("reason",),
    Action.ASK_HANDBACK: ("reason",),
    Action.REFUSE_HANDBACK: ("reason",),
    Action.UNLINK: ("reason",),
    Action.REMIND: ("reason",),
    Action.ANSWER: ("reason",),
    Action.REOPEN: ("reason",),
    Action.VOID: ("reason",),
}
BULK_FIELDS: Final[dict[Action, tuple[str, ...]]] = {
    Action.DISPATCH: ("lead_side",),
    Action.REMIND: ("reason",),
    Action.RETURN: ("reason",),
}
AS_SUGGESTED: Final = ""
XLSX: Final = "xlsx"
CSV: Final = "csv"


class IntakeForm(PlainForm):
    title = forms.CharField(
        label=_("是什么问题"),
        max_length=TITLE_CHARS_MAX,
        help_text=_("一句话，例如“垃圾桶满溢，两侧散落垃圾袋”"),
        error_messages={"required": _("请写明是什么问题，例如“垃圾桶满溢”。")},
    )
    type = forms.CharField(
        label=_("类型"), max_length=60, required=False, help_text=_("写名称或代码的一部分，从列表里选")
    )
    point = forms.CharField(
        label=_("点位"),
        max_length=140,
        required=False,
        help_text=_("写名称或编码的一部分，从列表里选；不在点位上就留空"),
    )
    address = forms.CharField(label=_("地点"), max_length=ADDRESS_CHARS_MAX, required=False)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    found_at = forms.DateTimeField(
        label=_("发现时间"),
        input_formats=[LOCAL_TIME, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_TIME),
        error_messages={"invalid": _("请写成“2026-11-24 08:15”的样子。")},
    )
    channel = forms.ChoiceField(label=_("来源"), choices=[(c.value, c.label) for c in OFFICE_CHANNELS])
    description = forms.CharField(
        label=_("补充说明"),
        max_length=DESCRIPTION_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    self_note = forms.CharField(
        label=_("怎样处置的"), max_length=NOTE_CHARS_MAX, required=False, help_text=_("例如“已扶正”")
    )
    key = forms.CharField(max_length=KEY_CHARS_MAX, widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, acting: Acting, initial: dict[str, Any], self_photo_count: int = 0) -> None:
        super().__init__(data, initial={"found_at": clock.local(clock.now()), "channel": Channel.DESK, **initial})
        self.self_photo_count = self_photo_count
        if not permissions.can(acting, rules.permission(Action.SELF_HANDLE)):
            del self.fields["self_note"]
        self.acting = acting
        self.types = _types()
        self.fields["type"].widget.attrs.update({"list": "type-options", "autocomplete": "off"})
        self.fields["point"].widget.attrs.update({"list": "point-options", "autocomplete": "off"})
        if acting.role in OWN_CHANNEL:
            del self.fields["channel"]

    def clean_type(self) -> ProblemType | None:
        text = self.cleaned_data["type"]
        return self.types.get(text.strip().split(" ")[0]) or type_named(text)

    def clean_self_note(self) -> str:
        """Both a photo and a note, or neither: what was put right on the spot is proved like any other."""
        note: str = self.cleaned_data["self_note"].strip()
        if bool(note) != bool(self.self_photo_count):
            raise forms.ValidationError(_("当场处置好的，处置后的照片和说明都要有；不是当场处置的，都不要填。"))
        return note

    @property
    def is_self_handled(self) -> bool:
        return bool(self.cleaned_data.get("self_note"))

    def clean_point(self) -> Point | None:
        """What the list offers is `code name`; a code or a name that only one point has will do."""
        text = self.cleaned_data["point"].strip()
        if not text:
            return None
        visible = places.points_for(self.acting).filter(is_active=True)
        found = list(visible.filter(code=text.split(" ")[0])[:1]) or list(visible.filter(name=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("没有找到这个点位。请从列表里选，或者留空，写明地点。"))
        return found[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lat, lon = cleaned.get("lat"), cleaned.get("lon")
        if self.errors.keys() & {"lat", "lon", "point"}:
            return cleaned
        if (lat is None) != (lon is None):
            self.add_error("lat", _("经度和纬度要一起填，或者都不填。"))
            return cleaned
        if lat is not None:
            fault = places.place_fault(lat, lon)
            if fault is not None:
                self.add_error("lat", _("这个位置不像在本市：{fault}。请重新标。").format(fault=fault.label))
                return cleaned
        if cleaned.get("point") is None and lat is None and not cleaned.get("address", "").strip():
            self.add_error("address", PlaceMissing.message)
        elif not self._is_in_reach(cleaned):
            self.add_error("address", _("这个位置不在您的范围内。请核对位置，或者请那里的文明办登记。"))
        return cleaned

    def _is_in_reach(self, cleaned: dict[str, Any]) -> bool:
        """Nobody files a problem where he would not see it."""
        point: Point | None = cleaned.get("point")
        asked = Problem(department_id=self._department_id(point))
        asked.set_region(point.region_code if point is not None else self._region_code(cleaned))
        return self.acting.scope.covers(asked)

    def _department_id(self, point: Point | None) -> int | None:
        if point is not None and point.department_id is not None:
            return point.department_id
        return self.acting.scope.value if self.acting.scope.column == "department_id" else None

    def _region_code(self, cleaned: dict[str, Any]) -> int | None:
        """Where the position lies; without one, the ground that this person answers for."""
        located = places.locate(cleaned["lat"], cleaned["lon"]) if cleaned.get("lat") is not None else None
        if located is not None:
            return located
        scope = self.acting.scope
        return scope.value if scope.column.endswith("_code") else None

    def draft(self, photos: Sequence[StoredFile], *, source: str, source_key: str) -> ProblemDraft:
        cleaned = self.cleaned_data
        own = OWN_CHANNEL.get(self.acting.role)
        found_at: datetime = cleaned["found_at"]
        return ProblemDraft(
            title=cleaned["title"],
            description=cleaned["description"],
            channel=own or Channel(cleaned["channel"]),
            found_at=found_at,
            type=cleaned["type"],
            point=cleaned["point"],
            address=cleaned["address"],
            lat=cleaned["lat"],
            lon=cleaned["lon"],
            region_code=None if cleaned["point"] else self._region_code(cleaned),
            department_id=self._department_id(cleaned["point"]),
            photos=tuple(photos),
            source=source,
            source_key=source_key,
        )


def type_named(text: str) -> ProblemType | None:
    """The type of the catalogue in force that `code name`, a code or a name means; None for nothing."""
    text = text.strip()
    if not text:
        return None
    try:
        return selectors.types_on_offer().get(text.split(" ")[0]) or TypeBook().find(text)
    except (UnknownType, AmbiguousType, NoCatalogue) as error:
        raise forms.ValidationError(str(error)) from error


def _types() -> dict[str, ProblemType]:
    """By code; none before a catalogue is published."""
    try:
        return selectors.types_on_offer()
    except NoCatalogue:
        return {}


class ActForm(PlainForm):
    """The fields of one action; ids carry the action, because a page holds several."""

    territory = forms.TypedChoiceField(label=_("属地"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("主管"), required=False, coerce=int, empty_value=None)
    lead_side = forms.ChoiceField(label=_("谁牵头"), choices=Lead.choices, widget=forms.RadioSelect)
    helpers = forms.TypedMultipleChoiceField(
        label=_("另请配合"),
        required=False,
        coerce=int,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=_("属地和主管中不牵头的一方自动配合，不用再选"),
    )
    extension_value = forms.IntegerField(label=_("延长多少"), min_value=1, max_value=EXTENSION_VALUE_MAX)
    reason = forms.CharField(label=_("原因"), max_length=REASON_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    into = forms.CharField(
        label=_("并入哪一件"),
        max_length=20,
        help_text=_("写编号，例如 2026-11-21-0417"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    part_title = forms.CharField(label=_("拆出什么问题"), max_length=TITLE_CHARS_MAX)
    part_type = forms.CharField(
        label=_("拆出的类型"), max_length=60, required=False, help_text=_("写名称或代码；不写就由派遣的人定")
    )
    note = forms.CharField(label=_("处理说明"), max_length=NOTE_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, data: Any = None, *, acting: Acting, action: Action, problem: Problem, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, auto_id=f"act-{action.value}-%s", initial=initial)
        self.acting, self.action, self.problem = acting, action, problem
        wanted = ACT_FIELDS.get(action, ())
        for name in list(self.fields):
            if name not in wanted:
                del self.fields[name]
        self.order_fields(wanted)

    def offer(self, choices: "UnitChoices") -> None:
        """What can be chosen; read once a page."""
        for name, options in (
            ("territory", [("", _("不选")), *choices.territories]),
            ("department", [("", _("不选")), *choices.departments]),
            ("helpers", [*choices.territories, *choices.departments]),
        ):
            field = self.fields.get(name)
            if isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField)):
                field.choices = options

    def clean_part_type(self) -> ProblemType | None:
        return type_named(self.cleaned_data["part_type"])

    def clean_into(self) -> int:
        code = self.cleaned_data["into"].strip()
        found = selectors.visible_to(self.acting).filter(code=code).exclude(pk=self.problem.pk)
        pk = found.values_list("pk", flat=True).first()
        if pk is None:
            raise forms.ValidationError(_("没有找到这个编号的问题。"))
        return pk

    def ask(self, *, photos: Sequence[StoredFile], key: str, expected_version: int | None) -> Ask:
        cleaned = self.cleaned_data
        side, helpers = cleaned.get("lead_side"), cleaned.get("helpers")
        return Ask(
            problem=self.problem.public_id,
            action=self.action,
            reason=cleaned.get("reason", ""),
            note=cleaned.get("note", ""),
            photos=tuple(photos),
            expected_version=expected_version,
            key=key,
            territory_id=cleaned.get("territory"),
            department_id=cleaned.get("department"),
            lead_side=Lead(side) if side else None,
            helper_ids=tuple(helpers) if helpers else None,
            extension_value=cleaned.get("extension_value"),
            into_id=cleaned.get("into"),
            part_title=cleaned.get("part_title", ""),
            part_type=cleaned.get("part_type"),
        )


class UnitChoices:
    """Territories of the problem's county, and all departments."""

    def __init__(self, problem: Problem) -> None:
        rows = units().filter(kind__in=(*TERRITORIES, *DEPARTMENTS))
        self.territories: list[tuple[Any, Any]] = []
        self.departments: list[tuple[Any, Any]] = []
        for unit in rows[:UNIT_CHOICES_MAX]:
            if unit.kind in DEPARTMENTS:
                self.departments.append((unit.pk, unit.name))
            elif _is_in_county(unit.region_code, problem.county_code):
                self.territories.append((unit.pk, unit.name))


def _is_in_county(code: int | None, county: int | None) -> bool:
    return county is None or (code is not None and cut(code, RegionLevel.COUNTY) == county)


class ExportForm(PlainForm):
    """Why somebody takes the list away, and as what."""

    reason = forms.CharField(label=_("用来做什么"), max_length=REASON_CHARS_MAX, help_text=_("例如“十一月调度会用”"))
    format = forms.ChoiceField(
        label=_("格式"), choices=[(XLSX, "Excel"), (CSV, "CSV")], initial=XLSX, widget=forms.RadioSelect
    )


class BulkForm(PlainForm):
    """What an action on many needs once for all of them."""

    lead_side = forms.ChoiceField(
        label=_("谁牵头"),
        required=False,
        choices=[(AS_SUGGESTED, _("各按建议")), *Lead.choices],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("原因"), max_length=REASON_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, action: Action) -> None:
        super().__init__(data)
        for name in list(self.fields):
            if name not in BULK_FIELDS.get(action, ()):
                del self.fields[name]
        if action == Action.REMIND and "reason" in self.fields:
            self.fields["reason"].label = _("催什么")
