"""The tables that the city stands on."""

import json
from pathlib import Path

import pytest

from tests.outputs.exchange.tables import counts, source, write_xlsx
from wenming.kernel.actors import SYSTEM
from wenming.outputs.exchange import services
from wenming.outputs.exchange.results import Result
from wenming.programmes.standards.models import ProblemCatalogue, Standard
from wenming.programmes.standards.services import load_starter
from wenming.programmes.standards.services import starter as starter_files

pytestmark = pytest.mark.django_db

REGIONS = [
    ["code", "name", "level", "parent"],
    ["341800000000", "宣城市", "市", "340000000000"],
    ["341802000000", "宣州区", "县", "341800000000"],
    ["34180200", "短了", "县", "341800000000"],
]


def take(kind: str, path: Path, edition: int | None = None) -> Result:
    return services.take_in(kind, source(path, edition=edition))


def test_take_regions_from_csv_and_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text("\n".join(",".join(cells) for cells in REGIONS))
    first = take("regions", path, 2023)
    assert counts(first) == (3, 2, 0, 0, 1)
    assert [(error.row, error.field) for error in first.errors] == [(4, "code")]
    again = take("regions", write_xlsx(tmp_path / "regions.xlsx", *REGIONS))
    assert counts(again) == (3, 0, 2, 0, 1)


def test_take_boundaries(tmp_path: Path) -> None:
    regions = write_xlsx(tmp_path / "regions.xlsx", *REGIONS[:3])
    take("regions", regions, 2023)
    ring = [[118.0, 30.0], [119.0, 30.0], [119.0, 31.0], [118.0, 30.0]]
    feature = {
        "type": "Feature",
        "properties": {"name": "宣州区"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, {**feature, "properties": {}}]}))
    assert counts(take("boundaries", path)) == (2, 1, 0, 0, 1)
    assert counts(take("boundaries", path)) == (2, 0, 1, 0, 1)


def test_take_a_standard_into_a_draft_and_leave_no_empty_one(tmp_path: Path) -> None:
    for kind, name in (("standard", "criteria"), ("field-rules", "field_rules"), ("problem-types", "problem_types")):
        path = starter_files.FOLDER / f"{name}.csv"
        first, again = take(kind, path), take(kind, path)
        assert first.created == first.read > 0
        assert again.unchanged == again.read
    assert not Standard.objects.get().is_published
    assert not ProblemCatalogue.objects.get().is_published


def test_leave_no_draft_where_a_file_says_nothing_new() -> None:
    load_starter(by=SYSTEM)
    path = starter_files.FOLDER / "criteria.csv"
    assert take("standard", path).unchanged == 97
    assert Standard.objects.count() == 1
