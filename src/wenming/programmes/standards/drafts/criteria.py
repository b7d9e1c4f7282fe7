import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenming.foundation.people.selectors import name_key
from wenming.kernel.errors import Invalid
from wenming.programmes.standards.drafts.words import EFFECTS, METHODS, Reading, choose, fitted, fitted_or_empty
from wenming.programmes.standards.drafts.words import hundredths as read_hundredths
from wenming.programmes.standards.enums import Effect, Level, Method
from wenming.programmes.standards.reading import CRITERIA, Table

_PARTS = re.compile(r"[-.．－/]")
_CODE = re.compile(r"^[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿.\-/]{0,39}$")


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """One line of the tree. Projects and contents carry a code and a text alone."""

    code: str
    level: Level
    parent_code: str
    text: str
    method: Method | str = ""
    effect: Effect = Effect.NONE
    marks_hundredths: int | None = None
    lead_name: str = ""
    helper_names: str = ""


def read_criteria(table: Table) -> Reading[CriterionDraft]:
    """Every good line becomes a criterion, before it its content and its project where they are met first."""
    reading: Reading[CriterionDraft] = Reading()
    tree = _Tree()
    for line in table.lines:
        key = line["code"] or line["text"]
        try:
            text = fitted(line["text"], 500, column=_label("text"))
            level1 = fitted(line["level1"], 500, column=_label("level1"))
            level2 = fitted(line["level2"], 500, column=_label("level2"))
            method, effect, marks = _method_and_marks(line["method"], line["marks"])
            lead = fitted_or_empty(line["lead"], 100, column=_label("lead"))
            helpers = fitted_or_empty(line["helpers"], 300, column=_label("helpers"))
            above = tree.place(line["code"], level1, level2)
        except Invalid as error:
            reading.reject(line, key, str(error))
            continue
        reading.drafts += [(line, draft) for draft in above.new]
        code = above.code
        draft = CriterionDraft(code, Level.CRITERION, above.parent_code, text, method, effect, marks, lead, helpers)
        reading.drafts.append((line, draft))
    return reading


def _label(name: str) -> str:
    return str(CRITERIA.column(name).label)


def _method_and_marks(method: str, marks: str) -> tuple[Method | str, Effect, int | None]:
    chosen = choose(method, METHODS, column=_label("method")) if method else ""
    effect = EFFECTS.get(name_key(marks).lower(), Effect.NONE)
    number = read_hundredths(marks, column=_label("marks")) if marks and not effect else None
    return (chosen or Method.NEGATIVE) if effect else chosen, effect, number


@dataclass(frozen=True, slots=True)
class _Place:
    code: str
    parent_code: str
    new: list[CriterionDraft]


class _Tree:
    """Gives every line its code and its parents. Codes of three parts (01-02-03) say where they hang; others are
    numbered in the order of the file."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._codes: dict[tuple[str, ...], str] = {}
        self._children: dict[str, int] = {}
        self._used: set[str] = set()

    def place(self, code: str, level1: str, level2: str) -> _Place:
        code = name_key(code)
        if code and not _CODE.match(code):
            raise Invalid(_("编码“{code}”里有不能用的字符。请写成 01-02-03 这样。"), code=code[:40])
        parts = _PARTS.split(code)
        if code.isdecimal():
            # Six digits are three parts written together; fewer are a serial number that says nothing.
            parts = [code[0:2], code[2:4], code[4:6]] if len(code) == 6 else []
            code = code if parts else ""
        is_telling = len(parts) >= 3 and all(parts)
        project_code, content_code = self._parents(parts, level1, level2) if is_telling else ("", "")
        project_code = project_code or self._numbered("", (level1,))
        content_code = content_code or self._numbered(project_code, (level1, level2))
        for given, text in ((project_code, level1), (content_code, level2)):
            if self._texts.get(given, text) != text:
                raise Invalid(
                    _("编码 {code} 前面用在“{first}”上，这一行是“{second}”。请统一。"),
                    code=given,
                    first=self._texts[given][:20],
                    second=text[:20],
                )
        own = code or self._numbered(content_code, (level1, level2, str(len(self._used))))
        if own in self._used or own in (project_code, content_code):
            raise Invalid(_("编码 {code} 在前面出现过。请改成不重复的编码。"), code=own)
        self._used.add(own)
        new = [
            CriterionDraft(given, level, parent, text)
            for given, level, parent, text in (
                (project_code, Level.PROJECT, "", level1),
                (content_code, Level.CONTENT, project_code, level2),
            )
            if given not in self._texts
        ]
        self._texts |= {draft.code: draft.text for draft in new}
        return _Place(own, content_code, new)

    def _parents(self, parts: list[str], level1: str, level2: str) -> tuple[str, str]:
        project, content = parts[0], f"{parts[0]}-{parts[1]}"
        self._codes.setdefault((level1,), project)
        self._codes.setdefault((level1, level2), content)
        return project, content

    def _numbered(self, parent: str, path: tuple[str, ...]) -> str:
        if path not in self._codes:
            self._children[parent] = self._children.get(parent, 0) + 1
            number = f"{self._children[parent]:02}"
            self._codes[path] = f"{parent}-{number}" if parent else number
        return self._codes[path]
