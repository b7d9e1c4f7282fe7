"""Signing for an order by a reply link: its number, what it asks, a name, done. No account, no cookie."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wenming.kernel.errors import DomainError
from wenming.kernel.ui.strangers import NO_COOKIE, tail_of
from wenming.outputs.papers import selectors, services
from wenming.outputs.papers.models import NAME_CHARACTERS_MAX
from wenming.programmes.problems.models import ReplyLink
from wenming.programmes.problems.services.links import token_of
from wenming.programmes.problems.views.link_doors import by_link


@by_link("GET", "HEAD", "POST")
def order(request: HttpRequest, link: ReplyLink, public_id: UUID) -> HttpResponse:
    """What the order lists besides the link's own problem is not told."""
    paper, error, name = selectors.order_of_link(link, public_id), None, request.POST.get("name", "")
    if request.method == "POST":
        try:
            services.acknowledge_by_link(link=link, public_id=public_id, name=name)
            paper = selectors.order_of_link(link, public_id)
        except DomainError as refusal:
            error = refusal
    context = NO_COOKIE | {
        "link": link,
        "paper": paper,
        "count": len(paper.problem_ids),
        "error": error,
        "name": name,
        "name_max": NAME_CHARACTERS_MAX,
        "back_url": reverse("links:reply", args=[token_of(link)]) + tail_of(request),
    }
    return render(request, "papers/link_order.html", context, status=error.status if error else 200)
