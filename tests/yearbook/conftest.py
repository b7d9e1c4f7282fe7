from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from yearbook.write import Parameters, Year, write

TODAY = date(2026, 11, 24)
SCALE = 0.02


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, Year]]:
    """A written year of a seed, and what its writer knows; each seed is written once."""
    years: dict[int, tuple[Path, Year]] = {}

    def year_of(seed: int) -> tuple[Path, Year]:
        if seed not in years:
            folder = tmp_path_factory.mktemp("yearbook") / str(seed)
            years[seed] = folder, write(folder, Parameters(2024, seed, SCALE, TODAY))
        return years[seed]

    return year_of
