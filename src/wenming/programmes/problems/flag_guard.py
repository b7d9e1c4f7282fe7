"""The guard of the photo review: what is asked about its photos is explained, and somebody else has seen that."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Situation
from wenming.engines.loop.flow import Guard
from wenming.kernel.actors import ActorKind
from wenming.programmes.problems.errors import PhotosNotCompared, PhotosUnexplained
from wenming.programmes.problems.models import Problem

OPEN_FLAGS: Final = "open_flags"


def _is_explained(situation: Situation[Problem]) -> None:
    """Without a count of the open flags the photos were not compared. What a workbook tells was passed elsewhere."""
    if situation.by.kind == ActorKind.IMPORT:
        return
    count = situation.command.known.get(OPEN_FLAGS)
    if count is None:
        raise PhotosNotCompared
    if count:
        raise PhotosUnexplained(count=count)


PHOTOS_EXPLAINED: Final = Guard(
    name="photos_explained", label=_("待说明的照片已说明、已有第二人看过"), check=_is_explained
)
