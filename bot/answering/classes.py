"""Talent classes: which one a passage is for, and which degrees and titles lead to it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.documents import Hit
from knowledge.lexicon import normal
from knowledge.query import Concept, Query

QUALIFICATION = re.compile(
    r"院士|博士.{0,4}|硕士.{0,4}|研究生|本科.{0,3}|学士.{0,2}|大专|专科|(?:正|副)高级?(?:职称)?|副?教授|副?研究员|副?主任医师|(?:高级)?工程师|(?:首席|高级)?技师|高级工|.{0,3}技术能手|中级职称|讲师"
)


def named_as(title: Concept) -> re.Pattern[str]:
    """A degree or title in the wordings that mean the same: 副教授 is 副高级.

    Whole words only: a 技师 is not who an item on 高级技师 means.
    """
    same = [
        a.terms[0]
        for a in title.alternatives[1:]
        if QUALIFICATION.fullmatch(a.terms[0]) and title.word not in a.terms[0]
    ]
    names = "|".join(map(re.escape, (title.word, *same)))
    return re.compile(rf"(?<!高级)(?<!首席)(?<!特级)(?<!助理)(?<!副)(?:{names})")


def of_known_class(query: Query, classes: frozenset[str]) -> Query:
    """The query once the class is known: the degree that led to it has done its work."""
    kept = tuple(replace(c, weight=c.weight * 0.2) if c.told else c for c in query.concepts)
    return replace(query, classes=classes, concepts=kept)


def row_class(hit: Hit) -> str:
    """The talent class a table row is for, "" for none."""
    for cell in hit.passage.cells[:2]:
        if re.fullmatch(r"[a-z]类(?:人才)?", normal(cell)):
            return normal(cell)[:2]
    return ""


def defined_classes(hit: Hit) -> frozenset[str]:
    """The class that a recognition item defines: （五）E类（高级人才）：…"""
    match = re.search(r"[（(][一二三四五六七八九十]+[）)]\s*([a-z])类", normal(hit.passage.text))
    if match:
        return frozenset({f"{match[1]}类"})
    return frozenset({row_class(hit)} - {""})
