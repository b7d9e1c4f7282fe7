"""Covering parts of a photo by hand before it is published: what is covered is no longer in the pixels.

Positions are thousandths of the picture's width and height. Nobody looks for faces or plates here but the person who
draws the boxes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from wenming.foundation.files.photos import JPEG_QUALITY

WHOLE: Final = 1000
BOXES_MAX: Final = 40
# So few spots along the longer edge of a box: of a plate or a face no character and no feature is left.
SPOTS: Final = 4


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width and height; what sticks out of the picture is cut off."""

    left: int
    top: int
    width: int
    height: int

    def within(self, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
        """In pixels, at least one each way; None where nothing of it lies in the picture."""
        across, down = size
        left, top = max(0, self.left) * across // WHOLE, max(0, self.top) * down // WHOLE
        right = min(across, -(-(self.left + self.width) * across // WHOLE))
        bottom = min(down, -(-(self.top + self.height) * down // WHOLE))
        return (left, top, right, bottom) if right > left and bottom > top else None


def covered(data: bytes, boxes: Sequence[Box], crop: Box | None = None) -> bytes:
    """A JPEG without metadata; `data` is a published copy. Boxes are measured before the picture is cut."""
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        # Only the pixels: a comment of the file would come along with a conversion.
        picture = Image.new("RGB", image.size)
        picture.paste(image.convert("RGB"))
    for box in boxes:
        place = box.within(picture.size)
        if place is not None:
            picture.paste(_smeared(picture.crop(place)), place)
    cut = crop.within(picture.size) if crop is not None else None
    out = BytesIO()
    (picture.crop(cut) if cut is not None else picture).save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()


def _smeared(part: Image.Image) -> Image.Image:
    longest = max(part.size)
    few = (max(1, part.width * SPOTS // longest), max(1, part.height * SPOTS // longest))
    return part.resize(few, Image.Resampling.BOX).resize(part.size, Image.Resampling.BILINEAR)
