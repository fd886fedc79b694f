"""Days that staff must know ahead: papers that end, and last days to apply that papers state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knowledge.catalogue import Catalogue
from knowledge.documents import ClauseKind, DocumentKind, Source, Version
from knowledge.structure import sentences


class DeadlineKind(StrEnum):
    """What ends on a day; the value is what staff read."""

    APPLICATION = "申报截止"
    PAPER = "文件到期"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day.

    Attributes:
        day: the last day on which something still holds or is taken.
        title: of the paper that says so.
        words: the sentence that says so, or what ends the paper.
        label: the place in the paper, "" for its own end.
        passage_id: where it stands; 0 likewise.
    """

    day: date
    kind: DeadlineKind
    title: str
    words: str
    label: str = ""
    passage_id: int = 0


_DAY = r"(?:(?P<year>20\d\d)\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]"
_ISO = r"(?P<iso>20\d\d[-./]\d{1,2}[-./]\d{1,2})"
_DATE = re.compile(f"{_DAY}|{_ISO}")
_APPLY = re.compile(r"申报|申领|申请|受理|征集|遴选|推荐|报名|评选|提交|填报|报送|缴费|截止|截至")
_ENDS_BEFORE = re.compile(
    r"(?:截止|截至|止于|至|到|～|~|—|–|-)\s*(?:时间|日期|期限)?\s*(?:为|是|[:：])?\s*$"
)
_ENDS_AFTER = re.compile(
    r"^\s*(?:[（(][^）)]{1,12}[）)])?\s*(?:\d{1,2}\s*[:：时点]\s*\d{0,2}\s*分?)?\s*"
    r"(?:之前|以前|前|为止|止|截止|结束)"
)


def deadlines_in(text: str, day: date) -> Iterator[tuple[date, str]]:
    """The last days to apply that a text states, with their sentences. Pure.

    A date without a year takes that of the date before it in the text, or else is the one
    nearest to ``day``.

    >>> text = "申报时间：2026年11月1日至11月30日。公示期为12月5日至12月9日。"
    >>> [d.isoformat() for d, _ in deadlines_in(text, date(2026, 11, 22))]
    ['2026-11-30']
    """
    year: int | None = None
    for sentence in sentences(text):
        applies = _APPLY.search(sentence)
        for match in _DATE.finditer(sentence):
            found = _date(match, year, day)
            if found is None:
                continue
            if match["iso"] or match["year"]:
                year = found.year
            ends = _ENDS_BEFORE.search(sentence[: match.start()]) or _ENDS_AFTER.search(
                sentence[match.end() :]
            )
            if applies and ends:
                yield found, sentence.strip()


def _date(match: re.Match[str], year: int | None, day: date) -> date | None:
    try:
        if match["iso"]:
            numbers = [int(n) for n in re.split(r"[-./]", match["iso"])]
            return date(numbers[0], numbers[1], numbers[2])
        month, number = int(match["month"]), int(match["day"])
        if match["year"] or year:
            return date(int(match["year"] or year or 0), month, number)
        near = [date(y, month, number) for y in (day.year - 1, day.year, day.year + 1)]
        return min(near, key=lambda d: abs(d - day))
    except ValueError:  # 2月30日, or 29 February in a year without
        return None


def endings(
    versions: Sequence[Version], sources: dict[int, Source], first: date, last: date
) -> list[Deadline]:
    """Papers whose last day lies between two days, both included, soonest first. Pure."""
    found = []
    for version in versions:
        source = sources.get(version.id)
        if source is None or source.lapsed_on is None or source.reviewed is not None:
            continue
        ends = source.lapsed_on - timedelta(days=1)
        if not first <= ends <= last or not source.in_force(ends):
            continue
        if source.replaced_on == source.lapsed_on:
            words = "次日起由新版本替代"
        elif source.repealed_by and source.repealed_on == source.lapsed_on:
            words = f"次日起被《{source.repealed_by}》废止"
        else:
            words = "有效期届满"
        found.append(Deadline(ends, DeadlineKind.PAPER, source.title, words))
    return sorted(found, key=lambda d: (d.day, d.title))


def application_deadlines(catalogue: Catalogue, first: date, last: date) -> list[Deadline]:
    """Last days to apply between two days that papers in force state, soonest first."""
    found: dict[tuple[date, str], Deadline] = {}
    for version_id, source in catalogue.sources().items():
        if not source.in_force(first) or source.kind is DocumentKind.SPEECH or source.reviewed:
            continue
        for stored in catalogue.passages_of(version_id):
            if stored.passage.kind in (ClauseKind.TITLE, ClauseKind.SIGNATURE):
                continue
            for day, words in deadlines_in(stored.passage.text, first):
                if first <= day <= last:
                    one = Deadline(
                        day, DeadlineKind.APPLICATION, source.title, words, stored.passage.label,
                        stored.id,
                    )  # fmt: skip
                    found.setdefault((day, f"{source.title} {words}"), one)
    return sorted(found.values(), key=lambda d: (d.day, d.title))
