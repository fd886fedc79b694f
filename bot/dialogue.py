"""One message -> one outcome: a command, an event, a question. Knows no WeChat and no XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from bot import wording
from bot.answering.answer import Answerer
from bot.answering.result import Abstain, Answer, Citation
from bot.conversations import Conversations
from bot.privacy import masked
from bot.wording import Office
from knowledge.lexicon import SynonymTable, normal
from knowledge.retriever import Retriever

LONGEST = 1500
"""Characters of a question that are read; a longer message is asked to be split."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person did: typed a text, sent something else, or triggered an event.

    Attributes:
        openid: who; personal data.
        kind: text, image, voice, video, shortvideo, location, link, event or unknown.
        text: typed text, or the speech platform's transcript of a voice message.
        event: lower-case event name for kind event.
        key: the event's key: a menu key or QR scene.
    """

    openid: str
    kind: str
    text: str = ""
    event: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the person is told.

    Attributes:
        text: the reply, links as ``<a href>``; "" for silence.
        citations: what it rests on, best first.
        abstained: no supported answer was found, or the question was declined.
        reason: why, for staff; "" for an answer.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    reason: str = ""


_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:转|找|要|接)?\s*人工(?:服务|客服|坐席)?|客服|转人工.{0,6}"), wording.HAND_OFF),
    (re.compile(r"帮助|菜单|help|\?|使用说明|怎么用|功能"), wording.HELP),
    (
        re.compile(r"你好|您好|hi|hello|在吗|在么|有人吗|哈喽|嗨|早上好|下午好|晚上好"),
        wording.GREETING,
    ),
    (re.compile(r"谢谢(?:你|您|了)?|多谢|感谢|好的谢谢|ok|好的|知道了|明白了"), wording.THANKS),
)
_OTHER_KINDS = {
    "voice": wording.VOICE,
    "image": wording.IMAGE,
    "video": wording.VIDEO,
    "shortvideo": wording.VIDEO,
    "location": wording.LOCATION,
    "link": wording.LINK,
}


class Dialogue:
    """Decides what a message is and answers it."""

    def __init__(
        self, answerer: Answerer, conversations: Conversations, office: Office,
        clause_url: Callable[[int], str], today: Callable[[], date],
    ) -> None:  # fmt: skip
        self._answerer, self._conversations, self._office = answerer, conversations, office
        self._clause_url, self._today = clause_url, today

    def respond(self, message: Message) -> Outcome:
        """The one reply to a message; every kind of message gets a sensible one."""
        if message.kind == "event":
            return self._event(message)
        if message.kind == "text" or (message.kind == "voice" and message.text):
            return self._text(message)
        fixed = _OTHER_KINDS.get(message.kind, wording.UNKNOWN)
        return Outcome(wording.addressed(fixed, self._office))

    def _event(self, message: Message) -> Outcome:
        if message.event in ("subscribe", "subscribe_scan"):
            return Outcome(wording.addressed(wording.WELCOME, self._office))
        if message.event == "unsubscribe":
            self._conversations.forget(message.openid)
            return Outcome("")
        if message.event in ("click", "scan"):
            return Outcome(wording.addressed(wording.HELP, self._office))
        return Outcome("")

    def _text(self, message: Message) -> Outcome:
        text = masked(message.text.strip())
        if not re.search(r"[\w]", text):
            return Outcome(wording.EMPTY)
        if len(text) > LONGEST:
            return Outcome(wording.TOO_LONG)
        bare = re.sub(r"[\s。！!.,，~～]+", "", normal(text))
        for pattern, reply in _COMMANDS:
            if pattern.fullmatch(bare):
                return Outcome(wording.addressed(reply, self._office))
        history = self._conversations.recall(message.openid)
        found = self._answerer.answer(text, self._today(), history)
        outcome = self._abstained(found) if isinstance(found, Abstain) else self._answered(found)
        self._conversations.record(
            message.openid,
            text,
            outcome.text,
            documents=tuple(dict.fromkeys(c.document_id for c in outcome.citations)),
            passages=tuple(c.passage_id for c in outcome.citations),
            abstained=outcome.abstained,
            reason=outcome.reason,
        )
        return outcome

    def _abstained(self, found: Abstain) -> Outcome:
        near = [h.source.title for h in found.near[:2] if h.coverage > 0.15]
        text = wording.abstention(
            found.reason, self._office, [f"《{t}》" for t in near], found.place
        )
        return Outcome(text, abstained=True, reason=found.reason.value)

    def _answered(self, answer: Answer) -> Outcome:
        return Outcome(
            wording.answer_text(answer.parts, answer.beside, self._clause_url, answer.missed),
            answer.citations,
        )


def make_dialogue(
    engine: Engine, retriever: Retriever, today: Callable[[], date], office: Office,
    clause_url: Callable[[int], str], table: SynonymTable | None = None,
) -> Dialogue:  # fmt: skip
    """The dialogue over a retriever; the server and the evaluation use the very same.

    Args:
        clause_url: passage id -> address of its public page, "" when there is none.
        today: the policy day in China.
        table: everyday wordings; the one that ships when None.
    """
    answerer = Answerer(retriever, table or SynonymTable.load())
    return Dialogue(answerer, Conversations(engine), office, clause_url, today)
