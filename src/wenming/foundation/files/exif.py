"""What a camera wrote beside its picture. Anybody can write anything there, so nothing in it may break a receipt."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

from wenming.foundation.files.limits import CAMERA_CHARACTERS_MAX
from wenming.kernel.clock import SHANGHAI

_TAKEN = "%Y:%m:%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Shot:
    """When (UTC), where (WGS-84 degrees) and with what; None and "" for what the picture does not say."""

    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    camera: str = ""


def read(image: Image.Image) -> Shot:
    try:
        tags = image.getexif()
        details, gps = tags.get_ifd(ExifTags.IFD.Exif), tags.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # a parser of hostile bytes fails in more ways than it documents; the picture still counts
        return Shot()
    lat, lon = _position(gps)
    return Shot(_taken_at(details), lat, lon, _camera(tags))


def _taken_at(details: dict[int, Any]) -> datetime | None:
    """A camera without a zone is taken to show the time of the country."""
    try:
        text = str(details[ExifTags.Base.DateTimeOriginal]).strip("\0 ")
        at = datetime.strptime(text, _TAKEN)  # noqa: DTZ007  the zone comes on the next line
        return at.replace(tzinfo=_zone(details.get(ExifTags.Base.OffsetTimeOriginal)) or SHANGHAI).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _zone(text: Any) -> timezone | None:
    if not isinstance(text, str) or len(text.strip("\0 ")) != len("+08:00"):
        return None
    sign, hours, minutes = text[0], text[1:3], text[4:6]
    if sign not in "+-" or not (hours + minutes).isdecimal():
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(offset if sign == "+" else -offset) if offset < timedelta(hours=24) else None


def _position(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None, None
    # Cameras without a fix write zeros.
    is_sound = abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0.0, 0.0)
    return (lat, lon) if is_sound else (None, None)


def _degrees(parts: Iterable[Any], reference: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        raise ValueError("not a number")
    return round(-value if reference == negative else value, 7)


def _camera(tags: Image.Exif) -> str:
    words = [str(tags.get(tag, "")) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)]
    text = " ".join(word.strip("\0 ") for word in words)
    return "".join(c for c in text if c.isprintable()).strip()[:CAMERA_CHARACTERS_MAX]
