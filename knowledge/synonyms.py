"""The synonyms in use: the table that ships and the groups an office adds, as one.

An office's group stands in SQL. One that names the very wordings of a shipped line takes that
line's place, so that a shipped line can be switched off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from database import aware, metadata
from knowledge.lexicon import SYNONYMS, Synonym, SynonymTable, normal, read_groups
from knowledge.lifecycle import touch
from knowledge.mark import current_mark

synonym_groups = Table(
    "synonym_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("formal", JSON, nullable=False),  # wordings of policies
    Column("typed", JSON, nullable=False),  # wordings of everyday
    Column("active", Boolean, nullable=False),
    Column("author", String(40), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
)

LONGEST_WORDING = 20
"""Characters; longer ones are sentences, and a sentence is hardly ever typed twice."""
MOST_WORDINGS = 30

_WORDING = re.compile(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff·.\-+]*")


class BadGroup(ValueError):
    """Wordings that make no group; the message says which and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Wordings that mean the same.

    Attributes:
        id: of the office's group; 0 for a line that ships.
        formal: wordings of policies; what is typed is searched as these too.
        typed: wordings of everyday.
        author: who added it; "" for a line that ships.
    """

    id: int
    formal: tuple[str, ...]
    typed: tuple[str, ...]
    active: bool = True
    author: str = ""
    added_at: datetime | None = None

    @property
    def wordings(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(formal, typed), by which two groups are the same."""
        return self.formal, self.typed


class Synonyms:
    """The synonyms in use, with ``find`` as a SynonymTable has it.

    Follows changes without restart in every process: it looks at the catalogue's mark, which
    every change sets anew. Safe to use from several threads.
    """

    def __init__(
        self, engine: Engine, shipped: Path = SYNONYMS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._engine, self._now = engine, now
        self._shipped = [
            SynonymGroup(0, tuple(formal), tuple(typed)) for formal, typed in read_groups(shipped)
        ]
        self._made: tuple[str, SynonymTable] | None = None

    def find(
        self, text: str, speaks_of: Callable[[str], bool] | None = None
    ) -> list[tuple[int, int, list[Synonym]]]:
        """As SynonymTable.find, with the table as it is now."""
        return self.current().find(text, speaks_of)

    def current(self) -> SynonymTable:
        """The table in use now."""
        kept = self._made
        mark = current_mark(self._engine, kept[0] if kept else "")
        if kept and kept[0] == mark:
            return kept[1]
        made = self.table()
        self._made = (mark, made)
        return made

    def table(
        self, plus: Iterable[SynonymGroup] = (), minus: Iterable[SynonymGroup] = ()
    ) -> SynonymTable:
        """A table as it would be with further groups and without some, to try it."""
        gone = {g.wordings for g in minus}
        used = [g for g in (*self.shipped(), *self.groups()) if g.active]
        kept = [g.wordings for g in used if g.wordings not in gone]
        return SynonymTable([*kept, *(g.wordings for g in plus)])

    def groups(self) -> list[SynonymGroup]:
        """The office's own groups, newest first."""
        query = select(synonym_groups).order_by(synonym_groups.c.id.desc())
        with self._engine.connect() as connection:
            return [_group(row) for row in connection.execute(query).mappings()]

    def shipped(self) -> list[SynonymGroup]:
        """The lines that ship and that no group of the office's takes the place of."""
        replaced = {g.wordings for g in self.groups()}
        return [g for g in self._shipped if g.wordings not in replaced]

    def checked(self, formal: Sequence[str], typed: Sequence[str]) -> SynonymGroup:
        """A group of these wordings, not saved yet.

        Raises:
            BadGroup: a wording cannot be one, or there are none.
        """
        formal, typed = _distinct(formal), _distinct(typed)
        if not formal or not typed:
            raise BadGroup("政策用语和口语说法都要填写，至少各一个")
        if len(formal) + len(typed) > MOST_WORDINGS:
            raise BadGroup(f"一组最多{MOST_WORDINGS}个说法，请分成几组")
        for wording in (*formal, *typed):
            if len(wording) > LONGEST_WORDING:
                raise BadGroup(f"“{wording[:30]}”太长，每个说法最多{LONGEST_WORDING}个字")
            if not _WORDING.fullmatch(wording):
                raise BadGroup(f"“{wording}”里有不能用的符号，说法之间请用逗号或换行隔开")
        return SynonymGroup(0, formal, typed)

    def add(self, formal: Sequence[str], typed: Sequence[str], author: str) -> SynonymGroup:
        """Use a further group from now on.

        Raises:
            BadGroup: see ``checked``; or the same group is there already.
        """
        group = self.checked(formal, typed)
        if any(g.wordings == group.wordings for g in (*self.groups(), *self._shipped)):
            raise BadGroup("已有完全相同的一组")
        return self._insert(group, author)

    def switch_off_shipped(self, formal: Sequence[str], typed: Sequence[str], author: str) -> None:
        """Use a shipped line no more.

        Raises:
            BadGroup: no line that ships has these wordings.
        """
        wordings = (tuple(formal), tuple(typed))
        line = next((g for g in self.shipped() if g.wordings == wordings), None)
        if line is None:
            raise BadGroup("自带词表里没有这一组")
        self._insert(SynonymGroup(0, line.formal, line.typed, active=False), author)

    def _insert(self, group: SynonymGroup, author: str) -> SynonymGroup:
        values = {
            "formal": list(group.formal), "typed": list(group.typed), "active": group.active,
            "author": author, "added_at": self._now(),
        }  # fmt: skip
        with self._engine.begin() as connection:
            made = connection.execute(insert(synonym_groups).values(values))
            touch(connection)
        made_id = int(made.inserted_primary_key[0])  # type: ignore[index]
        return SynonymGroup(
            made_id, group.formal, group.typed, group.active, author, values["added_at"]  # type: ignore[arg-type]
        )  # fmt: skip

    def set_active(self, group_id: int, active: bool) -> SynonymGroup:
        """Switch a group of the office's on or off; KeyError when there is none of this id."""
        group = self._of(group_id)
        with self._engine.begin() as connection:
            connection.execute(
                update(synonym_groups).where(synonym_groups.c.id == group_id).values(active=active)
            )
            touch(connection)
        return group

    def remove(self, group_id: int) -> SynonymGroup:
        """Delete a group of the office's; KeyError when there is none of this id."""
        group = self._of(group_id)
        with self._engine.begin() as connection:
            connection.execute(delete(synonym_groups).where(synonym_groups.c.id == group_id))
            touch(connection)
        return group

    def _of(self, group_id: int) -> SynonymGroup:
        found = next((g for g in self.groups() if g.id == group_id), None)
        if found is None:
            raise KeyError(group_id)
        return found


def _distinct(wordings: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for wording in wordings:
        if kept := wording.strip():
            found.setdefault(normal(kept), kept)
    return tuple(found.values())


def _group(row: Any) -> SynonymGroup:
    return SynonymGroup(
        row["id"], tuple(row["formal"]), tuple(row["typed"]), row["active"], row["author"],
        aware(row["added_at"]),
    )  # fmt: skip
