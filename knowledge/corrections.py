"""What a person says of a fact that was read: confirmed, corrected, or not stated. Pure.

A date typed wrongly is among the worst faults, so everything typed is read strictly, and facts
that hardly can be right together are named in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from knowledge.dates import read_date
from knowledge.documents import DocumentFacts, DocumentKind, Fact
from knowledge.terms import term_of, with_day

Value = str | list[str]
"""A fact in normal form; a list for what may be said of several papers; "" or [] for none."""

DATES = ("issued", "effective", "expires")
LISTS = ("issuers", "repeals", "prolongs", "amends", "topics")
FIELDS = (
    "title", "kind", "number", "issuers", "issued", "effective", "expires", "region", "level",
    "repeals", "prolongs", "amends", "trial", "prevails", "topics",
)  # fmt: skip
"""In the order in which they are shown."""

LEVELS = ("国家", "省", "市", "区县")
FIRST_YEAR = 1949
FARTHEST_YEARS = 60
"""Years from today within which a policy's dates lie; others are typing errors."""

LONGEST = {"title": 120, "issuers": 80, "region": 20, "trial": 10, "prevails": 400, "topics": 20}
"""Characters."""


class BadFact(Exception):
    """A value that cannot be right; the message says why and how it should look, in Chinese."""


@dataclass(frozen=True, slots=True)
class FactRuling:
    """What a person said of one fact.

    Attributes:
        read: what was read of it.
        value: what holds; equal to ``read`` where it was confirmed.
        line: the document's line that a correction rests on, "" for none.
    """

    field: str
    read: Value
    value: Value
    line: str
    by: str
    at: datetime

    @property
    def is_correction(self) -> bool:
        """Does it differ from what was read?"""
        return self.value != self.read


def renamed(ruling: FactRuling) -> FactRuling:
    """A ruling on the issuing body as it was stored while there was one: on a list of bodies."""
    if ruling.field != "issuer":
        return ruling
    read, value = ([str(v)] if v else [] for v in (ruling.read, ruling.value))
    return replace(ruling, field="issuers", read=read, value=value)


def value_of(facts: DocumentFacts, field: str) -> Value:
    """A fact's value in normal form; "" or [] where there is none."""
    found = getattr(facts, field)
    if isinstance(found, Fact):
        return found.value
    if isinstance(found, tuple):
        return [f.value if isinstance(f, Fact) else f for f in found]
    return str(found) if found else ""


def lines_of(facts: DocumentFacts, field: str) -> list[str]:
    """The lines that a fact was read from."""
    found = getattr(facts, field)
    some = found if isinstance(found, tuple) else (found,)
    return list(dict.fromkeys(f.source for f in some if isinstance(f, Fact) and f.source))


def shown(field: str, value: Value) -> str:
    """A value as a form shows it: the last day in force instead of the first day out of it."""
    if isinstance(value, list):
        return "\n".join(value)
    if field == "expires" and value:
        return (date.fromisoformat(value) - timedelta(days=1)).isoformat()
    return value


def typed(field: str, text: str, today: date) -> Value:
    """What somebody typed, in normal form; "" or [] for nothing.

    Raises:
        BadFact: it cannot be a value of this field.
    """
    text = text.strip()
    if field in LISTS:
        lines = dict.fromkeys(part.strip() for part in re.split(r"[\n、]", text) if part.strip())
        one = {"repeals": _repealed, "prolongs": _prolonged, "amends": _paper}.get(field)
        return [one(line) if one else _short(field, line) for line in lines]
    if field == "title" and not text:
        raise BadFact("标题不能为空")
    if field == "kind":
        if text not in set(DocumentKind):
            raise BadFact("请在列表中选择文件类型")
        return text
    if not text:
        return ""
    if field in DATES:
        day = _day(text, today)
        return (day + timedelta(days=1) if field == "expires" else day).isoformat()
    if field == "number":
        return _number(text)
    if field == "level" and text not in LEVELS:
        raise BadFact("级别须是" + "、".join(LEVELS) + "之一")
    return _short(field, text)


def _short(field: str, text: str) -> str:
    text = " ".join(text.split())
    most = LONGEST.get(field, 80)
    if len(text) > most or not text.isprintable():
        raise BadFact(f"不能超过{most}个字，也不能有看不见的控制字符")
    return text


def _day(text: str, today: date) -> date:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text.replace(" ", ""))
    try:
        day = date(*(int(part) for part in match.groups())) if match else read_date(text)
    except ValueError:
        day = None
    if day is None:
        raise BadFact(f"“{text[:20]}”不是一个日期；请写成 2026-07-01 或 2026年7月1日")
    if not FIRST_YEAR <= day.year <= today.year + FARTHEST_YEARS:
        raise BadFact(f"{day.year}年不像政策文件的日期，请核对年份")
    return day


_NUMBER = re.compile(r"([^\d〔\[［（(]{1,20})[〔\[［（(](\d{4})[〕\]］）)]\s*(?:第)?(\d{1,5})\s*号")


def _number(text: str) -> str:
    text = re.sub(r"\s+", "", text)
    if match := _NUMBER.fullmatch(text):
        return f"{match[1]}〔{match[2]}〕{match[3]}号"
    if re.fullmatch(r"[^\d]{1,20}第\d{1,4}号", text):
        return text
    raise BadFact("文号应写成“临政发〔2026〕12号”或“市政府令第12号”")


def _paper(text: str) -> str:
    """A 文号, or else a title, of another paper."""
    if re.search(r"[〔\[［]\d{4}", text):
        return _number(text)
    title = " ".join(text.strip("《》 ").split())
    if not 4 <= len(title) <= 120:
        raise BadFact(f"“{text[:20]}”不像文号或文件标题；每行写一份文件")
    return title


def _repealed(text: str) -> str:
    """A paper that ends, with the day from which it does where that is a day of its own."""
    match = re.fullmatch(r"(.+?)\s*自\s*(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s*起", text)
    if match is None:
        return _paper(text)
    try:
        day = date(*(int(n) for n in re.findall(r"\d+", match[2])))
    except ValueError:
        raise BadFact(f"“{match[2]}”不是一个日期；请写成 2026-07-01") from None
    return with_day(_paper(match[1]), day)


def _prolonged(text: str) -> str:
    """What becomes of another paper's last day, see terms.Term."""
    term = term_of(text)
    if term is None:
        raise BadFact(
            f"“{text[:20]}”应写成“临政发〔2026〕12号 至2027-12-31”、“…… 延长2年”、“…… 继续有效”"
            "或“…… 期满后继续有效”，每行一份文件"
        )
    return replace(term, paper=_paper(term.paper)).written


def with_value(facts: DocumentFacts, field: str, value: Value, line: str = "") -> DocumentFacts:
    """The facts with one of them as a person says; values that were read keep their lines.

    Args:
        line: the document's line that a new value rests on.
    """
    if value == value_of(facts, field):
        return facts
    if isinstance(value, list):
        if field == "topics":
            return replace(facts, topics=tuple(value))
        known = {f.value: f for f in getattr(facts, field)}
        some = tuple(known.get(v) or Fact(v, line) for v in value)
        return replace(facts, **{field: some})  # type: ignore[arg-type]
    if field == "title":
        return replace(facts, title=value)
    if field == "kind":
        return replace(facts, kind=DocumentKind(value))
    return replace(facts, **{field: Fact(value, line) if value else None})  # type: ignore[arg-type]


def ruled(facts: DocumentFacts, rulings: Iterable[FactRuling]) -> DocumentFacts:
    """The facts that hold: as read, corrected where a person corrected them."""
    for ruling in rulings:
        facts = with_value(facts, ruling.field, ruling.value, ruling.line)
    return facts


def required(facts: DocumentFacts) -> Sequence[str]:
    """Fields that a paper of this kind has to state; a speech or a guide need not."""
    if facts.kind in (DocumentKind.REGULATION, DocumentKind.NOTICE):
        return ("title", "number", "issuers", "effective")
    return ("title",)


def contradictions(facts: DocumentFacts) -> Mapping[str, str]:
    """Facts that cannot be true together, by field: with these a text is not published."""
    start, end = facts.effective_on, facts.expires_on
    if start and end and end <= start:
        last = end - timedelta(days=1)
        return {"expires": f"有效期至 {last} 早于施行日期 {start}，请核对两个日期"}
    return {}


def oddities(facts: DocumentFacts, today: date) -> Mapping[str, str]:
    """Facts that may be true but are unusual, by field, in words."""
    found: dict[str, str] = {}
    issued = date.fromisoformat(facts.issued.value) if facts.issued else None
    start, end = facts.effective_on, facts.expires_on
    effective = date.fromisoformat(facts.effective.value) if facts.effective else None
    if issued and issued > today:
        found["issued"] = f"成文日期 {issued} 在今天之后"
    if effective and issued and effective < issued:
        found["effective"] = f"施行日期早于成文日期 {issued}，请核对是否确有溯及"
    elif effective and issued and (effective - issued).days > 366:
        found["effective"] = "施行日期比成文日期晚一年以上，请核对年份"
    elif effective and effective > today:
        found["effective"] = f"{effective} 起施行；在此之前不会用来答复"
    elif effective and effective.year < FIRST_YEAR:
        found["effective"] = f"{effective.year}年不像政策文件的日期，请核对"
    if end and end <= today:
        found["expires"] = "有效期已过，发布后只作历史查询，不用来答复"
    elif end and start and (end - start).days > 15 * 366:
        found["expires"] = f"有效期长达 {(end - start).days // 365} 年，请核对年份"
    elif end and start and (end - start).days < 60:
        found["expires"] = f"有效期只有 {(end - start).days} 天，请核对"
    return found
