"""The inbox: talents who wait for a person, and the conversations that a person has in hand.

A conversation is named by its hand-off's id, never by whose it is. Staff may read what waits and
what is or was theirs; of a colleague's they see who has it, and nothing that was said.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from bot.canned_texts import CannedTexts
from bot.handoff import IDLE_S, LONGEST_NOTE
from bot.staff_side import LONGEST_TICKET, Held, Line, NotYours, Speaker, StaffSide, TooLong
from bot.wechat.messages import MAX_TEXT_BYTES
from bot.wechat.outbox import DROPPED, KEPT, QUEUED, SENDING, SENT, UNSURE
from bot.wechat.windows import Allowance
from console.access import DESK
from console.accounts import Accounts
from console.frame import desk_page
from console.lookup import LookUp
from console.security import LARGEST_ID
from console.uses import Uses
from console.wanted import Wanted
from knowledge.catalogue import Catalogue
from knowledge.validity import CHINA

FATES = {
    QUEUED: "等待发送",
    SENDING: "发送中",
    SENT: "已送达",
    KEPT: "暂未送达，对方下次发来消息后再发",
    DROPPED: "没有送达",
    UNSURE: "不确定是否送达",
}
ENDINGS = {
    "given": "已交还机器人",
    "finished": "已结束",
    "talent": "咨询人已退出人工",
    "idle": "长时间没有回复，已自动交还机器人",
}
IDLE_MIN = int(IDLE_S // 60)
LOOK_S = 600.0
"""Seconds within which further looks of one person at one conversation are not logged again."""
MOST_INSERTED = 5
"""Clauses of one message of which it is put on record that they were sent."""

_LINK = re.compile(r"<a\s[^>]*>([^<]*)</a>")


class Place(StrEnum):
    """Where a conversation stands for the one who looks; the value is the page's style class."""

    MINE = "mine"
    WAITING = "waiting"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; a colleague's conversation has neither topic nor words.

    Attributes:
        since: how long it has waited for a person or for a reply, in words; "" when nobody waits.
        passed_by: who passed it on to the one who has it.
        note: what that colleague wrote with it.
        is_untouched: its new owner has not written yet.
    """

    handoff_id: int
    place: Place
    staff: str
    topic: str
    last_said: str
    since: str
    passed_by: str
    note: str
    is_untouched: bool

    @property
    def is_to_begin(self) -> bool:
        """Whether the one who looks should begin with it: nobody has it, or it was passed on."""
        return self.place is Place.WAITING or (self.place is Place.MINE and self.is_untouched)


@dataclass(frozen=True, slots=True)
class Basis:
    """A clause that the bot showed."""

    passage_id: int
    label: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a conversation as shown.

    Attributes:
        at: local time.
        fate: how far a staff's line got, in words; "" for others.
        is_doubtful: it may not have reached the talent.
        bases: the clauses that the bot's answer rested on.
    """

    at: str
    speaker: Speaker
    staff: str
    text: str
    fate: str
    is_doubtful: bool
    bases: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom a conversation can be passed on.

    Attributes:
        is_present: at the desk just now.
        in_hand: conversations they have.
    """

    name: str
    is_present: bool
    in_hand: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A text to insert into a reply: a clause with its basis, or a canned text."""

    title: str
    note: str
    text: str
    passage_id: int = 0


def inbox_pages(
    side: StaffSide, lookup: LookUp, catalogue: Catalogue, canned: CannedTexts, uses: Uses,
    accounts: Accounts, may_push: Callable[[str], bool], today: Callable[[], date],
    clock: Callable[[], float] = time.time,
) -> Blueprint:  # fmt: skip
    """Build ``/desk/inbox``.

    Args:
        side: the hand-offs.
        lookup: finds clauses to insert.
        catalogue: the clauses that the bot showed.
        canned: texts to insert.
        uses: keeps that a clause was sent.
        accounts: its audit log keeps who looked, took, sent and finished.
        may_push: whether a message may be sent to an openid at all.
        today: the day on which a clause is in force.
    """
    blueprint = Blueprint("inbox", __name__, url_prefix="/desk/inbox", template_folder="templates")
    looked: dict[tuple[str, int], float] = {}

    def note(action: str, handoff_id: int) -> None:
        accounts.record(g.user.name, action, f"会话 {handoff_id}")

    def note_look(handoff_id: int) -> None:
        key, now = (g.user.name, handoff_id), clock()
        if now - looked.get(key, -LOOK_S) >= LOOK_S:
            looked[key] = now
            note("查看会话", handoff_id)

    def mine(handoff_id: int) -> Held:
        """The conversation, if the one who asks may read it; else 403 or 404."""
        held = side.held(handoff_id) if handoff_id <= LARGEST_ID else None
        if held is None:
            abort(404)
        place = place_of(held, g.user.name)
        if place is Place.ELSEWHERE:
            note("查看会话被拒", handoff_id)
            abort(403 if held.is_open else 404)
        return held

    def listed() -> list[Row]:
        name, now = g.user.name, clock()
        held = [*side.open_ones(), *side.lately_ended(name)]
        return sorted(
            (row_of(h, name, now) for h in held),
            key=lambda r: (list(Place).index(r.place), not r.is_to_begin),
        )

    def colleagues() -> list[Colleague]:
        """Who else may answer talents; those who are there come first."""
        present = accounts.present()
        in_hand = Counter(h.staff for h in side.open_ones())
        return sorted(
            (
                Colleague(u.name, u.name in present, in_hand[u.name])
                for u in accounts.users()
                if u.active and u.role in DESK and u.name != g.user.name
            ),
            key=lambda c: (not c.is_present, c.in_hand),
        )

    def conversation(held: Held) -> dict[str, object]:
        note_look(held.handoff_id)
        lines = side.transcript(held.openid)
        bases = _bases(catalogue, {p for line in lines for p in line.passages})
        place = place_of(held, g.user.name)
        return {
            "held": held,
            "place": place,
            "colleagues": colleagues() if place is Place.MINE else [],
            "longest_note": LONGEST_NOTE,
            "lines": [_spoken(line, bases) for line in lines],
            "waited": minutes(clock() - held.asked_at),
            "sending": sending(side.allowance(held.openid), may_push(held.openid)),
            "ending": ENDINGS.get(held.closed_by, ""),
        }

    def shown(held: Held | None, draft: str = "", status: int = 200) -> Response:
        values = conversation(held) if held else {"held": None}
        page = desk_page(
            "inbox.html", rows=listed(), names=PLACES, draft=draft, limit=MAX_TEXT_BYTES,
            longest_ticket=LONGEST_TICKET, idle=IDLE_MIN, **values,
        )  # fmt: skip
        page.status_code = status
        return page

    def back(handoff_id: int) -> AnyResponse:
        return redirect(url_for("inbox.page", at=handoff_id), 303)

    def refusal(handoff_id: int) -> str:
        held = side.held(handoff_id)
        if held is not None and held.is_open and held.staff and held.staff != g.user.name:
            return f"这段会话已由{held.staff}接管"
        if held is not None and held.is_waiting:
            return "这段会话还没有人接管，请先接管"
        return "这段会话已经结束，由机器人答复"

    @blueprint.errorhandler(403)
    @blueprint.errorhandler(404)
    def refused(error: HTTPException) -> Response:
        words = (
            "这段会话由同事负责，您看不到内容"
            if error.code == 403
            else "没有这段会话，或它已不归您处理"
        )
        answer = desk_page("desk_refused.html", words=words)
        answer.status_code = error.code or 500
        return answer

    @blueprint.get("")
    def page() -> Response:
        """The list, and beside it the conversation that ``at`` names."""
        chosen = request.args.get("at", "")
        return shown(mine(int(chosen)) if re.fullmatch(r"[0-9]{1,10}", chosen) else None)

    @blueprint.get("/rows")
    def rows() -> Response:
        """The list alone, for the page's script."""
        return desk_page("inbox_rows.html", rows=listed(), names=PLACES, held=None)

    @blueprint.get("/count")
    def count() -> str:
        """How many wait for a person or were passed on to this one, for the navigation."""
        name, now = g.user.name, clock()
        return str(sum(row_of(h, name, now).is_to_begin for h in side.open_ones()))

    @blueprint.get("/<int:handoff_id>")
    def talk(handoff_id: int) -> Response:
        """One conversation's state and words, for the page's script."""
        return desk_page("inbox_talk.html", idle=IDLE_MIN, **conversation(mine(handoff_id)))

    @blueprint.post("/<int:handoff_id>/take")
    def take(handoff_id: int) -> AnyResponse:
        """Own a conversation that waits; who comes second is told who was first."""
        if side.held(handoff_id) is None:
            abort(404)
        if side.take(handoff_id, g.user.name):
            note("接管会话", handoff_id)
            return back(handoff_id)
        flash(f"没有接管成功：{refusal(handoff_id)}", "bad")
        held = side.held(handoff_id)
        own = held is not None and place_of(held, g.user.name) is not Place.ELSEWHERE
        return back(handoff_id) if own else redirect(url_for("inbox.page"), 303)

    @blueprint.post("/<int:handoff_id>/give-back")
    def give_back(handoff_id: int) -> AnyResponse:
        """The bot answers again."""
        mine(handoff_id)
        if side.give_back(handoff_id, g.user.name):
            note("交还会话", handoff_id)
            flash("已交还机器人", "good")
        else:
            flash(f"没有交还：{refusal(handoff_id)}", "bad")
        return redirect(url_for("inbox.page"), 303)

    @blueprint.post("/<int:handoff_id>/pass-on")
    def pass_on(handoff_id: int) -> AnyResponse:
        """Give it to a colleague, who owns it from then on; the talent is told nothing."""
        mine(handoff_id)
        named = request.form.get("to", "")
        to = next((c for c in colleagues() if c.name == named), None)
        if to is None:
            flash("没有转交：请选择同事", "bad")
            return back(handoff_id)
        remark = " ".join(request.form.get("note", "").split())
        if not side.pass_on(handoff_id, g.user.name, to.name, remark):
            flash(f"没有转交：{refusal(handoff_id)}", "bad")
            return redirect(url_for("inbox.page"), 303)
        accounts.record(g.user.name, "转交会话", f"会话 {handoff_id} → {to.name}")
        away = "" if to.is_present else f"（现在不在线，{IDLE_MIN}分钟没有回复会自动交还机器人）"
        flash(f"已转交{to.name}{away}", "good")
        return redirect(url_for("inbox.page"), 303)

    @blueprint.post("/<int:handoff_id>/finish")
    def finish(handoff_id: int) -> AnyResponse:
        """The matter is settled; with ``then=faq`` it goes on as a draft of an answer for all."""
        mine(handoff_id)
        if side.finish(handoff_id, g.user.name):
            note("结束会话", handoff_id)
            flash("会话已结束", "good")
            if request.form.get("then") == "faq":
                return redirect(url_for("faqs.new", talk=handoff_id), 303)
        else:
            flash(f"没有结束：{refusal(handoff_id)}", "bad")
        return redirect(url_for("inbox.page"), 303)

    @blueprint.post("/<int:handoff_id>/send")
    def send(handoff_id: int) -> AnyResponse:
        """Write to the talent; what was not sent stays in the box."""
        held = mine(handoff_id)
        text = request.form.get("text", "").replace("\r\n", "\n").strip()
        passages = _inserted(request.form)
        try:
            side.send(handoff_id, g.user.name, text, passages)
        except TooLong:
            size = len(text.encode())
            why = f"共 {size} 字节，最多 {MAX_TEXT_BYTES} 字节" if text else "没有写内容"
            flash(f"没有发送：{why}", "bad")
            return shown(held, text, 400)
        except NotYours:
            flash(f"没有发送：{refusal(handoff_id)}。写好的内容还在下面", "bad")
            return shown(held, text, 409)
        note("发送消息", handoff_id)
        for passage_id in passages:
            try:
                uses.record(passage_id, g.user.name, "sent")
            except IntegrityError:
                continue  # a made-up id is nobody's loss
        return back(handoff_id)

    @blueprint.post("/<int:handoff_id>/ticket")
    def ticket(handoff_id: int) -> AnyResponse:
        """Keep the number under which the hotline has the matter."""
        mine(handoff_id)
        number = " ".join(request.form.get("ticket", "").split())
        if side.set_ticket(handoff_id, g.user.name, number):
            note("登记工单号", handoff_id)
            flash("工单号已保存" if number else "工单号已清除", "good")
        else:
            flash(f"没有保存：{refusal(handoff_id)}", "bad")
        return back(handoff_id)

    @blueprint.get("/clauses")
    def clauses() -> Response:
        """Clauses in force for a question, as texts to insert."""
        day = today()
        wanted = Wanted.from_arguments(MultiDict({"q": request.args.get("q", "")}), day)
        found = lookup.find(wanted, day)
        choices = [
            Choice(e.label, f"{e.title}　{e.standing.badge}", e.message, e.passage_id)
            for e in (*found.entries, *found.near)
        ]
        return desk_page("inbox_choices.html", choices=choices)

    @blueprint.get("/texts")
    def texts() -> Response:
        """The canned texts, as texts to insert."""
        choices = [Choice(t.title, t.shortcut, t.text) for t in canned.all()]
        return desk_page("inbox_choices.html", choices=choices)

    return blueprint


PLACES = {
    Place.MINE: "我在处理",
    Place.WAITING: "等待接管",
    Place.ELSEWHERE: "同事在处理",
    Place.ENDED: "我最近结束的",
}


def place_of(held: Held, name: str) -> Place:
    """What a conversation is to somebody; ELSEWHERE is not theirs to read."""
    if held.is_waiting:
        return Place.WAITING
    if held.staff != name:
        return Place.ELSEWHERE
    return Place.MINE if held.is_open else Place.ENDED


def row_of(held: Held, name: str, now: float) -> Row:
    """The line of the list, with what this person may know of it."""
    place = place_of(held, name)
    waits = place is Place.WAITING or (place is Place.MINE and held.wrote_last)
    since = held.asked_at if place is Place.WAITING else held.heard_at
    may_read = place is not Place.ELSEWHERE
    return Row(
        held.handoff_id,
        place,
        held.staff,
        held.topic if may_read else "",
        held.last_said if may_read else "",
        minutes(now - since) if waits else "",
        held.passed_by,
        held.pass_note if may_read else "",
        held.is_untouched and held.is_open,
    )


def minutes(seconds: float) -> str:
    """A wait in words.

    >>> minutes(59), minutes(125), minutes(3 * 3600 + 60)
    ('不到1分钟', '2分钟', '3小时1分钟')
    """
    whole = int(max(0.0, seconds) // 60)
    if whole < 1:
        return "不到1分钟"
    hours, rest = divmod(whole, 60)
    return (f"{hours}小时" if hours else "") + (f"{rest}分钟" if rest else "")


def sending(allowance: Allowance, may_push: bool) -> tuple[str, bool]:
    """(what may still be sent, in words; whether a message would go out now)."""
    if not may_push:
        return "本公众号不能主动发消息：对方下次发来消息后，发“继续”才能看到回复", False
    if not allowance.left:
        return "现在发不出去：要等对方再发来消息；写好的回复会在那之后发出", False
    return f"还可发 {allowance.left} 条，窗口还剩 {minutes(allowance.seconds)}", True


def _spoken(line: Line, bases: dict[int, Basis]) -> Spoken:
    at = datetime.fromtimestamp(line.at, CHINA).strftime("%m-%d %H:%M")
    return Spoken(
        at,
        line.speaker,
        line.staff,
        _LINK.sub(r"\1", line.text),
        FATES.get(line.fate, ""),
        line.fate in (KEPT, DROPPED, UNSURE),
        tuple(bases[p] for p in line.passages if p in bases),
    )


def _bases(catalogue: Catalogue, passage_ids: Iterable[int]) -> dict[int, Basis]:
    stored = catalogue.passages(sorted(passage_ids))
    sources = catalogue.sources()
    return {
        i: Basis(i, s.passage.label, sources[s.version_id].title, s.passage.text)
        for i, s in stored.items()
        if s.version_id in sources  # what was withdrawn since is nothing to go by
    }


def _inserted(form: MultiDict[str, str]) -> list[int]:
    named = re.findall(r"[0-9]{1,9}", form.get("passages", ""))
    return [int(i) for i in dict.fromkeys(named)][:MOST_INSERTED]
