"""One problem."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from wenming.foundation.people.doors import StaffRequest, staff
from wenming.programmes.problems import selectors


@staff("problems.view_problem")
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    problem = selectors.problem_for(request.acting, public_id)
    return render(request, "problems/detail.html", {"problem": problem})
