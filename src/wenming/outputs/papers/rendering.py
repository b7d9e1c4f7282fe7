"""A Word template and what stands in the paper, made into a file. Templates are written by people: they run in a sandbox."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from wenming.foundation.files import selectors as files
from wenming.foundation.files.models import StoredFile
from wenming.outputs.papers import photos, sections
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import BadTemplate, NotATemplate
from wenming.outputs.papers.samples import sample_of

STARTER: Final = Path(__file__).parent / "starter"
# What a template calls the rows of photos, and how many stand in one.
PHOTO_ROWS: Final = {"photos_by_two": 2, "photo_rows": 3}
PLACE_CHARACTERS: Final = 60
_TAG: Final = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_NAME: Final = re.compile(r"'([^']+)'")
Told = Callable[[int, int], None]


def starter_of(kind: Kind) -> bytes:
    return (STARTER / f"{kind.value}.docx").read_bytes()


def render(template: bytes, content: Mapping[str, Any], *, told: Told) -> bytes:
    """The .docx. `told(done, total)` is called for each photo. Raises BadTemplate, NotATemplate, FileNotThere."""
    made = _open(template)
    _fill(made, _with_photos(made, content, told))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def check(template: bytes, kind: Kind) -> bytes:
    """The template filled with the sample: what an office sees before it is used. Raises BadTemplate, NotATemplate."""
    made = _open(template)
    _fill(made, sample_of(kind))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _open(data: bytes) -> DocxTemplate:
    made = DocxTemplate(BytesIO(data))
    try:
        made.init_docx()
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, LxmlError) as error:
        raise NotATemplate from error
    return made


def _fill(made: DocxTemplate, content: Mapping[str, Any]) -> None:
    # Nothing of the program is within reach of a template, and a name that we do not know is an error, not a gap.
    sandbox = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    sandbox.globals.clear()
    lines = [paragraph.text for paragraph in _paragraphs(made)]
    try:
        made.render(dict(content), jinja_env=sandbox, autoescape=True)
    except TemplateSyntaxError as error:
        raise _bad(error, lines, list(getattr(error, "docx_context", []))) from error
    except (TemplateError, TypeError, ArithmeticError, LxmlError, AttributeError) as error:
        raise _bad(error, lines, []) from error
    # Asked for by `get_docx`, a filled template would be read anew.
    sections.drop_empty_end(made.docx)


def _bad(error: Exception, lines: list[str], near: list[str]) -> BadTemplate:
    """Names the tag that the office wrote and the words around it."""
    why = str(getattr(error, "message", None) or error)
    names = _NAME.findall(why)
    found = next(
        ((tag, line) for line in [*near, *lines] for tag in _TAG.findall(line) if any(name in tag for name in names)),
        None,
    )
    if found is None:
        place = next((line for line in near if "{" in line), next((line for line in lines if "{" in line), ""))
        found = (next(iter(_TAG.findall(place)), place[:PLACE_CHARACTERS]), place)
    tag, place = found
    return BadTemplate(tag=tag.strip(), why=why[:200], place=place.strip()[:PLACE_CHARACTERS])


def _paragraphs(made: DocxTemplate) -> Any:
    document = made.get_docx()
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def _with_photos(made: DocxTemplate, content: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """The numbers of files become pictures; the same picture twice is one part of the file."""
    singles, pairs = content.get("photos", []), content.get("pairs", [])
    wanted = [photo["file"] for photo in singles] + [pair[side] for pair in pairs for side in ("before", "after")]
    stored = files.files_of(wanted)
    pictures: dict[int, InlineImage] = {}
    for number, pk in enumerate(dict.fromkeys(wanted), start=1):
        pictures[pk] = _picture(made, stored[pk])
        told(number, len(set(wanted)) + 1)
    cells = [{"image": pictures[photo["file"]], "caption": photo["caption"]} for photo in singles]
    rows = {name: _rows(cells, width) for name, width in PHOTO_ROWS.items()}
    sides = [{**pair, "before": pictures[pair["before"]], "after": pictures[pair["after"]]} for pair in pairs]
    return {**content, **rows, "pair_rows": sides}


def _rows(cells: list[dict[str, Any]], width: int) -> list[list[dict[str, Any]]]:
    full = [*cells, *[{"image": "", "caption": ""}] * (-len(cells) % width)]
    return [full[start : start + width] for start in range(0, len(full), width)]


def _picture(made: DocxTemplate, photo: StoredFile) -> InlineImage:
    return InlineImage(made, BytesIO(photos.printed(photo)), width=Mm(photos.WIDTH_MM), height=Mm(photos.HEIGHT_MM))
