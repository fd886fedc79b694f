"""Which papers hold in the place a question names. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from knowledge.documents import Source
from knowledge.lexicon import is_city, letter_places, normal, place_core, places, province_of
from knowledge.query import Query

ZONE = (
    r"(?:经济(?:技术)?开发区|高新技术(?:产业)?开发区|科创[区城]|集聚区|经开区|高新区|开发区|新区|新城|综合保税区|综保区|保税港?区"
    r"|自由贸易(?:试验区|港)|自贸(?:区|片区|港)|合作区|示范区|度假区|(?:产业|工业|科技)园区?|科学城|科技城)"
)
"""How the name of a zone that makes rules of its own ends."""
PROVINCIAL = ("省", "自治区")
"""How the region of papers ends that hold in all the cities below it."""


def of_place(query: Query, sources: dict[int, Source]) -> set[int]:
    """Versions that are of a place the question names; empty when it names none."""
    # of a county whose name is withheld the letter tells the city: J11县
    cores = {c for p in query.places for c in (place_core(p), city_of(p))}
    return {
        i
        for i, s in sources.items()
        if cores and any(c in _named(s.title + s.region + s.issuer) for c in cores)
    }


@lru_cache(maxsize=8192)  # asked of every document for every question that names a place
def _named(words: str) -> str:
    return normal(words)


@lru_cache(maxsize=8192)
def _is_of_a_place(title: str) -> bool:
    return bool(places(title))


def holding_there(query: Query, sources: dict[int, Source]) -> set[int]:
    """Versions that may hold in the place a question names though they are not of it."""
    provinces = {province_of(p) for p in query.places}
    return {i for i, s in sources.items() if _holds_in(s, provinces)}


def within_place(query: Query, sources: dict[int, Source]) -> tuple[set[int], set[int] | None]:
    """(versions that are of the place a question names, those that may answer it).

    Returns:
        For the second None where every version may: no place is named, or one that no document is
        for in a base of one city, whose people also speak of where they were before.
    """
    own = of_place(query, sources)
    if own and len(_cities(sources)) < 2 and all(is_district(sources[i]) for i in own):
        return own, None  # the city's papers hold in its districts
    if own:
        return own, own | holding_there(query, sources)
    if any(map(is_city, query.places)) and len(_cities(sources)) > 1:
        return own, holding_there(query, sources)
    return own, None


def _cities(sources: dict[int, Source]) -> set[str]:
    """The cities that the documents are for, but for those within one of them."""
    return {s.region for s in sources.values() if s.region.endswith("市") and not s.within}


FEW = 2
"""Papers of a county-level city at most in the base of the city that it belongs to."""
MANY = 6
"""Papers of a city at least, and times those of a county-level city in it."""


def with_county_cities(sources: dict[int, Source]) -> dict[int, Source]:
    """The sources, those of a county-level city marked as within the city whose base it is.

    Both are called 市, and no list tells which is which: one or two papers of another 市 among
    the many of one city's office are of a part of it.
    """
    papers = Counter(s.region for s in sources.values() if s.region.endswith("市"))
    city, most = max(papers.items(), key=lambda item: item[1], default=("", 0))
    parts = {c for c, n in papers.items() if n <= FEW and n * MANY <= most}
    if len(papers) - len(parts) != 1:
        return sources
    return {i: replace(s, within=city) if s.region in parts else s for i, s in sources.items()}


def without_places(query: Query) -> Query:
    """The query once only papers of its place are searched: the name proves nothing any more."""
    kept = tuple(c for c in query.concepts if c.word not in query.places)
    return replace(query, concepts=kept) if kept else query


def _holds_in(source: Source, provinces: set[str]) -> bool:
    """May a paper hold in a city of these provinces ("" for one unknown) though not of the city?

    A province's papers speak of its cities; papers of no place may be about any.
    """
    if not source.region and not _is_of_a_place(source.title):
        return True
    own = province_of(source.region)
    wide = source.region.endswith(PROVINCIAL)
    return wide and ("" in provinces or own in provinces)


def places_named(text: str, terms: Iterable[str]) -> frozenset[str]:
    """The cities and provinces that a passage names, without 市 or 省.

    Args:
        text: the passage.
        terms: its index terms; a place of the table of provinces is one of them.

    >>> sorted(places_named("B2县组工网, 深圳市规定", ["深圳市", "深圳", "规定"]))
    ['b市', '深圳']
    """
    listed = {place_core(t) for t in terms if province_of(t)}
    return frozenset(listed.union(map(city_of, letter_places(text))))


def city_of(place: str) -> str:
    """A place as ``places_named`` has it; of J11县 its city, which the letter stands for."""
    return f"{place[0]}市" if place[0].isascii() else place_core(place)


def speaks_of_elsewhere(query: Query, named: frozenset[str]) -> bool:
    """Does a passage speak of other places than the one the question names?

    Replies to several cities lie in one collection of letters, which is of no place itself. What
    names the province as well may hold in all of it.

    Args:
        named: the places that the passage names, see ``places_named``.
    """
    asked = {city_of(p) for p in query.places}
    asked |= {province_of(p) for p in query.places}
    return bool(named) and named.isdisjoint(asked)


def is_district(source: Source) -> bool:
    """Is a paper only for a district, county or zone, or for a county-level city?"""
    region = _named(source.region)
    return bool(source.within) or (
        bool(re.search(rf"(?:区|县|{ZONE})$", region)) and "自治区" not in region
    )


def names_district(source: Source, query: Query, cities: frozenset[str] = frozenset()) -> bool:
    """Does the question, or what it follows up, name the district or zone that a paper is for?

    Args:
        cities: those that the papers are for, see ``cities_of``; a zone that is not called after
            one of them is known by the first part of its name as well.
    """
    said = without_denied(query.message or query.text)
    region = _named(source.region)
    return any(n in said for n in _names(region)) or _called(region, cities) in said


def cities_of(sources: Iterable[Source]) -> frozenset[str]:
    """The cities that papers are for, without 市."""
    return frozenset(s.region[:-1] for s in sources if s.region.endswith("市") and not s.within)


@lru_cache(maxsize=1024)
def _called(region: str, cities: frozenset[str]) -> str:
    """北河 of 北河经济技术开发区; the region itself where that is the name of a city, or may be."""
    called = re.sub(rf"(?:{_TRADES})*{ZONE}$", "", region)
    for city in cities:
        called = called.removeprefix(city).removeprefix("市")
    return called if cities and called != region and len(called) > 1 else region


def without_denied(text: str) -> str:
    """The text without the district or zone that it says is not meant.

    >>> without_denied("厂在老城区不在东塘,租房补多少")
    '厂在老城区,租房补多少'
    """
    return _DENIED.sub("", text)


def means_the_city(query: Query) -> bool:
    """Does the question say that it means the city's rule, or not a district's?"""
    said = query.message or query.text
    return bool(_THE_CITYS.search(said) or _DENIED.search(said))


def speaks_of_own_zone(query: Query) -> bool:
    """Does somebody speak of the zone that they are in without its name: 我们园区企业?"""
    return bool(_OWN_ZONE.search(query.message or query.text))


_OWN_ZONE = re.compile(rf"(?:我们?|咱们?)[^,。]{{0,4}}(?:园区|{ZONE})")
_DENIED = re.compile(
    r"(?:不是|不在|不问|没在|而非)(?:问|说|指|要)?[^,。!?;]{0,6}(?:区|县|县里|县上)(?:的|那个|里|上)?"
    r"|(?:不在|没在|不属于|不归)(?!本市|市里|城里|[编职岗校])[\u4e00-\u9fff]{2,6}?(?=[,。!?;]|$|上班|工作|干活)"
    r"|[跟和与同][^,。!?;]{1,8}[区县](?:里|上)?(?:没|无|不)(?:有)?(?:关系|关|沾边|相干)"
)
_THE_CITYS = re.compile(
    r"(?<!除了)(?<![除跟和与])市里(?!面)|城里|市区|主城|市级|市本级|全市的|市的(?:标准|政策|补贴)"
)
_TRADES = (
    "新材料|新能源|[\u4e00-\u9fff]{2}制造|生物医药|电子信息|信息技术|数字经济|[软硬]件|化工|科技|创新|创业"
    "|现代|高端|国际|临[空港]|农业|物流|文化|创意"
)
"""What a park is for, between its name and what it is: 榆湾 of 榆湾新材料产业园."""
_ZONES = (
    (r"经济技术开发区|经开区|开发区", ("经开区", "经济技术开发区", "经济开发区", "开发区")),
    (r"保税|综保", ("综保", "保税区", "综合保税区", "保税港区")),
    (r"高新", ("高新区", "高新技术产业开发区", "高新技术开发区", "高新")),
    (r"自贸|自由贸易", ("自贸", "自由贸易试验区")),
    (r"片区$", ("片区",)),
    (r"县$", ("县里", "我们县", "咱们县", "我县", "咱县")),
)
"""Kinds of districts and zones, and what people call one that they live in."""


@lru_cache(maxsize=1024)
def _names(region: str) -> frozenset[str]:
    """A district in full and as people say it: 经开区 for 临江经济技术开发区, 云坪 for 云坪县."""
    named = {region, region[-3:]}
    for pattern, names in _ZONES:
        if re.search(pattern, region):
            named |= set(names)
    if not re.search(rf"{ZONE}$|[园片]区$", region) and len(region) >= 3:
        named.add(region[-3:-1])
    return frozenset(named)
