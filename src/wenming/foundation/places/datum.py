"""From the datum of Chinese web maps (GCJ-02) to that of receivers (WGS-84), at the edge of the system.

Coordinates are degrees. The offset formulas are those that every open implementation of GCJ-02 uses, on the Krasovsky
1940 ellipsoid; the inverse has no closed form and is found by iteration.
"""

import math
from typing import Final

SEMI_MAJOR_METRES: Final = 6378245.0
ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
# Outside this box the maps add no offset.
_LAT: Final = (0.8293, 55.8271)
_LON: Final = (72.004, 137.8347)
# Every round divides the error by about a thousand; it starts at some 700 m.
_ROUNDS: Final = 4


def wgs84_to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """(lat, lon) in GCJ-02. Unchanged outside China."""
    if not (_LAT[0] <= lat <= _LAT[1] and _LON[0] <= lon <= _LON[1]):
        return lat, lon
    d_lat, d_lon = _offset(lat, lon)
    return lat + d_lat, lon + d_lon


def gcj02_to_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """(lat, lon) in WGS-84, within a centimetre. Unchanged outside China."""
    guess_lat, guess_lon = lat, lon
    for _round in range(_ROUNDS):
        there_lat, there_lon = wgs84_to_gcj02(guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat + lat - there_lat, guess_lon + lon - there_lon
    return guess_lat, guess_lon


def _offset(lat: float, lon: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + _waves(x, y)
    north += (160 * math.sin(y * math.pi / 12) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + _waves(x, x)
    east += (150 * math.sin(x * math.pi / 12) + 300 * math.sin(x * math.pi / 30)) * 2 / 3
    radians = math.radians(lat)
    magic = 1 - ECCENTRICITY_SQUARED * math.sin(radians) ** 2
    meridian = SEMI_MAJOR_METRES * (1 - ECCENTRICITY_SQUARED) / (magic * math.sqrt(magic))
    parallel = SEMI_MAJOR_METRES / math.sqrt(magic) * math.cos(radians)
    return math.degrees(north / meridian), math.degrees(east / parallel)


def _waves(x: float, z: float) -> float:
    """`x` gives the short waves, `z` the long ones."""
    short = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    return short + (20 * math.sin(z * math.pi) + 40 * math.sin(z * math.pi / 3)) * 2 / 3
