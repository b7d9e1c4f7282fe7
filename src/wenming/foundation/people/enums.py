"""The kinds of units and the roles that people hold in them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    OFFICE = "office", _("市文明办")
    SECTION = "section", _("科室")
    COUNTY_OFFICE = "county_office", _("县文明办")
    STREET = "street", _("街道")
    TOWN = "town", _("乡镇")
    COMMUNITY = "community", _("社区")
    VILLAGE = "village", _("村")
    DEPARTMENT = "department", _("部门")
    COMPANY = "company", _("企业")


# A territory (属地) answers for a place; a department (主管) answers for a matter.
TERRITORIES = frozenset({UnitKind.STREET, UnitKind.TOWN, UnitKind.COMMUNITY, UnitKind.VILLAGE})
DEPARTMENTS = frozenset({UnitKind.DEPARTMENT, UnitKind.COMPANY})


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDITOR = "auditor", _("审计管理员")
    OFFICE = "office", _("市创建科")
    COUNTY = "county", _("县文明办")
    LIAISON = "liaison", _("联络员")
    INSPECTOR = "inspector", _("督查员")
    LEADER = "leader", _("领导")
    AUTHOR = "author", _("笔杆子")


# Kept apart (三员分立): who sets up, who says what each may do, who reads what both did. None of them sees the city's work.
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR})
WORKING = tuple(role for role in Role if role not in ADMINISTRATORS)
CITY_ROLES = frozenset({*ADMINISTRATORS, Role.OFFICE, Role.LEADER, Role.AUTHOR})
