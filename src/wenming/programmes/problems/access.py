"""Who may see a problem's photos: who may see the problem."""

from django.http import HttpRequest

from wenming.foundation.files import access
from wenming.foundation.files.models import StoredFile
from wenming.programmes.problems import public
from wenming.programmes.problems.models import ProblemPhoto
from wenming.programmes.problems.selectors import visible_to


def may_see_photo(request: HttpRequest, file: StoredFile) -> bool:
    acting = getattr(request, "acting", None)
    if acting is None:
        return False
    return ProblemPhoto.objects.filter(file=file, problem__in=visible_to(acting)).exists()


def may_see_published(_request: HttpRequest, file: StoredFile) -> bool:
    """The covered copies of what is published now; for everybody."""
    return public.is_shown(file)


def register() -> None:
    access.register("photo", may_see_photo)
    access.register("photo", may_see_published)
