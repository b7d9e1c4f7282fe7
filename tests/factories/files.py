"""Photos made on the spot, honest and otherwise."""

from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from wenming.foundation.files import services
from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import SYSTEM, Actor

_numbers = count(1)


def picture(width: int = 64, height: int = 48, *, shade: int | None = None) -> Image.Image:
    """Brighter to the right, and different from every other picture."""
    shade = next(_numbers) % 200 if shade is None else shade
    image = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", [image, image.point(lambda value: value // 2), Image.new("L", image.size, shade)])


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo_bytes(width: int = 64, height: int = 48, **options: Any) -> bytes:
    return encoded(picture(width, height), **options)


def exif_of(
    *, taken: str = "2024:05:06 07:08:09", lat: float = 30.5, lon: float = 118.25, turned: int = 1
) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Plum\0", "Bamboo 7", turned
    exif.get_ifd(0x8769)[0x9003] = taken
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (int(lat), int(lat % 1 * 60), 0.0)
    gps[3], gps[4] = "E", (int(lon), int(lon % 1 * 60), 0.0)
    return exif


def make_photo(*, by: Actor = SYSTEM, taken_at: datetime | None = None, data: bytes | None = None) -> StoredFile:
    number = next(_numbers)
    return services.receive_photo(data=data or photo_bytes(), name=f"photo{number}.jpg", by=by, taken_at=taken_at)
