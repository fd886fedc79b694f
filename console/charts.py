"""Figures as bars: where each rectangle and word stands, for a template to draw as SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; ``series`` is its style class, ``told`` what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    series: str
    told: str


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a place; ``anchor`` as SVG's text-anchor."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of ``width`` x ``height`` units; ``lines`` are y (or x) of the grid."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    words: tuple[Word, ...]
    lines: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of figures, stacked on the others; ``style`` is a style class."""

    name: str
    style: str
    values: Sequence[int]


def columns(
    labels: Sequence[str], series: Sequence[Series], width: int = 720, height: int = 220,
    every: int = 1,
) -> Chart:  # fmt: skip
    """Upright stacked bars, one a label; each ``every``-th label is written."""
    left, bottom, top = 34, 24, 10
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    most = ceiling(max(totals, default=0))
    step = (width - left) / max(1, len(labels))
    scale = (height - bottom - top) / most
    bars, words = [], []
    for i, label in enumerate(labels):
        y = float(height - bottom)
        for one in series:
            tall = one.values[i] * scale
            if tall:
                y -= tall
                told = f"{label} {one.name} {one.values[i]}"
                bars.append(
                    Bar(_r(left + i * step + step * 0.15), _r(y), _r(step * 0.7), _r(tall),
                        one.style, told)
                )  # fmt: skip
        if i % every == 0:
            words.append(Word(_r(left + (i + 0.5) * step), height - 7, label))
    lines = []
    for mark in sorted({0, most // 2, most}):
        y = _r(height - bottom - mark * scale)
        lines.append((float(left), y, float(width), y))
        words.append(Word(left - 6, y + 4, str(mark), "end"))
    return Chart(width, height, tuple(bars), tuple(words), tuple(lines))


def rows(labels: Sequence[str], series: Sequence[Series], width: int = 480) -> Chart:
    """Lying stacked bars, one a label, with their totals behind them."""
    line, left, right = 30, 76, 44
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    scale = (width - left - right) / max(1, max(totals, default=0))
    bars, words = [], []
    for i, label in enumerate(labels):
        x, y = float(left), i * line
        words.append(Word(left - 8, y + 20, label, "end"))
        for one in series:
            wide = one.values[i] * scale
            if wide:
                told = f"{label} {one.name} {one.values[i]}"
                bars.append(Bar(_r(x), y + 5.0, _r(wide), line - 10.0, one.style, told))
                x += wide
        words.append(Word(_r(x + 6), y + 20, str(totals[i]), "start"))
    return Chart(width, max(1, len(labels)) * line, tuple(bars), tuple(words))


def ceiling(most: int) -> int:
    """A round number at or above the largest, for the top of the scale.

    >>> [ceiling(n) for n in (0, 3, 7, 14, 230)]
    [2, 4, 8, 20, 400]
    """
    for scale in (1, 10, 100, 1000, 10_000, 100_000):
        for first in (2, 4, 6, 8, 10):
            if most <= first * scale:
                return first * scale
    return most


def _r(value: float) -> float:
    return round(value, 1)
