"""One's own account: its password, and its sessions elsewhere."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.people import selectors, services
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.forms import PasswordForm
from wenming.kernel.errors import DomainError


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@staff("people.own_account")
def account(request: StaffRequest) -> HttpResponse:
    """Changing the password ends every session, this one too: the new one is tried at once."""
    user = selectors.user_by_pk(request.acting.user_id)
    form, status = PasswordForm(request.POST or None), 200
    error: DomainError | None = None
    if request.method == "POST":
        status = 400
        if form.is_valid():
            asked = form.cleaned_data
            try:
                services.change_password(user, current=asked["current"], new=asked["new"], by=request.acting.actor)
            except DomainError as refusal:
                error, status = refusal, refusal.status
            else:
                logout(request)
                messages.success(request, _("密码已改。请用新密码登录。"))
                return redirect("people:sign_in")
    return render(request, "people/account.html", {"person": user, "form": form, "error": error}, status=status)


@require_POST
@staff("people.own_account")
def sign_out_everywhere(request: StaffRequest) -> HttpResponse:
    services.sign_out_everywhere(selectors.user_by_pk(request.acting.user_id), by=request.acting.actor)
    logout(request)
    messages.success(request, _("所有设备上都已退出。"))
    return redirect("people:sign_in")
