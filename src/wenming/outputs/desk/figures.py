"""The month's numbers: each with what it divides, as of when, and a way to its rows."""

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenming.engines.metrics import named, registry, selectors
from wenming.engines.metrics.definitions import Metric
from wenming.engines.metrics.evaluation import Measure
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.kernel.ui import numbers
from wenming.kernel.ui.parts import Figure

# In short; the page of the figure has the whole definition.
SHOWN: Final[dict[str, Promise]] = {
    "problems.rectification_rate": gettext_lazy("审核通过 ÷ 本月发现"),
    "problems.on_time_rate": gettext_lazy("按期报整改 ÷ 有时限的"),
    "problems.reported_rate": gettext_lazy("单位报过 ÷ 本月发现"),
    "problems.site_pass_rate": gettext_lazy("实地合格 ÷ 抽中看过的"),
    "problems.found": gettext_lazy("本月发现，作废的不算"),
}


def month_of(now: datetime) -> Period:
    return Period.parse(f"{clock.local(now):%Y-%m}")


def of_month(acting: Acting, period: Period) -> list[Figure]:
    """Within the person's scope; one statement for them all."""
    found = selectors.measures(list(SHOWN), period=period, scope=acting.scope)
    return [_figure(found[key], registry.metric(key), words) for key, words in SHOWN.items()]


def _figure(measure: Measure, metric: Metric, words: Promise) -> Figure:
    return Figure(
        name=named.find(measure.key).label,
        value=_shown(measure),
        unit="" if measure.exact is None else _unit(metric),
        definition=words,
        numerator=measure.numerator if metric.is_ratio else None,
        denominator=measure.denominator if metric.is_ratio else None,
        count_unit=_("件"),
        as_of=measure.as_of,
        url=f"{reverse('metrics:figure', args=[measure.key])}?{urlencode({'period': measure.period})}",
        note=_note(measure, metric),
    )


def _unit(metric: Metric) -> str:
    return metric.unit if metric.unit == "%" else _("件")


def _shown(measure: Measure) -> str:
    """A rate without its sign, which stands smaller behind it; a count with its thousands apart."""
    if measure.exact is None:
        return numbers.DASH
    return measure.display.removesuffix("%") if measure.unit == "%" else numbers.thousands(measure.numerator)


def _note(measure: Measure, metric: Metric) -> str:
    if metric.is_ratio and not measure.denominator:
        return _("本月还没有可以算的")
    if metric.target is None or metric.target.op != ">=":
        return ""
    goal = numbers.percent(metric.target.value, 0)
    if measure.exact is not None and measure.exact < metric.target.value:
        return _("目标 {goal}，还没有达到").format(goal=goal)
    return _("目标 {goal}，已达到").format(goal=goal)
