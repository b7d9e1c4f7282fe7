"""What happened to one's own account is told like anything else."""

from django.utils.functional import Promise
from django.utils.translation import override

from wenming.foundation.notices.services import NoticeDraft, notify


def tell(*, user_id: int, kind: str, title: str | Promise, body: str | Promise, url: str) -> None:
    """In the language of the house: who reads it later is not who did it."""
    with override("zh-hans"):
        draft = NoticeDraft(kind=kind, title=str(title), body=str(body), user_id=user_id, url=url)
    notify(draft)
