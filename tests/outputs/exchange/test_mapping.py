"""A mapping that is wrong says where, and all of it at once."""

from pathlib import Path

import pytest

from tests.outputs.exchange.tables import MAPPING, write_mapping
from wenming.outputs.exchange.errors import BadMapping
from wenming.outputs.exchange.mapping import read_mapping

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"


def faults(folder: Path, text: str, kind: str = "requests") -> list[str]:
    with pytest.raises(BadMapping) as caught:
        read_mapping(write_mapping(folder, text), kind=kind)
    return list(caught.value.fields)


def line_of(text: str, word: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if word in line)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("source: hotline", "source: 热线", "source"),
        ("source: hotline", "sauce: hotline", "sauce"),
        ("kind: requests", "kind: letters", "kind"),
        ("kind: requests", "kind: messages", "kind"),
        ("excel]", '"%d"]', "dates[1]"),
        ("  key: id", "  kay: id", "columns.kay"),
        ("  lead: agency", "  lead: [[agency]]", "columns.lead[0]"),
        ("  phone: hotline", "  phone: telephone", "channels.phone"),
        ("{state: filed}", "{state: finished}", "statuses.new.state"),
        ("{state: filed}", "{stage: filed}", "statuses.new.stage"),
        ("at: [status_at, found_at]", "at: [yesterday]", "statuses.open.at[0]"),
        ("duplicate: true", "duplicate: perhaps", "statuses.twice.duplicate"),
        ("[39, -77]", "[39]", "places.placeholders[1]"),
        ("[39, -77]", "[north, west]", "places.placeholders[1]"),
        ("code: HOT", "code: 热", "units.under.code"),
        ("unknown: create", "unknown: guess", "units.unknown"),
        ("  lon: lon\n", "", "columns"),
        ("source: hotline", "source: hotline\ntime_zone: Asia/Nowhere", "time_zone"),
        ("source: hotline", "source: hotline\nencoding: klingon", "encoding"),
        ("source: hotline", "source: hotline\nencoding: base64", "encoding"),
    ],
)
def test_name_line_and_key_of_a_fault(tmp_path: Path, old: str, new: str, path: str) -> None:
    assert MAPPING.count(old) >= 1
    text = MAPPING.replace(old, new, 1)
    found = faults(tmp_path, text)
    assert any(fault.endswith(f" {path}") for fault in found), found
    if new:
        number = line_of(text, new.splitlines()[-1])
        assert f"mapping.yaml:{number} {path}" in found or path == "columns"


def test_tell_all_faults_at_once(tmp_path: Path) -> None:
    text = MAPPING.replace("source: hotline", "source: 热线").replace("{state: filed}", "{state: finished}")
    assert len(faults(tmp_path, text)) == 2


@pytest.mark.parametrize(
    "text",
    ["", "- a\n- b\n", "kind: [requests\n", "a: &x 1\nb: *x\n", "kind: requests\nkind: messages\n", "? [a]\n: b\n"],
)
def test_refuse_what_is_no_mapping(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_refuse_a_state_that_needs_a_time_without_one(tmp_path: Path) -> None:
    text = MAPPING.replace("{state: closed, at: [closed_at, status_at]}", "{state: closed}")
    assert [fault.split(" ")[1] for fault in faults(tmp_path, text)] == ["statuses.done"]


@pytest.mark.parametrize(
    ("name", "kind"), [("baltimore.requests.yaml", "requests"), ("teddy.messages.yaml", "messages")]
)
def test_read_the_examples(name: str, kind: str) -> None:
    assert read_mapping(EXAMPLES / name, kind=kind).kind == kind
