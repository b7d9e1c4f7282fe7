"""What no screen may do: the browsers and the content security policy decide, not taste."""

import hashlib
import re
from pathlib import Path

import pytest

from wenming.kernel.ui import icons

SOURCE = Path(__file__).resolve().parents[3] / "src" / "wenming"
STATIC = SOURCE / "kernel" / "static" / "wm"
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
SHEETS = sorted(SOURCE.glob("**/static/**/css/*.css"))
FORBIDDEN_CSS = {
    "flex gap": r"(?<![-\w])gap\s*:",
    "aspect-ratio": r"aspect-ratio\s*:",
    "inset": r"(?<![-\w])inset(-\w+)*\s*:",
    ":is": r":is\(",
    ":where": r":where\(",
    ":has": r":has\(",
    "nesting": r"(^|[\s{;])&[\s.:#>]",
    "oklch": r"oklch\(|color-mix\(",
    "other hosts": r"https?://",
}
FORBIDDEN_HTML = {
    "style attribute": r"<[^>]+\sstyle\s*=",
    "style element": r"<style[\s>]",
    "handler attribute": r"<[^>]+\son(click|change|submit|load|input|key\w+)\s*=",
    "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>",
    "other hosts": r"""(src|href)=["']https?://""",
    "scripted hx": r"hx-(on|vals=['\"]js:)",
}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_sheets_keep_to_old_browsers(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert [name for name, pattern in FORBIDDEN_CSS.items() if re.search(pattern, text, re.M)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_keep_to_the_security_policy(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert [name for name, pattern in FORBIDDEN_HTML.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_name_icons_that_exist(path: Path) -> None:
    named = set(re.findall(r"""{% icon ["']([^"']+)["']""", path.read_text(encoding="utf-8")))
    assert named - icons.names() - {"seal"} == set()


def test_vendored_files_are_the_ones_of_the_list() -> None:
    vendor = STATIC / "vendor"
    listed = dict(
        reversed(line.split()) for line in (vendor / "README.md").read_text().splitlines() if line.startswith("    ")
    )
    found = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "README.md"
    }
    assert found == listed


def _themes() -> dict[str, dict[str, str]]:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / "tokens.css").read_text(encoding="utf-8"), flags=re.S)
    themes: dict[str, dict[str, str]] = {"paper": {}}
    for selector, body in re.findall(r"([^{}]+){([^{}]*)}", text):
        colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\s*;", body))
        if selector.strip() == ":root" and not themes["paper"]:
            themes["paper"] = colours
        elif selector.strip().endswith(".wall"):
            themes["wall"] = themes["paper"] | colours
    return themes


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3", "link") for ground in ("paper", "surface", "sunken")],
    *[(state, f"{state}-tint") for state in ("todo", "doing", "near", "done", "back", "seal", "dai")],
    *[("on-fill", fill) for fill in ("dai", "dai-deep", "seal", "seal-deep")],
    *[("map-label", f"map-{step}") for step in range(4)],
]


@pytest.mark.parametrize("theme", ["paper", "wall"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(theme: str, text: str, ground: str) -> None:
    colours = _themes()[theme]
    assert _contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["paper", "wall"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_edges_of_controls_are_seen(theme: str, ground: str) -> None:
    colours = _themes()[theme]
    assert _contrast(colours["edge"], colours[ground]) >= 3
