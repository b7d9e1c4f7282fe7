"""The forms of appeals: noting one, noting what a meeting heard, acting on one, and a meeting's sign-in sheet."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.telling import ActForm
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import DEPARTMENTS, TERRITORIES
from wenming.foundation.people.errors import AmbiguousUnit, UnknownUnit
from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import UnitBook, units
from wenming.kernel import clock
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.appeals.enums import Action, SaidBy, Source
from wenming.programmes.appeals.errors import PlaceMissing
from wenming.programmes.appeals.models import (
    ANSWER_CHARS_MAX,
    PLACE_CHARS_MAX,
    REACH_CHARS_MAX,
    TEXT_CHARS_MAX,
    TOPIC_CHARS_MAX,
    Appeal,
    Meeting,
)
from wenming.programmes.appeals.services import AppealDraft, Ask
from wenming.programmes.appeals.services.acts import answers_there
from wenming.programmes.appeals.services.meetings import UNITS_MAX

UNIT_CHOICES_MAX: Final = 1_000
REASON_CHARS_MAX: Final = 500
LOCAL_TIME: Final = "%Y-%m-%dT%H:%M"
ROWS: Final = 6
"""Empty lines under a meeting; more come by saving and noting on."""
FORM_SOURCES: Final = (Source.VISIT, Source.PHONE, Source.SURVEY)
FAULTS_SHOWN: Final = 5

ACT_FIELDS: Final[dict[Action, tuple[str, ...]]] = {
    Action.ASSIGN: ("unit",),
    Action.HAND_BACK: ("reason",),
    Action.ANSWER: ("answer",),
    Action.SAY_SOLVED: ("said_by",),
    Action.SAY_UNSOLVED: ("reason",),
    Action.REOPEN: ("reason",),
    Action.CLOSE_UNSOLVED: ("reason",),
    Action.PUBLISH: ("public_text", "public_answer"),
    Action.UNPUBLISH: ("reason",),
    Action.VOID: ("reason",),
}


class Grounds:
    """The streets, towns, communities and villages that a person may name, by what they are called; read once a page."""

    def __init__(self, acting: Acting) -> None:
        scope = acting.scope
        rows = units().filter(kind__in=TERRITORIES, region_code__isnull=False)[:UNIT_CHOICES_MAX]
        self._codes = {
            unit.name: unit.region_code
            for unit in rows
            if unit.region_code is not None and (scope.column == "department_id" or _covers(acting, unit.region_code))
        }

    @property
    def names(self) -> list[str]:
        return list(self._codes)

    def code_of(self, text: str) -> int | None:
        """The ground of the unit so called. Raises ValidationError for a name that is none of these."""
        text = text.strip()
        if not text:
            return None
        if text not in self._codes:
            raise forms.ValidationError(_("没有找到这个社区（村）或街道。请从列表里选。"))
        return self._codes[text]


def _covers(acting: Acting, code: int) -> bool:
    asked = Appeal()
    asked.set_region(code)
    return acting.scope.covers(asked)


class RowForm(PlainForm):
    """One line of what a meeting heard; an empty one is none."""

    ground = forms.CharField(label=_("社区（村）或街道"), max_length=100)
    text = forms.CharField(label=_("反映什么"), max_length=TEXT_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    how_to_reach = forms.CharField(label=_("怎么联系到"), max_length=REACH_CHARS_MAX, required=False)
    consents_public = forms.BooleanField(label=_("同意公开答复"), required=False)

    def __init__(self, *args: Any, grounds: Grounds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grounds = grounds
        self.fields["ground"].widget.attrs.update({"list": "ground-options", "autocomplete": "off"})

    def clean_ground(self) -> int | None:
        return self.grounds.code_of(self.cleaned_data["ground"])

    def draft(self, *, meeting: Meeting, at: datetime, key: str) -> AppealDraft:
        given = self.cleaned_data
        return AppealDraft(
            text=given["text"],
            source=Source.MEETING,
            raised_at=at,
            region_code=given["ground"],
            how_to_reach=given["how_to_reach"],
            consents_public=given["consents_public"],
            meeting=meeting,
            origin_kind="rows",
            origin_key=key,
        )


RowSet = forms.formset_factory(RowForm, extra=ROWS, max_num=ROWS, absolute_max=ROWS, validate_max=True)


class AppealForm(PlainForm):
    text = forms.CharField(
        label=_("反映的是什么"),
        max_length=TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写事情本身，例如“3 号楼前路灯不亮，晚上看不见台阶”。不写姓名和号码。"),
    )
    ground = forms.CharField(
        label=_("在哪个社区（村）或街道"),
        max_length=100,
        help_text=_("写名称的一部分，从列表里选"),
        error_messages={"required": PlaceMissing.message},
    )
    address = forms.CharField(
        label=_("具体位置"), max_length=PLACE_CHARS_MAX, required=False, help_text=_("例如“东门菜市场旁”")
    )
    source = forms.ChoiceField(
        label=_("从哪里听到的"), choices=[(s.value, s.label) for s in FORM_SOURCES], widget=forms.RadioSelect
    )
    raised_at = forms.DateTimeField(
        label=_("什么时候反映的"),
        input_formats=[LOCAL_TIME, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_TIME),
        error_messages={"invalid": _("请写成“2026-11-24 08:15”的样子。")},
    )
    how_to_reach = forms.CharField(
        label=_("怎么联系到当事人"),
        max_length=REACH_CHARS_MAX,
        required=False,
        help_text=_("写谁认识，例如“楼长知道”。姓名和号码由登记的单位自己掌握，不写在这里。"),
    )
    consents_public = forms.BooleanField(
        label=_("当事人同意公开答复"), required=False, help_text=_("不同意的，只答复本人。")
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, grounds: Grounds, initial: dict[str, Any]) -> None:
        first = {"raised_at": clock.local(clock.now()), "source": Source.VISIT, **initial}
        super().__init__(data, initial=first)
        self.grounds = grounds
        self.fields["ground"].widget.attrs.update({"list": "ground-options", "autocomplete": "off"})

    def clean_ground(self) -> int | None:
        return self.grounds.code_of(self.cleaned_data["ground"])

    def draft(self, *, user_id: int) -> AppealDraft:
        given = self.cleaned_data
        return AppealDraft(
            text=given["text"],
            source=Source(given["source"]),
            raised_at=given["raised_at"],
            region_code=given["ground"],
            place=given["address"],
            how_to_reach=given["how_to_reach"],
            consents_public=given["consents_public"],
            origin_kind="desk",
            origin_key=f"{user_id}:{given['key']}",
        )


class AppealActForm(ActForm):
    """Every field that some action asks for; `ACT_FIELDS` says which."""

    unit = forms.TypedChoiceField(label=_("办理单位"), coerce=int)
    answer = forms.CharField(
        label=_("怎么办的，怎么答复的"), max_length=ANSWER_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
    said_by = forms.ChoiceField(label=_("谁说解决了"), choices=SaidBy.choices, widget=forms.RadioSelect)
    public_text = forms.CharField(
        label=_("公开的诉求"),
        max_length=TEXT_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("看不出是谁反映的。"),
    )
    public_answer = forms.CharField(
        label=_("公开的答复"), max_length=ANSWER_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(label=_("原因"), max_length=REASON_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    def ask(self, appeal: Appeal, *, units_by_pk: dict[int, Unit], key: str, expected_version: int | None) -> Ask:
        given = self.cleaned_data
        return Ask(
            appeal=appeal.public_id,
            action=Action(self.action),
            reason=given.get("reason", ""),
            unit=units_by_pk.get(given["unit"]) if "unit" in given else None,
            answer=given.get("answer", ""),
            said_by=SaidBy(given["said_by"]) if "said_by" in given else None,
            public_text=given.get("public_text", ""),
            public_answer=given.get("public_answer", ""),
            expected_version=expected_version,
            key=key,
        )


def handlers_for(appeal: Appeal) -> list[Unit]:
    """Who may be asked to handle it: its street and community first, then the departments. One statement."""
    grounds = [code for code in (appeal.town_code, appeal.village_code) if code is not None]
    rows = units().filter(kind__in=(*TERRITORIES, *DEPARTMENTS))[:UNIT_CHOICES_MAX]
    found = [unit for unit in rows if answers_there(unit, appeal)]
    return sorted(found, key=lambda unit: (unit.region_code not in grounds or unit.kind in DEPARTMENTS, unit.code))


class MeetingForm(PlainForm):
    topic = forms.CharField(label=_("会议主题"), max_length=TOPIC_CHARS_MAX)
    held_on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    venue = forms.CharField(label=_("地点"), max_length=PLACE_CHARS_MAX, required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)


class AttendanceForm(PlainForm):
    """The sign-in sheet as it can be pasted: one unit a line, by code or by any name that it has or had."""

    units = forms.CharField(
        label=_("参加的单位"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("每行一个，可以从签到表里整列粘贴。街道、社区、部门分开计数。"),
    )

    def clean_units(self) -> list[Unit]:
        lines = [line.strip() for line in self.cleaned_data["units"].splitlines() if line.strip()]
        if len(lines) > UNITS_MAX:
            raise forms.ValidationError(_("最多 %(most)s 个单位。"), params={"most": UNITS_MAX})
        book, found, unknown = UnitBook(), [], []
        for line in lines:
            try:
                found.append(book.find(line))
            except (UnknownUnit, AmbiguousUnit):
                unknown.append(line)
        if unknown:
            shown = "、".join(unknown[:FAULTS_SHOWN])
            raise forms.ValidationError(
                _("有 %(n)s 行认不出是哪个单位：%(shown)s。请写全称或编码。"),
                params={"n": len(unknown), "shown": shown},
            )
        return found


class NewMeetingForm(MeetingForm, AttendanceForm):
    field_order = ("topic", "held_on", "venue", "units")
