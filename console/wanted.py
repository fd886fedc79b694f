"""What the look-up form asks for, read from an address and made harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from knowledge.documents import DocumentKind

LONGEST_QUESTION = 200
"""Characters searched for; a caller's question is far shorter, a pasted page is cut."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Days outside are slips of the keyboard; date arithmetic on year 1 or 9999 would fail."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What the published documents may be narrowed by.

    Attributes:
        topics: what they are about, the most frequent first.
        levels: of whose making they are, from the highest down.
    """

    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A look-up.

    Attributes:
        question: as typed, at most LONGEST_QUESTION characters, no control characters.
        day: documents in force on this day are found.
        with_lapsed: also those that were no longer in force by then.
        kinds, topics, levels: only these; empty for all.
        passage_id: the row picked without script; 0 for none.
    """

    question: str
    day: date
    with_lapsed: bool = False
    kinds: frozenset[DocumentKind] = frozenset()
    topics: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    passage_id: int = 0

    @classmethod
    def from_arguments(
        cls, arguments: MultiDict[str, str], today: date, facets: Facets = Facets()
    ) -> Wanted:
        """Read a query string; whatever makes no sense counts as not given."""
        typed = "".join(c if c.isprintable() else " " for c in arguments.get("q", ""))
        named = set(arguments.getlist("kind"))
        picked = arguments.get("pick", "")
        return cls(
            question=typed[:LONGEST_QUESTION].strip(),
            day=_day(arguments.get("day", ""), today),
            with_lapsed=arguments.get("lapsed") == "1",
            kinds=frozenset(k for k in DocumentKind if k.value in named),
            topics=frozenset(arguments.getlist("topic")) & set(facets.topics),
            levels=frozenset(arguments.getlist("level")) & set(facets.levels),
            passage_id=int(picked) if re.fullmatch(r"[0-9]{1,9}", picked) else 0,
        )

    @property
    def is_narrowed(self) -> bool:
        """Only some of the documents are wanted."""
        return bool(self.kinds or self.topics or self.levels)

    def arguments(self, today: date) -> dict[str, str | list[str]]:
        """The query string that leads back to this look-up, without what is the default."""
        found: dict[str, str | list[str]] = {"q": self.question}
        if self.day != today:
            found["day"] = self.day.isoformat()
        if self.with_lapsed:
            found["lapsed"] = "1"
        for name, values in (
            ("kind", [k.value for k in self.kinds]),
            ("topic", self.topics),
            ("level", self.levels),
        ):
            if values:
                found[name] = sorted(values)
        return found


def _day(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today
