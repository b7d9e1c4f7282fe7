from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.factories import places, standards


@pytest.fixture(autouse=True)
def _city(db: None) -> Iterator[None]:
    """A city with a catalogue, at which nobody has knocked yet."""
    cache.clear()
    places.make_city()
    standards.make_catalogue()
    yield
    cache.clear()
