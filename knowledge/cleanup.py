"""Lists and tables of a clean-up (规范性文件清理结果): which papers end, stay or change. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from knowledge.dates import DATE, read_date
from knowledge.documents import Clause, ClauseKind
from knowledge.naming import NUMBER, Named, numbered, papers_named

TERM = (
    r"(?:有效期限?|有效时间|施行期限?|实施期限?|执行期限?|试行期限?|适用期限?|施行时间|实施时间|"
    r"执行时间|政策期限|(?:失效|终止)日期|期限)"
)
MOVES = r"(?:延长|延续|延期|顺延|续期|展期|续展|延至|调整[至为到]|变更[至为到]|修改为)"
GOES_ON = r"(?:继续|仍然?|依然)(?:保持)?\s*(?:有效|施行|实施|执行|适用|试行|沿用|使用)"
UNTIL = re.compile(rf"(?:[至到]|截止)\s*({DATE.pattern})")
PLANNED = re.compile(r"(?<![模虚草])拟(?![定订])|征求意见")
"""A paper that speaks of what is planned moves nothing yet."""


ENDS = r"(?:废止|停止|不再|失效|终止)"
_END_DAY = re.compile(
    rf"(?:自|从|于)\s*({DATE.pattern})\s*(?:之日)?(?:起|开始)?\s*[，,]?\s*"
    rf"(?:同时|予以|正式|自动|全部|一律|即行|即)*\s*(?={ENDS}|《|◆|下列|以下|上述|附件)"
)


def day_of_end(sentence: str) -> date | None:
    """The day from which a sentence says that papers end, where it says one."""
    for match in _END_DAY.finditer(sentence):
        behind = sentence[match.end() :]
        if re.search(ENDS, behind):
            return read_date(match[1])
    return None


class Effect(Enum):
    """What a list does with the papers in it."""

    ENDED = auto()
    KEPT = auto()
    AMENDED = auto()


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper in a list or a table of papers.

    Attributes:
        day: of one kept, the first day out of force; of one ended, the first day on which it is;
            None where the list says none.
        line: the list's line.
    """

    effect: Effect
    named: Named
    day: date | None
    line: str


_EFFECTS = (
    (Effect.ENDED, re.compile(r"废\s*止|失\s*效|停止执行|不再执行|不再适用")),
    (
        Effect.KEPT,
        re.compile(rf"{GOES_ON}|保\s*留|现行有效|{TERM}.{{0,6}}{MOVES}|{MOVES}.{{0,10}}{TERM}"),
    ),
    (Effect.AMENDED, re.compile(r"(?<!年)修\s*[改订]")),
)
_ANY_EFFECT = re.compile("|".join(pattern.pattern for _, pattern in _EFFECTS))
_LIST_HEAD = re.compile(
    r"目录|清单|名单|一览|文件|如下|下列|以下|[（(]\s*(?:共|计)?\s*\d+\s*[件项个份]"
)
_LONGEST_HEAD = 60
_ITEM = re.compile(
    r"(?:(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[.．、]|[（(][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳])?\s*"
)
_COLUMNS = {
    "title": re.compile(r"名\s*称|标\s*题|题\s*名|文件名|^文\s*件$"),
    "number": re.compile(r"文\s*号|字\s*号|编\s*号.*文"),
    "effect": re.compile(
        r"(?:处理|清理|评估)?(?:意见|结果|结论|方式|建议|情况)|备\s*注|状\s*态|效力"
    ),
    "until": re.compile(r"有效期|截止|期限|(?:失效|废止|终止|停止).{0,4}(?:日期|时间)"),
}


def listed(clauses: Sequence[Clause]) -> Iterator[Listed]:
    """Papers that stand in lists or tables which say what becomes of them, in reading order."""
    effect: Effect | None = None
    day: date | None = None
    header: dict[str, int] = {}
    left = 0  # rows of a header that are still to come
    annexes = _annexes(clauses)
    if not annexes and not any(_may_decide(c) for c in clauses):
        return
    for clause in clauses:
        if clause.kind is ClauseKind.TABLE:
            header, left = {}, int(clause.number) if clause.number.isdigit() else 0
            if clause.text.strip() and _decides(clause.text):
                effect, day = _decided(clause.text)
        elif clause.kind is ClauseKind.ROW:
            over = {" ".join(c.split()) for c in clause.cells}
            if len(over) == 1 and len(clause.cells) > 1 and _decides(text := over.pop()):
                (effect, day), left = _decided(text), max(left - 1, 0)
                continue
            columns = _columns(clause.cells)
            if left > 0 or ("title" in columns and not header):
                header, left = header | columns, left - 1
                continue
            yield from _row(clause, header, effect, day)
        else:
            for line in clause.text.split("\n"):
                if one := _item(line.strip()):
                    if effect is not None:
                        yield Listed(
                            effect, one, day if effect is not Effect.AMENDED else None, line.strip()
                        )
                elif annex := re.fullmatch(_ANNEX, line.strip()):
                    effect, day = annexes.get(annex[1], None), None
                elif _decides(line) or _opens(clause):
                    effect, day = _decided(line)


def _may_decide(clause: Clause) -> bool:
    """Is there anything in it that could say what becomes of papers? Most papers have nothing."""
    if clause.cells:
        return any(len(c) <= _LONGEST_HEAD and _ANY_EFFECT.search(c) for c in clause.cells)
    return bool(_ANY_EFFECT.search(clause.text) and _LIST_HEAD.search(clause.text))


_ANNEX = r"附\s*件\s*(\d{1,2}|[一二三四五六七八九十]{1,2})[：:]?"


def _annexes(clauses: Sequence[Clause]) -> dict[str, Effect]:
    """What the text says of its annexes, by their number: 12件予以废止（见附件1）."""
    found: dict[str, Effect] = {}
    for clause in clauses:
        if "附" not in clause.text or not _ANY_EFFECT.search(clause.text):
            continue
        for piece in re.split(r"(?<=[，；。;])", clause.text):
            named = re.findall(r"[（(]\s*(?:详?见)?\s*" + _ANNEX + r"\s*[）)]", piece)
            effects = [effect for effect, pattern in _EFFECTS if pattern.search(piece)]
            if len(effects) == 1 and not PLANNED.search(piece):
                found |= {number: effects[0] for number in named if number not in found}
    return found


def _decides(line: str) -> bool:
    """Is it a line that says what becomes of the papers below it?"""
    line = line.strip()
    is_head = len(line) <= _LONGEST_HEAD and not line.endswith(("。", "；"))
    leads = line.endswith(("：", ":"))
    return bool(
        (is_head or leads) and _LIST_HEAD.search(line) and any(p.search(line) for _, p in _EFFECTS)
    )


def _opens(clause: Clause) -> bool:
    """A head that says nothing of papers ends the list above it."""
    return clause.kind in (
        ClauseKind.SECTION, ClauseKind.CHAPTER, ClauseKind.PART, ClauseKind.ARTICLE,
    )  # fmt: skip


def _decided(line: str) -> tuple[Effect | None, date | None]:
    """The one thing that a line says becomes of papers, and its day; None where it says several."""
    effects = [effect for effect, pattern in _EFFECTS if pattern.search(line)]
    if len(effects) != 1 or PLANNED.search(line):
        return None, None
    if effects[0] is Effect.ENDED:
        return effects[0], day_of_end(line)
    until = UNTIL.search(line)
    last = read_date(until[1]) if until and effects[0] is Effect.KEPT else None
    return effects[0], last + timedelta(days=1) if last and last < date.max else None


def _item(line: str) -> Named | None:
    """A line that is nothing but a paper's title: 1.《…》（文号）, or a title with its 文号."""
    body = line[_ITEM.match(line).end() :].rstrip("；;。,， ")  # type: ignore[union-attr]
    named = papers_named(body)
    if named and named[0].start == 0:
        rest = body[named[0].end :].strip("；;。，,、 ")
        is_all = len(named) == 1 and (
            not rest or re.fullmatch(r"[（(].{4,40}[）)]|.{0,12}\d{4}.{0,20}", rest)
        )
        return named[0] if is_all else None
    number = re.search(
        r"(?:[（(]|\s)([^（）()\s]*?[〔﹝\[［【]\d{4}[〕﹞\]］】][^（）()\s]*?号)[）)]?$", body
    )
    known = NUMBER.search(number[1]) if number else None
    if number and known and 8 <= number.start() <= 100 and "。" not in body:
        return Named(body[: number.start()].strip("《》 　"), numbered(known), 0, len(body))
    return None


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Which column holds what, as far as a row of column names says."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        bare = re.sub(r"\s+", "", cell)
        if len(bare) > 16:
            continue
        for name, pattern in _COLUMNS.items():
            if pattern.search(bare):
                found.setdefault(name, at)
    return found


def _row(
    clause: Clause, header: dict[str, int], effect: Effect | None, day: date | None
) -> Iterator[Listed]:
    cells = [" ".join(c.split()) for c in clause.cells]
    number_at = next((i for i, c in enumerate(cells) if len(c) <= 30 and NUMBER.search(c)), -1)
    title_at = header.get("title", -1)
    if not 0 <= title_at < len(cells):
        others = [i for i in range(len(cells)) if i != number_at]
        title_at = max(others, key=lambda i: len(cells[i]), default=-1)
    if title_at < 0 or len(cells[title_at]) < 6:
        return
    if 0 <= header.get("effect", -1) < len(cells) and cells[header["effect"]]:
        said, own_day = _decided(cells[header["effect"]])
        if said is not None:
            effect, day = said, own_day or (day if said is effect else None)
    until = cells[header["until"]] if 0 <= header.get("until", -1) < len(cells) else ""
    last = read_date(until) or _short_date(until)
    if effect is None:
        return
    if last is not None and effect is Effect.KEPT and last < date.max:
        day = last + timedelta(days=1)
    elif last is not None and effect is Effect.ENDED:
        day = last
    whole = papers_named(cells[title_at])
    inner = NUMBER.search(cells[number_at]) if number_at >= 0 else None
    if whole and whole[0].start <= 2:
        title, number = whole[0].title, whole[0].number
    else:
        item = _item(cells[title_at])
        title, number = (item.title, item.number) if item else (cells[title_at], "")
    if inner:
        number = numbered(inner)
    yield Listed(
        effect, Named(title, number, 0, 0), None if effect is Effect.AMENDED else day, clause.text
    )


def _short_date(text: str) -> date | None:
    """2027-12-31 or 2027.12.31 in a cell; of a span the last one."""
    found = re.findall(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    try:
        return date(*(int(n) for n in found[-1])) if found else None
    except ValueError:
        return None
