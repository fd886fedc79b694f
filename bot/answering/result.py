"""What answering comes to: an Answer with citations, or an Abstain with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.answering.disagreement import Disagreement
from bot.answering.ruling import Verdict
from knowledge.documents import Hit, Overtaken

ROOM = 480
"""Characters of policy text in one reply; with basis lines it stays under 600 and 2,048 bytes."""
ROOM_FOR_BASIS = 60
"""Of a part's room, what its basis line takes."""
ROOM_FOR_PASSAGE = ROOM - ROOM_FOR_BASIS


class Reason(StrEnum):
    """Why the bot does not answer from the documents."""

    NO_PASSAGE = "no_passage"
    OTHER_PLACE = "other_place"
    OTHER_LEVEL = "other_level"
    NOT_YET_ANNOUNCED = "not_yet_announced"
    PERSONAL_STATUS = "personal_status"
    AT_THE_MOMENT = "at_the_moment"
    PRIVATE_DATA = "private_data"
    INJECTION = "injection"
    FRAUD = "fraud"
    ABUSE = "abuse"
    OFF_TOPIC = "off_topic"
    UNFAITHFUL = "unfaithful"


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage an answer rests on."""

    passage_id: int
    document_id: int
    document: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Part:
    """The answer to one question of a message.

    Attributes:
        question: the words it answers.
        body: the policy's own words.
        basis: where they stand.
        passage_id: the page to open.
        lead: the yes or no that the clause gives, None when it leaves doubt.
        note: a caveat such as "speech, not a basis", or "".
        lapsed: why the source is no longer in force, "" while it is.
        overtaken: what has become of the event it tells of, None while that stands.
        window: whether what it says is taken in today, "" where that is not asked.
        past: the day of an event that it names and that is over, None for any other words.
        reply_to: the question that the body is a reply to, where it only comes near the one asked.
        disagreement: that another paper in force gives another figure, and why; else None.
    """

    question: str
    body: str
    basis: str
    passage_id: int
    note: str = ""
    lead: Verdict | None = None
    lapsed: str = ""
    overtaken: Overtaken | None = None
    window: str = ""
    past: date | None = None
    reply_to: str = ""
    disagreement: Disagreement | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say, one part for each question, with everything it rests on.

    Attributes:
        parts: the answers, in the order of the questions.
        beside: further passages that bear on them.
        citations: what all of it rests on, best first.
        missed: questions of the message that the documents do not answer.
        next_questions: up to three questions that the clauses around the first answer answer.
    """

    parts: tuple[Part, ...]
    beside: tuple[Part, ...]
    citations: tuple[Citation, ...]
    missed: tuple[str, ...] = ()
    next_questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Abstain:
    """No supported answer.

    Attributes:
        reason: why.
        place: the other place or level asked about; "" otherwise.
        near: hits that were found but do not support an answer, for staff.
    """

    reason: Reason
    place: str = ""
    near: tuple[Hit, ...] = ()
