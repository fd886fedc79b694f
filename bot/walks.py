"""Walks through the conditions, one message at a time; each is kept in SQL for half an hour."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import JSON, Column, DateTime, Engine, String, Table, delete, insert, select, update

from bot.answering.eligibility import (
    Fact,
    Facts,
    Standing,
    Walk,
    asking,
    facts_in,
    findings,
    is_reply,
    next_question,
    parted,
    read_answer,
    restored,
)
from bot.answering.entitlement import (
    NAMED,
    about,
    asks_for_everything,
    asks_of_one,
    is_bare,
    matter,
)
from bot.answering.result import Citation
from bot.answering.understanding import Turn
from bot.eligibility_wording import (
    AGAIN,
    KEPT,
    LEFT,
    NOTED,
    NOTHING_BEFORE,
    RESUMED,
    asked_text,
    begin_text,
    blocks_of,
    facts_text,
    result_pages,
)
from bot.wording import Tap, basis
from database import metadata, writing
from knowledge.benefits import Benefits, Offer
from knowledge.lexicon import SynonymFinder, normal

walks = Table(
    "walks",
    metadata,
    Column("openid", String(128), primary_key=True),
    Column("state", JSON, nullable=False),  # see Walk
    Column("at", DateTime(timezone=True), nullable=False),
)

MEMORY = timedelta(minutes=30)
"""A pause this long forgets a walk, as it begins a new conversation."""
CHECKED_FURTHER = 3
"""Benefits offered to be looked into after a result."""

_LEAVE = re.compile(r"退出(?:核对)?|不(?:做|测|核对)了|结束核对|取消核对")
_GIVE_UP = re.compile(r"算了|不用了|取消|不要了")
"""Leaves a walk that waits for an answer; later it may be meant for something else."""
_ANEW = re.compile(r"重来|重新(?:开始|核对|来)|从头(?:开始|来)")
_BACK = re.compile(r"上一步|上一题|返回上一步|上一个问题")
_RESUME = re.compile(r"继续核对|回到核对|接着核对|继续资格核对")
_STANCE = re.compile(r"不?(?:符合|满足|属于)|不清楚|还没有认定")
_RESULT = re.compile(r"(?:看|出|直接看)?结果")
_MORE = re.compile(r"下一页|更多结果")
_ASKS = re.compile(r"[?？吗呢]|什么|啥|多少|怎么|咋|哪|如何|能不能|可不可以|几[类级天年]|要不要")
_TAPPED = re.compile(r"walk-(.+)")


@dataclass(frozen=True, slots=True)
class WalkReply:
    """What a walk says: a question with its choices, or the result with what it rests on."""

    text: str
    citations: tuple[Citation, ...] = ()
    choices: tuple[str, ...] = ()


class Walks:
    """Every person's walk. Safe to use from several threads and processes."""

    def __init__(
        self, engine: Engine, benefits: Benefits, table: SynonymFinder, today: Callable[[], date],
        clause_url: Callable[[int], str], tap: Tap, page_url: str = "",
    ) -> None:  # fmt: skip
        """Walk through these benefits.

        Args:
            table: everyday wordings of what benefits are called.
            clause_url: passage id -> address of its page, "" for none.
            page_url: address of the same walk as a page, "" for none.
        """
        self._engine, self._benefits, self._table = engine, benefits, table
        self._today, self._clause_url, self._tap, self._page = today, clause_url, tap, page_url

    def begins(self, openid: str, text: str, history: Sequence[Turn]) -> WalkReply | None:
        """The first question to somebody who asks what they are entitled to; None for others."""
        named = NAMED.fullmatch(text.strip())
        if named:
            return self._named(openid, named[1].strip(), history)
        everything = asks_for_everything(text)
        if not (everything or asks_of_one(text)):
            return None
        offers = [o for o in self._benefits.in_force(self._today()) if o.is_confirmed]
        if not offers:
            return None
        focus = matter(text, offers, self._table)
        if everything and focus:
            return None  # E类的孩子入学有什么政策 asks about one matter, which a clause answers
        if not everything:
            if not focus and history and _is_of_conditions(text):
                focus = _lately(history, offers)
            elif not focus or not is_bare(text, focus, self._table):
                return None
        facts = self._known(openid, history, offers) | facts_in(text)
        walk = Walk(focus, facts, said=text)
        return self._advance(openid, walk, begin_text(focus, facts))

    def _named(self, openid: str, focus: str, history: Sequence[Turn] = ()) -> WalkReply | None:
        """The conditions of what is called by its name: 认定为E类人才 says nothing of who asks."""
        offers = [o for o in self._benefits.in_force(self._today()) if o.is_confirmed]
        if not about(focus, offers):
            return None
        facts = self._known(openid, history, offers)
        return self._advance(openid, Walk(focus, facts, said=focus), begin_text(focus, facts))

    def _known(
        self, openid: str, history: Sequence[Turn], offers: Sequence[Offer]
    ) -> dict[str, Fact]:
        """What the person told in the walk before, or else in the conversation."""
        before = self._load(openid)
        if before:
            return dict(before.facts)
        titles = {o.benefit.title for o in offers}
        told = [t for t in history if not _name_of(t.text, titles)]
        return _told(told)

    def hears(self, openid: str, text: str, tapped: str = "") -> WalkReply | None:
        """What a running walk says to a message; None when the message is not meant for it."""
        walk = self._load(openid)
        if walk is None:
            return None
        bare = re.sub(r"[\s。！!.,，~～]+", "", normal(text))
        if _LEAVE.fullmatch(bare):
            forget_walk(self._engine, openid)
            return WalkReply(LEFT)
        if walk.pending and not walk.paused and _GIVE_UP.fullmatch(bare):
            forget_walk(self._engine, openid)
            return WalkReply(LEFT)
        if _ANEW.fullmatch(bare):
            return self._advance(openid, Walk(walk.focus), begin_text(walk.focus, {}))
        if _RESUME.fullmatch(bare):
            return self._again(openid, replace(walk, paused=False))
        if walk.paused:
            if walk.pending and _STANCE.fullmatch(bare):
                return self._again(openid, replace(walk, paused=False), RESUMED)
            return None
        titles = {o.benefit.title for o in self._benefits.in_force(self._today()) if o.is_confirmed}
        if name := _name_of(text, titles):
            return self._named(openid, name)
        if _BACK.fullmatch(bare):
            return self._back(openid, walk)
        if walk.pending and _RESULT.fullmatch(bare):
            return self._result(openid, replace(walk, pending="", page=0))
        if walk.pending:
            return self._answered(openid, walk, text, tapped)
        if _MORE.fullmatch(bare):
            return self._result(openid, replace(walk, page=walk.page + 1))
        told = facts_in(text)
        if told and not _ASKS.search(text):
            return self._corrected(openid, walk, told)
        return None

    def pause(self, openid: str) -> str:
        """Keep a walk aside while something else is asked; what to say of that, once."""
        walk = self._load(openid)
        if walk is None or walk.paused or not walk.pending:
            return ""
        self._save(openid, replace(walk, paused=True))
        return KEPT

    # -- steps ---------------------------------------------------------------------------

    def _answered(self, openid: str, walk: Walk, text: str, tapped: str) -> WalkReply | None:
        offers = self._offers(walk)
        meant = _TAPPED.fullmatch(tapped)
        subject = meant[1] if meant else walk.pending
        ask = asking(subject, offers, walk.facts)
        fact = read_answer(text, ask) if ask else None
        if fact is not None:
            facts = {**walk.facts, subject: fact}
            return self._advance(openid, replace(walk, facts=facts))
        told = facts_in(text)
        if told and not _ASKS.search(text):
            return self._corrected(openid, walk, told)
        if is_reply(text):
            return self._again(openid, walk, AGAIN)
        return None

    def _corrected(self, openid: str, walk: Walk, told: Facts) -> WalkReply:
        facts = {**walk.facts, **told}
        lead = NOTED.format(facts=facts_text(told))
        # told instead of what was asked: another question may decide more now
        asked = walk.asked[:-1] if walk.pending and walk.pending not in told else walk.asked
        return self._advance(openid, replace(walk, facts=facts, asked=asked), lead)

    def _back(self, openid: str, walk: Walk) -> WalkReply:
        asked = walk.asked[:-1] if walk.pending else walk.asked
        if not asked:
            return self._again(openid, walk, NOTHING_BEFORE)
        facts = {k: v for k, v in walk.facts.items() if k != asked[-1]}
        return self._again(openid, replace(walk, facts=facts, asked=asked, pending=asked[-1]))

    def _again(self, openid: str, walk: Walk, lead: str = "") -> WalkReply:
        """The question that waits, once more."""
        ask = asking(walk.pending, self._offers(walk), walk.facts) if walk.pending else None
        if ask is None:
            return self._advance(openid, walk, lead)
        self._save(openid, walk)
        return WalkReply(asked_text(ask, walk, self._tap, lead))

    def _advance(self, openid: str, walk: Walk, lead: str = "") -> WalkReply:
        ask = next_question(walk, self._offers(walk), self._today())
        if ask is None:
            return self._result(openid, replace(walk, pending="", paused=False, page=0), lead)
        asked = (*walk.asked, ask.subject)
        walk = replace(walk, asked=asked, pending=ask.subject, paused=False)
        self._save(openid, walk)
        return WalkReply(asked_text(ask, walk, self._tap, lead))

    def _result(self, openid: str, walk: Walk, lead: str = "") -> WalkReply:
        day = self._today()
        offers = self._offers(walk)
        found = findings(offers, walk.facts, day)
        told, others = parted(found, walk)
        blocks = blocks_of(told, self._clause_url)
        further = [
            f.offer.benefit.title
            for f in told
            if f.standing is Standing.OPEN and f.offer.benefit.title != walk.focus
        ][:CHECKED_FURTHER]
        pages = result_pages(
            blocks, walk.facts, others, self._only_text(walk, day), further, self._tap,
            self._page,
        )  # fmt: skip
        page = min(walk.page, len(pages) - 1)
        self._save(openid, replace(walk, page=page))
        text, citations = pages[page]
        noted = f"{lead}\n" if lead and lead.startswith(NOTED[:4]) and page == 0 else ""
        return WalkReply(noted + text, citations, tuple(f"核对：{t}" for t in further))

    def _only_text(self, walk: Walk, day: date) -> list[str]:
        """Clauses on the same matter that nobody has confirmed: named, never judged."""
        if not walk.focus:
            return []
        found = [
            basis(o.source, next(iter(o.places.values())).label)
            for o in about(walk.focus, self._benefits.in_force(day))
            if not o.is_confirmed
        ]
        return list(dict.fromkeys(found))[:2]

    def _offers(self, walk: Walk) -> list[Offer]:
        offers = [o for o in self._benefits.in_force(self._today()) if o.is_confirmed]
        return about(walk.focus, offers)

    # -- memory --------------------------------------------------------------------------

    def _load(self, openid: str) -> Walk | None:
        wanted = walks.c.openid == openid
        with self._engine.connect() as connection:
            state = connection.execute(
                select(walks.c.state).where(wanted, walks.c.at >= datetime.now(UTC) - MEMORY)
            ).scalar()
        return restored(state) if state else None

    def _save(self, openid: str, walk: Walk) -> None:
        values = {"state": asdict(walk), "at": datetime.now(UTC)}
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(walks).where(walks.c.openid == openid).values(values)
            )
            if changed.rowcount == 0:
                connection.execute(insert(walks).values(openid=openid, **values))


def forget_idle(engine: Engine) -> int:
    """Erase walks that nobody has taken a step of for `MEMORY`; returns how many."""
    with writing(engine) as connection:
        over = datetime.now(UTC) - MEMORY
        return connection.execute(delete(walks).where(walks.c.at < over)).rowcount


def forget_walk(engine: Engine, openid: str) -> None:
    """Erase one person's walk."""
    with writing(engine) as connection:
        connection.execute(delete(walks).where(walks.c.openid == openid))


def _name_of(text: str, titles: Collection[str]) -> str:
    """The benefit whose very name a text is, with or without 核对; "" for any other text."""
    named = re.fullmatch(r"(?:(?:接着|继续)?核对[：:]?)?\s*[「“]?(.+?)[」”]?", text.strip())
    return named[1] if named and named[1] in titles else ""


def _told(history: Sequence[Turn]) -> dict[str, Fact]:
    """What a person said of themselves before, the latest word last."""
    found: dict[str, Fact] = {}
    for turn in history:
        if re.search(r"我|本人|俺", turn.text) or not _ASKS.search(turn.text):
            found |= facts_in(turn.text)
    return found


def _is_of_conditions(text: str) -> bool:
    """我符合条件吗: of what was spoken of before."""
    return bool(re.search(r"条件|资格|符合|够格", text)) and len(text) <= 12


def _lately(history: Sequence[Turn], offers: Sequence[Offer]) -> str:
    """The title of the one benefit that the last answer's document grants; "" for several."""
    cited = history[-1].documents[:1]
    titles = [o.benefit.title for o in offers if o.source.document_id in cited]
    return titles[0] if len(titles) == 1 else ""
