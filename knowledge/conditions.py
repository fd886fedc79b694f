"""What a clause demands of a person, as values that can be held against theirs. Pure.

A condition keeps the clause's own words. Where the words allow it they are also read as a value
(未满50周岁, 硕士及以上, 连续缴纳社会保险满6个月); everything else stays a question in those words,
to be answered by yes or no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from knowledge.lexicon import normal
from knowledge.structure import chinese_number
from knowledge.talent_classes import classes_named


class Kind(StrEnum):
    """What a condition is about; the first eight are held against a value."""

    CLASS = "class"  # the class a person is recognised as
    DEGREE = "degree"
    TITLE = "title"
    SKILL = "skill"
    AGE = "age"  # whole years
    GRADUATED = "graduated"  # months since graduation
    INSURED = "insured"  # months of social insurance in the city
    INCOME = "income"  # yuan a year
    CONTRACT = "contract"
    EMPLOYER = "employer"
    HOME = "home"  # what is bought, rented or owned, and when
    HOUSEHOLD = "household"
    FAMILY = "family"
    ZONE = "zone"  # the zone or district whose own paper it is
    EXCLUDED = "excluded"  # who is left out; to be answered by no
    OTHER = "other"


VALUED = (
    Kind.CLASS, Kind.DEGREE, Kind.TITLE, Kind.SKILL, Kind.AGE, Kind.GRADUATED, Kind.INSURED,
    Kind.INCOME,
)  # fmt: skip

DEGREES = ("高中及以下", "大专", "本科", "硕士", "博士")
"""By level, 0 first."""
TITLES = ("没有职称", "初级职称", "中级职称", "副高级职称", "正高级职称")
SKILLS = ("没有技能等级", "初级工", "中级工", "高级工", "技师", "高级技师")
LEVELS = {Kind.DEGREE: DEGREES, Kind.TITLE: TITLES, Kind.SKILL: SKILLS}
"""The kinds whose values are levels, with the levels' names."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a clause demands.

    Attributes:
        kind: what it is about.
        words: the clause's own words, as they stand there.
        clause: ordinal of the clause that they stand in.
        least, most: bounds of the value, inclusive; None where it is open. Levels of DEGREES,
            TITLES and SKILLS, whole years, months or yuan.
        classes: for CLASS, the letters that will do.
        exact: meeting the value meets the words; otherwise the words are asked after it.
        firm: failing the value fails the condition; not so for 一般不超过 or 社保或者个税.
        only: degree levels that the condition is for, () for everybody: 博士不超过45周岁.
    """

    kind: Kind
    words: str
    clause: int
    least: int | None = None
    most: int | None = None
    classes: tuple[str, ...] = ()
    exact: bool = True
    firm: bool = True
    only: tuple[int, ...] = ()

    @property
    def is_valued(self) -> bool:
        """Is it held against a value, or a question in the clause's own words?"""
        return self.kind in VALUED and bool(
            self.classes or self.least is not None or self.most is not None
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Words of a clause: a deadline, or how benefits go together."""

    words: str
    clause: int


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways to a benefit: what it takes, and what one gets by it.

    Attributes:
        gets: the amount or right in the clause's words.
        clause: ordinal of the clause that grants it.
        conditions: all of them must hold.
    """

    gets: str
    clause: int
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a document grants to whoever meets its conditions.

    Attributes:
        title: its name in the document's words.
        ways: any one of them will do; never empty.
        conditions: hold for every way.
        deadline: until or within when it is applied for.
        rules: sentences on what goes together with what, as the clauses say.
        recognises: the class that it leads to, "" for none.
    """

    title: str
    ways: tuple[Way, ...]
    conditions: tuple[Condition, ...] = ()
    deadline: Line | None = None
    rules: tuple[Line, ...] = ()
    recognises: str = ""

    def bound(self) -> list[Line]:
        """Every stretch of words that it rests on, with the clause it must stand in."""
        found = [Line(w.gets, w.clause) for w in self.ways]
        found += [Line(c.words, c.clause) for c in self.every_condition()]
        return [*found, *([self.deadline] if self.deadline else []), *self.rules]

    def every_condition(self) -> list[Condition]:
        """The conditions for all, then those of each way."""
        return [*self.conditions, *(c for w in self.ways for c in w.conditions)]

    def stored(self) -> dict[str, Any]:
        """As JSON takes it; see `restored`."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Benefit:
        """The benefit that `stored` made a dictionary of."""
        ways = tuple(
            Way(w["gets"], w["clause"], tuple(map(_condition, w["conditions"])))
            for w in stored["ways"]
        )
        deadline = stored.get("deadline")
        return cls(
            stored["title"], ways, tuple(map(_condition, stored["conditions"])),
            Line(**deadline) if deadline else None,
            tuple(Line(**rule) for rule in stored.get("rules", ())), stored.get("recognises", ""),
        )  # fmt: skip


def _condition(stored: dict[str, Any]) -> Condition:
    lists = {"classes": tuple(stored["classes"]), "only": tuple(stored["only"])}
    return Condition(**{**stored, **lists, "kind": Kind(stored["kind"])})


# --- words -> conditions --------------------------------------------------------------------

_N = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]+)"
_UPON = r"(?:[（(][^）)]*[）)])?"
_AGE = re.compile(
    rf"(?:年龄)?(?P<loose>一般|原则上)?(?:应当?|须|在)?(?P<before>未满|不满|未超过|不超过|不高于|低于|小于|年满|已满|满)?"
    rf"{_N}{_UPON}(?:周岁|岁){_UPON}(?P<after>[（(含）)]*及?以下|以内|及?以上)?"
)
_RANGE = re.compile(rf"{_N}(?:周岁|岁)?(?:至|到|[-—~])\s*{_N}(?:周岁|岁)")
_GRADUATED = re.compile(
    rf"(?:毕业|离校)(?:时间|后|年限)?(?:在|不超过|未超过|未满|不满)?{_N}(?P<unit>年|个月){_UPON}(?:以内|之内|内)?"
)
_INSURED = re.compile(
    rf"(?:连续|累计|正常|按时|依法)*(?:缴纳|缴存|参加|缴)(?:了)?(?:职工|城镇职工)?(?:社会保险|社保)费?(?P<other>(?:或者?|、)[^，。；]{{2,8}}?)?"
    rf"(?:连续|累计)?(?:满|不少于|达到|达|超过)?{_N}(?P<unit>年|个月)(?:及?以上)?"
)
_INCOME = re.compile(
    rf"(?:年薪|年收入|年度?(?:应税|税前)?(?:工资|薪金|薪酬|劳动报酬|收入)[^，。；\d]{{0,6}}?|工资薪金)(?:收入)?(?:达到|达|不低于|不少于|超过|在)?{_N}万元(?:及?以上)?"
)
_DEGREE = re.compile(
    r"(?P<level>博士|硕士|研究生|本科|学士|大专|专科|高校)(?:研究生|毕业生)?(?P<up>(?:学历|学位)?及?以上|(?:学历|学位)?及?以下)?"
    r"(?:学历学位|学历|学位|毕业生?|的?毕业生)?"
)
_LEVELS = {"博士": 4, "硕士": 3, "研究生": 3, "本科": 2, "学士": 2, "大专": 1, "专科": 1, "高校": 1}
_TITLE = re.compile(
    r"(?P<level>正高级?|副高级?|高级|中级|初级)(?P<up>及?以上)?(?:专业技术)?(?:职称|职务|资格|任职资格)+(?P<after>及?以上)?"
)
_TITLE_LEVELS = {"正高": 4, "副高": 3, "高级": 3, "中级": 2, "初级": 1}
_SKILL = re.compile(
    r"(?<!首席)(?<!特级)(?P<level>高级技师|(?<![级席])技师|高级工|中级工|初级工)(?!程)(?P<up>及?以上)?"
    r"(?:职业)?(?:技能等级|职业资格)?(?:证书)?"
)
_SKILL_LEVELS = {"高级技师": 5, "技师": 4, "高级工": 3, "中级工": 2, "初级工": 1}
_CERTIFICATE = re.compile(
    r"持有?[^，。；]{0,6}《?[^，。；《》]{0,16}人才[^，。；《》]{0,6}证书?》?"
)
_HARMLESS = re.compile(
    r"具有|具备|取得|持有|拥有|获得|的|者|人员|人才|学历|学位|证书|职业技能等级|专业技术|申请人?|首次|申领|申报|时|在|本市|我市|"
    r"国家承认|应当?|须|必须|年龄|，|,|。|；|、|\s|并|且|同时|已|属于?|毕业生|国内外|高校|及|有效期内"
)
"""Around a value, what adds no condition of its own."""
_WHEN = re.compile(r"^\s*[\u4e00-\u9fff]{1,4}(?:阶段|期间|方面)$")
_ABOUT_OTHERS = re.compile(r"父母|子女|配偶|孩子|家属|直系亲属")

_YES_OR_NO: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.FAMILY, re.compile(r"配偶|夫妻|子女|父母|家庭|婚")),
    (Kind.HOME, re.compile(r"住房|购房|房产|不动产|租房|租住|无房|自有")),
    (Kind.HOUSEHOLD, re.compile(r"户籍|户口|落户|常住")),
    (Kind.CONTRACT, re.compile(r"合同|聘用协议|服务期")),
    (Kind.EMPLOYER, re.compile(r"企业|单位|就业|任职|全职|工作|在职|创业|创办")),
)


def conditions_of(text: str, clause: int) -> list[Condition]:
    """What a stretch of a clause demands, every part of it: values where it can be read.

    Args:
        text: the stretch, as it stands in the clause.
        clause: its ordinal.

    >>> [(c.kind.value, c.least, c.most) for c in conditions_of("具有国家承认的本科及以上学历，年龄未满50周岁", 3)]
    [('degree', 2, None), ('age', None, 49)]
    >>> [c.words for c in conditions_of("与用人单位签订3年以上劳动合同", 3)]
    ['与用人单位签订3年以上劳动合同']
    """
    found: list[Condition] = []
    asked: list[str] = []

    def ask() -> None:
        if asked:
            # parts that stand side by side are one question: 在本市注册的企业全职工作，且愿意接受管理
            begin = text.find(asked[0])
            end = text.find(asked[-1], begin) + len(asked[-1])
            found.append(_question(text[begin:end], clause))
            asked.clear()

    for sentence in re.split(r"[；;。\n]", text):
        for piece in _pieces(sentence):
            valued = value_of(piece, clause)
            if valued:
                ask()
                found += valued
            elif len(re.findall(r"[\u4e00-\u9fffA-Za-z]", piece)) >= 2:
                asked.append(piece)
        ask()
    return found


def _pieces(text: str) -> list[str]:
    """Stretches between commas and 并; an attribute apart from the person it is said of.

    >>> _pieces("在经开区企业工作的E、F类人才")
    ['在经开区企业工作', 'E、F类人才']
    """
    parts = re.split(r"[，,]|(?:并且|而且|且|并(?=在|取|与|已|具|通|签|获))", text)
    whole: list[str] = []
    for part in parts:  # 高中阶段，A至D类人才子女…: when, said before what
        before = whole.pop() if whole and _WHEN.search(whole[-1]) else ""
        whole.append(f"{before}，{part}" if before else part)
    found = []
    for part in filter(None, map(_trimmed, whole)):
        attribute, _, person = part.rpartition("的")
        adds = len(_HARMLESS.sub("", attribute)) > 1
        if adds and value_of(person, 0) and not re.search(f"或|{_ABOUT_OTHERS.pattern}", part):
            found += [_trimmed(attribute), person]
        else:
            found.append(part)
    return found


def _trimmed(piece: str) -> str:
    piece = re.sub(
        r"^[\s：:]*(?:\d+[．.、]\s*|[（(][一二三四五六七八九十\d]+[）)]|[①-⑳])?(?:本[\u4e00-\u9fff]{2,4}适用于|申请人应当|申请人|应当|同时|凡是?|对)?\s*",
        "", piece.strip(),
    )  # fmt: skip
    return re.sub(r"(?:的人员|的)$", "", piece.strip())


def value_of(piece: str, clause: int) -> list[Condition]:
    """The values in one part of a sentence; [] when it is a question in its own words."""
    if _ABOUT_OTHERS.search(piece):
        # D类人才子女参加我市中考: only the class is the person's own
        made = _class(piece, piece, clause)
        return [_inexact(made[0])] if made and made[0].classes != ("*",) else []
    found: list[Condition] = []
    rest = piece
    for read in (_age, _graduated, _insured, _income, _class, _title, _skill, _degree):
        made = read(rest, piece, clause)
        if made is not None:
            condition, match = made
            found.append(condition)
            rest = rest.replace(match, "", 1)
    left = _HARMLESS.sub("", rest)
    # 硕士学位或者高级职称 is one thing or the other: no value alone decides it
    if not found or (re.search("或", rest) or ("或" in piece and len(found) > 1)):
        return []
    if len(left) <= 1:
        return found
    # what stands around the value demands something more, which only the words can ask
    return [_inexact(c) for c in found]


def _inexact(condition: Condition) -> Condition:
    changed = asdict(condition) | {"exact": False}
    return _condition(changed)


def _number(text: str) -> int:
    return int(float(text)) if text[0].isdigit() else chinese_number(text)


_Read = tuple[Condition, str] | None


def _age(rest: str, words: str, clause: int) -> _Read:
    if match := _RANGE.search(rest):
        low, high = _number(match[1]), _number(match[2])
        return Condition(Kind.AGE, words, clause, low, high), match[0]
    match = _AGE.search(rest)
    if match is None:
        return None
    years = _number(match[3])
    before, after = match["before"] or "", match["after"] or ""
    firm = not match["loose"] and not re.search(r"一般|原则上|放宽", rest)
    if ("满" in before and before[0] not in "未不") or "上" in after:
        return Condition(Kind.AGE, words, clause, least=years, firm=firm), match[0]
    if before in ("未满", "不满", "低于", "小于"):
        return Condition(Kind.AGE, words, clause, most=years - 1, firm=firm), match[0]
    if before or after:
        return Condition(Kind.AGE, words, clause, most=years, firm=firm), match[0]
    return None


def _graduated(rest: str, words: str, clause: int) -> _Read:
    match = _GRADUATED.search(rest)
    if match is None or not re.search(r"内|不超过|未超过|未满|不满", match[0]):
        return None
    months = _number(match[1]) * (12 if match["unit"] == "年" else 1)
    return Condition(Kind.GRADUATED, words, clause, least=0, most=months), match[0]


def _insured(rest: str, words: str, clause: int) -> _Read:
    match = _INSURED.search(rest)
    if match is None:
        return None
    months = _number(match[2]) * (12 if match["unit"] == "年" else 1)
    firm = not match["other"]
    return Condition(Kind.INSURED, words, clause, least=months, firm=firm), match[0]


def _income(rest: str, words: str, clause: int) -> _Read:
    match = _INCOME.search(rest)
    if match is None:
        return None
    text = match[1]
    yuan = round(float(text) * 10_000) if text[0].isdigit() else _number(text) * 10_000
    return Condition(Kind.INCOME, words, clause, least=yuan), match[0]


def _class(rest: str, words: str, clause: int) -> _Read:
    named = tuple(c[0].upper() for c in classes_named(normal(rest)) if c[0].isascii())
    if named:
        # the whole run from the certificate to 人才 names the class and nothing else
        run = re.search(
            rf"(?:{_CERTIFICATE.pattern}[^，。；]{{0,12}}?)?[A-Za-z][^，。；]*?类(?:及?以上)?(?:高层次)?(?:人才)?",
            rest,
        )
        match = run[0] if run else rest
        return Condition(Kind.CLASS, words, clause, classes=named), match
    if certificate := _CERTIFICATE.search(rest):
        return Condition(Kind.CLASS, words, clause, classes=("*",)), certificate[0]
    return None


def _title(rest: str, words: str, clause: int) -> _Read:
    match = _TITLE.search(rest)
    if match is None:
        return None
    level = _TITLE_LEVELS[match["level"][:2]]
    return Condition(Kind.TITLE, words, clause, least=level), match[0]


def _skill(rest: str, words: str, clause: int) -> _Read:
    match = _SKILL.search(rest)
    if match is None:
        return None
    return Condition(Kind.SKILL, words, clause, least=_SKILL_LEVELS[match["level"]]), match[0]


def _degree(rest: str, words: str, clause: int) -> _Read:
    match = _DEGREE.search(rest)
    if match is None or not re.search(
        r"学历|学位|毕业生|以上|研究生|^(?:博士|硕士|本科|大专)$", match[0]
    ):
        return None
    level = _LEVELS[match["level"]]
    if "下" in (match["up"] or ""):
        return Condition(Kind.DEGREE, words, clause, most=level), match[0]
    return Condition(Kind.DEGREE, words, clause, least=level), match[0]


def graded(subject: str, words: str, clause: int) -> Condition | None:
    """Whom one of several amounts is for, and nobody above: 硕士研究生每月1500元.

    >>> graded("本科毕业生", "本科毕业生每月800元", 4).least
    2
    """
    for read in (_skill, _title, _degree):
        made = read(subject, words, clause)
        if made is not None and len(_HARMLESS.sub("", subject.replace(made[1], "", 1))) <= 1:
            condition = made[0]
            if "上" in subject or "下" in subject:
                return condition
            level = condition.least
            return Condition(condition.kind, words, clause, level, level)
    return None


def _question(words: str, clause: int) -> Condition:
    kind = next((k for k, pattern in _YES_OR_NO if pattern.search(words)), Kind.OTHER)
    return Condition(kind, words, clause)


def excluded(words: str, clause: int) -> Condition:
    """Who is left out, in the clause's words."""
    return Condition(Kind.EXCLUDED, words, clause)


def holds_words(text: str, words: str) -> bool:
    """Do words stand in a clause as it reads now? Spaces and line ends do not count."""
    return re.sub(r"\s+", "", words) in re.sub(r"\s+", "", text)


def unbound(benefit: Benefit, texts: Sequence[str]) -> list[Line]:
    """The words of a benefit that do not stand in the clause they are bound to.

    Args:
        texts: the version's clause texts by ordinal, cells joined in.
    """
    return [
        line
        for line in benefit.bound()
        if not (0 <= line.clause < len(texts) and holds_words(texts[line.clause], line.words))
    ]
