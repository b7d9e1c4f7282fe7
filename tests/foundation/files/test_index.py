"""Photos that were received before there was an index come into it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.factories.files import make_photo
from tests.factories.scenes import Shot, draw, jpeg
from wenming.foundation.files import selectors, services, storage
from wenming.foundation.files.models import PhotoView, StoredFile

pytestmark = pytest.mark.django_db


def index(**options: Any) -> dict[str, int]:
    out = StringIO()
    call_command("photos", "index", json=True, stdout=out, stderr=StringIO(), **options)
    told: dict[str, int] = json.loads(out.getvalue())
    return told


def received_before(count: int) -> list[StoredFile]:
    files = [make_photo(data=jpeg(draw(Shot(place=place, clutter=1)))) for place in range(count)]
    PhotoView.objects.all().delete()
    return files


def test_index_finds_what_was_received_before() -> None:
    original = received_before(1)[0]
    copy = make_photo(data=jpeg(draw(Shot(place=0, clutter=1))))
    assert selectors.photos_alike([copy])[copy.pk] == []
    assert index() == {"indexed": 1, "without_copy": 0, "left": 0}
    assert [alike.file for alike in selectors.photos_alike([copy])[copy.pk]] == [original]


def test_index_goes_on_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    received_before(5)
    monkeypatch.setattr(services, "INDEX_ROWS", 2)
    assert index(limit=3) == {"indexed": 3, "without_copy": 0, "left": 2}
    kept = set(PhotoView.objects.values_list("pk", flat=True))
    assert index() == {"indexed": 2, "without_copy": 0, "left": 0}
    assert kept < set(PhotoView.objects.values_list("pk", flat=True))
    assert index() == {"indexed": 0, "without_copy": 0, "left": 0}


def test_index_passes_over_what_has_no_small_copy() -> None:
    first, _second = received_before(2)
    storage.thumbnail_path(first.sha256_published).unlink()
    assert index() == {"indexed": 1, "without_copy": 1, "left": 1}


def test_index_tells_a_person_how_far_it_is() -> None:
    received_before(2)
    out = StringIO()
    call_command("photos", "index", stdout=out, stderr=StringIO())
    assert "编入 2 张" in out.getvalue()
