"""The hotline desk: staff look a rule up, read it out and give the basis while a caller waits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from bot.answering.answer import ROOM
from bot.answering.excerpt import excerpt
from bot.answering.result import Part
from bot.answering.support import SUPPORT, support
from bot.answering.understanding import understand
from bot.wechat.messages import MAX_TEXT_BYTES, fit
from bot.wording import answer_text, basis, caveat, chinese_day, lapse
from console.layout import Piece
from console.snippet import asked_words, marked, with_figures
from console.spoken import script
from console.standing import Standing, State, moved, standing
from knowledge.catalogue import Catalogue, StoredPassage
from knowledge.documents import DocumentKind, Hit
from knowledge.lexicon import SynonymTable
from knowledge.query import Query
from knowledge.reports import KINDS
from knowledge.retriever import Retriever
from knowledge.sounds import Correction

LONGEST_QUESTION = 200
"""Characters searched for; a caller's question is far shorter, a pasted page is cut."""
MOST_RESULTS = 8
MOST_NEAR = 5
HIGH_COVERAGE = 0.6
"""Share of the question's weight from which a passage is 高; 中 begins where the bot answers."""
REACH_BY_KIND = 120
"""Passages ranked before those of the wanted kinds are picked."""
SPOKEN_ROOM = 110
"""Characters of the policy's own words in a script; see console.spoken.LONGEST."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Days outside are slips of the keyboard; date arithmetic on year 1 or 9999 would fail."""

EXAMPLES = ("D类 购房补贴", "大专落户", "租房补贴领几年", "E类 子女入学")

LAPSED_ALOUD = "请注意，这是已经失效的旧规定，不能作为现在申请的依据。"
NOT_YET_ALOUD = "请注意，这项规定从{day}起才施行。"


class Grade(StrEnum):
    """How much of the question a passage holds; the value is also what staff read."""

    HIGH = "高"
    MIDDLE = "中"
    LOW = "低"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for, made harmless.

    Attributes:
        question: as typed, at most LONGEST_QUESTION characters, no control characters.
        day: documents in force on this day are found.
        with_lapsed: also those that were no longer in force by then.
        kinds: only these; empty for all.
        passage_id: the row picked without script; 0 for none.
    """

    question: str
    day: date
    with_lapsed: bool = False
    kinds: frozenset[DocumentKind] = frozenset()
    passage_id: int = 0

    @classmethod
    def from_arguments(cls, arguments: MultiDict[str, str], today: date) -> Wanted:
        """Read a query string; whatever makes no sense counts as not given."""
        typed = "".join(c if c.isprintable() else " " for c in arguments.get("q", ""))
        named = set(arguments.getlist("kind"))
        picked = arguments.get("pick", "")
        return cls(
            question=typed[:LONGEST_QUESTION].strip(),
            day=_day(arguments.get("day", ""), today),
            with_lapsed=arguments.get("lapsed") == "1",
            kinds=frozenset(k for k in DocumentKind if k.value in named),
            passage_id=int(picked) if re.fullmatch(r"[0-9]{1,9}", picked) else 0,
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The clause before or behind the one shown."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One result: its row, and what the right side shows when it is selected.

    Attributes:
        standing: on the day looked up.
        standing_today: today, where that differs; else None.
        reasons: (name, words) of why it was found: 词, 同义, 义.
        snippet: two lines, the words asked for marked as cited.
        lines: the whole passage, its figures strong; () for a table row.
        cells: (column, cell) of a table row; else ().
        spoken: at most two sentences to read aloud.
        message: the text to send by WeChat; ``size`` is its length in bytes of UTF-8.
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
    before: Neighbour | None
    behind: Neighbour | None
    spoken: str
    message: str
    size: int
    basis: str

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


def desk_pages(
    retriever: Retriever, catalogue: Catalogue, table: SynonymTable, today: Callable[[], date]
) -> Blueprint:
    """Build ``/desk``, the look-up page for staff, and ``/desk/search``, its results alone.

    Accounts do not exist yet: whoever reaches the page may look up everything that is published.
    It is therefore mounted only while no real WeChat account is connected, as ``/try`` is.

    Args:
        retriever: the same that the bot answers with.
        catalogue: where neighbours and validity come from.
        table: everyday wordings and the wordings policies use.
        today: the day on which a text is in force unless another is asked for.
    """
    blueprint = Blueprint("desk", __name__, template_folder="templates")
    desk = _Desk(retriever, catalogue, table)

    def shown(template: str) -> Response:
        day = today()
        wanted = Wanted.from_arguments(request.args, day)
        html = render_template(
            template,
            wanted=wanted,
            found=desk.look_up(wanted, day),
            today=day,
            on_day=chinese_day(wanted.day) if wanted.day != day else "",
            kinds=KINDS,
            examples=EXAMPLES,
            limit=MAX_TEXT_BYTES,
            longest=LONGEST_QUESTION,
            arguments=_arguments(wanted, day),
        )
        # a caller's words stay out of caches
        return Response(html, headers={"Cache-Control": "no-store"})

    @blueprint.get("/desk")
    def page() -> Response:
        """The whole page; complete without script."""
        return shown("desk.html")

    @blueprint.get("/desk/search")
    def search() -> Response:
        """The results alone, for the page's script."""
        return shown("desk_found.html")

    return blueprint


class _Desk:
    """Looks up what was asked and puts everything that staff need beside it."""

    def __init__(self, retriever: Retriever, catalogue: Catalogue, table: SynonymTable) -> None:
        self._retriever, self._catalogue, self._table = retriever, catalogue, table

    def look_up(self, wanted: Wanted, today: date) -> Found:
        """The rows for a question; nothing for no question."""
        if not wanted.question:
            return Found()
        question, corrections = self._retriever.sounds().correct(wanted.question)
        query = understand(question, wanted.day, self._table)[0].query
        hits = self._hits(query, wanted)
        foreign = self._retriever.foreign(query)
        good = [h for h in hits if grade(h, foreign) is not Grade.LOW][:MOST_RESULTS]
        near = [h for h in hits if grade(h, foreign) is Grade.LOW][:MOST_NEAR]
        shares, words = self._retriever.shares(query), asked_words(query)
        around = self._neighbours([*good, *near])
        standings = self._standings([*good, *near], wanted.day, today)

        def entry(hit: Hit) -> Entry:
            on_day, now = standings[hit.source.version_id]
            before, behind = around[hit.passage_id]
            level = grade(hit, foreign)
            return _entry(query, hit, shares, words, level, on_day, now, before, behind)

        entries, closest = tuple(map(entry, good)), tuple(map(entry, near))
        ids = [e.passage_id for e in (*entries, *closest)]
        return Found(
            entries,
            closest,
            tuple(self._retriever.unknown(query)),
            wanted.passage_id if wanted.passage_id in ids else next(iter(ids), 0),
            tuple(corrections),
        )

    def _hits(self, query: Query, wanted: Wanted) -> list[Hit]:
        """Hits of the wanted kinds, best first, lapsed ones among them where asked for."""
        limit = REACH_BY_KIND if wanted.kinds else MOST_RESULTS + MOST_NEAR
        hits = self._retriever.search(query, wanted.day, limit)
        if wanted.with_lapsed:
            hits += self._retriever.search(query, wanted.day, limit, lapsed=True)
            hits.sort(key=lambda h: (-h.score, h.passage_id))
        return [h for h in hits if not wanted.kinds or h.source.kind in wanted.kinds]

    def _standings(
        self, hits: Iterable[Hit], day: date, today: date
    ) -> dict[int, tuple[Standing, Standing]]:
        """By version id, what each document is good for on the day asked about and today."""
        found = {}
        for source, passage_id in {
            h.source.version_id: (h.source, h.passage_id) for h in hits
        }.values():
            version = self._catalogue.version_of(passage_id)
            if version is not None:
                found[version.id] = (
                    standing(version, source, False, day),
                    standing(version, source, False, today),
                )
        return found

    def _neighbours(
        self, hits: Sequence[Hit]
    ) -> dict[int, tuple[Neighbour | None, Neighbour | None]]:
        """By passage id, the passages before and behind it in its document."""
        # a version's passages are stored in one go, so their ids follow each other
        wide = {h.passage_id + step for h in hits for step in (-1, 1)}
        stored = self._catalogue.passages(sorted(wide))

        def beside(hit: Hit, step: int) -> Neighbour | None:
            other: StoredPassage | None = stored.get(hit.passage_id + step)
            is_next = (
                other is not None
                and other.version_id == hit.source.version_id
                and other.passage.ordinal == hit.passage.ordinal + step
            )
            return Neighbour(other.passage.label, other.passage.text) if other and is_next else None

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
    (('词', 'D类'), ('同义', '买房→购房、购房补贴'), ('义', '相近'))
    """
    found: dict[str, list[str]] = {}
    for reason in why:
        name, _, words = reason.partition(" ")
        if name == "词" and len(words) == 1:
            continue  # 补 alone tells nobody why
        words = re.sub(r"[a-z](?=类)", lambda m: m[0].upper(), words)
        if name == "义":
            found[name] = ["相近"]
            continue
        said = found.setdefault(name, [])
        typed, arrow, formal = words.partition("→")
        same = arrow and any(s.startswith(typed + arrow) for s in said)
        said.append(formal if same else words)
    return tuple((name, "、".join(words)) for name, words in found.items())


def _entry(
    query: Query, hit: Hit, shares: dict[str, float], words: Sequence[str], level: Grade,
    on_day: Standing, now: Standing, before: Neighbour | None, behind: Neighbour | None,
) -> Entry:  # fmt: skip
    passage, source = hit.passage, hit.source
    if hit.overtaken and now.state is State.IN_FORCE:
        on_day = now = moved(hit.overtaken)
    message = _message(query, hit, shares, now)
    pairs = dict.fromkeys((n, c) for n, c in zip(passage.header, passage.cells, strict=False) if c)
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
        before=before,
        behind=behind,
        spoken=_spoken(query, hit, shares, now),
        message=message,
        size=len(message.encode()),
        basis=basis(source, passage.label),
    )


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


def _message(query: Query, hit: Hit, shares: dict[str, float], now: Standing) -> str:
    """The whole passage with its basis as the bot writes it; less of it where it is too long."""
    source = hit.source

    def text(body: str) -> str:
        lapsed = lapse(source) if now.state is State.LAPSED else ""
        note = now.detail if now.state is State.NOT_YET else caveat(source)
        named = basis(source, hit.passage.label)
        part = Part(
            "", body, named, hit.passage_id, note=note, lapsed=lapsed, overtaken=hit.overtaken
        )
        return answer_text([part], [], lambda _: "")

    whole = text(hit.passage.text)
    if len(whole.encode()) <= MAX_TEXT_BYTES:
        return whole
    return fit(text(excerpt(query, hit, shares, ROOM)))


def _day(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today


def _arguments(wanted: Wanted, today: date) -> dict[str, str | list[str]]:
    """The query string that leads back to this look-up, without what is the default."""
    found: dict[str, str | list[str]] = {"q": wanted.question}
    if wanted.day != today:
        found["day"] = wanted.day.isoformat()
    if wanted.with_lapsed:
        found["lapsed"] = "1"
    if wanted.kinds:
        found["kind"] = sorted(k.value for k in wanted.kinds)
    return found
