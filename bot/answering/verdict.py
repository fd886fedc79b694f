"""The yes or no that a clause gives to a yes-or-no question, or none. Pure.

Each reading only where the clause leaves no doubt: a talent class that the clause does not name; a
number, a day or a rank the person gives against the one the clause demands; what the clause
excepts, grants once only, or wants done in person; and the clause's own permission or prohibition.
Everything else is left to the reader: no lead is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from knowledge.lexicon import normal
from knowledge.query import Aspect, Concept, Period, Query
from knowledge.structure import chinese_number, sentences
from knowledge.talent_classes import alike, classes_named


class Verdict(Enum):
    """What a clause says to the question."""

    YES = "yes"
    NO = "no"
    NONE = "none"  # 有补贴吗
    NOT_GIVEN = "not_given"  # 还发吗
    NOT_COUNTED = "not_counted"  # 算不算
    MEETS = "meets"  # the number given meets this one condition; others may stand beside it
    FAILS = "fails"
    NOT_NEEDED = "not_needed"
    TOO_LATE = "too_late"  # the last day is past today


_QUANTITY = re.compile(
    r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})\s*(个半月|个月|月|周岁|岁|年半|年|天|日|小时|次|平方米|平米?|㎡|万元?|%)"
)
_DEMAND = re.compile(
    r"(不少于|不低于|不超过|未满|不满|至少|达到|超过|低于|少于|连续满|累计满|满)?\s*"
    + _QUANTITY.pattern
    + r"\s*(及?以上|及?以下|以内|之内)?"
)
_NEGATIVE = re.compile(
    r"不能|不可以|不可|不得|不予|不享受|不重复|不叠加|不与|不再|不纳入|不列入|不属于|不支持|不接受|不受理|不含|不计入|不算(?!不)|不视为|停发|停止|取消|失效|除外|只能由一方"
)
_MAY = re.compile(r"能|可以|可不|可否|行不行|给不给|允许|让不让|够不够|够格|算不算")
_MUST = re.compile(r"要不要|需要|必须|一定要|用不用|得不得|非要|要交|要钱|收费|要收")
_NOT_NEEDED = re.compile(r"不要求|不需要|不用|无需|不必|不收取?|免收|免费|免交")
_DENIED = re.compile(r"不能|不可以|不行|不给|不让|不符合|不算(?!不)")
_REFUSALS = (
    (
        Verdict.NONE,
        re.compile(r"(?<!没)有(?!没有|效|用)[^,。]{0,8}(?:吗|么|不|没有?)[?？]?$|有没有"),
    ),
    (
        Verdict.NOT_GIVEN,
        re.compile(
            r"(?:还|接着|继续|也|都)?(?:发(?!展|放|表|明)|给|补(?!贴|助|缴|办|充))(?!不)[^,。]{0,6}(?:吗|么|不|没有?)[?？]?$"
        ),
    ),
    (Verdict.NOT_COUNTED, re.compile(r"算(?!不)[^,。]{0,8}(?:吗|么|不|没有?)[?？]?$|算不算")),
)
"""Questions that a clause's denial answers by another word than 不可以."""
_GRANTS = re.compile(r"可以|(?<![不未])可(?!能|否)|均可|允许|享受|给予|予以")


@dataclass(frozen=True, slots=True)
class _Demand:
    """满12个月: at least 12 months."""

    least: bool
    strict: bool
    value: float
    unit: str

    def met_by(self, value: float) -> bool:
        if self.least:
            return value > self.value if self.strict else value >= self.value
        return value < self.value if self.strict else value <= self.value


ABOUT = 0.5
"""Coverage from which a clause is about the question: its classes and numbers are then held
against the person's, each of which must be of the same thing."""
CERTAIN = 0.8
"""The same before 可以 is said: a permission for one matter is soon taken for another's."""
SURE = 0.6
"""Coverage from which the clause is surely about the question, so that its wording decides."""
_CONDITION = re.compile(
    r"只能|只限|仅限|须|必须|应当|应在|方可|才能|才可|其中|条件|一般|原则上|满|以上|以下|以内|不超过|未满|之后|后(?:可|方)"
)
"""What makes a permission hold for some only."""
_LOOSE = re.compile(r"一般|原则上|不设|不受|放宽|适当|除外")
"""What makes a number no firm limit."""
_COUNTED = re.compile(
    r"[\d两二三四五六七八九十几]+(?:个|次|名|位|套|人|所|份|项|处|遍|家)|半[年月]|一半"
)
_COUNTS_PEOPLE = re.compile(
    r"预计|同比|增长|[\d.]+万?(?:余|多)?(?:个|家|名|人)(?:岗位|职位|单位|企业|次)|岗位[\d.]+万?(?:余|多)?个"
)
"""What tells how many there are, or were, and demands nothing of anybody."""
_TURNED = re.compile(r"(?:不|没有?|未|无)(?=.{2})")
"""A question that is itself about not doing something: 不签合同能认定吗."""


def denies(text: str) -> bool:
    """Does a text forbid, except or refuse something?"""
    return bool(_NEGATIVE.search(text))


def forbids(text: str) -> bool:
    """Does it do so otherwise than by ending something? Behind 自离职次月起停发 may stand how it
    begins again."""
    return bool(_NEGATIVE.search(_ENDS.sub("", text)))


def speaks_of_all(query: Query, context: str) -> bool:
    """Does a text name, in some wording, everything that a question itself asks about?"""
    text = normal(context)
    return all(
        c.stands_in(text)
        for c in query.concepts
        if c.weight >= 1
        and len(c.word) > 1
        and not c.carried
        and not c.told
        and not classes_named(c.word)
    )


def verdict(
    query: Query, sentence: str, told: str, coverage: float, heading: str, day: date,
    alone: bool = True,
) -> Verdict | None:  # fmt: skip
    """What a sentence of a clause says to a yes-or-no question; None when it leaves doubt.

    Args:
        query: the question.
        sentence: the clause's sentences quoted as the answer.
        told: the whole message in normal form: the question and what the person said of
            themselves.
        coverage: share of the question's weight that the passage holds.
        heading: title and headings above the clause; with it the clause must name everything
            that is asked about before its wording alone decides.
        day: the day the question is asked about.
        alone: no other passage found demands such a number; of several ways to a thing, each
            with an age of its own, failing one decides nothing.
    """
    if Aspect.WHETHER not in query.aspects or _DENIED.search(
        re.sub("能不能|可不可以", "", query.text)
    ):
        return None
    if coverage < ABOUT:
        return None
    clause = normal(sentence)
    named = set(classes_named(clause))
    if alike(query.classes, named) and not query.classes & named:
        return Verdict.NO if _GRANTS.search(clause) and not _NEGATIVE.search(clause) else None
    if alone and not named and not _COUNTS_PEOPLE.search(clause):
        found = by_number(told, clause) or by_rank(told, clause)
        if found is not None:
            return found
    if not named and beyond(told, clause):
        return Verdict.NO
    if too_early(told, clause):
        return Verdict.FAILS
    if (found := by_day(query.period, told, clause, day)) is not None:
        return found
    if coverage >= SURE and (found := by_exception(query, told, clause)) is not None:
        return found
    if coverage < SURE or not speaks_of_all(query, f"{heading} {sentence}"):
        return None
    if _QUANTITY.search(query.text) or _COUNTED.search(query.text):
        return None
    found = _by_wording(query, clause)
    return None if found is Verdict.YES and coverage < CERTAIN else found


_ENDS = re.compile(r"停发|停止|取消|失效|除外")
"""What ends a thing or excepts from it denies it to nobody else."""


def refusal_of(query: Query, text: str, heading: str) -> Verdict | None:
    """The no of the one sentence of a clause that speaks of all that is asked about; else None.

    柔性引进人才不享受购房补贴 answers, whatever else the clause lets them do before it.

    Args:
        heading: what stands above the text and is said of each of its sentences.
    """
    if Aspect.WHETHER not in query.aspects or _MUST.search(query.text):
        return None
    if _DENIED.search(re.sub("能不能|可不可以|算不算", "", query.text)) or _turned(query.text):
        return None
    if not speaks_of_all(query, f"{heading} {text}"):
        return None
    telling = _telling(query, [s for s in sentences(text) if s.strip()], normal(heading))
    if telling is None:
        return None
    sentence = normal(telling)
    if not _NEGATIVE.search(sentence) or _ENDS.search(sentence):
        return None
    if _GRANTS.search(_NEGATIVE.sub("", sentence)):
        return _said_no(query.text) if _denies_the_matter(query, sentence) else None
    if _NOT_NEEDED.search(sentence) or _CONDITION.search(sentence):
        return None
    return _said_no(query.text)


def _denies_the_matter(query: Query, sentence: str) -> bool:
    """Is what is asked about named behind a denial and in no stretch that grants?

    可以申报，但不享受租房补贴 denies it to who asks 租房补贴能领不.
    """
    matters = [
        c for c in query.concepts
        if c.weight >= 1 and len(c.word) > 1 and not (c.told or c.carried or c.is_action)
    ]  # fmt: skip
    denied: list[Concept] = []
    granting = ""
    for stretch in re.split(r"[,，;；。]", sentence):
        if found := _NEGATIVE.search(stretch):
            behind = stretch[found.end() :]
            denied += [c for c in matters if c.stands_in(behind)]
        elif _GRANTS.search(stretch):
            granting += stretch
    return bool(denied) and not any(c.stands_in(granting) for c in denied)


def _telling(query: Query, among: Sequence[str], heading: str) -> str | None:
    """The sentence that names most of what is asked about that no other one names; None for two.

    What the heading names is said of each of them.
    """
    if len(among) == 1:
        return among[0]
    folded = [normal(s) for s in among]
    asked = [c for c in query.concepts if c.weight >= 1 and len(c.word) > 1]
    counts = [0] * len(among)
    for concept in asked:
        holding = [i for i, s in enumerate(folded) if concept.stands_in(s)]
        if len(holding) == 1 and not concept.stands_in(heading):
            counts[holding[0]] += 1
    best = max(counts, default=0)
    return among[counts.index(best)] if best and counts.count(best) == 1 else None


def _said_no(question: str) -> Verdict | None:
    """How a clause's denial answers a question, by what is asked; None where it may not."""
    found = next((v for v, pattern in _REFUSALS if pattern.search(question)), None)
    return found or (Verdict.NO if _MAY.search(question) else None)


_RECEIVED = re.compile(
    rf"(?:领|享受|发|补|拿|住|租)(?:取|放|到|满|个)?(?:最多|最长)?{_QUANTITY.pattern}"
)
_LIMIT = re.compile(
    rf"(?:最长|最多|累计|期限)[^,。;]{{0,8}}?(?:不超过|发放|享受|领取|补贴|租住|为)?{_QUANTITY.pattern}|不超过{_QUANTITY.pattern}"
)


def beyond(told: str, text: str) -> bool:
    """Is a benefit wanted for longer than a clause grants it: 领五年 of 最长发放36个月?

    >>> beyond("租房补贴能领五年吗", "租房补贴最长发放36个月。")
    True
    >>> beyond("租房补贴能领两年吗", "租房补贴最长发放36个月。")
    False
    """
    wanted, granted = _received(told), _limits(text)
    return wanted is not None and len(granted) == 1 and wanted > granted[0]


def limits(told: str, text: str) -> bool:
    """Does a clause say for how long is granted what a question wants for some time?"""
    return _received(told) is not None and len(_limits(text)) == 1


def _received(told: str) -> float | None:
    """The months for which a benefit is wanted; None where no one time is named."""
    found = [_quantity(m[1], m[2]) for m in _RECEIVED.finditer(told)]
    return found[0][0] if len(found) == 1 and found[0][1] == "month" else None


def _limits(text: str) -> list[float]:
    """The months that a clause grants something for at the longest."""
    clause = normal(text)
    found = []
    for match in _LIMIT.finditer(clause):
        stretch = clause[_begin(clause, match) : match.end()]
        value, unit = _quantity(match[1] or match[3], match[2] or match[4])
        if unit == "month" and re.search(r"发放|享受|领取|补贴|租住|期限|入住", stretch):
            found.append(value)
    return found


_DEEDS = ("买|购", "毕业", "引进", "入职|就业", "注册|登记|成立", "落户|迁入")
"""What a person did on a day by which a rule decides, in the words of either."""
_DONE = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?[^,。;]{0,6}")


def too_early(told: str, text: str) -> bool:
    """Did a person do before the day from which a clause counts it: 2024年买 of 2025年以后购买?

    >>> too_early("2024年买的房能领吗", "2025年1月1日以后购买住房。")
    True
    >>> too_early("2024年毕业能领吗", "2025年1月1日以后购买住房。")
    False
    """
    return any(done < start for done, start in _dated(told, text))


def counts_from(told: str, text: str) -> bool:
    """Does a clause count what a person did in some year from a day on?"""
    return bool(_dated(told, text))


def _dated(told: str, text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """(year and month of a deed at the latest, those from which a clause counts it)."""
    clause = normal(text)
    if "之一" in clause or len(_DONE.findall(told)) != 1:
        return []
    found = []
    for deed in _DEEDS:
        done = re.search(rf"{_DONE.pattern}(?:{deed})", told)
        start = re.findall(
            rf"(20\d\d)年(\d{{1,2}})月\d{{1,2}}日(?:\([^)]*\))?(?:以后|之后|后|起)[^。;]*?(?:{deed})",
            clause,
        )
        if done and len(start) == 1:
            day = (int(done[1]), int(done[2] or 12))
            found.append((day, (int(start[0][0]), int(start[0][1]))))
    return found


_BAND = re.compile(
    _QUANTITY.pattern
    + r"(?:以上|及以上)?[,、]?(?:不足|不满|未满|以下|至|到|-|—|~)"
    + _QUANTITY.pattern
)


def in_band(told: str, text: str) -> bool:
    """Does a clause give a band for a number of the person's own: 满5年不足10年 for 交了7年?

    >>> in_band("交了7年能领几个月", "缴费满5年不足10年的,最长18个月"), in_band("交了7年", "满1年")
    (True, False)
    """
    clause = normal(text)
    own = [_quantity(m[1], m[2]) for m in _QUANTITY.finditer(told)]
    for match in _BAND.finditer(clause):
        (least, unit), (most, other) = (
            _quantity(match[1], match[2]), _quantity(match[3], match[4])
        )  # fmt: skip
        if unit == other and any(u == unit and least <= v < most for v, u in own):
            return True
    return False


def demands(told: str, text: str) -> bool:
    """Does a clause demand a number of what the person gives one of: a year of 毕业, an age?"""
    clause = normal(text)
    units = {_quantity(m[1], m[2])[1] for m in _QUANTITY.finditer(told)}
    return any(demand.unit in units for demand, _ in _demands(told, clause))


def _demands(told: str, clause: str) -> Iterator[tuple[_Demand, re.Match[str]]]:
    """The numbers that a clause demands of what the person speaks of, with where they stand."""
    for match in _DEMAND.finditer(clause):
        demand = _demand(match)
        if demand and _same_subject(told, _around(clause, match)):
            yield demand, match


def by_number(told: str, clause: str) -> Verdict | None:
    """The person's number against the clause's, when each has exactly one of that unit.

    Both must be of the same thing: months of insurance are not held against months of benefit.
    """
    if _LOOSE.search(clause):
        return None
    given = [_quantity(m[1], m[2]) for m in _QUANTITY.finditer(told)]
    asked = list(_demands(told, clause))
    met: list[bool] = []
    for unit in dict.fromkeys(u for _, u in given):
        values = [v for v, u in given if u == unit]
        demands = [(d, m) for d, m in asked if d.unit == unit]
        if len(demands) > 1:
            demands = [(d, m) for d, m in demands if _of_that_relative(told, clause, m)]
            if len(demands) != 1:
                return None  # 45 for one way, 40 for another: who has met the rest has not met that
        if len(values) != 1 or not demands:
            continue
        demand, match = demands[0]
        if values[0] == demand.value and not demand.least:
            return None
        # what follows from it stands in the same sentence, at the latest after one comma
        ruled = re.split(r"[。;]", clause[_begin(clause, match) :])[0]
        ruled = ",".join(ruled.split(",")[:2])
        denies = bool(_NEGATIVE.search(ruled))
        if denies and _GRANTS.search(_NEGATIVE.sub("", ruled)):
            return None
        if denies and not demand.met_by(values[0]):
            return None  # who is not shut out by this is not yet let in by it
        met.append(not denies and demand.met_by(values[0]))
    return None if not met else Verdict.MEETS if all(met) else Verdict.FAILS


_RANKS: tuple[tuple[str, ...], ...] = (
    (
        "初中",
        "高中|中专|中职|技校|职高",
        "大专|专科|高职",
        "本科|学士|大学生",
        "硕士|研究生",
        "博士",
    ),
    ("初级职称|助理工程师|员级", "中级|讲师", "副高|副教授", "正高|(?<!副)教授"),
    ("初级工", "中级工", "高级工(?!程)", "(?<!高级)(?<!首席)技师", "高级技师", "首席技师"),
)
"""What stands above what: schooling, titles, skills; each later one includes those before."""


def by_rank(told: str, clause: str) -> Verdict | None:
    """A degree, title or skill of the person against the least the clause demands (本科以上).

    Only where each has exactly one: of several ways to a thing, failing one decides nothing.
    """
    if _LOOSE.search(clause):
        return None
    if _PART_TIME.search(told) and "全日制" in clause:
        return None  # 自考本科 is not the 全日制本科 that is demanded
    for scale in _RANKS:
        own = [i for i, name in enumerate(scale) if _said(name, told)]
        least = [
            i
            for i, name in enumerate(scale)
            if re.search(rf"(?:{name})[^,。;、]{{0,4}}(?:及|或|和)?其?以上", clause)
        ]
        if not own or len(least) != 1:
            continue
        if max(own) >= least[0]:
            return Verdict.MEETS
        # a lower one that the clause names too has a way of its own
        lower = any(re.search(scale[i], clause) for i in own)
        return None if lower or re.search(r"或者?(?!以上)|之一", clause) else Verdict.FAILS
    return None


_PART_TIME = re.compile(
    r"自考|函授|成人?教育|成教|成考|非全|夜大|电大|开放大学|网络教育|网教|专升本|在职(?:读|研|硕|博)|同等学力|没(?:有)?学位"
)


def _said(name: str, told: str) -> bool:
    """Does the person name it as theirs, rather than as what they have not?"""
    return any(
        not re.search(r"(?:没|不是|未|无|非)[^,。;]{0,2}$", told[: m.start()])
        for m in re.finditer(name, told)
    )


_DAY = r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[日号](?:(\d{1,2})[:时点](\d{2})?)?"
_SPAN = re.compile(rf"{_DAY}(?:起)?(?:至|到|-|—|~){_DAY}")
_UNTIL = re.compile(
    rf"{_DAY}(?:前|以前|之前|截止|止(?!于)|以?后不再|起不再)|截止[^,。;]{{0,6}}?{_DAY}"
)
_NOW = re.compile(
    r"来得及|赶得上|还能(?:报|申|参加|领|交)|还可以(?:报|申|参加|领|交)|晚不晚|过期|还报|截止了|结束了"
)
_HOUR = re.compile(r"(早上|上午|中午|下午|晚上)?(\d{1,2}|[一二三四五六七八九十]{1,2})点")


def by_day(period: Period | None, told: str, clause: str, day: date) -> Verdict | None:
    """A day the person names, or today when they ask whether there is time, against a deadline."""
    wanted = period.first if period and period.first == period.last else None
    if wanted is None and period is None and _NOW.search(told):
        wanted = day
    spans = list(_SPAN.finditer(clause))
    ends = [] if spans else list(_UNTIL.finditer(clause))
    if wanted is None or len(spans) + len(ends) != 1:
        return None
    if spans:
        groups = spans[0].groups()
        first = _date(groups[:3], wanted.year)
        last, hour = _date((groups[5] or groups[0], *groups[6:8]), wanted.year), groups[8]
    else:
        groups = ends[0].groups()
        part = groups[:5] if groups[1] else groups[5:10]
        first, last, hour = None, _date(part[:3], wanted.year), part[3]
    if last is None or (first and wanted < first):
        return None
    if wanted == last and hour:
        asked = _hour(told)
        if asked is not None:
            return Verdict.MEETS if asked < int(hour) else Verdict.FAILS
    if not spans and wanted == last:
        return None
    if wanted <= last:
        return Verdict.MEETS
    return Verdict.TOO_LATE if period is None else Verdict.FAILS


def _date(parts: tuple[str | None, ...], year: int) -> date | None:
    try:
        return date(int(parts[0] or year), int(parts[1] or 0), int(parts[2] or 0))
    except ValueError:
        return None


def _hour(told: str) -> int | None:
    """晚上七点 is 19."""
    match = _HOUR.search(told)
    if match is None:
        return None
    number = chinese_number(match[2])
    return number + 12 if match[1] in ("下午", "晚上") and number < 12 else number


_TWICE = re.compile(
    r"两[个处边地份套样次]|几[个处份]|同时|都能|都可以|再[拿领申享开办]|又|一起|叠加|重复|各|双份|[一每]人.{0,3}一[份套个次]"
)
_ONCE = re.compile(
    r"(?:只能|只可|仅可|仅由|只由)[^,。;]{0,10}一[个种项处套次人方]|择一|选择其中一|不重复|不得重复|不叠加|不得同时|不可同时|就高不|只享受一次|限一次"
)
_ANOTHER = re.compile(
    r"(?:让|叫|找|请|托)[^,。;]{0,6}(?:去|办|领|代|交|拿)|代办|代领|代为|替我|帮我|别人去|家人去"
)
_SELF = re.compile(r"(?:由|须|应当|必须)?本人(?:携带|持|到|亲自|办理|前往|提交)|亲自|不得代|不能代")
_PROXY = re.compile(r"代为|委托|代办|代理人")


def by_exception(query: Query, told: str, clause: str) -> Verdict | None:
    """No where the clause says 只能一个 of two, 本人 of another, or excepts what the person is."""
    grants = _GRANTS.search(_NEGATIVE.sub("", clause))
    if _TWICE.search(query.text) and _ONCE.search(clause) and not grants:
        return Verdict.NO
    if _ANOTHER.search(query.text) and _SELF.search(clause) and not _PROXY.search(clause):
        return Verdict.NO
    for concept in query.concepts:
        if concept.weight < 0.6 or len(concept.word) < 2 or concept.carried:
            continue
        for alternative in concept.alternatives:
            word = alternative.terms[0]
            if len(word) > 1 and _excepted(word, clause) and _said(re.escape(concept.word), told):
                return Verdict.NO
    return None


_OUTSIDE = re.compile(r"[^,。;:]{0,8}(?:除外|不纳入|不列入|不在[^,。;]{0,6}范围|不适用)")


def _excepted(word: str, clause: str) -> bool:
    """Does a clause speak of a thing only to except it: 未入住人才公寓, 不含在编人员?"""
    found = list(re.finditer(re.escape(word), clause))
    return bool(found) and all(
        re.search(
            r"(?:未(?!满|来|成)(?:入住|享受|领取|参加|取得|购买|办理)?|没有|不含|不包括|非)(?:过)?[^,。;:]{0,8}$",
            clause[max(0, m.start() - 14) : m.start()],
        )
        or re.match(
            r"[^,。;:]{0,30}(?:除外|不纳入|不列入|不在[^,。;]{0,6}范围|不适用)|不(?:予)?(?:随迁|享受|发放?|补贴?|计算?|适用)(?=[,。;]|$)",
            clause[m.end() :],
        )
        for m in found
    )


_SUBJECTS = tuple(
    re.compile(p)
    for p in (
        r"毕业(?!生)",
        r"社保|保险|参保|缴|断缴|中断|断了|交了",
        r"周岁|年龄|\d岁",
        r"子女|孩子|儿童|小孩|娃|父母|爸|妈|父亲|母亲|老人|配偶|老婆|老公",
        r"合同|工作|在职|上班|就业|待(?!遇|业)|服务",
        r"居住|租住|住了|住满",
        r"结婚|婚",
        r"离职|辞职",
        r"执照|注册|成立|开业",
    )
)
"""What a number of months, days or years may be of."""
_BROKEN_OFF = re.compile(r"断|停缴|停交|没[交缴]|未[交缴]|欠缴")
_GRANTED = re.compile(
    r"(?:发放|享受|领取|补贴|资助|租住|办理|办结|受理|审核|公示)[^,。;]{0,8}$|期限[^,。;]{0,4}$|最长$"
)
"""Before a number that says how long something is granted or takes, not what is demanded."""


def _begin(clause: str, number: re.Match[str]) -> int:
    """Where the stretch between commas that a number stands in begins."""
    return max(clause.rfind(mark, 0, number.start()) for mark in ",。;:!?") + 1


def _around(clause: str, number: re.Match[str]) -> str:
    """The stretch between commas that a number stands in; "" where it says a grant's length."""
    begin = _begin(clause, number)
    if _GRANTED.search(clause[begin : number.start()]):
        return ""
    after = re.search(r"[,。;:!?]", clause[number.end() :])
    return clause[begin : number.end() + after.start() if after else len(clause)]


_RELATIVES = (("妈|母亲|老娘", "母亲|女"), ("爸|父亲|老爹", "父亲|男"))


def _of_that_relative(told: str, clause: str, number: re.Match[str]) -> bool:
    """Does a number stand with the one parent that a person speaks of: 母亲年满55周岁 for 我妈?"""
    meant = [clause_has for said, clause_has in _RELATIVES if re.search(said, told)]
    begin = max(_begin(clause, number), clause.rfind("、", 0, number.start()) + 1)
    return len(meant) == 1 and bool(re.search(meant[0], clause[begin : number.start()]))


def _same_subject(told: str, stretch: str) -> bool:
    """Do a question and a number's stretch speak of the same thing?"""
    if re.search(r"平方米|面积", stretch):
        return True
    if any(sort.search(stretch) and sort.search(told) for sort in _SUMS):
        return True
    if any(i in stretch and i not in told for i in ("失业", "医", "养老")):
        return False  # one insurance is not every insurance
    if bool(_BROKEN_OFF.search(told)) != bool(_BROKEN_OFF.search(stretch)):
        return False  # months paid are not months not paid
    asked = {p for p in _SUBJECTS if p.search(told)}
    demanded = {p for p in _SUBJECTS if p.search(stretch)}
    return bool(demanded) and demanded <= asked


_SUMS = tuple(
    map(
        re.compile,
        (
            r"股",
            r"总价|房价|价格",
            r"投资",
            r"年薪|年收入|工资薪金",
            r"月收入|月薪",
            r"销售额|营业收入",
        ),
    )
)
"""What a number of 万元, or a share, may be of."""


def _quantity(number: str, unit: str) -> tuple[float, str]:
    value = float(number) if number[0].isdigit() else float(chinese_number(number))
    if unit == "个半月":
        return value + 0.5, "month"
    if unit in ("个月", "月"):
        return value, "month"
    if unit == "年半":
        return (value + 0.5) * 12, "month"
    if unit == "年":
        return (value * 12, "month") if value < 100 else (value, "calendar")
    if unit in ("天", "日"):
        return value, "day"
    if unit in ("平方米", "平米", "平", "㎡"):
        return value, "area"
    if unit in ("万", "万元"):
        return value, "money"
    return value, "age" if unit in ("周岁", "岁") else unit


def _demand(match: re.Match[str]) -> _Demand | None:
    before, number, unit, after = match.groups()
    value, kind = _quantity(number, unit)
    if after and "上" in after:
        return _Demand(True, False, value, kind)
    if after:
        return _Demand(False, False, value, kind)
    if before in ("不少于", "不低于", "至少", "达到", "连续满", "累计满", "满"):
        return _Demand(True, False, value, kind)
    if before == "超过":
        return _Demand(True, True, value, kind)
    if before == "不超过":
        return _Demand(False, False, value, kind)
    if before in ("未满", "不满", "低于", "少于"):
        return _Demand(False, True, value, kind)
    return None


def _by_wording(query: Query, clause: str) -> Verdict | None:
    """The clause's own permission or prohibition, when it speaks only one of them."""
    question = query.text
    if len(clause) > 120 or re.match(r"(?:可以|不能|不可以|不用|不需要)", clause):
        return None  # too much to tell, or the clause's own first word already says it
    if _MUST.search(question):
        return Verdict.NOT_NEEDED if _spares(question, clause) else None
    denies = bool(_NEGATIVE.search(clause))
    allows = bool(_GRANTS.search(_NEGATIVE.sub("", clause)))
    if denies == allows or not _MAY.search(question) or _NOT_NEEDED.search(clause):
        return None
    if _turned(question):
        return None
    if denies:
        return Verdict.NO
    some_only = _CONDITION.search(clause) or (not query.classes and "类" in clause)
    return None if some_only else Verdict.YES


def _turned(question: str) -> bool:
    """Is a question itself about not doing something?"""
    asked = re.sub(r"(.)[不没]\1", r"\1", question.replace("可不可以", "可以"))
    return bool(_TURNED.search(asked))


def _spares(question: str, clause: str) -> bool:
    """Does a clause, without any condition, say that just what is asked about is not needed?"""
    found = _NOT_NEEDED.search(clause)
    if found is None or _CONDITION.search(clause):
        return False
    if re.search(r"收|免费|免交", found[0]):
        return bool(re.search(r"钱|费", question))
    what = re.split(r"[,。;:]", clause[found.end() :])[0]
    return any(what[i : i + 2] in question for i in range(len(what) - 1))
