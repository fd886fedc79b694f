"""Today's page: what is asked, what comes of it, what is cited and never found, what ends soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import Blueprint, Response, g, request
from sqlalchemy import Engine

from bot.grouping import Grouping
from bot.moving import overtaken
from bot.unanswered import Group, GroupState, Unanswered
from bot.usage import OTHER, Outcomes, Usage, count_usage, ever_cited
from bot.wording import basis, chinese_day
from console.accounts import Accounts
from console.charts import Series, columns, rows
from console.frame import desk_page
from console.sheets import Sheet, workbook
from console.unanswered import put_into_groups, unanswered_sheet
from knowledge.catalogue import Catalogue
from knowledge.deadlines import Deadline, application_deadlines, endings
from knowledge.documents import ClauseKind
from knowledge.faqs import Faqs, FaqState
from knowledge.programme import Programme
from knowledge.standing import topics_of
from knowledge.validity import CHINA

PERIODS = {1: "今日", 7: "近7天", 30: "近30天"}
AHEAD = timedelta(days=13)
"""Two weeks, today included."""
MOST_CITED = 10
NEVER_FOUND = 10
"""Papers shown with clauses that nobody's question found."""
SERIES = (("已答复", "answered"), ("未能答复", "open"), ("不予受理", "declined"))
"""Names and fields of Outcomes; the fields are also style classes."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause and how many answers rested on it."""

    passage_id: int
    basis: str
    times: int


@dataclass(frozen=True, slots=True)
class NeverFound:
    """A paper in force with the clauses that no answer kept here rested on.

    Attributes:
        examples: (passage id, label) of the first few.
    """

    title: str
    clauses: int
    unfound: int
    examples: tuple[tuple[int, str], ...]


def coming_deadlines(
    catalogue: Catalogue, programme: Programme, first: date, last: date
) -> list[Deadline]:
    """What ends between two days, both included, by the papers in force, soonest first.

    What a notice has called off, or moved meanwhile, is left out, or told first.
    """
    found = endings(catalogue.versions(), catalogue.sources(), first, last)
    changes = programme.overtaken(first)
    for deadline in application_deadlines(catalogue, first, last):
        change = changes.get(deadline.passage_id)
        if change is None:
            found.append(deadline)
        elif not (change.cancelled or change.over):
            found.append(replace(deadline, words=f"{overtaken(change)}{deadline.words}"))
    return sorted(found, key=lambda d: (d.day, d.title))


def today_pages(
    engine: Engine, catalogue: Catalogue, unanswered: Unanswered, grouping: Grouping, faqs: Faqs,
    accounts: Accounts, today: Callable[[], date], programme: Programme,
) -> Blueprint:  # fmt: skip
    """Build ``/desk/today`` and the workbook of the same figures.

    Args:
        today: the day from which deadlines are counted; questions are counted by the clock.
        programme: tells what has become of an event whose last day a paper states.
    """
    blueprint = Blueprint("today", __name__, template_folder="templates")

    def usage(days: int) -> Usage:
        topics: dict[int, str] = {}
        for version in catalogue.versions():  # newest first
            if version.facts.topics:
                topics.setdefault(version.document_id, version.facts.topics[0])

        def topic_of(question: str, documents: Sequence[int]) -> str:
            """By the question's own words, else by what the cited papers are about."""
            named = topics_of(question, ())
            return named[0] if named else next((topics[d] for d in documents if d in topics), OTHER)

        last = datetime.now(CHINA).date()
        return count_usage(engine, last - timedelta(days=days - 1), last, topic_of)

    def open_groups() -> list[Group]:
        put_into_groups(grouping)
        return [group for group in unanswered.groups() if group.state is GroupState.OPEN]

    def attention() -> dict[FaqState, int]:
        """How many of the office's answers wait for somebody."""
        waiting = faqs.all(today(), (FaqState.DRAFTED, FaqState.STALE))
        return Counter(f.state for f in waiting)

    def coming() -> list[Deadline]:
        return coming_deadlines(catalogue, programme, today(), today() + AHEAD)

    @blueprint.get("/desk/today")
    def page() -> Response:
        """The figures, drawn and as tables."""
        days = period()
        counted = usage(days)
        hours = [f"{h}时" for h in range(24)]
        topic_names = list(counted.by_topic)
        day_names = [f"{d.month}/{d.day}" for d in counted.by_day]
        ends = coming()
        return desk_page(
            "today.html", usage=counted, days=days, periods=PERIODS, series=SERIES,
            hours=hours, chinese_day=chinese_day,
            hour_chart=columns(hours, series_of(counted.by_hour), every=3),
            day_chart=columns(
                day_names, series_of(list(counted.by_day.values())), every=max(1, days // 7)
            ),
            topic_chart=rows(topic_names, series_of(list(counted.by_topic.values()))),
            cited=most_cited(counted, catalogue),
            unfound=never_found(catalogue, ever_cited(engine), today())[:NEVER_FOUND],
            deadlines=[(day, list(some)) for day, some in groupby(ends, key=lambda d: d.day)],
            today=today(), attention=attention(), open_groups=open_groups()[:5],
        )  # fmt: skip

    @blueprint.get("/desk/today.xlsx")
    def sheet() -> Response:
        """The same figures and the unanswered questions as a workbook."""
        days = period()
        counted = usage(days)
        accounts.record(g.user.name, "导出今日数据", PERIODS[days])
        put_into_groups(grouping)
        groups = unanswered.groups()
        sheets = [
            *usage_sheets(counted),
            Sheet(
                "常用条款", ("条款", "次数"),
                [(c.basis, c.times) for c in most_cited(counted, catalogue)], (60, 8),
            ),
            Sheet(
                "未被用到的条款", ("文件", "条款数", "未用到", "例如"),
                [
                    (n.title, n.clauses, n.unfound, "、".join(label for _, label in n.examples))
                    for n in never_found(catalogue, ever_cited(engine), today())
                ],
                (44, 10, 10, 50),
            ),
            Sheet(
                "近两周期限", ("日期", "事项", "文件", "原文"),
                [
                    (d.day.isoformat(), d.kind.value, f"《{d.title}》{d.label}", d.words)
                    for d in coming()
                ],
                (14, 12, 44, 60),
            ),
            unanswered_sheet(groups, {f.id: f for f in faqs.all(today())}),
        ]  # fmt: skip
        return workbook(sheets, f"{PERIODS[days]}-{counted.last.isoformat()}")

    def period() -> int:
        given = request.args.get("days", "1")
        return int(given) if given in {str(d) for d in PERIODS} else 1

    return blueprint


def series_of(outcomes: Sequence[Outcomes]) -> list[Series]:
    """The three kinds of outcomes as stacked series. Pure."""
    return [Series(n, field, [getattr(o, field) for o in outcomes]) for n, field in SERIES]


def most_cited(usage: Usage, catalogue: Catalogue) -> list[Cited]:
    """The clauses that answers rested on most often."""
    top = usage.cited.most_common(3 * MOST_CITED)  # some were retired since
    stored, sources = catalogue.passages([i for i, _ in top]), catalogue.sources()
    found = [
        Cited(i, basis(sources[stored[i].version_id], stored[i].passage.label), times)
        for i, times in top
        if i in stored and stored[i].version_id in sources
    ]
    return found[:MOST_CITED]


def never_found(catalogue: Catalogue, cited: set[int], day: date) -> list[NeverFound]:
    """Papers in force with clauses that no answer rested on, the most such clauses first."""
    found = []
    for version_id, source in catalogue.sources().items():
        if not source.in_force(day) or source.reviewed is not None:
            continue
        own = [
            s for s in catalogue.passages_of(version_id)
            if s.passage.kind not in (ClauseKind.TITLE, ClauseKind.SIGNATURE)
        ]  # fmt: skip
        unfound = [s for s in own if s.id not in cited]
        if unfound:
            examples = tuple((s.id, s.passage.label) for s in unfound[:3])
            found.append(NeverFound(source.title, len(own), len(unfound), examples))
    return sorted(found, key=lambda n: -n.unfound)


def usage_sheets(usage: Usage) -> list[Sheet]:
    """The counted figures as sheets. Pure."""
    names = tuple(name for name, _ in SERIES)

    def lines(labels: Sequence[str], some: Sequence[Outcomes]) -> list[tuple[str | int, ...]]:
        return [
            (label, o.answered, o.open, o.declined, o.total)
            for label, o in zip(labels, some, strict=True)
        ]

    rate = usage.satisfaction
    summary: list[tuple[str | int, ...]] = [
        ("起", usage.first.isoformat()), ("止", usage.last.isoformat()),
        ("提问", usage.all.total), ("提问人数", usage.people),
        *((name, getattr(usage.all, field)) for name, field in SERIES),
        ("转人工", usage.handed_off), ("有用", usage.helpful), ("没用", usage.unhelpful),
        ("满意率", "—" if rate is None else f"{rate}%"),
    ]  # fmt: skip
    head = (*names, "合计")
    return [
        Sheet("概况", ("项目", "数值"), summary, (14, 16)),
        Sheet("按小时", ("时段", *head), lines([f"{h}时" for h in range(24)], usage.by_hour)),
        Sheet(
            "按主题", ("主题", *head),
            lines(list(usage.by_topic), list(usage.by_topic.values())), (14,),
        ),
        Sheet(
            "按日", ("日期", *head),
            lines([d.isoformat() for d in usage.by_day], list(usage.by_day.values())), (14,),
        ),
    ]  # fmt: skip
