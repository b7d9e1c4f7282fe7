"""Whether one picture was made from another: views of a picture as 64 bits each, and a closer look at two of them.

A photo is kept as a few *views* (the whole, its middle at three sizes, and its upper part). One that comes in is looked up by more of them:
also mirrored and turned a little. Two that share a quarter of their bits to the bit are candidates; `score` compares the
candidates block by block. Light, size and compression fall away by normalising; what a crop, a border or a small turn moves
is met by a view of the other side.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Grid = NDArray[np.float64]

# Left, top, right and bottom as shares of the picture: the whole, its middle, and the part above a stamped watermark.
Frame = tuple[float, float, float, float]
WHOLE: Final[Frame] = (0.0, 0.0, 1.0, 1.0)
UPPER: Final[Frame] = (0.0, 0.0, 1.0, 0.8)


def _middle(keep: float) -> Frame:
    aside = (1 - keep) / 2
    return (aside, aside, 1 - aside, 1 - aside)


KEPT_FRAMES: Final = (WHOLE, _middle(0.92), _middle(0.84), _middle(0.76), UPPER)
ASKED_FRAMES: Final = (WHOLE, _middle(0.92), _middle(0.84), UPPER)
# The corners of a turned picture are empty.
TURNED_FRAMES: Final = (_middle(0.92), _middle(0.84))
ASKED_ANGLES: Final = (0.0, -3.0, 3.0)
EDGE: Final = 32
PIECES: Final = 4
PIECE_BITS: Final = 16
DISTANCE_MAX: Final = 12
CLOSE_EDGE: Final = 72
BLOCK: Final = 8
SHIFT_MAX: Final = 4
# A block counts as the same from here on, and a picture as made from another.
SAME_BLOCK: Final = 0.9
SCORE_MIN: Final = 0.72
# No other pair of views of the same two pictures need be looked at.
SCORE_SURE: Final = 0.95
# Where a block is even, it says nothing.
EVEN_BLOCK: Final = 2.0
BORDER_SHARE_MAX: Final = 0.15
BORDER_SPREAD: Final = 6.0


def _dct() -> Grid:
    steps = np.arange(EDGE)
    return np.cos(np.pi * (2 * steps[None, :] + 1) * steps[:, None] / (2 * EDGE))


DCT: Final = _dct()


@dataclass(frozen=True, slots=True)
class View:
    """What a frame shows of a picture, turned by `angle` degrees, in a mirror or not; `bits` is unsigned."""

    frame: Frame
    angle: float
    is_mirrored: bool
    bits: int

    @property
    def pieces(self) -> tuple[int, ...]:
        return tuple(self.bits >> PIECE_BITS * place & 0xFFFF for place in range(PIECES))


def bare(image: Image.Image) -> Image.Image:
    """Grey, without an even border."""
    grey = ImageOps.grayscale(image)
    pixels = np.asarray(grey, dtype=np.float64)
    top, bottom = (_border(rows) for rows in (pixels, pixels[::-1]))
    left, right = (_border(columns) for columns in (pixels.T, pixels.T[::-1]))
    return grey.crop((left, top, grey.width - right, grey.height - bottom))


def kept_views(grey: Image.Image) -> list[View]:
    """What is stored of a picture."""
    return [
        View(frame=frame, angle=0.0, is_mirrored=False, bits=_bits(_look(grey, frame, EDGE))) for frame in KEPT_FRAMES
    ]


def asked_views(grey: Image.Image) -> list[View]:
    """What an arriving picture is looked up by; nothing where it is even all over, since every such picture is alike."""
    if _look(grey, WHOLE, EDGE).std() < EVEN_BLOCK:
        return []
    views = []
    for angle in ASKED_ANGLES:
        turned = _turned(grey, angle)
        for is_mirrored in (False, True):
            held = ImageOps.mirror(turned) if is_mirrored else turned
            frames = TURNED_FRAMES if angle else ASKED_FRAMES
            views += [View(frame, angle, is_mirrored, _bits(_look(held, frame, EDGE))) for frame in frames]
    return views


def distance(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def score(asked: Image.Image, view: View, kept: Image.Image, frame: Frame) -> float:
    """Share of the blocks with anything in them that show the same, 0 to 1; each block may lie a little aside."""
    turned = _turned(asked, view.angle)
    one = _look(ImageOps.mirror(turned) if view.is_mirrored else turned, view.frame, CLOSE_EDGE)
    other = _look(kept, frame, CLOSE_EDGE)
    found = []
    for top in range(SHIFT_MAX, CLOSE_EDGE - SHIFT_MAX - BLOCK + 1, BLOCK):
        for left in range(SHIFT_MAX, CLOSE_EDGE - SHIFT_MAX - BLOCK + 1, BLOCK):
            block = one[top : top + BLOCK, left : left + BLOCK]
            around = other[top - SHIFT_MAX : top + BLOCK + SHIFT_MAX, left - SHIFT_MAX : left + BLOCK + SHIFT_MAX]
            found.append(_likest(block, around))
    told = [value for value in found if value is not None]
    return sum(value >= SAME_BLOCK for value in told) / len(told) if told else 0.0


def _likest(block: Grid, around: Grid) -> float | None:
    """The best correlation of a block with a place in its neighbourhood; None where it is even."""
    if block.std() < EVEN_BLOCK:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(around, (BLOCK, BLOCK)).reshape(-1, BLOCK * BLOCK)
    centred = windows - windows.mean(axis=1, keepdims=True)
    flat = (block - block.mean()).ravel()
    norms = np.linalg.norm(centred, axis=1) * np.linalg.norm(flat)
    return float((centred @ flat / np.maximum(norms, 1e-9)).max())


def _turned(grey: Image.Image, angle: float) -> Image.Image:
    return grey.rotate(angle, resample=Image.Resampling.BILINEAR) if angle else grey


def _look(grey: Image.Image, frame: Frame, edge: int) -> Grid:
    left, top, right, bottom = frame
    box = (grey.width * left, grey.height * top, grey.width * right, grey.height * bottom)
    return np.asarray(grey.resize((edge, edge), Image.Resampling.BOX, box=box), dtype=np.float64)


def _bits(look: Grid) -> int:
    """Which of the 64 lowest waves but the mean stand above their median."""
    waves = (DCT @ look @ DCT.T)[:9, :9].ravel()[1:65]
    return int("".join("1" if wave else "0" for wave in waves > np.median(waves)), 2)


def _border(rows: Grid) -> int:
    """How many of the first rows are one even tone, and the same one; no more than a border may have."""
    most = int(len(rows) * BORDER_SHARE_MAX)
    tone = rows[0].mean()
    count = 0
    while count < most and rows[count].std() < BORDER_SPREAD and abs(rows[count].mean() - tone) < BORDER_SPREAD:
        count += 1
    return count
