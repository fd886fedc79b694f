"""What staff did with a passage at the desk: opened it, copied a form of it, judged it as a hit.

Shown beside the passage, so that one sees what colleagues gave out. Records are erased by age, and
hold the question only where a hit was judged, its numbers masked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from bot.privacy import masked
from database import aware, metadata, writing

passage_uses = Table(
    "passage_uses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("passage_id", ForeignKey("passages.id"), nullable=False),
    Column("user", String(40), nullable=False),
    Column("form", String(12), nullable=False),  # see FORMS
    Column("question", Text, nullable=False),  # for a judged hit; "" otherwise
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_passage_uses_passage_id_at", "passage_id", "at"),
    Index("ix_passage_uses_at", "at"),
)

FORMS = {
    "opened": "打开",
    "spoken": "复制口播稿",
    "message": "复制微信文本",
    "basis": "复制依据",
    "text": "复制原文和依据",
    "sent": "发给咨询人",
    "good": "标为合适",
    "bad": "标为不合适",
}
"""What was done, by the word that staff read."""
JUDGEMENTS = ("good", "bad")

KEPT = timedelta(days=180)
RECENT = 8
"""Uses shown beside a passage."""


@dataclass(frozen=True, slots=True)
class Use:
    """Who did what with a passage, and when (UTC)."""

    user: str
    done: str
    at: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class Uses:
    """The uses of passages in SQL. Methods may raise SQLAlchemyError."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self._engine, self._now = engine, now

    def record(self, passage_id: int, user: str, form: str, question: str = "") -> None:
        """Note a use; what is older than KEPT goes.

        Raises:
            ValueError: there is no such form.
            IntegrityError: there is no such passage.
        """
        if form not in FORMS:
            raise ValueError(f"no form {form!r}")
        now = self._now()
        asked = masked(question) if form in JUDGEMENTS else ""
        row = passage_uses.c
        with writing(self._engine) as connection:
            connection.execute(delete(passage_uses).where(row.at < now - KEPT))
            connection.execute(
                insert(passage_uses).values(
                    passage_id=passage_id, user=user[:40], form=form, question=asked, at=now
                )
            )

    def counted(self, since: datetime) -> Counter[int]:
        """How often each passage was opened or given out since then; judging it is no use."""
        use = passage_uses.c
        query = (
            select(use.passage_id, func.count())
            .where(use.at >= since, use.form.not_in(JUDGEMENTS))
            .group_by(use.passage_id)
        )
        with self._engine.connect() as connection:
            return Counter({row[0]: row[1] for row in connection.execute(query)})

    def recent(self, passage_id: int) -> list[Use]:
        """The newest uses of a passage, newest first, each person's of one kind once."""
        row = passage_uses.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(row.user, row.form, row.at)
                .where(row.passage_id == passage_id)
                .order_by(row.id.desc())
                .limit(20 * RECENT)
            ).all()
        newest: dict[tuple[str, str], datetime] = {}
        for user, form, at in rows:
            newest.setdefault((user, form), aware(at))
        return [Use(user, FORMS[form], at) for (user, form), at in newest.items()][:RECENT]
