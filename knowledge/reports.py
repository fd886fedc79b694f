"""Documents in words for staff: the command line's lines, and the words its pages share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from knowledge.diff import ChangeKind, ClauseChange
from knowledge.documents import (
    Clause,
    DocumentFacts,
    DocumentKind,
    Fact,
    Source,
    Version,
    VersionStatus,
)
from knowledge.intake import IntakeStatus
from knowledge.programme import Happening
from knowledge.validity import Prolongation, Supersession

KINDS = {
    DocumentKind.REGULATION: "办法细则",
    DocumentKind.NOTICE: "通知公告",
    DocumentKind.GUIDE: "办事指南",
    DocumentKind.EVENT: "活动",
    DocumentKind.FAQ: "问答",
    DocumentKind.INTERPRETATION: "政策解读",
    DocumentKind.SPEECH: "领导讲话",
}

RESULTS = {
    IntakeStatus.ADDED: "已收录",
    IntakeStatus.UPDATED: "新版本",
    IntakeStatus.DRAFTED: "草稿待发布",
    IntakeStatus.UNCHANGED: "未变化",
    IntakeStatus.REFUSED: "未收录",
}

STATUS = {
    VersionStatus.DRAFT: "草稿",
    VersionStatus.IN_REVIEW: "待审",
    VersionStatus.PUBLISHED: "已发布",
    VersionStatus.SUPERSEDED: "已被替换",
    VersionStatus.WITHDRAWN: "已撤下",
}

FACTS = {
    "number": "文号",
    "issuers": "发布机关",
    "issued": "成文日期",
    "effective": "施行日期",
    "expires": "失效日期",
    "region": "适用范围",
    "level": "级别",
    "repeals": "废止",
    "amends": "修改",
    "prolongs": "延长有效期",
    "trial": "试行",
    "prevails": "优先适用",
}
"""What staff call the facts; one without a name here is shown by its field's."""


def state(version: Version, source: Source | None, day: date) -> str:
    """One word for what a version is good for on a day."""
    if source is None:
        return STATUS[version.status]
    source = source.on(day)
    if source.in_force(day):
        return "有效"
    if source.reviewed is not None and not source.reviewed.holds(day):
        return "失效"
    if source.lapsed_on is not None and source.lapsed_on <= day:
        return "旧版" if source.lapsed_on == source.replaced_on else "失效"
    return "未施行"


def list_line(version: Version, source: Source | None, day: date) -> str:
    """Id, state, first and last day, 文号 and title of one version."""
    facts = version.facts
    lapses = source.on(day).lapsed_on if source else facts.expires_on
    last = str(lapses - timedelta(1)) if lapses else "-"
    number = facts.number.value if facts.number else "-"
    return (
        f"{version.document_id:>4}  {state(version, source, day)}  "
        f"{facts.effective_on or '-'!s:10}  至{last:10}  {number}  {facts.title}"
    )


def version_line(version: Version) -> str:
    """A version among the others of its document."""
    when = version.published_at or version.created_at
    return (
        f"  版本 {version.id:<5} {STATUS[version.status]:5} {when:%Y-%m-%d %H:%M}  "
        f"{version.file_name}"
    )


def fact_lines(facts: DocumentFacts) -> list[str]:
    """Every fact with the line it was read from."""
    found = []
    for name in DocumentFacts.__slots__:
        value = getattr(facts, name)
        for fact in value if isinstance(value, tuple) else (value,):
            if isinstance(fact, Fact):
                line = " ".join(fact.source.split())[:60]
                found.append(f"  {FACTS[name]}  {fact.value}    ← {line}")
    if facts.topics:
        found.append(f"  主题  {'、'.join(facts.topics)}")
    return found


def depths(clauses: Sequence[Clause]) -> list[tuple[int, Clause]]:
    """Each clause with its depth in the tree, in reading order."""
    depth: dict[int | None, int] = {None: -1}
    found = []
    for clause in clauses:
        depth[clause.ordinal] = depth.get(clause.parent, -1) + 1
        found.append((depth[clause.ordinal], clause))
    return found


def clause_lines(clauses: Sequence[Clause]) -> list[str]:
    """The clause tree, indented."""
    return [
        f"{'  ' * depth}[{clause.kind.value}] {' '.join(clause.text.split())[:70]}"
        for depth, clause in depths(clauses)
    ]


def change_counts(changes: Sequence[ClauseChange]) -> dict[str, int]:
    """How many clauses were added, changed and removed, and how many figures changed."""
    counts = {kind.value: sum(c.kind is kind for c in changes) for kind in ChangeKind}
    changed = (c for c in changes if c.kind is ChangeKind.CHANGED)
    return counts | {"数字": sum(len(c.figures) for c in changed)}


def supersession_line(found: Supersession, document_id: int) -> str:
    """One document's relation to another, seen from ``document_id``."""
    ended = found.older.document_id == document_id
    other = found.newer if ended else found.older
    words = "被其替代" if ended else "替代了它"
    line = f"    ← {' '.join(found.line.split())[:60]}" if found.line else ""
    return (
        f"  {found.day} 起{words}：{other.document_id} 《{other.facts.title}》"
        f"（{found.ground.value}）{line}"
    )


def last_day_words(first_day_out: date | None) -> str:
    """The last day of validity, 未定 where there is none."""
    return str(first_day_out - timedelta(1)) if first_day_out else "未定"


PROLONGATION = {None: "待核对", True: "已确认", False: "已否定，不生效"}
"""What staff decided of one paper moving another's last day."""


def prolongation_words(found: Prolongation) -> str:
    """What becomes of the last day, without the papers' names."""
    if found.is_unclear:
        return "延长了期限，但没有读到原有效期，未作改动；请更正原文件的“有效期至”"
    if found.lapses_on == found.before:
        return "继续有效，有效期不变"
    was = f"（原为 {last_day_words(found.before)}）" if found.before else ""
    ends = f"至 {last_day_words(found.lapses_on)}" if found.lapses_on else "不再有截止日"
    return f"{found.since} 起有效期{ends}{was}"


def prolongation_line(found: Prolongation, document_id: int) -> str:
    """One document's word on another's last day, seen from ``document_id``."""
    is_older = found.older.document_id == document_id
    other = found.newer if is_older else found.older
    words = prolongation_words(found)
    line = f"    ← {' '.join(found.line.split())[:60]}" if found.line else ""
    told = f"依据 {other.document_id}" if is_older else f"使 {other.document_id}"
    return (
        f"  {told} 《{other.facts.title}》：{words}"
        f"（{found.ground.value}，{PROLONGATION[found.ruling]}）{line}"
    )


def diff_lines(changes: Sequence[ClauseChange]) -> list[str]:
    """Every change with its figures, then the counts."""
    found: list[str] = []
    for change in changes:
        found.append(f"{change.kind.value}  {change.place}")
        found += [f"    - {line}" for line in change.old.splitlines() if line.strip()]
        found += [f"    + {line}" for line in change.new.splitlines() if line.strip()]
        if change.kind is ChangeKind.CHANGED:
            found += [
                f"    数字变化：{before or '（无）'} → {after or '（无）'}"
                for before, after in change.figures
            ]
    counts = change_counts(changes)
    return [
        *found,
        f"新增 {counts['新增']} 处，修改 {counts['修改']} 处，删除 {counts['删除']} 处，"
        f"数字变化 {counts['数字']} 处",
    ]


EVENT_FIELDS = {
    "starts": "开始", "ends": "结束", "signup_until": "报名截止", "place": "地点",
    "audience": "对象", "capacity": "名额", "joining": "参加办法", "contact": "联系",
}  # fmt: skip


def event_lines(happening: Happening) -> list[str]:
    """An event for the command line: fields, changes, conflicts, doubts."""
    state = "（已取消）" if happening.cancelled else ""
    lines = [f"{happening.id:>4}  {happening.kind.value}  {happening.title}{state}"]
    for name, label in EVENT_FIELDS.items():
        if said := happening.said.get(name):
            lines.append(f"        {label}：{said.value}    《{said.document}》")
    lines += [
        f"        变动：{c.kind.value} {c.was or '—'} → {c.now or '—'}    《{c.by.document}》"
        for c in happening.changes
    ]
    lines += [
        f"        冲突：{EVENT_FIELDS[c.name]} 采用 {c.followed.value}，"
        f"另有《{c.other.document}》写 {c.other.value}"
        for c in happening.conflicts
    ]
    return [*lines, *(f"        存疑：{d}" for d in happening.doubts)]
