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
        "can_restore": can_change and all(row.is_published for row in catalogues),
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


@require_POST
@staff("standards.change_standards")
def restore_catalogue(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft of what version `pk` holds; its differences are looked at before it is published. Raises NoCatalogue,
    DraftIsOpen."""
    former = selectors.catalogues().filter(pk=pk).first()
    if former is None:
        raise NoCatalogue
    draft = services.restore_catalogue(former, by=request.acting.actor)
    text = _("已按第 {version} 版的内容开了草稿。看过变化，再发布。").format(version=former.version)
    messages.success(request, text)
    return redirect("standards:catalogue_diff", pk=draft.pk)


@require_POST
@staff("standards.change_standards")
def discard_catalogue(request: StaffRequest, pk: int) -> HttpResponse:
    """Raises NoCatalogue, VersionIsPublished."""
    draft = selectors.catalogues().filter(pk=pk).first()
    if draft is None:
        raise NoCatalogue
    services.discard_catalogue(draft, by=request.acting.actor)
    messages.success(request, _("草稿已放弃，现在的目录没有变。"))
    return redirect("standards:versions")


def _show_diff(
    request: StaffRequest,
    before: Standard | ProblemCatalogue | None,
    after: Standard | ProblemCatalogue,
    diff: selectors.Diff | None,
) -> HttpResponse:
    rows = diff.rows if diff else ()
    can_publish = not after.is_published and permissions.can(request.acting, "standards.change_standards")
    context = {
        "before": before,
        "after": after,
        "diff": diff,
        "rows": rows[:DIFF_ROWS_MAX],
        "is_cut": len(rows) > DIFF_ROWS_MAX,
        "asks": _draft_asks(after) if can_publish else [],
        "form": PublishForm(),
        "effect": _effect(diff) if can_publish and isinstance(after, ProblemCatalogue) else "",
        "is_as_published": selectors.is_as_published(after) if after.is_published else None,
    }
    return render(request, "standards/diff.html", context)


def _draft_asks(draft: Standard | ProblemCatalogue) -> list[Consequence]:
    if isinstance(draft, Standard):
        return [_ask(draft)]
    discard = Consequence(
        key=f"discard-catalogue-{draft.pk}",
        title=_("放弃这版草稿？"),
        text=_("草稿里的改动都不要了，现在用的目录不变。"),
        act=_("放弃草稿"),
        url=reverse("standards:discard_catalogue", args=[draft.pk]),
        is_danger=True,
    )
    return [_ask(draft), discard]


def _effect(diff: selectors.Diff | None) -> str:
    """What publishing does to the problems that are there."""
    touched = [row.key for row in (*diff.changed, *diff.removed)] if diff else []
    return _("从起用那天起登记的按新规定；这些小类下已登记、未结案的 {n} 件不变。").format(
        n=selectors.open_under(touched)
    )
