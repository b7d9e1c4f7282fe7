"""One's keys, in the menu of one's own."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui.userbox import MenuLink


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "exchange.keep_keys")


KEYS = MenuLink(label=_("接口密钥"), url_name="exchange:keys", icon="key", is_visible=_is_visible)
