"""Where the figures of an edition come from, as PROV-JSON (W3C, member submission of 2013)."""

from typing import Any, Final

from wenming.kernel import clock
from wenming.outputs.reports.models import Edition, FrozenFigure

PREFIX: Final = {"wm": "urn:wenming:", "prov": "http://www.w3.org/ns/prov#", "xsd": "http://www.w3.org/2001/XMLSchema#"}


def of_edition(edition: Edition, figures: list[FrozenFigure]) -> dict[str, Any]:
    """Ids of persons and digests only: no name, no row."""
    report, build, sign = f"wm:report/{edition.public_id}", f"wm:build/{edition.issue_id}", f"wm:sign/{edition.pk}"
    signer = f"wm:user/{edition.signed_by_id}"
    drafter = f"wm:user/{edition.drafted_by_id}" if edition.drafted_by_id else "wm:system"
    entities: dict[str, Any] = {
        report: {
            "prov:type": "wm:ReportEdition",
            "wm:period": edition.period,
            "wm:number": edition.number,
            "wm:docx_sha256": edition.issue.docx_sha256,
            "wm:manifest_sha256": edition.issue.manifest_sha256,
        }
    }
    used, derived, revised = {}, {}, {}
    for figure in figures:
        name = f"wm:figure/{figure.pk}"
        entities[name] = _entity(figure)
        derived[f"_:d{figure.pk}"] = {"prov:generatedEntity": report, "prov:usedEntity": name}
        used[f"_:u{figure.pk}"] = {"prov:activity": build, "prov:entity": name}
    if edition.corrects is not None:
        old = f"wm:report/{edition.corrects.public_id}"
        entities[old] = {"prov:type": "wm:ReportEdition", "wm:number": edition.corrects.number}
        revised["_:r1"] = {
            "prov:generatedEntity": report,
            "prov:usedEntity": old,
            "prov:type": "prov:Revision",
            "wm:because": edition.because,
        }
    return {
        "prefix": PREFIX,
        "entity": entities,
        "activity": {
            build: {"prov:endTime": clock.local(edition.issue.built_at).isoformat(), "prov:type": "wm:Build"},
            sign: {"prov:endTime": clock.local(edition.signed_at).isoformat(), "prov:type": "wm:Sign"},
        },
        "agent": {drafter: {"prov:type": "prov:Agent"}, signer: {"prov:type": "prov:Person"}},
        "used": used,
        "wasGeneratedBy": {"_:g1": {"prov:entity": report, "prov:activity": build}},
        "wasDerivedFrom": {**derived, **revised},
        "wasAssociatedWith": {
            "_:a1": {"prov:activity": build, "prov:agent": drafter, "prov:role": "wm:drafter"},
            "_:a2": {"prov:activity": sign, "prov:agent": signer, "prov:role": "wm:signer"},
        },
    }


def _entity(figure: FrozenFigure) -> dict[str, Any]:
    told: dict[str, Any] = {
        "prov:type": "wm:Figure",
        "wm:key": figure.key,
        "wm:period": figure.period,
        "wm:source": figure.source,
        "prov:value": figure.value,
        "wm:numerator": figure.numerator,
        "wm:denominator": figure.denominator,
        "wm:definition_sha256": figure.definition_sha256,
        "wm:evidence_count": figure.evidence_count,
        "wm:evidence_sha256": figure.evidence_sha256,
        "wm:rows_sha256": figure.rows_sha256,
    }
    if figure.declaration is not None:
        told["wm:source_file_sha256"] = figure.declaration["file_sha256"]
    return {name: value for name, value in told.items() if value not in (None, "")}
