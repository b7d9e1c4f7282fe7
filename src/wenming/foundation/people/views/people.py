"""Accounts and their grants: the system administrator sets them up, the security administrator says what they may."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people import permissions, selectors, services
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.enums import Role
from wenming.foundation.people.errors import GrantNotThere
from wenming.foundation.people.forms import GrantForm, NewPersonForm, PersonForm
from wenming.foundation.people.models import Grant, User
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.paging import capped_count, page
from wenming.kernel.ui.filters import chip

ORDER: Final = ("username",)
TEXT_CHARACTERS_MAX: Final = 60
GRANTS_MAX: Final = 200


@require_safe
@staff("people.view_people")
def listing(request: StaffRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:TEXT_CHARACTERS_MAX]
    found = selectors.find_users(text=text, state=request.GET.get("state", ""))
    listed = page(found, order=ORDER, cursor=request.GET.get("cursor"))
    states = [
        ("waiting", _("有授权等确认")),
        ("merged", _("单位已合并，岗位待移")),
        ("locked", _("已锁定")),
        ("off", _("已停用")),
    ]
    context = {
        "page": listed,
        "rows": [{"user": user, "grants": [_grant_row(grant) for grant in user.open_ones]} for user in listed.rows],
        "count": capped_count(found),
        "chips": [chip(request.GET, param="state", label=_("状态"), options=states)],
        "mergers": selectors.mergers_with_grants(),
        "text": text,
        "is_narrowed": bool(text or request.GET.get("state")),
        "can_change": permissions.can(request.acting, "people.change_people"),
        "now": clock.now(),
    }
    return render(request, "people/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff("people.change_people")
def register(request: StaffRequest) -> HttpResponse:
    """A new account; its first password is shown once, to be handed over."""
    form, error, status = NewPersonForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                user, once = services.register_user(**form.cleaned_data, by=request.acting.actor)
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                return render(request, "people/once.html", {"person": user, "once": once})
    return render(request, "people/person_form.html", {"form": form, "error": error}, status=status)


@require_http_methods(["GET", "POST"])
@staff("people.view_people")
def person(request: StaffRequest, pk: int) -> HttpResponse:
    user = selectors.user_by_pk(pk)
    form, status = PersonForm(request.POST or None, initial={"name": user.name}), 200
    if request.method == "POST":
        permissions.require(request.acting, "people.change_people")
        status = 400
        if form.is_valid():
            services.rename_user(user, name=form.cleaned_data["name"], by=request.acting.actor)
            messages.success(request, _("已保存。"))
            return redirect("people:person", pk=pk)
    return _page(request, user, form=form, status=status)


@require_POST
@staff("people.grant_roles")
def grant(request: StaffRequest, pk: int) -> HttpResponse:
    user, form = selectors.user_by_pk(pk), GrantForm(request.POST)
    error: DomainError | None = None
    if form.is_valid():
        asked = form.cleaned_data
        try:
            given = services.grant_role(
                user,
                role=Role(asked["role"]),
                unit=asked["unit"],
                region_code=int(asked["region"]) if asked["region"] else None,
                ends_on=asked["ends_on"],
                by=request.acting.actor,
            )
        except DomainError as refusal:
            error = refusal
        else:
            waits = given.effective_at is None
            messages.success(request, _("已提交，等另一位管理员确认。") if waits else _("已授权。"))
            return redirect("people:person", pk=pk)
    return _page(request, user, grant_form=form, error=error, status=error.status if error else 400)


@require_POST
@staff("people.confirm_grants")
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    found = _grant(pk)
    services.confirm_grant(found, by=request.acting.actor)
    messages.success(request, _("已确认，这项授权现在生效。"))
    return redirect("people:person", pk=found.user_id)


@require_POST
@staff("people.grant_roles")
def revoke(request: StaffRequest, pk: int) -> HttpResponse:
    found = _grant(pk)
    services.revoke_grant(found, by=request.acting.actor)
    messages.success(request, _("已收回这项授权。"))
    return redirect("people:person", pk=found.user_id)


@require_POST
@staff("people.change_people")
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    services.deactivate_user(selectors.user_by_pk(pk), by=request.acting.actor)
    messages.success(request, _("账号已停用。"))
    return redirect("people:person", pk=pk)


@require_POST
@staff("people.change_people")
def activate(request: StaffRequest, pk: int) -> HttpResponse:
    services.activate_user(selectors.user_by_pk(pk), by=request.acting.actor)
    messages.success(request, _("账号已恢复使用。"))
    return redirect("people:person", pk=pk)


@require_POST
@staff("people.keep_accounts")
def unlock(request: StaffRequest, pk: int) -> HttpResponse:
    services.unlock_accounts([selectors.user_by_pk(pk)], by=request.acting.actor)
    messages.success(request, _("账号已解锁。"))
    return redirect("people:person", pk=pk)


@require_POST
@staff("people.keep_accounts")
def end_sessions(request: StaffRequest, pk: int) -> HttpResponse:
    services.sign_out_everywhere(selectors.user_by_pk(pk), by=request.acting.actor)
    messages.success(request, _("这个账号在所有设备上都已退出。"))
    return redirect("people:person", pk=pk)


@never_cache
@require_POST
@staff("people.keep_accounts")
def reset(request: StaffRequest, pk: int) -> HttpResponse:
    """The new password is shown once, to be handed over in person."""
    user = selectors.user_by_pk(pk)
    once = services.reset_password(user, by=request.acting.actor)
    return render(request, "people/once.html", {"person": user, "once": once})


def _page(request: StaffRequest, user: User, *, status: int, **given: Any) -> HttpResponse:
    acting = request.acting
    rows = selectors.grants_of(user)[:GRANTS_MAX]
    context = {
        "person": user,
        "form": PersonForm(initial={"name": user.name}),
        "grant_form": GrantForm(),
        "grants": [_grant_row(each) for each in rows],
        "is_locked": user.locked_until is not None and user.locked_until > clock.now(),
        "is_oneself": user.pk == acting.user_id,
        "can_change": permissions.can(acting, "people.change_people"),
        "can_grant": permissions.can(acting, "people.grant_roles"),
        "can_confirm": permissions.can(acting, "people.confirm_grants"),
        "can_keep": permissions.can(acting, "people.keep_accounts"),
        **given,
    }
    return render(request, "people/person.html", context, status=status)


def _grant_row(grant: Grant) -> dict[str, Any]:
    today = clock.local(clock.now()).date()
    return {
        "grant": grant,
        "role": Role(grant.role).label,
        "is_waiting": grant.revoked_at is None and grant.effective_at is None,
        "is_over": grant.revoked_at is not None or (grant.ends_on is not None and grant.ends_on < today),
    }


def _grant(pk: int) -> Grant:
    found = Grant.objects.filter(pk=pk).first()
    if found is None:
        raise GrantNotThere
    return found
