"""Photos at the size that they are printed in, so that three hundred of them still travel by mail."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from wenming.foundation.files import selectors as files
from wenming.foundation.files.models import StoredFile

WIDTH_MM: Final = 70
HEIGHT_MM: Final = 52
DOTS_PER_INCH: Final = 200
PHOTOS_MAX: Final = 300
# 300 of these are 18 MB.
BYTES_MAX: Final = 60 * 1024
_QUALITIES: Final = (82, 72, 60, 48, 36, 24)
_BOX: Final = tuple(round(mm / 25.4 * DOTS_PER_INCH) for mm in (WIDTH_MM, HEIGHT_MM))


def printed(photo: StoredFile) -> bytes:
    """A JPEG of exactly the printed shape: the whole picture, on white where its shape is another; BYTES_MAX at most
    but for what no quality makes that small. Raises FileNotThere."""
    with Image.open(files.published_path(photo)) as opened:
        opened.draft("RGB", (_BOX[0] * 2, _BOX[1] * 2))
        image = ImageOps.pad(opened.convert("RGB"), (_BOX[0], _BOX[1]), Image.Resampling.LANCZOS, color="white")
    data = b""
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        data = out.getvalue()
        if len(data) <= BYTES_MAX:
            break
    return data
