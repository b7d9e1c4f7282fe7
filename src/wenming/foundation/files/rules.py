"""Who may open documents. Files lies below people, so it reads the role of the session as the word that it is."""

from typing import Any

import rules

OPENERS = frozenset({"office", "administrator", "author", "leader"})


def opens_documents(acting: Any, _file: Any = None) -> bool:
    return str(getattr(acting, "role", "")) in OPENERS


rules.add_perm("files.open_document", rules.predicate(opens_documents))
