"""The versions of standards and catalogues: what changed, and publishing."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.ui.parts import Consequence
from wenming.programmes.standards import selectors, services
from wenming.programmes.standards.errors import NoCatalogue, NoStandard
from wenming.programmes.standards.forms import PublishForm
from wenming.programmes.standards.models import ProblemCatalogue, Standard

VERSIONS_MAX = 50
DIFF_ROWS_MAX = 500


@require_safe
@staff("standards.view_standards")
def versions(request: StaffRequest) -> HttpResponse:
    can_change = permissions.can(request.acting, "standards.change_standards")
    standards = list(selectors.standards_with_counts()[:VERSIONS_MAX])
    catalogues = list(selectors.catalogues_with_counts()[:VERSIONS_MAX])
    drafts: list[Standard | ProblemCatalogue] = [row for row in standards if not row.is_published]
    drafts += [row for row in catalogues if not row.is_published]
    context = {
        "standards": standards,
        "catalogues": catalogues,
        "can_change": can_change,
        "asks": [_ask(row) for row in drafts] if can_change else [],
        "form": PublishForm(),
    }
    return render(request, "standards/versions.html", context)


def _ask(draft: Standard | ProblemCatalogue) -> Consequence:
    name = "standard" if isinstance(draft, Standard) else "catalogue"
    return Consequence(
        key=f"publish-{name}-{draft.pk}",
        title=_("发布“{name}”第 {version} 版？").format(name=draft.name, version=draft.version),
        text=_("发布后内容不能再改，要改只能开新版本。已经立案的问题不受影响。"),
        act=_("发布"),
        url=reverse(f"standards:publish_{name}", args=[draft.pk]),
    )


@require_POST
@staff("standards.change_standards")
def publish_standard(request: StaffRequest, pk: int) -> HttpResponse:
    """Raises NoStandard, VersionIsPublished, NothingToPublish."""
    draft = selectors.standards().filter(pk=pk).first()
    if draft is None:
        raise NoStandard
    return _publish(
        request,
        draft,
        lambda form: services.publish_standard(
            draft, effective_on=form.cleaned_data["effective_on"], by=request.acting.actor
        ),
    )


@require_POST
@staff("standards.change_standards")
def publish_catalogue(request: StaffRequest, pk: int) -> HttpResponse:
    """Raises NoCatalogue, VersionIsPublished, NothingToPublish."""
    draft = selectors.catalogues().filter(pk=pk).first()
    if draft is None:
        raise NoCatalogue
    return _publish(
        request,
        draft,
        lambda form: services.publish_catalogue(
            draft, effective_on=form.cleaned_data["effective_on"], by=request.acting.actor
        ),
    )


def _publish(
    request: StaffRequest, draft: Standard | ProblemCatalogue, act: Callable[[PublishForm], object]
) -> HttpResponse:
    form = PublishForm(request.POST)
    if form.is_valid():
        act(form)
        messages.success(request, _("“{name}”第 {version} 版已发布。").format(name=draft.name, version=draft.version))
    else:
        messages.warning(request, _("没有发布：日期要写成 2026-01-01 这样。"))
    return redirect("standards:versions")


@require_safe
@staff("standards.view_standards")
def standard_diff(request: StaffRequest, pk: int) -> HttpResponse:
    after = selectors.standards().filter(pk=pk).first()
    if after is None:
        raise NoStandard
    before = selectors.standards().filter(edition=after.edition, version__lt=after.version).first()
    return _show_diff(request, before, after, selectors.standard_diff(before, after) if before else None)


@require_safe
@staff("standards.view_standards")
def catalogue_diff(request: StaffRequest, pk: int) -> HttpResponse:
    after = selectors.catalogues().filter(pk=pk).first()
    if after is None:
        raise NoCatalogue
    before = selectors.catalogues().filter(version__lt=after.version).first()
    return _show_diff(request, before, after, selectors.catalogue_diff(before, after) if before else None)


def _show_diff(
    request: StaffRequest,
    before: Standard | ProblemCatalogue | None,
    after: Standard | ProblemCatalogue,
    diff: selectors.Diff | None,
) -> HttpResponse:
    rows = diff.rows if diff else ()
    context = {
        "before": before,
        "after": after,
        "diff": diff,
        "rows": rows[:DIFF_ROWS_MAX],
        "is_cut": len(rows) > DIFF_ROWS_MAX,
        "is_as_published": selectors.is_as_published(after) if after.is_published else None,
    }
    return render(request, "standards/diff.html", context)
