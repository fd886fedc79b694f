"""Text -> what it speaks of, each thing in every wording that a policy may have for it. Pure.

What only shapes a question (能领, 多少钱, 哪天) is left out; nothing here knows a city.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from bot.answering.aspects import CUE
from knowledge.lexicon import (
    QUESTION_WORDS,
    SynonymFinder,
    is_coined,
    tagged,
    terms_of,
    words,
)
from knowledge.query import Alternative, Concept
from knowledge.talent_classes import with_other_names

_OLD_RULE = re.compile(
    r"(?:20\d\d年?(?:的)?)?(?:老|旧|原)(?:来?的)?(?:办法|政策|规定|标准|文件|细则)(?:里面?|中|上)?(?:的)?"
)
"""Which edition is asked about; no passage says 老规定 of itself."""


_COUNTED_WITHIN = re.compile(r"(?<=[充收评发报招办开选])(?:多少|几)[次回度](?=[\u4e00-\u9fff])")
"""充多少度电 asks about 充电, 收几次材料 about 收材料."""


def concepts(text: str, table: SynonymFinder) -> list[Concept]:
    """What a text speaks of, each in every wording known; question words left out."""
    text = _OLD_RULE.sub("", text) or text
    text = _COUNTED_WITHIN.sub("", text)
    text = without_choice(text, {text[a:b] for a, b, _ in table.find(text)})
    spans = table.find(text)
    found: list[Concept] = []
    place = 0
    positions = []
    importance: dict[str, float] = {}
    actions: set[str] = set()
    named_places: set[str] = set()
    for word, tag in _taken_apart(tagged(text)):
        at = text.find(word, place)
        if at < 0:  # e类 is written e 类 in the text
            at = place
        positions.append((at, at + len(word), word))
        place = max(place, at)
        importance[word] = _importance(word, tag)
        if tag == "v":
            actions.add(word)
        if tag == "ns":
            named_places.add(word)
    used: set[int] = set()
    for start, end, synonyms in spans:
        inside = [i for i, (a, b, _) in enumerate(positions) if a < end and b > start]
        typed = text[start:end]
        own = [t for i in inside for t in terms_of(positions[i][2])]
        if len(typed) == 1 and not any(positions[i][2] == typed for i in inside):
            continue  # 住 in 住址 is not 住
        if len(inside) > 1 and positions[inside[0]][0] < start and end < positions[inside[-1]][1]:
            continue  # 年检 in 今年检查
        if inside and positions[inside[0]][0] < start and positions[inside[0]][2] == "时候":
            continue  # 候补 in 那时候补多少
        if (
            len(inside) == 1
            and positions[inside[0]][2] in named_places
            and typed not in named_places
        ):
            continue  # 山区 in 洪山区
        content = [i for i in inside if not asks_only(positions[i][2])]
        names = content or _COST.fullmatch(typed) or not _only_asks(typed)
        names_one = any(len(positions[i][2]) > 1 for i in content)
        if not names or (_QUESTION_PHRASE.fullmatch(typed) and not names_one):
            continue  # 几天, 最多: how it is asked, not what about; not so 多少名额
        alternatives = [Alternative(tuple(dict.fromkeys([typed, *own])) if own else (typed,))]
        seen = {typed}
        for synonym in synonyms:
            if synonym.formal in seen:
                continue
            seen.add(synonym.formal)
            terms = tuple(t for w in words(synonym.formal) for t in terms_of(w))
            why = f"同义 {typed}→{synonym.formal}"
            alternatives.append(Alternative(terms, 0.85, why, synonym.formal))
        alternatives += _by_its_other_name(typed)
        weight = DEGREE if _DEGREE.fullmatch(typed) else 1.0
        if _WHOSE.fullmatch(typed):
            weight = WHOSE
        if len(typed) == 1:  # 交 is said of fees and of papers alike
            weight = min(weight, importance.get(typed, 1.0))
        if CUE.search(typed) and len(content) < len(inside):
            weight = min(weight, ASKING)  # 什么材料: partly how it is asked, not what about
        found.append(Concept(typed, tuple(alternatives), weight))
        used.update(inside)
    for i, (_, _, word) in enumerate(positions):
        if i in used or asks_only(word):
            continue
        own_words = (Alternative(tuple(terms_of(word))), *_by_its_other_name(word))
        found.append(Concept(word, own_words, importance[word], is_action=word in actions))
    greatest = max((c.weight for c in found), default=1.0)
    # 分几年发 says little, but it is all there is to go by
    if greatest >= 1:
        return found
    # yet it is no matter that a document must speak of
    return [replace(c, weight=NO_MATTER * c.weight / greatest) for c in found]


def _by_its_other_name(word: str) -> Iterator[Alternative]:
    """A class that is named by its rank by the other name of it, which stands in the rows."""
    for other in with_other_names([word]) - {word} if word.endswith("人才") else ():
        yield Alternative((other,), 0.95, f"同义 {word}→{other}", other)


def _taken_apart(cut: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Words with a verb's direction or result cut off: 租出去 is 租, 能带 is 带, 找到 is 找.

    >>> list(_taken_apart([("租出去", "v"), ("喝醉", "v"), ("能带", "n"), ("评得", "v")]))
    [('租', 'v'), ('出去', 'v'), ('喝醉', 'v'), ('能', 'v'), ('带', 'v'), ('评', 'v'), ('得', 'v')]
    """
    for word, tag in cut:
        if _INSIDE.fullmatch(word):  # 职教园里 is 职教园
            yield word[0], "n"
            continue
        match = _RESULT.fullmatch(word) or _MODAL.fullmatch(word) or _ABLE.fullmatch(word)
        if match:
            first, second = (part for part in match.groups() if part)
            yield first, "v"
            yield second, "v"
        else:
            yield word, tag


_RESULT = re.compile(
    r"([\u4e00-\u9fff]{1,2})((?:下|出|上|进|回|起|过)(?:来|去)|够|完|(?<=[找买租考评查等住学签])到|(?<=[借交递送卖转留])给|(?<=[办弄拿考签交买租写评])好)"
)
_INSIDE = re.compile("[园校楼店馆院室库]里")
_ABLE = re.compile(r"([评算领报办买租落迁考拿升转享])(得)")
"""评得上: is one able to."""
_MODAL = re.compile(r"([能可要想该会得])([带住领租买报办迁落转补退开免])|(有)([奖补])")


def without_choice(text: str, kept: Collection[str] = ()) -> str:
    """The text with 要不要 read as 要: which of the two is asked, but 要钱 is what about.

    Args:
        kept: wordings that stay as they are.

    >>> without_choice("入住要不要钱,够不够格"), without_choice("要不要押金", {"要不要押金"})
    ('入住要钱,够格', '要不要押金')
    """
    whole = [w for w in kept if _CHOICE.search(w)]
    if not whole:
        return _CHOICE.sub(r"\1", text)
    at = re.compile(f"({'|'.join(map(re.escape, whole))})")
    return "".join(p if p in whole else _CHOICE.sub(r"\1", p) for p in at.split(text))


_CHOICE = re.compile(r"([\u4e00-\u9fff])[不没]\1")
DEGREE = 0.4
"""Weight of 最低 or 最多: it tells between clauses on the same matter, and names none."""
_DEGREE = re.compile(r"最[多少长短高低大小]|至少|起码|顶多|封顶")
_COST = re.compile(r"[要收花交]钱|(?:怎么|咋)(?:给|发|打|拨)(?:钱)?|不[要收花]钱|几个点|几成")
"""Made of words that only ask, and yet a matter: what it costs, at what rate."""
_QUESTION_PHRASE = re.compile(
    r"(?!几个点|几成)[几多][^多]{1,2}|几个[小星工][时期作]日?|多长时间|几[年月天][以之][内上前后]|多少钱|啥时|什么样|(?!985|211)[a-z]?\d+[年月日号天岁个名万元块周点]*|.*多少.*|何[时地处]"
)


_WHEN = re.compile(
    r"(?:今|明|后|前|去)[天年晚日]|大后天|(?:上|下|这|本)个?(?:月|周|星期|礼拜)|周末|双休日?|最近|近期|月底|年底|元旦"
    r"|凌晨|早上|早晨|上午|中午|下午|晚上|傍晚|[\d一二三四五六七八九十]{1,2}点半?"
)
"""Days that period() has read already."""


def asks_only(word: str) -> bool:
    """能领, 想问, 多少钱: words, or words made of words, that only shape the question."""
    return (
        word in QUESTION_WORDS
        or all(c in QUESTION_WORDS for c in word)
        or bool(_QUESTION_PHRASE.fullmatch(word))
        or bool(_WHEN.fullmatch(word))
    )


def _only_asks(wording: str) -> bool:
    """Is a wording of the table, made of question words alone, no matter either: 哪里办, 都领?

    >>> _only_asks("哪里办"), _only_asks("都领"), _only_asks("种地"), _only_asks("985")
    (True, True, False, False)
    """
    return wording in QUESTION_WORDS or len(words(wording)) > 1 or bool(_COMMON.fullmatch(wording))


_COMMON = re.compile(r"[给要收拿]?点?钱|.好|小时")
"""Said of every benefit there is."""

NO_MATTER = 0.99
"""Weight of what says most where nothing names a matter, against 1 for a matter."""
WHOSE = 0.35
"""Weight of 市里: it tells the city's rule from a district's, and names no matter."""
_WHOSE = re.compile("市里的?")
ASKING = 0.75
"""Weight of a phrase with a question word in it, against 1 for the matter asked about."""


def _importance(word: str, tag: str) -> float:
    """How much a word says about the topic: names and verbs do, function words hardly."""
    if len(word) == 1 and not word.isascii():
        return 0.3
    if is_coined(word) and word[-1] in _CARDS:
        return CARD
    if _BY_THE_MONTH.fullmatch(word) or _NUMBERED.fullmatch(word):
        return 0.35
    if _CHILD_OR_MATCH.fullmatch(word):
        return 1.0
    if (len(word) > 2 and tag[:1] not in "rcdpu") or (tag[:1] in "nvjilazseg" and tag != "nr"):
        return 1.0
    return 0.35


_CARDS = "卡证码通"
CARD = 0.35
"""Weight of a card or an app by its name: 办霁才码 asks for the recognition that it shows."""
_BY_THE_MONTH = re.compile(r"[一每]个?(?:月|年|季度?|天|学期)")
"""How often, of 一个月多少钱: papers write it in many ways, or as 元/月."""
_NUMBERED = re.compile(
    r"[一二两三四五六七八九十百千万几]{1,5}(?:多|来|几)?(?:个)?(?:月|年|天|岁|万|元|块)?(?:多|半)?"
)
"""四十天, 三百多万: the asker's number, as 40天 is; papers write theirs in figures."""
_CHILD_OR_MATCH = re.compile(r"[一二三四两头首][胎孩婚]")
"""三胎 is tagged as a number, and is what is asked about."""
