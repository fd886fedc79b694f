"""From when to when a document is in force: its own words, a later document's, or a ruling. Pure.

A document ends by its own term, by the repeal that a later one pronounces, by a later edition
under the same title, or when the next version of its own text begins. Staff may confirm or
overrule what was found between two documents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from knowledge.documents import (
    DocumentFacts,
    DocumentKind,
    Fact,
    Source,
    Version,
    VersionStatus,
)

CHINA = ZoneInfo("Asia/Shanghai")
"""The zone whose day decides what is in force, and whose hours everybody here lives by."""

Rulings = Mapping[tuple[int, int], bool]
"""(newer, older) document ids -> does the newer supersede the older? What staff decided."""


class Ground(StrEnum):
    """Why one document is held to supersede another; the value is what staff read."""

    REPEAL = "原文写明废止"
    EDITION = "同名文件的新版"
    RULING = "人工认定"


@dataclass(frozen=True, slots=True)
class Supersession:
    """One document ends another.

    Attributes:
        day: first day on which the older one is no longer in force.
        line: the line that says so; "" when only titles or a ruling do.
    """

    newer: Version
    older: Version
    ground: Ground
    day: date
    line: str = ""


def live_versions(versions: Sequence[Version]) -> dict[int, date | None]:
    """Versions that can be read on some day: the published ones and the texts before them.

    A version published with a later first day follows the one before it: until that day the old
    text holds, and staff who look at a past day find it. One with the same or an earlier first
    day corrects its text, which is then read no more.

    Returns:
        Version id -> first day of the version that follows, None for the newest.
    """
    documents: defaultdict[int, list[Version]] = defaultdict(list)
    for version in versions:
        documents[version.document_id].append(version)
    found: dict[int, date | None] = {}
    for group in documents.values():
        following = next((v for v in group if v.status is VersionStatus.PUBLISHED), None)
        if following is None:
            continue
        found[following.id] = None
        past = [v for v in group if v.status is VersionStatus.SUPERSEDED]
        for version in sorted(past, key=lambda v: v.id, reverse=True):
            start = version.facts.effective_on
            starts_next = following.facts.effective_on
            if start is not None and starts_next is not None and start < starts_next:
                found[version.id] = starts_next
                following = version
    return found


def supersessions(published: Sequence[Version], rulings: Rulings) -> list[Supersession]:
    """Every document that another one ends, by the texts, by the titles and by rulings."""
    numbers: defaultdict[str, list[Version]] = defaultdict(list)
    titles: defaultdict[str, list[Version]] = defaultdict(list)
    for version in published:
        if version.facts.number:
            numbers[version.facts.number.value].append(version)
        titles[_plain_title(version.facts.title)].append(version)
    found: list[Supersession] = []
    for newer in published:
        facts = newer.facts
        meant: dict[int, Version] = {}
        for fact in facts.repeals:
            for older in (*numbers[fact.value], *titles[_plain_title(fact.value)]):
                meant[older.id] = older
        for older in meant.values():
            words = repeal(facts, older.facts)
            if words and facts.effective_on:
                found.append(
                    Supersession(newer, older, Ground.REPEAL, facts.effective_on, words.source)
                )
        for older in titles[_plain_title(facts.title)]:
            if older.id not in meant and _is_edition(facts, older.facts) and facts.effective_on:
                found.append(Supersession(newer, older, Ground.EDITION, facts.effective_on))
    kept = [s for s in found if rulings.get((s.newer.document_id, s.older.document_id), True)]
    known = {(s.newer.document_id, s.older.document_id) for s in kept}
    by_document = {v.document_id: v for v in published}
    for (newer_id, older_id), holds in rulings.items():
        one, other = by_document.get(newer_id), by_document.get(older_id)
        if holds and one and other and (newer_id, older_id) not in known:
            day = one.facts.effective_on or one.created_at.date()
            kept.append(Supersession(one, other, Ground.RULING, day))
    return kept


def sources_of(versions: Sequence[Version], rulings: Rulings | None = None) -> dict[int, Source]:
    """Sources of all live versions by version id: from when to when each is in force.

    Args:
        versions: all versions, whatever their status.
        rulings: what staff decided between two documents.
    """
    live = live_versions(versions)
    published = [v for v in versions if v.status is VersionStatus.PUBLISHED]
    ends: defaultdict[int, list[Supersession]] = defaultdict(list)
    for one in supersessions(published, rulings or {}):
        ends[one.older.document_id].append(one)
    return {
        version.id: _source(version, live[version.id], ends[version.document_id])
        for version in versions
        if version.id in live
    }


def _source(version: Version, replaced_on: date | None, ends: Sequence[Supersession]) -> Source:
    facts = version.facts
    first = min(ends, key=lambda s: (s.day, s.newer.facts.title), default=None)
    repealed_on = first.day if first else None
    days = [day for day in (facts.expires_on, repealed_on, replaced_on) if day is not None]
    return Source(
        document_id=version.document_id,
        version_id=version.id,
        file_name=version.file_name,
        title=facts.title,
        number=facts.number.value if facts.number else "",
        kind=facts.kind,
        region=facts.region.value if facts.region else "",
        issuer=facts.issuer,
        effective_on=facts.effective_on,
        lapsed_on=min(days, default=None),
        repealed_by=first.newer.facts.title if first else "",
        repealed_on=repealed_on,
        replaced_on=replaced_on,
    )


def repeal(newer: DocumentFacts, older: DocumentFacts) -> Fact | None:
    """The repeal by which a document ends another; None if it does not.

    Editions share a title, so only a document that came into force later can end another.
    """
    if not _is_later(newer, older):
        return None
    return next((fact for fact in newer.repeals if _is_meant(fact, older)), None)


def _is_later(newer: DocumentFacts, older: DocumentFacts) -> bool:
    return newer.effective_on is not None and (older.effective_on or date.min) < newer.effective_on


def _is_meant(fact: Fact, older: DocumentFacts) -> bool:
    """Does a repeal name this document, by its number or else by its title?"""
    if older.number and fact.value == older.number.value:
        return True
    by_title = not re.search(r"〔\d{4}〕", fact.value)
    return by_title and _plain_title(fact.value) == _plain_title(older.title)


def _is_edition(newer: DocumentFacts, older: DocumentFacts) -> bool:
    """Is this the later edition of a paper that sets rules, by the same body?

    Of notices of every year under one title each stands for itself; so do events and speeches.
    """
    bodies = [{f.value for f in (*x.issuers, x.region) if f} for x in (newer, older)]
    return (
        newer.kind is older.kind is DocumentKind.REGULATION
        and older.effective_on is not None
        and _is_later(newer, older)
        and same_title(newer, older)
        and bool(bodies[0] & bodies[1])
    )


def same_title(one: DocumentFacts, other: DocumentFacts) -> bool:
    """Do two documents bear one title, whatever it says of trial and revision?"""
    return _edition_title(one.title) == _edition_title(other.title)


def _edition_title(title: str) -> str:
    note = r"[（(](?:试行|暂行|修订|修正|修订版|修正版|\d{4}年?(?:版|修订|修正))[）)]"
    return re.sub(rf"{note}|[\s《》]", "", title)


def _plain_title(title: str) -> str:
    return re.sub(r"[（(][^（()）]*[）)]|[\s《》]", "", title)


def in_force(sources: dict[int, Source], day: date) -> set[int]:
    """Version ids in force on a day."""
    return {i for i, s in sources.items() if s.in_force(day)}
