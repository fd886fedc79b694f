"""From when to when a document is in force: its own words, or a later document's repeal. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from knowledge.documents import DocumentFacts, Fact, Source, Version


def sources_of(published: Sequence[Version]) -> dict[int, Source]:
    """Work out from when each version is no longer in force: its own words, or a repeal."""
    found: dict[int, Source] = {}
    for version in published:
        facts = version.facts
        repeals = [
            (other.facts.effective_on, other.facts.title)
            for other in published
            if other.facts.effective_on and repeal(other.facts, facts)
        ]
        repealed_on, repealed_by = min(repeals, default=(None, ""))
        ends = [day for day in (facts.expires_on, repealed_on) if day is not None]
        lapsed = min(ends, default=None)
        found[version.id] = Source(
            document_id=version.document_id,
            version_id=version.id,
            file_name=version.file_name,
            title=facts.title,
            number=facts.number.value if facts.number else "",
            kind=facts.kind,
            region=facts.region.value if facts.region else "",
            issuer=facts.issuer.value if facts.issuer else "",
            effective_on=facts.effective_on,
            lapsed_on=lapsed,
            repealed_by=repealed_by,
            repealed_on=repealed_on,
        )
    return found


def repeal(newer: DocumentFacts, older: DocumentFacts) -> Fact | None:
    """The repeal by which a document ends another; None if it does not.

    Editions share a title, so only a document that came into force later can end another.
    """
    if newer.effective_on is None or (older.effective_on or date.min) >= newer.effective_on:
        return None
    return next((fact for fact in newer.repeals if _is_meant(fact, older)), None)


def _is_meant(fact: Fact, older: DocumentFacts) -> bool:
    """Does a repeal name this document, by its number or else by its title?"""
    if older.number and fact.value == older.number.value:
        return True
    by_title = not re.search(r"〔\d{4}〕", fact.value)
    return by_title and _plain_title(fact.value) == _plain_title(older.title)


def _plain_title(title: str) -> str:
    return re.sub(r"[（(][^（()）]*[）)]|[\s《》]", "", title)


def in_force(sources: dict[int, Source], day: date) -> set[int]:
    """Version ids in force on a day."""
    return {i for i, s in sources.items() if s.in_force(day)}
