"""All that is kept of a person, read by one statement before their message is answered.

A message may be a step of a walk or of a sign-up, be meant for a person of the office, or lean on
what was said before. Each part of the bot keeps its own, and of most people most of it is not
there: what this finds missing is asked for no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import BindParameter, Engine, and_, bindparam, exists, select

from bot.answering.understanding import Turn
from bot.conversations import MEMORY, REMEMBERED, turns
from bot.handoff import handoffs
from bot.signups import signup_drafts, signups
from bot.walks import walks


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


_WHO: BindParameter[str] = bindparam("openid")
_FLAGS = select(
    exists().where(handoffs.c.openid == _WHO, handoffs.c.closed_at.is_(None)).label("handoff"),
    exists().where(walks.c.openid == _WHO).label("walk"),
    exists().where(signup_drafts.c.openid == _WHO).label("draft"),
    exists().where(signups.c.openid == _WHO, signups.c.notice != "").label("notices"),
).subquery()
_READ = (
    select(_FLAGS, turns.c.asked, turns.c.documents)
    .select_from(_FLAGS)
    .outerjoin(turns, and_(turns.c.openid == _WHO, turns.c.at >= bindparam("since")))
    .order_by(turns.c.id.desc())
    .limit(REMEMBERED)
)


def read_person(engine: Engine, openid: str) -> Person:
    """What is kept of somebody now; a Person without anything for who is not known."""
    with engine.connect() as connection:
        rows = connection.execute(
            _READ, {"openid": openid, "since": datetime.now(UTC) - MEMORY}
        ).all()
    handoff, walk, draft, notices, *_ = rows[0]
    said = [Turn(r.asked, tuple(r.documents)) for r in reversed(rows) if r.asked is not None]
    return Person(openid, tuple(said), bool(handoff), bool(walk), bool(draft), bool(notices))
