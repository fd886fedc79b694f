"""Where a document stands among others: its level, topics, what it amends, what it prevails over.

Pure. Also reads the card that open-government pages put above a paper (索引号, 发布机构, 文号).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge.dates import DATE, read_date
from knowledge.documents import Clause, ClauseKind, Fact
from knowledge.structure import sentences

_CARD_NAMES = {
    "文号": r"(?:发文字号|发布文号|文\s*号)",
    "发布机构": r"(?:发[布文文]机[构关]|发文单位|发布单位|公开机构)",
    "发文日期": r"(?:发文日期|成文日期|生成日期|制发日期)",
    "名称": r"(?:名\s*称|标\s*题)",
    "有效性": r"(?:(?:有|时)\s*效\s*性|(?:效力|文件|有效)状态|是否有效)",
    "": r"(?:索\s*引\s*号|信息索取号|内容概述|公开(?:方式|日期|时限)|"
    r"类目名称|主题分类|体裁分类|主\s*题\s*词)",
}
CARD_LINE = re.compile(rf"(?:{'|'.join(_CARD_NAMES.values())})\s*[:：]")
"""A line of such a card, where the card is no table."""

CARD_LONGEST = 120
"""Characters of a line of such a card."""

_NATIONAL = re.compile(
    r"国务院|全国人民代表大会|全国人大|中共中央|^中华人民共和国|"
    r"^(?:人力资源(?:和)?社会保障|教育|公安|财政|科学?技术?|住房和城乡建设|民政)部"
)
_PROVINCIAL = re.compile(r"[\u4e00-\u9fff]{2,3}?省|自治区|(?:北京|上海|天津|重庆)市|^省")
_COUNTY = re.compile(
    r"(?:区|县|旗|经开区|高新区|开发区|新区|街道|镇|乡)(?:管委会|管理委员会|人民政府|$)"
)
_CITY = re.compile(r"[\u4e00-\u9fff]{2,4}?市(?!场)|自治州|^市(?!场)")

_TOPICS = {
    "待遇": "补贴|补助|奖励|资助|津贴|待遇|扶持",
    "落户": "落户|入户|户口|户籍|居住证|居住登记",
    "认定": "认定|分类|评定|职称|技能等级",
    "住房": "住房|购房|租房|安居|公寓|驿站|公积金",
    "子女入学": "入学|招生|学位|中小学",
    "社保": "社会保险|医疗保险|养老保险|生育保险|失业保险|大病保险",
    "就业创业": "就业|创业|招聘|求职",
    "活动": "活动|招聘会|讲座|沙龙|大赛|联谊",
    "服务": "服务(?:清单|事项|办法|卡)|办事|指南",
}
_QUOTE = re.compile(r"《([^》]{6,60})》\s*(?:[（(]([^）)]{5,40})[）)])?")
_TRIAL = re.compile(r"试行|暂行")


def page_card(clauses: Sequence[Clause]) -> dict[str, Fact]:
    """What a page's card says, by 名称, 文号, 发布机构 and 发文日期."""
    found: dict[str, Fact] = {}
    for clause in clauses[:24]:
        if clause.kind in (ClauseKind.ARTICLE, ClauseKind.CHAPTER, ClauseKind.PART):
            break
        for name, value in _pairs(clause):
            for key, pattern in _CARD_NAMES.items():
                if key and value and re.fullmatch(pattern, name):
                    found.setdefault(key, Fact(value, clause.text))
    return found


def _pairs(clause: Clause) -> Iterator[tuple[str, str]]:
    cells = [re.sub(r"[\s　]+", "", cell) for cell in clause.cells]
    for name, value in pairwise(cells):
        yield name.rstrip("：:"), value
    if not clause.cells and len(clause.text) <= CARD_LONGEST:
        # a site puts several on one line: 发布日期：…　来源：…　文号：…
        for part in re.split(r"[\s　]+(?=[^\s：:]{2,6}[:：])", clause.text.strip()):
            if head := CARD_LINE.match(part):
                yield re.sub(r"[\s　：:]+", "", head.group(0)), part[head.end() :].strip()


_ENDED = r"(?:已|现已|已经|全文|自动|宣布)*(?:失\s*效|废\s*止|无效|停止执行)"
_MARK = rf"[（(【\[［](?:此件|(?:本|该)文件?)?(?:\d{{4}}年[\d月日]*)?{_ENDED}[)）】\]］]"
_SAYS_ENDED = re.compile(
    rf"{_CARD_NAMES['有效性']}\s*[:：]?\s*(?:{_ENDED}|否(?!则))"
    rf"|^{_MARK}|{_MARK}$"
    rf"|^(?:此件|(?:本|该)(?:文件?|办法|通知|规定|细则))(?:已|现已|已经)+(?:全文)?(?:失效|废止)[。！]?$"
)


def says_ended(clauses: Sequence[Clause], file_name: str) -> str:
    """The line in which a paper or its page says that it no longer holds; "" for none.

    Sites mark a lapsed paper in its card or behind its title, without a day.
    """
    head = list(_head(clauses))
    stem = re.sub(r"\.[A-Za-z]{1,5}$", "", file_name)
    stem = re.sub(r"(?<![（(【\[])已(失效|废止)$", r"（\1）", stem)
    lines = (line for line in (*head, stem) if len(line) <= 120)
    return next((line for line in lines if _SAYS_ENDED.search(line)), "")


def _head(clauses: Sequence[Clause]) -> Iterator[str]:
    """The lines above the first article, a card's as name：value."""
    for clause in clauses[:24]:
        if clause.kind in (ClauseKind.ARTICLE, ClauseKind.CHAPTER, ClauseKind.PART):
            break
        yield from (f"{name}：{value}" for name, value in _pairs(clause))
        yield clause.text.strip()


_SELF_ENDS = re.compile(
    rf"(?:本|此|该)(?:件|文件?|办法|通知|规定|细则|措施)[^。]{{0,60}}?自"
    rf"({DATE.pattern})起[^。]{{0,4}}(?:不再(?:执行|施行|适用)|停止(?:执行|施行)|废\s*止|失\s*效)"
)


def ended_from(clauses: Sequence[Clause]) -> Fact | None:
    """The first day on which a paper no longer holds, where it or its page names one above its
    articles: 本文件已被《…》废止，自2026年3月15日起不再执行."""
    for line in _head(clauses):
        match = _SELF_ENDS.search(line)
        if match and (day := read_date(match[1])):
            return Fact(day.isoformat(), line)
    return None


def level_of(
    title: str, number: Fact | None, issuers: Sequence[Fact], region: Fact | None
) -> Fact | None:
    """国家, 省, 市 or 区县, by who issued it, else by the place it is limited to.

    The four municipalities under the central government are of a province's level.
    """
    named = [(issuer.value, issuer.source) for issuer in issuers]
    if number and "国务院令" in number.value:
        named.insert(0, (number.value, number.source))
    named.append((title, title))
    if region:
        named.append((region.value, region.source))
    for text, source in named:
        body = text.split("关于")[0]
        if _NATIONAL.search(body):
            return Fact("国家", source)
        if _COUNTY.search(body):
            return Fact("区县", source)
        for level, pattern in (("省", _PROVINCIAL), ("市", _CITY)):
            if pattern.search(body):
                return Fact(level, source)
    return None


def topics_of(title: str, clauses: Sequence[Clause]) -> tuple[str, ...]:
    """What it is about: by its title, else by what at least two of its headings name."""
    by_title = tuple(topic for topic, words in _TOPICS.items() if re.search(words, title))
    if by_title:
        return by_title
    headings = [clause.heading for clause in clauses if clause.heading]
    return tuple(
        topic
        for topic, words in _TOPICS.items()
        if sum(bool(re.search(words, heading)) for heading in headings) > 1
    )


def amendments(lines: Sequence[str], title: str) -> Iterator[Fact]:
    """Documents whose wording it changes: 对《…》作如下修改, 关于修改《…》的决定."""
    for line in lines:
        for sentence in sentences(line):
            for quote in _QUOTE.finditer(sentence):
                before, after = sentence[: quote.start()], sentence[quote.end() :]
                changes = re.search(r"(?:修改|修订|修正|调整)\s*$", before) or (
                    re.search(r"[对将]\s*$", before)
                    and re.match(
                        r".{0,24}(?:作(?:如下|出)?.{0,4}修[改订正]|修改为|予以修[改订])", after
                    )
                )
                if changes and (quote[1] not in title or re.search("修[改订正]", title)):
                    yield Fact(quote[2] or quote[1], line)


def trial_of(title: str, lines: Sequence[str]) -> Fact | None:
    """Whether it is on trial (试行, 暂行), by its title or its closing clauses."""
    if found := _TRIAL.search(title):
        return Fact(found.group(0), title)
    for line in reversed(lines):
        if re.search(r"试行(?:期|[一二三两\d]{1,2}年)|起试行", line):
            return Fact("试行", line)
    return None


def prevails(lines: Sequence[str]) -> Fact | None:
    """The sentence that lets it prevail over others: 与本办法不一致的，以本办法为准."""
    for line in reversed(lines):
        for sentence in sentences(line):
            if re.search(r"(?:不一致|不符|抵触|有冲突).{0,12}以(?:本|此).{1,8}为准", sentence):
                return Fact(sentence.strip(), line)
    return None
