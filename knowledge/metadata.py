"""What a document says about itself, each value with the line it was read from. Pure.

Only words that officials use for these things are trusted (施行, 有效期, 废止 …); what is not
said is left empty rather than guessed, because a wrong expiry date hides a valid policy and a
missing one quotes a lapsed one: both are shown to a reviewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from knowledge.cleanup import Effect, Listed, day_of_end, listed
from knowledge.dates import DATE, add_years, read_date
from knowledge.documents import Clause, ClauseKind, DocumentFacts, DocumentKind, Fact
from knowledge.issuers import bodies, named_in_front, signers
from knowledge.naming import NUMBER
from knowledge.regions import ZONE
from knowledge.standing import (
    CARD_LINE,
    amendments,
    ended_from,
    level_of,
    page_card,
    prevails,
    topics_of,
    trial_of,
)
from knowledge.structure import chinese_number, sentences
from knowledge.terms import prolongations, speaks_of_another, with_day

_ORDER = re.compile(
    r"([\u4e00-\u9fff]{2,20}令)\s*[（(]?第?\s*(\d{1,5}|[一二三四五六七八九十百零〇]{1,7})\s*号"
)
_ORDER_BEHIND = re.compile(r"([\u4e00-\u9fff]{1,14}?政府)第\s*(\d{1,5})\s*号令")
_TITLE_END = re.compile(
    r"(?:办法|细则|条例|规定|措施|意见|方案|规划|通知|公告|通告|指南|清单|须知|问答|解答|解读|讲话|"
    r"(?:安排|分值|计划|分配|标准|一览|申请|登记|汇总)表|名单|要求|告知单|手册|目录|规程|规则|章程|法|政策|标准|流程|攻略|选编|一览)"
    r"(?:[（(].{1,16}[）)])*$"
)

_KINDS: tuple[tuple[DocumentKind, str], ...] = (
    (DocumentKind.SPEECH, r"讲话|致辞|发言|在.{2,20}会议?上的"),
    (DocumentKind.INTERPRETATION, r"解读|一图读懂|政策说明"),
    (DocumentKind.FAQ, r"问答|解答|常见问题|答复选编|留言答复|FAQ"),
    (
        DocumentKind.EVENT,
        r"招聘会|活动安排|活动预告|讲座|沙龙|音乐会|联谊|宣讲会|对接会|大赛.{0,6}通知|双选会|洽谈会"
        r"|(?:招聘|引才|揽才|交流|系列|[春夏秋冬]季).{0,8}活动的?(?:公告|通告|通知|预告)",
    ),
    (DocumentKind.GUIDE, r"指南|清单|须知|手册|攻略|告知单|流程|一览表"),
    (DocumentKind.REGULATION, r"办法|细则|条例|规定|措施|意见|方案|法(?:[（(].*)?$|规则|规程|标准"),
    (DocumentKind.NOTICE, r"通知|公告|通告|要求"),
)
_REGION = re.compile(
    rf"((?:(?!人才|建设|推进|加快|支持|促进|发展)[\u4e00-\u9fff]){{2,8}}?{ZONE})"
    r"|([\u4e00-\u9fff]{2,3}?(?:市|县|区|省|自治州))"
)


def document_facts(
    clauses: Sequence[Clause], file_name: str, title_hint: str = ""
) -> DocumentFacts:
    """Read title, 文号, dates, validity, kind and repeals of one document.

    Args:
        clauses: the clause tree in reading order.
        file_name: the uploaded file's name; its stem is the last resort for the title, and the
            office's own edition mark such as （2025年版） is taken from it.
        title_hint: a title the file states outside its text (HTML ``<title>``).
    """
    card = page_card(clauses)
    front = [line for line in _front(clauses) if not CARD_LINE.match(line)]
    # the card names the notice; the office names its file after the paper, if it does so in full
    is_cut = "名称" in card and not _TITLE_END.search(file_stem(file_name))
    named = card["名称"].value if is_cut else title_hint
    title = _title(front, file_name, named)
    clauses = _own(clauses, title)
    lines = [c.text.strip() for c in clauses if c.text.strip() and c.kind is not ClauseKind.ROW]
    number = _number(front)
    if number is None and "文号" in card and (carded := _number([card["文号"].value])):
        number = Fact(carded.value, card["文号"].source)
    issued = _issued(clauses, front) or _card_date(card)
    effective, expires = _validity(lines, issued, title)
    kind = _kind(title, file_name, lines, number is not None)
    issuers = _issuers(clauses) or _carded(card)
    region = _region(title, front)
    lists = tuple(listed(clauses))
    return DocumentFacts(
        title=title,
        kind=kind,
        number=number,
        issuers=issuers,
        issued=issued,
        effective=effective,
        expires=ended_from(clauses) or expires,
        region=region,
        repeals=tuple(_repeals(lists, lines, title, effective or issued)),
        prolongs=prolongations(clauses, title, issued, effective, lists),
        level=level_of(title, number, issuers, region),
        topics=topics_of(title, clauses),
        amends=tuple(_amends(lists, lines, title)),
        trial=trial_of(title, lines),
        prevails=prevails(lines),
    )


def _front(clauses: Sequence[Clause], most: int = 12) -> list[str]:
    """The lines before the first numbered head, at most so many."""
    lines: list[str] = []
    for clause in clauses:
        body = (ClauseKind.ARTICLE, ClauseKind.CHAPTER, ClauseKind.PART, ClauseKind.QUESTION)
        if clause.kind in (*body, ClauseKind.TABLE):
            break
        lines.append(clause.text.strip())
    return lines[:most]


def _own(clauses: Sequence[Clause], title: str) -> Sequence[Clause]:
    """The clauses without the paper that a notice forwards: whose days and bodies are not its own."""
    if "转发" not in title:
        return clauses
    signed = [c.ordinal for c in clauses if c.kind is ClauseKind.SIGNATURE]
    annexes = [c.ordinal for c in clauses if _is_annex(c)]
    forwarded = (a for a in annexes if any(s < a for s in signed) and any(s > a for s in signed))
    end = next(forwarded, None)
    return clauses if end is None else [c for c in clauses if c.ordinal < end]


def _plain(text: str) -> str:
    """Letters, figures and characters only: titles are quoted with differing punctuation."""
    return re.sub(r"[\W_]+", "", text)


def file_stem(name: str) -> str:
    """A file's name without folder, extension and leading running number."""
    stem = re.sub(r"\.[A-Za-z]{1,5}$", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    return re.sub(r"^\d{1,3}\s*[-_.、．]\s*", "", stem).strip()


def _title(front: Sequence[str], file_name: str, hint: str) -> str:
    """The document's own title, not the covering notice's.

    A covering notice (关于印发《X》的通知) is followed by X itself; X is what people cite.
    """
    stem = file_stem(file_name)
    lines = [line for line in front if 4 <= len(_plain(line)) <= 60]
    candidates = [line for line in lines if _TITLE_END.search(line) and "：" not in line[-1:]]
    quoted = re.match(r"《([^》]{4,60})》(?:全文)?(?:如下)?[：:]?$", front[0]) if front else None
    if quoted and _TITLE_END.search(quoted.group(1)):
        return re.sub(r"\s+", "", quoted.group(1))
    joined = "".join(front[:6])
    joined = re.sub(r"<([^<>]{2,30})>", r"〈\1〉", joined)  # a title within a title
    printed = re.search(
        r"(?:印发|发布|公布|转发).{0,4}《((?:[^《》]|《[^《》]*》){4,60})》.{0,12}的?(?:通知|公告|决定|令)",
        joined,
    )
    title = ""
    announced = re.search(r"(?:修改|公布|颁布)\s*《([^《》]{4,40})》的?决定", "".join(front[:6]))
    if announced and _overlap(announced.group(1), stem) > 0.6:
        title = announced.group(1)
    if printed:
        inner = printed.group(1)
        own = next((c for c in candidates if _plain(c) == _plain(inner)), "")
        title = own or (inner if _plain(inner) in _plain(stem) or not candidates else "")
    if not title and candidates:
        # of several lines that look like titles, the one the office named the file after
        title = next((c for c in candidates if _overlap(c, stem) > 0.6), candidates[0])
        title = _with_continuation(title, front, stem)
    broken = [lines for lines in pairwise(front[:8]) if _goes_on(*lines, stem)]
    if broken and (not title or title in broken[0]):
        title = "".join(broken[0])
    if not title:
        plain_hint = re.split(r"[-_|—]", hint)[0].strip() if hint else ""
        own = front[0] if front and len(front[0]) <= 40 and not front[0].endswith("。") else ""
        title = plain_hint if _TITLE_END.search(plain_hint) else (own or stem)
    title = re.sub(r"\s+(?![A-Za-z])|(?<![A-Za-z])\s+", "", title.strip(" 　"))
    if title.startswith("《") and title.endswith("》"):
        title = title[1:-1]
    below = front[front.index(title) + 1 :][:1] if title in front else []
    printed_edition = bool(below) and re.fullmatch(_EDITION, below[0])
    edition = (
        re.match(rf"({_EDITION})(?:[\s_-]*\d{{4}}年?)?$", stem[len(title) :]) if title else None
    )
    if printed_edition:
        title += re.sub(r"\s+", "", below[0])
    elif edition and stem.startswith(title):
        title += edition[1]
    return title


_EDITION = r"[（(](?=[^（()）]*(?:版|年|修订|试行|征求意见|草案|送审|讨论稿))[^（()）]{2,12}[）)]"
"""The mark of an edition behind a title: （2025年版）, （修订征求意见稿）."""


def _goes_on(above: str, below: str, stem: str) -> bool:
    """True for a title broken within its 《》, or as the office's file name joins it."""
    if len(above) > 40 or len(below) > 40 or len(_plain(above)) < 4:
        return False
    if above.count("《") > above.count("》"):
        return below.count("》") > below.count("《")
    whole = _plain(above + below)
    return len(_plain(below)) > 1 and _plain(stem).startswith(whole)


def _with_continuation(title: str, front: Sequence[str], stem: str) -> str:
    """A title broken over two lines is joined when the first line is no title by itself."""
    place = front.index(title) if title in front else -1
    above = front[place - 1] if place > 0 else ""
    # the office named the file after both lines
    if 4 < len(above) <= 40 and _plain(stem).startswith(_plain(above)) and above not in title:
        return above + title
    broken = place > 0 and "关于" not in title and "《" not in title
    if broken and re.match(
        r"(?:[\u4e00-\u9fff（）()]{0,30}关于|印发)[^。；：:]{2,60}$", front[place - 1]
    ):
        return front[place - 1] + title
    if place > 0 and re.match("关于", title) is None and len(title) <= 30:
        above = front[place - 1]
        if re.search(r"(?:关于|印发|实施|进一步.{0,30})$", above) and len(above) <= 40:
            return above + title
    return title


def _overlap(a: str, b: str) -> float:
    a, b = _plain(a), _plain(b)
    grams = {a[i : i + 2] for i in range(len(a) - 1)}
    return len([g for g in grams if g in b]) / len(grams) if grams else 0.0


def _number(front: Iterable[str]) -> Fact | None:
    """文号: a short line of its own among the first lines, or in brackets below the title."""
    lines = list(front)
    # an order's number stands below its name
    orders = [
        f"{above} {number[0]}"
        for above, below in pairwise(lines)
        if re.fullmatch(r"[\u4e00-\u9fff]{2,20}令", above)
        and (number := re.match(r"第\s*[\d一二三四五六七八九十百零〇]{1,7}\s*号", below))
    ]
    for line in (*orders, *lines):
        bare = line.strip("（()） 　")
        for pattern, most in ((NUMBER, 30), (_ORDER, 40)):
            match = pattern.search(bare)
            if not match or len(bare) > most or "《" in bare:
                continue
            if pattern is NUMBER:
                return Fact(f"{match[1]}〔{match[2]}〕{match[3]}号", line)
            return Fact(f"{match[1]}第{chinese_number(match[2])}号", line)
        if len(bare) <= 40 and (behind := _ORDER_BEHIND.search(bare)):
            office = re.sub(r"^.*[年月日]", "", behind[1])
            return Fact(f"{office}令第{behind[2]}号", line)
    return None


def _issued(clauses: Sequence[Clause], front: Sequence[str]) -> Fact | None:
    """成文日期: the signature's date, else a date line below the title, else 发布时间."""
    signed = [c.text for c in clauses if c.kind is ClauseKind.SIGNATURE]
    # a statute names the day it was passed, too; it is issued when it is promulgated
    # a sentence speaks of other days: what is due until then, when others wrote
    front = [line for line in front if not re.search(r"[。；，：]$", line)]
    if any(_HELD_AT.match(line) for line in front):
        # 时间： beside 地点： is when an event is held
        front = [line for line in front if not _HELD_ON.match(line)]
    promulgated = [line for line in front if re.search(r"发布|公布|颁布|印发", line)]
    for line in (*reversed(signed), *promulgated, *front):
        day = read_date(line)
        if day and len(line) <= 60:
            return Fact(day.isoformat(), line)
    for line in front:
        match = re.search(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})", line)
        if match and len(line) <= 80:
            try:
                day = date(*(int(g) for g in match.groups()))
            except ValueError:
                continue
            return Fact(day.isoformat(), line)
    return None


_HELD_AT = re.compile(r"[^：:]{0,8}(?:地点|地址|场地)\s*[：:]")
_HELD_ON = re.compile(
    r"(?:活动|举办|举行|会议|培训|比赛|讲座|报名|截止|报名截止)?(?:时间|日期|截止)\s*[：:]"
)


def _carded(card: dict[str, Fact]) -> tuple[Fact, ...]:
    fact = card.get("发布机构")
    names = (bodies(fact.value) or (fact.value,)) if fact else ()
    return tuple(Fact(name, fact.source) for name in names) if fact else ()


def _card_date(card: dict[str, Fact]) -> Fact | None:
    fact = card.get("发文日期")
    day = read_date(fact.value) if fact else None
    return Fact(day.isoformat(), fact.source) if fact and day else None


_SELF = (
    r"本(?:实施|若干|暂行|试行|管理|指导|工作)*"
    r"(?:办法|细则|条例|规定|措施|意见|方案|通知|公告|通告|政策|文件|指南|规则|规程|标准|目录|清单|法)"
)
"""How a document speaks of itself."""
_QUOTED = re.compile(r"《[^》]*》(?:\s*[（(][^（）()]*[）)])?")
_START = re.compile(
    rf"自\s*({DATE.pattern})\s*(?:起|开始)?\s*(?:正式)?(?:试行|施行|实施|执行|生效|起)(?!的)"
)
_START_ALSO = re.compile(rf"({DATE.pattern})\s*起?\s*(?:施行|实施|执行|生效)(?!的)")
_AT_ISSUE = re.compile(
    r"自(?:印发|发布|公布|颁布|下发|公告)之日起(?:三十日后|30日后)?\s*(?:正式)?(?:试行|施行|实施|执行|生效)"
)
_UNTIL = re.compile(
    rf"(?:有效期(?:限)?\s*(?:截?至|到)|(?:执行|施行|实施|试行)?\s*(?:截?至|到))\s*({DATE.pattern})\s*(止|为止)?"
)
_SPAN = re.compile(
    r"(?:有效期(?:限)?|试行期|试行|有效)\s*(?:为|：)?\s*(\d{1,2}|[一二两三四五六七八九十]{1,2})\s*年"
)


def _validity(
    lines: Sequence[str], issued: Fact | None, title: str = ""
) -> tuple[Fact | None, Fact | None]:
    """施行日期 and the first day out of force, from the closing clauses outward."""
    effective: Fact | None = None
    expires: Fact | None = None
    own = [line for line in lines if re.search(rf"{_SELF}.{{0,40}}(?:行|实施|效)", line)]
    others = [line for line in lines if line not in own]
    for line in (*reversed(own), *reversed(others)):
        if not re.search("施行|实施|执行|试行|生效|有效期", line):
            continue
        # quoted policies carry their own dates: only sentences about this document count
        for piece in sentences(line):
            if re.search(r"原.{0,12}(?:施行|执行)", piece) or speaks_of_another(piece, title):
                continue
            sentence = _QUOTED.sub("《》", piece)
            start = _START.search(sentence) or (
                _START_ALSO.search(sentence) if len(line) <= 120 else None
            )
            begin = read_date(start.group(0)) if start else None
            if begin is not None and begin == day_of_end(piece):
                begin = None  # the day on which others end
            if begin is None and _AT_ISSUE.search(sentence) and issued:
                begin = date.fromisoformat(issued.value)
                if re.search("三十日后|30日后", sentence):
                    begin += timedelta(days=30)
            if effective is None and begin is not None:
                effective = Fact(begin.isoformat(), line)
            # a period counts only where this document speaks of its own coming into force
            if expires is None and (
                (begin is not None and begin == _day(effective))
                or re.search(rf"{_SELF}的?(?:有效期|试行期)|^有效期", sentence)
            ):
                expires = _end(sentence, line, begin or _day(effective) or _day(issued))
    return effective, expires


def bundled(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """What a reviewer should know of a file whose annexes come into force on days of their own."""
    starts: dict[str, str] = {}
    annex, lines = "", list[str]()
    for clause in (*clauses, None):
        if clause is None or _is_annex(clause):
            effective, _ = _validity(lines, None) if annex else (None, None)
            if effective:
                starts[annex] = effective.value
            annex, lines = clause.number if clause else "", []
        elif clause.kind is not ClauseKind.ROW:
            lines.append(clause.text.strip())
    if len(set(starts.values())) < 2:
        return ()
    each = "、".join(f"{name}自{day}起" for name, day in starts.items())
    return (f"几个附件各有施行日期（{each}），合在一起只能记一个；请把附件拆开，分别上传",)


def _is_annex(clause: Clause) -> bool:
    return clause.kind is ClauseKind.SECTION and clause.number.startswith("附")


def _day(fact: Fact | None) -> date | None:
    return date.fromisoformat(fact.value) if fact else None


def _end(sentence: str, line: str, begin: date | None) -> Fact | None:
    until = _UNTIL.search(sentence)
    if until and (last := read_date(until.group(0))) and last < date.max:
        return Fact((last + timedelta(days=1)).isoformat(), line)
    span = _SPAN.search(sentence)
    if span and begin:
        return Fact(add_years(begin, chinese_number(span.group(1))).isoformat(), line)
    return None


_ABOLISHED = re.compile(r"废止|停止执行|不再执行|失效")
_ABOLISHES = re.compile(rf"(?:废止|停止执行)[:：]?(?:(?:{_QUOTED.pattern})|[、，和及以与原])*$")
_AS_BASIS = re.compile(r"(?:根据|依据|按照|依照|按)[^，。；]*$")
_DOES_IT = re.compile(r"(?:被|由)\s*(?:《[^》]*》(?:[（(][^（）()]*[）)])?[、和及])*$")
"""What stands before the paper that does it to this one: 本文件已被《…》废止."""
_IN_PART = re.compile(r"(?:文件)?中?的?\s*第.{1,6}[条款项章]")


def _repeals(
    lists: Sequence[Listed], lines: Sequence[str], title: str, start: Fact | None
) -> Iterable[Fact]:
    """《…》（文号）同时废止: what this document abolishes, by 文号 where given, else by title.

    With the day from which it ends, where that is not the document's own first day.
    """
    own = date.fromisoformat(start.value) if start else None

    def fact(paper: str, line: str, day: date | None) -> Fact:
        return Fact(with_day(paper, day if day != own else None), line)

    for line in lines:
        for sentence in sentences(line):
            if not _ABOLISHED.search(sentence):
                continue
            day = day_of_end(sentence)
            for match in re.finditer(
                r"《([^》]{4,60})》\s*(?:[（(]([^）)]{5,40})[）)])?", sentence
            ):
                if not _is_abolished(sentence, match):
                    continue
                if number := NUMBER.search(match[2] or ""):
                    yield fact(f"{number[1]}〔{number[2]}〕{number[3]}号", line, day)
                # its own title without a number is itself; a certificate lapses, it is not repealed
                elif match[1] not in title and not re.search(r"[证书卡码表]$", match[1]):
                    yield fact(match[1], line, day)
            bare = _QUOTED.sub("", sentence)
            for match in NUMBER.finditer(bare):
                if _is_abolished(bare, match):
                    office = re.sub(r"^.*(?:原|以及|及|和|与|将|的|对)", "", match[1])
                    yield fact(f"{office}〔{match[2]}〕{match[3]}号", line, day)
    for one in lists:
        if one.effect is Effect.ENDED:
            yield fact(one.named.paper, one.line, one.day)


def _amends(lists: Sequence[Listed], lines: Sequence[str], title: str) -> Iterable[Fact]:
    """What it changes, by its sentences and its lists."""
    yield from amendments(lines, title)
    for one in lists:
        if one.effect is Effect.AMENDED:
            yield Fact(one.named.paper, one.line)


def _is_abolished(sentence: str, match: re.Match[str]) -> bool:
    """Whether a sentence abolishes the whole of what it names at this place."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    if _AS_BASIS.search(before) or _DOES_IT.search(before) or _IN_PART.match(after):
        return False
    return bool(_ABOLISHED.search(after) or _ABOLISHES.search(before))


def _kind(title: str, file_name: str, lines: Sequence[str], numbered: bool) -> DocumentKind:
    opening = " ".join(lines[:6])
    spoken = re.search(r"^.{0,40}同志们[：:！]", opening) or "根据录音整理" in opening
    stem = file_stem(file_name)
    for kind, pattern in _KINDS:
        if kind is DocumentKind.SPEECH and (spoken or (not numbered and re.search(pattern, stem))):
            return kind
        if re.search(pattern, title):
            return kind
    for kind, pattern in _KINDS:
        if re.search(pattern, stem):
            return kind
    return DocumentKind.NOTICE if numbered else DocumentKind.GUIDE


def _issuers(clauses: Sequence[Clause]) -> tuple[Fact, ...]:
    """The issuing bodies: as signed at the end, as signed on a covering notice, as headed."""
    signed = [c for c in clauses if c.kind is ClauseKind.SIGNATURE]
    parts: list[list[Clause]] = []
    for clause in signed:
        if parts and clause.ordinal == parts[-1][-1].ordinal + 1:
            parts[-1].append(clause)
        else:
            parts.append([clause])
    front = [line for line in _front(clauses, 40) if not CARD_LINE.match(line)]
    by_part = (signers([c.text for c in part]) for part in reversed(parts))
    return next(filter(None, by_part), ()) or named_in_front(front)


def _region(title: str, front: Sequence[str]) -> Fact | None:
    for line in (title, *front):
        match = _REGION.match(re.sub(r"^(?:中共|关于|印发|《|\d{4}年)+", "", line))
        if match and not re.match("[在全本我各这]|.*[全本我各该](?:市|县|区|省)$", match.group(0)):
            return Fact(match.group(0), line)
    return None
