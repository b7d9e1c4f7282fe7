"""One's keys and the imports, in the menu of one's own."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui.userbox import MenuLink
from wenming.outputs.exchange.office.tables import tables_for


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "exchange.keep_keys")


KEYS = MenuLink(label=_("接口密钥"), url_name="exchange:keys", icon="key", is_visible=_is_visible)
HOOKS = MenuLink(label=_("推送给其他系统"), url_name="exchange:hooks", icon="send", is_visible=_is_visible)


def _may_import(request: HttpRequest) -> bool:
    acting = getattr(request, "acting", None)
    return acting is not None and bool(tables_for(acting))


IMPORTS = MenuLink(label=_("导入表格"), url_name="exchange:imports", icon="import", is_visible=_may_import)
