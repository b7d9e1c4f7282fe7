"""Street scenes drawn from a seed: the same place photographed twice, another place, and what forgers do to a photo."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

WIDTH, HEIGHT = 800, 600
# The place is wider than the photo, so that the camera may stand elsewhere.
MARGIN: Final = 200


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo of a place: what lies about, where the camera stands, what light, which grain."""

    place: int
    clutter: int
    camera: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)  # aside, up, nearer, turned by degrees
    light: float = 1.0
    grain: int = 0


def draw(shot: Shot) -> Image.Image:
    scene = _place(shot.place)
    _strew(scene, np.random.default_rng(shot.clutter), shot.clutter)
    scene = _sun(scene, np.random.default_rng(shot.grain + 7))
    aside, up, nearer, turned = shot.camera
    held = scene.rotate(turned, resample=Image.Resampling.BILINEAR)
    width, height = WIDTH / nearer, HEIGHT / nearer
    left, top = (scene.width - width) / 2 + aside, (scene.height - height) / 2 + up
    photo = held.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=(left, top, left + width, top + height))
    photo = ImageEnhance.Brightness(photo).enhance(shot.light)
    pixels = np.asarray(photo, dtype=np.float64)
    noise = np.random.default_rng(shot.grain).normal(0, 5, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def honest_pair(seed: int) -> tuple[Shot, Shot]:
    """Before and after at one place: the rubbish gone, other people about, the camera a step aside, another light."""
    rng = np.random.default_rng(seed)
    before = Shot(place=seed, clutter=seed * 2 + 1, grain=seed * 3, light=float(rng.uniform(0.85, 1.1)))
    sign = rng.choice([-1, 1], 4)
    camera = (
        float(sign[0] * rng.uniform(15, 90)),
        float(sign[1] * rng.uniform(5, 50)),
        float(1 + sign[2] * rng.uniform(0.0, 0.1)),
        float(sign[3] * rng.uniform(0, 3)),
    )
    after = replace(
        before, clutter=seed * 2 + 2, camera=camera, grain=seed * 3 + 1, light=float(rng.uniform(0.75, 1.25))
    )
    return before, after


def jpeg(image: Image.Image, quality: int = 88, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def _crop(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    share = rng.uniform(0.03, 0.08)
    aside, above = image.width * share, image.height * share
    return image.crop((int(aside), int(above), int(image.width - aside), int(image.height - above)))


def _watermark(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    copy = image.copy()
    top = int(image.height * rng.uniform(0.82, 0.88))
    ImageDraw.Draw(copy).rectangle((20, top, 300, top + 50), fill="white", outline="red", width=4)
    return copy


FORGE: Final[dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]]] = {
    "as_it_was": lambda image, _rng: image,
    "compressed": lambda image, rng: Image.open(BytesIO(jpeg(image, int(rng.uniform(25, 60))))),
    "resized": lambda image, rng: image.resize((int(640 * rng.uniform(0.5, 1.2)), 480)),
    "cropped": _crop,
    "mirrored": lambda image, _rng: ImageOps.mirror(image),
    "brighter": lambda image, rng: ImageEnhance.Brightness(image).enhance(float(rng.choice([0.7, 1.25]))),
    "turned": lambda image, rng: image.rotate(float(rng.choice([-1, 1]) * rng.uniform(1.5, 4)), fillcolor="black"),
    "bordered": lambda image, rng: ImageOps.expand(image, int(rng.uniform(15, 50)), "white"),
    "watermarked": _watermark,
    "blurred": lambda image, _rng: image.filter(ImageFilter.GaussianBlur(2)),
}


def _place(seed: int) -> Image.Image:
    """Houses, windows, a pavement of slabs, a wall with stains."""
    rng = np.random.default_rng(seed + 10_000)
    width, height = WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN
    coarse = rng.uniform(60, 200, (7, 9, 3)).astype(np.uint8)
    scene = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(scene)
    ground = int(height * rng.uniform(0.5, 0.7))
    left = 0
    while left < width:
        wide, tall = int(rng.uniform(90, 260)), int(rng.uniform(120, ground))
        tone = tuple(int(value) for value in rng.uniform(40, 220, 3))
        pen.rectangle((left, ground - tall, left + wide, ground), fill=tone)
        step = int(rng.uniform(30, 60))
        dark = tuple(int(value * 0.55) for value in tone)
        for x in range(left + 12, left + wide - 20, step):
            for y in range(ground - tall + 12, ground - 25, step):
                pen.rectangle((x, y, x + step // 2, y + step // 2), fill=dark)
        left += wide
    slab = int(rng.uniform(35, 80))
    for x in range(-height, width, slab):
        pen.line((x, height, x + int(rng.uniform(100, 180)), ground), fill=(70, 70, 75), width=2)
    for _count in range(40):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(5, 45)
        tone = tuple(int(value) for value in rng.uniform(30, 230, 3))
        pen.ellipse((x, y, x + size, y + size * rng.uniform(0.4, 1.2)), fill=tone)
    return scene


def _strew(scene: Image.Image, rng: np.random.Generator, clutter: int) -> None:
    """Heaps of bags before, swept after; passers-by and bicycles either time. Odd clutter is the problem itself."""
    pen = ImageDraw.Draw(scene)
    for _count in range(22 if clutter % 2 else 3):
        x, y = rng.uniform(scene.width * 0.3, scene.width * 0.7), rng.uniform(scene.height * 0.55, scene.height * 0.8)
        size = rng.uniform(20, 70)
        tone = tuple(int(value) for value in rng.uniform(10, 240, 3))
        pen.ellipse((x, y, x + size, y + size * 0.7), fill=tone)
    for _count in range(int(rng.integers(2, 5))):
        x, y = rng.uniform(0, scene.width), rng.uniform(scene.height * 0.4, scene.height * 0.7)
        tone = tuple(int(value) for value in rng.uniform(10, 240, 3))
        pen.rectangle((x, y, x + rng.uniform(25, 60), y + rng.uniform(90, 170)), fill=tone)


def _sun(scene: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A shadow that lies elsewhere every hour."""
    mask = Image.new("L", scene.size, 0)
    x, width = rng.uniform(0, scene.width), rng.uniform(150, 400)
    lean = rng.uniform(-200, 200)
    corners = [(x, 0), (x + width, 0), (x + width + lean, scene.height), (x + lean, scene.height)]
    ImageDraw.Draw(mask).polygon(corners, fill=110)
    return Image.composite(Image.new("RGB", scene.size), scene, mask.filter(ImageFilter.GaussianBlur(6)))
