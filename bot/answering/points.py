"""Classes by points: what somebody is given points for, beside how many a class wants.

The rows of a table of points and the clause that tells the classes by them stand apart, and either
alone says nothing: 硕士35分, and 满50分的认定为E类. Nothing is added up here: what else counts, and
which of two is left out, the paper tells.
"""

from __future__ import annotations

import re

from bot.answering.classes import names_the_asker
from knowledge.documents import ClauseKind, Hit, Passage
from knowledge.lexicon import normal
from knowledge.query import Aspect, Query
from knowledge.retriever import Retriever

ROWS_SHOWN = 2
"""Rows of points told beside the classes."""
_POINTS = re.compile(r"分值|分数|得分|计分|积分|赋分")
_SO_MANY = re.compile(r"\d+(?:\.\d+)?分?")
_TELLS_CLASSES = re.compile(
    r"\d+分(?:[（(]含[)）])?(?:及?以上|至\d+分)?的?[,，]?[^。；;]{0,6}(?:认定|评定|确定|评)为"
)


def with_points(query: Query, hits: list[Hit], retriever: Retriever) -> list[Hit]:
    """The hits of who asks for their class, where it goes by points: the clause that tells the
    classes behind a row of points, the rows of what they have behind that clause."""
    asks = Aspect.CATEGORY in query.aspects or (Aspect.WHETHER in query.aspects and query.classes)
    if not (asks and hits):
        return hits
    first = hits[0]
    beside: list[Hit] = []
    if is_of_points(first.passage):
        beside = [h for h in retriever.of_paper(first) if tells_classes(h.passage)][:1]
    elif tells_classes(first.passage):
        rows = (h for h in retriever.of_paper(first) if is_of_points(h.passage))
        beside = [h for h in rows if names_the_asker(query, h.passage)][:ROWS_SHOWN]
    known = {h.passage_id for h in beside}
    return [first, *beside, *(h for h in hits[1:] if h.passage_id not in known)]


def is_of_points(passage: Passage) -> bool:
    """Is a passage a row that gives points?"""
    if passage.kind is not ClauseKind.ROW:
        return False
    return any(
        _POINTS.search(name) and _SO_MANY.fullmatch(normal(cell.strip()))
        for name, cell in zip(passage.header, passage.cells, strict=False)
    )


def tells_classes(passage: Passage) -> bool:
    """Does a passage tell how many points make a class: 满80分的认定为D类?"""
    return bool(_TELLS_CLASSES.search(normal(passage.text)))
