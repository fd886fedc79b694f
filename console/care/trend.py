"""A line of shares over time, worked out for an SVG that the page draws. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 640, 180
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 14, 26
"""Room around the line, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Point:
    """One run on the line."""

    x: float
    y: float
    share: float
    at: datetime
    label: str
    fell: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The drawing.

    Attributes:
        path: the line, as the ``points`` of a polyline.
        rules: (y, percent) of the horizontal lines.
    """

    width: int
    height: int
    points: tuple[Point, ...]
    path: str
    rules: tuple[tuple[float, int], ...]


def trend(shares: Sequence[tuple[float, datetime, str]]) -> Trend:
    """(percent, when, label) of each run, oldest first, as a drawing.

    The scale begins at the ten below the lowest share, so that a fall of one question is seen.
    """
    least = min(share for share, _, _ in shares)
    low = min(90, max(0, int(least // 10) * 10 - 10 if least >= 10 else 0))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def height(share: float) -> float:
        return round(TOP + high * (100 - share) / (100 - low), 1)

    step = wide / max(1, len(shares) - 1)
    points = []
    for number, (share, at, label) in enumerate(shares):
        fell = number > 0 and share < shares[number - 1][0]
        x = round(LEFT + number * step, 1)
        points.append(Point(x, height(share), round(share, 1), at, label, fell))
    rules = tuple((height(percent), percent) for percent in (low, (low + 100) // 2, 100))
    return Trend(
        WIDTH, HEIGHT, tuple(points), " ".join(f"{p.x},{p.y}" for p in points), rules
    )  # fmt: skip
