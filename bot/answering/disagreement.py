"""Do two papers in force give different figures for one matter, and does a later reply of one
collection overrule an earlier one? Pure.

Rather silent than wrong: a sentence whose figure has no plain reading takes no part, and figures
are compared only where benefit, class, degree, rate (each month, in all), bound (最高) and every
word that parts one case from another (首套, 柔性, 夫妻) are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.classes import QUALIFICATION
from knowledge.documents import DocumentKind, Hit, Passage, Source
from knowledge.figures import figures
from knowledge.lexicon import normal, place_core, province_of
from knowledge.query import Aspect, Measure, Query
from knowledge.talent_classes import classes_named

FORMAL = (DocumentKind.REGULATION, DocumentKind.NOTICE)
"""Papers whose figures hold against those of guides, replies, interpretations and speeches."""
LEAST_FRAME = 6
"""Characters of a sentence around its figure from which the same words mean the same matter."""

LATER = 0.6
"""Share of an earlier reply's score, and of what it holds of the question, from which a later one
takes its place."""
SHORT_HEADING = 20
"""Characters up to which a passage's first sentence heads the others."""


class Ground(StrEnum):
    """Why two papers that differ are both shown, the weightiest to know first."""

    DATES = "dates"  # of one place and weight: the newer stands first
    FORMALITY = "formality"  # a formal paper against one that only explains
    SCOPE = "scope"  # each holds in its own place: no contradiction


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two passages that give one matter different figures.

    Attributes:
        ground: see Ground.
        first, other: in the order in which they are to be shown.
        first_says, other_says: the figure in question as each writes it, 30万元.
    """

    ground: Ground
    first: Hit
    other: Hit
    first_says: str
    other_says: str


def disagreement(
    query: Query, first: Hit, other: Hit, sources: Iterable[Source]
) -> Disagreement | None:
    """How the passage that answers and another one found for the question disagree, if they do.

    Args:
        query: the question.
        first: what answers it.
        other: another passage that supports it; both are in force on the day.
        sources: every document, to know of which city papers without a place are.
    """
    papers = first.source, other.source
    if papers[0].document_id == papers[1].document_id or any(
        s.reviewed is not None or s.kind is DocumentKind.EVENT for s in papers
    ):
        return None
    said = _differing(_statements(query, first), _statements(query, other))
    if said is None:
        return None
    cities = {p for s in sources if (p := scope(s)).endswith("市")}
    only = next(iter(cities)) if len(cities) == 1 else ""
    places = [scope(s) or only for s in papers]
    if not all(places):
        return None
    if places[0] != places[1]:
        nested = _lies_in(papers[0], *places) or _lies_in(papers[1], *reversed(places))
        return Disagreement(Ground.SCOPE, first, other, *said) if nested else None
    formal = [s.kind in FORMAL for s in papers]
    if formal[0] != formal[1]:
        ground, turned = Ground.FORMALITY, formal[1]
    else:
        days = [s.effective_on for s in papers]
        ground, turned = Ground.DATES, bool(days[0] and days[1] and days[1] > days[0])
    if turned:
        return Disagreement(ground, other, first, said[1], said[0])
    return Disagreement(ground, first, other, *said)


def is_overruled(hit: Hit, lead: Hit) -> bool:
    """Does an earlier reply of the same collection keep to some what a later one, which holds
    nearly as much of the question, opens to all?"""
    earlier, later = _replied_on(hit), _replied_on(lead)
    return (
        hit.source.document_id == lead.source.document_id
        and earlier is not None
        and later is not None
        and earlier < later
        and lead.score >= LATER * hit.score
        and max(lead.point, lead.coverage) >= LATER * max(hit.point, hit.coverage)
        and bool(_FOR_SOME.search(hit.passage.text) and _FOR_ALL.search(lead.passage.text))
    )


_FOR_ALL = re.compile("(?<![场上])均可|不受[^,，。；]{0,16}限制")
_FOR_SOME = re.compile("只限|只能(?![^,，。；]{0,8}一[次个项种])|仅限|只可")
"""How a reply opens a thing to all, and how one keeps it to some."""
_REPLIED = re.compile(r"(20\d\d)[/年.-](\d{1,2})[/月.-](\d{1,2})")


def _replied_on(hit: Hit) -> tuple[int, ...] | None:
    """The day that a reply's heading gives."""
    found = _REPLIED.search(hit.passage.label)
    return tuple(map(int, found.groups())) if found else None


def scope(source: Source) -> str:
    """The province, city, county or zone a paper is for, by its region or issuer; "" unknown."""
    if source.region:
        return source.region
    issued = re.match(r"(?:中共)?([\u4e00-\u9fff]{2,7}?(?:省|自治区|市|区|县))", source.issuer)
    return issued[1] if issued else ""


def scope_words(source: Source) -> str:
    """How people call the rules of a paper's place: 省级规定, 市级规定, 经开区规定."""
    place = scope(source)
    if place.endswith(("省", "自治区")):
        return "省级规定"
    if place.endswith(("区", "县")):
        short = {"经济技术开发区": "经开区", "高新技术产业开发区": "高新区"}
        name = next((s for long, s in short.items() if place.endswith(long)), place)
        return f"{name}规定"
    return "市级规定"


def _lies_in(source: Source, place: str, around: str) -> bool:
    """Is a paper's place a district of a city, or a city or district of a province?"""
    narrow = place.endswith(("区", "县")) and not place.endswith("自治区")
    wide = around.endswith(("省", "自治区"))
    above_city = wide and not place.endswith(("省", "自治区"))
    if not (above_city or (narrow and around.endswith("市"))):
        return False
    named = f"{source.region}{source.title}{source.issuer}"
    return place_core(around) in named or (wide and not narrow and _is_city_of(place, around))


def _is_city_of(city: str, province: str) -> bool:
    """May it be? Two that are not listed may, as in knowledge.regions."""
    own, other = province_of(city), province_of(province)
    return not own or not other or own == other


# -- what a passage states -----------------------------------------------------------------

Statements = dict[tuple[object, ...], dict[str, str]]
"""What is spoken of -> the values given for it, each as written."""


def _differing(one: Statements, two: Statements) -> tuple[str, str] | None:
    """The first matter for which each passage has one value, and not the same."""
    for key, mine in one.items():
        theirs = two.get(key, {})
        if len(mine) == len(theirs) == 1 and mine.keys() != theirs.keys():
            return next(iter(mine.values())), next(iter(theirs.values()))
    return None


def _statements(query: Query, hit: Hit) -> Statements:
    if _ADDED.search(hit.passage.label):
        return {}
    found: Statements = {}
    pairs: list[tuple[tuple[object, ...], str]] = []
    if query.measure is Measure.MONEY or (not query.measure and Aspect.AMOUNT in query.aspects):
        pairs = [p for s in _sentences(hit.passage) for p in _amounts(query, hit, *s)]
    elif query.measure in _UNITS:
        pairs = [
            p for s in _sentences(hit.passage) for p in _framed(hit, *s, _UNITS[query.measure])
        ]
    for key, written in pairs:
        value = "".join(sorted(figures(written)))
        found.setdefault(key, {}).setdefault(value, written)
    return found


def _sentences(passage: Passage) -> Iterator[tuple[str, str]]:
    """A passage's sentences, each with what stands above it; of a row, its cells with theirs."""
    above = " ".join((*passage.path, passage.caption, passage.label))
    if not passage.cells:
        told = re.split(r"[。；;\n！？]", normal(passage.text))
        if len(told[0]) <= SHORT_HEADING and "元" not in told[0]:
            above += f" {told[0]}"  # 第二条　租房补贴。 heads what follows
        for sentence in told:
            yield sentence, normal(above)
        return
    naming = [c for c in passage.cells if not re.search(r"\d", c)]
    for header, cell in zip(passage.header, passage.cells, strict=False):
        if re.search(r"\d", cell):
            unit = re.search(r"[（(](万?元)(?:/[月年])?[）)]", header)
            cell += unit[1] if unit and re.fullmatch(r"[\d.,]+", cell) else ""
            yield normal(f"{''.join(naming)}:{header}{cell}"), normal(above)


def _amounts(
    query: Query, hit: Hit, sentence: str, above: str
) -> Iterator[tuple[tuple[object, ...], str]]:
    """The grants of a sentence: what and who -> how much."""
    if _ADDED.search(sentence) or _UNSURE.search(sentence):
        return
    if "分别" in sentence:
        yield from _each_its_own(query, hit, sentence, above)
        return
    begin, who, rate = 0, _who(above), _rate(above)
    for match in _MONEY.finditer(sentence):
        stretch = sentence[begin : match.start()]
        behind = re.match(r"[^,、]{0,6}", sentence[match.end() :])[0]  # type: ignore[index]
        begin = match.end()
        own = _who(stretch)
        who = own if any(own) else who
        benefit = _benefit(sentence[: match.start()], above, hit.source.title)
        if _THRESHOLD.search(stretch) or _OPEN.match(behind):
            continue
        if not benefit[0] or not _asked(query, benefit, who):
            continue
        rate = _rate(stretch + behind) or ("" if _IN_ALL.search(stretch) else rate)
        most = bool(_MOST.search(stretch))
        cases = _cases(hit, who, f"{above} {sentence[: match.end()]}{behind}")
        for person in _each(who):
            yield (benefit, person, rate, most, cases), _written(match[0], rate, most)


def _each_its_own(
    query: Query, hit: Hit, sentence: str, above: str
) -> Iterator[tuple[tuple[object, ...], str]]:
    """D、E类分别为10万元、6万元: as many amounts as classes or degrees, in one order."""
    head, _, tail = sentence.partition("分别")
    amounts = [m[0] for m in _MONEY.finditer(tail)]
    classes = tuple(classes_named(head))
    degrees = [_DEGREES[m[0]] for m in _DEGREE.finditer(head)]
    people = [(c, "") for c in classes] if not degrees else [("", d) for d in degrees]
    benefit = _benefit(head, above, hit.source.title)
    if not benefit[0] or len(amounts) != len(people) or (classes and degrees):
        return
    rate, most = _rate(sentence), bool(_MOST.search(sentence))
    cases = _cases(hit, (classes, tuple(degrees)), f"{above} {sentence}")
    for person, written in zip(people, amounts, strict=True):
        who = ((person[0],) if person[0] else (), (person[1],) if person[1] else ())
        if _asked(query, benefit, who):
            yield (benefit, person, rate, most, cases), _written(written, rate, most)


def _cases(hit: Hit, who: Who, text: str) -> frozenset[str]:
    """What parts the case a figure is for from others; groups of people where no class does."""
    groups = [] if who[0] else _GROUP.findall(f"{hit.source.title} {text}")
    return frozenset([*_CASE.findall(text), *groups])


def _written(amount: str, rate: str, most: bool) -> str:
    return f"{f'每{rate}' if rate else ''}{'最高' if most else ''}{amount}"


Who = tuple[tuple[str, ...], tuple[str, ...]]
"""The talent classes and the degrees or ranks that a stretch of text names."""


def _who(text: str) -> Who:
    return tuple(classes_named(text)), tuple(
        dict.fromkeys(_DEGREES[m[0]] for m in _DEGREE.finditer(text))
    )


def _each(who: Who) -> Iterator[tuple[str, str]]:
    for class_ in who[0] or ("",):
        for degree in who[1] or ("",):
            yield class_, degree


def _benefit(before: str, above: str, title: str) -> tuple[str, str]:
    """The benefit an amount is of, (购房, 补贴): named last before it, else by headings or title.

    A title's 提升补贴 is not what 一次性奖励 in a clause speaks of. ("", "") for none.
    """
    nouns = _GRANT.findall(before)
    for text in (before, above, normal(title)):
        named: list[tuple[str, str]] = [
            m for m in _BENEFIT.findall(text) if not _NO_NAME.search(m[0])
        ]
        if named and (not nouns or named[-1][1] == nouns[-1]):
            return named[-1]
    return "", ""


def _asked(query: Query, benefit: tuple[str, str], who: Who) -> bool:
    """Does the question name this benefit, and nobody else than these people?"""
    terms = {
        t
        for c in query.concepts
        if not c.told
        for a in c.alternatives
        if a.weight >= 0.5
        for t in a.terms
        if len(t) > 1
    }
    classes, degrees = who
    told = {
        _DEGREES[m[0]]
        for c in query.concepts
        if QUALIFICATION.fullmatch(c.word)
        for m in _DEGREE.finditer(c.word)
    }
    return (
        any(benefit[0] in t for t in terms)
        and (not query.classes or not classes or bool(set(classes) & query.classes))
        and (not told or not degrees or bool(set(degrees) & told))
    )


def _rate(text: str) -> str:
    match = _RATE.search(text)
    return (match[1] or match[2]) if match else ""


def _framed(
    hit: Hit, sentence: str, above: str, unit: re.Pattern[str]
) -> Iterator[tuple[tuple[object, ...], str]]:
    """Figures of other kinds: the same words around them, about the same benefit."""
    found = list(unit.finditer(sentence))
    if len(found) != 1 or _ADDED.search(sentence) or _UNSURE.search(sentence):
        return
    benefit = _benefit(sentence, above, hit.source.title)
    match = found[0]
    frame = f"{sentence[: match.start()]}#{match[2]}{sentence[match.end() :]}"
    frame = re.sub(r"^第?[一二三四五六七八九十百\d]+[条、.．]?\s*|[的应当须在为是,\s()]", "", frame)
    if benefit[0] and len(frame) >= LEAST_FRAME:
        yield (benefit, frame), match[0]


_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千]+)"
_MONEY = re.compile(rf"{_NUMBER}\s*[百千万]*元(?!/?以)")
_UNITS = {
    Measure.AGE: re.compile(rf"({_NUMBER})(周?岁)"),
    Measure.DURATION: re.compile(rf"({_NUMBER})(个月|个?工作日|年|天|日)(?!月)"),
    Measure.SHARE: re.compile(rf"({_NUMBER})(%)"),
    Measure.AREA: re.compile(rf"({_NUMBER})(平方米)"),
}
_GRANT = re.compile(r"补贴|补助|津贴|奖励|资助|奖金|经费|费")
_BENEFIT = re.compile(rf"(?=([\u4e00-\u9fff]{{2}})({_GRANT.pattern}))")
_NO_NAME = re.compile(
    r"给予|发放|享受|领取|申请|一次|可以|分别|企业|人才|政府|财政|各类|以及|高校|市级|区级|省级"
    r"|奖励|补贴|补助|标准|[的和与及或按给每元类级性予等免年月度条款项章节]"
)
"""What stands before 补贴 without naming which."""
_RATE = re.compile(r"[每/]人?(?:每|/)?个?(月|年|天|平方米)|按(月|年)")
_IN_ALL = re.compile(r"一次性|总额|共计|合计")
_MOST = re.compile(r"最高|不超过|上限|封顶|至多|以内")
_ADDED = re.compile(
    r"叠加|之外|额外|另行|另外|追加|加发|配套|上浮|再(?:分别)?(?:给予|奖励|补)|基础上|同时享受|累计"
)
"""Paid on top of something else: no other figure for it."""
_UNSURE = re.compile(
    r"预计|大约|左右|不等|原(?:来|标准|为|按)|提高[到至]|调整[为到至]|力争|计划|拟|今后|明年"
    r"|(?:由|从)[^,]{0,16}元[^,]{0,6}(?:提|调|增|降)|\d\s*[-—~～至]\s*\d"
)
_THRESHOLD = re.compile(
    r"(?:达到|达|超过(?<!不超过)|满|薪金?|收入|工资|投资|注册资本|产值|缴|总价|房价|扣[除减]|减免|贷款|不低于|不少于)[^\d,]{0,4}$"
)
"""What stands before an amount that is a condition and no grant."""
_OPEN = re.compile(r"[()]*(?:以上|以下|起|及以上)")
_DEGREES = {
    "院士": "院士", "博士后": "博士后", "博士": "博士", "硕士": "硕士", "本科": "本科",
    "学士": "本科", "大专": "大专", "专科": "大专", "正高": "正高", "教授": "正高", "副高": "副高",
    "副教授": "副高", "中级职称": "中级职称", "首席技师": "首席技师", "特级技师": "特级技师",
    "高级技师": "高级技师", "技师": "技师", "高级工": "高级工", "中级工": "中级工",
    "初级工": "初级工",
}  # fmt: skip
_DEGREE = re.compile("|".join(sorted(_DEGREES, key=len, reverse=True)))
_GROUP = re.compile(
    r"青年|高层次|技能|毕业生|大学生|退役|留学|教师|教育|卫生|医[生师疗]|护士|科研|基层|残疾|台湾|港澳|博士后|农民工|家政|电商|金融"
)
_CASE = re.compile(
    r"首套|二套|首次|再次|二手|新建|新购|存量|全职|柔性|兼职|应届|往届|新引进|引进|培养|自主|本地|外籍|海外|留学|团队|项目"
    r"|(?:单位|企业|机构)(?!工作|就业)|平台|个人|夫妻|双方|一方|家庭|单身|配偶|子女|世界|国际|国家级|全国|省级|一等|二等|三等|特等|金|银|铜|第[一二三四五六](?![十条款项章节批])"
    r"|规模以上|上市|双一流|双职工|事业单位|机关|工业|服务业|乡镇|农村|山区|急需|紧缺|重点|一线|两人间|四人间|创业|实习|见习|租住|公寓"
)
"""What makes two cases of one benefit; both sides must name the same of them."""
