"""Text and conversation -> Query. Pure: no index, no clock but the day it is given.

Nothing here knows a city: the rules are those by which a policy officer reads a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answering.aspects import CUE, aspects, measure
from bot.answering.classes import QUALIFICATION
from bot.answering.concepts import asks_only, concepts
from bot.answering.days import period
from bot.answering.dialect import in_standard_words
from bot.answering.letters import (
    ASPECT_WORD,
    GOES,
    LETTER,
    STEP,
    asking_sentences,
    asks_for_something,
    by_sentence,
    is_of_any_matter,
    matter_told,
    names_a_matter,
    only_says_why,
    questions_of,
    sentence_of,
    told_before,
    without_courtesy,
    without_numbers,
)
from bot.answering.whereabouts import without_origin, without_own_city, without_scenes
from knowledge.lexicon import SynonymFinder, is_city, normal, places, words
from knowledge.query import Aspect, Concept, Measure, Query
from knowledge.regions import without_denied
from knowledge.talent_classes import as_written, classes_named, degrees_named

CARRIED = 0.5
"""Weight of what an earlier turn said against what this turn says."""
LETTER_STORY = 0.8
"""Weight of what a letter tells just before it asks against what it asks."""
LETTER_FAR = 0.65
"""The same of what it tells elsewhere."""
MOST_ASKED = 3
"""Questions of one message that are answered one by one; more are searched as one."""
RAMBLING = 45
"""Characters above which a question of a letter tells a story itself."""
MOST_NAMED = 3
"""Things that a letter's question names at most for them to be its point; more is rambling."""
LEANING = 0.4
"""Weight of the matter of the question before, where the next one names little."""
BARE = 0.5
"""Weight of what a question without a matter is made of, where one is told before it."""
ASIDE = 0.3
"""Weight of the other questions of the same message."""


_HISTORIC = re.compile(
    r"(?:老|旧|原)(?:来?的)?(?:暂行)?(?:办法|政策|规定|标准|文件|细则|条例)|老的?(?:安家|购房|租房|住房|生活)(?:补助|补贴|津贴)|旧版|老版|原来的|以前(?:的|那个)|(?:以前|之前)?(?:还)?没(?:改|废止?)(?:之前|以前|前|的时候|那会)|废[掉除]了?的|"
    r"之前的?(?:那个)?(?:暂行)?(?:办法|政策|标准|规定)|已?废止的?|(?<!现)(?:作废|失效)的|"
    r"当时(?:的)?(?:标准|政策|规定|办法|文件|是)|(?<!到)(?:那时候?|那会儿)的?(?:标准|政策|规定|办法)"
    r"|(?:那时候|那会儿|那阵子?|当年|当时)[^,。?!]{0,14}(?:多少|几多|几[万千年个]|多久)"
)
_OF_TODAY = re.compile(r"现在|如今|目前|眼下|现行")
_AND_THAT = re.compile(r"呢[?？]?$")
_FOLLOW = re.compile(
    r"^(?:那|那么|还有|另外|然后|如果|要是|要|可以|能|需要|有|多久|多少|怎么|几)|呢[？?]?$"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What an earlier message of the same conversation left behind.

    Attributes:
        text: what the person typed.
        documents: ids of the documents its answer cited.
    """

    text: str
    documents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One of the questions in a message.

    Attributes:
        text: the words of this question alone.
        query: it, as searched.
        told: the whole message in normal form, behind what the person said of themselves before.
        leans: it names no matter: one more thing of that of the question before it is asked.
    """

    text: str
    query: Query
    told: str = ""
    leans: bool = False


def understand(
    text: str, day: date, table: SynonymFinder, history: Sequence[Turn] = (),
    names_in: Callable[[str, Sequence[Concept]], list[str]] = lambda text, found: [],
    own_city: str = "",
) -> list[Question]:  # fmt: skip
    """Take a message apart into the questions it asks, at least one.

    Args:
        text: as typed.
        day: today in China, for words such as 下个月.
        table: everyday wordings and the wordings policies use.
        history: earlier turns of the conversation, oldest first.
        names_in: a letter and what it speaks of -> the names in it that clauses have.
        own_city: the city that every paper is for; "" for none.
    """
    table = table.current()

    def spoken(text: str) -> list[Concept]:
        return concepts(without_own_city(text, own_city) if own_city else text, table)

    # people part their questions with spaces; documents never do
    folded = normal(
        re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "，", without_numbers(text.strip()))
    )
    folded = as_written(without_courtesy(in_standard_words(folded)))
    folded = _NOT_CHOSEN.sub("", without_origin(folded))
    folded = _of_that_order(folded, [t.text for t in history])
    elsewhere = set(places(folded)) - set(places(without_denied(without_scenes(folded))))
    history = [replace(t, text=as_written(in_standard_words(normal(t.text)))) for t in history]
    is_letter = len(folded) > LETTER
    found = names_in(folded, spoken(folded)) if is_letter else []
    named = [n for n in found if names_a_matter(n)]
    asked, statements = split_questions(folded, named)
    before_each = told_before(folded, asked) if is_letter else []
    profile = [c for t in history for c in classes_named(t.text)]
    # in a short message the statement is the subject; a letter tells much beside the point
    told = LETTER_STORY if is_letter else 1.0

    def story(pieces: Iterable[str]) -> list[Concept]:
        """What statements speak of; the papers that a letter leans on are not what it is about."""
        meant = (_CITED.sub("", s) if is_letter else without_denied(s) for s in pieces)
        heard = (c for s in meant for c in spoken(s))
        return [replace(c, told=True) for c in heard if c.word not in elsewhere]

    follows = bool(history) and _is_follow_up(folded, table)
    questions = []
    for place, part in enumerate(asked):
        own = [c for c in spoken(part) if c.word not in elsewhere]
        persons = [c for c in own if _KIND_OF_PERSON.fullmatch(c.word)]
        if len(persons) < len(own):
            own = [replace(c, told=c in persons) for c in own]
        leans, matter_before = False, ""
        about: list[Concept] = []
        # 要是拿到二等奖, 能有多少奖金
        own += [
            c for n in named if n not in part and n in sentence_of(part, folded) for c in spoken(n)
        ]
        matter = matter_told(folded, part, named, statements) if is_letter else ""
        if matter and not names_a_matter(part):
            about = [c for c in spoken(matter) if _is_a_matter(c) or matter in named]
            own = [*own, *about]
        elif matter:  # 辞职了,这份钱还发吗
            own = [*own, *_lighter(spoken(matter), LETTER_STORY)]
        elif place and len([c for c in own if len(c.word) > 1 and not STEP.fullmatch(c.word)]) < 2:
            # 几天办好, 收费不 after another question ask one more thing of the same matter
            before = _matter_before(asked[:place], table)
            matter_before = ",".join(c.word for c in before)
            leans = all(
                c.weight < 1 or STEP.fullmatch(c.word) or ASPECT_WORD.fullmatch(c.word) for c in own
            )
            # whose it is was told before, and is not what is asked about
            before = [replace(c, told=c.told or bool(classes_named(c.word))) for c in before]
            own = [*own, *(before if leans else _lighter(before, LEANING))]
        near = before_each[place] if place < len(before_each) else statements
        aside, far = story(near), story(s for s in statements if s not in near)
        others = [c for i, p in enumerate(asked) if i != place for c in spoken(p)]
        carried: list[Concept] = []
        weight = CARRIED
        if follows:
            for turn in history[-2:]:
                carried += spoken(turn.text)
            if own and all(_tells_who(c) for c in own):
                # 那硕士呢: the question before, asked of somebody else
                weight = 1.0
                if any(QUALIFICATION.fullmatch(c.word) for c in own):
                    carried = [c for c in carried if not QUALIFICATION.fullmatch(c.word)]
        elif history:
            # what a person said of themselves stays true; what they asked before does not
            for turn in history:
                if not CUE.search(turn.text):
                    carried += spoken(turn.text)
        classes_here = classes_named(folded)
        if classes_here:  # F类呢 after A类: the class before is what has changed
            carried = [c for c in carried if not classes_named(c.word)]
        classes = frozenset(classes_here or profile[-1:])
        bare = bool(aside) and not is_letter and all(c.weight < 1 for c in own)
        if bare:  # 没评上,找哪个部门: what is told is the subject
            own = _lighter(own, BARE)
        near_told = told if len(asked) == 1 or bare else 0.7
        if is_letter and not about and not names_a_matter(part):
            near_told = 1.0  # as in a short message, what is told is the subject
        merged = _merge(
            [*own, *_lighter(aside, near_told)],
            [
                *_lighter(far, LETTER_FAR),
                *_lighter(others, ASIDE),
                *_lighter(carried, weight, carried=True),
            ],
        )
        last = history[-1] if history else None
        asking = _bare_question(part)
        if aspects(part) == (Aspect.ANY,) and _AND_THAT.search(part) and place:
            asking = asked[place - 1]  # 丢了补呢 behind 头一回办收钱吗
        elif follows and last and aspects(part) == (Aspect.ANY,):
            asking = last.text  # 那硕士呢 wants to know what the question before did
        message = "".join((*(t.text for t in history if follows), folded))
        wanted = measure(asking)
        if wanted is Measure.MONEY and "积分" in message and not _OF_MONEY.search(asking):
            wanted = Measure.POINTS  # 硕士给多少 behind 居住证积分
        query = Query(
            text=part,
            embedded=_embedded(part, aside if told == 1.0 else (), carried if follows else ()),
            concepts=tuple(merged),
            aspects=aspects(asking),
            measure=None if is_letter and _is_by_the_way(part, wanted, about) else wanted,
            classes=classes,
            degrees=frozenset(degrees_named(folded) or _before(history, degrees_named)),
            places=tuple(
                _cities_asked(part, elsewhere)
                or _before_or_behind(asked, place, lambda p: _cities_asked(p, elsewhere))
                or _cities_asked(folded, elsewhere)
                or places(part)
                or places(without_denied(folded))
                or _before(history, _places_about)
            ),
            period=None if _UNTIL_WHEN.search(part) else period(folded, day),
            historic=_is_historic(asking_sentences(folded)),
            edition=_edition(folded),
            documents=frozenset(last.documents) if last and follows else frozenset(),
            message=message,
            point=_point(about or own) if is_letter else frozenset(),
            said=_said(folded, asked, part, matter_before),
        )
        said = [t.text for t in history if not CUE.search(t.text)]
        questions.append(Question(part, query, with_units(",".join((*said, folded)), day), leans))
    return questions


_ORDER = re.compile(r"第[一二三四五六七八九](层次|类|档)")
_BARE_ORDINAL = re.compile(r"第[一二三四五六七八九](?=[的呢吗能可,。?]|$)")


def _of_that_order(folded: str, before: Sequence[str]) -> str:
    """A message with 那第五的呢 as 那第五层次的呢 behind a question on 第四层次.

    >>> _of_that_order("那第五的呢", ["第四层次租房补贴多少"]), _of_that_order("第二呢", ["租房"])
    ('那第五层次的呢', '第二呢')
    """
    units = [m[1] for text in before for m in _ORDER.finditer(normal(text))]
    return _BARE_ORDINAL.sub(rf"\g<0>{units[-1]}", folded) if units else folded


def _said(text: str, asked: Sequence[str], part: str, before: str = "") -> str:
    """The words of a question that name matters a clause must speak of; see ``Query.said``.

    A short message that asks one thing tells what of, unless it does so in a sentence of its own
    before a question that says it itself: 房子没装修。请问要在几天里搬出公寓. A letter's question counts
    where it does not ramble.

    Args:
        before: what the question before names, of which this one asks one more thing: 物业费 of
            物业费多少, 自己出吗.
    """
    if len(text) > LETTER:
        return part if len(part) <= RAMBLING else ""
    if len(asked) > 1:
        return part if names_a_matter(part) else f"{before},{part}".lstrip(",")
    before = text[: text.find(asked[0])].rstrip(",")
    beside = before.endswith(("。", "!", ";")) and names_a_matter(asked[0])
    return part if beside else text


_OF_MONEY = re.compile("钱|元|块|万|补|奖|津贴|费|金|[租贷罚]")


def _is_by_the_way(part: str, wanted: Measure | None, about: Sequence[Concept]) -> bool:
    """Is the number that a letter's question wants none that its answer must hold: 我够得上吗,
    还要等多久?"""
    asks = [p for p in part.split(",") if CUE.search(p)]
    return len(asks) > 1 or (not about and wanted in _OFTEN_TOLD)


_OFTEN_TOLD = (Measure.PAPERS, Measure.WINDOW)
"""What a letter asks about in so many words that no clause need have it."""
_KIND_OF_PERSON = re.compile(
    r"海归|留学生|留学人员|归国人员|应届生|应届毕业生|毕业生|大学生|年轻人|打工人|上班族|外地人|本地人"
)
"""Who asks, where something else is asked about: 海归 of 海归安家费多少."""


def _point(own: Sequence[Concept]) -> frozenset[str]:
    """What a question names, where that is little: a rambling one names much beside its point."""
    named = frozenset(c.word for c in own if _is_a_matter(c) and not places(c.word))
    return named if len(named) <= MOST_NAMED else frozenset()


def _is_a_matter(concept: Concept) -> bool:
    """Is it a thing that some clauses are about and others not?"""
    of_any = is_of_any_matter(concept.word) and not GOES.fullmatch(concept.word)
    return concept.is_whole and not (concept.is_action or of_any)


def _matter_before(asked: Sequence[str], table: SynonymFinder) -> list[Concept]:
    """What the nearest earlier question of a message is about; 电话多少 is about none."""
    for part in reversed(asked):
        named = [c for c in concepts(part, table) if not ASPECT_WORD.fullmatch(c.word)]
        if named:
            return named
    return []


def _tells_who(concept: Concept) -> bool:
    """Does a concept name a class, a degree or a title, and no matter?"""
    word = concept.word
    return bool(classes_named(word) or QUALIFICATION.fullmatch(word) or word == "人才")


_CITED = re.compile(r"《[^《》]{4,60}》")
"""A paper that a letter leans on; the words of its title are not what the letter is about."""


def _before(history: Sequence[Turn], naming: Callable[[str], list[str]]) -> list[str]:
    """What the latest turn that named any named: who asked about 武汉 still does."""
    return next((found for turn in reversed(history) if (found := naming(turn.text))), [])


_HOUSED = "买房子?|租房子?|住公寓"
_NOT_CHOSEN = re.compile(
    rf"(?<![买租住没])不(?:想|打算|准备)?(?:{_HOUSED})[,\s]*(?=[光只就][租买住])"
)
"""One way to be housed that somebody says they do not take, before the one they ask about:
不买房,光租,一个月给几千 asks of no 购房补贴."""


def _before_or_behind(
    asked: Sequence[str], place: int, naming: Callable[[str], list[str]]
) -> list[str]:
    """What another question of the message names, the nearest before this one first: who asks what
    公租房 A市 has and where to apply, and tells of another city's, asks both of A市."""
    others = [*reversed(asked[:place]), *asked[place + 1 :]]
    return next((found for other in others if (found := naming(other))), [])


def _cities_asked(text: str, elsewhere: Collection[str]) -> list[str]:
    """The places of a text, where one of them is surely a city, without those of the past."""
    found = [p for p in places(text) if p not in elsewhere]
    return found if any(map(is_city, found)) else []


def _places_about(text: str) -> list[str]:
    return places(without_origin(text))


def with_units(text: str, day: date) -> str:
    """The text with the unit that a bare number leaves out: an age behind a person or of a year of
    birth, yuan behind what somebody earns.

    >>> with_units("我爸58能一块迁不", date(2026, 11, 22)), with_units("今年12月", date(2026, 11, 22))
    ('我爸58岁能一块迁不', '今年12月')
    >>> with_units("41了,还能评不", date(2026, 11, 22)), with_units("1968年生人", date(2026, 11, 22))
    ('41岁了,还能评不', '1968年生,58岁人')
    >>> with_units("一个月到手2600能申请吗", date(2026, 11, 22))
    '一个月到手2600元能申请吗'
    """
    text = _BORN.sub(lambda m: f"{m[0]},{day.year - int(m[1])}岁", text)
    text = _BARE_PAY.sub(r"\g<0>元", text)
    return _AGE_AT_FIRST.sub(r"\1岁", _BARE_AGE.sub(r"\g<0>岁", text))


_BORN = re.compile(r"(19[3-9]\d|20[01]\d)年(?:\d{1,2}月)?(?:\d{1,2}[日号])?出?生(?!效)")
_BARE_AGE = re.compile(
    r"(?:我|爸|妈|父亲|母亲|老公|老婆|孩子|娃|儿子|女儿|今年|年龄|人|大专|本科|硕士|博士|研究生|技师|[正副]高)(?:今年|都|刚|已经|才|是)?[1-9]\d"
    r"(?![\d年月日号天分万千百元块人个级类岁周%.:点平㎡多来几名次/])"
)

_BARE_PAY = re.compile(
    r"(?:到手|工资|月薪|底薪|收入|月入|[挣赚])(?:是|有|就|才|只有|不到|大概|大约|差不多)?\d{3,6}"
    r"(?![\d.元块万千k%年])"
)
_AGE_AT_FIRST = re.compile(r"((?:^|[,。])(?:我|都|今年)?[2-6]\d)(?=了[,。])")


def split_questions(text: str, names: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """(questions, statements) of one message.

    Args:
        names: those in it that clauses have.

    >>> split_questions("我硕士刚毕业,想问能认定几类,买房补多少")
    (['想问能认定几类', '买房补多少'], ['我硕士刚毕业'])
    """
    if re.search(r"(?:^|\W|事)1[^\d].*\D2[\u4e00-\u9fff、.)]", text):
        text = _NUMBERED.sub("?", text)  # 三个事:1评几类 2租房补多少
    pieces = [
        p.strip() for p in re.split(r"[?？!！。;；\n]|[,，、](?=.{3,})|\s+", text) if p.strip()
    ]
    asked: list[str] = []
    statements: list[str] = []
    for piece in pieces:
        if asked and only_says_why(piece):
            continue
        content = [w for w in words(piece) if not asks_only(w)]
        if asks_for_something(piece) and (content or asked):
            asked.append(piece)
        elif content:
            statements.append(piece)
    if len(text) > LETTER:
        asked, statements = questions_of(text, names)
    if len(asked) > MOST_ASKED and len(text) > LETTER:
        asked = by_sentence(text, asked)
    asked = [one for piece in asked for one in _each_of_two(piece)]
    if not asked:
        return [text], []
    if len(asked) > MOST_ASKED:  # one matter, told at length
        return [",".join(asked)], statements
    return asked, statements


_NUMBERED = re.compile(
    r"(?<![\d.年月第])[1-5][、.．)）]?(?=[\u4e00-\u9fff]{2})(?![年月日号个次万千百天岁元])"
)
_MAY_IT = re.compile("可以|行|能|够|允许|符合|合[规法理]")
"""Not 是这样吗, which asks for all that is told."""


def _bare_question(part: str) -> str:
    """What asks in a message that is searched whole: 这样行不行 behind what somebody tells.

    >>> _bare_question("想按上班这个条件办,社保断过,这样行不行"), _bare_question("要什么条件")
    ('这样行不行', '要什么条件')
    """
    pieces = [p for p in part.split(",") if asks_for_something(p)]
    return pieces[0] if len(pieces) == 1 and _MAY_IT.search(pieces[0]) else part


_UNTIL_WHEN = re.compile(
    r"(?:报名|申报|申请)[^,。]{0,6}(?:哪天|几号|什么时候|啥时候|几点)|(?:哪天|几号|什么时候|啥时候)[^,。]{0,4}截止"
)
"""Asks for the last day to sign up for a thing of another day: 12月5号那场几号截止报名."""
_TWO_MATTERS = re.compile(
    r"(.*?)([\u4e00-\u9fff]{2,8})(?:跟|和|与|还有|以及)([\u4e00-\u9fff]{2,8}?)"
    r"((?:每个?月|一个?月|每年|一年)?(?:都是|各是|分别是|都|各|分别)(?:能|可以)?.{1,12})"
)


_BOTH = re.compile(r"两[头边处]|同时|一起|一块|都(?:能|可以)?[拿领享](?!多|几)")
"""Asked of the two together: 新区的跟市里的能两头都拿不."""


def _each_of_two(piece: str) -> list[str]:
    """租房跟生活费各给多少 as the two questions that it is; any other piece as it is.

    >>> _each_of_two("租房跟生活费一个月各给多少")
    ['租房一个月各给多少', '生活费一个月各给多少']
    """
    match = _TWO_MATTERS.fullmatch(piece)
    if match is None or not CUE.search(match[4]) or _BOTH.search(piece):
        return [piece]
    before, one, other, rest = match.groups()
    if any(_tells_who(Concept(w, ())) for w in (*words(one)[-1:], *words(other)[:1])):
        return [piece]  # 硕士和博士各多少 stands in one table
    return [f"{before}{one}{rest}", f"{before}{other}{rest}"]


def _is_historic(text: str) -> bool:
    """Is an earlier rule asked about, and not what has come of it: 老办法补5万, 现在补多少?"""
    return bool(_HISTORIC.search(text)) and not _OF_TODAY.search(text)


def _edition(text: str) -> int | None:
    """The year by which a question names a paper: 2022年版, 2022年的购房补贴; None for none."""
    short = re.search(
        r"(?<!\d)([12]\d)(?:年(?:那个?[^,。]{0,4}(?:补贴|奖励|补助|办法|细则)|(?:那|的)?(?:版|老?办法|(?:试行|暂行)(?:办法|细则)|那?个(?:试行|暂行)?(?:办法|细则|文件)))|版)",
        text,
    )
    if short:
        return 2000 + int(short[1])
    match = re.search(
        r"(20\d\d)\s*年?\s*(?:的)?(?:版|那个|那版|[暂试]行|(?:老|旧)?(?:办法|细则|政策|规定))"
        r"|(20\d\d)年(?:的|(?:出|印发|出台|发布|定)的)[\u4e00-\u9fff]{0,4}(?:补贴|补助|标准|奖励|办法|政策)",
        text,
    )
    return int(match[1] or match[2]) if match else None


def _is_follow_up(text: str, table: SynonymFinder) -> bool:
    """A short message that leans on the one before."""
    few = len(concepts(text, table)) <= 3
    return len(text) <= 20 and (few or bool(_FOLLOW.search(text)))


def _lighter(found: Iterable[Concept], factor: float, carried: bool = False) -> list[Concept]:
    return [replace(c, weight=c.weight * factor, carried=carried or c.carried) for c in found]


def _merge(first: Sequence[Concept], later: Sequence[Concept]) -> list[Concept]:
    """Each concept once, with its greatest weight."""
    found: dict[str, Concept] = {}
    for concept in (*first, *later):
        known = found.get(concept.word)
        if known is None or known.weight < concept.weight:
            found[concept.word] = concept
    return list(found.values())


def _embedded(part: str, aside: Iterable[Concept], carried: Iterable[Concept]) -> str:
    """The question with what it leans on; everyday words are distilled into the encoder."""
    context = [c.word for c in (*aside, *carried)]
    return " ".join(dict.fromkeys([part, *context]))
