"""All that is kept of a person, read by one statement before their message is answered.

A message may be a step of a walk or of a sign-up, be meant for a person of the office, or lean on
what was said before. Each part of the bot keeps its own, and of most people most of it is not
there: what this finds missing is asked for no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from bot.answering.understanding import Turn
from bot.conversations import MEMORY, REMEMBERED
from database import reading_directly
from knowledge.mark import READ, hold_mark


@dataclass(frozen=True, slots=True)
class Person:
    """Whose message is answered.

    Attributes:
        openid: who; personal data.
        turns: the turns of the running conversation, oldest first, `REMEMBERED` at most.
        has_handoff: a person of the office was asked for or answers.
        has_walk: a walk through conditions was begun; it may be over by now.
        has_draft: a sign-up was begun; it may be over by now.
        has_notices: something of a sign-up is to be told.
    """

    openid: str
    turns: tuple[Turn, ...] = ()
    has_handoff: bool = False
    has_walk: bool = False
    has_draft: bool = False
    has_notices: bool = False


_READ = f"""
    SELECT kept.*, turns.asked, turns.documents
    FROM (
        SELECT
            ({READ}),
            EXISTS (SELECT 1 FROM handoffs WHERE openid = :openid AND closed_at IS NULL),
            EXISTS (SELECT 1 FROM walks WHERE openid = :openid),
            EXISTS (SELECT 1 FROM signup_drafts WHERE openid = :openid),
            EXISTS (SELECT 1 FROM signups WHERE openid = :openid AND notice <> '')
    ) kept
    LEFT JOIN turns ON turns.openid = :openid AND turns.at >= :since
    ORDER BY turns.id DESC LIMIT :most
"""


def read_person(engine: Engine, openid: str) -> Person:
    """What is kept of somebody now; a Person without anything for who is not known.

    The mark of what is published comes with it, for the answer (`knowledge.mark.one_mark`).
    """
    with reading_directly(engine) as connection:
        since = connection.moment(datetime.now(UTC) - MEMORY)
        rows = connection.rows(_READ, {"openid": openid, "since": since, "most": REMEMBERED})
        said = [
            Turn(asked, tuple(connection.read(documents)))
            for *_, asked, documents in reversed(rows)
            if asked is not None
        ]
    mark, handoff, walk, draft, notices, *_ = rows[0]
    hold_mark(engine, mark)
    return Person(openid, tuple(said), bool(handoff), bool(walk), bool(draft), bool(notices))
