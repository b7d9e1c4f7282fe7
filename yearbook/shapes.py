"""Plane geometry for invented regions: cells that tile, with shared crooked edges.

Points are (longitude, latitude) pairs in degrees; rings are open (the first
point is not repeated) and run anticlockwise.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from random import Random

Point = tuple[float, float]
Ring = list[Point]

NEAR = 1e-5
LEVELS = 4
ROUGHNESS = 0.11
DECAY = 0.6


def area(ring: Ring) -> float:
    """Signed area in square degrees, positive for an anticlockwise ring."""
    total = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        total += x1 * y2 - x2 * y1
    return total / 2


def centroid(ring: Ring) -> Point:
    total = area(ring)
    cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x1 * y2 - x2 * y1
        cx += (x1 + x2) * cross
        cy += (y1 + y2) * cross
    return cx / (6 * total), cy / (6 * total)


def contains(ring: Ring, x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def random_inside(rng: Random, ring: Ring) -> Point:
    xs = [p[0] for p in ring]
    ys = [p[1] for p in ring]
    for _ in range(1000):
        x = round(rng.uniform(min(xs), max(xs)), 6)
        y = round(rng.uniform(min(ys), max(ys)), 6)
        if contains(ring, x, y):
            return x, y
    return centroid(ring)


def clip(ring: Ring, a: float, b: float, c: float) -> Ring:
    """The part of a convex ring where a*x + b*y <= c."""
    kept: Ring = []
    for p, q in zip(ring, ring[1:] + ring[:1], strict=True):
        dp = a * p[0] + b * p[1] - c
        dq = a * q[0] + b * q[1] - c
        if dp <= 0:
            kept.append(p)
        if (dp < 0 < dq) or (dq < 0 < dp):
            t = dp / (dp - dq)
            kept.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
    return kept


def cells(ring: Ring, seeds: list[Point]) -> list[Ring]:
    """The Voronoi cell of every seed within a convex ring."""
    found: list[Ring] = []
    for i, (x, y) in enumerate(seeds):
        cell = ring
        for j, (u, v) in enumerate(seeds):
            if i != j:
                cell = clip(cell, 2 * (u - x), 2 * (v - y), u * u + v * v - x * x - y * y)
        found.append(cell)
    return found


def relaxed(ring: Ring, seeds: list[Point], rounds: int) -> list[Ring]:
    """Cells after moving each seed towards its cell's centroid (Lloyd)."""
    for _ in range(rounds):
        seeds = [centroid(cell) for cell in cells(ring, seeds)]
    return cells(ring, seeds)


class Mesh:
    """Convex cells made into a mesh of shared edges, then roughened."""

    def __init__(self, rings: list[Ring], salt: str) -> None:
        self.salt = salt
        self.vertices: list[Point] = []
        snapped = [self._without_repeats([self._vertex(p) for p in ring]) for ring in rings]
        self.rings = [self._with_junctions(ring) for ring in snapped]
        self.sharpness = self._sharpest_angles()
        self.paths: dict[tuple[int, int], Ring] = {}

    def crooked(self) -> list[Ring]:
        """The cells' rings with every shared edge roughened once."""
        return [self._crooked_ring(ring) for ring in self.rings]

    def _vertex(self, point: Point) -> int:
        for index, (x, y) in enumerate(self.vertices):
            if abs(x - point[0]) < NEAR and abs(y - point[1]) < NEAR:
                return index
        self.vertices.append((round(point[0], 6), round(point[1], 6)))
        return len(self.vertices) - 1

    @staticmethod
    def _without_repeats(ring: list[int]) -> list[int]:
        return [v for v, w in zip(ring, ring[1:] + ring[:1], strict=True) if v != w]

    def _with_junctions(self, ring: list[int]) -> list[int]:
        whole: list[int] = []
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            whole.append(start)
            (x1, y1), (x2, y2) = self.vertices[start], self.vertices[end]
            length = math.hypot(x2 - x1, y2 - y1)
            between: list[tuple[float, int]] = []
            for index, (x, y) in enumerate(self.vertices):
                if index in (start, end):
                    continue
                along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length
                aside = abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / length
                if 0 < along < length and aside < 2 * NEAR:
                    between.append((along, index))
            whole.extend(index for _, index in sorted(between))
        return whole

    def _sharpest_angles(self) -> list[float]:
        bearings: dict[int, set[float]] = defaultdict(set)
        for ring in self.rings:
            for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
                (x1, y1), (x2, y2) = self.vertices[a], self.vertices[b]
                bearings[a].add(round(math.atan2(y2 - y1, x2 - x1), 9))
                bearings[b].add(round(math.atan2(y1 - y2, x1 - x2), 9))
        sharpest: list[float] = []
        for vertex in range(len(self.vertices)):
            around = sorted(bearings[vertex])
            turned = [*around[1:], *(b + 2 * math.pi for b in around[:1])]
            gaps = [b - a for a, b in zip(around, turned, strict=True)]
            sharpest.append(min(gaps, default=math.pi))
        return sharpest

    def _crooked_ring(self, ring: list[int]) -> Ring:
        points: Ring = []
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            low, high = min(a, b), max(a, b)
            if (low, high) not in self.paths:
                self.paths[low, high] = self._path(low, high)
            path = self.paths[low, high]
            points.extend(path[:-1] if a == low else path[:0:-1])
        return points

    def _path(self, low: int, high: int) -> Ring:
        rng = Random(f"{self.salt}/edge/{self.vertices[low]}/{self.vertices[high]}")
        # The deviations of all levels add up to at most reach * 2 / (1 - DECAY)
        # radians, which must stay under half the sharpest angle at each end,
        # or two crooked edges of one corner could cross.
        sharpest = min(self.sharpness[low], self.sharpness[high])
        reach = min(ROUGHNESS, 0.45 * sharpest * (1 - DECAY) / 2)
        path = [self.vertices[low], self.vertices[high]]
        for level in range(LEVELS):
            finer: Ring = [path[0]]
            for (x1, y1), (x2, y2) in pairwise(path):
                shift = rng.uniform(-1, 1) * reach * DECAY**level
                middle = (
                    round((x1 + x2) / 2 - (y2 - y1) * shift, 6),
                    round((y1 + y2) / 2 + (x2 - x1) * shift, 6),
                )
                if math.hypot(x2 - x1, y2 - y1) > 0.003:
                    finer.append(middle)
                finer.append((x2, y2))
            path = finer
        return path


def outline(rings: list[Ring]) -> Ring:
    """The outer ring of cells that share their inner edges point for point."""
    segments = {(a, b) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)}
    follows = {a: b for a, b in segments if (b, a) not in segments}
    first = min(follows)
    ring = [first]
    while follows[ring[-1]] != first:
        ring.append(follows[ring[-1]])
    if len(ring) != len(follows):
        raise ValueError("the cells do not form one piece without holes")
    return ring
