"""One message -> one outcome: a command, an event, a question, or silence while a person answers.

Knows no WeChat and no XML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import Engine

from bot import event_wording, wording
from bot.answering.answer import Answerer
from bot.answering.programme import MOST_CITATIONS, PAGED, EventAnswer, EventAnswerer
from bot.answering.result import Abstain, Answer, Citation, Reason
from bot.answering.understanding import Turn
from bot.conversations import Conversations, NewTurn
from bot.handoff import Handoffs, Owner
from bot.office_hours import Hours
from bot.person import Person, read_person
from bot.pictures import CannotSee, see
from bot.privacy import masked
from bot.reception import Receiving, Reception
from bot.remembered import Remembered
from bot.signing import Said, SignUpTalk
from bot.signups import Signups
from bot.switches import NOTICE, PAUSED, Switches
from bot.walks import WalkReply, Walks
from bot.wording import Office, Tap, untapped
from knowledge.benefits import Benefits
from knowledge.catalogue import Catalogue
from knowledge.lexicon import SynonymFinder, normal
from knowledge.mark import one_mark
from knowledge.retriever import Retriever
from knowledge.structure import chinese_number
from knowledge.synonyms import Synonyms
from knowledge.validity import CHINA

LONGEST = 1500
"""Characters of a question that are read; a longer message is asked to be split."""
REMEMBERED_ANSWERS = 2000
"""Answers kept until a document or the day changes: an answer depends on the text, the turns
before it, the day and what is published, and on nothing else."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person did: typed a text, sent something else, or triggered an event.

    Attributes:
        openid: who; personal data.
        kind: text, image, voice, video, shortvideo, location, link, event or unknown.
        text: typed text, the speech platform's transcript of a voice message, the title of a
            link, or what the tapped button of the menu says.
        event: lower-case event name for kind event.
        key: the event's key: a menu key or QR scene.
        tapped: id of the tapped line of a reply, "" when the text was typed.
        place: (latitude, longitude) of a location.
        picture: fetches the picture of an image.
    """

    openid: str
    kind: str
    text: str = ""
    event: str = ""
    key: str = ""
    tapped: str = ""
    place: tuple[float, float] | None = None
    picture: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the person is told.

    Attributes:
        text: the reply, links as ``<a href>``; "" for silence.
        citations: what it rests on, best first.
        abstained: no supported answer was found, or the question was declined.
        reason: why, for staff; "" for an answer.
        tail: what is offered below it: further questions, whether it helped. Until the turn is
            recorded it holds `wording.UNNUMBERED` in place of the turn's id.
        turn: what is to be recorded; None once it is, and for what is no turn.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    reason: str = ""
    tail: str = ""
    turn: NewTurn | None = None

    @property
    def shown(self) -> str:
        """All that the person reads."""
        return f"{self.text}\n\n{self.tail}" if self.tail else self.text


_HAND_OFF = re.compile(
    r"(?:转|找|要|接)?\s*人工(?:服务|客服|坐席)?|客服|转人工.{0,6}|(?:我要|我想|想|要)?投诉(?:一下|你们)?"
)
_LEAVE = re.compile(r"(?:结束|退出|不要|取消)(?:人工|转人工)(?:服务)?")
_QUIT = re.compile(
    r"(?:那?(?:还是)?算了|不用了|不要了|不需要了|没事了?|取消|退出|重来|返回|结束)(?:吧|谢谢)?"
)
_UNFOLLOW = re.compile(r"(?:怎么|如何|我要|我想)?(?:取消关注|取关)")
_STANCE = re.compile(r"不?(?:符合|满足|属于)|(?:我)?不清楚")
_JUDGEMENT = re.compile(r"(有用|有帮助)|(没用|没有用|没帮助|没有帮助|无用)")
_CHOICE = re.compile(r"第?\s*([1-9一二三四五六七八九])\s*[个.、]?")
_MORE_EVENTS = re.compile(r"更多(?:活动)?|还有(?:别的|其他)?(?:活动)?[吗呢]?|后面的?")
_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"帮助|菜单|help|\?|使用说明|怎么用|功能"), wording.HELP),
    (
        re.compile(r"你好|您好|hi|hello|在吗|在么|有人吗|哈喽|嗨|早上好|下午好|晚上好"),
        wording.GREETING,
    ),
    (re.compile(r"谢谢(?:你|您|了)?|多谢|感谢|好的谢谢|ok|好的|知道了|明白了"), wording.THANKS),
    (re.compile(r"下一页"), wording.NO_MORE_PAGES),
    (_UNFOLLOW, wording.UNFOLLOW),
    (_STANCE, wording.NOTHING_ASKED),
    (re.compile(r"继续|答案\d+"), wording.NOTHING_OWED),
)
_OTHER_KINDS = {
    "voice": wording.VOICE,
    "image": wording.IMAGE,
    "video": wording.VIDEO,
    "shortvideo": wording.VIDEO,
    "location": wording.LOCATION,
    "link": wording.LINK,
}
_TURN_TAPPED = re.compile(r"turn-(\d{1,18})")


_Asked = tuple[str, tuple[Turn, ...], date, str]
"""Text, turns before it, day, mark of the catalogue."""


@dataclass(frozen=True, slots=True)
class Desk:
    """How people of the office take part; without one there is only the number to call.

    Attributes:
        handoffs: who owns which conversation.
        hours: when people answer; without any rule nobody says that it is too late.
        is_staffed: whether somebody answers at the desk at all, asked for every hand-off.
    """

    handoffs: Handoffs
    hours: Hours
    is_staffed: Callable[[], bool] = lambda: False


class Dialogue:
    """Decides what a message is and answers it."""

    def __init__(
        self, answerer: Answerer, conversations: Conversations, office: Office,
        clause_url: Callable[[int], str], today: Callable[[], date],
        *, reception: Receiving | None = None, desk: Desk | None = None,
        switches: Switches | None = None, catalogue: Catalogue | None = None,
        forget: Callable[[str], None] | None = None, tap: Tap = untapped,
        now: Callable[[], datetime] = lambda: datetime.now(CHINA),
        events: EventAnswerer | None = None, event_url: Callable[[int], str] = lambda _: "",
        signups: Signups | None = None, signing: SignUpTalk | None = None,
        walks: Walks | None = None,
    ) -> None:  # fmt: skip
        """Answer by these parts; those after the star are optional for a bare question and answer.

        Args:
            answerer: question -> Answer or Abstain.
            conversations: turns in SQL.
            office: who we are.
            clause_url: passage id -> address of its public page, "" when there is none.
            today: the policy day in China.
            reception: topics, scenes and halls of the office.
            desk: how people take part.
            switches: pause and notice.
            catalogue: tells when what was answered before has to be worked out again; without one
                nothing is answered from memory.
            forget: erases what else is known of a person who unsubscribes.
            tap: makes a line of a reply that sends a text when tapped; plain words without it.
            now: local time, for the office hours and for what is over.
            events: answers questions about events; without it the documents alone do.
            event_url: event id -> address of its public page, "" when there is none.
            signups, signing: sign-ups, and how they are made; without them none are taken.
            walks: asks what a person is entitled to, condition by condition.
        """
        self._events, self._event_url = events, event_url
        self._signups, self._signing = signups, signing
        self._answerer, self._conversations, self._office = answerer, conversations, office
        self._clause_url, self._today, self._now = clause_url, today, now
        self._reception: Receiving = reception or Reception()
        self._desk = desk
        self._switches, self._catalogue, self._tap = switches, catalogue, tap
        self._walks = walks
        self._forget = forget or conversations.forget
        self._known: Remembered[_Asked, Answer | Abstain] = Remembered(REMEMBERED_ANSWERS)

    def overhear(self, openid: str, text: str) -> str:
        """Keep what a person gives for a sign-up; returns what else may be kept of the text."""
        return self._signing.overhear(openid, text) if self._signing else text

    def respond(self, message: Message) -> Outcome:
        """The one reply to a message, recorded; every kind of message gets a sensible one."""
        outcome = self.unrecorded(message)
        if outcome.turn is None:
            return outcome
        turn_id = self._conversations.record(outcome.turn)
        return replace(outcome, tail=wording.numbered(outcome.tail, turn_id), turn=None)

    def unrecorded(self, message: Message) -> Outcome:
        """The one reply to a message, whose turn the caller records."""
        with one_mark():
            return self._reply(message)

    def _reply(self, message: Message) -> Outcome:
        if message.kind == "event" and message.event == "unsubscribe":
            self._forget(message.openid)
            return Outcome("")
        person = read_person(self._conversations.engine, message.openid)
        handoffs = self._desk.handoffs if self._desk and person.has_handoff else None
        if handoffs and handoffs.owner(message.openid) is Owner.PERSON:
            return self._with_person(message, handoffs)
        if self._switches and self._switches.get(PAUSED):
            silent = message.kind == "event" and message.event not in _HEARD_EVENTS
            return Outcome("" if silent else wording.addressed(wording.PAUSED, self._office))
        return self._noticed(message, person, self._respond(message, person))

    def _respond(self, message: Message, person: Person) -> Outcome:
        if message.kind == "event":
            return self._event(message, person)
        if message.kind == "voice" and message.text:
            found = self._text(message, person)
            heard = wording.HEARD.format(question=masked(message.text.strip())[:60])
            return replace(found, text=heard + found.text) if found.citations else found
        if message.kind == "text":
            return self._text(message, person)
        if message.kind == "image" and message.picture:
            return self._picture(message, person, message.picture)
        if message.kind == "location" and message.place:
            return self._nearest(message.place)
        fixed = _OTHER_KINDS.get(message.kind, wording.UNKNOWN)
        return Outcome(wording.addressed(fixed, self._office))

    def _noticed(self, message: Message, person: Person, outcome: Outcome) -> Outcome:
        """What waits to be told of sign-ups, and the operator's notice above a first reply."""
        if self._signups and person.has_notices and outcome.text:
            waiting = self._signups.notices(message.openid)
            text = "\n\n".join((*waiting, outcome.text))
            outcome = replace(outcome, text=text)
        notice = self._switches.get(NOTICE) if self._switches and outcome.text else ""
        said = len(person.turns) + (outcome.turn is not None)
        if not notice or (message.kind != "event" and said > 1):
            return outcome
        text = wording.NOTICE_HEAD.format(notice=notice) + outcome.text
        return replace(outcome, text=text)

    # -- events, pictures, places --------------------------------------------------------

    def _event(self, message: Message, person: Person) -> Outcome:
        if message.event in ("subscribe", "scan"):
            return self._welcome(message, person)
        if message.event == "click":
            if message.text:
                return self._text(message, person)
            return self._offer_topics(wording.addressed(wording.HELP, self._office))
        return Outcome("")

    def _welcome(self, message: Message, person: Person) -> Outcome:
        scene = message.key.removeprefix("qrscene_")
        question = self._reception.scenes.get(scene, "")
        if message.event == "scan":  # follows already
            if question:
                return self._text(replace(message, text=question), person)
            return self._offer_topics(wording.addressed(wording.HELP, self._office))
        welcome = wording.addressed(wording.WELCOME, self._office)
        if not question:
            return self._offer_topics(welcome)
        answered = self._text(replace(message, text=question), person)
        return replace(answered, text=f"{welcome}\n\n{answered.text}")

    def _offer_topics(self, text: str) -> Outcome:
        topics = self._reception.topics
        if not topics:
            return Outcome(text)
        lines = [f"{n}. {self._tap(t, t, f'topic-{n}')}" for n, t in enumerate(topics, 1)]
        return Outcome("\n".join((text + wording.TOPICS_HEAD, *lines)))

    def _picture(self, message: Message, person: Person, fetch: Callable[[], bytes]) -> Outcome:
        try:
            question = see(fetch)
        except CannotSee:
            return Outcome(wording.addressed(wording.IMAGE, self._office))
        found = self._text(replace(message, text=question), person)
        seen = wording.SEEN.format(question=masked(question))
        return replace(found, text=seen + found.text)

    def _nearest(self, place: tuple[float, float]) -> Outcome:
        nearest = self._reception.nearest(*place)
        if nearest is None:
            return Outcome(wording.addressed(wording.LOCATION, self._office))
        hall, metres = nearest
        return Outcome(wording.nearest_hall(hall, metres))

    # -- people of the office ------------------------------------------------------------

    def _with_person(self, message: Message, handoffs: Handoffs) -> Outcome:
        if message.kind == "event":
            if message.event != "click":
                return Outcome("")
            said = wording.MENU_TAPPED.format(key=message.text or message.key)
            handoffs.hear(message.openid, said)
            return Outcome(wording.HAND_OFF_OWNED)
        if message.kind == "text" and _LEAVE.fullmatch(_bare(message.text)):
            handoffs.leave(message.openid)
            return Outcome(wording.HAND_OFF_LEFT)
        if message.kind == "image":
            said = wording.SENT_PICTURE
        else:
            said = message.text or wording.SENT_OTHER.format(kind=message.kind)
        handoffs.hear(message.openid, said)
        return Outcome("")

    def _hand_off(self, openid: str) -> Outcome:
        desk = self._desk
        hours = desk.hours.described() if desk else ""
        if desk is None or not desk.is_staffed():
            text = wording.addressed(wording.HAND_OFF, self._office)
            return Outcome(text + (wording.HAND_OFF_HOURS.format(hours=hours) if hours else ""))
        place = desk.handoffs.ask(openid)
        first = wording.HAND_OFF_FIRST
        where = wording.HAND_OFF_PLACE.format(ahead=place.ahead) if place.ahead else first
        hotline = self._office.hotline
        if not place.is_new:
            return Outcome(wording.HAND_OFF_STILL.format(place=where, hotline=hotline))
        if hours and not desk.hours.open_at(self._now()):
            return Outcome(wording.HAND_OFF_CLOSED.format(hours=hours, hotline=hotline))
        return Outcome(wording.HAND_OFF_WAITING.format(place=where, hotline=hotline))

    # -- texts ---------------------------------------------------------------------------

    def _text(self, message: Message, person: Person) -> Outcome:
        heard = message.text.strip()
        text = masked(self.overhear(message.openid, heard))
        if not re.search(r"[\w]", text):
            return Outcome(wording.EMPTY)
        if len(text) > LONGEST:
            return Outcome(wording.TOO_LONG)
        # what a button, a line or a poster asks was written to be understood by itself
        is_whole = message.kind not in ("text", "voice") or bool(message.tapped)
        walks = self._walks if person.has_walk else None
        if walks and (reply := walks.hears(message.openid, text, message.tapped)):
            return self._walked(message.openid, text, reply)
        begun = self._sign_up_kept(person)
        command = self._command(message, person, text, begun)
        if command:
            return command
        asked = self._asked(person, text, is_whole=is_whole)
        return _with_tail(asked, begun) if asked.text else asked

    def _sign_up_kept(self, person: Person) -> str:
        """How to go on with a sign-up that was the last thing spoken of; "" without one."""
        signing, openid = self._signing, person.openid
        since = signing.since(openid) if signing and person.has_draft else None
        if signing is None or since is None or self._conversations.has_spoken(openid, since):
            return ""
        return signing.begun(openid, self._moment())

    # -- the walk through what somebody is entitled to -----------------------------------

    def _asked(self, person: Person, text: str, *, is_whole: bool) -> Outcome:
        """A question about one's own entitlement begins a walk; any other one is answered."""
        begun = self._walks.begins(person.openid, text, person.turns) if self._walks else None
        if begun:
            return self._walked(person.openid, text, begun)
        return self._with_walk_kept(person, self._question(person, text, is_whole=is_whole))

    def _walked(self, openid: str, text: str, reply: WalkReply) -> Outcome:
        outcome = Outcome(reply.text, reply.citations)
        return replace(outcome, turn=_turn(openid, text, outcome, reply.choices))

    def _with_walk_kept(self, person: Person, outcome: Outcome) -> Outcome:
        """An answer given in the middle of a walk tells how to go on with it."""
        walks = self._walks if person.has_walk and outcome.text else None
        return _with_tail(outcome, walks.pause(person.openid) if walks else "")

    def _signed(self, person: Person, text: str) -> Outcome | None:
        """The reply to what is about a sign-up; only what has choices is kept as a turn."""
        assert self._signing is not None  # the caller has looked
        said: Said | None = self._signing.reply(
            person.openid, text, _bare(text), self._moment(), person.turns,
            may_have_draft=person.has_draft,
        )  # fmt: skip
        if said is None:
            return None
        outcome = Outcome(said.text)
        turn = _turn(person.openid, text, outcome, said.choices) if said.choices else None
        return replace(outcome, turn=turn)

    def _command(self, message: Message, person: Person, text: str, begun: str) -> Outcome | None:
        """The reply to what is no question; None for a question.

        Args:
            begun: how to go on with a sign-up that was the last thing spoken of.
        """
        bare = _bare(text)
        if _HAND_OFF.fullmatch(bare):
            return _with_tail(self._hand_off(message.openid), begun)
        if _LEAVE.fullmatch(bare):
            left = self._desk is not None and self._desk.handoffs.leave(message.openid)
            return Outcome(wording.HAND_OFF_LEFT if left else wording.NO_HAND_OFF)
        if judgement := _JUDGEMENT.fullmatch(bare):
            return self._judged(message, helpful=bool(judgement[1]))
        if _MORE_EVENTS.fullmatch(bare):
            offered = self._conversations.choices(message.openid) or ()
            if offered and PAGED.fullmatch(offered[-1]):
                return self._question(person, offered[-1], is_whole=True)
        if choice := _CHOICE.fullmatch(bare):
            if begun and (said := self._signed(person, text)):
                return said  # the sign-up offered no numbers, and what did lies before it
            return self._chosen(person, choice[1])
        if self._signing and (said := self._signed(person, text)):
            return said
        if _QUIT.fullmatch(bare):
            left = self._desk is not None and self._desk.handoffs.leave(message.openid)
            return Outcome(wording.QUEUE_LEFT if left else wording.NOTHING_RUNNING)
        for pattern, reply in _COMMANDS:
            if pattern.fullmatch(bare):
                text = wording.addressed(reply, self._office)
                return self._offer_topics(text) if reply is wording.HELP else Outcome(text)
        return None

    def _judged(self, message: Message, helpful: bool) -> Outcome:
        tapped = _TURN_TAPPED.fullmatch(message.tapped)
        turn_id = int(tapped[1]) if tapped else None
        if not self._conversations.judge(message.openid, helpful, turn_id):
            return Outcome(wording.NOTHING_TO_JUDGE)
        thanks = wording.THANKS_HELPFUL if helpful else wording.THANKS_UNHELPFUL
        return Outcome(wording.addressed(thanks, self._office))

    def _chosen(self, person: Person, digit: str) -> Outcome:
        number = chinese_number(digit)
        offered = self._conversations.choices(person.openid)
        choices = self._reception.topics if offered is None else offered
        if number > len(choices):
            return Outcome(wording.NO_SUCH_CHOICE)
        chosen = choices[number - 1]
        if self._signing and (said := self._signed(person, chosen)):
            return said
        return self._asked(person, chosen, is_whole=True)

    def _question(self, person: Person, text: str, *, is_whole: bool) -> Outcome:
        """Answer a question; one that is ``is_whole`` does not lean on the turns before it."""
        history = () if is_whole else person.turns
        told = self._events.answer(text, self._moment(), history) if self._events else None
        found = told or self._found(text, history)
        if isinstance(found, Abstain) and self._events:
            # nothing on the day asked about: what comes next is some help
            told = self._events.instead(text, self._moment())
        choices: tuple[str, ...] = ()
        suggested: tuple[str, ...] = ()
        if told is not None:
            outcome, choices = self._told(told), told.choices
        elif isinstance(found, Abstain):
            outcome = self._abstained(found)
        else:
            assert isinstance(found, Answer)
            outcome, suggested = self._answered(found), found.next_questions
            outcome = self._due(text, outcome)
        turn = _turn(person.openid, text, outcome, choices or suggested)
        if outcome.abstained:
            return replace(outcome, turn=turn)
        tail = wording.tail(outcome.text, suggested, self._tap)
        return replace(outcome, tail=tail, turn=turn)

    def _due(self, text: str, outcome: Outcome) -> Outcome:
        """Whether there is still time, said before an answer to who asks for that."""
        last = self._events.due(text, outcome.citations, self._moment()) if self._events else None
        if last is None:
            return outcome
        happening, citation = last
        line = event_wording.due(happening, self._moment())
        # worked out from the clause, it stands beside it as the day a rule has lapsed does
        worked = replace(citation, text=f"{citation.text}\n{line}")
        others = tuple(c for c in outcome.citations if c.passage_id != citation.passage_id)
        at = next(
            (i for i, c in enumerate(outcome.citations) if c.passage_id == citation.passage_id), 1
        )
        cited = (*others[:at], worked, *others[at:])[:MOST_CITATIONS]
        return replace(outcome, text=f"{line}\n{outcome.text}", citations=cited)

    def _moment(self) -> datetime:
        return moment_of(self._today(), self._now())

    def _told(self, told: EventAnswer) -> Outcome:
        signing, now = self._signing, self._moment()
        offer = (lambda h: signing.offer(h, now)) if signing else (lambda _: "")
        text = event_wording.event_text(told, self._clause_url, self._event_url, offer)
        if told.instead:
            text += "\n" + event_wording.nothing_found(self._office)
            reason = Reason.NOT_YET_ANNOUNCED.value
            return Outcome(text, told.citations, abstained=True, reason=reason)
        return Outcome(text, told.citations)

    def _found(self, text: str, history: tuple[Turn, ...]) -> Answer | Abstain:
        """The answer; to what was asked before in such a conversation, from memory."""
        day = self._today()
        if self._catalogue is None:
            return self._answerer.answer(text, day, history)
        key = (text, history, day, self._catalogue.changed())
        return self._known.get(key, lambda: self._answerer.answer(text, day, history))

    def _abstained(self, found: Abstain) -> Outcome:
        papers = [h for h in found.near if h.source.reviewed is None]
        near = [h.source.title for h in papers[:2] if h.coverage > 0.15]
        text = wording.abstention(
            found.reason, self._office, [f"《{t}》" for t in near], found.place
        )
        return Outcome(text, abstained=True, reason=found.reason.value)

    def _answered(self, answer: Answer) -> Outcome:
        return Outcome(
            wording.answer_text(
                answer.parts, answer.beside, self._clause_url, answer.missed, self._office
            ),
            answer.citations,
        )


def moment_of(day: date, now: datetime) -> datetime:
    """Now in China, without zone; the start of a policy day that is not today."""
    here = now.astimezone(CHINA).replace(tzinfo=None)
    return here if here.date() == day else datetime.combine(day, time.min)


def _turn(openid: str, text: str, outcome: Outcome, choices: tuple[str, ...] = ()) -> NewTurn:
    """What is recorded of an answer."""
    return NewTurn(
        openid, text, outcome.text,
        documents=tuple(dict.fromkeys(c.document_id for c in outcome.citations)),
        passages=tuple(c.passage_id for c in outcome.citations),
        abstained=outcome.abstained, reason=outcome.reason, choices=choices,
    )  # fmt: skip


def _with_tail(outcome: Outcome, kept: str) -> Outcome:
    """An outcome with how to go on with something else below it, where there is room."""
    if not kept or len(f"{outcome.shown}\n\n{kept}".encode()) > wording.WECHAT_BYTES:
        return outcome
    return replace(outcome, tail=f"{outcome.tail}\n{kept}" if outcome.tail else kept)


_HEARD_EVENTS = ("subscribe", "scan", "click")


def _bare(text: str) -> str:
    return re.sub(r"[\s。！!.,，~～]+", "", normal(text))


def make_dialogue(
    engine: Engine, retriever: Retriever, today: Callable[[], date], office: Office,
    clause_url: Callable[[int], str], table: SynonymFinder | None = None,
    *, reception: Receiving | None = None, desk: Desk | None = None,
    switches: Switches | None = None, forget: Callable[[str], None] | None = None,
    tap: Tap = untapped, event_url: Callable[[int], str] = lambda _: "",
    signups: Signups | None = None, check_url: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(CHINA),
) -> Dialogue:  # fmt: skip
    """The dialogue over a retriever; the server and the evaluation use the very same.

    Args:
        clause_url: passage id -> address of its public page, "" when there is none.
        today: the policy day in China.
        table: everyday wordings; what ships and what the office added when None.
        reception, desk, switches, forget, tap, event_url, now: see Dialogue.
        signups: the sign-ups; some that keep what they have to tell for the next message when None.
        check_url: address of the page that asks what the walk asks, "" for none.
    """
    table = table or Synonyms(engine)
    answerer, catalogue = Answerer(retriever, table), Catalogue(engine)
    events = EventAnswerer(retriever.programme, wording.basis, retriever.as_meant)
    signups = signups or Signups(engine, now=lambda: moment_of(today(), now()))
    signing = SignUpTalk(signups, retriever.programme, events, office, event_url)
    walks = Walks(engine, Benefits(catalogue), table, today, clause_url, tap, check_url)
    return Dialogue(
        answerer, Conversations(engine), office, clause_url, today, reception=reception,
        desk=desk, switches=switches, catalogue=catalogue, forget=forget, tap=tap,
        events=events, event_url=event_url, signups=signups, signing=signing, walks=walks,
        now=now,
    )  # fmt: skip
