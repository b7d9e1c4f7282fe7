"""Photos in: what is refused, what is kept, and that nothing private is published."""

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories.files import encoded, exif_of, photo_bytes, picture
from wenming.foundation.audit.models import AuditRecord
from wenming.foundation.files import exif, limits, photos, selectors, services, storage
from wenming.foundation.files.errors import (
    PhotoDamaged,
    PhotoNotAccepted,
    PhotoTooLarge,
    PhotoTooManyPixels,
    TooManyPhotos,
)
from wenming.foundation.files.models import StoredFile
from wenming.foundation.files.services import PhotoDraft
from wenming.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def receive(data: bytes, name: str = "a.jpg") -> StoredFile:
    return services.receive_photo(data=data, name=name, by=SYSTEM)


def published(file: StoredFile, size: str = "") -> Image.Image:
    return Image.open(BytesIO(selectors.open_published(file, size=size)))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has almost no bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def test_receive_photo_keeps_the_bytes_and_publishes_a_small_copy() -> None:
    data = photo_bytes(2400, 1200)
    file = receive(data, "现场.jpg")
    assert selectors.open_received(file) == data
    assert (file.width, file.height, file.bytes_received) == (2400, 1200, len(data))
    assert published(file).size == (1600, 800)
    assert published(file, "thumb").size == (320, 160)
    assert published(file).format == "JPEG"
    assert file.sha256_received == storage.sha256(data)
    assert file.sha256_published == storage.sha256(selectors.open_published(file))


def test_receive_photo_leaves_no_metadata_in_what_it_publishes() -> None:
    profile = b"\0" * 128
    data = encoded(picture(), exif=exif_of(), icc_profile=profile, comment=b"secret-comment", xmp=b"<x>secret-xmp</x>")
    assert b"secret-comment" in data
    assert b"Bamboo" in data
    file = receive(data)
    for size in ("", "thumb"):
        copy = selectors.open_published(file, size=size)
        image = published(file, size)
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert not any(word in copy for word in (b"secret", b"Bamboo", b"Exif", b"ICC_PROFILE"))


def test_receive_photo_keeps_time_place_and_camera_privately() -> None:
    file = receive(encoded(picture(), exif=exif_of(lat=30.5, lon=118.25)))
    assert (file.lat, file.lon, file.camera) == (30.5, 118.25, "Plum Bamboo 7")
    assert file.taken_at == datetime(2024, 5, 5, 23, 8, 9, tzinfo=UTC)


def test_receive_photo_believes_the_phone_before_the_picture() -> None:
    at = datetime(2024, 1, 2, tzinfo=UTC)
    data = encoded(picture(), exif=exif_of())
    file = services.receive_photo(data=data, name="a.jpg", by=SYSTEM, taken_at=at, lat=31.0, lon=119.0)
    assert (file.taken_at, file.lat, file.lon) == (at, 31.0, 119.0)


@pytest.mark.parametrize(("turned", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
def test_receive_photo_turns_the_picture_upright(turned: int, size: tuple[int, int]) -> None:
    file = receive(encoded(picture(64, 48), exif=exif_of(turned=turned)))
    assert published(file).size == size
    assert (file.width, file.height) == size


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", mode) for mode in ("RGB", "L", "CMYK", "1")]
    + [("PNG", mode) for mode in ("RGB", "L", "1", "RGBA", "P", "LA", "I;16")]
    + [("WEBP", mode) for mode in ("RGB", "RGBA")],
)
def test_receive_photo_takes_every_mode_of_its_formats(kind: str, mode: str) -> None:
    image = picture().convert("L").convert("I").convert("I;16") if mode == "I;16" else picture().convert(mode)
    assert published(receive(encoded(image, kind))).mode == "RGB"


def test_receive_photo_shows_transparency_as_white() -> None:
    file = receive(encoded(Image.new("RGBA", (32, 32), (255, 0, 0, 0)), "PNG"))
    assert published(file).getpixel((16, 16)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 nothing",
        b"GIF89a" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 50,
    ],
    ids=["empty", "text", "svg", "pdf", "gif", "zip"],
)
def test_receive_photo_when_it_is_no_photo(data: bytes) -> None:
    with pytest.raises(PhotoNotAccepted, match="JPEG"):
        receive(data, "a.jpg")
    assert StoredFile.objects.count() == 0


def test_receive_photo_when_a_sound_gif_or_tiff_is_called_jpg() -> None:
    for kind in ("GIF", "TIFF", "BMP"):
        with pytest.raises(PhotoNotAccepted):
            receive(encoded(picture(), kind), "a.jpg")


def test_receive_photo_when_it_is_cut_off() -> None:
    for data in (photo_bytes(200, 200)[:-200], encoded(picture(200, 200), "PNG")[:-300]):
        with pytest.raises(PhotoDamaged):
            receive(data)
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("size", [(10_000, 6_001), (12_000, 12_000), (50_000, 50_000)])
def test_receive_photo_when_it_is_a_bomb(size: tuple[int, int]) -> None:
    with pytest.raises(PhotoTooManyPixels):
        receive(png_header(*size))


def test_receive_photo_of_fifty_megapixels() -> None:
    file = receive(encoded(Image.new("L", (10_000, 5_000), 128), "JPEG"))
    assert (file.width, file.height) == (10_000, 5_000)
    assert published(file).size == (1600, 800)


def test_receive_photo_when_it_has_too_many_bytes() -> None:
    with pytest.raises(PhotoTooLarge, match="15 MB"):
        receive(b"\xff\xd8\xff" + b"\0" * limits.PHOTO_BYTES_MAX)


def test_receive_photo_publishes_nothing_of_a_polyglot() -> None:
    hidden = b"PK\x03\x04<script>alert(1)</script>"
    file = receive(photo_bytes() + hidden)
    assert hidden not in selectors.open_published(file)
    assert b"script" not in selectors.open_published(file)


def test_receive_photo_when_its_exif_is_garbage() -> None:
    data = photo_bytes(exif=b"Exif\0\0" + b"\xff" * 400)
    file = receive(data)
    assert (file.taken_at, file.lat, file.camera) == (None, None, "")


def test_read_exif_when_the_position_is_impossible() -> None:
    for lat, lon in ((0.0, 0.0), (99.0, 118.0)):
        image = Image.open(BytesIO(encoded(picture(), exif=exif_of(lat=lat, lon=lon))))
        assert (exif.read(image).lat, exif.read(image).lon) == (None, None)


def test_receive_photo_twice_stores_the_bytes_once() -> None:
    data = photo_bytes()
    first, second = receive(data), receive(data)
    assert first.public_id != second.public_id
    assert first.sha256_received == second.sha256_received
    assert list(selectors.photos_with_bytes(first.sha256_received)) == [first, second]
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert sorted(path.parent.parent.name for path in files) == ["published", "published", "received"]


def test_receive_photos_when_one_is_bad_writes_nothing() -> None:
    drafts = [PhotoDraft(photo_bytes(), "a.jpg"), PhotoDraft(b"text", "b.jpg")]
    with pytest.raises(PhotoNotAccepted, match=r"b\.jpg"):
        services.receive_photos(drafts, by=SYSTEM)
    assert StoredFile.objects.count() == 0
    assert not Path(settings.MEDIA_ROOT).exists()


def test_receive_photos_costs_the_same_statements_for_one_and_three(django_assert_num_queries: object) -> None:
    for number in (1, 3):
        drafts = [PhotoDraft(photo_bytes(), f"{n}.jpg") for n in range(number)]
        with django_assert_num_queries(5):  # type: ignore[operator]
            files = services.receive_photos(drafts, by=SYSTEM)
        assert [file.name for file in files] == [draft.name for draft in drafts]
    assert AuditRecord.objects.filter(action="files.receive_photo").count() == 4


def test_keep_leaves_no_half_file_when_the_disk_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    path = storage.received_path("a" * 64)
    with pytest.raises(OSError, match="No space"):
        storage.keep(path, b"data")
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("sha", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_paths_are_made_of_hashes_only(sha: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        storage.received_path(sha)


def test_read_photo_takes_the_bytes_of_a_png_text_bomb_as_damaged_or_plain() -> None:
    text = zlib.compress(b"A" * 50_000_000)
    body = b"Comment\0\0" + text
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    plain = encoded(picture(), "PNG")
    with pytest.raises((PhotoDamaged, PhotoNotAccepted)):
        photos.read_photo(plain[:33] + chunk + plain[33:], name="a.png")


def test_photo_drafts_reads_what_the_phone_said() -> None:
    upload = SimpleUploadedFile("a.jpg", photo_bytes())
    meta = '[{"name": "a.jpg", "taken_at": "2024-05-06T07:08:09+08:00", "lat": 30.5, "lon": 118.5}]'
    (draft,) = services.photo_drafts([upload], meta=meta)
    assert (draft.taken_at, draft.lat, draft.lon) == (datetime(2024, 5, 5, 23, 8, 9, tzinfo=UTC), 30.5, 118.5)


@pytest.mark.parametrize(
    "meta",
    ["", "[", "{}", "[1]", "null", '[{"lat": "x", "taken_at": 5}]', '[{"lat": 1e999, "lon": NaN}]', '[{"lat": 0, "lon": 0}]',
     '[{"lat": 95, "lon": 10}]', '[{"taken_at": "0001-01-01T00:00:00+14:00"}]', "[" * 5000, '[{"lat": ' + "9" * 400 + "}]"],
)  # fmt: skip
def test_photo_drafts_when_the_meta_makes_no_sense(meta: str) -> None:
    (draft,) = services.photo_drafts([SimpleUploadedFile("a.jpg", b"x")], meta=meta)
    assert (draft.taken_at, draft.lat, draft.lon) == (None, None, None)


def test_photo_drafts_when_there_are_too_many_or_too_large() -> None:
    with pytest.raises(TooManyPhotos):
        services.photo_drafts([SimpleUploadedFile("a.jpg", b"x")] * (limits.UPLOAD_PHOTOS_MAX + 1))
    with pytest.raises(PhotoTooLarge):
        services.photo_drafts([SimpleUploadedFile("a.jpg", b"\0" * (limits.PHOTO_BYTES_MAX + 1))])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("现场.jpg", "现场.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("a\u202egpj.exe\n", "agpj.exe"),
        ("", "file"),
        ("..", "file"),
        (".jpg", "jpg"),
        ("长" * 300 + ".jpg", "长" * 196 + ".jpg"),
    ],
)
def test_clean_name(given: str, kept: str) -> None:
    assert services.clean_name(given) == kept
