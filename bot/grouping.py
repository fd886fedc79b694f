"""New questions without an answer join the group of questions they are most like, or begin one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.alike import COMPARED, Asked, Members, Words, place, words_of
from bot.conversations import turns
from bot.unanswered import GAPS, GroupState, askings, question_groups
from database import writing
from knowledge.embedding import Embedder
from knowledge.lexicon import SynonymFinder
from knowledge.retriever import Retriever

AT_ONCE = 300
"""Questions put into groups by one look at the page; the next look goes on."""
WORDS_KEPT = 5000
"""Questions whose words are kept in memory."""


class Grouping:
    """Puts new questions into their groups."""

    def __init__(
        self, engine: Engine, encoder: Embedder, retriever: Retriever, table: SynonymFinder,
        today: Callable[[], date],
    ) -> None:  # fmt: skip
        self._engine, self._encoder, self._retriever = engine, encoder, retriever
        self._table, self._today = table, today
        self._words: dict[str, Words] = {}
        self._lock = threading.Lock()

    def group_new(self) -> int:
        """Put what was asked since into groups, at most AT_ONCE questions; returns how many.

        Of two processes that do so at once one gives way: the next call finds what is left.
        """
        with self._lock:
            fresh = self._fresh()
            self._drop_empty()
            if not fresh:
                return 0
            vectors = self._encoder.encode([row["text"] for row in fresh])
            groups = self._members()
            placed: list[tuple[Any, NDArray[np.float32], Members]] = []
            for row, vector in zip(fresh, vectors, strict=True):
                asked = Asked(row["text"], vector, self._words_of(row["text"]))
                group = place(asked, groups)
                if group is None:
                    groups.append(group := Members(0))
                group.newest = [asked, *group.newest][:COMPARED]
                placed.append((row, vector, group))
            try:
                return self._store(placed)
            except IntegrityError:  # a turn was erased meanwhile
                return 0

    def waiting(self) -> int:
        """How many questions are in no group yet, AT_ONCE at most."""
        return len(self._fresh())

    def _fresh(self) -> list[dict[str, Any]]:
        """Questions of no group yet, oldest first: (asking id, turn id, text, at)."""
        gap = turns.c.abstained & turns.c.reason.in_([r.value for r in GAPS])
        with self._engine.connect() as connection:
            said = connection.execute(
                select(turns.c.id, turns.c.asked, turns.c.at)
                .outerjoin(askings, askings.c.turn_id == turns.c.id)
                .where(askings.c.id.is_(None), or_(gap, turns.c.helpful.is_(False)))
                .order_by(turns.c.id)
                .limit(AT_ONCE)
            ).all()
            noted = connection.execute(
                select(askings.c.id, askings.c.question, askings.c.at)
                .where(askings.c.group_id.is_(None))
                .order_by(askings.c.id)
                .limit(AT_ONCE)
            ).all()
        return [
            *({"asking": None, "turn": r.id, "text": r.asked, "at": r.at} for r in said),
            *({"asking": r.id, "turn": None, "text": r.question, "at": r.at} for r in noted),
        ][:AT_ONCE]  # fmt: skip

    def _members(self) -> list[Members]:
        """The groups with their newest questions."""
        text = func.coalesce(turns.c.asked, askings.c.question).label("text")
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(askings.c.id, askings.c.group_id, askings.c.vector, askings.c.model, text)
                .outerjoin(turns, turns.c.id == askings.c.turn_id)
                .where(askings.c.group_id.is_not(None))
                .order_by(askings.c.id.desc())
            ).all()
        counted: Counter[int] = Counter()
        newest = []
        for r in rows:
            counted[r.group_id] += 1
            if counted[r.group_id] <= COMPARED:
                newest.append(r)
        strange = [r for r in newest if r.model != self._encoder.name]
        made = {}
        if strange:  # the model was changed
            again = self._encoder.encode([r.text for r in strange])
            made = dict(zip((r.id for r in strange), again, strict=True))
        found: dict[int, Members] = {}
        for r in newest:
            vector = made.get(r.id)
            if vector is None:
                vector = np.frombuffer(r.vector, np.float32)
            group = found.setdefault(r.group_id, Members(r.group_id))
            group.newest.append(Asked(r.text, vector, self._words_of(r.text)))
        return list(found.values())

    def _words_of(self, text: str) -> Words:
        known = self._words.get(text)
        if known is None:
            if len(self._words) >= WORDS_KEPT:
                self._words.clear()
            known = words_of(text, self._retriever, self._table, self._today())
            self._words[text] = known
        return known

    def _store(self, placed: Sequence[tuple[Any, NDArray[np.float32], Members]]) -> int:
        turn_ids = [row["turn"] for row, _, _ in placed if row["turn"] is not None]
        noted = [row["asking"] for row, _, _ in placed if row["asking"] is not None]
        model = self._encoder.name
        with writing(self._engine) as connection:
            taken = select(func.count()).where(
                or_(
                    askings.c.turn_id.in_(turn_ids),
                    askings.c.id.in_(noted) & askings.c.group_id.is_not(None),
                )
            )
            if connection.execute(taken).scalar_one():
                return 0  # another process was quicker
            for row, vector, group in placed:
                if not group.id:
                    made = connection.execute(
                        insert(question_groups).values(
                            state=GroupState.OPEN.value, note="", decided_by="",
                            created_at=datetime.now(UTC),
                        )
                    )  # fmt: skip
                    group.id = int(made.inserted_primary_key[0])  # type: ignore[index]
                values = {
                    "group_id": group.id, "vector": np.asarray(vector, np.float32).tobytes(),
                    "model": model,
                }  # fmt: skip
                if row["asking"] is not None:
                    connection.execute(
                        update(askings).where(askings.c.id == row["asking"]).values(values)
                    )
                else:
                    connection.execute(
                        insert(askings).values(
                            **values, turn_id=row["turn"], question="", note="", staff="",
                            at=row["at"],
                        )
                    )  # fmt: skip
        return len(placed)

    def _drop_empty(self) -> None:
        """Forget groups that nothing was decided on and whose questions were erased."""
        used = select(askings.c.group_id).where(askings.c.group_id.is_not(None))
        empty = question_groups.c.id.not_in(used) & (
            question_groups.c.state == GroupState.OPEN.value
        )
        with self._engine.connect() as connection:
            any_empty = connection.execute(select(question_groups.c.id).where(empty)).first()
        if any_empty:
            with writing(self._engine) as connection:
                connection.execute(delete(question_groups).where(empty))
