"""One's own second factor, and taking back that of somebody who lost it."""

import base64
from typing import Any, Final

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.people import selectors, services
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.forms import CodeForm
from wenming.foundation.people.middleware import FACTOR_KEY
from wenming.foundation.people.models import User
from wenming.kernel.errors import DomainError

# A secret that was shown and not proved yet, sealed: looking again shows the same one.
PENDING_KEY: Final = "factor_pending"
QR_SCALE: Final = 5


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@staff("people.own_account")
def second_factor(request: StaffRequest) -> HttpResponse:
    """Enrolling; afterwards new recovery codes (`do=renew`) and, where nobody requires it, turning it off (`do=remove`)."""
    user = selectors.user_by_pk(request.acting.user_id)
    form, error, status = CodeForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                return _done(request, user, form.cleaned_data["code"])
            except DomainError as refusal:
                # A code that was typed holds no longer by the time it is corrected.
                form, error, status = CodeForm(), refusal, refusal.status
    return _page(request, user, form=form, error=error, status=status)


@require_POST
@staff("people.keep_accounts")
def reset(request: StaffRequest, pk: int) -> HttpResponse:
    services.reset_factor(selectors.user_by_pk(pk), by=request.acting.actor)
    messages.success(request, _("二次验证已重置，他在所有设备上都已退出。"))
    return redirect("people:person", pk=pk)


def _done(request: StaffRequest, user: User, code: str) -> HttpResponse:
    done, by = request.POST.get("do", ""), request.acting.actor
    if done == "remove":
        services.remove_factor(user, code=code, by=by)
        messages.success(request, _("二次验证已关掉。"))
        return redirect("people:account")
    if done == "renew":
        codes = services.renew_recovery_codes(user, code=code, by=by)
    else:
        codes = services.enrol_factor(user, secret=_pending(request, user), code=code, by=by)
        del request.session[PENDING_KEY]
        request.session.cycle_key()
        request.session[FACTOR_KEY] = True
    return render(request, "people/recovery_codes.html", {"codes": codes})


def _page(request: StaffRequest, user: User, *, form: CodeForm, error: DomainError | None, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "error": error,
        "factor": selectors.factor_of(user),
        "is_required": services.is_required_of(user),
    }
    if context["factor"] is None:
        secret, address = services.shown_secret(user, _pending(request, user))
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        context["qr"] = segno.make(address, error="m").png_data_uri(scale=QR_SCALE, border=4)
    else:
        context["codes_left"] = selectors.recovery_codes_left(user)
    response = render(request, "people/second_factor.html", context, status=status)
    for name, value in (error.headers if error else {}).items():
        response[name] = value
    return response


def _pending(request: StaffRequest, user: User) -> bytes:
    kept = request.session.get(PENDING_KEY)
    if kept is None:
        kept = base64.b64encode(services.new_secret(user)).decode()
        request.session[PENDING_KEY] = kept
    return base64.b64decode(kept)
