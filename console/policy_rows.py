"""The list of documents: one row each, its badges and what it was good for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.standing import last_day
from knowledge.documents import UNPUBLISHED, Source, Version, VersionStatus
from knowledge.lifecycle import WRITTEN_HERE
from knowledge.reports import STATUS, state

LAPSING = timedelta(days=30)
"""How long before its end a policy is marked as ending."""

IN_FORCE, ENDING, NOT_YET, LAPSED = "有效", "30 天内到期", "未施行", "已失效"
DRAFT, IN_REVIEW, SCHEDULED, WITHDRAWN, NEVER = "草稿", "待审", "定时", "已撤下", "从未命中"

CHIPS = (IN_FORCE, ENDING, NOT_YET, LAPSED, DRAFT, IN_REVIEW, SCHEDULED, WITHDRAWN, NEVER)
"""What the list can be narrowed to, in the order shown."""

COLOURS = {
    IN_FORCE: "good", ENDING: "wait", LAPSED: "bad", DRAFT: "wait", IN_REVIEW: "wait",
    SCHEDULED: "wait",
}  # fmt: skip

_STATES = {"失效": LAPSED, "旧版": LAPSED}
"""What the list calls the states of ``reports.state``; others keep their name."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One document in the list.

    Attributes:
        version: its published version, or else its newest.
        badges: what it is, the state first.
        waiting: a draft of it, None when there is none.
        due: when the draft is to be published by itself.
        cited: answers that rested on it and uses at the desk in the last thirty days.
        never: it is published, and nothing of the kind is on record.
    """

    version: Version
    badges: tuple[str, ...]
    last_day: date | None
    waiting: Version | None
    due: datetime | None
    articles: int
    cited: int
    never: bool
    versions: int

    @property
    def tags(self) -> frozenset[str]:
        """The chips that show it."""
        return frozenset({*self.badges, *((NEVER,) if self.never else ())})


@dataclass(frozen=True, slots=True)
class Cited:
    """How often each document was answered from or given out at the desk, by its id."""

    lately: Mapping[int, int]
    ever: Mapping[int, int]


def policy_rows(
    versions: Sequence[Version], sources: Mapping[int, Source], day: date,
    due: Mapping[int, datetime], articles: Mapping[int, int], cited: Cited,
) -> list[PolicyRow]:  # fmt: skip
    """One row a document; answers of the office have pages of their own.

    Args:
        versions: newest first.
        due: version id -> when it is to be published by itself.
        articles: version id -> number of articles.
    """
    documents: dict[int, list[Version]] = {}
    for version in versions:
        if version.format != WRITTEN_HERE:
            documents.setdefault(version.document_id, []).append(version)
    rows = []
    for document_id, group in documents.items():
        shown = next((v for v in group if v.status is VersionStatus.PUBLISHED), group[0])
        source = sources.get(shown.id)
        waiting = next((v for v in group if v.status in UNPUBLISHED), None)
        timed = next((due[v.id] for v in group if v.id in due), None)
        lapses = source.lapsed_on if source else shown.facts.expires_on
        word = state(shown, source, day)
        badges = [_STATES.get(word, word)]
        in_force = source is not None and source.in_force(day)
        if in_force and lapses and lapses - day <= LAPSING:
            badges.append(ENDING)
        if waiting is not None:
            badges.append(STATUS[waiting.status])
        if timed is not None:
            badges.append(SCHEDULED)
        rows.append(
            PolicyRow(
                shown, tuple(dict.fromkeys(badges)), last_day(lapses) if lapses else None,
                waiting, timed, articles.get(shown.id, 0), cited.lately.get(document_id, 0),
                shown.status is VersionStatus.PUBLISHED and not cited.ever.get(document_id),
                len(group),
            )
        )  # fmt: skip
    return rows


def counts(rows: Sequence[PolicyRow]) -> Counter[str]:
    """How many rows each chip shows."""
    return Counter(tag for row in rows for tag in row.tags)


def searched(version: Version) -> str:
    """Where the search box looks."""
    number = version.facts.number
    return f"{version.facts.title} {version.file_name} {number.value if number else ''}"
