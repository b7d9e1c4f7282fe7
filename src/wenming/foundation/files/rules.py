"""Who may open documents. Files lies below people, so it reads the role of the session as the word that it is."""

from typing import Any

from rules import permissions, predicates

OPENERS = frozenset({"office", "author", "leader"})


def opens_documents(acting: Any, _file: Any = None) -> bool:
    return str(getattr(acting, "role", "")) in OPENERS


permissions.add_perm("files.open_document", predicates.predicate(opens_documents))  # type: ignore[no-untyped-call]
