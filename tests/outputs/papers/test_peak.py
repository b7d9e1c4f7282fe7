"""What laying out photos takes of the memory."""

from pathlib import Path

import pytest

from tests.outputs.papers import peak
from wenming.outputs.papers.photos import PHOTOS_MAX

# Each printed photo is held once as it goes into the file and once in the finished file, and no more of it than that.
KIB_A_PHOTO_MAX = 2 * 60 + 16


def grown(few: Path, many: Path) -> tuple[int, int]:
    """How many photos more, and how many KiB more at the peak."""
    first, second = peak.measure(few), peak.measure(many)
    return second["photos"] - first["photos"], second["peak_kib"] - first["peak_kib"]


@pytest.mark.parametrize("number", [40, pytest.param(PHOTOS_MAX, marks=pytest.mark.scale)])
def test_photos_are_laid_out_one_at_a_time(number: int, tmp_path: Path) -> None:
    for folder, photos in (("few", 4), ("many", number)):
        peak.streets(photos, tmp_path / folder)
    photos, kib = grown(tmp_path / "few", tmp_path / "many")
    assert photos == number - 4
    assert kib <= photos * KIB_A_PHOTO_MAX
