"""Talent classes, however a city names them: E类, 第五层次, 骨干人才. Pure.

Every city grades its talents, and most of what it pays goes by grade. Three ways of naming grades
are known: letters (with a digit too: B1类), ordinals (第五层次, 第二类, Ⅳ类) and words of rank
(领军人才). One name has one form: ``e类``, ``第五层次``, ``领军人才``. A city with names of its own
(鼎才、栋才) tells them in its papers, where they are found (``names_in``) and learned (``learn``);
from then on they are classes. So are bare 三类 and 三档 and the heavenly stems (丁类), which grade
other things elsewhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_NUMERALS = "一二三四五六七八九"
_SEPARATOR = r"\s*(?:[、,/和及或与]|[至到~—–-]+)\s*第?"
_LETTERS = re.compile(
    r"(?<![a-z0-9])([a-z]\d?(?:(?:类|级|档)?\s*[、,/和及或与至到~—–-]\s*[a-z]\d?)*)\s*"
    r"(?:类|级|档)(?!市|县|区)((?:高层次)?(?:人才)?及?以上)?"
)
_ORDINALS = re.compile(
    rf"(第?[{_NUMERALS}](?:(?:层次|类|档)?{_SEPARATOR}[{_NUMERALS}])*)(层次|类|档)"
    r"((?:高层次)?(?:人才)?及?以[上下])?"
)
_NAMES_ANOTHER = r"(?!驿站|公寓|服务|中心|大厦|市场|联谊|社区|计划|工程|项目|专项|工作|队伍|团队)"
"""What stands behind 青年人才 where that is part of another thing's name."""
_SPOKEN_RANKS = "顶尖|杰出|领军|拔尖|骨干|储备|后备|中坚"
"""Those that people name without 人才."""
_RANKS = "基础|青年|高端|优秀|卓越|紧缺|急需紧缺|潜力|新锐|支撑|精英"
RANKED = rf"(?:{_SPOKEN_RANKS}|{_RANKS})(?:型|级|类)?人才"
"""A class named by a word of rank, as a pattern."""
_RANKED = re.compile(
    rf"({_SPOKEN_RANKS})(?:型|级|类)?"
    rf"(?:人才{_NAMES_ANOTHER}|(?=[的、,。;:()/和及或与]|能|可|有|怎|多|给|补|每|租|买|一|$))"
    rf"|({_RANKS})(?:型|级|类)?人才{_NAMES_ANOTHER}"
)
_OF_A_RANK = re.compile(rf"[\u4e00-\u9fff]{{1,4}}(?P<rank>{RANKED})")
"""市级领军人才, 实用骨干人才: a word of rank that something tells apart from others of it."""
_LETTER_WRITTEN = re.compile(r"([a-z]\d?)\s+(类|级|档)")
_ROMANS = dict(
    zip(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"], _NUMERALS, strict=True)
)
_ROMAN = "i{1,3}|iv|vi{0,3}|ix"
_ROMAN_WRITTEN = re.compile(
    rf"(?<![a-z0-9])(?<![a-hj-u][、,/和及或与至到~—–-])((?:{_ROMAN})(?:{_SEPARATOR}(?:{_ROMAN}))*)\s*"
    r"(类|层次|档)"
)
"""Ⅲ、Ⅳ类, which Unicode's compatibility form writes as iii、iv类; in a至i类 the i is a letter."""
_ORDINAL_WRITTEN = re.compile(
    rf"(?<![十百\da-z几])(?<![哪这那某每同各另分](?=第?[一1]))第?\s*([{_NUMERALS}1-9])\s*(层次|类(?=人才|高层次)|档(?=人才))"
    rf"|第\s*([1-9])\s*(类|档)"
)
_STEMS = "甲乙丙丁戊己庚辛"
_BEHIND = (
    r"(?=[（(、,，。;；:：\s/和及或与至到?？]|$|人才|子女"
    r"|[的能可有怎多给补每租买是算想要呢吗么家持为在上落看住领拿最也都就还得应属须对去来自跟这那进])"
)
_BARE = {
    unit: re.compile(
        rf"(?<![第十百几两\da-z哪这那某每同各另任分为下列述等共有前后])"
        rf"([{_NUMERALS}1-9](?:{_SEPARATOR}[{_NUMERALS}1-9])*)({unit})((?:人才)?及?以[上下])?"
        + _BEHIND
    )
    for unit in "类档级"
}
"""三类 by itself, where a city calls its classes so; elsewhere 三类 are three kinds."""
_STEMMED = re.compile(
    rf"([{_STEMS}](?:{_SEPARATOR}[{_STEMS}])*)(类)((?:人才)?及?以[上下])?(?!镇|街|传染|[药书]|地区)"
)
"""丁类, where a city calls its classes so; elsewhere 甲类 are towns, diseases and medicines."""
_BARE_NAME = re.compile(rf"第?[{_NUMERALS}][类档级](?:人才)?")
_STEM_NAME = re.compile(rf"[{_STEMS}]类(?:人才)?")
_LETTER_NAME = re.compile(r"[a-z]\d?[类级档](?:人才)?")
_LISTED_STEMS = re.compile(
    rf"人才[^。；;\n]{{0,16}}分(?:为|成)((?:[{_STEMS}]类(?:人才)?[、和])+[{_STEMS}]类)"
)
_LISTED_NUMBER = rf"(?:第?[{_NUMERALS}]|[a-z]\d?)[类档]"
_LISTED_NUMBERS = re.compile(
    rf"人才[^。；;\n]{{0,16}}分(?:为|成)((?:{_LISTED_NUMBER}(?:人才)?[、和])+{_LISTED_NUMBER})"
)
_ANY_CLASSES = re.compile(r"类别|档次|级别|层级")
"""Headers of a column of classes where each of its cells is a stem or a numeral with its unit."""
_OF_SKILLS = re.compile("技能|证书|职业|竞赛|等级|医院|学校|风险|资质|企业")
"""Headers of a column in which 一级 is a skill, or a hospital, and no class."""
_OWN_HEADER = re.compile(r"级别|层次|等级|档次|人才(?:类别|类型|分类)")
_GRADES = r"[两二三四五六七八九\d]个?(?:级别|层次|类别|等级|档次|类|级|档)"
_NAME = r"[“\"]?[\u4e00-\u9fff]{2,6}?[”\"]?"
_PARTED_INTO = re.compile(
    rf"(?:分(?:为|成)|由高到低设)((?:{_NAME}、)+{_NAME})(?:等)?{_GRADES}"
    rf"|分(?:为|成){_GRADES}[：:，,](?:即|分别(?:为|是))?((?:{_NAME}[、和])+{_NAME})(?=[。；;，,\n]|$)"
)
_TALENTS_OF_A_CLASS = re.compile(r"类别|类型|对象|人才|层级")
"""Headers of a column of classes where each of its cells calls itself 人才."""
_NO_OWN_NAME = re.compile(
    r".*[等奖种项型业]$|.*(?:学历|学位|职称|企业|机构|单位|人员|人才)$"
    r"|.*(?:国家|世界|国际|全国|[省市县区州部厅处科局校院系班年高中初特上下本同正副甲乙丙丁一二三四五六七八九])级$"
)
"""国家级 and 一等奖 grade projects and prizes, 博士 and 企业 are no grades of talents;
栋梁级 is."""


@dataclass(slots=True)
class _Learned:
    """Names of classes found in the documents, each list from the highest to the lowest."""

    orders: list[tuple[str, ...]] = field(default_factory=list)
    pattern: re.Pattern[str] = re.compile(r"(?!)")
    by_number: tuple[re.Pattern[str], ...] = ()  # of numerals and stems, as this city has them
    written: frozenset[str] = frozenset()  # every name as it stands in the documents
    letters: frozenset[str] = frozenset()  # a, b, c: those that name classes
    lettered: tuple[str, ...] = ()  # a, b1, b2: where some have digits, from the highest on
    same: dict[str, str] = field(default_factory=dict)  # one name of a class -> its other one
    of_rank: dict[str, tuple[str, ...]] = field(default_factory=dict)  # 领军人才 -> 市级领军人才 …


_learned = _Learned()


def names_in(
    rows: Sequence[tuple[str, str]], texts: Iterable[str], headers: Iterable[Sequence[str]] = ()
) -> list[tuple[str, ...]]:
    """The names that documents have for classes of their own, each list in their order.

    Args:
        rows: (header, cell) of the first column of table rows, in reading order.
        texts: passages that may say into which classes talents are parted.
        headers: of whole tables, whose columns may be classes. All in normal form.

    >>> names_in([("级别", "栋才"), ("奖项", "金奖")], ["分为鼎才、栋才、梁才三级"])
    [('鼎才', '栋才', '梁才')]
    >>> names_in([("级别", "国家级"), ("级别", "省级")], ["分为擎天级、栋梁级、良材级三级"])
    [('擎天级', '栋梁级', '良材级')]
    >>> names_in([("人才类别", "旗帆人才"), ("人才类别", "新帆人才（硕士）")], [])
    [('旗帆', '新帆')]
    >>> names_in([("人才类别", "银杉人才"), ("人才类别", "红豆杉人才")], [])
    [('银杉', '红豆杉')]
    >>> names_in([("类别", "擎梁人才"), ("类别", "立柱人才")], ["分为两类:擎梁人才、立柱人才。"])
    [('擎梁', '立柱')]
    >>> names_in([], ["分为杰出人才、省级领军人才、市级领军人才、青年英才四个层次"])
    [('杰出人才', '省级领军人才', '市级领军人才', '青年英才')]
    >>> names_in([], ["分为青年人才、技能人才两类"])
    []
    >>> names_in([], ["北羽人才由高到低分为东青、鸿雁、云雀三档"])
    [('东青', '鸿雁', '云雀')]
    >>> names_in([("人才类别", "一类"), ("人才类别", "二类"), ("项目", "一类")], [])
    [('一类', '二类')]
    >>> names_in([("级别", "一级"), ("级别", "二级"), ("技能等级", "三级")], [])
    [('一级', '二级')]
    >>> names_in([("类别", "甲类、乙类"), ("类别", "丙类")], ["乙类镇街加20分"])
    [('甲类', '乙类', '丙类')]
    >>> names_in([], [], [("服务", "a类", "b1类", "b2类")])
    [('a类', 'b1类', 'b2类')]
    """
    sure: set[tuple[str, ...]] = set()
    found = [tuple(n for cell in header for n in _by_number(cell)) for header in headers]
    for text in texts:
        for match in _LISTED_STEMS.finditer(text):
            found.append(tuple(f"{stem}类" for stem in re.findall(rf"[{_STEMS}]", match[1])))
        for match in _LISTED_NUMBERS.finditer(text):
            found.append(tuple(re.findall(_LISTED_NUMBER, match[1])))
        for match in _PARTED_INTO.finditer(text):
            listed = re.sub(r"[“”\"]", "", match[1] or match[2])
            found.append(tuple(re.split("[、和]", listed)))
            before = re.split("[。；;\n]", text[: match.start()])[-1]
            count = re.search(_GRADES, match[0])
            told = int(count[0][0].translate(_IN_DIGITS)) if count else 0
            if "人才" in before and told == len(found[-1]):
                sure.add(found[-1])
    column: list[str] = []
    for header, cell in (*rows, ("", "")):
        name = re.sub(r"[（(“”\"）)].*$", "", cell).strip()
        numbered = _by_number(name)
        of_classes = not (numbered and "级" in name and _OF_SKILLS.search(header)) and (
            _OWN_HEADER.search(header)
            or (numbered and _ANY_CLASSES.fullmatch(header))
            or (_TALENTS_OF_A_CLASS.fullmatch(header) and name.endswith("人才"))
        )
        own = (numbered or [name]) if of_classes else []
        if own and name not in column[:-1]:
            column += [n for n in own if n not in column]  # 新帆（硕士）, 新帆（本科）
            continue
        found.append(tuple(column))
        column = own
    kept: list[tuple[str, ...]] = []
    for given in found:
        # 人才分为…五档, and five are told: they need not end alike
        alike_ends = given in sure or len({n[-1:] for n in given}) == 1
        names = tuple(n if _is_ranked(n) else _TALENTS.sub("", n) for n in given)
        known = any(set(names) <= set(others) for others in kept)
        if len(given) > 1 and not known and all(map(_by_number, given)):
            kept.append(given)
            continue
        own = [n for n in names if not _RANKED.fullmatch(n)]
        fit = all(_is_own_name(n) or _OF_A_RANK.fullmatch(n) for n in own)
        if len(names) > 1 and own and alike_ends and not known and fit:
            kept.append(names)
    return kept


def _is_ranked(name: str) -> bool:
    return bool(_RANKED.fullmatch(name) or _OF_A_RANK.fullmatch(name))


def _by_number(cell: str) -> list[str]:
    """The classes that a cell lists by numerals or stems; [] where it is anything else.

    >>> _by_number("甲类、乙类"), _by_number("三档"), _by_number("三类项目")
    (['甲类', '乙类'], ['三档'], [])
    """
    names = re.split("[、和及]", cell)
    kinds = (_BARE_NAME, _STEM_NAME, _LETTER_NAME)
    return names if all(any(kind.fullmatch(n) for kind in kinds) for n in names) else []


def called_twice(
    rows: Iterable[tuple[Sequence[str], Sequence[str]]], texts: Iterable[str]
) -> list[tuple[str, str]]:
    """The two names that documents have for one class: 第二层次 is 领军人才 as well.

    Args:
        rows: (header, cells) of table rows.
        texts: passages that may tell who is of a class. All in normal form.

    >>> called_twice([(["层次", "名称"], ["第二层次", "领军人才"])], ["(三)三类(拔尖人才):院士"])
    [('第二层次', '领军人才'), ('第三类', '拔尖人才')]
    >>> called_twice([(["层次", "对象"], ["第二层次", "领军人才"])], [])
    []
    """
    found: list[tuple[str, str]] = []
    for header, cells in rows:
        if len(header) < 2 or len(cells) < 2 or not _CALLED.fullmatch(header[1].strip()):
            continue
        one, other = in_cell(cells[0], header[0]), in_cell(cells[1])
        if one and other:
            found.append((one[0], other[0]))
    for text in texts:
        for match in _ALSO_CALLED.finditer(text):
            one = in_cell(match["one"], "类别")
            other = in_cell(match["other"])
            if one and other:
                found.append((one[0], other[0]))
    return [pair for pair in dict.fromkeys(found) if pair[0] != pair[1]]


_CALLED = re.compile("名称|称谓|称号|名号|人才名称|层次名称|类别名称")
_ALSO_CALLED = re.compile(
    rf"(?P<one>第?[{_NUMERALS}](?:类|层次)|[a-z]类)(?:人才)?[（(](?P<other>[\u4e00-\u9fff]{{2,4}}人才)[）)]"
)


_TALENTS = re.compile(r"(?<=^..)人才$|(?<=^...)人才$")
"""旗帆人才 is spoken of as 旗帆."""
_ANY_TALENTS = re.compile(
    "高端|高级|青年|急需|紧缺|技能|技术|专业|创新|创业|海外|海归|基础|产业|党政|企业|农村|农业|社会|社工|教育|卫生|医疗|文化|体育"
    "|科技|科研|金融|管理|经营|其他|各类|乡土|实用|后备|引进|本土|优秀|国际|国内|电商|法律|宣传|工程|数字|特殊"
    "|高层次|高技能|高素质|复合型|应用型|研发|经济类|理工类|紧缺型"
)
"""What kind of work talents do, or how they are spoken of anywhere; no grade of its own."""


def _is_own_name(name: str) -> bool:
    return (
        bool(re.fullmatch(r"[\u4e00-\u9fff]{2,6}", name))
        and not (_NO_OWN_NAME.fullmatch(name) or _ANY_TALENTS.fullmatch(name))
        and not any(pattern.search(name) for pattern in (_LETTERS, _ORDINALS, _RANKED))
        and not degrees_named(name)
    )


def learn(orders: Iterable[Sequence[str]]) -> None:
    """Take the names for classes; what was learned before stays, but for letters.

    A process serves one base of documents: the names hold for all of it.
    """
    told = [tuple(names) for names in orders]
    by_letter = [tuple(re.split("[类级档]", n)[0] for n in o) for o in told if _are_letters(o)]
    with_digits = [order for order in by_letter if any(len(c) > 1 for c in order)]
    _learned.lettered = max(with_digits, key=lambda order: len(order), default=())
    _learned.letters = frozenset(c for order in by_letter for c in order)
    _learned.written = frozenset(n.removesuffix("人才") for order in told for n in order)
    _learned.of_rank = _parting_ranks(told)
    fresh = [o for o in told if o not in _learned.orders and not _are_letters(o)]
    if not fresh:
        return
    known = [*_learned.orders, *fresh]
    spoken = {name for order in known for name in order}
    units = {n.removesuffix("人才")[-1] for n in spoken if _BARE_NAME.fullmatch(n)}
    stems = any(map(_STEM_NAME.fullmatch, spoken))
    _learned.by_number = (*(_BARE[u] for u in sorted(units)), *([_STEMMED] if stems else []))
    # 精英人才 among them is a class of its rank already
    fit = {n for n in spoken if not (_RANKED.fullmatch(n) or _by_number(n))}
    names = sorted((_in_short(n) for n in fit), key=len, reverse=True)
    _learned.orders = known
    if names:
        among = "|".join(map(re.escape, names))
        _learned.pattern = re.compile(rf"({among})(?:级|类|档)?(?:人才)?(及?以上)?")


def _parting_ranks(orders: Sequence[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The words of rank that stand for several classes, each told apart from the others, with
    these: 领军人才 of 省级领军人才 and 市级领军人才."""
    every = list(dict.fromkeys(n for order in orders for n in order))
    found: dict[str, tuple[str, ...]] = {}
    for name in every:
        of = _OF_A_RANK.fullmatch(name)
        if of and of["rank"] not in every:
            found[of["rank"]] = (*found.get(of["rank"], ()), name)
    return found


def _in_short(name: str) -> str:
    """A class as people say it: 市级领军 of 市级领军人才."""
    return name.removesuffix("人才") if _OF_A_RANK.fullmatch(name) else name


def spoken_names() -> list[str]:
    """Every word that classes of the documents' own are called by, and said by in short."""
    names = (n for order in _learned.orders for n in order if n[0] > "z")
    return list(dict.fromkeys(said for n in names for said in (n, _in_short(n))))


def as_written(asked: str) -> str:
    """A question in normal form with the classes that it names in short as the documents write
    them: b2 as b2类, 评e as 评e类, 四类 as 第四类 where that is how they call it; c类 as c1类、c2类
    where there is no other c."""
    asked = _BARE_LETTER.sub(lambda m: f"{m[1]}类" if m[1] in _learned.letters else m[0], asked)
    asked = _ONE_LETTER.sub(_with_digits, asked)
    return _SHORT_NUMBERED.sub(_formally, asked)


def _with_digits(match: re.Match[str]) -> str:
    if not _learned.lettered or match[1] in _learned.letters:
        return match[0]
    return "、".join(f"{c}类" for c in _learned.lettered if c[0] == match[1]) or match[0]


def _formally(match: re.Match[str]) -> str:
    bare = match[1].translate(_IN_NUMERALS) + match[2]
    if bare in _learned.written:
        return f"{bare}人才" if match[3] is None else match[0]
    return f"第{bare}" if f"第{bare}" in _learned.written else match[0]


_ONE_LETTER = re.compile(r"(?<![a-z0-9])([a-z])类")
_SHORT_NUMBERED = re.compile(
    rf"(?<![第十百几两\d哪这那某每同各另任分为下列述等共有前后a-z])([{_NUMERALS}1-9])([类档])"
    rf"(?!情[形况]|材料|岗位|专业|学校|医院|竞赛|问题|条件|渠道|方式|院校|高校|传染|[医药疗]|镇)({_BEHIND}(?!$))?"
)
"""四类 in a question, whatever stands behind it but what is itself of kinds."""
_BARE_LETTER = re.compile(
    r"(?<![a-z0-9])([a-z]\d|(?:(?<=[评够定拿]|[算是属])|(?<=^我)|(?<=[评升]到)|(?<=[评定算]上)|(?<=定为)|(?<=属于))[a-z])"
    r"(?![a-z0-9类级档证卡照座栋区口线号轮股])"
)
"""A letter that stands for a class: with a digit anywhere, by itself behind what makes it one."""


def _are_letters(order: Sequence[str]) -> bool:
    return all(map(_LETTER_NAME.fullmatch, order))


def learn_same(pairs: Iterable[tuple[str, str]]) -> None:
    """Take pairs of names for one class, in place of those known; a name that two classes have is
    none of either."""
    same: dict[str, str] = {}
    pairs = list(pairs)
    for one, other in pairs:
        if len({p for p in pairs if one in p or other in p}) == 1:
            same[one], same[other] = other, one
    _learned.same = same


def learned(name: str) -> bool:
    """Is this the name of a class that a document has for it?"""
    return any(name in order or f"{name}人才" in order for order in _learned.orders)


def _patterns() -> tuple[re.Pattern[str], ...]:
    return _LETTERS, _ORDINALS, _RANKED, _learned.pattern, *_learned.by_number


_HEAD = re.compile(
    r"(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|(?:^|\n)\s*(?:[一二三四五六七八九十\d]{1,3}[、.．])?)\s*"
)
_ARTICLE = re.compile(r"(?:^|\n)\s*第[一二三四五六七八九十百]{1,4}条\s*")
_DEFINES = re.compile(
    r"(?:高层次)?(?:第?[一二三四]档)?(?:人才)?"
    r"(?:[（(:：。]|\s|,?(?:是指|指)|,?(?:一般)?(?:应当?|须|需|应该)?(?:同时)?(?:符合|具备|满足|具有|达到)(?:下列|以下))"
)
_BECOMES = re.compile(
    r"(?:符合|具备|满足|达到)(?:下列|以下)[^:。;\n]{0,24}?(?:认定|评定|确定|申报|申请)(?:为|成)?"
    r"(?P<as>[^:。;,\n]{2,12}):"
)
_KINDS_OF_CLASS = re.compile(r"类别|类型|层次|等级|级别|档次|分类|人才类|对象")
_RECOGNITION = re.compile(r"学历|学位|职称|技能|业绩|荣誉|条件|标准")
_BENEFITS = re.compile(r"补[贴助]|津贴|奖励|资助|金额|租金|面积|额度|待遇|服务")


def in_one_form(text: str) -> str:
    """A folded text with its classes written as e类 and 第五层次.

    >>> in_one_form("e 类,五层次和第2类,5 层次人才,哪一类人才,高层次人才,iii、iv类")
    'e类,第五层次和第二类,第五层次人才,哪一类人才,高层次人才,第三、第四类'
    """
    text = _ROMAN_WRITTEN.sub(_from_roman, _LETTER_WRITTEN.sub(r"\1\2", text))
    return _ORDINAL_WRITTEN.sub(_ordinal, text)


def _from_roman(match: re.Match[str]) -> str:
    numerals = re.sub("[ivx]+", lambda m: f"第{_ROMANS[m[0]]}", match[1])
    return f"{numerals.replace('第第', '第')}{match[2]}"


def _ordinal(match: re.Match[str]) -> str:
    number = match[1] or match[3]
    numeral = _NUMERALS[int(number) - 1] if number.isdigit() else number
    return f"第{numeral}{match[2] or match[4]}"


def classes_named(folded: str) -> list[str]:
    """The classes that a normal text names, those of lists and ranges too, in their order; one that
    has two names by both.

    >>> classes_named("d、e类人才,第一至第三层次,第二层次及以上,领军人才和骨干人才,骨干企业")
    ['d类', 'e类', '第一层次', '第二层次', '第三层次', '领军人才', '骨干人才']
    """
    found = _named(folded)
    return list(dict.fromkeys([*found, *(_learned.same[n] for n in found if n in _learned.same)]))


def _named(folded: str) -> list[str]:
    found: list[str] = []
    for match in _LETTERS.finditer(folded):
        found += [f"{c}类" for c in _lettered(match[1], bool(match[2]))]
    numbered = (p.finditer(folded) for p in (_ORDINALS, *_learned.by_number))
    for match in itertools.chain.from_iterable(numbered):
        numbers, unit, reach = match.groups()
        if "第" not in numbers and match.re is _ORDINALS:
            continue  # 一类人才 is 第一类人才 in one form; 二类竞赛 is no class of talents
        order = _STEMS if match.re is _STEMMED else _NUMERALS
        numbers = numbers.replace("第", "").translate(_IN_NUMERALS)
        run = _run(numbers, order, order[0] if (reach or "").endswith("上") else "")
        if (reach or "").endswith("下"):
            run = [*order[order.index(run[0]) :]]
        found += [f"{'' if order is _STEMS else '第'}{n}{unit}" for n in run]
    own = list(_learned.pattern.finditer(folded))
    for match in _RANKED.finditer(folded):
        if not any(one.start() <= match.start() < one.end() for one in own):
            rank = f"{match[1] or match[2]}人才"
            found += _learned.of_rank.get(rank, (rank,))
    for match in own:
        ranks, at = _place_of(match[1])
        found += ranks[: at + 1] if match[2] else [ranks[at]]
    return list(dict.fromkeys(found))


def _place_of(said: str) -> tuple[tuple[str, ...], int]:
    """The list that a class is of, from the highest on, and its place there."""
    names = next(o for o in _learned.orders if said in map(_in_short, o))
    return names, [*map(_in_short, names)].index(said)


_IN_NUMERALS = str.maketrans("123456789", _NUMERALS)
_IN_DIGITS = str.maketrans(f"两{_NUMERALS}", "2123456789")


def _lettered(listed: str, and_above: bool) -> list[str]:
    """The letters of a类、b1、c1至d类. In a city of b1 and b2 a bare b is both."""
    order: Sequence[str] = _learned.lettered or "abcdefghijklmnopqrstuvwxyz"
    named = re.findall(r"[a-z]\d?", listed)
    if not set(named) <= set(order):
        whole = {n: [c for c in order if c[0] == n] or [n] for n in named}
        if and_above or re.search("[至到~—–-]", listed):
            ends = [c for n in named for c in whole[n] if c in order]
            start = order[0] if and_above else ends[0] if ends else ""
            listed = f"{start}至{ends[-1]}" if ends else listed
        else:
            return [c for n in named for c in whole[n]]
    return _run(listed, order, order[0] if and_above else "")


def _run(listed: str, order: Sequence[str], first: str) -> list[str]:
    """The members of 甲、乙至丁; from ``first`` on where all above count too."""
    found: list[str] = []
    through = False
    members = "|".join(sorted(order, key=len, reverse=True))
    for piece in re.findall(rf"{members}|[至到~—–-]", listed):
        if piece in "至到~—–-":
            through = True
            continue
        if first and not found and order.index(first) <= order.index(piece):
            found, through = [first], True
        start = order.index(found[-1]) + 1 if through and found else order.index(piece)
        found += order[start : order.index(piece) + 1]
        through = False
    return list(dict.fromkeys(found))


def in_cell(cell: str, header: str = "") -> tuple[str, ...]:
    """The classes that a cell of a table is the name of; () for any other cell.

    Args:
        cell: in normal form.
        header: of its column, in normal form; under 类别 a bare E is a class, a bare 骨干 too.

    >>> in_cell("第四、第五层次"), in_cell("e类(高级人才)"), in_cell("e", "类别")
    (('第四层次', '第五层次'), ('e类',), ('e类',))
    >>> in_cell("骨干教师")
    ()
    """
    bare = re.sub(r"[（(][^（）()]*[）)]", "", cell).strip()
    if _KINDS_OF_CLASS.search(header):
        if re.fullmatch(rf"(?:{_ROMAN})(?:[、,/和及至~—–-](?:{_ROMAN}))*", bare):
            bare = in_one_form(bare + "类")
        elif re.fullmatch(r"[a-z]\d?(?:[、,/和及至~—–-][a-z]\d?)*", bare):
            bare += "类"
        elif re.fullmatch(rf"[{_NUMERALS}][类档]", bare):
            bare = f"第{bare}"
        elif re.fullmatch(rf"[{_STEMS}](?:[、,/和及至~—–-][{_STEMS}])*", bare):
            bare += "类"
    rest = bare
    for pattern in _patterns():
        rest = pattern.sub("", rest)
    if re.sub(r"人才|高层次|及|和|与|[、,/\s]", "", rest):
        return ()
    return tuple(classes_named(bare))


def with_other_names(classes: Iterable[str]) -> frozenset[str]:
    """Classes by every name that they have."""
    own = list(classes)
    return frozenset([*own, *(_learned.same[n] for n in own if n in _learned.same)])


def definitions(folded: str) -> list[tuple[str, str]]:
    """(class, item) of every recognition item in a text: （五）E类（高级人才）：…

    >>> definitions("(一)a类:院士;(二)b类:教授")
    [('a类', '(一)a类:院士;'), ('b类', '(二)b类:教授')]
    >>> definitions("第九条 领军人才,应当符合下列条件之一:\\n(一)具有博士学位;")
    [('领军人才', '第九条 领军人才,应当符合下列条件之一:\\n(一)具有博士学位;')]
    >>> definitions("符合下列条件之一的,可以认定为骨干人才:\\n(一)副高级职称;")
    [('骨干人才', '符合下列条件之一的,可以认定为骨干人才:\\n(一)副高级职称;')]
    """
    found: list[tuple[str, int]] = []
    for head in (*_ARTICLE.finditer(folded), *_HEAD.finditer(folded)):
        start = folded[head.end() :]
        for pattern in _patterns():
            match = pattern.match(start)
            if match and _DEFINES.match(start, match.end()):
                named = _named(match[0])
                if len(named) == 1:
                    found.append((named[0], head.start()))
                break
    for lead in _BECOMES.finditer(folded):
        named = _named(lead["as"])
        if len(named) == 1 and named[0] not in {name for name, _ in found}:
            found.append((named[0], lead.start()))
    found.sort(key=lambda named: named[1])
    ends = [*(at for _, at in found[1:]), len(folded)][: len(found)]
    return [(name, folded[at:end]) for (name, at), end in zip(found, ends, strict=True)]


def defined_in(folded: str) -> str:
    """The class that a recognition item defines, （五）E类（高级人才）：…; "" for none or several.

    >>> defined_in("(五)e类(高级人才):博士"), defined_in("2.骨干人才:博士")
    ('e类', '骨干人才')
    >>> defined_in("(二)b、c类按30%"), defined_in("(一)a类:院士;(二)b类:教授")
    ('', '')
    """
    named = {name for name, _ in definitions(folded)}
    return named.pop() if len(named) == 1 else ""


def led_by(folded: str) -> tuple[str, ...]:
    """The classes that a clause or item beginning with a class is about; () for any other.

    >>> led_by("(一)a、b、c类人才子女,可任意选择"), led_by("第八条 给予领军人才70万元")
    (('a类', 'b类', 'c类'), ())
    """
    folded = folded.rpartition(":\n")[2]  # an item stands behind the clause's lead-in
    head = _HEAD.match(folded)
    start = head.end() if head else 0
    led = any(p.match(folded, start) for p in _patterns())
    return tuple(classes_named(folded)) if led else ()


def of_row(cells: Sequence[str], header: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """(column, classes) that a table row is named by; (-1, ()) where it is by none.

    Args:
        cells: in normal form; the class is in one of the first two.
        header: the columns' names, in normal form.
    """
    for i, cell in enumerate(cells[:2]):
        if named := in_cell(cell, header[i] if i < len(header) else ""):
            return i, named
    return -1, ()


_DEGREES = (
    ("博士", re.compile(r"博士(?!后|点|生导师|生指导)")),
    ("硕士", re.compile(r"硕士(?!点|生导师)|(?<!博士)(?<!硕士)研究生(?!导师|院)")),
    ("本科", re.compile(r"本科|学士")),
    ("专科", re.compile(r"大专|专科|高职(?!称)")),
)


def degrees_named(folded: str) -> list[str]:
    """The academic degrees that a normal text names; 研究生 of itself is 硕士, as people say it.

    >>> degrees_named("研究生一个月多少"), degrees_named("博士研究生"), degrees_named("正高职称")
    (['硕士'], ['博士'], [])
    """
    return [name for name, pattern in _DEGREES if pattern.search(folded)]


def recognises(header: Sequence[str]) -> bool:
    """Does a table tell who is of a class, and not what a class gets?"""
    named = "".join(header)
    return bool(_RECOGNITION.search(named)) and not _BENEFITS.search(named)


def others(asked: frozenset[str], named: frozenset[str]) -> bool:
    """Are classes named, and none of those asked about?"""
    return bool(asked and named) and not asked & named


def alike(asked: Iterable[str], named: Iterable[str]) -> bool:
    """Are some of the classes asked about and of those named called in the same way?

    >>> alike({"e类"}, {"a类"}), alike({"第五层次"}, {"青年人才"})
    (True, False)
    """
    return not {c[-1] for c in asked}.isdisjoint(c[-1] for c in named)
