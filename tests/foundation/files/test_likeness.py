"""Which pictures were made from an earlier one, found through the index as a city's photos are."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.factories.files import make_photo
from tests.factories.scenes import FORGE, Shot, draw, honest_pair, jpeg
from wenming.foundation.files import likeness, selectors, storage
from wenming.foundation.files.models import PhotoView, StoredFile

pytestmark = pytest.mark.django_db


def stored(image: Image.Image) -> StoredFile:
    return make_photo(data=jpeg(image))


def found(file: StoredFile) -> list[StoredFile]:
    return [alike.file for alike in selectors.photos_alike([file])[file.pk]]


@pytest.mark.parametrize("kind", FORGE)
def test_photos_alike_finds_what_a_picture_was_made_from(kind: str) -> None:
    original, other = stored(draw(Shot(place=5, clutter=1))), stored(draw(Shot(place=6, clutter=1)))
    forged = stored(FORGE[kind](draw(Shot(place=5, clutter=1)), np.random.default_rng(3)))
    assert found(forged) == [original]
    assert found(other) == []


def test_photos_alike_takes_the_same_place_on_another_day_for_another_picture() -> None:
    for seed in range(10):
        before, after = honest_pair(seed)
        stored(draw(before))
        assert found(stored(draw(after))) == []


def test_photos_alike_looks_back_only() -> None:
    first, second = (stored(draw(Shot(place=1, clutter=1))) for _number in range(2))
    assert (found(first), found(second)) == ([], [first])


def test_photos_alike_says_nothing_of_an_even_picture() -> None:
    stored(Image.new("RGB", (64, 48), "grey"))
    assert found(stored(Image.new("RGB", (64, 48), "grey"))) == []


def test_photos_alike_says_nothing_of_a_photo_whose_small_copy_is_gone() -> None:
    first, second, third = (stored(draw(Shot(place=place, clutter=1))) for place in (1, 1, 1))
    storage.thumbnail_path(first.sha256_published).unlink()
    assert selectors.photos_alike([second, third]) == {second.pk: [], third.pk: []}


def test_photos_alike_asks_twice_however_many() -> None:
    files = [stored(draw(Shot(place=place, clutter=1))) for place in (1, 2, 1, 2)]
    for chosen in (files[:1], files):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            selectors.photos_alike(chosen)
        assert len(queries) <= 2
    assert selectors.photos_alike([]) == {}


def test_photos_alike_is_found_by_index() -> None:
    rows = PhotoView.objects.filter(piece0__in=[1, 2]) | PhotoView.objects.filter(piece1__in=[3])
    if connection.vendor == "sqlite":
        assert "MULTI-INDEX OR" in rows.explain()


def test_kept_views_fill_the_index() -> None:
    file = stored(draw(Shot(place=1, clutter=1)))
    views = list(file.views.order_by("place"))
    assert len(views) == len(likeness.KEPT_FRAMES)
    with Image.open(selectors.published_path(file, size="thumb")) as image:
        again = likeness.kept_views(likeness.bare(image))
    assert [likeness.distance(view.bits, other.bits) <= 4 for view, other in zip(views, again, strict=True)] == [
        True
    ] * 5


def test_photos_alike_prefers_what_shares_most_where_it_must_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    original = stored(draw(Shot(place=5, clutter=1)))
    # Each shares one piece with the copy, and is later than its original.
    piece = original.views.get(place=0).piece0
    for number in range(20):
        file = stored(draw(Shot(place=30, clutter=number)))
        file.views.update(piece0=piece, piece1=number, piece2=number, piece3=number)
    copy = stored(draw(Shot(place=5, clutter=1)))
    monkeypatch.setattr(selectors, "ROWS_MAX", 8)
    assert found(copy) == [original]


def test_photos_alike_leaves_out_what_does_not_count() -> None:
    first, second, third = (stored(draw(Shot(place=1, clutter=1))) for _number in range(3))
    assert selectors.photos_alike([third], besides={third.pk: {second.pk}})[third.pk][0].file == first
    found = selectors.photos_alike([third], among=lambda: StoredFile.objects.filter(pk=second.pk).values("pk"))
    assert [each.file for each in found[third.pk]] == [second]


def test_photos_alike_asks_twice_for_each_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [stored(draw(Shot(place=place, clutter=1))) for place in (1, 2, 1, 2)]
    whole = selectors.photos_alike(files)
    monkeypatch.setattr(selectors, "ASKED_MAX", 2)
    with CaptureQueriesContext(connection) as queries:
        assert selectors.photos_alike(files) == whole
    assert len(queries) == 3  # nobody in the first bundle has an earlier likeness
