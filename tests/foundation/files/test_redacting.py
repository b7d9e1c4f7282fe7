"""Covering parts of a photo: what is covered is gone."""

import io
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from wenming.foundation.files.redacting import WHOLE, Box, covered


def noise(width: int = 200, height: int = 150, seed: int = 1) -> bytes:
    image = Image.frombytes("RGB", (width, height), Random(seed).randbytes(width * height * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def spread(image: Image.Image) -> float:
    return sum(ImageStat.Stat(image).stddev)


def test_covered_leaves_nothing_of_what_lies_in_the_box() -> None:
    """Noise that is smeared has no contrast left: nothing could be read in it."""
    after = opened(covered(noise(), [Box(100, 100, 500, 500)]))
    inside = after.crop((20, 15, 120, 90))
    assert spread(inside) < 30
    assert spread(after.crop((130, 0, 200, 150))) > 120


def test_covered_is_told_from_its_average_alone() -> None:
    """Two pictures whose covered part differs by detail alone come out alike there."""
    one, other = (opened(covered(noise(seed=seed), [Box(0, 0, WHOLE, WHOLE)])) for seed in (1, 2))
    assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 12


def test_covered_without_boxes_keeps_the_picture() -> None:
    before = noise()
    apart = ImageChops.difference(opened(before), opened(covered(before, [])))
    assert max(ImageStat.Stat(apart).mean) < 25
    assert opened(covered(before, [])).size == (200, 150)


def test_covered_is_cut_after_it_is_covered() -> None:
    cut = opened(covered(noise(), [Box(0, 0, 500, 500)], Box(0, 0, 500, 500)))
    assert cut.size == (100, 75)
    assert spread(cut) < 30


def test_covered_carries_no_metadata() -> None:
    image = Image.new("RGB", (40, 30))
    exif = image.getexif()
    exif[271] = "a camera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"secret")
    made = covered(out.getvalue(), [])
    assert (b"a camera" in made, b"secret" in made) == (False, False)
    assert dict(Image.open(io.BytesIO(made)).getexif()) == {}


@given(*(st.integers(-2000, 3000) for _n in range(2)), *(st.integers(1, 3000) for _n in range(2)))
def test_box_lies_in_the_picture_or_nowhere(left: int, top: int, width: int, height: int) -> None:
    place = Box(left, top, width, height).within((37, 21))
    if place is not None:
        assert 0 <= place[0] < place[2] <= 37
        assert 0 <= place[1] < place[3] <= 21


@pytest.mark.parametrize("box", [Box(1000, 0, 10, 10), Box(0, 1000, 10, 10), Box(-20, 0, 20, 10)])
def test_box_beside_the_picture_is_nowhere(box: Box) -> None:
    assert box.within((37, 21)) is None
