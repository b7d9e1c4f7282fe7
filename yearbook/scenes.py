"""Street scenes in flat colours: one with the fault, one without it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

SIZE = (640, 480)
MARGIN = 20  # drawn beyond the frame, so that two shots need not match by the pixel
FLOOR = 300  # where the pavement meets the wall
KERB = 420

Draw = ImageDraw.ImageDraw
Colour = tuple[int, int, int]
SHADES: tuple[Colour, ...] = (
    (52, 73, 94),
    (192, 57, 43),
    (41, 128, 185),
    (39, 120, 80),
    (211, 150, 40),
    (120, 90, 140),
)


def picture(salt: str, fault: str, shot: str) -> Image.Image:
    """The scene of `salt`; `shot` is "before" (with the fault) or "after"."""
    wide = (SIZE[0] + 2 * MARGIN, SIZE[1] + 2 * MARGIN)
    image = Image.new("RGB", wide, (206, 222, 235))
    draw = ImageDraw.Draw(image)
    _backdrop(draw, Random(f"{salt}/backdrop"), wide)
    if shot == "before":
        painter(fault)(draw, Random(f"{salt}/fault"))
    place = Random(f"{salt}/place")
    image = _shaded(image, place)
    if place.random() < 0.5:
        image = ImageOps.mirror(image)
    # Nobody stands twice on the same spot: each shot has its own light and frame.
    shooting = Random(f"{salt}/{shot}")
    image = ImageEnhance.Brightness(image).enhance(shooting.uniform(0.88, 1.1))
    zoom = place.uniform(0.82, 1.0) * shooting.uniform(0.88, 1.0)
    width, height = int(wide[0] * zoom), int(wide[1] * zoom)
    left = int((wide[0] - width) * min(1.0, place.random() * 0.45 + shooting.random() * 0.55))
    top = int((wide[1] - height) * min(1.0, place.random() * 0.45 + shooting.random() * 0.55))
    return image.resize(SIZE, Image.Resampling.BILINEAR, (left, top, left + width, top + height))


def _shaded(image: Image.Image, place: Random) -> Image.Image:
    """The shadow of a building across the way, which no two places share."""
    right, bottom = image.size
    mask = Image.new("L", image.size, 0)
    start, slope = place.randint(-100, right), place.randint(-320, 320)
    span = place.randint(160, 420)
    corners = [(start, 0), (start + span, 0), (start + span + slope, bottom), (start + slope, bottom)]
    ImageDraw.Draw(mask).polygon(corners, fill=place.randint(60, 120))
    return Image.composite(Image.new("RGB", image.size, (30, 34, 48)), image, mask)


def _tone(rng: Random, low: int, high: int) -> Colour:
    base = rng.randint(low, high)
    return base, base + rng.randint(-8, 8), base + rng.randint(-14, 8)


def _backdrop(draw: Draw, rng: Random, wide: tuple[int, int]) -> None:
    right, bottom = wide
    roof = rng.randint(20, 90)
    draw.rectangle((0, roof, right, FLOOR), fill=_tone(rng, 165, 225))
    if rng.random() < 0.5:
        _shopfronts(draw, rng, right)
    else:
        _windows(draw, rng, right, roof)
    draw.rectangle((0, FLOOR, right, KERB), fill=_tone(rng, 150, 185))
    joint = _tone(rng, 125, 140)
    step = rng.choice((36, 48, 60))
    for x in range(0, right, step):
        draw.line((x, FLOOR, x - 30, KERB), fill=joint)
    for y in range(FLOOR, KERB, 30):
        draw.line((0, y, right, y), fill=joint)
    track = FLOOR + rng.randint(40, 70)
    draw.rectangle((0, track, right, track + 16), fill=(214, 182, 72))
    draw.rectangle((0, KERB, right, KERB + 8), fill=(120, 120, 118))
    draw.rectangle((0, KERB + 8, right, bottom), fill=_tone(rng, 78, 96))
    _furniture(draw, rng, right)


def _shopfronts(draw: Draw, rng: Random, right: int) -> None:
    x = -rng.randint(0, 60)
    while x < right:
        width = rng.randint(130, 210)
        draw.rectangle((x + 6, 150, x + width - 6, FLOOR), fill=_tone(rng, 90, 130))
        draw.rectangle((x + 6, 120, x + width - 6, 152), fill=rng.choice(SHADES))
        for letter in range(rng.randint(3, 5)):
            at = x + 24 + letter * 24
            draw.rectangle((at, 128, at + 14, 144), fill=(240, 236, 220))
        draw.rectangle((x + width // 2 - 18, 190, x + width // 2 + 18, FLOOR), fill=(60, 66, 70))
        x += width


def _windows(draw: Draw, rng: Random, right: int, roof: int) -> None:
    glass = _tone(rng, 110, 150)
    step = rng.choice((84, 96, 110))
    for y in range(roof + 24, FLOOR - 60, 78):
        for x in range(rng.randint(10, 40), right, step):
            draw.rectangle((x, y, x + 46, y + 48), fill=glass, outline=(235, 235, 232))
            draw.line((x + 23, y, x + 23, y + 48), fill=(235, 235, 232))


def _furniture(draw: Draw, rng: Random, right: int) -> None:
    x = rng.randint(40, right - 60)
    draw.rectangle((x, 60, x + 7, KERB - 4), fill=(88, 92, 96))
    if rng.random() < 0.6:
        x = rng.randint(60, right - 140)
        draw.rectangle((x, 210, x + 12, FLOOR + 44), fill=(104, 78, 54))
        draw.ellipse((x - 56, 90, x + 66, 230), fill=(66, 124, 70))
    x = rng.randint(60, right - 110)
    for place, colour in enumerate(((46, 125, 70), (70, 76, 84))):
        at = x + place * 46
        draw.rectangle((at, FLOOR - 26, at + 38, FLOOR + 32), fill=colour)
        draw.rectangle((at - 2, FLOOR - 34, at + 40, FLOOR - 26), fill=colour)


def _litter(draw: Draw, rng: Random) -> None:
    x0 = rng.randint(120, 380)
    for _ in range(rng.randint(5, 9)):
        x, y, r = x0 + rng.randint(-80, 110), rng.randint(FLOOR + 10, KERB - 30), rng.randint(12, 28)
        draw.ellipse(
            (x - r, y - r, x + r, y + r * 0.7), fill=rng.choice(((40, 42, 46), (225, 225, 218), (170, 60, 50)))
        )
    for _ in range(40):
        x, y = x0 + rng.randint(-120, 180), rng.randint(FLOOR + 10, KERB - 6)
        draw.rectangle((x, y, x + rng.randint(3, 10), y + rng.randint(2, 6)), fill=rng.choice(SHADES))


def _bikes(draw: Draw, rng: Random) -> None:
    for place in range(rng.randint(4, 7)):
        x = 60 + place * 78 + rng.randint(-14, 14)
        y = FLOOR + rng.randint(24, 56)
        colour = rng.choice(SHADES)
        for wheel in (x, x + 58):
            draw.ellipse((wheel - 20, y, wheel + 20, y + 40), outline=(25, 25, 28), width=5)
        draw.line((x, y + 20, x + 24, y - 8, x + 58, y + 20, x + 20, y + 20, x + 24, y - 8), fill=colour, width=5)
        draw.line((x + 58, y + 20, x + 50, y - 22, x + 38, y - 24), fill=colour, width=4)
        draw.ellipse((x + 12, y - 16, x + 34, y - 8), fill=(30, 30, 30))


def _posters(draw: Draw, rng: Random) -> None:
    for _ in range(rng.randint(8, 14)):
        x, y = rng.randint(40, 590), rng.randint(130, FLOOR - 60)
        width, height = rng.randint(22, 44), rng.randint(28, 56)
        draw.rectangle(
            (x, y, x + width, y + height), fill=rng.choice(((250, 248, 235), (245, 225, 90), (240, 150, 160)))
        )
        for row in range(y + 6, y + height - 6, 7):
            draw.line((x + 4, row, x + width - 4, row), fill=(60, 60, 60), width=2)


def _hole(draw: Draw, rng: Random) -> None:
    x, y = rng.randint(180, 460), rng.randint(FLOOR + 30, KERB - 20)
    for scale, colour in ((1.0, (96, 92, 88)), (0.7, (58, 54, 52))):
        edge = [
            (x + rng.randint(50, 80) * scale * dx, y + rng.randint(16, 26) * scale * dy)
            for dx, dy in ((-1, 0), (-0.7, 0.8), (0, 1), (0.7, 0.8), (1, 0), (0.7, -0.8), (0, -1), (-0.7, -0.8))
        ]
        draw.polygon(edge, fill=colour)
    for _ in range(12):
        at = x + rng.randint(-110, 110)
        draw.rectangle((at, y + rng.randint(-20, 30), at + 9, y + 36), fill=(110, 106, 100))


def _manhole(draw: Draw, rng: Random) -> None:
    x, y = rng.randint(180, 460), KERB + rng.randint(24, 40)
    draw.ellipse((x - 58, y - 18, x + 58, y + 18), fill=(30, 28, 28), outline=(130, 126, 120), width=4)
    draw.ellipse((x + 4, y - 34, x + 112, y), fill=(112, 104, 98), outline=(70, 66, 62), width=3)


def _stall(draw: Draw, rng: Random) -> None:
    for place in range(rng.randint(2, 4)):
        x = 70 + place * 150 + rng.randint(-20, 20)
        draw.rectangle((x, FLOOR + 20, x + 100, FLOOR + 34), fill=(150, 104, 60))
        for leg in (x + 6, x + 90):
            draw.rectangle((leg, FLOOR + 34, leg + 6, FLOOR + 88), fill=(96, 70, 44))
        draw.polygon([(x - 26, FLOOR - 40), (x + 50, FLOOR - 96), (x + 126, FLOOR - 40)], fill=rng.choice(SHADES))
        draw.rectangle((x + 48, FLOOR - 40, x + 52, FLOOR + 20), fill=(90, 90, 90))
        for item in range(6):
            at = x + 6 + item * 16
            draw.ellipse(
                (at, FLOOR + 6, at + 14, FLOOR + 20), fill=rng.choice(((210, 70, 40), (90, 160, 60), (230, 180, 50)))
            )


def _cables(draw: Draw, rng: Random) -> None:
    for _ in range(rng.randint(3, 5)):
        start, sag = rng.randint(90, 170), rng.randint(90, 200)
        points = [(x, start + sag * (1 - ((x - 330) / 330) ** 2)) for x in range(-10, 690, 20)]
        draw.line(points, fill=(28, 28, 30), width=4)


def _laundry(draw: Draw, rng: Random) -> None:
    y = rng.randint(200, 240)
    draw.line((30, y, 630, y), fill=(90, 90, 90), width=3)
    for place in range(rng.randint(5, 7)):
        x = 60 + place * 82
        draw.rectangle(
            (x, y, x + rng.randint(40, 66), y + rng.randint(50, 120)), fill=rng.choice((*SHADES, (235, 200, 205)))
        )


def _cars(draw: Draw, rng: Random) -> None:
    for place in range(rng.randint(1, 2)):
        x, y, colour = 70 + place * 300 + rng.randint(-20, 20), FLOOR + 8, rng.choice(SHADES)
        draw.rounded_rectangle((x, y + 30, x + 230, y + 84), 18, fill=colour)
        draw.polygon([(x + 44, y + 32), (x + 80, y - 6), (x + 164, y - 6), (x + 200, y + 32)], fill=colour)
        draw.polygon([(x + 60, y + 28), (x + 86, y + 2), (x + 158, y + 2), (x + 184, y + 28)], fill=(190, 208, 216))
        for wheel in (x + 50, x + 178):
            draw.ellipse((wheel - 23, y + 62, wheel + 23, y + 108), fill=(26, 26, 28))


def _puddle(draw: Draw, rng: Random) -> None:
    x = rng.randint(140, 340)
    draw.ellipse((x - 90, FLOOR + 50, x + 260, KERB + 30), fill=(98, 112, 118))
    draw.ellipse((x - 20, FLOOR + 66, x + 150, KERB - 6), fill=(128, 146, 154))


def _heap(draw: Draw, rng: Random) -> None:
    x0 = rng.randint(110, 330)
    for row in range(3):
        for place in range(4 - row):
            x, y = x0 + place * 62 + row * 30 + rng.randint(-6, 6), FLOOR + 60 - row * 44
            draw.rectangle(
                (x, y - 8, x + 56, y + 34), fill=rng.choice(((176, 132, 84), (150, 110, 70), (190, 150, 104)))
            )
            draw.line((x, y + 12, x + 56, y + 12), fill=(110, 82, 52), width=3)


def _banner(draw: Draw, rng: Random) -> None:
    y = rng.randint(150, 220)
    draw.polygon([(60, y), (600, y + 14), (600, y + 62), (60, y + 48)], fill=(186, 44, 40))
    for letter in range(9):
        at = 96 + letter * 56
        draw.rectangle((at, y + 16, at + 30, y + 46), fill=(250, 224, 120))


def _broken(draw: Draw, rng: Random) -> None:
    x = rng.randint(120, 360)
    for place in range(4):
        at = x + place * 48
        draw.line((at, FLOOR - 50, at + rng.randint(-30, 40), FLOOR + 60), fill=(200, 200, 196), width=8)
    draw.line((x - 20, FLOOR - 20, x + 210, FLOOR + rng.randint(10, 50)), fill=(210, 70, 50), width=10)


Painter = Callable[[Draw, Random], None]
PAINTERS: tuple[tuple[str, Painter], ...] = (
    ("井盖", _manhole),
    ("箅子", _manhole),
    ("非机动车", _bikes),
    ("单车", _bikes),
    ("飞线", _cables),
    ("线", _cables),
    ("机动车乱停", _cars),
    ("消防通道", _cars),
    ("小广告", _posters),
    ("立面", _posters),
    ("晾挂", _laundry),
    ("阳台", _laundry),
    ("吊挂", _laundry),
    ("横幅", _banner),
    ("广告", _banner),
    ("摊", _stall),
    ("经营", _stall),
    ("市", _stall),
    ("烧烤", _stall),
    ("破损", _hole),
    ("积水", _puddle),
    ("水", _puddle),
    ("堵塞", _puddle),
    ("垃圾", _litter),
    ("不洁", _litter),
    ("脏乱", _litter),
    ("责任", _litter),
    ("物料", _heap),
    ("家具", _heap),
    ("渣土", _heap),
    ("废品", _heap),
    ("弃料", _heap),
    ("护栏", _broken),
)


def painter(fault: str) -> Painter:
    """How the fault of this name is drawn; what no word fits is drawn as broken rails."""
    return next((paint for word, paint in PAINTERS if word in fault), _broken)
