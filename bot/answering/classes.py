"""Talent classes: which one a passage is for, and which degrees and titles lead to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

from knowledge.documents import ClauseKind, Hit, Passage
from knowledge.lexicon import normal
from knowledge.query import Alternative, Concept, Measure, Query
from knowledge.recipients import own_classes, own_degrees, row_classes
from knowledge.talent_classes import defined_in, definitions, others, recognises, with_other_names

QUALIFICATION = re.compile(
    r"院士|博士.{0,4}|硕士.{0,4}|研究生|本科.{0,3}|学士.{0,2}|大专|专科|(?:正|副)高级?(?:职称)?|副?教授|副?研究员|副?主任医师|主治医师|(?:正?高级|中级|助理)?工程师|(?:正?高级|[一二]级)教师|(?:首席|特级|高级)?技师|高级工|.{0,3}技术能手|中级职称|讲师"
)
_ALLOWANCE = re.compile("国务院(?:政府)?特殊津贴(?:专家|人员)?")
HONOUR = re.compile(
    rf"{_ALLOWANCE.pattern}|(?:国家|省|市)级?(?:重大|重点)?人才(?:计划|工程)|(?:全国|省|市)(?:级)?(?:劳动模范|劳模)"
    r"|五一劳动奖章|(?:国家|省|市)级?非(?:物质文化)?遗(?:产)?(?:代表性)?传承人|(?:国家|省|市)?级?特级教师"
    r"|中华技能大奖|(?:国家|省|市)级?教学名师|国医大师|长江学者|杰青|优青|(?:省|市)(?:级)?首席技师"
)
"""What somebody has been awarded, by which papers recognise talents as by a title."""

STATUS = re.compile(
    r"公务员|参公|事业编|在编|编制|教师|(?<![的子娃])老师(?!说|您|好|们|,[您你请])|医生|护士|机关单位|退休|在校|外籍|失信|个体户|灵活就业|兼职|自考|函授|成人教育|成教|成考|开放大学|国开|电大|网教|夜大|非全日制|专升本|劳务派遣|实习"
)
"""What somebody is, by which rules let in and shut out."""

_LEVEL = r"(?:国家级|国家|全国|省部级|省级|省|市级|市)"
PART_TIME = re.compile(
    r"在职|非全|同等学力|函授|自考|成人|成教|成考|夜大|电大|开放大学|网络教育|网教|专升本"
)
"""How a degree is taken beside work; it does not meet 全日制."""
_ITS_PAPER = re.compile(
    r"(?:取得|获得|具有|有)(?:相应的?)?(?:学位|学历|毕业|资格)(?:证书?)?(?:的|者)?(?:人员|人才)?"
)
"""Behind 具有博士研究生学历并: who names the degree has it."""
_JOINED = re.compile(r"[并且]|同时")
INCOME = re.compile(
    r"(?:年薪|年收入|(?:[年去今]年?)(?:在[^,。]{1,6}?)?(?:税前|的)?(?:工资|收入|薪水)|(?:工资|收入)[一每]年)[^,。;]{0,6}?"
    r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十百]+)万"
)
"""What somebody earns in a year, by which some clauses tell a class."""

_PROFESSION = re.compile("工程师|教师|医师|[药护技]师|经济师|会计师|农艺师|研究员")


class Match(IntEnum):
    """How well an item of a recognition clause fits what somebody says of themselves."""

    NONE = 0
    MAYBE = 1  # it names the degree or title, and demands more or a level that was not told
    WHOLE = 2  # nothing is demanded that was not told


def matched(titles: Sequence[Concept], told: str, text: str) -> Match:
    """How far a recognition clause is met by the degrees and titles somebody has.

    Whole items only: a clause lists several ways, each between semicolons. An item that demands
    two things is met by who has both; 省级 of a title is not 国家级; a degree taken beside work
    does not meet 全日制.

    Args:
        titles: the concepts that name degrees and titles.
        told: the message in normal form.
        text: the clause.
    """
    found = Match.NONE
    for item in re.split(r"[;。:]", normal(text)):
        held = [t for t in titles if named_as(t).search(item)]
        if held:
            whole = _all_demanded(titles, item) and all(_same_level(t, told, item) for t in held)
            if "全日制" in item and PART_TIME.search(told):
                whole = False
            found = max(found, Match.WHOLE if whole else Match.MAYBE)
    return found


def _all_demanded(titles: Sequence[Concept], item: str) -> bool:
    """Is each of the things that an item demands together named?"""
    return all(
        any(named_as(t).search(part) for t in titles)
        for part in _JOINED.split(item)
        if part and not _ITS_PAPER.fullmatch(part)
    )


def _same_level(title: Concept, told: str, item: str) -> bool:
    """Is the level that stands before a title in an item the one told: 省级技术能手?"""
    match = named_as(title).search(item)
    assert match is not None  # the caller has looked
    demanded = re.search(rf"{_LEVEL}(?:的)?$", item[: match.start()])
    own = re.search(rf"({_LEVEL})(?:的)?{re.escape(title.word)}", told)
    if demanded is None:
        return True
    return own is not None and _level(own[1]) == _level(demanded[0])


def _level(name: str) -> str:
    return "国" if re.search("国", name) else name[0]


def named_as(title: Concept) -> re.Pattern[str]:
    """A degree or title in the wordings that mean the same: 副教授 is 副高级.

    Whole words only: a 技师 is not who an item on 高级技师 means, a 博士后 no 博士.
    """
    same = [
        a.terms[0]
        for a in title.alternatives[1:]
        if QUALIFICATION.fullmatch(a.terms[0]) and title.word not in a.terms[0]
    ]
    names = "|".join(map(re.escape, (title.word, *same)))
    names = re.sub(r"(?<!\w)研究生(?!\w)", "(?<!博士)研究生", names)  # of itself, a 硕士研究生
    names = _ALLOWANCE.sub("国务院(?:政府)?特殊津贴", names)
    names = names.replace("职称", "(?:专业)?(?:技术)?(?:职称|资格|职务)")
    if _PROFESSION.search(title.word):
        names = f"(?:{names})(?!{_PROFESSION.pattern})"  # an engineer is no 正高级教师
    return re.compile(
        rf"(?<!高级)(?<!正)(?<!首席)(?<!特级)(?<!助理)(?<!副)(?<!总)(?:{names})(?!后|生导师|点|站)"
    )


def of_known_class(query: Query, classes: frozenset[str]) -> Query:
    """The query once the class is known: the degree that led to it has done its work."""
    kept = tuple(replace(c, weight=c.weight * 0.2) if c.told else c for c in query.concepts)
    return replace(query, classes=with_other_names(classes), concepts=kept)


def of_another_class(query: Query, hit: Hit) -> bool:
    """Is a passage about other talent classes than the one asked about?"""
    return others(query.classes, own_classes(hit.passage))


def row_class(hit: Hit) -> str:
    """The talent class a table row is for, the first of several, "" for none."""
    return class_of(hit.passage)


def class_of(row: Passage) -> str:
    """The talent class a table row is for, the first of several, "" for none."""
    return next(iter(row_classes(row)[1]), "")


def defined_classes(hit: Hit) -> frozenset[str]:
    """The class that a recognition item defines: （五）E类（高级人才）：…"""
    defined = defined_in(normal(hit.passage.text))
    return frozenset({defined} - {""}) or frozenset(row_classes(hit.passage)[1])


def titles_in(query: Query, told: str = "") -> list[Concept]:
    """The degrees and titles that a question names.

    Args:
        told: the whole message in normal form; with it what somebody has been awarded counts too,
            which no dictionary has as a word.
    """
    found = [c for c in query.concepts if QUALIFICATION.fullmatch(c.word)]
    honours = dict.fromkeys(HONOUR.findall(told))
    return found + [Concept(h, (Alternative((h,)),), told=True) for h in honours]


def names_the_asker(query: Query, row: Passage) -> bool:
    """Is a table row named by a degree or title that the question names: 新帆人才（硕士）?"""
    if query.degrees & own_degrees(row):
        return True
    names = [normal(cell) for cell in row.cells[:2]]
    return any(named_as(t).search(name) for t in titles_in(query) for name in names)


def names_another(query: Query, row: Passage) -> bool:
    """Is a table row named by a degree or title, and by none nor by a class of the asker's?"""
    if query.classes & set(row_classes(row)[1]):
        return False
    if row_names(row, query.text):
        return False
    named = any(QUALIFICATION.search(normal(cell)) for cell in row.cells[:2])
    return named and not names_the_asker(query, row)


def row_names(row: Passage, said: str) -> list[str]:
    """The names of a table row that are said in so many words, normal forms both."""
    names = [normal(cell) for cell in row.cells[:2]]
    return [name for name in names if len(name) > 1 and name in said]


def led_to(titles: Sequence[Concept], told: str, hit: Hit) -> tuple[frozenset[str], Match]:
    """The classes that a recognition clause gives somebody of these degrees and titles, and how
    well its item fits them; of several items the best, the first of equals."""
    items = [(frozenset({name}), item) for name, item in definitions(normal(hit.passage.text))] or [
        (defined_classes(hit), hit.passage.text)
    ]
    found: tuple[frozenset[str], Match] = (frozenset(), Match.NONE)
    for classes, item in items:
        fit = matched(titles, told, item) if classes else Match.NONE
        if fit > found[1]:
            found = classes, fit
    return found


def by_income_of(text: str) -> bool:
    """Does a recognition clause tell a class by what somebody earns?"""
    return bool(_EARNS.search(normal(text)))


def row_by_income(told: str, hits: Sequence[Hit]) -> Hit | None:
    """The row of a recognition table that demands most of what somebody earns in a year and has it
    met; None where they tell no income or no row found demands one."""
    earned = _earned(told)
    if earned is None:
        return None
    best, most = None, 0.0
    for hit in hits:
        passage = hit.passage
        if not recognises(passage.header):
            continue
        for name, cell in zip(passage.header, passage.cells, strict=False):
            demanded = _in_ten_thousands(cell, name) if _PAY.search(name) else None
            if demanded is not None and most < demanded <= earned:
                best, most = hit, demanded
    return best


def item_by_income(told: str, hits: Sequence[Hit]) -> Hit | None:
    """The clause that makes somebody of a class by what they earn in a year: of several the one
    that demands most of it; None where they tell no income or no clause found has it met."""
    earned = _earned(told)
    if earned is None:
        return None
    best, most = None, 0.0
    for hit in hits:
        text = "" if hit.passage.cells else normal(hit.passage.text)
        sums = [float(n) for n in _EARNS.findall(text)] if definitions(text) else []
        for one in _MADE_OF_A_CLASS.finditer(text):
            sums += [float(n) for n in _REACHES.findall(one[0])]
        demanded = max((n for n in sums if n <= earned), default=0.0)
        if demanded > most:
            best, most = hit, demanded
    return best


def _earned(told: str) -> float | None:
    """What somebody says they earn in a year, in 万元."""
    said = INCOME.search(told)
    return _in_ten_thousands(said[0], "万") if said else None


_EARNS = re.compile(
    r"(?:年薪|年收入|工资薪金|年工资|薪酬|年度(?:(?!销售|营业)[^;。]){0,6}收入)[^;。\d]{0,12}(\d+(?:\.\d+)?)万"
)
_MADE_OF_A_CLASS = re.compile(r"(?:薪|工资)[^。]*\d万[^。]*认定为")
"""薪酬认定：达到80万元的认定为第三层次，达到45万元的认定为第四层次."""
_REACHES = re.compile(r"(\d+(?:\.\d+)?)万")
_PAY = re.compile(r"薪|收入|工资")


def _in_ten_thousands(text: str, unit: str) -> float | None:
    """The one amount of a text in 万元, where it or its column says so; None for several."""
    found = re.findall(r"\d+(?:\.\d+)?", text)
    return float(found[0]) if len(found) == 1 and "万" in text + unit else None


def needs_class(query: Query, hits: Sequence[Hit]) -> bool:
    """Is an amount wanted and the clause found first one that only tells a class?"""
    return bool(
        hits
        and query.measure is Measure.MONEY
        and not query.classes
        and (hits[0].passage.kind is not ClauseKind.ROW or _tells_who(hits[0].passage))
        and defined_classes(hits[0])
    )


def _tells_who(row: Passage) -> bool:
    """Is a row one of a table of who is of a class, by conditions in so many words?"""
    header = "".join(row.header)
    return recognises(row.header) and bool(re.search("条件|认定|资格|学历|职称", header))


def same_table(row: Passage, others: Sequence[Passage]) -> list[Passage]:
    """The rows of a row's table, one for each talent class, in reading order; [] for fewer than two
    or where a class has several."""
    rows = [
        p
        for p in (row, *others)
        if class_of(p)
        and (p.header, p.path, table_label(p)) == (row.header, row.path, table_label(row))
    ]
    rows.sort(key=lambda p: p.ordinal)
    named = [class_of(p) for p in rows]
    return rows if len(rows) > 1 and len(set(named)) == len(named) else []


def table_label(row: Passage) -> str:
    """The place of a row's table: 二、安居标准 表 of 二、安居标准 表「D类」."""
    return row.label.partition("「")[0]
