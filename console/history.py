"""The versions of a passage's document and what changed in the passage from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from console.standing import Standing, standing
from knowledge.catalogue import Catalogue
from knowledge.diff import ClauseChange, compare
from knowledge.documents import UNPUBLISHED, Version, VersionStatus

MOST_CHANGES = 30
"""Changes of the whole document that are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One text of the document that was once published.

    Attributes:
        name: the day from which it holds.
        passage_id: a passage of it to open, 0 when it has none.
        is_shown: the passage asked about stands in it.
    """

    name: str
    standing: Standing
    passage_id: int
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What changed between two editions that follow one another.

    Attributes:
        older, newer: their names, by the day from which they hold.
        here: changes of the passage asked about.
        elsewhere: the first MOST_CHANGES other ones; ``count`` of all.
    """

    older: str
    newer: str
    here: tuple[ClauseChange, ...]
    elsewhere: tuple[ClauseChange, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Past:
    """The history of a passage.

    Attributes:
        editions: newest first.
        steps: from the edition before the passage's own to it, and from it to the one behind.
        replaced: (title, sentence that says so, passage to open) of documents that this one ends.
        replaced_by: of documents that end this one.
        prolonged, prolonged_by: of documents whose last day this one moves, and that move its own.
    """

    editions: tuple[Edition, ...]
    steps: tuple[Step, ...]
    replaced: tuple[tuple[str, str, int], ...]
    replaced_by: tuple[tuple[str, str, int], ...]
    prolonged: tuple[tuple[str, str, int], ...] = ()
    prolonged_by: tuple[tuple[str, str, int], ...] = ()


class History:
    """Reads what was published before and after. Methods may raise SQLAlchemyError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, passage_id: int, day: date) -> Past | None:
        """The history of a passage; None unless its text is or was published."""
        catalogue = self._catalogue
        version = catalogue.version_of(passage_id)
        if version is None or version.status in UNPUBLISHED:
            return None
        versions = [
            v for v in catalogue.versions(version.document_id) if v.status not in UNPUBLISHED
        ]
        sources = catalogue.sources()
        newest_live = any(v.status is VersionStatus.PUBLISHED for v in versions)
        editions = tuple(
            Edition(
                _name(v),
                standing(v, sources.get(v.id), newest_live and v.id not in sources, day),
                self._opening(v.id),
                v.id == version.id,
            )
            for v in versions
        )
        place = next(i for i, v in enumerate(versions) if v.id == version.id)
        own = set(self._own_texts(version.id, passage_id))
        pairs = [(i + 1, i) for i in (place, place - 1) if i >= 0 and i + 1 < len(versions)]
        steps = tuple(self._step(versions[old], versions[new], own) for old, new in pairs)
        ends = catalogue.supersessions()
        moves = [p for p in catalogue.prolongations() if p.holds]
        mine = version.document_id
        return Past(
            editions,
            steps,
            self._others((s.older, s.line) for s in ends if s.newer.document_id == mine),
            self._others((s.newer, s.line) for s in ends if s.older.document_id == mine),
            self._others((p.older, p.line) for p in moves if p.newer.document_id == mine),
            self._others((p.newer, p.line) for p in moves if p.older.document_id == mine),
        )

    def _others(self, found: Iterable[tuple[Version, str]]) -> tuple[tuple[str, str, int], ...]:
        """(title, line that says so, first passage) of other papers."""
        return tuple((v.facts.title, line, self._opening(v.id)) for v, line in found)

    def _own_texts(self, version_id: int, passage_id: int) -> list[str]:
        stored = self._catalogue.passages([passage_id])[passage_id]
        wanted = set(stored.passage.clauses)
        return [c.text for c in self._catalogue.clauses(version_id) if c.ordinal in wanted]

    def _step(self, older: Version, newer: Version, own: set[str]) -> Step:
        changes = compare(self._catalogue.clauses(older.id), self._catalogue.clauses(newer.id))
        here = tuple(c for c in changes if c.old in own or c.new in own)
        rest = [c for c in changes if c not in here]
        return Step(_name(older), _name(newer), here, tuple(rest[:MOST_CHANGES]), len(changes))

    def _opening(self, version_id: int) -> int:
        passages = self._catalogue.passages_of(version_id)
        return passages[0].id if passages else 0


def _name(version: Version) -> str:
    fact = version.facts.effective or version.facts.issued
    return f"{fact.value}版" if fact else f"{version.created_at:%Y-%m-%d}收录的版本"
