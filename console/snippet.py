"""A passage as pieces to show: the words asked for marked, the figures set bold. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from console.layout import Piece
from knowledge.query import Query

WIDTH = 88
"""Characters of two lines in the list of results."""
BEFORE = 14
"""Characters shown before the first marked word of a cut passage."""

_FIGURE = re.compile(
    r"(?:百分之[零一二三四五六七八九十百点]+)"
    r"|\d[\d,.:：]*\d?\s*(?:[万亿千百]?元|[万亿%％‰]|周?岁|个?(?:工作日|月)|[年日天人名个次倍折张晚号]|平方米)?"
    r"|[一二三四五六七八九十百千两]+(?:万?元|周岁|个(?:工作日|月)|[年天倍折])"
)
# 〔2025〕18号, 第1项 and 1． name a place; only quantities and days are what a caller asks for
_NAME = re.compile(r"〔\d+〕\s*\d+\s*号|第\d+[条项款章次]|(?m:^\d{1,2}[．.、])")


def asked_words(query: Query) -> tuple[str, ...]:
    """Every wording by which a passage may speak of what was asked, longest first."""
    found = {
        term
        for concept in query.concepts
        for alternative in concept.alternatives
        for term in alternative.terms
        if len(term) > 1
    }
    return tuple(sorted(found, key=lambda w: (-len(w), w)))


def marked(text: str, words: Sequence[str], width: int = WIDTH) -> tuple[Piece, ...]:
    """The part of a text that speaks most of the words, those marked as cited.

    Args:
        text: a passage's text; line ends become spaces.
        words: normal forms (knowledge.lexicon.normal), longest first.
        width: characters at most, without the …… of a cut.
    """
    line = re.sub(r"\s+", " ", text).strip()
    spans = _spans(line, words)
    start = _start(line, spans, width)
    end = min(len(line), start + width)
    pieces = [Piece("…")] if start else []
    place = start
    for a, b in spans:
        if a < place or b > end:
            continue
        if a > place:
            pieces.append(Piece(line[place:a]))
        pieces.append(Piece(line[a:b], cited=True))
        place = b
    if place < end:
        pieces.append(Piece(line[place:end]))
    if end < len(line):
        pieces.append(Piece("…"))
    return tuple(pieces)


def with_figures(text: str) -> tuple[Piece, ...]:
    """A text whose amounts, days and counts are strong; joined, the pieces are the text."""
    names = [m.span() for m in _NAME.finditer(text)]
    pieces: list[Piece] = []
    place = 0
    for match in _FIGURE.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b in names):
            continue
        if start > place:
            pieces.append(Piece(text[place:start]))
        pieces.append(Piece(match[0], strong=True))
        place = end
    if place < len(text):
        pieces.append(Piece(text[place:]))
    return tuple(pieces)


def _spans(line: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order, without overlap."""
    if not words:
        return []
    pattern = "|".join(map(_pattern, words))
    return [m.span() for m in re.finditer(pattern, _folded(line))]


def _pattern(word: str) -> str:
    """A word with the spaces it may be written with; D类 is also meant by D、E、F类."""
    if re.fullmatch(r"[a-z]类", word):
        return rf"(?<![a-z]){word[0]}(?:\s?[、,和及]\s?[a-z])*\s?类"
    return r"\s?".join(map(re.escape, word))


def _folded(line: str) -> str:
    """The comparing form of each character, one for one, so that places stay what they are."""
    folds = (unicodedata.normalize("NFKC", c).lower() for c in line)
    return "".join(f if len(f) == 1 else c for f, c in zip(folds, line, strict=True))


def _start(line: str, spans: Sequence[tuple[int, int]], width: int) -> int:
    """Where to begin so that the most different words are seen; a little before the first."""
    if len(line) <= width or not spans:
        return 0
    best, found = 0, -1
    for a, _ in spans:
        start = max(0, min(a - BEFORE, len(line) - width))
        seen = len({line[c:d] for c, d in spans if start <= c and d <= start + width})
        if seen > found:
            best, found = start, seen
    return best
