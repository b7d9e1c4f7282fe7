"""The form of a report."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.foundation.places import selectors as places
from wenming.foundation.places.selectors import RegionNode
from wenming.kernel import clock, ids
from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.problems import public, selectors
from wenming.programmes.problems.enums import Channel
from wenming.programmes.problems.errors import PlaceMissing
from wenming.programmes.problems.models import ADDRESS_CHARS_MAX, TITLE_CHARS_MAX
from wenming.programmes.problems.services import ProblemDraft
from wenming.programmes.standards.errors import NoCatalogue
from wenming.programmes.standards.models import ProblemType

TEXT_CHARS_MAX: Final = 500
TITLE_OF_TEXT_CHARS: Final = 30
KEY: Final = r"^[0-9a-f]{32}$"
NO_TITLE: Final = _("居民上报的问题")


def types_on_offer() -> dict[str, ProblemType]:
    """Empty where the office has no catalogue yet."""
    try:
        return selectors.types_on_offer()
    except NoCatalogue:
        return {}


class ReportForm(PlainForm):
    type = forms.CharField(label=_("是什么问题"), max_length=20, required=False)
    text = forms.CharField(
        label=_("补充说明"),
        max_length=TEXT_CHARS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("想补充什么？可以不填")}),
    )
    address = forms.CharField(
        label=_("地点"),
        max_length=ADDRESS_CHARS_MAX,
        required=False,
        help_text=_("例如：东关菜市场北门。地图上标了就可以不写。"),
    )
    region = forms.IntegerField(label=_("在哪个街道、乡镇"), required=False, widget=forms.Select)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    key = forms.RegexField(regex=KEY, widget=forms.HiddenInput)
    proof = forms.CharField(max_length=200, widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any, *, types: dict[str, ProblemType], tree: tuple[RegionNode, ...], has_photos: bool = False
    ) -> None:
        super().__init__(data, initial={"key": ids.uuid7().hex})
        self.types, self.tree, self.has_photos = types, tree, has_photos
        towns = [(county.name, [(t.code, t.name) for t in county.children]) for c in tree for county in c.children]
        self.fields["region"].widget.choices = [("", _("不清楚就不选")), *towns]

    def clean_type(self) -> ProblemType | None:
        return self.types.get(self.cleaned_data["type"])

    def clean_region(self) -> int | None:
        code: int | None = self.cleaned_data["region"]
        towns = {town.code for city in self.tree for county in city.children for town in county.children}
        return code if code in towns else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.has_photos and not cleaned.get("text", "").strip():
            self.add_error("text", _("请拍一张照片，或者写一句是什么问题。"))
        if self.errors.keys() & {"lat", "lon"}:
            return cleaned
        lat, lon = cleaned.get("lat"), cleaned.get("lon")
        if lat is None or lon is None:
            cleaned["lat"] = cleaned["lon"] = None
            if not cleaned.get("address", "").strip():
                self.add_error("address", PlaceMissing.message)
            return cleaned
        fault = places.place_fault(lat, lon)
        if fault is not None:
            self.add_error("address", _("这个位置不像在本市：{fault}。请重新标。").format(fault=fault.label))
        return cleaned

    def draft(self) -> ProblemDraft:
        """Without the photos. Its title is the type's name, else how the text begins: the words in full stay with it."""
        cleaned = self.cleaned_data
        kind: ProblemType | None = cleaned["type"]
        text: str = cleaned["text"].strip()
        beginning = text.splitlines()[0][:TITLE_OF_TEXT_CHARS] if text else str(NO_TITLE)
        return ProblemDraft(
            title=(kind.name if kind else beginning)[:TITLE_CHARS_MAX],
            description=text,
            channel=Channel.RESIDENT,
            found_at=clock.now(),
            type=kind,
            address=cleaned["address"],
            lat=cleaned["lat"],
            lon=cleaned["lon"],
            region_code=self._region_code(),
            needs_triage=True,
            source=public.RESIDENT_SOURCE,
            source_key=cleaned["key"],
        )

    def _region_code(self) -> int | None:
        """Where the position lies; without one, what the resident chose."""
        cleaned = self.cleaned_data
        if cleaned["lat"] is not None:
            return places.locate(cleaned["lat"], cleaned["lon"])
        code: int | None = cleaned["region"]
        return code
