"""What a built and a checked report say of themselves as plain dictionaries, for JSON and for pages."""

from dataclasses import asdict
from typing import Any, Final

from wenming.outputs.reports.services import Built, Checked

COLUMNS: Final = ("period", "key", "name", "unit", "display", "value", "numerator", "denominator", "anchor", "source")


def of_built(built: Built) -> dict[str, Any]:
    """`figures` are those that the report tells, `charted` those of its charts and tables,
    `missing` those whose evidence is not there; all in reading order.
    """
    outline = built.outline
    needs = {one.key: one for one in outline.missing()}
    charted = {one.figure.anchor for one in outline.in_grids()}
    entries = built.manifest.entries
    told = [{name: getattr(one, name) for name in COLUMNS} for one in entries if one.anchor not in charted]
    drawn = [{name: getattr(one, name) for name in COLUMNS} for one in entries if one.anchor in charted]
    return {
        "period": outline.period.label,
        "region": outline.area.code,
        "issuer": outline.area.issuer,
        "as_of": outline.at,
        "cutoff": outline.cutoff,
        "sha256": built.issue.docx_sha256,
        "figures": [row for row in told if row["source"] != "missing"],
        "charted": drawn,
        "missing": [
            {
                "key": row["key"],
                "name": row["name"],
                "anchor": row["anchor"],
                "needs": needs[str(row["key"])].named.evidence_label,
            }
            for row in told
            if row["source"] == "missing"
        ],
        "completeness": asdict(outline.completeness),
    }


def of_checked(checked: Checked) -> dict[str, Any]:
    found = checked.verification
    return {
        "period": checked.issue.period if checked.issue is not None else None,
        "issued_at": checked.issue.built_at if checked.issue is not None else None,
        "manifest": found.manifest.value,
        "unchanged": found.unchanged,
        "moved": [_moved(checked, one) for one in found.moved],
        "edited": [asdict(one) | {"name": checked.name_of(one.anchor)} for one in found.edited],
        "lost": [asdict(one) | {"name": checked.name_of(one.anchor)} for one in found.lost],
        "drifted": [_moved(checked, one) for one in found.drifted],
        "strangers": found.strangers,
    }


def _moved(checked: Checked, moved: Any) -> dict[str, Any]:
    return asdict(moved) | {
        "why": moved.why.value,
        "name": checked.name_of(moved.anchor),
        "reasons": [asdict(one) for one in checked.reasons_of(moved.anchor)],
    }
