"""Pages of another shape at the end of a paper, which are there only if something stands on them."""

from typing import Any

from docx.oxml.ns import qn

_SEEN = (qn("w:t"), qn("w:drawing"), qn("w:tbl"))


def drop_empty_end(document: Any) -> None:
    """Takes off the last section where a condition of the template has left nothing in it: no empty page is printed."""
    body = document.element.body
    last = body[-1]
    rest = list(body[:-1])
    ends = [number for number, each in enumerate(rest) if each.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    if not ends or last.tag != qn("w:sectPr"):
        return
    before, tail = rest[ends[-1]], rest[ends[-1] + 1 :]
    if any(each.tag in _SEEN or next(each.iter(*_SEEN), None) is not None for each in tail):
        return
    for each in (*tail, last):
        body.remove(each)
    # The section before it ends the paper now; its last line stays, since a table may not.
    body.append(before.pPr.sectPr)
