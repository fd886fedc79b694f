"""What a person says of themselves, or supposes, against what a clause demands: numbers and ranks.
Pure.

Each only where the clause leaves no doubt: one number of a unit against one of the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.classes import PART_TIME
from bot.answering.people import relatives
from bot.answering.ruling import GRANTS, NEGATIVE, Verdict
from knowledge.lexicon import normal
from knowledge.structure import chinese_number

QUANTITY = re.compile(
    r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})\s*(个半月|个月|月|周岁|岁|年半|年|天|日|小时|次|个?平方米?|个?平米?|㎡|万元?|元|(?<=\d)块|块钱|%)"
)
_DEMAND = re.compile(
    r"(不少于|不低于|不超过|不高于|未满|不满|至少|达到|超过|高于|低于|少于|连续满|累计满|满)?\s*"
    + QUANTITY.pattern
    + r"\s*(及?以上|及?以下|[以之]?内)?"
)


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


_INCLUDED = re.compile(r"[(（]含[^()（）]{1,8}[)）]")
"""1年(含1年)以上: the bracket says what 以上 says."""
_AT_LEAST = re.compile(r"在(\d+(?:平方米|万元|元))[(（]含\1[)）](?!以)")
"""面积在100平方米(含100平方米)和总价超过50万元: what 以上 is left out of."""
_LOOSE = re.compile(r"一般|原则上|不设|不受|放宽|适当|除外")
"""What makes a number no firm limit."""
_RECEIVED = re.compile(
    rf"(?:领|享受|发|补|拿|住|租)(?:取|放|到|满|个)?(?:最多|最长)?{QUANTITY.pattern}"
)
_LIMIT = re.compile(
    rf"(?:最长|最多|累计|期限)[^,。;]{{0,8}}?(?:不超过|发放|享受|领取|补贴|租住|为)?{QUANTITY.pattern}|不超过{QUANTITY.pattern}"
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


_CLAIMS = re.compile(
    r"(?:吧|对吗|是吗|对不对?|真的假的|是真的吗?)[?？]?$|是不是|是[^,。]*(?:吗|么)[?？]?$|对吧|没记错"
)
_CLAIMED = re.compile(
    rf"(?:[补给发奖分是要需领住满按]|最[多高长少低]|每[月年]|一次)[^,。了过我]{{0,4}}?{QUANTITY.pattern}(?!了|以[上下内])"
)
_PARTS = re.compile(r"([一二三四五六七八九])折")


def claims_otherwise(asked: str, text: str) -> bool:
    """Does a question suppose a number of which a clause gives another one: 是分3年发完的吗 of
    分5年发放?

    Args:
        asked: the question in normal form.
        text: what is quoted; of several numbers of that unit none is held against it.

    >>> claims_otherwise("购房补贴是分3年发完的吗", "购房补贴分5年等额发放,第一年发放20%。")
    True
    >>> claims_otherwise("公寓是七折对吧,一共住三年", "租金按市场价的50%收取,租住不超过6年。")
    True
    >>> claims_otherwise("我交了3年可以吧", "缴费满5年的"), claims_otherwise("补5万吧", "给予5万元")
    (False, False)
    """
    if not _CLAIMS.search(asked):
        return False
    asked = _PARTS.sub(lambda m: f"{chinese_number(m[1])}0%", asked)
    clause = _PARTS.sub(lambda m: f"{chinese_number(m[1])}0%", normal(text))
    supposed = [_quantity(m[1], m[2]) for m in _CLAIMED.finditer(asked)]
    named = [_quantity(m[1], m[2]) for m in QUANTITY.finditer(asked)]
    units = {unit for _, unit in supposed}
    if len(units) != len(named) or len(supposed) != len(named) or units & {"age", "calendar"}:
        return False
    given = [_quantity(m[1], m[2]) for m in QUANTITY.finditer(_ORDINAL_YEAR.sub("", clause))]
    told = [({v for v, u in given if u == unit}, value) for value, unit in supposed]
    return all(len(values) < 2 for values, _ in told) and any(
        values and value not in values for values, value in told
    )


_ORDINAL_YEAR = re.compile(r"第[一二三四五六七八九十\d]+[年月次天]|每[年月]")


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


_BAND = re.compile(
    QUANTITY.pattern
    + r"(?:以上|及以上)?[,、]?(?:不足|不满|未满|以下|至|到|-|—|~)"
    + QUANTITY.pattern
)


_TOP = re.compile(QUANTITY.pattern + r"及?以上(?![,、]?(?:不足|不满|未满|以下|至|到))")


def gives_bands(text: str) -> bool:
    """Does a clause give a band for somebody's number: 满5年不足10年?

    >>> gives_bands("满5年不足10年的"), gives_bands("3月1日至4月30日")
    (True, False)
    """
    return any(
        "日" not in m[0] and _quantity(m[1], m[2])[1] == _quantity(m[3], m[4])[1]
        for m in _BAND.finditer(normal(text))
    )


def in_band(told: str, text: str) -> bool:
    """Does a clause give a band for a number of the person's own: 满5年不足10年 for 交了7年?

    >>> in_band("交了7年能领几个月", "缴费满5年不足10年的,最长18个月"), in_band("交了7年", "满1年")
    (True, False)
    >>> in_band("要是交了11年的呢", "缴费满5年不足10年的,18个月;10年以上的,24个月")
    True
    """
    clause = normal(text)
    own = [_quantity(m[1], m[2]) for m in QUANTITY.finditer(told)]
    for match in _BAND.finditer(clause):
        (least, unit), (most, other) = (
            _quantity(match[1], match[2]), _quantity(match[3], match[4])
        )  # fmt: skip
        if unit == other and any(u == unit and least <= v < most for v, u in own):
            return True
    if not gives_bands(text):
        return False
    tops = [_quantity(m[1], m[2]) for m in _TOP.finditer(clause)]
    return any(u == unit and v >= top for top, unit in tops for v, u in own)


def demands(told: str, text: str) -> bool:
    """Does a clause demand a number of what the person gives one of: a year of 毕业, an age?"""
    clause = normal(text)
    units = {_quantity(m[1], m[2])[1] for m in QUANTITY.finditer(told)}
    return any(demand.unit in units for demand, _ in _demands(told, clause))


def _demands(told: str, clause: str) -> Iterator[tuple[_Demand, re.Match[str]]]:
    """The numbers that a clause demands of what the person speaks of, with where they stand."""
    for match in _DEMAND.finditer(clause):
        demand = _demand(match)
        if _FOR_EACH.search(clause[_begin(clause, match) : match.start()]):
            continue
        if demand and _same_subject(told, _around(clause, match)):
            yield demand, match


_FOR_EACH = re.compile("每(?![年月人周季日次])[^,。;]{0,16}$")
"""每连续缴纳社会保险满1年积3分 tells what a year is worth, and demands none."""


def by_number(told: str, clause: str) -> Verdict | None:
    """The person's number against the clause's, when each has exactly one of that unit.

    Both must be of the same thing: months of insurance are not held against months of benefit.
    """
    if _LOOSE.search(clause):
        return None
    clause = _INCLUDED.sub("", _AT_LEAST.sub(r"不少于\1", clause))
    given = [_quantity(m[1], m[2]) for m in QUANTITY.finditer(told)]
    if (among := _in_age_band(given, clause)) is not None:
        return among
    asked = list(_demands(told, clause))
    met: list[bool] = []
    for unit in dict.fromkeys(u for _, u in given):
        values = [v for v, u in given if u == unit]
        demands = [(d, m) for d, m in asked if d.unit == unit]
        of_both = _by_branch(values[0], demands, clause) if len(values) == 1 else None
        if of_both is not None:
            return of_both
        if len(demands) > 1:
            demands = [(d, m) for d, m in demands if _of_that_relative(told, clause, m)]
            if len(demands) != 1:
                return None  # 45 for one way, 40 for another: who has met the rest has not met that
        if len(values) != 1 or not demands:
            continue
        demand, match = demands[0]
        if values[0] == demand.value and not demand.least:
            return None
        ruled = _ruled(clause, match)
        denies = bool(NEGATIVE.search(ruled))
        if denies and GRANTS.search(NEGATIVE.sub("", ruled)):
            return None
        if denies and not demand.met_by(values[0]):
            return None  # who is not shut out by this is not yet let in by it
        met.append(not denies and demand.met_by(values[0]))
    return None if not met else Verdict.MEETS if all(met) else Verdict.FAILS


def _ruled(clause: str, number: re.Match[str]) -> str:
    """What follows from a number: it stands in the same sentence, at the latest after one comma."""
    ruled = re.split(r"[。;]", clause[_begin(clause, number) :])[0]
    return ",".join(ruled.split(",")[:2])


def _by_branch(
    value: float, demands: Sequence[tuple[_Demand, re.Match[str]]], clause: str
) -> Verdict | None:
    """What a clause that rules for both sides of one number says of a number of the person's.

    中断不超过4个月的可以接续;中断超过4个月的,此前月份作废 tells who has broken off for 5 months.
    """
    if len(demands) != 2 or len({d.value for d, _ in demands}) != 1:
        return None
    on = [m for d, m in demands if d.met_by(value)]
    if len(on) != 1:
        return None
    ruled = _ruled(clause, on[0])
    denies = bool(NEGATIVE.search(ruled))
    if denies == bool(GRANTS.search(NEGATIVE.sub("", ruled))):
        return None
    return Verdict.FAILS if denies else Verdict.MEETS


def _in_age_band(given: Sequence[tuple[float, str]], clause: str) -> Verdict | None:
    """The one age told against the one band of ages that a clause demands: 20-45周岁."""
    ages, bands = [v for v, unit in given if unit == "age"], list(_AGES.finditer(clause))
    if len(ages) != 1 or len(bands) != 1 or len(re.findall("岁", clause)) > 1:
        return None
    least, most = float(bands[0][1]), float(bands[0][2])
    return Verdict.MEETS if least <= ages[0] <= most else Verdict.FAILS


def falls_short(told: str, asked: str, clause: str) -> bool:
    """Does a letter give a number of the same thing as the clause demands, and one that misses it?

    Args:
        told: the whole letter, which gives numbers of many things: each counts for its stretch
            between commas only.
        asked: the question in it; of several relatives the one it names counts.
        clause: what is demanded; all of it, not one thing of several.

    >>> falls_short("我39岁,连续缴费刚满6年", "能不能申请", "在京连续缴纳社会保险7年及以上")
    True
    >>> falls_short("我39岁,连续缴费刚满8年", "能不能申请", "在京连续缴纳社会保险7年及以上")
    False
    >>> falls_short("刚还了8个月,能提前还清吗", "能提前还清吗", "偿还贷款1年(含1年)以上的,可以")
    True
    """
    clause = _INCLUDED.sub("", clause)
    if _OF_SEVERAL.search(clause) or gives_bands(clause):
        return False  # who has not paid for ten years gets what is granted for five
    given = _given(told)
    for demand, match in _all_demands(clause):
        around = _around(clause, match)
        begin = max(clause.rfind(mark, 0, match.start()) for mark in "。;\n") + 1
        sentence = re.split(r"[。;\n]", clause[begin:])[0]
        if not around or NEGATIVE.search(around) or _LOOSE.search(sentence):
            continue
        of_whom = relatives(clause[_begin_of_item(clause, match) : match.start()], in_paper=True)
        if of_whom and relatives(asked) and not of_whom & relatives(asked):
            continue  # 父亲年满60周岁, where 我妈能不能随迁 is asked
        own = {
            value
            for value, unit, stretch in given
            if unit == demand.unit
            and _same_subject(stretch, around)
            and ("连续" not in around or re.search("连[续着]|一直|没断", stretch))
            and relatives(stretch) == of_whom
        }
        if len(own) == 1 and not demand.met_by(own.pop()):
            return True
    return False


def held_against(told: str, clause: str) -> int:
    """Of how many numbers of a letter a clause demands one of the same thing."""
    text = normal(clause)
    demanded = ((d.unit, _around(text, m)) for d, m in _all_demands(text))
    asked = [d for d in dict.fromkeys(demanded) if d[1]][:MOST_NUMBERS]
    return sum(
        any(unit == wanted and _same_subject(stretch, around) for wanted, around in asked)
        for _, unit, stretch in _given(told)
    )


MOST_NUMBERS = 24
"""Numbers of a letter, and of a clause, that are held against each other."""


def _given(told: str) -> list[tuple[float, str, str]]:
    """The numbers of a letter: (value, unit, the stretch between commas that it stands in)."""
    found = (
        (*_quantity(m[1], m[2]), stretch)
        for stretch in re.split(r"[,。;:!?]", told)
        for m in QUANTITY.finditer(stretch)
    )
    return list(dict.fromkeys(found))[:MOST_NUMBERS]


_AGES = re.compile(r"(\d+)(?:周?岁)?[-—~至到](\d+)周?岁")


def _all_demands(clause: str) -> Iterator[tuple[_Demand, re.Match[str]]]:
    """Every number that a clause demands, with where it stands; 20-45周岁 demands two."""
    for match in _AGES.finditer(clause):
        yield _Demand(True, False, float(match[1]), "age"), match
        yield _Demand(False, False, float(match[2]), "age"), match
    for match in _DEMAND.finditer(clause):
        if demand := _demand(match):
            yield demand, match


_OF_SEVERAL = re.compile("之一|其中一|任一|或")
"""Of several ways to a thing failing one decides nothing."""


_RANKS: tuple[tuple[str, ...], ...] = (
    (
        "初中",
        "高中|中专|中职|中等职业|技校|技工学校|职高",
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
    if PART_TIME.search(told) and "全日制" in clause:
        return None  # 自考本科 is not the 全日制本科 that is demanded
    for scale in _RANKS:
        own = [i for i, name in enumerate(scale) if said_of_oneself(name, told)]
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


def said_of_oneself(name: str, told: str) -> bool:
    """Does the person name it as theirs, rather than as what they have not?"""
    return any(
        not re.search(r"(?:没|不是|未|无|非)[^,。;]{0,2}$", told[: m.start()])
        for m in re.finditer(name, told)
    )


_SUBJECTS = tuple(
    re.compile(p)
    for p in (
        r"毕业(?!生)",
        r"社保|保险|参保|缴|断缴|中断|断了|交了",
        r"周岁|年龄|\d岁",
        r"子女|孩子|儿童|小孩|娃|父母|爸|妈|父亲|母亲|老人|配偶|老婆|老公",
        r"合同|工作|在职|上过?班|就业|待(?!遇|业)|服务|(?<!才)干(?:了|满|够|到)",
        r"居住|租住|住了|住满",
        r"结婚|婚",
        r"离职|辞职",
        r"证书?(?:下来|核发|到手|颁发)|核发|发证|(?:拿|考)(?:了|到)?[^,。;]{0,4}证",
        r"执照|注册|成立|开业",
        r"还款|偿还|还贷|还了",
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


_HOUSEHOLDS = (("单身|未婚|没结婚", "单身|未婚"), ("一家|全家|家庭|两口子", "家庭"))
"""How people say whether they live alone, and how papers do."""


def _begin_of_item(clause: str, number: re.Match[str]) -> int:
    """The same as ``_begin``, of an item between 、."""
    return max(_begin(clause, number), clause.rfind("、", 0, number.start()) + 1)


def _of_that_relative(told: str, clause: str, number: re.Match[str]) -> bool:
    """Does a number stand with the one relative that a person names: 母亲年满55周岁 for 我妈, or
    with how they live: 单身人士月收入?"""
    item = clause[_begin_of_item(clause, number) : number.start()]
    households = [paper for said, paper in _HOUSEHOLDS if re.search(said, told)]
    if len(households) == 1 and re.search(households[0], item):
        return True
    meant = relatives(told)
    return len(meant) == 1 and meant <= relatives(item, in_paper=True)


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
            r"份额|产权|占(?=[\d百])",
            r"总价|房价|价格",
            r"投资",
            r"年薪|年收入|工资薪金",
            r"月收入|月薪|月[^,。;]{0,3}(?:工资|收入|到手|挣|赚)",
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
    if unit == "㎡" or "平" in unit:
        return value, "area"
    if unit in ("万", "万元"):
        return value * 10_000, "money"
    if unit in ("元", "块", "块钱"):
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
    if before in ("超过", "高于"):
        return _Demand(True, True, value, kind)
    if before in ("不超过", "不高于"):
        return _Demand(False, False, value, kind)
    if before in ("未满", "不满", "低于", "少于"):
        return _Demand(False, True, value, kind)
    return None
