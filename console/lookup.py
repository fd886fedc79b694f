"""Looks up what a caller asked and puts everything that staff need beside each passage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.answering.excerpt import excerpt
from bot.answering.result import ROOM, Part
from bot.answering.support import SUPPORT, support
from bot.answering.understanding import understand
from bot.wechat.messages import MAX_TEXT_BYTES, fit
from bot.wording import answer_text, basis, caveat, chinese_day, lapse
from console.differing import Differing, differing
from console.layout import Piece
from console.snippet import asked_words, marked, with_figures
from console.spoken import script
from console.standing import Standing, State, moved, standing
from console.wanted import Facets, Wanted
from knowledge.catalogue import Catalogue, StoredPassage
from knowledge.documents import DocumentFacts, Hit, Passage, Version
from knowledge.lexicon import SynonymFinder
from knowledge.query import Query
from knowledge.reports import KINDS
from knowledge.retriever import Retriever
from knowledge.sounds import Correction

MOST_RESULTS = 8
MOST_NEAR = 5
HIGH_COVERAGE = 0.6
"""Share of the question's weight from which a passage is 高; 中 begins where the bot answers."""
REACH_NARROWED = 120
"""Passages ranked before those of the wanted kinds, topics and levels are picked."""
SPOKEN_ROOM = 110
"""Characters of the policy's own words in a script; see console.spoken.LONGEST."""
MOST_COLUMNS = 5
"""Columns up to which a row is shown in its table; a wider row is written downwards."""

LEVELS = ("国家", "省", "市", "区县")
LAPSED_ALOUD = "请注意，这是已经失效的旧规定，不能作为现在申请的依据。"
NOT_YET_ALOUD = "请注意，这项规定从{day}起才施行。"
REASONS = {"词": "词", "同义": "同义词", "义": "语义"}
"""The retriever's reasons as staff read them."""


class Grade(StrEnum):
    """How much of the question a passage holds; the value is also what staff read."""

    HIGH = "高"
    MIDDLE = "中"
    LOW = "低"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The clause before or behind the one shown."""

    passage_id: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table shown; ``is_own`` for the one looked at, its neighbours are grey."""

    cells: tuple[tuple[Piece, ...], ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One result: its row, and what the right side shows when it is selected.

    Attributes:
        standing: on the day looked up.
        standing_today: today, where that differs; else None.
        reasons: (name, words) of why it was found: 词, 同义词, 语义.
        snippet: two lines, the words asked for marked as cited.
        lines: the whole passage, its figures strong; () for a table row.
        cells: (column, cell) of a table row; else ().
        columns: names of the columns of ``rows``; () where the row is too wide for a table.
        rows: the table row between its neighbours.
        spoken: at most two sentences to read aloud.
        message: the text to send by WeChat; ``size`` is its length in bytes of UTF-8.
        link: address of the public page, "" where the site has none.
        differing: what other papers in force say otherwise; None where that was not looked for.
    """

    passage_id: int
    label: str
    title: str
    number: str
    kind: str
    grade: Grade
    standing: Standing
    standing_today: Standing | None
    reasons: tuple[tuple[str, str], ...]
    snippet: tuple[Piece, ...]
    path: tuple[str, ...]
    caption: str
    lines: tuple[tuple[Piece, ...], ...]
    cells: tuple[tuple[str, tuple[Piece, ...]], ...]
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    before: Neighbour | None
    behind: Neighbour | None
    spoken: str
    message: str
    size: int
    basis: str
    whole: str
    link: str
    differing: tuple[Differing, ...] | None = None

    @property
    def is_lapsed(self) -> bool:
        """Shown grey: it was no longer in force on the day looked up."""
        return self.standing.state is State.LAPSED


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that one look-up shows.

    Attributes:
        entries: at least as good as what the bot would answer with, best first.
        near: below that, best first.
        unknown: words of the question that no document holds.
        picked: id of the entry shown on the right, 0 when nothing was found.
        corrections: words of the question that were read by their sound.
    """

    entries: tuple[Entry, ...] = ()
    near: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()
    picked: int = 0
    corrections: tuple[Correction, ...] = ()


class LookUp:
    """Finds passages by the bot's own retriever. Safe to use from several threads."""

    def __init__(
        self, retriever: Retriever, catalogue: Catalogue, table: SynonymFinder,
        clause_url: Callable[[int], str],
    ) -> None:  # fmt: skip
        """Look up in a base.

        Args:
            retriever: the same that the bot answers with.
            catalogue: where neighbours and validity come from.
            table: everyday wordings and the wordings policies use.
            clause_url: passage id -> address of its public page, "" when there is none.
        """
        self._retriever, self._catalogue, self._table = retriever, catalogue, table
        self._clause_url = clause_url
        self._known: tuple[str, dict[int, Version], Facets] = ("", {}, Facets())

    def facets(self) -> Facets:
        """What the published documents may be narrowed by."""
        return self._versions()[1]

    def find(self, wanted: Wanted, today: date, compare: bool = False) -> Found:
        """The rows for a question; nothing for no question.

        Args:
            compare: also hold the picked one against other papers; costs a second search, which
                nobody who is typing should wait for.
        """
        if not wanted.question:
            return Found()
        query, corrections = self._query(wanted)
        hits = self._hits(query, wanted)
        foreign = self._retriever.foreign(query)
        good = [h for h in hits if grade(h, foreign) is not Grade.LOW][:MOST_RESULTS]
        near = [h for h in hits if grade(h, foreign) is Grade.LOW][:MOST_NEAR]
        ids = [h.passage_id for h in (*good, *near)]
        picked = wanted.passage_id if wanted.passage_id in ids else next(iter(ids), 0)
        made = self._entries(
            query, [*good, *near], foreign, wanted.day, today, picked if compare else 0
        )
        return Found(
            made[: len(good)],
            made[len(good) :],
            tuple(self._retriever.unknown(query)),
            picked,
            tuple(corrections),
        )

    def clause(self, passage_id: int, wanted: Wanted, today: date) -> Entry | None:
        """One passage as a look-up would show it, found by it or not; None unless published."""
        stored = self._catalogue.passages([passage_id]).get(passage_id)
        sources = self._catalogue.sources(wanted.day)
        source = sources.get(stored.version_id) if stored else None
        if stored is None or source is None:
            return None
        query = self._query(wanted)[0]
        hit = Hit(passage_id, stored.passage, source, 0.0, 0.0, 0.0)
        return self._entries(query, [hit], 0.0, wanted.day, today, passage_id)[0]

    def _query(self, wanted: Wanted) -> tuple[Query, Sequence[Correction]]:
        question, corrections = self._retriever.sounds().correct(wanted.question)
        own_city = self._retriever.only_city()
        question = self._retriever.as_named(question)
        asked = understand(question, wanted.day, self._table, own_city=own_city)
        return asked[0].query, corrections

    def _hits(self, query: Query, wanted: Wanted) -> list[Hit]:
        """Hits of the wanted documents, best first, lapsed ones among them where asked for."""
        limit = REACH_NARROWED if wanted.is_narrowed else MOST_RESULTS + MOST_NEAR
        hits = self._retriever.search(query, wanted.day, limit)
        if wanted.with_lapsed:
            hits += self._retriever.search(query, wanted.day, limit, lapsed=True)
            hits.sort(key=lambda h: (-h.score, h.passage_id))
        if not wanted.is_narrowed:
            return hits
        versions = self._versions()[0]
        return [
            h for h in hits if (v := versions.get(h.source.version_id)) and _fits(v.facts, wanted)
        ]

    def _entries(
        self, query: Query, hits: Sequence[Hit], foreign: float, day: date, today: date,
        compared: int,
    ) -> tuple[Entry, ...]:  # fmt: skip
        shares, words = self._retriever.shares(query), asked_words(query)
        around = self._neighbours(hits)
        versions = self._versions()[0]
        made = []
        for hit in hits:
            version = versions[hit.source.version_id]
            known = self._catalogue.sources().get(version.id, hit.source)
            on_day, now = (standing(version, known, False, d) for d in (day, today))
            before, behind = around[hit.passage_id]
            level, link = grade(hit, foreign), self._clause_url(hit.passage_id)
            others = self._differing(query, hit, day) if hit.passage_id == compared else None
            made.append(
                _entry(query, hit, shares, words, level, on_day, now, before, behind, link, others)
            )
        return tuple(made)

    def _differing(self, query: Query, hit: Hit, day: date) -> tuple[Differing, ...]:
        """What other papers in force on the day say otherwise, those narrowed away too."""
        if not query.concepts or not hit.source.in_force(day):
            return ()
        foreign = self._retriever.foreign(query)
        rivals = [
            h
            for h in self._retriever.search(query, day, MOST_RESULTS + MOST_NEAR)
            if grade(h, foreign) is not Grade.LOW
        ]
        return differing(query, hit, rivals, self._retriever.sources(day))

    def _versions(self) -> tuple[Mapping[int, Version], Facets]:
        """Live versions by id and their facets, read anew when something was published."""
        known, versions, facets = self._known
        mark = self._catalogue.changed(known)
        if mark != known or not mark:
            live = self._catalogue.sources()
            versions = {v.id: v for v in self._catalogue.versions() if v.id in live}
            facets = _facets([v.facts for v in versions.values()])
            self._known = (mark, versions, facets)
        return versions, facets

    def _neighbours(
        self, hits: Sequence[Hit]
    ) -> dict[int, tuple[StoredPassage | None, StoredPassage | None]]:
        """By passage id, the passages before and behind it in its document."""
        # a version's passages are stored in one go, so their ids follow each other
        wide = {h.passage_id + step for h in hits for step in (-1, 1)}
        stored = self._catalogue.passages(sorted(wide))

        def beside(hit: Hit, step: int) -> StoredPassage | None:
            other = stored.get(hit.passage_id + step)
            is_next = (
                other is not None
                and other.version_id == hit.source.version_id
                and other.passage.ordinal == hit.passage.ordinal + step
            )
            return other if is_next else None

        return {h.passage_id: (beside(h, -1), beside(h, 1)) for h in hits}


def grade(hit: Hit, foreign: float) -> Grade:
    """高 and 中 are what the bot would answer with; 低 is a near miss.

    Args:
        hit: the passage.
        foreign: share of the question that speaks of what no document speaks of, 0..1.
    """
    if support(hit, foreign) < SUPPORT:
        return Grade.LOW
    return Grade.HIGH if hit.coverage >= HIGH_COVERAGE and not foreign else Grade.MIDDLE


def reasons(why: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """A hit's reasons by name, each named once; a similarity is said in a word, not a number.

    >>> reasons(("词 d类", "同义 买房→购房", "同义 买房→购房补贴", "义 0.61"))
    (('词', 'D类'), ('同义词', '买房→购房、购房补贴'), ('语义', '相近'))
    """
    found: dict[str, list[str]] = {}
    for reason in why:
        kind, _, words = reason.partition(" ")
        name = REASONS.get(kind, kind)
        if kind == "词" and len(words) == 1:
            continue  # 补 alone tells nobody why
        words = re.sub(r"[a-z](?=类)", lambda m: m[0].upper(), words)
        if kind == "义":
            found[name] = ["相近"]
            continue
        said = found.setdefault(name, [])
        typed, arrow, formal = words.partition("→")
        same = arrow and any(s.startswith(typed + arrow) for s in said)
        said.append(formal if same else words)
    return tuple((name, "、".join(words)) for name, words in found.items())


def _facets(facts: Sequence[DocumentFacts]) -> Facets:
    topics = Counter(topic for f in facts for topic in f.topics)
    levels = {f.level.value for f in facts if f.level}
    return Facets(
        tuple(topic for topic, _ in topics.most_common()), tuple(n for n in LEVELS if n in levels)
    )


def _fits(facts: DocumentFacts, wanted: Wanted) -> bool:
    level = facts.level.value if facts.level else ""
    return (
        (not wanted.kinds or facts.kind in wanted.kinds)
        and (not wanted.topics or bool(wanted.topics & set(facts.topics)))
        and (not wanted.levels or level in wanted.levels)
    )


def _entry(
    query: Query, hit: Hit, shares: dict[str, float], words: Sequence[str], level: Grade,
    on_day: Standing, now: Standing, before: StoredPassage | None, behind: StoredPassage | None,
    link: str, others: tuple[Differing, ...] | None,
) -> Entry:  # fmt: skip
    passage, source = hit.passage, hit.source
    if hit.overtaken and now.state is State.IN_FORCE:
        on_day = now = moved(hit.overtaken)
    notice = others[0].notice if others else ""
    message = _message(query, hit, shares, now, notice)
    pairs = dict.fromkeys((n, c) for n, c in zip(passage.header, passage.cells, strict=False) if c)
    columns, rows = _table(passage, before, behind)
    named = basis(source, passage.label)
    return Entry(
        passage_id=hit.passage_id,
        label=passage.label,
        title=source.title,
        number=source.number,
        kind=KINDS[source.kind],
        grade=level,
        standing=on_day,
        standing_today=now if now.badge != on_day.badge else None,
        reasons=reasons(hit.why),
        snippet=marked(passage.text, words),
        path=tuple(h for h in passage.path if h not in passage.label),
        caption=passage.caption,
        lines=() if pairs else tuple(with_figures(line) for line in passage.text.split("\n")),
        cells=tuple((name, with_figures(cell)) for name, cell in pairs),
        columns=columns,
        rows=rows,
        before=_neighbour(before),
        behind=_neighbour(behind),
        spoken=_spoken(query, hit, shares, now),
        message=message,
        size=len(message.encode()),
        basis=named,
        whole=f"{passage.text}\n{_warning(hit, now)}依据：{named}" + (notice and f"\n{notice}"),
        link=link,
        differing=others,
    )


def _neighbour(stored: StoredPassage | None) -> Neighbour | None:
    return Neighbour(stored.id, stored.passage.label, stored.passage.text) if stored else None


def _table(
    passage: Passage, before: StoredPassage | None, behind: StoredPassage | None
) -> tuple[tuple[str, ...], tuple[TableRow, ...]]:
    """Columns and rows around a table row: its neighbours under the same header stand by it."""
    if not passage.header or not passage.cells:
        return (), ()
    seen: dict[tuple[str, str], int] = {}
    for place, pair in enumerate(zip(passage.header, passage.cells, strict=False)):
        seen.setdefault(pair, place)  # a merged cell is repeated in each column
    places = tuple(seen.values())
    if len(places) > MOST_COLUMNS:
        return (), ()
    rows = []
    for other in (before.passage if before else None, passage, behind.passage if behind else None):
        if other is not None and other.header == passage.header and other.cells:
            cells = tuple(
                with_figures(other.cells[p]) if p < len(other.cells) else () for p in places
            )
            rows.append(TableRow(cells, other is passage))
    return tuple(passage.header[p] for p in places), tuple(rows)


def _warning(hit: Hit, now: Standing) -> str:
    if now.state is State.LAPSED:
        return f"请注意：已失效。{now.detail}\n"
    note = now.detail if now.state is State.NOT_YET else caveat(hit.source)
    return f"{note}\n" if note else ""


def _spoken(query: Query, hit: Hit, shares: dict[str, float], now: Standing) -> str:
    """What to say today: the caller asks for now, whatever day staff look at."""
    warning = caveat(hit.source).strip("（）")
    if now.state is State.LAPSED:
        warning = LAPSED_ALOUD
    elif hit.overtaken:
        warning = now.detail
    elif now.state is State.NOT_YET and hit.source.effective_on:
        warning = NOT_YET_ALOUD.format(day=chinese_day(hit.source.effective_on))
    body = excerpt(query, hit, shares, SPOKEN_ROOM)
    if hit.passage.cells:  # a row's running number means nothing to a caller
        body = re.sub(r"^序号：[^；]*；", "", body)
    return script(
        hit.source.title, hit.passage.label, body, warning and warning.rstrip("。") + "。"
    )


def _message(query: Query, hit: Hit, shares: dict[str, float], now: Standing, notice: str) -> str:
    """The whole passage with its basis as the bot writes it; less of it where it is too long.

    Args:
        notice: that another paper says otherwise, the last line; "" for none.
    """
    source = hit.source

    def text(body: str) -> str:
        lapsed = lapse(source) if now.state is State.LAPSED else ""
        note = now.detail if now.state is State.NOT_YET else caveat(source)
        named = basis(source, hit.passage.label)
        part = Part(
            "", body, named, hit.passage_id, note=note, lapsed=lapsed, overtaken=hit.overtaken
        )
        return answer_text([part], [], lambda _: "") + (notice and f"\n{notice}")

    whole = text(hit.passage.text)
    if len(whole.encode()) <= MAX_TEXT_BYTES:
        return whole
    return fit(text(excerpt(query, hit, shares, ROOM)))
