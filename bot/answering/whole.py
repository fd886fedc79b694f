"""A passage that says only part of something, completed with those that belong to it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from bot.answering.excerpt import richest
from bot.answering.result import ROOM_FOR_PASSAGE
from knowledge.documents import ClauseKind, Hit, Passage
from knowledge.query import Aspect, Query
from knowledge.retriever import Retriever
from knowledge.weights import HEADED

MOST_OF_ITEMS = 300
"""Characters of a clause's items up to which all of them follow their lead-in."""
_ITEM = r"(?:第\d+项|[(（][一二三四五六七八九十]+[)）])"
_ITEMS = re.compile(rf"(?P<list>.*?){_ITEM}(?:至{_ITEM})?")


def completed(query: Query, hit: Hit, retriever: Retriever) -> Hit:
    """A passage that only leads to others with these: 有下列行为之一的，收回住房： alone says
    nothing."""
    passage = hit.passage
    text = passage.text.rstrip()
    wants_list = query.aspects[0] is Aspect.MATERIALS and not query.point
    if wants_list and (whole := _whole_list(hit, retriever)):
        return replace(hit, passage=whole)
    if passage.kind is ClauseKind.ROW or not text.endswith(("：", ":")):
        return hit
    following = [p for p in retriever.neighbours(hit) if p.ordinal > passage.ordinal]
    items = [
        p.text
        for p in takewhile(lambda p: p.label.startswith(passage.label), following)
        if p.kind is not ClauseKind.ROW
    ]
    if sum(map(len, items)) > MOST_OF_ITEMS:
        items = [richest(query, items, retriever.shares(query))]
    return replace(hit, passage=replace(passage, text="\n".join((text, *items))))


def _whole_list(hit: Hit, retriever: Retriever) -> Passage | None:
    """All of a list of papers of which a passage holds some items, in reading order; None where
    it holds all of it, or where the whole is too long."""
    passage, part = hit.passage, _ITEMS.fullmatch(hit.passage.label)
    if part is None:
        return None
    among = {p.ordinal: p for p in (passage, *retriever.neighbours(hit))}
    first = last = passage.ordinal
    while _is_of_list(among.get(first - 1), part["list"]):
        first -= 1
    while _is_of_list(among.get(last + 1), part["list"]):
        last += 1
    lines = [line for n in range(first, last + 1) for line in among[n].text.splitlines()]
    text = "\n".join(dict.fromkeys(lines))  # each part may begin with the lead-in
    led = HEADED[Aspect.MATERIALS].search(
        f"{lines[0]} {' '.join(passage.path[-1:])} {part['list']}"
    )
    if first == last or not led or len(text) > ROOM_FOR_PASSAGE:
        return None
    opens, closes = (re.findall(_ITEM, among[n].label) for n in (first, last))
    return replace(passage, text=text, label=f"{part['list']}{opens[0]}至{closes[-1]}")


def _is_of_list(passage: Passage | None, name: str) -> bool:
    """Does a passage hold items of the list of that name?"""
    part = _ITEMS.fullmatch(passage.label) if passage else None
    return part is not None and part["list"] == name
