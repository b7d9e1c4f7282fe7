"""What the office of the demonstration city writes into the catalogue: which of its units is in charge of which types.

The starter's catalogue names kinds of units (环卫单位), as the national one does; whom it means in this city only the
office knows. What no unit of the city does (供热企业) stays as it is worded.
"""

from datetime import date
from typing import Final

from django.db import transaction

from wenming.kernel.actors import Actor
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.enums import LimitUnit
from wenming.programmes.standards.models import ProblemType
from wenming.programmes.standards.services import TypeValues

IN_CHARGE: Final = {
    "综合执法部门": "市城市管理局",
    "环卫单位": "和安市环卫服务有限公司",
    "市政公用单位": "市住房和城乡建设局",
    "市住房城乡建设局": "市住房和城乡建设局",
    "排水管理单位": "市住房和城乡建设局",
    "园林绿化单位": "市园林绿化中心",
    "供水企业": "和安市供水有限公司",
    "供电企业": "和安市供电公司",
    "杆线产权单位": "和安市供电公司",
    "燃气企业": "和安市燃气有限公司",
    "市体育局": "市教育体育局",
    "市卫生健康委": "市卫生健康委员会",
    "市场监督管理部门": "市市场监督管理局",
}


@transaction.atomic
def name_units(*, effective_on: date, by: Actor) -> None:
    """Publishes a second version of the catalogue that names them; once."""
    catalogue = selectors.working_catalogue()
    rows = list(ProblemType.objects.filter(catalogue=catalogue, lead_name__in=IN_CHARGE).order_by("position"))
    for row in rows:
        services.change_type(row.code, values=_values(row), seen=selectors.seen_of(row), by=by)
    if rows:
        services.publish_catalogue(selectors.working_catalogue(), effective_on=effective_on, by=by)


def _values(row: ProblemType) -> TypeValues:
    return TypeValues(
        name=row.name,
        filing_condition=row.filing_condition,
        limit_value=row.limit_value,
        limit_unit=LimitUnit(row.limit_unit),
        close_condition=row.close_condition,
        lead_name=IN_CHARGE[row.lead_name],
    )
