"""What was answered in public, for anybody: what was asked in words that tell nothing of the person, and the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenming.foundation.places import selectors as places
from wenming.programmes.appeals import selectors


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    page = selectors.published(cursor=request.GET.get("cursor"))
    names = places.region_names([row["town_code"] for row in page.rows])
    rows = [{**row, "ground": names.get(row["town_code"], "")} for row in page.rows]
    return render(request, "appeals/answers.html", {"page": page, "rows": rows})
