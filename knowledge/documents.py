"""The words everything else speaks: what is read, what is cited, what is found.

Plain frozen dataclasses. This module imports nothing of ours, so that every package may
import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class BlockKind(StrEnum):
    """What a reader saw at one place of a file."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or table as a reader found it, in reading order.

    Attributes:
        kind: heading only where the file itself says so (h1..h6, a Word heading style, ``#``).
        text: the characters of a heading or paragraph, automatic numbers included; "" for a table.
        level: 1..6 for a heading, else 0.
        rows: a table's cells; merged cells are repeated so that every row has all its cells.
        header_rows: how many of ``rows`` are the header.
        caption: a table's caption where the file marks one, else "".
        page: 1-based page (PDF) or sheet (XLSX) number, None where the format has no pages.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    header_rows: int = 1
    caption: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one file.

    Attributes:
        format: the type found by content: docx, pdf, html, markdown, text or xlsx.
        blocks: in reading order.
        notes: what a reviewer should know (a hidden sheet skipped, an uncalculated formula), in
            Chinese, each naming its place.
        metadata: what the file says about itself outside its text, e.g. ``title`` of an HTML page.
    """

    format: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """A file that cannot be taken in.

    Attributes:
        name: the file's name.
        why: the reason and what to do, in Chinese; staff see it verbatim.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}：{why}")
        self.name = name
        self.why = why


class ClauseKind(StrEnum):
    """What a node of the clause tree is."""

    TITLE = "title"  # the document's title lines, number, addressees: front matter
    PART = "part"  # 编
    CHAPTER = "chapter"  # 章
    SECTION = "section"  # 节; also an unnumbered or 一、 heading that groups others
    ARTICLE = "article"  # 条, or the numbered unit that plays its part (一、 1．)
    ITEM = "item"  # （一） 1． below an article
    PARAGRAPH = "paragraph"  # unnumbered text below any of the above
    QUESTION = "question"  # a question with its answer
    TABLE = "table"
    ROW = "row"
    SIGNATURE = "signature"  # issuing body and date at the end


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of the clause tree, in reading order. Each body character is in exactly one.

    Attributes:
        ordinal: 0-based place in reading order, unique in the version.
        parent: ordinal of the parent, None for the top.
        kind: see ClauseKind.
        number: the number as written: 第八条, （二）, 3．; "" when there is none.
        heading: the clause's own heading, "" when there is none.
        text: its own characters, number and heading included, children excluded.
        cells: a table row's cells; () otherwise.
        page: 1-based page of its first character, None where the format has no pages.
    """

    ordinal: int
    parent: int | None
    kind: ClauseKind
    number: str
    heading: str
    text: str
    cells: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The piece we index and cite: a clause, a run of short ones, or a table row with its header.

    Attributes:
        ordinal: 0-based place in the version.
        label: how an official would name the place: 第八条（二）, 三、购房补贴（二）, 表 D类.
        path: headings above it, outermost first.
        text: what is quoted, in the document's characters. A table row reads
            ``header：cell；header：cell``.
        kind: ClauseKind of the clause it stands for.
        clauses: ordinals of the clauses whose text it holds.
        header: a table row's column names, aligned with ``cells``; () otherwise.
        cells: a table row's cells; () otherwise.
        caption: the sentence or caption that leads into a table or list; "" when there is none.
    """

    ordinal: int
    label: str
    path: tuple[str, ...]
    text: str
    kind: ClauseKind
    clauses: tuple[int, ...]
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    caption: str = ""


class DocumentKind(StrEnum):
    """What sort of paper a document is; the order is its weight as a basis."""

    REGULATION = "regulation"  # 规范性文件、办法、细则、条例
    NOTICE = "notice"  # 通知、公告、申报公告
    GUIDE = "guide"  # 指南、清单、须知
    EVENT = "event"  # 活动通知、安排表
    FAQ = "faq"  # 问答
    INTERPRETATION = "interpretation"  # 解读
    SPEECH = "speech"  # 讲话: background, never a basis


@dataclass(frozen=True, slots=True)
class Fact:
    """One metadata field with the line it was read from.

    Attributes:
        value: the value in normal form (ISO date for dates).
        source: the line of the document that says so, verbatim; "" when computed from nothing.
    """

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a document says about itself; each value with its source line where there is one.

    Dates are civil dates in China. ``expires`` is the first day on which the document is no
    longer in force (exclusive).
    """

    title: str
    kind: DocumentKind
    number: Fact | None = None  # 文号
    issuers: tuple[Fact, ...] = ()  # in the order in which they sign
    issued: Fact | None = None  # 成文日期
    effective: Fact | None = None  # 施行日期
    expires: Fact | None = None  # 有效期届满的次日
    region: Fact | None = None  # the city, district or zone it is limited to, e.g. 临江市 / 经开区
    repeals: tuple[Fact, ...] = ()  # 文号 or title of what it abolishes, see terms.with_day
    level: Fact | None = None  # 国家, 省, 市 or 区县
    topics: tuple[str, ...] = ()  # 待遇, 落户, 认定, 活动 …
    amends: tuple[Fact, ...] = ()  # 文号 or title of what it changes
    trial: Fact | None = None  # 试行 or 暂行
    prevails: Fact | None = None  # 与…不一致的以本办法为准, the sentence
    prolongs: tuple[Fact, ...] = ()  # what it says of other papers' last days, see terms.Term

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> DocumentFacts:
        """The facts from what ``dataclasses.asdict`` made of them, by this version or before."""

        def fact(name: str) -> Fact | None:
            value = stored.get(name)
            return Fact(**value) if value else None

        def facts(name: str) -> tuple[Fact, ...]:
            return tuple(Fact(**value) for value in stored.get(name, ()))

        return cls(
            title=stored["title"],
            kind=DocumentKind(stored["kind"]),
            number=fact("number"),
            issuers=facts("issuers") or tuple(filter(None, [fact("issuer")])),
            issued=fact("issued"),
            effective=fact("effective"),
            expires=fact("expires"),
            region=fact("region"),
            repeals=facts("repeals"),
            level=fact("level"),
            topics=tuple(stored.get("topics", ())),
            amends=facts("amends"),
            trial=fact("trial"),
            prevails=fact("prevails"),
            prolongs=facts("prolongs"),
        )

    @property
    def issuer(self) -> str:
        """The issuing bodies as one reads them out, "" for none."""
        return "、".join(fact.value for fact in self.issuers)

    @property
    def issued_on(self) -> date | None:
        """Day of issue."""
        return date.fromisoformat(self.issued.value) if self.issued else None

    @property
    def effective_on(self) -> date | None:
        """First day in force; the day of issue when no other is given."""
        fact = self.effective or self.issued
        return date.fromisoformat(fact.value) if fact else None

    @property
    def expires_on(self) -> date | None:
        """First day no longer in force by its own words."""
        return date.fromisoformat(self.expires.value) if self.expires else None


class EventKind(StrEnum):
    """What sort of event it is; the value is what people read."""

    JOB_FAIR = "招聘会"
    SALON = "沙龙"
    BRIEFING = "宣讲"
    LECTURE = "讲座"
    CONTEST = "比赛"
    SOCIAL = "联谊"
    TRAINING = "培训"
    FORUM = "论坛"
    MATCHING = "对接会"
    SHOW = "演出"
    OTHER = "活动"
    APPLICATION = "申报"  # a span in which something may be applied for: a deadline, no gathering


class ChangeKind(StrEnum):
    """What a later notice changes of an event; the value is what people read."""

    DATE = "改期"
    PLACE = "变更地点"
    CANCELLED = "取消"


@dataclass(frozen=True, slots=True)
class Event:
    """A dated thing as one text tells it, each field with the line it was read from.

    A moment's value is ``2026-12-12T09:00``, ``2026-12-12`` where no hour is said, or ``2026-12``
    where only the month is (12月中旬); all are times in China.

    Attributes:
        ordinal: 0-based place in the version.
        title: what it is called.
        kind: see EventKind.
        starts, ends: from when to when; ``ends`` has the value of ``starts`` where the text
            gives one day without hours. Both None where the text leaves it open.
        signup_until: the last moment to sign up; a day without an hour counts whole.
        place, audience, capacity, joining, contact: in the text's words.
        clauses: ordinals of the clauses it was read from.
        changes: what it changes of an event told of elsewhere; () for an event itself.
        was: the start that a change notice says was planned before.
        was_place: the place that a change notice says was planned before.
        keeps_hours: the notice says that all else stays as it was.
        doubts: what a reviewer should look at, in Chinese.
    """

    ordinal: int
    title: Fact
    kind: EventKind
    starts: Fact | None = None
    ends: Fact | None = None
    signup_until: Fact | None = None
    place: Fact | None = None
    audience: Fact | None = None
    capacity: Fact | None = None
    joining: Fact | None = None
    contact: Fact | None = None
    clauses: tuple[int, ...] = ()
    changes: tuple[ChangeKind, ...] = ()
    was: Fact | None = None
    was_place: Fact | None = None
    keeps_hours: bool = False
    doubts: tuple[str, ...] = ()

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Event:
        """The event from what ``dataclasses.asdict`` made of it."""
        facts: dict[str, Any] = {
            n: Fact(**v) if v else None for n, v in stored.items() if n in _EVENT_FACTS
        }
        return cls(
            **facts,
            ordinal=stored["ordinal"],
            kind=EventKind(stored["kind"]),
            clauses=tuple(stored["clauses"]),
            changes=tuple(ChangeKind(c) for c in stored["changes"]),
            keeps_hours=stored["keeps_hours"],
            doubts=tuple(stored["doubts"]),
        )


_EVENT_FACTS = frozenset(
    [
        "title",
        "starts",
        "ends",
        "signup_until",
        "place",
        "audience",
        "capacity",
        "joining",
        "contact",
        "was",
        "was_place",
    ]
)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What has become of the event that a passage tells of, by a later text.

    Attributes:
        happening: id of the event; its public page is /e/<id>.
        title: the event's name.
        cancelled: it does not take place.
        was, now: the first planned and the present start, see Event; "" where unchanged, or for
            ``now`` not yet told.
        was_place, now_place: the same for the place.
        by: title of the text that says so.
        passage_id: the passage of that text; 0 for what staff have entered.
        passage: its words.
        over: the moment at which it was over; "" while it is not. Then nothing else need have
            changed.
    """

    happening: int
    title: str
    cancelled: bool
    was: str
    now: str
    was_place: str
    now_place: str
    by: str
    passage_id: int
    passage: str
    over: str = ""


class VersionStatus(StrEnum):
    """Where a version stands in its life; whether it has expired follows from its dates."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"  # at most one version of a document
    SUPERSEDED = "superseded"  # a newer version of the document was published
    WITHDRAWN = "withdrawn"


UNPUBLISHED = (VersionStatus.DRAFT, VersionStatus.IN_REVIEW)
"""What staff have not released is nobody else's to read."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of one document, as listed for staff.

    Attributes:
        file_name: name of the file that this text was read from.
        published_at: when it was last published, None while it never was.
    """

    id: int
    document_id: int
    file_name: str
    content_hash: str
    format: str
    status: VersionStatus
    facts: DocumentFacts
    notes: tuple[str, ...]
    doubts: tuple[str, ...]
    model: str
    created_at: datetime
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A clause as it read when somebody wrote an answer that rests on it.

    Attributes:
        document_id, version_id, passage_id: where it stood.
        title, number: of its document.
        label, path, caption, text: the passage's, see Passage.
    """

    document_id: int
    version_id: int
    passage_id: int
    title: str
    number: str
    label: str
    path: tuple[str, ...]
    caption: str
    text: str

    @property
    def whole(self) -> str:
        """Everything in which a figure of the answer may stand."""
        said = (self.title, self.number, self.label, *self.path, self.caption, self.text)
        return "\n".join(t for t in said if t)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an answer that two people of the office released rests on; see knowledge.faqs.

    Attributes:
        clause: what it rests on; None where no paper speaks of the matter.
        passage_id: the clause where it reads so now, 0 where it does not.
        spans: when it reads so and is in force, each (first day, first day after), None for open.
    """

    clause: CitedClause | None
    passage_id: int = 0
    spans: tuple[tuple[date | None, date | None], ...] = ()

    def holds(self, day: date) -> bool:
        """May it be answered with on this day? Always without a clause that could change."""
        return self.clause is None or any(
            (first is None or first <= day) and (end is None or day < end)
            for first, end in self.spans
        )


@dataclass(frozen=True, slots=True)
class Prolonged:
    """A later paper has moved a document's last day.

    Attributes:
        by, number: title and 文号 of that paper, ``number`` "" for none.
        since: first day on which that counts; before it the old last day does.
        before, lapsed_on: first day out of force as it was and as it became, None for open-ended.
    """

    by: str
    number: str
    since: date
    before: date | None
    lapsed_on: date | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a hit comes from: enough to cite it and to say whether it is in force.

    Attributes:
        document_id: the document, stable across versions.
        file_name: the uploaded file's name.
        repealed_by: title of the document that abolished this one, "" when none did.
        repealed_on: first day of that repeal, None when there is none.
        replaced_on: first day of the document's next version, None for the newest.
        lapsed_on: first day no longer in force for whatever reason, None while open-ended.
        reviewed: what an answer of the office rests on; None for a paper of its own.
        moved: what later papers made of its last day, in the order in which that counts.
        thanks_to: the one of them without which it would not be in force; see ``on``.
        within: the city below which its own, a county-level one, lies; "" for any other region.
    """

    document_id: int
    version_id: int
    file_name: str
    title: str
    number: str
    kind: DocumentKind
    region: str
    issuer: str
    effective_on: date | None
    lapsed_on: date | None
    repealed_by: str = ""
    repealed_on: date | None = None
    replaced_on: date | None = None
    reviewed: Reviewed | None = None
    moved: tuple[Prolonged, ...] = ()
    thanks_to: Prolonged | None = None
    within: str = ""

    @property
    def has_successor(self) -> bool:
        """Has another document or version taken its place, rather than its term just run out?"""
        return bool(self.repealed_by) or self.replaced_on is not None

    @property
    def spans(self) -> tuple[tuple[date | None, date | None], ...]:
        """When it is in force, each (first day, first day after), None for open.

        Several where it was prolonged only after its term had run out.
        """
        found: list[tuple[date | None, date | None]] = []
        start = self.effective_on
        for one in self.moved:
            if one.before is not None and one.before < one.since:
                found.append((start, self._ended(one.before)))
                start = one.since
        return (*found, (start, self.lapsed_on))

    def on(self, day: date) -> Source:
        """As it stood on a day: a last day that was moved only afterwards is still the old one."""
        if not self.moved:
            return self
        known = tuple(m for m in self.moved if m.since <= day)
        last = known[-1].lapsed_on if known else self.moved[0].before
        runs_out = known[-1].before if known else None
        rests = bool(known) and runs_out is not None and runs_out <= day
        return replace(
            self, moved=known, lapsed_on=self._ended(last), thanks_to=known[-1] if rests else None
        )

    def _ended(self, last: date | None) -> date | None:
        days = [d for d in (last, self.repealed_on, self.replaced_on) if d is not None]
        return min(days, default=None)

    def in_force(self, day: date) -> bool:
        """True when effective ≤ day < lapsed; an unknown start counts as past.

        An answer of the office holds only while its clause reads as it did and is in force.
        """
        spans = self.spans if self.moved else ((self.effective_on, self.lapsed_on),)
        return (self.reviewed is None or self.reviewed.holds(day)) and any(
            (first is None or first <= day) and (end is None or day < end) for first, end in spans
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    Attributes:
        passage_id: key of the passage in the catalogue; the public page is /p/<passage_id>.
        score: fused score; comparable within one result list only.
        dense: cosine similarity of query and passage, -1..1.
        coverage: share of the query's lexical weight that the passage holds, 0..1.
        why: reasons to show staff, e.g. ("词 购房补贴", "义 0.61", "同义 买房→购房").
        point: the same as coverage, of what a letter's question names; 0 for a short message.
        overtaken: what has become of the event it tells of; None while that stands.
        purposes: what the benefits that it names are for, where their names do not say so: 购房.
    """

    passage_id: int
    passage: Passage
    source: Source
    score: float
    dense: float
    coverage: float
    why: tuple[str, ...] = ()
    point: float = 0.0
    overtaken: Overtaken | None = None
    purposes: str = ""
