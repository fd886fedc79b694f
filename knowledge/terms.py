"""What one paper says of another's last day: prolonged, in force on, ended on a day. Pure.

Offices say so in a sentence (《…》有效期延长至…), in a notice whose title names the paper once and
whose text goes on without it, and in the lists and tables of a clean-up (规范性文件清理结果). Every
value has one written form, so that staff can read, correct and type it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.cleanup import GOES_ON, MOVES, PLANNED, TERM, UNTIL, Effect, Listed, listed
from knowledge.dates import DATE, add_months, read_date
from knowledge.documents import Clause, ClauseKind, Fact
from knowledge.naming import Named, papers_named, plain_title
from knowledge.structure import chinese_number, sentences

# -- a value in its written form --


@dataclass(frozen=True, slots=True)
class Term:
    """What becomes of another paper's last day.

    Attributes:
        paper: its 文号 or else its title.
        until: first day on which it is no longer in force; None where no day is said.
        months: by how much its term is prolonged, 0 where that is not said.
        for_good: it stays in force when its term has run out. Where none of the three is said it
            is in force (继续有效): then only a paper whose term has run out gains by it.
    """

    paper: str
    until: date | None = None
    months: int = 0
    for_good: bool = False

    @property
    def written(self) -> str:
        """The form in which it is stored, shown and typed.

        >>> Term("临政发〔2023〕5号", date(2028, 1, 1)).written
        '临政发〔2023〕5号 至2027-12-31'
        """
        if self.until:
            return f"{self.paper} 至{self.until - timedelta(days=1)}"
        if self.months:
            years, rest = divmod(self.months, 12)
            return f"{self.paper} 延长{f'{self.months}个月' if rest else f'{years}年'}"
        return f"{self.paper} {'期满后继续有效' if self.for_good else '继续有效'}"

    def moved(self, last: date | None, since: date) -> date | None:
        """The first day out of force, where it was ``last`` and this is said on ``since``.

        None for open-ended. Where a term is to be prolonged that is not known, ``last``.
        """
        if self.until:
            return self.until
        if self.months:
            return add_months(last, self.months) if last else last
        if self.for_good or (last is not None and last <= since):
            return None
        return last


_WRITTEN = re.compile(
    r"(?P<paper>.+?)\s*[,，]?\s*(?:有效期)?(?:"
    r"(?:延长)?至\s*(?P<until>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)"
    r"|延长\s*(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})\s*(?P<unit>年|个月)"
    r"|(?P<kept>期满后继续有效|继续有效))"
)


def term_of(written: str) -> Term | None:
    """A term from its written form, also as somebody types it; None when it is none.

    >>> term_of("《临江市人才办法》 延长至2027年12月31日").until
    datetime.date(2028, 1, 1)
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        return None
    paper = match["paper"].strip("《》 　")
    if match["until"]:
        parts = [int(n) for n in re.findall(r"\d+", match["until"])]
        try:
            last = date(*parts)
        except ValueError:
            return None
        return Term(paper, last + timedelta(days=1)) if last < date.max else None
    if match["count"]:
        months = chinese_number(match["count"]) * (12 if match["unit"] == "年" else 1)
        return Term(paper, months=months) if months else None
    return Term(paper, for_good=match["kept"] != "继续有效")


def with_day(paper: str, day: date | None) -> str:
    """A repealed paper with the day from which it ends, where that is a day of its own."""
    return f"{paper} 自{day}起" if day else paper


def paper_and_day(written: str) -> tuple[str, date | None]:
    """A repealed paper and its day of its own, None where there is none.

    >>> paper_and_day("临政发〔2023〕5号 自2027-01-01起")
    ('临政发〔2023〕5号', datetime.date(2027, 1, 1))
    """
    match = re.fullmatch(r"(.+?)\s*自(\d{4}-\d{2}-\d{2})起", written)
    if match is None:
        return written, None
    try:
        return match[1], date.fromisoformat(match[2])
    except ValueError:
        return written, None


# -- sentences -------------------------------------------------------------------------------

_COUNT = r"(\d{1,2}|[一二两三四五六七八九十]{1,3}|半)"
_PROLONGS = re.compile(
    rf"{TERM}[^。；《》]{{0,30}}?{MOVES}|{MOVES}[^。；]{{0,120}}?{TERM}"
    rf"|{GOES_ON}|予以(?:保留|延续|延期)|延[期续]\s*(?:执行|实施|施行|使用|适用)?"
    rf"|{MOVES}\s*(?:执行|实施|施行)?\s*(?:[至到]|{_COUNT}\s*(?:年|个月))"
)
_FROM = re.compile(rf"自\s*({DATE.pattern})\s*(?:起|开始|之日起)?")
_BY = re.compile(
    rf"(?:{MOVES}|有效期限?|试行期限?)\s*(?:为|[:：])?\s*{_COUNT}\s*(?P<unit>年半?|个月)"
)
_TOTAL = re.compile(rf"(?:延长|调整|变更|修改)\s*(?:至|到|为)\s*{_COUNT}\s*年")
_OWN = re.compile(
    r"(?:本|此)(?:实施|若干|暂行|试行|管理|工作)*"
    r"(?:办法|细则|条例|规定|措施|意见|方案|通知|公告|通告|政策|文件|指南|规则|规程|标准|决定|批复|函)"
)
_RUNS_OUT = re.compile(r"期满|到期|届满|期限已满|有效期满")
_NO_SUBJECT = re.compile(
    r"人员|人才|企业|单位|用人|证书?|资格|资质|合同|项目|学历|补贴|对象|按照?|依照|根据|依据|享受|取得|"
    r"办理|条款|部分|内容|标准|规定的"
)
"""What stands between a paper and 继续有效 where something else goes on than the paper."""
_WHAT_IT_RULES = re.compile(
    r"等?\d*[件份个项].{0,8}文件|(?:规定|明确|确定)的[^，。；]{0,30}?(?:政策|措施)"
)
"""What stands there where the paper is meant by what it rules."""
_CERTIFICATE = re.compile(r"[证书卡码表]$")
_DOES_IT = re.compile(r"(?:被|由|经)[◆、和及]*$")
"""What stands before the paper that prolongs this one: 有效期已由《…》延长."""
_IN_PART = re.compile(r"(?:文件)?中?的?\s*第.{1,6}[条款项章]|\s*中")
_AS_BASIS = re.compile(r"(?:根据|依据|按照|依照|参照|遵照|按)[^，。；]*$")


def prolongations(
    clauses: Sequence[Clause], title: str, issued: Fact | None = None,
    effective: Fact | None = None, lists: Sequence[Listed] | None = None,
) -> tuple[Fact, ...]:  # fmt: skip
    """What a paper says of other papers' last days, each with its line, in reading order.

    A value is a Term as written. Of several statements on one paper the most telling counts.

    Args:
        issued, effective: the paper's own days; a term without a first day runs from there.
        lists: what its lists and tables say, where the caller has read them.
    """
    start = effective or issued
    begin = date.fromisoformat(start.value) if start else None
    found: list[tuple[Term, str]] = []
    lines = [c.text.strip() for c in clauses if c.text.strip() and c.kind is not ClauseKind.ROW]
    about = _of_title(title)
    for line in lines:
        carried = list(about)
        if not _PROLONGS.search(line) and not _RUNS_OUT.search(line):
            continue
        for sentence in sentences(line):
            named = papers_named(sentence)
            terms = _in_sentence(sentence, named or carried, title, begin, bool(named))
            found += [(term, line) for term in terms]
            if named and _RUNS_OUT.search(sentence):
                carried = [n for n in named if not _AS_BASIS.search(sentence[: n.start])]
    for one in listed(clauses) if lists is None else lists:
        if one.effect is Effect.KEPT:
            found.append((Term(one.named.paper, one.day), one.line))
    return _most_telling(found, clauses, title)


def _of_title(title: str) -> list[Named]:
    """Papers that a notice's title says it prolongs; its sentences then need not name them."""
    named = papers_named(title)
    return named if named and _PROLONGS.search(title) and not PLANNED.search(title) else []


def speaks_of_another(sentence: str, title: str) -> bool:
    """Does a sentence tell of another paper's term, so that its days are not the paper's own?"""
    named = papers_named(sentence)
    if not _PROLONGS.search(sentence):
        return False
    return bool(named) or (bool(_of_title(title)) and not _OWN.search(sentence))


def _in_sentence(
    sentence: str, named: Sequence[Named], title: str, begin: date | None, is_here: bool
) -> Iterator[Term]:
    if not named or PLANNED.search(sentence):
        return
    masked = _masked(sentence, named) if is_here else sentence
    says = _PROLONGS.search(masked)
    if says is None or (not is_here and _OWN.search(sentence)):
        return
    day, months, for_good = _said(masked, says, begin)
    for one in named:
        if plain_title(one.title) == plain_title(title) or _CERTIFICATE.search(one.title):
            continue
        if is_here and not _is_subject(sentence, masked, one, says):
            continue
        yield Term(one.paper, day, months, for_good)


def _masked(sentence: str, named: Sequence[Named]) -> str:
    """The sentence with the papers it names blotted out, every character in its place."""
    for one in named:
        blot = "◆" * (one.end - one.start)
        sentence = sentence[: one.start] + blot + sentence[one.end :]
    return sentence


def _is_subject(sentence: str, masked: str, one: Named, says: re.Match[str]) -> bool:
    """Is it this paper that goes on, whole, and not what somebody has by it?"""
    before = masked[: one.start]
    if _AS_BASIS.search(before) or _DOES_IT.search(before):
        return False
    if _IN_PART.match(sentence[one.end :]):
        return False
    low, high = sorted((one.end, says.start())) if one.end <= says.start() else (0, 0)
    between = re.sub(r"◆+", "", masked[low:high])
    return not _NO_SUBJECT.search(_WHAT_IT_RULES.sub("", between))


def _said(masked: str, says: re.Match[str], begin: date | None) -> tuple[date | None, int, bool]:
    """(first day out of force, months, for good) as a sentence says it."""
    behind = masked[says.start() :]
    # 有效期至2027年…，现延长至2030年…: the day behind what moves it; 调整至 ends with its own 至
    if (
        (until := UNTIL.search(masked, says.end() - 1))
        and (last := read_date(until[1]))
        and last < date.max
    ):
        return last + timedelta(days=1), 0, False
    starts = _FROM.search(masked)
    first = read_date(starts[1]) if starts else None
    if _TOTAL.search(behind) is None and (by := _BY.search(behind)):
        months = _months(by)
        goes_on_from = first or (begin if by[0].startswith(("有效期", "试行期")) else None)
        if goes_on_from and not _RUNS_OUT.search(masked):
            return add_months(goes_on_from, months), 0, False
        return None, months, False
    if re.search(rf"{GOES_ON}|予以保留", masked):
        return None, 0, bool(_RUNS_OUT.search(masked) or re.search(r"出台|公布.{0,4}前", masked))
    return None, -1, False


def _months(by: re.Match[str]) -> int:
    if by[1] == "半":
        return 6
    count = chinese_number(by[1])
    if by["unit"] == "个月":
        return count
    return count * 12 + (6 if by["unit"] == "年半" else 0)


def _most_telling(
    found: Sequence[tuple[Term, str]], clauses: Sequence[Clause], title: str
) -> tuple[Fact, ...]:
    """One value a paper; one named by title here and with its 文号 there is one paper."""
    numbers: dict[str, str] = {}
    for text in (title, *(c.text for c in clauses)):
        for named in papers_named(text):
            if named.number:
                numbers.setdefault(plain_title(named.title), named.number)
    best: dict[str, tuple[Term, str]] = {}
    for term, line in found:
        if term.months < 0:
            continue  # 关于延长…有效期的通知: how long stands elsewhere
        paper = numbers.get(plain_title(term.paper), term.paper)
        known = best.get(paper)
        if known is None or _weight(term) > _weight(known[0]):
            best[paper] = (Term(paper, term.until, term.months, term.for_good), line)
    return tuple(Fact(term.written, line) for term, line in best.values())


def _weight(term: Term) -> int:
    return 3 if term.until else 2 if term.months else 1 if term.for_good else 0
