"""A place or a level of government that a question is about and that no document is for. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from bot.answering.whereabouts import leaves, without_scenes
from knowledge.lexicon import (
    QUESTION_WORDS,
    is_city,
    is_in_characters,
    is_settlement,
    letter_places,
    place_core,
    places,
    province_of,
)
from knowledge.regions import PROVINCIAL, city_of

SHORT_QUESTION = 40
"""Characters up to which a place named anywhere is the place asked about."""
LONGEST_PLACE = 4
"""Characters of a place's name, 市 or 县 included; longer ones of the documents are titles."""


def unknown_place(
    folded: str, asked: str, known: Collection[str], passage: str, one_city: bool,
    speaks_of: Callable[[str], bool],
) -> str:  # fmt: skip
    """A place that is asked about and that no document is for; "" for none.

    Args:
        folded: the message.
        asked: the question of it that is being answered. Of a letter, which tells where its writer
            has been, only this and where they are now count; the same where it names a place that
            the documents are for.
        known: what the documents are for.
        passage: the text of the first passage found; letters from several cities lie in one
            document: then the passage must name it. All in normal form.
        one_city: the documents are for one city: that a passage of theirs speaks of another makes
            it no rule of that one. A district that they speak of is one of its own.
        speaks_of: wording -> does it stand in any document?
    """
    if len(folded) <= SHORT_QUESTION and not names_known_place(asked, known):
        text = without_scenes(folded)
    else:
        here = "" if leaves(folded) else "".join(_HERE.findall(folded))
        text = f"{without_scenes(asked)},{here}"
    # of L3县 nobody can tell to which city the document that answers belongs
    for withheld in letter_places(text):
        text = text.replace(withheld, "")
    held = [p for p in places(asked) if len(_core(p)) > 1 and _core(p) in passage]
    for place in places(text):
        if _ZONE.fullmatch(place) or place in QUESTION_WORDS or _is_known(place, known):
            continue
        if any(
            re.search(f"{one}市?[、和跟与及]?{two}", asked)
            for p in map(re.escape, held)
            for one, two in ((p, re.escape(place)), (re.escape(place), p))
        ):
            continue  # 跟长沙湘潭一体化 of a paper that speaks of 长沙
        if _BY_SIDE.fullmatch(place) and re.search(rf"[^在去到从来是的往和跟与,。]{place}", text):
            continue  # the end of 澜东区
        core = _core(place)
        is_there = any(f"{place}{there}" in folded for there in _THERE)
        if one_city and not is_city(place) and place.endswith(("区", "县")) and speaks_of(place):
            continue
        rule_of_it = re.search(rf"{re.escape(place)}市?(?:那边|这边)?的?{_GRANTED}", text)
        told_of = core in passage and not (one_city and rule_of_it and is_city(place))
        if len(core) < 2 or told_of or not (is_settlement(place) or is_there):
            continue
        # 社保是上海总部交的, asked of a city that the documents are for
        if rule_of_it or not names_known_place(folded, known):
            return place
    return ""


def withheld_place(
    asked: str, known: Collection[str], spoken_of: Callable[[Iterable[str]], set[str]]
) -> str:
    """A city whose name is withheld (M市) that is asked about and that no document speaks of, where
    documents are for others; "" for none.

    Args:
        asked: the question in normal form.
        known: what the documents are for.
        spoken_of: words -> those of them that stand in any document.
    """
    named = [p for p in letter_places(without_scenes(asked)) if not p.endswith("区")]
    if not named or not any(map(letter_places, known)):
        return ""
    return next((p for p in named if not spoken_of((p, city_of(p)))), "")


def unheard_place(asked: str, speaks_of: Callable[[str], bool]) -> str:
    """A city or county of a name that no list has, which no document speaks of; "" for none.

    Args:
        asked: the question in normal form.
        speaks_of: wording -> does it stand in any document?

    >>> unheard_place("隔壁禾澄市的人才卡能坐公交吗", lambda name: False)
    '禾澄市'
    >>> unheard_place("我们市的人才卡能坐公交吗", lambda name: False)
    ''
    """
    text = without_scenes(asked)
    if (next_door := _NEXT_DOOR.match(text)) and not _ONES_OWN.search(text):
        return next_door["place"]
    named = [m["place"] for p in (_UNLISTED, _AT_FIRST) for m in p.finditer(text)]
    named = [p for p in named if is_in_characters(place_core(p)) and p not in QUESTION_WORDS]
    return next((p for p in named if not speaks_of(place_core(p))), "")


def names_known_place(folded: str, known: Collection[str]) -> bool:
    """Does a message name a city or district that the documents are for, listed or not?

    Args:
        folded: the message.
        known: what the documents are for. Both in normal form.
    """
    return any(core in folded for core in _settlements(frozenset(known)))


@lru_cache(maxsize=8)  # asked twice for every question, and two thousand papers name many places
def _settlements(known: frozenset[str]) -> tuple[str, ...]:
    """The cities and districts among what the documents are for, each without what it is."""
    short = (k for k in known if len(k) <= LONGEST_PLACE)
    return tuple(core for k in short if is_settlement(k) and len(core := place_core(k)) > 1)


def _core(place: str) -> str:
    return _OUTSKIRTS.sub("", place_core(place))


def _is_known(place: str, known: Collection[str]) -> bool:
    core = _core(place)
    return len(core) > 1 and (any(core in k for k in known) or _lies_in_one(core, known))


def _lies_in_one(city: str, known: Collection[str]) -> bool:
    """Are there papers of the whole province that a city lies in? They hold in 开封 as well."""
    province = province_of(city)
    return bool(province) and any(f"{province}{rank}" in known for rank in PROVINCIAL)


def unknown_level(folded: str, known: Collection[str]) -> str:
    """A level of government that is asked about and that no document speaks for; "" for none.

    Who has something of the province and asks what the city gives for it asks about the city.
    """
    if _OF_THE_CITY.search(folded):
        return ""
    return next(
        (
            level
            for level, pattern in _LEVELS.items()
            if pattern.search(folded) and not any(_SPEAKS_FOR[level].search(k) for k in known)
        ),
        "",
    )


_OF_THE_CITY = re.compile(r"市[上里级](?:能|会|可以|还|再|也|这)?(?:给|补|奖|发|拿|领)")
_BY_SIDE = re.compile("[东西南北中]区")
_ZONE = re.compile(
    r"(?:经开|高新|经济技术开发|开发|自贸|综保)区?|[老主新]城区|中心城区|城镇|农村|乡镇|街道|城区|园区|新区|郊区|中国|我国|全国|本市|市里|区里"
)
# behind a place, what shows that its rule is wanted
_GRANTED = (
    "(?:(?:给(?![我发交缴开买上])|对(?!口))"
    "|[^,。?!]{0,6}(?:补|奖|政策|标准|条件|落户|待遇|多少|怎么))"
)
_NEXT_DOOR = re.compile(
    r"(?:那|请问|问下)?(?P<place>(?:隔壁|旁边|邻近|相邻)(?:的)?[省市县区])(?!的?人)[^,。?!]{3,}"
)
"""A place without a name that is not this one: 隔壁省县里的村医补多少."""
_ONES_OWN = re.compile("我|给过|评过|认定过|交过|[来去过转]来|过来|转[到过进]")
_TWO = r"[\u4e00-\u9fff](?![我你咱本全各这那哪外])[\u4e00-\u9fff]"
_UNLISTED = re.compile(
    r"(?:^|[,。?!]|[在去到从跟和比]|隔壁的?|邻近的?|相邻的?|旁边的?|附近的?)"
    rf"(?P<place>{_TWO}[市县])(?=[的给那有能对人落买租补发])"
)
"""Where a name stands that is surely a place's, though no dictionary knows it."""
_AT_FIRST = re.compile(
    rf"^(?P<place>{_TWO}[市县](?!里|上|级|内)"
    r"|[\u4e00-\u9fff][州江河湖海山川城阳陵安宁浦洲溪岭岛港湾泉](?=第?[一二三四五六七八九]层次|[a-f]类))"
)
"""At the beginning also before what is asked: 槐州市砺锋人才, 泉江第五层次."""
_HERE = re.compile(r"我(?:们|现|目前|人)*在[\u4e00-\u9fff]{2,6}")
_THERE = ("那边", "那儿", "那头", "当地")
_OUTSKIRTS = re.compile(r"(?<=..)(?:[远近]?郊区?|主?城区|市区|农村|乡下|郊县)$")
"""北京郊区 lies in 北京."""
_LEVELS = {
    "省级": re.compile(
        r"(?:省里|全省|我省)的(?!(?:是?(?:哪|什么|啥)[几一些个所家]{0,2})?"
        r"(?:大学|高校|学[校院]|院校|专家|教授|老师|工艺|[^,。?!]{0,4}大师|名中?医|名师|劳模|技术能手|单位|公司|企业|医院|研究))"
        r"|省级?(?:里|里头|的)?(?:那个)?(?:高层次)?(?:人才)?(?:补贴|津贴|政策)"
        r"|省级?(?:里|里头|的)?(?:那个)?(?:高层次)?人才(?:项目|计划|工程)[^,。?!]{0,6}(?:怎么|咋|如何|多少|条件|几月|什么时候)"
        r"|省级(?:高层次)?人才[^,。?!]{0,4}(?:去哪|在哪|找谁|怎么|咋)[^,。?!]{0,3}(?:报|申|评|认定)"
    ),
    "国家级": re.compile(r"国家(?:级)?(?:的)?(?:人才)?(?:补贴|政策)|全国的(?:补贴|政策)"),
}
_SPEAKS_FOR = {"省级": re.compile(r"省"), "国家级": re.compile(r"中华人民共和国|国务院|^全国")}
"""How the region, title or issuer of a document shows that it is of a level."""
