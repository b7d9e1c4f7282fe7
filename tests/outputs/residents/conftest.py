import pytest

from tests.factories import places, standards


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    """A city with a catalogue."""
    places.make_city()
    standards.make_catalogue()
