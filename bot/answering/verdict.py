"""The yes or no that a clause gives to a yes-or-no question, or none. Pure.

Each reading only where the clause leaves no doubt: a talent class that the clause does not name; a
number, a day or a rank the person gives against the one the clause demands; what the clause
excepts, grants once only, or wants done in person; and the clause's own permission or prohibition.
Everything else is left to the reader: no lead is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.answering.circumstances import (
    comes_first,
    fails_by,
    kept_from_wages,
    left_by_choice,
)
from bot.answering.concepts import without_choice
from bot.answering.demands import (
    QUANTITY,
    beyond,
    by_number,
    by_rank,
    claims_otherwise,
    falls_short,
)
from bot.answering.excepting import by_exception, lets_in_again, of_two_cases, shuts_out
from bot.answering.people import (
    keeps_out_kin,
    lets_in_kin,
    may_send,
    relatives,
    rents_from_kin,
)
from bot.answering.ruling import ENDS, GRANTS, LIMITS, NEGATIVE, NOT_HELD_AGAINST, Verdict
from bot.answering.support import ABOUT, OF_OWN_CLASS
from bot.answering.timeliness import by_day, ran_out, too_early
from bot.answering.together import added, names_both, wants_more_than_one
from knowledge.lexicon import normal
from knowledge.query import Aspect, Concept, Query
from knowledge.structure import sentences
from knowledge.talent_classes import alike, classes_named, degrees_named

_MAY = re.compile(
    r"能|[评算领报办]得[上了到着]|[用住拿领报办评转进]得[不吗嘛]|可以|可不|可否|行不行|给不给|允许|让不让|够不够|够格|算不算"
    r"|行(?:吗|么|不|嘛)?[?？]?$"
)
_MUST = re.compile(
    r"是不是(?:得|要|必须|非得)|得先|要不要|需要|必须|一定要|用不用|得不得|非要|非得"
    r"|要交|要钱|收费|要收"
)
_NOT_NEEDED = re.compile(
    r"不受[^,。;]{2,4}限制|不[限论](?:户籍|户口|学历|年龄|专业|地域)"
    r"|不要求|不需要|不用|无需|不必|不收取?|免收|免费|免交"
)
_DEFINED = re.compile(r"(?<=,)不属于[^,。;]{1,16}(?=,[^。;]{2,80}的[^。;,]{2,16}[。;])")
"""所称毕业生是…，不属于定向培养，…的应届毕业生: a part of who is meant refuses nobody by itself."""
_LOOSER_FOR = re.compile(
    r"[(（](?P<who>(?:博士|硕士|本科)[^()（）]{0,6}?)可?以?(?:适当)?放宽[^()（）]*[)）]"
)
"""40周岁以下(博士可放宽至45周岁): looser for who has that degree."""
_AT_MOST = re.compile(r"年龄(?:上限|限制|要求)[:：](\d+)周?岁(?!及?以)")
"""A cell below the name of its column."""
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
CERTAIN = 0.8
"""The same before 可以 is said: a permission for one matter is soon taken for another's."""
SURE = 0.6
"""Coverage from which the clause is surely about the question, so that its wording decides."""
_CONDITION = re.compile(
    r"只能|只限|仅限|须|必须|应当|应在|方可|才能|才可|其中|条件|一般|原则上|满|以上|以下|以内|不超过|未满|之后|后(?:可|方)"
)
"""What makes a permission hold for some only."""
_COUNTED = re.compile(
    r"[\d两二三四五六七八九十几]+(?:个|次|名|位|套|人|所|份|项|处|遍|家)|半[年月]|一半"
)
_COUNTS_PEOPLE = re.compile(
    r"预计|同比|增长|[\d.]+万?(?:余|多)?(?:个|家|名|人)(?:岗位|职位|单位|企业|次)|岗位[\d.]+万?(?:余|多)?个"
)
"""What tells how many there are, or were, and demands nothing of anybody."""
_TURNED = re.compile(r"(?:不|没有?|未|无)(?=.{2})")
"""A question that is itself about not doing something: 不签合同能认定吗."""


def speaks_of_all(
    query: Query, context: str, held: Callable[[Concept, str], bool] = Concept.stands_in
) -> bool:
    """Does a text name, in some wording, everything that a question itself asks about?

    Args:
        held: (thing, normal text) -> does the text name it?
    """
    text = normal(context)
    return all(
        held(c, text)
        for c in query.concepts
        if c.is_whole and not (c.carried or c.told or classes_named(c.word))
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
    if Aspect.WHETHER not in query.aspects or _is_denied(query):
        return None
    clause = _DEFINED.sub("", each_with_its_own(normal(sentence)))
    clause = _AT_MOST.sub(r"年龄不超过\1周岁", clause)
    clause = _LOOSER_FOR.sub(
        lambda m: "" if query.degrees.isdisjoint(degrees_named(m["who"])) else m[0], clause
    )
    measured = alone and not _MUST.search(query.text)  # 17岁改名非得爸妈去办吗 asks of no number
    near = measured and coverage >= OF_OWN_CLASS
    own = (_of_own_class(query, clause) or _of_own_degree(query, clause)) if near else ""
    if own and (found := by_number(told, own)) is not None:
        return found
    clause = _own_item(query, clause) or clause
    if near and lets_in_again(told, clause):
        return Verdict.YES
    if shuts_out(query, told, clause, coverage):
        return Verdict.NO
    if coverage >= ABOUT and (side := of_two_cases(query, told, clause)) is not None:
        return side
    if coverage >= OF_OWN_CLASS and may_send(query.text, clause):
        return Verdict.YES
    if coverage < ABOUT:
        return None
    if not NEGATIVE.search(clause) and claims_otherwise(told, sentence):
        return Verdict.NOT_SO
    named = set(classes_named(clause))
    if alike(query.classes, named) and not query.classes & named:
        return Verdict.NO if GRANTS.search(clause) and not NEGATIVE.search(clause) else None
    if fails_by(told, clause):
        return Verdict.FAILS  # though the years that it demands as well are there
    if kept_from_wages(query.text, clause):
        return Verdict.NO
    of_theirs = not named or _is_of_theirs(query, clause)
    if measured and of_theirs and not _COUNTS_PEOPLE.search(clause):
        found = by_number(told, clause) or by_rank(told, clause)
        if found is Verdict.MEETS and _denies_the_matter(query, clause):
            return Verdict.NO  # 满90天的可以认定,不享受安家补助 meets nothing of who asks for that
        if found is not None:
            return found
    if not named and beyond(told, clause):
        return Verdict.NO
    if too_early(told, clause) or comes_first(told, clause) or ran_out(told, clause, day):
        return Verdict.FAILS
    if _may_leave_undone(query.text, clause):
        return Verdict.NO
    if _is_no_hindrance(query, told, clause):
        return Verdict.MEETS
    if (found := by_day(query.period, told, clause, day)) is not None:
        return found
    if wants_more_than_one(query, clause):
        return Verdict.NO
    if coverage >= SURE and (found := by_exception(query, told, clause)) is not None:
        return found
    if coverage < SURE or not speaks_of_all(query, f"{heading} {sentence}"):
        return None
    if _is_not_counted(query, clause):
        return Verdict.NOT_COUNTED
    both = added(query.text, clause)
    if both and (coverage >= CERTAIN or names_both(query, both)):
        return Verdict.YES
    if QUANTITY.search(query.text) or _COUNTED.search(query.text):
        return None
    found = _by_wording(query, clause)
    certain = coverage >= CERTAIN or _grants_the_matter(query, clause)
    return None if found is Verdict.YES and not certain else found


def _is_denied(query: Query) -> bool:
    """Does a question say itself that something is not possible: 不能申请吗?"""
    return bool(_DENIED.search(_without_choice(query.text)))


def in_letter(query: Query, sentence: str, told: str, near: bool) -> Verdict | None:
    """The no that a clause gives to a letter, which tells much beside the point; None for doubt.

    Args:
        told: the letter in normal form.
        near: the clause speaks of what is asked about.
    """
    if query.aspects[0] is not Aspect.WHETHER or _is_denied(query) or not near:
        return None
    clause = normal(sentence)
    if classes_named(clause):
        return None
    if falls_short(told, query.text, clause):
        return Verdict.FAILS
    if rents_from_kin(told, clause) or comes_first(told, clause) or left_by_choice(told, clause):
        return Verdict.FAILS
    return Verdict.NO if wants_more_than_one(query, clause) else None


def _may_leave_undone(question: str, clause: str) -> bool:
    """Is it asked whether something may be left undone that a clause says must be done?

    >>> _may_leave_undone("户口可以一直不迁吗", "应当在6个月内将户口迁至住房所在地")
    True
    >>> _may_leave_undone("不迁户口能领吗", "应当在6个月内将户口迁至住房所在地")
    False
    """
    left = _UNDONE.search(question)
    if left is None or NEGATIVE.search(clause) or _NOT_NEEDED.search(clause):
        return False
    return any(
        left["deed"][0] in stretch and re.search(r"应当?|必须|须", stretch)
        for stretch in re.split(r"[,，;；。]", clause)
    )


_UNDONE = re.compile(
    r"(?:可以|能|行)[^,。不]{0,4}不(?P<deed>[迁交缴办报退还签补搬登审换转])[^,。]{0,4}(?:吗|么|不|[?？])*$"
)


def _is_not_counted(query: Query, clause: str) -> bool:
    """Is it asked whether something counts that a clause leaves out of just that count:
    中止期间不计入居住时间 of 算居住时间吗?"""
    asked = _COUNTS.search(query.text)
    if asked is None:
        return False
    left_out = [s for s in re.split(r"[,，;；。]", clause) if _NOT_COUNTED.search(s)]
    of_what = [c for c in query.concepts if c.is_whole and c.word in asked["what"]]
    return len(left_out) == 1 and any(c.stands_in(left_out[0]) for c in of_what)


_COUNTS = re.compile(r"(?:算(?!不)|计入)(?P<what>[^,。]{2,8}?)(?:吗|么|不|没有?)[?？]?$")
_NOT_COUNTED = re.compile(r"不(?:计入|计算|算(?!不)|纳入计算)")


def _is_no_hindrance(query: Query, told: str, clause: str) -> bool:
    """Does a clause say of just what somebody tells that it does no harm: 父母名下有房的不影响?"""
    if not _MAY.search(query.text) or _turned(query.text):
        return False
    for found in _NO_HARM.finditer(clause):
        what = found["what"]
        kin = relatives(what, in_paper=True)
        of_parents = "父母" in what
        whose = _PARENTS.search(told) if of_parents else kin <= relatives(told)
        same_thing = all(thing in told for thing in _THINGS.findall(what))
        named = of_parents or kin or any(c.stands_in(what) for c in query.concepts if c.is_whole)
        if whose and same_thing and named:
            return True
    return False


_NO_HARM = re.compile(r"(?:^|[,。;:])(?P<what>[^,。;:]{3,20}?)(?:的|者)?,?(?:均|也|都)?不影响")
_PARENTS = re.compile("爸妈|爹妈|父母|老爸老妈|爸爸妈妈|家里老人")
_THINGS = re.compile("房|户口|社保|合同|学历|档案|车")


def of_the_case(query: Query, text: str) -> str:
    """The sentences of a clause that speak of the case that is told, and that not all speak of:
    落在集体户的 of a clause on every address; "" for none."""
    among = sentences(text)
    before = [
        c
        for c in query.concepts
        if len(c.word) > 1
        and (c.carried or re.search(rf"落[在户入][^,。;]{{0,6}}{re.escape(c.word)}", text))
    ]
    held = [[s for s in among if c.stands_in(normal(s))] for c in before]
    return "".join(next((h for h in held if 0 < len(h) < len(among)), []))


def _own_item(query: Query, clause: str) -> str:
    """The one item of a clause that is of the class asked about, where others are of others: 市级
    已退休的不能认定 of 省级可以；市级已退休的不能认定; "" for none or several."""
    if not query.classes:
        return ""
    named = [(s, set(classes_named(s))) for s in re.split(r"[;；。\n]", clause)]
    own = [s for s, classes in named if classes and classes <= query.classes]
    others = any(classes and classes.isdisjoint(query.classes) for _, classes in named)
    return own[0] if others and len(own) == 1 else ""


def _of_own_class(query: Query, clause: str) -> str:
    """The one stretch of a clause that is of the class asked about and of no other: 骨干人才未满
    50周岁 of 领军人才未满58周岁，骨干人才未满50周岁; "" for none or several."""
    if not query.classes:
        return ""
    if item := _own_item(query, clause):
        return item
    own = [
        stretch
        for stretch in re.split(r"[,，;；。]", clause)
        if (named := set(classes_named(stretch))) and named <= query.classes
    ]
    return own[0] if len(own) == 1 else ""


def _of_own_degree(query: Query, clause: str) -> str:
    """The one item or stretch of a clause with an age for the degree asked about, where each degree
    has one: 大专不超过35周岁 of 大专不超过35周岁,本科不超过45周岁; "" for none or several."""
    for marks in (r"[;；。\n]", r"[,，;；。\n]"):
        aged = [s for s in re.split(marks, clause) if re.search(r"\d周?岁", s)]
        own = [s for s in aged if query.degrees & {*degrees_named(s)}]
        if len(aged) > 1 and len(own) == 1 and {*degrees_named(own[0])} == query.degrees:
            return own[0]
    return ""


def _is_of_theirs(query: Query, clause: str) -> bool:
    """Does a clause name classes in one place only, and the one asked about among them: 申报四类、
    五类的，年龄不超过50周岁?"""
    listed = [named for s in re.split(r"[,，;；。]", clause) if (named := set(classes_named(s)))]
    return len(listed) == 1 and bool(query.classes) and query.classes <= listed[0]


def each_with_its_own(clause: str) -> str:
    """A clause with numbers given 分别 to several classes, each class with its number.

    Args:
        clause: in normal form.

    >>> each_with_its_own("认定b、c类人才的,年龄分别不超过50周岁、40周岁")
    'b类年龄不超过50周岁,c类年龄不超过40周岁'
    """
    found = _RESPECTIVELY.search(clause)
    if found is None:
        return clause
    named = classes_named(found["names"])
    values = re.split("[、和]", found["values"])
    if len(named) < 2 or len(named) != len(values):
        return clause
    what = found["what"].lstrip("的,")
    pairs = ",".join(f"{c}{what}{found['how']}{v}" for c, v in zip(named, values, strict=True))
    return f"{clause[: found.start()]}{pairs}{clause[found.end() :]}"


_RESPECTIVELY = re.compile(
    r"(?P<names>[^,。;:]{2,40}?(?:人才|类|层次)?)(?P<what>的?,?[^,。;、\d]{0,8})分别"
    r"(?P<how>[^\d、,。;]{0,8})(?P<values>\d[^、,。;和]{0,8}(?:[、和]\d[^、,。;和]{0,8})+)"
)


def refusal_of(query: Query, text: str, heading: str, title: str) -> Verdict | None:
    """The no of the one sentence of a clause that speaks of all that is asked about; else None.

    柔性引进人才不享受购房补贴 answers, whatever else the clause lets them do before it.

    Args:
        heading: what stands above the text and is said of each of its sentences.
        title: of the paper.
    """
    if Aspect.WHETHER not in query.aspects or _MUST.search(query.text):
        return None
    if _is_denied(query) or _turned(query.text):
        return None
    text = _own_item(query, normal(text)) or text
    folded = normal(text)
    behind = [folded[m.end() :] for m in NEGATIVE.finditer(folded)]

    def held(concept: Concept, context: str) -> bool:
        return concept.stands_in(context) or any(_is_of_all(concept, b) for b in behind)

    if not speaks_of_all(query, f"{title} {heading} {text}", held):
        return None
    among = [s for s in sentences(text) if s.strip()]
    telling = _telling(query, among, normal(heading))
    if telling is None:
        return None
    if LIMITS.search(normal("".join(among[among.index(telling) + 1 :][:1]))):
        return None  # who the refusal is for is told in the sentence behind it
    sentence = normal(telling)
    if not NEGATIVE.search(sentence) or ENDS.search(sentence):
        return None
    if _of_another_sort(query, sentence) or _for_wrongdoers(query, sentence):
        return None
    if keeps_out_kin(query.text, sentence):
        others = [normal(s) for s in among if s != telling]
        return None if any(lets_in_kin(query.text, s) for s in others) else Verdict.NO
    if GRANTS.search(NEGATIVE.sub("", sentence)):
        return _said_no(query.text) if _denies_the_matter(query, sentence) else None
    if _NOT_NEEDED.search(sentence) or _CONDITION.search(sentence):
        return None
    if _lets_in(query.text, sentence):
        return None
    return _said_no(query.text)


def _for_wrongdoers(query: Query, sentence: str) -> bool:
    """Is what a sentence denies denied to who has done wrong, of which the question tells nothing:
    弄虚作假骗取补贴的,不得申报?"""
    told = _WRONGS.search(query.message or query.text)
    return bool(_WRONGS.search(sentence)) and told is None


_WRONGS = re.compile(
    "弄虚作假|造假|作假|骗|虚假|虚报|伪造|隐瞒|冒领|挪用|失信|老赖|黑名单|违法|违规|违反|假材料|假证"
)


def _of_another_sort(query: Query, sentence: str) -> bool:
    """Is what a sentence denies denied to a sort of people of whom the question does not speak:
    被举荐人不享受安家补贴?"""
    found = _TO_WHOM.match(sentence)
    if found is None or _ANYBODY.search(found["who"]):
        return False
    return not any(c.stands_in(found["who"]) for c in query.concepts if len(c.word) > 1)


_TO_WHOM = re.compile(
    r"(?:第[一二三四五六七八九十百]+条|[(（][一二三四五六七八九十]+[)）])?\s*"
    r"(?P<who>[\u4e00-\u9fff]{2,10}(?:人|人员|者))(?:的)?,?(?:均|一律|暂)?不(?:享受|得|予|纳入|适用|能|可)"
)
_ANYBODY = re.compile(
    "申请人|申报人|本人|个人|承租人|持证人|持有人|当事人|求职者|劳动者|应聘人员|失业人员|任何人"
)


def _denies_the_matter(query: Query, sentence: str) -> bool:
    """Is what is asked about named behind a denial and in no stretch that grants?

    可以申报，但不享受租房补贴 denies it to who asks 租房补贴能领不.
    """
    matters = [
        c for c in query.concepts
        if c.is_whole and not (c.told or c.carried or c.is_action)
    ]  # fmt: skip
    denied: list[Concept] = []
    granting = ""
    for stretch in re.split(r"[,，;；。]", sentence):
        if found := NEGATIVE.search(stretch):
            behind = stretch[found.end() :]
            denied += [c for c in matters if c.stands_in(behind) or _is_of_all(c, behind)]
        elif GRANTS.search(stretch):
            granting += stretch
    named = [c for c in denied if c.word in sentence and c.word not in granting]
    return bool(named) or (bool(denied) and not any(c.stands_in(granting) for c in denied))


def _is_of_all(matter: Concept, denied: str) -> bool:
    """Is a matter one of all that is denied together: 购房补贴 of 资金类待遇, 住房方面的待遇?"""
    return bool(
        (_ALL_MONEY.search(denied) and _MONEY.search(matter.word))
        or (_ALL_HOUSING.search(denied) and _HOUSING.search(matter.word))
    )


_ALL_HOUSING = re.compile(
    r"(?:住房|安居)(?:、[^,。;]{2,12}|和[^,。;]{2,8})?(?:类|方面)?的?(?:等?待遇|补贴|补助|支持|政策)"
)
_HOUSING = re.compile("[买购租]房|房[补贴票]|安家|公寓|人才房|住房")
_ALL_MONEY = re.compile(r"资金类|资金(?:支持|补助|奖励)|各[类项](?:补贴|补助|奖励|待遇)|奖补")
_MONEY = re.compile(r"补贴|补助|津贴|奖励?|费|钱|券|房票")
"""What denies all money denies each sum of it."""


def _telling(query: Query, among: Sequence[str], heading: str) -> str | None:
    """The sentence that names most of what is asked about that no other one names; None for two.

    What the heading names is said of each of them.
    """
    if len(among) == 1:
        return among[0]
    folded = [normal(s) for s in among]
    asked = [c for c in query.concepts if c.is_whole]
    counts = [0] * len(among)
    for concept in asked:
        holding = [i for i, s in enumerate(folded) if concept.stands_in(s)]
        if len(holding) == 1 and not concept.stands_in(heading):
            counts[holding[0]] += 1
    best = max(counts, default=0)
    if counts.count(best) > 1:  # 集体户 of the question before
        for concept in (c for c in query.concepts if c.carried and len(c.word) > 1):
            holding = [i for i, s in enumerate(folded) if concept.stands_in(s)]
            if len(holding) == 1 and counts[holding[0]] == best:
                counts[holding[0]] += 1
        best = max(counts)
    return among[counts.index(best)] if best and counts.count(best) == 1 else None


def _said_no(question: str) -> Verdict | None:
    """How a clause's denial answers a question, by what is asked; None where it may not."""
    found = next((v for v, pattern in _REFUSALS if pattern.search(question)), None)
    return found or (Verdict.NO if _MAY.search(question) else None)


def _by_wording(query: Query, clause: str) -> Verdict | None:
    """The clause's own permission or prohibition, when it speaks only one of them."""
    question = query.text
    clause = _OF_WHO_HAS_IT.sub("", clause)
    if not _SELLS.search(question):
        clause = _NOT_TO_SELL.sub("", clause)
    if len(clause) > 120 or re.match(r"(?:可以|不能|不可以|不用|不需要)", clause):
        return None  # too much to tell, or the clause's own first word already says it
    if _MUST.search(question):
        return Verdict.NOT_NEEDED if _spares(query, clause) else None
    # 停发 behind another benefit denies this one to nobody who asks
    denies = bool(NEGATIVE.search(_STOPPED.sub("", clause)))
    allows = bool(GRANTS.search(NEGATIVE.sub("", clause)) or _PROVIDED.search(clause))
    if denies and allows and _grants_the_matter(query, clause):
        denies = False
    if denies == allows or not _MAY.search(question) or _NOT_NEEDED.search(clause):
        return None
    if _turned(question):
        return None
    if denies:
        no_answer = (
            LIMITS.search(clause) or _lets_in(question, clause) or _for_wrongdoers(query, clause)
        )
        return None if no_answer or _denies_another_deed(question, clause) else Verdict.NO
    some_only = _CONDITION.search(clause) or (not query.classes and "类" in clause)
    return None if some_only else Verdict.YES


def _denies_another_deed(question: str, clause: str) -> bool:
    """Is one thing asked for that people do, and another one denied?

    >>> _denies_another_deed("户口能迁过来吗", "已经参加社会保险的,不能入住")
    True
    """
    behind = [clause[m.end() :].split(",")[0][:8] for m in NEGATIVE.finditer(clause)]
    asked = [written for said, written in _DEEDS if said.search(question)]
    denied = [written for _, written in _DEEDS if any(written.search(b) for b in behind)]
    return bool(asked and denied) and not any(w.search(clause) for w in asked)


_DEEDS = tuple(
    (re.compile(said), re.compile(written))
    for said, written in (
        (r"迁|落户|上户", r"落户|迁|入户"),
        (r"(?<!居)住(?!房|宿)", r"住|租"),
        (r"买房|购房", r"购|买"),
    )
)
"""What people ask to do and how papers call it."""
_STOPPED = re.compile("停发|停止")
_OF_WHO_HAS_IT = re.compile(
    r"(?:已经?|正在)?享受[^,。;]{1,12}的(?=住房|房|人|对象|企业|单位|资金|家庭|期间)"
)
"""享受购房补贴的住房不得转让 tells of which houses, and grants nothing."""
_SELLS = re.compile("[卖租借押转]|出手|过户|交易")
_NOT_TO_SELL = re.compile(r"不得(?:上市|擅自|提前)?(?:出售|转让|转租|转借|出租|抵押|交易|买卖)")
"""What may not be done with a house denies nothing to who does not ask about it."""
_PROVIDED = re.compile(r"的,由[^,。;]{2,14}(?:申报|申请|办理)")
"""以劳务派遣方式用工的,由实际用工单位申报: who applies is told, so that it may be applied for."""


def _grants_the_matter(query: Query, clause: str) -> bool:
    """Is what is asked about named behind a permission, and what is denied something else?

    不得享受购房补贴,可以享受租房补贴 grants it to who asks 能领租房补贴吗.
    """
    granted, denied = "", ""
    for stretch in re.split(r"[,，;；。]", clause):
        if found := NEGATIVE.search(stretch):
            denied += stretch[found.end() :]
        elif found := GRANTS.search(stretch):
            granted += stretch[found.end() :]
    matters = [
        c
        for c in query.concepts
        if c.is_whole and not (c.told or c.carried or c.is_action) and len(c.word) > 1
    ]
    if any(c.word in denied and c.word not in granted for c in matters):
        return False  # 可以申领专家聘书,不享受住房补助 grants no 住房补助 to 专家
    return any(
        c.word in granted and not c.stands_in(denied) and c.word not in denied for c in matters
    )


def _lets_in(question: str, clause: str) -> bool:
    """Is all that a clause denies that something is counted, where that is not what is asked?"""
    only = not NEGATIVE.search(NOT_HELD_AGAINST.sub("", clause))
    return only and not re.search(r"[算计当认]|视为", question)


def _turned(question: str) -> bool:
    """Is a question itself about not doing something?"""
    return bool(_TURNED.search(_without_choice(question)))


def _without_choice(question: str) -> str:
    """The question with 行不行 read as 行: the 不行 in it denies nothing."""
    return without_choice(question.replace("可不可以", "可以"))


def _spares(query: Query, clause: str) -> bool:
    """Does a clause, without any condition, say that just what is asked about is not needed?"""
    question = query.text
    found = _NOT_NEEDED.search(clause)
    if found and found[0].startswith(("不受", "不限", "不论")):
        what = found[0][2:].removesuffix("限制")
        return what in question or any(c.stands_in(what) for c in query.concepts if c.is_whole)
    if found is None or _CONDITION.search(clause):
        return False
    if re.search(r"收|免费|免交", found[0]):
        return bool(re.search(r"钱|费", question))
    what = re.split(r"[,。;:]", clause[found.end() :])[0]
    return any(what[i : i + 2] in question for i in range(len(what) - 1))
