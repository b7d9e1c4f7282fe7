"""Translations: which text of the interface has no English yet, and the compiled catalogues.

The texts in the source are Chinese; English stands in `<app>/locale/en/LC_MESSAGES/django.po`, written by hand.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "wenming"
KEYWORDS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "gettext_noop")
CJK = re.compile(r"[\u3400-\u9fff]")


def catalogues() -> list[Path]:
    return sorted(SOURCE.rglob("locale/en/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def compile_all() -> None:
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def translated() -> set[str]:
    """Every msgid that some English catalogue answers."""
    found: set[str] = set()
    for path in catalogues():
        for message in read(path):
            texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            if message.id and all(texts):
                found.add(message.id if isinstance(message.id, str) else message.id[0])
    return found


def used() -> Iterator[tuple[str, str]]:
    """(file:line, msgid) of every text that the source marks for translation."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(path, path.read_text(encoding="utf-8"))
    for path in sorted((*SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt"))):
        yield from _in_template(path)


def _in_python(path: Path, text: str) -> Iterator[tuple[str, str]]:
    for line, name, message, _comments in extract_python(io.BytesIO(text.encode()), KEYWORDS, [], {}):
        parts = message if isinstance(message, tuple) else (message,)
        first = parts[1] if name and name.startswith("p") and len(parts) > 1 else parts[0]
        if first:
            yield f"{path.relative_to(ROOT)}:{line}", str(first)


def _in_template(path: Path) -> Iterator[tuple[str, str]]:
    yield from _in_python(path, templatize(path.read_text(encoding="utf-8"), origin=str(path)))


def unmarked() -> Iterator[tuple[str, str]]:
    """(file:line, text) of Chinese in templates that no tag translates."""
    tags = re.compile(
        r"{%\s*(?:comment)\b.*?%}.*?{%\s*endcomment\s*%}|{%\s*(?:blocktrans|blocktranslate)\b.*?%}.*?"
        r"{%\s*end(?:blocktrans|blocktranslate)\s*%}|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->",
        re.DOTALL,
    )
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        bare = tags.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
        for number, line in enumerate(bare.splitlines(), 1):
            if CJK.search(line):
                yield f"{path.relative_to(ROOT)}:{number}", line.strip()


def placeholders(text: str) -> set[str]:
    """`{name}` and `%(name)s`, which a translation must keep."""
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+(?=[:}])", text))


def missing() -> list[tuple[str, str]]:
    known = translated()
    return [(where, text) for where, text in used() if text not in known and CJK.search(text)]


def main(words: list[str]) -> int:
    if words == ["compile"]:
        compile_all()
        return 0
    if words != ["missing"]:
        sys.stderr.write("messages.py compile|missing\n")
        return 2
    found = missing()
    for where, text in found:
        sys.stdout.write(f"{where}: {text!r}\n")
    return 1 if found else 0


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    django.setup()
    sys.exit(main(sys.argv[1:]))
