"""From when to when a document is in force: its own words, a later document's, or a ruling. Pure.

A document ends by its own term, by the repeal that a later one pronounces, by a later edition
under the same title, or when the next version of its own text begins. A later paper may move the
end of its term; that counts from the day on which it was said. Staff may confirm or overrule what
was found between two documents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from knowledge.documents import (
    DocumentFacts,
    DocumentKind,
    Fact,
    Prolonged,
    Source,
    Version,
    VersionStatus,
)
from knowledge.naming import papers_named, plain_title, titles_of
from knowledge.terms import Term, paper_and_day, term_of

CHINA = ZoneInfo("Asia/Shanghai")
"""The zone whose day decides what is in force, and whose hours everybody here lives by."""

Rulings = Mapping[tuple[int, int], bool]
"""(newer, older) document ids -> does the newer supersede the older? What staff decided."""


@dataclass(frozen=True, slots=True)
class TermRuling:
    """What staff decided: does one document move another's last day, and to which?

    Attributes:
        until: first day out of force that they give; None leaves it to the text.
    """

    holds: bool
    until: date | None = None


TermRulings = Mapping[tuple[int, int], TermRuling]
"""(newer, older) document ids -> what staff decided."""


class Ground(StrEnum):
    """Why one document is held to end or prolong another; the value is what staff read."""

    REPEAL = "原文写明废止"
    EDITION = "同名文件的新版"
    TERM = "原文写明有效期"
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


@dataclass(frozen=True, slots=True)
class Prolongation:
    """One document moves another's last day.

    Attributes:
        since: first day on which it counts; until then the old last day does.
        before, lapses_on: first day out of force as it was and as it becomes, None for open-ended.
        line: the line that says so; "" when only a ruling does.
        ruling: what staff decided, None while nobody did.
        is_unclear: a term that is not known cannot be prolonged by some years; nothing is moved.
    """

    newer: Version
    older: Version
    ground: Ground
    since: date
    before: date | None
    lapses_on: date | None
    line: str = ""
    ruling: bool | None = None
    is_unclear: bool = False

    @property
    def holds(self) -> bool:
        """Does it count?"""
        return self.ruling is not False and not self.is_unclear


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
    papers = _Papers(published)
    found: list[Supersession] = []
    for newer in published:
        facts = newer.facts
        meant: dict[int, Version] = {}
        for fact in facts.repeals:
            for older in papers.meant_by(paper_and_day(fact.value)[0], fact.source):
                meant[older.id] = older
        for older in meant.values():
            words = repeal(facts, older.facts)
            day = paper_and_day(words.value)[1] if words else None
            said = facts.issued_on or facts.effective_on
            starts = max(day, said or day) if day else facts.effective_on or said_on(newer)
            if words:
                found.append(Supersession(newer, older, Ground.REPEAL, starts, words.source))
        for older in papers.titled(facts.title):
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


def prolongations(versions: Sequence[Version], rulings: TermRulings) -> list[Prolongation]:
    """Every document whose last day another one moves, by the texts and by rulings, in order.

    Those that staff overruled or that cannot be worked out are given too; see ``holds``.

    Args:
        versions: all versions, whatever their status.
    """
    published = [v for v in versions if v.status is VersionStatus.PUBLISHED]
    if not rulings and not any(v.facts.prolongs for v in published):
        return []
    live = live_versions(versions)
    papers = _Papers([v for v in versions if v.id in live])
    told: list[tuple[Version, Version, Term | None, str]] = []
    for newer in published:
        for fact in newer.facts.prolongs:
            if term := term_of(fact.value):
                olds = papers.meant_by(term.paper, fact.source)
                told += [(newer, older, term, fact.source) for older in olds]
    known = {(newer.document_id, older.document_id) for newer, older, _, _ in told}
    by_document = {v.document_id: v for v in published}
    for (newer_id, older_id), decided in rulings.items():
        one, other = by_document.get(newer_id), by_document.get(older_id)
        if decided.holds and one and other and (newer_id, older_id) not in known:
            told.append((one, other, None, ""))
    ends = {v.id: v.facts.expires_on for v in versions}
    found: list[Prolongation] = []
    for newer, older, said, line in sorted(told, key=lambda t: (said_on(t[0]), t[0].id)):
        replaced_on = live[older.id]
        if not _may_move(newer, older) or (replaced_on and replaced_on <= said_on(newer)):
            continue
        ruling = rulings.get((newer.document_id, older.document_id))
        moves = _prolonged(newer, older, said, line, ends[older.id], ruling)
        if moves.holds:
            ends[older.id] = moves.lapses_on
        found.append(moves)
    return found


def said_on(version: Version) -> date:
    """The day on which a paper says what it says."""
    facts = version.facts
    return facts.issued_on or facts.effective_on or version.created_at.date()


def _may_move(newer: Version, older: Version) -> bool:
    starts = older.facts.effective_on or date.min
    return newer.document_id != older.document_id and starts < said_on(newer)


def _prolonged(
    newer: Version, older: Version, term: Term | None, line: str, before: date | None,
    ruling: TermRuling | None,
) -> Prolongation:  # fmt: skip
    since = said_on(newer)
    starts = max(since, newer.facts.effective_on or since)
    if before is not None and before < starts:
        since = starts  # it had run out; from this day on it is in force again
    if ruling and ruling.until:
        term = Term("", ruling.until)
    lapses_on = term.moved(before, since) if term else None
    if lapses_on is not None and lapses_on < since:  # what is past is not undone
        lapses_on = min(since, before) if before else since
    return Prolongation(
        newer, older, Ground.TERM if line else Ground.RULING, since, before, lapses_on, line,
        ruling.holds if ruling else None, bool(term and term.months and before is None),
    )  # fmt: skip


class _Papers:
    """Finds the papers that a text names, by 文号 or by title."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self._numbers: defaultdict[str, list[Version]] = defaultdict(list)
        self._titles: defaultdict[str, list[Version]] = defaultdict(list)
        for version in versions:
            if version.facts.number:
                self._numbers[version.facts.number.value].append(version)
            for title in titles_of(version.facts.title):
                self._titles[title].append(version)

    def titled(self, title: str) -> list[Version]:
        """Papers of this title."""
        return self._titles[plain_title(title)]

    def meant_by(self, paper: str, line: str) -> list[Version]:
        """Papers that a 文号 or a title in a line may mean, each once."""
        near = [*self._numbers[paper]]
        for title in (*titles_of(paper), *_titles_in(line)):
            near += self._titles[title]
        found = {v.id: v for v in near if names(paper, line, v.facts)}
        return list(found.values())


def sources_of(
    versions: Sequence[Version], rulings: Rulings | None = None, terms: TermRulings | None = None
) -> dict[int, Source]:
    """Sources of all live versions by version id: from when to when each is in force.

    Args:
        versions: all versions, whatever their status.
        rulings: what staff decided between two documents.
        terms: what they decided of last days.
    """
    live = live_versions(versions)
    published = [v for v in versions if v.status is VersionStatus.PUBLISHED]
    ends: defaultdict[int, list[Supersession]] = defaultdict(list)
    for one in supersessions(published, rulings or {}):
        ends[one.older.document_id].append(one)
    moved: defaultdict[int, list[Prolonged]] = defaultdict(list)
    for two in prolongations(versions, terms or {}):
        if two.holds and two.lapses_on != two.before:
            facts = two.newer.facts
            number = facts.number.value if facts.number else ""
            moved[two.older.id].append(
                Prolonged(facts.title, number, two.since, two.before, two.lapses_on)
            )
    return {
        version.id: _source(version, live[version.id], ends[version.document_id], moved[version.id])
        for version in versions
        if version.id in live
    }


def _source(
    version: Version, replaced_on: date | None, ends: Sequence[Supersession],
    moved: Sequence[Prolonged],
) -> Source:  # fmt: skip
    facts = version.facts
    first = min(ends, key=lambda s: (s.day, s.newer.facts.title), default=None)
    repealed_on = first.day if first else None
    own = moved[-1].lapsed_on if moved else facts.expires_on
    days = [day for day in (own, repealed_on, replaced_on) if day is not None]
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
        moved=tuple(moved),
    )


def repeal(newer: DocumentFacts, older: DocumentFacts) -> Fact | None:
    """The repeal by which a document ends another; None if it does not.

    Editions share a title, so only a document that came into force later can end one of its own
    title. One whose first day was not read ends any other: amounts that it calls abolished must
    not live on. Where neither day tells which came later the 文号 must: a title may have been
    given again since.
    """
    if not (_is_later(newer, older) or _may_be_later(newer, older)):
        return None
    by_number = newer.effective_on is None and newer.issued_on is None and older.effective_on
    for fact in newer.repeals:
        paper = paper_and_day(fact.value)[0]
        if by_number and not (older.number and paper == older.number.value):
            continue
        if names(paper, fact.source, older):
            return fact
    return None


def _is_later(newer: DocumentFacts, older: DocumentFacts) -> bool:
    return newer.effective_on is not None and (older.effective_on or date.min) < newer.effective_on


def _may_be_later(newer: DocumentFacts, older: DocumentFacts) -> bool:
    """May a document whose first day is not known be the later one of two?"""
    if newer.effective_on is not None or titles_of(newer.title) & titles_of(older.title):
        return False
    return (older.effective_on or date.min) < (newer.issued_on or date.max)


def names(paper: str, line: str, older: DocumentFacts) -> bool:
    """Does a 文号 or else a title, read from a line, name this document?

    A document whose own 文号 was not read is known by the title that stands beside the number.
    """
    if older.number and paper == older.number.value:
        return True
    titles = titles_of(older.title)
    if not re.search(r"〔\d{4}〕", paper):
        return bool(titles & titles_of(paper))
    return older.number is None and bool(titles & _titles_in(line))


@lru_cache(maxsize=20_000)
def _titles_in(line: str) -> frozenset[str]:
    """Titles that a line or a table's row names."""
    named = [n.title for n in papers_named(line)]
    named += [cell.strip() for cell in line.split("|")] if "|" in line else []
    return frozenset(title for one in named for title in titles_of(one))


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


def in_force(sources: dict[int, Source], day: date) -> set[int]:
    """Version ids in force on a day."""
    return {i for i, s in sources.items() if s.in_force(day)}
