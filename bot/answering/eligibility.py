"""What a person may be entitled to: which question next, and what each benefit comes to. Pure.

Three values throughout: a condition is met, failed, or not known. A benefit counts as met only when
every condition of it and of one way to it is met; one that is not known keeps it open.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from itertools import pairwise

from knowledge.benefits import Offer
from knowledge.conditions import DEGREES, SKILLS, TITLES, Benefit, Condition, Kind, Way
from knowledge.documents import DocumentKind
from knowledge.structure import chinese_number

MOST_QUESTIONS = 6
"""Asked in one walk; what is still open then is named instead."""
CONSIDERED = 16
"""Questions compared when the next one is chosen, those that most benefits wait for."""
SPOKEN = 4
"""Pairs of characters that a condition must share with the first message to be asked first."""
RARELY = 0.2
"""How often something in a clause's own words is taken to be out of the ordinary when questions
are compared: a condition for all that fails, one way of several that is somebody's."""
PROGRESS = 0.5
"""What it counts to settle all conditions that a benefit waits for but one, against deciding it."""
UNRECOGNISED = 0.9
"""How many of those who ask are taken to hold no certificate of any class."""

Span = tuple[int | None, int | None]
"""From and to, inclusive; None where it is open."""
Fact = Span | str | bool
"""A value in a span, a class's letter ("" for none), yes or no, or UNKNOWN."""
Facts = Mapping[str, Fact]
UNKNOWN = "?"
"""The person was asked and does not know."""


class Standing(Enum):
    """What is known of a condition or of a benefit."""

    MET = "met"
    FAILED = "failed"
    OPEN = "open"  # a question could decide it
    UNCLEAR = "unclear"  # nobody knows, or the text leaves it to the office


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be tapped."""

    label: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person.

    Attributes:
        subject: what it settles.
        condition: one of those it settles, for its words.
    """

    subject: str
    condition: Condition
    offer: Offer
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a person has come; everything of it goes into JSON.

    Attributes:
        focus: the matter asked about, "" for everything.
        facts: what is known of the person, by subject.
        asked: subjects asked, in order.
        pending: the subject of the question that waits for its answer, "" for none.
        paused: another question was asked in between.
        page: the page of the result that was shown last, from 0.
        said: the message that began it: what it speaks of is asked first.
    """

    focus: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    pending: str = ""
    paused: bool = False
    page: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a benefit comes to for a person.

    Attributes:
        ways: those that are met, else the one that is nearest.
        failed, open, unclear: conditions of it that are so.
        is_closed: its window has ended.
        near: what another way lacks, where one condition alone stands between.
    """

    offer: Offer
    standing: Standing
    ways: tuple[Way, ...]
    failed: tuple[Condition, ...] = ()
    open: tuple[Condition, ...] = ()
    unclear: tuple[Condition, ...] = ()
    is_closed: bool = False
    near: tuple[Condition, ...] = ()


def subject_of(condition: Condition) -> str:
    """What has to be known for a condition: one of the values, or its own words."""
    return condition.kind.value if condition.is_valued else _by_words(condition)


def _by_words(condition: Condition) -> str:
    plain = re.sub(r"\s", "", condition.words)
    # kept beside the person's answers for half an hour; the words themselves stand in the clause
    return "says-" + hashlib.sha256(plain.encode()).hexdigest()[:12]


def held(condition: Condition, facts: Facts) -> tuple[Standing, str]:
    """(standing, subject that would decide it, "" for none) of one condition."""
    if condition.only:
        degree = facts.get(Kind.DEGREE.value)
        if degree is None:
            return Standing.OPEN, Kind.DEGREE.value
        if degree == UNKNOWN:
            return Standing.UNCLEAR, ""
        levels = [n for n in range(len(DEGREES)) if _overlap(degree, (n, n))]
        if not set(levels) & set(condition.only):
            return Standing.MET, ""
        if not set(levels) <= set(condition.only):
            return Standing.UNCLEAR, ""
    if not condition.is_valued:
        return _said(condition, facts)
    subject = condition.kind.value
    fact = facts.get(subject)
    if fact is None:
        return Standing.OPEN, subject
    if fact == UNKNOWN:
        return Standing.UNCLEAR, ""
    if fact == "*" and "*" not in condition.classes:  # holds a certificate, of which class?
        return Standing.OPEN, subject
    if condition.classes:
        met = bool(fact) and (fact in condition.classes or "*" in condition.classes)
        apart = not met
    else:
        bounds = (condition.least, condition.most)
        met, apart = _within(fact, bounds), not _overlap(fact, bounds)
    if apart:
        return (Standing.FAILED if condition.firm else Standing.UNCLEAR), ""
    if not met:
        return Standing.OPEN, subject
    return (Standing.MET, "") if condition.exact else _said(condition, facts)


def _said(condition: Condition, facts: Facts) -> tuple[Standing, str]:
    subject = _by_words(condition)
    fact = facts.get(subject)
    if fact is None:
        return Standing.OPEN, subject
    if not isinstance(fact, bool):
        return Standing.UNCLEAR, ""
    wanted = condition.kind is not Kind.EXCLUDED
    return (Standing.MET if fact is wanted else Standing.FAILED), ""


def _within(fact: Fact, bounds: Span) -> bool:
    low, high = _span(fact)
    least, most = bounds
    return (least is None or (low is not None and low >= least)) and (
        most is None or (high is not None and high <= most)
    )


def _overlap(fact: Fact, bounds: Span) -> bool:
    low, high = _span(fact)
    least, most = bounds
    return not (
        (least is not None and high is not None and high < least)
        or (most is not None and low is not None and low > most)
    )


def _span(fact: Fact) -> Span:
    assert isinstance(fact, tuple), f"not a span: {fact!r}"
    return fact


# --- benefits -------------------------------------------------------------------------------


def judge(offer: Offer, facts: Facts, day: date) -> Finding | None:
    """What a confirmed benefit comes to; None where it is no question for this person.

    A speech is never a basis, so whatever it announces stays unclear.
    """
    benefit = offer.benefit
    holds = facts.get(Kind.CLASS.value)
    if benefit.recognises and holds and holds != UNKNOWN and str(holds) <= benefit.recognises:
        return None
    common = _standings(benefit.conditions, facts)
    ways = [(w, _standings(w.conditions, facts)) for w in benefit.ways]
    met = tuple(w for w, s in ways if _together(s) is Standing.MET)
    best, of_way = min(ways, key=lambda pair: _distance(pair[1]))
    everything = [*common, *([] if met else of_way)]
    closed = _is_closed(benefit, day)
    standing = _together(everything)
    if closed:
        standing = Standing.FAILED
    elif offer.source.kind is DocumentKind.SPEECH and standing is Standing.MET:
        standing = Standing.UNCLEAR

    def such(wanted: Standing) -> tuple[Condition, ...]:
        return tuple(dict.fromkeys(c for c, s in everything if s is wanted))

    near = [
        c
        for _, s in ways
        if len(s) > 1 and not met and sum(one is Standing.MET for _, one in s) == len(s) - 1
        for c, one in s
        if one is Standing.FAILED
    ]
    return Finding(
        offer, standing, met or (best,), such(Standing.FAILED), such(Standing.OPEN),
        such(Standing.UNCLEAR), closed, tuple(dict.fromkeys(near)),
    )  # fmt: skip


def _standings(conditions: Sequence[Condition], facts: Facts) -> list[tuple[Condition, Standing]]:
    return [(c, held(c, facts)[0]) for c in conditions]


def _together(standings: Sequence[tuple[Condition, Standing]]) -> Standing:
    found = {s for _, s in standings}
    for one in (Standing.FAILED, Standing.OPEN, Standing.UNCLEAR):
        if one in found:
            return one
    return Standing.MET


def _distance(standings: Sequence[tuple[Condition, Standing]]) -> tuple[int, bool, int]:
    """How far a way is from being met: what failed, whether asking helps, what is not known."""
    failed = sum(s is Standing.FAILED for _, s in standings)
    closed = not any(s is Standing.OPEN for _, s in standings)
    return failed, closed, sum(s is not Standing.MET for _, s in standings)


_UNTIL = re.compile(
    r"(?:(\d{4})年)?\d{1,2}月\d{1,2}日[^至到，。]{0,8}[至到—-]+(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日"
)


def _is_closed(benefit: Benefit, day: date) -> bool:
    """Has a window with a year in it ended? One that comes every year has not."""
    match = _UNTIL.search(benefit.deadline.words) if benefit.deadline else None
    if match is None or not (match[1] or match[2]):
        return False
    try:
        return date(int(match[2] or match[1]), int(match[3]), int(match[4])) < day
    except ValueError:
        return False


def findings(offers: Sequence[Offer], facts: Facts, day: date) -> list[Finding]:
    """What every confirmed benefit comes to: met, then failed, open and unclear ones.

    Of several classes that a person can be recognised as, the highest stands for all.
    """
    judged = [f for o in offers if o.is_confirmed and (f := judge(o, facts, day))]
    reached = [
        f.offer.benefit.recognises
        for f in judged
        if f.standing is Standing.MET and f.offer.benefit.recognises
    ]
    highest = min(reached, default="")
    kept = [f for f in judged if not (highest and f.offer.benefit.recognises > highest)]
    order = (Standing.MET, Standing.FAILED, Standing.OPEN, Standing.UNCLEAR)
    return sorted(kept, key=lambda f: (order.index(f.standing), len(f.open) + len(f.failed)))


# --- questions ------------------------------------------------------------------------------


def next_question(walk: Walk, offers: Sequence[Offer], day: date) -> Ask | None:
    """The question that decides most benefits; None when nothing is left or enough was asked.

    Before any way to anything is met, only what ways are told apart by is asked: whether somebody
    is left out matters once there is something for them.
    """
    if len(walk.asked) >= MOST_QUESTIONS:
        return None
    judged = [f for o in offers if o.is_confirmed and (f := judge(o, walk.facts, day))]
    # whoever may become an E needs no question for F
    reached = [
        f.offer.benefit.recognises
        for f in judged
        if f.standing is not Standing.FAILED and _is_promising(f, walk.facts)
    ]
    highest = min(filter(None, reached), default="Z")
    before = [
        f for f in judged if f.standing is Standing.OPEN and f.offer.benefit.recognises <= highest
    ]
    waiting: dict[str, tuple[int, Condition, Offer]] = {}
    spoken: tuple[str, Condition, Offer] | None = None
    waiting_likeness = SPOKEN - 1
    for found in before:  # 我是小巨人企业负责人: the clauses that speak of it come first
        for condition in _relevant(found, walk.facts):
            subject = held(condition, walk.facts)[1]
            if subject.startswith("says-") and subject not in walk.asked:
                likeness = _shared(condition.words, walk.said)
                if likeness > waiting_likeness:
                    waiting_likeness = likeness
                    spoken = (subject, condition, found.offer)
    if spoken:
        return Ask(*spoken, choices_of(spoken[0], spoken[1], offers, walk.facts))
    promising = any(_is_promising(f, walk.facts) for f in before)
    for only_ways in (True, False) if not promising else (False,):
        for found in before:
            for condition in _relevant(found, walk.facts):
                subject = held(condition, walk.facts)[1]
                of_way = condition.is_valued and condition not in found.offer.benefit.conditions
                if not subject or subject in walk.asked or (only_ways and not of_way):
                    continue
                count, *first = waiting.get(subject, (0, condition, found.offer))
                waiting[subject] = (count + 1, *first)  # type: ignore[assignment]
        if waiting:
            break
    most = sorted(waiting.items(), key=lambda item: -item[1][0])[:CONSIDERED]
    best: tuple[float, Ask] | None = None
    for subject, (_, condition, offer) in most:
        ask = Ask(subject, condition, offer, choices_of(subject, condition, offers, walk.facts))
        score = _worth(ask, walk.facts, before, day)
        if best is None or score > best[0]:
            best = (score, ask)
    return best[1] if best else None


def _shared(words: str, said: str) -> int:
    """Pairs of characters that a condition shares with what a person began with."""
    plain, told = (re.sub(r"[^\u4e00-\u9fff]", "", t) for t in (words, said))
    pairs = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return sum(told[i : i + 2] in pairs for i in range(len(told) - 1))


def asking(subject: str, offers: Sequence[Offer], facts: Facts) -> Ask | None:
    """The question about a subject, as it was or would be asked; None when nobody needs it."""
    before = {k: v for k, v in facts.items() if k != subject}
    for offer in offers:
        for condition in offer.benefit.every_condition():
            if subject in (subject_of(condition), _by_words(condition)) or (
                condition.only and subject == Kind.DEGREE.value
            ):
                return Ask(
                    subject, condition, offer, choices_of(subject, condition, offers, before)
                )
    return None


def _is_promising(found: Finding, facts: Facts) -> bool:
    """Is one way to it met, so that the rest of its conditions is worth asking?"""
    ways = found.offer.benefit.ways
    return any(_together(_standings(w.conditions, facts)) is Standing.MET for w in ways)


def parted(found: Sequence[Finding], walk: Walk) -> tuple[list[Finding], list[str]]:
    """What is told in full, and the titles of what nothing known speaks for or against.

    Asked of one matter, all of it is told, but of the classes only those that are in question.
    """
    decided = (Standing.MET, Standing.FAILED)

    def is_told(one: Finding) -> bool:
        in_focus = bool(walk.focus) and not one.offer.benefit.recognises
        return in_focus or one.standing in decided or _has_grounds(one, walk.facts)

    told = [f for f in found if is_told(f)]
    return told, list(dict.fromkeys(f.offer.benefit.title for f in found if not is_told(f)))


def _has_grounds(found: Finding, facts: Facts) -> bool:
    """Does anything that is known speak for it, so that it is worth telling in full?

    Of several ways one must have begun: what holds for everybody speaks for nobody.
    """
    benefit = found.offer.benefit
    telling = [c for w in benefit.ways for c in w.conditions]
    if len(benefit.ways) == 1:
        telling += [c for c in benefit.conditions if c.kind is not Kind.EXCLUDED]
    return any(held(c, facts)[0] in (Standing.MET, Standing.UNCLEAR) for c in telling)


def _relevant(found: Finding, facts: Facts) -> list[Condition]:
    """Conditions of an open benefit that could still decide it."""
    benefit = found.offer.benefit
    alive = [
        w for w in benefit.ways if _together(_standings(w.conditions, facts)) is not Standing.FAILED
    ]
    done = any(_together(_standings(w.conditions, facts)) is Standing.MET for w in alive)
    of_ways = [] if done else [c for w in alive for c in w.conditions]
    return [c for c in (*of_ways, *benefit.conditions) if held(c, facts)[0] is Standing.OPEN]


def _worth(ask: Ask, facts: Facts, open_ones: Sequence[Finding], day: date) -> float:
    """How many benefits an answer decides on average, and how much nearer it brings the others."""
    answers = [c for c in ask.choices if c.fact != UNKNOWN]
    shares = _shares(ask, answers, open_ones)
    worth = 0.0
    for choice, share in zip(answers, shares, strict=True):
        after = {**facts, ask.subject: choice.fact}
        for found in open_ones:
            # six classes that one paper recognises are one matter
            weight = share / 3 if found.offer.benefit.recognises else share
            now = judge(found.offer, after, day)
            if now is None or now.standing is not Standing.OPEN:
                worth += weight
            else:
                waiting = len(_relevant(found, facts))
                settled = waiting - len(_relevant(now, after))
                worth += weight * PROGRESS * settled / max(1, waiting)
    return worth


def _shares(ask: Ask, answers: Sequence[Choice], open_ones: Sequence[Finding]) -> list[float]:
    """How often each answer is expected."""
    if ask.subject == Kind.CLASS.value:
        some = (1 - UNRECOGNISED) / (len(answers) - 1)
        return [some if c.fact else UNRECOGNISED for c in answers]
    if not all(isinstance(c.fact, bool) for c in answers):
        return [1 / len(answers)] * len(answers)
    condition = ask.condition
    several = [f.offer.benefit for f in open_ones if len(f.offer.benefit.ways) > 1]
    one_of_several = any(condition in w.conditions for b in several for w in b.ways)
    usual = condition.kind not in (Kind.EXCLUDED, Kind.ZONE)
    if one_of_several and not condition.is_valued:
        usual = False
    return [1 - RARELY if c.fact is usual else RARELY for c in answers]


def choices_of(
    subject: str, condition: Condition, offers: Sequence[Offer], facts: Facts
) -> tuple[Choice, ...]:
    """The answers to tap: levels, spans between the bounds that still matter, or yes and no."""
    unsure = Choice("不清楚", UNKNOWN)
    if subject.startswith("says-"):
        if condition.kind is Kind.ZONE:
            return Choice("在那里", True), Choice("不在", False), unsure
        no = "不属于" if condition.kind is Kind.EXCLUDED else "不符合"
        yes = "属于" if condition.kind is Kind.EXCLUDED else "符合"
        return Choice(yes, True), Choice(no, False), unsure
    every = [c for o in offers for c in o.benefit.every_condition() if c.is_valued]
    mine = [c for c in every if c.kind.value == subject]
    mine = [c for c in mine if held(c, facts)[0] is Standing.OPEN] or mine
    match Kind(subject):
        case Kind.CLASS:
            letters = sorted({letter for c in mine for letter in c.classes} - {"*"}) or ["?"]
            some = [Choice("已取得证书", "*")] if letters == ["?"] else [
                Choice(f"{letter}类", letter) for letter in letters
            ]  # fmt: skip
            return (*some, Choice("还没有认定", ""), unsure)
        case Kind.DEGREE:
            return (*_levels(DEGREES), unsure)
        case Kind.TITLE:
            return (*_levels(TITLES), unsure)
        case Kind.SKILL:
            return (*_levels(SKILLS), unsure)
    cuts = {c.least for c in mine if c.least is not None}
    cuts |= {c.most + 1 for c in mine if c.most is not None}
    starts = sorted(cuts)
    spans: list[Span] = [(None, starts[0] - 1)]
    spans += [(a, b - 1) for a, b in pairwise(starts)]
    spans.append((starts[-1], None))
    return (*(Choice(_labelled(Kind(subject), s), s) for s in spans), unsure)


def _levels(names: Sequence[str]) -> list[Choice]:
    return [Choice(name, (n, n)) for n, name in reversed(list(enumerate(names)))]


def _labelled(kind: Kind, span: Span) -> str:
    low, high = span
    if kind is Kind.AGE:
        if low is None:
            return f"{high}岁及以下"
        return (
            f"{low}岁及以上" if high is None else f"{low}至{high}岁" if high > low else f"{low}岁"
        )
    if kind is Kind.GRADUATED and high is not None and high < 0:
        return "还没毕业"
    unit, size = ("万元", 10_000) if kind is Kind.INCOME else ("个月", 1)
    ago = "毕业" if kind is Kind.GRADUATED else ""

    def told(value: int) -> str:
        if kind is Kind.GRADUATED and value % 12 == 0:
            return f"{value // 12}年"
        return f"{value / size:g}{unit}"

    if kind is Kind.GRADUATED:
        if high is None:
            return f"{ago}超过{told((low or 1) - 1)}"
        return f"{ago}{told(high)}以内" if not low else f"{ago}{told(low - 1)}至{told(high)}"
    if low is None:
        return f"不到{told((high or 0) + 1)}"
    return f"{told(low)}以上" if high is None else f"{told(low)}以上、不到{told(high + 1)}"


# --- what a person says ---------------------------------------------------------------------

_YES = re.compile(r"是的?|对的?|有的?|符合|满足|属于|在的?|在那里|嗯+|可以|yes|y|√|好的?")
_NO = re.compile(r"不是|否|没有?|不符合|不满足|不属于|不在|无|不对|no|n|×")
_UNSURE = re.compile(r"不清楚|不知道|不确定|不太清楚|说不清|忘了|没想好|不了解|跳过|随便")
_NUMBER = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})"
_DENIED = re.compile(r"(?:不是|并非|没有|没|不算|非)(?:什么)?[^，,。;；、\s]{1,6}")


def read_answer(text: str, ask: Ask) -> Fact | None:
    """What a text says to the question that waits; None when it is no answer to it."""
    bare = re.sub(r"[\s。！!.,，~～、]+$", "", text.strip())
    number = re.fullmatch(r"第?\s*(\d|[一二三四五六七八九])\s*[个.、]?", bare)
    if number:
        place = chinese_number(number[1])
        return ask.choices[place - 1].fact if place <= len(ask.choices) else None
    for choice in ask.choices:
        if bare == choice.label:
            return choice.fact
    if _UNSURE.fullmatch(bare):
        return UNKNOWN
    if ask.subject.startswith("says-"):
        if ask.condition.kind is Kind.EXCLUDED and re.search("符合|满足", bare):
            return None  # 符合 what, when the question is whether one is left out?
        if _YES.fullmatch(bare):
            return True
        return False if _NO.fullmatch(bare) else None
    told = facts_in(text)
    if ask.subject in told:
        return told[ask.subject]
    if re.fullmatch(r"(?:都)?(?:没有?|无|还没有?|没认定|没评|没交)", bare):
        match ask.subject:
            case Kind.CLASS.value:
                return ""
            case Kind.GRADUATED.value:
                return (-1, -1)  # 没有: not graduated yet, which is not graduated today
            case Kind.AGE.value:
                return None
        return (0, 0)
    if ask.subject == Kind.CLASS.value:
        letter = re.fullmatch(r"[a-z]", bare.lower())
        return letter[0].upper() if letter else None
    value = re.fullmatch(
        rf"(?:满|大概|大约|约|有|快)*{_NUMBER}\s*(岁|周岁|个月|月|年|万元?|万)?", bare
    )
    if value is None:
        return None
    amount = _amount(value[1])
    match Kind(ask.subject), value[2] or "":
        case Kind.AGE, ("岁" | "周岁" | ""):
            return (int(amount), int(amount))
        case ((Kind.GRADUATED | Kind.INSURED), ("年" as unit) | ("个月" | "月" as unit)):
            months = int(amount * (12 if unit == "年" else 1))
            return (months, months)
        case Kind.INCOME, ("万元" | "万" | ""):
            return (int(amount * 10_000), int(amount * 10_000))
    return None


def is_reply(text: str) -> bool:
    """Is a text meant as an answer, whatever was asked: a number, yes or no?"""
    bare = re.sub(r"[\s。！!.,，~～、]+$", "", text.strip())
    kinds = (
        _YES,
        _NO,
        _UNSURE,
        re.compile(rf"第?\s*(?:\d{{1,3}}|{_NUMBER})\s*(?:个?月|年|岁|周岁|万元?|[个.、])?"),
    )
    return any(p.fullmatch(bare) for p in kinds)


def facts_in(text: str) -> dict[str, Fact]:
    """What a person says of themselves in passing; what they say they are not is left out.

    >>> facts_in("我是硕士不是博士，35岁")
    {'degree': (3, 3), 'age': (35, 35)}
    >>> facts_in("我是副教授，年薪22万")
    {'title': (3, 3), 'income': (220000, 220000)}
    """
    said = _DENIED.sub("，", text)
    found: dict[str, Fact] = {}
    for kind, names in _SPOKEN:
        for pattern, level in names:
            if re.search(pattern, said):
                found[kind.value] = (level, level)
                break
    if re.search(r"(?:没有?|无)(?:什么)?职称", text):
        found[Kind.TITLE.value] = (0, 0)
    if letter := re.search(r"(?<![A-Za-z])([A-Za-z])\s*类", said):
        found[Kind.CLASS.value] = letter[1].upper()
    elif re.search(r"(?:没有?|未|还没有?)(?:做|参加|申请|被)?(?:人才)?(?:认定|证书)", text):
        found[Kind.CLASS.value] = ""
    if age := re.search(r"(\d{2})\s*(?:周岁|岁)|(?:今年|已经)(\d{2})(?!\d|年|个|万|元)", said):
        years = int(age[1] or age[2])
        found[Kind.AGE.value] = (years, years)
    if since := re.search(
        rf"毕业(?:了|有|已经)*{_NUMBER}(年半|个月|年)|{_NUMBER}(年|个月)前毕业", said
    ):
        months = _months(since[1] or since[3], since[2] or since[4])
        found[Kind.GRADUATED.value] = (months, months)
    elif re.search(r"刚毕业|应届毕业生?", said):
        found[Kind.GRADUATED.value] = (0, 12)
    elif re.search(r"还没毕业|在校|在读", said):
        found[Kind.GRADUATED.value] = (-1, -1)
    if paid := re.search(
        rf"社保[^，。\d]{{0,8}}{_NUMBER}\s*(年半|个月|年)|交了?{_NUMBER}\s*(年|个月)(?:的)?社保",
        said,
    ):
        months = _months(paid[1] or paid[3], paid[2] or paid[4])
        found[Kind.INSURED.value] = (months, months)
    if income := re.search(rf"(?:年薪|年收入|年工资)[^，。\d]{{0,4}}{_NUMBER}\s*万", said):
        yuan = int(_amount(income[1]) * 10_000)
        found[Kind.INCOME.value] = (yuan, yuan)
    return found


_SPOKEN: tuple[tuple[Kind, tuple[tuple[str, int], ...]], ...] = (
    (
        Kind.DEGREE,
        (
            (r"博士", 4), (r"硕士|研究生", 3), (r"本科|学士", 2), (r"大专|专科|高职", 1),
            (r"高中|中专|初中", 0),
        ),
    ),
    (
        Kind.TITLE,
        (
            (r"正高|(?<!副)教授|(?<!副)研究员|(?<!副)主任医师", 4),
            (r"副高|副教授|副研究员|副主任医师|高级工程师|高级职称", 3),
            (r"中级职称|中级(?!工)|讲师|(?<!高级)(?<!助理)工程师", 2), (r"初级职称|助理工程师", 1),
        ),
    ),
    (
        Kind.SKILL,
        (
            (r"高级技师", 5), (r"(?<![级席])技师", 4), (r"高级工(?!程)", 3), (r"中级工(?!程)", 2),
            (r"初级工(?!程)", 1),
        ),
    ),
)  # fmt: skip


def _amount(text: str) -> float:
    return float(text) if text[0].isdigit() else float(chinese_number(text))


def _months(number: str, unit: str) -> int:
    if unit == "年半":
        return int(_amount(number) * 12 + 6)
    return int(_amount(number) * (12 if unit == "年" else 1))


def restored(stored: Mapping[str, object]) -> Walk:
    """A walk from what JSON made of it; spans come back as lists."""
    facts = {
        k: tuple(v) if isinstance(v, list) else v
        for k, v in dict(stored.get("facts", {})).items()  # type: ignore[call-overload]
    }
    return replace(
        Walk(**{**stored, "facts": facts, "asked": tuple(stored.get("asked", ()))}),  # type: ignore[arg-type]
    )
