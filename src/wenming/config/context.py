"""What every page needs to draw its frame."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wenming.kernel.ui import nav


def shell(request: HttpRequest) -> dict[str, Any]:
    acting = getattr(request, "acting", None)
    return {
        "city_name": settings.CITY_NAME,
        "acting": acting,
        "nav": nav.build(request) if acting is not None else (),
    }
