"""The foot of the rail: who is at work, under which grant, and what else they may work under."""

from django.http import HttpRequest
from django.urls import reverse

from wenming.foundation.people.enums import Role
from wenming.kernel.ui import userbox
from wenming.kernel.ui.userbox import RoleChoice, UserBox


def build(request: HttpRequest) -> UserBox | None:
    """None for who is not signed in. Costs no query: the middleware has read the grants already."""
    acting = getattr(request, "acting", None)
    if acting is None:
        return None
    grants = getattr(request, "grants", ())
    choices = [
        RoleChoice(str(grant.pk), str(Role(grant.role).label), grant.unit.name, grant.pk == acting.grant_id)
        for grant in grants
    ]
    return UserBox(
        name=acting.user_name,
        role=str(acting.role.label),
        unit=acting.unit_name,
        choices=choices if len(choices) > 1 else (),
        switch_url=reverse("people:switch_grant"),
        account_url=reverse("people:account"),
        sign_out_url=reverse("people:sign_out"),
    )


def register() -> None:
    userbox.provide(build)
