from uuid import UUID

from django.urls import reverse


def paper_url(public_id: UUID | str = "") -> str:
    """The page of one paper, or the list of all."""
    return reverse("papers:detail", args=[public_id]) if public_id else reverse("papers:list")
