"""From the bytes of a photo to what may be shown of it."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from wenming.foundation.files import exif, likeness
from wenming.foundation.files.errors import PhotoDamaged, PhotoNotAccepted, PhotoTooLarge, PhotoTooManyPixels
from wenming.foundation.files.limits import (
    PHOTO_BYTES_MAX,
    PHOTO_PIXELS_MAX,
    PUBLISHED_EDGE_PX,
    THUMBNAIL_EDGE_PX,
)

FORMATS: Final = ("JPEG", "PNG", "WEBP")
CONTENT_TYPES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
}
JPEG_QUALITY: Final = 84
# What Pillow raises while it reads hostile or broken bytes: its own error is an OSError, the rest comes from below it.
FAULTS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    ArithmeticError,
    struct.error,
    zlib.error,
    MemoryError,
)
BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Photo:
    """`published` and `thumbnail` are JPEG without any metadata; `width` and `height` are those of the picture as received,
    held upright."""

    content_type: str
    width: int
    height: int
    shot: exif.Shot
    published: bytes
    thumbnail: bytes
    views: list[likeness.View]


def read_photo(data: bytes, *, name: str) -> Photo:
    """Raises PhotoTooLarge, PhotoTooManyPixels, PhotoNotAccepted, PhotoDamaged."""
    if len(data) > PHOTO_BYTES_MAX:
        raise PhotoTooLarge(name=name, megabytes=PHOTO_BYTES_MAX // 1024 // 1024)
    too_many = PhotoTooManyPixels(name=name, megapixels=PHOTO_PIXELS_MAX // 1_000_000)
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except BOMBS as error:
        raise too_many from error
    except FAULTS as error:
        raise PhotoNotAccepted(name=name) from error
    with image:
        width, height = image.size
        if width * height > PHOTO_PIXELS_MAX:
            raise too_many
        try:
            return _read(image)
        except BOMBS as error:
            raise too_many from error
        except FAULTS as error:
            raise PhotoDamaged(name=name) from error


def _read(image: Image.Image) -> Photo:
    content_type = CONTENT_TYPES[image.format or ""]
    width, height = image.size
    shot = exif.read(image)
    # A JPEG decodes straight to a half, a quarter or an eighth: never below the edge asked for.
    image.draft("RGB", (PUBLISHED_EDGE_PX, PUBLISHED_EDGE_PX))
    image.load()
    upright = _upright(image)
    if (upright.width > upright.height) != (width > height):
        width, height = height, width
    published = _within(_flat(upright), PUBLISHED_EDGE_PX)
    thumbnail = _within(published, THUMBNAIL_EDGE_PX)
    views = likeness.kept_views(likeness.bare(thumbnail))
    return Photo(content_type, width, height, shot, _jpeg(published), _jpeg(thumbnail), views)


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except FAULTS:
        # The picture is sound, what is written beside it is not.
        return image


def _flat(image: Image.Image) -> Image.Image:
    """Only the pixels, on white where they are transparent: nothing that travelled with the file comes along."""
    small = image
    if max(image.size) > PUBLISHED_EDGE_PX * 2 and image.mode in ("RGB", "RGBA", "L", "LA"):
        small = image.copy()
        small.thumbnail((PUBLISHED_EDGE_PX * 2, PUBLISHED_EDGE_PX * 2), Image.Resampling.BOX)
    flat = Image.new("RGB", small.size, "white")
    if small.has_transparency_data:
        layer = small.convert("RGBA")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat.paste(small.convert("RGB"))
    return flat


def _within(image: Image.Image, edge_px: int) -> Image.Image:
    small = image.copy()
    small.thumbnail((edge_px, edge_px), Image.Resampling.LANCZOS)
    return small


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
