"""One's own subscriptions of other systems to what happens to problems."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel import paging
from wenming.kernel.errors import DomainError
from wenming.outputs.exchange import hooks
from wenming.outputs.exchange.enums import HookKind
from wenming.outputs.exchange.forms import HookForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("exchange.keep_keys")
def hook_list(request: StaffRequest) -> HttpResponse:
    """The list, the form, and once, right after it was made, the secret."""
    regions = hooks.regions_within(request.acting)
    form, secret = HookForm(request.POST or None, regions=regions), ""
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft = hooks.HookDraft(
            name=given["name"],
            url=given["url"],
            kinds=given["kinds"],
            origin=request.build_absolute_uri("/").rstrip("/"),
            region_code=given["region"],
        )
        try:
            _hook, secret = hooks.make_hook(request.acting, draft)
            form = HookForm(regions=regions)
        except DomainError as refused:
            error = refused
    page = paging.page(hooks.hooks_of(request.acting), order=("-id",), cursor=request.GET.get("cursor"))
    names = places.region_names([hook.region_code for hook in page.rows])
    rows = [(hook, names.get(hook.region_code or 0, ""), _labels(hook.kinds)) for hook in page.rows]
    context = {"form": form, "error": error, "secret": secret, "page": page, "rows": rows}
    status = 400 if request.method == "POST" and not secret else 200
    return render(request, "exchange/hooks.html", context, status=status)


@require_safe
@staff("exchange.keep_keys")
def hook(request: StaffRequest, public_id: UUID) -> HttpResponse:
    found = hooks.hook_for(request.acting, public_id)
    page = paging.page(hooks.deliveries_of(found), order=("-event_id",), cursor=request.GET.get("cursor"))
    names = places.region_names([found.region_code])
    context = {
        "hook": found,
        "page": page,
        "region": names.get(found.region_code or 0, ""),
        "kinds": _labels(found.kinds),
        "labels": dict(HookKind.choices),
    }
    return render(request, "exchange/hook.html", context)


@require_POST
@staff("exchange.keep_keys")
def pause(request: StaffRequest, public_id: UUID) -> HttpResponse:
    hooks.pause_hook(request.acting, public_id)
    return redirect("exchange:hook", public_id)


@require_POST
@staff("exchange.keep_keys")
def resume(request: StaffRequest, public_id: UUID) -> HttpResponse:
    hooks.resume_hook(request.acting, public_id)
    return redirect("exchange:hook", public_id)


@require_POST
@staff("exchange.keep_keys")
def remove(request: StaffRequest, public_id: UUID) -> HttpResponse:
    hooks.remove_hook(request.acting, public_id)
    return redirect("exchange:hooks")


@require_POST
@staff("exchange.keep_keys")
def send_again(request: StaffRequest, public_id: UUID, event_id: int) -> HttpResponse:
    hooks.send_again(request.acting, public_id, event_id)
    return redirect("exchange:hook", public_id)


def _labels(kinds: list[str]) -> list[str]:
    return [str(HookKind(kind).label) for kind in HookKind.values if kind in kinds]
