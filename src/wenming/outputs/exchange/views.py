"""One's own keys for other programs."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock, paging
from wenming.outputs.exchange.forms import KeyForm
from wenming.outputs.exchange.keys import KeyDraft, keys_of, make_key, revoke_key


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("exchange.keep_keys")
def keys(request: StaffRequest) -> HttpResponse:
    """The list, the form, and once, right after it was made, the token."""
    form, token = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft = KeyDraft(
            name=given["name"],
            rights=frozenset(given["rights"]),
            days=given["days"],
            per_minute=given["per_minute"],
            per_day=given["per_day"],
        )
        _key, token = make_key(request.acting, draft)
        form = KeyForm()
    page = paging.page(keys_of(request.acting), order=("-id",), cursor=request.GET.get("cursor"))
    context = {"form": form, "token": token, "page": page, "now": clock.now()}
    status = 400 if request.method == "POST" and not token else 200
    return render(request, "exchange/keys.html", context, status=status)


@require_POST
@staff("exchange.keep_keys")
def revoke(request: StaffRequest, public_id: UUID) -> HttpResponse:
    revoke_key(request.acting, public_id)
    return redirect("exchange:keys")
