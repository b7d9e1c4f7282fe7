"""What the rail leads to, and the page where the chain is set."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import nav, setup


def _sees(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "dossiers.view_dossier")


def _sets(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "dossiers.set_chain")


LIST = nav.NavEntry(
    key="dossiers.list",
    label=_("巡察整改"),
    url_name="dossiers:list",
    icon="shield",
    order=150,
    is_visible=_sees,
)
SETUP = setup.SetupEntry(
    key="dossiers.chain",
    label=_("签批链"),
    text=_("整改报上来以后，由谁按什么次序签批，才能销号。"),
    url_name="dossiers:chain",
    icon="stamp",
    order=240,
    is_visible=_sets,
)
