"""Words: one normal form, segmentation, and the editable synonym table.

The same functions cut passages when they are indexed and questions when they are asked, so the
two always meet.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from knowledge.talent_classes import classes_named, in_one_form, learned

SYNONYMS = Path(__file__).parent / "synonyms.tsv"

_SPACE_IN_CHINESE = re.compile(
    r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff\d])|(?<=\d)\s+(?=[\u4e00-\u9fff])"
)
_WORD = re.compile(r"[a-z0-9\u4e00-\u9fff]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _listed(name: str) -> list[str]:
    """The words of a list beside this file; ``#`` begins a comment line."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [w for line in lines if not line.startswith("#") for w in line.split()]


QUESTION_WORDS = frozenset(_listed("question_words.txt"))
"""Words that shape a question without naming what it is about; they never have to be found."""


SHORT = 80
"""Characters of a text whose one form is kept."""


@dataclass(frozen=True, slots=True)
class Synonym:
    """One expansion of a word as typed.

    Attributes:
        typed: the everyday wording found in the question.
        formal: the wording policies use.
    """

    typed: str
    formal: str


def normal(text: str) -> str:
    """One form for comparing: NFKC, lower case, no spaces inside Chinese, E类 in one piece, 五层次
    as 第五层次.

    >>> normal("Ｅ 类人才，补贴 15 万元")
    'e类人才,补贴15万元'
    """
    return _short_in_one_form(text) if len(text) <= SHORT else _in_one_form(text)


def _in_one_form(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = _SPACE_IN_CHINESE.sub("", folded)
    return in_one_form(folded)


# titles, places and words of the documents are brought into it again for every question
_short_in_one_form = lru_cache(maxsize=8192)(_in_one_form)


class _Cutter:
    """jieba without its guessing of new words (HMM), for several threads.

    Guessing glues 能住 or 证能领 into words that no document holds, and single characters are
    indexed anyway. It cuts without the interpreter's lock: a name taken as a word meanwhile made
    either of the two fail (RuntimeError: Already borrowed).
    """

    def __init__(self) -> None:
        import rjieba

        self._jieba = rjieba.Jieba()
        self._lock = threading.Lock()

    def cut(self, text: str) -> list[str]:
        with self._lock:
            return list(self._jieba.cut(text, False))

    def cut_for_search(self, text: str) -> list[str]:
        with self._lock:
            return list(self._jieba.cut_for_search(text, False))

    def tag(self, text: str) -> list[tuple[str, str]]:
        with self._lock:
            return list(self._jieba.tag(text, False))

    def has_word(self, word: str) -> bool:
        with self._lock:
            return bool(self._jieba.has_word(word))

    def add_word(self, word: str) -> None:
        with self._lock:
            self._jieba.add_word(word, None, None)


@lru_cache(maxsize=1)
def _jieba() -> _Cutter:
    cutter = _Cutter()
    for word in _listed("domain_words.txt"):
        cutter.add_word(word)
    return cutter


def words(text: str) -> list[str]:
    """The words of a text for a question: longest cut, punctuation dropped, in order."""
    found = [w for w in _jieba().cut(_spaced_classes(normal(text))) if _WORD.search(w)]
    return [_unmarked(w) for w in found]


def tagged(text: str) -> list[tuple[str, str]]:
    """(word, part of speech) of a normal text, punctuation dropped; tags as jieba's: n, v, ns …"""
    found = [(w, t) for w, t in _jieba().tag(_spaced_classes(text)) if _WORD.search(w)]
    return [(_unmarked(w), t) for w, t in found]


def pieces(text: str) -> list[str]:
    """The words and marks of a text as they stand; joined they are the text."""
    return _jieba().cut(text)


def take_as_words(names: Iterable[str]) -> None:
    """Cut these names in one piece from now on."""
    for name in names:
        if not is_word(name):
            _jieba().add_word(name)
            _taken.add(name)


def words_taken() -> int:
    """How many names are cut in one piece by now: with each more a text may be cut otherwise."""
    return len(_taken)


def take_as_names(names: Iterable[str]) -> None:
    """Cut these names in one piece from now on, where they are no words, nor end in one: 河源杯,
    汀寓, and not 砚水驿站, which is a 驿站; nor what the table knows, 双一流."""
    coined = {
        n: cut
        for n in names
        if not is_word(n) and len((cut := pieces(n))[-1]) == 1 and n not in _tabled()
    }
    take_as_words(coined)
    _coined.update(coined)


def coined_names() -> list[str]:
    """The names that the documents have for things of their own."""
    return list(_coined)


def is_coined(word: str) -> bool:
    """Is this a name that the documents have for something of their own?"""
    return word in _coined


_taken: set[str] = set()
_coined: dict[str, list[str]] = {}  # each with the pieces that it was cut in before


@lru_cache(maxsize=1)
def _tabled() -> frozenset[str]:
    return frozenset(w for group in read_groups() for column in group for w in column)


def is_word(text: str) -> bool:
    """Is this a word of the segmenter's dictionary?"""
    return _jieba().has_word(text)


def index_terms(text: str) -> list[str]:
    """Every term a passage can be found by: words, the words inside them, single characters.

    >>> "博士" in index_terms("博士后出站补助"), "博士" in index_terms("博士后和博士")
    (False, True)
    """
    folded = normal(text)
    cut = _jieba().cut_for_search(_spaced_classes(folded))
    found = [_unmarked(w) for w in cut if _WORD.search(w)]
    for whole, part in _OF_ITS_OWN.items():
        if whole in folded and folded.count(part) == folded.count(whole):
            found = [w for w in found if w != part]
    found += classes_named(folded)
    found += _CHINESE.findall(folded)
    return found


def is_in_characters(text: str) -> bool:
    """Does the segmenter know a text as single characters only: 养狗, 个税?"""
    return all(len(w) == 1 for w in _jieba().cut(text))


def terms_of(word: str) -> list[str]:
    """The index terms that stand for one word: itself and the words inside it."""
    # what was indexed before a name was known has it in pieces
    inner = list(_coined.get(word) or filter(_WORD.search, _jieba().cut_for_search(word)))
    if _OF_ITS_OWN.get(word) in inner:
        inner.remove(_OF_ITS_OWN[word])
    return list(dict.fromkeys([word, *inner]))


def is_part_of_another(word: str) -> bool:
    """Do a word's characters stand in another word that is no kind of it?"""
    return word in _OF_ITS_OWN.values()


_OF_ITS_OWN = {"博士后": "博士"}
"""Words that are no kind of what stands in them: a 博士后 gets what no 博士 does."""


def places(text: str) -> list[str]:
    """Place names in a text: those of the dictionary's tag ``ns``, and the cities of the list.

    The dictionary takes a quarter of China's cities for surnames and common words: 嘉兴, 大连. What
    the documents call a class of talents is none: 青冈 is a tree and a county.

    >>> places("大连和苏州市的补贴")
    ['大连', '苏州市']
    """
    folded = normal(text)
    tagged = _jieba().tag(folded)
    found: list[str] = []
    ends, at = [0], 0
    for word, tag in tagged:
        at += len(word)
        ends.append(at)
        if len(word) > 1 and tag == "ns" and word not in _NO_PLACES and not learned(word):
            found.append(word)
            continue
        # 唐山 is cut in two
        city = next((folded[e:at] for e in ends[-3:-1] if province_of(folded[e:at])), "")
        if city and city not in _WORDS_TOO:
            found.append(city)
    return [m[0] for m in _LETTER_PLACE.finditer(folded)] + found


def letter_places(text: str) -> list[str]:
    """Places whose names are withheld, as published replies write them: A市, J11县.

    >>> letter_places("L市和J11县")
    ['l市', 'j11县']
    """
    return [m[0] for m in _LETTER_PLACE.finditer(normal(text))]


@lru_cache(maxsize=8192)  # asked of every document for every question that names a place
def place_core(place: str) -> str:
    """A place without what it is: 深圳 for 深圳市; A市 stays, its letter says nothing alone."""
    return re.sub(r"(?<=..)(?:省|市|县|区)$", "", place)


def province_of(place: str) -> str:
    """The province a city lies in, itself for a province; "" for a place that is not listed.

    >>> province_of("深圳市"), province_of("广东省"), province_of("临江市")
    ('广东', '广东', '')
    """
    return _provinces().get(place) or _provinces().get(place_core(place), "")


def is_city(place: str) -> bool:
    """Is it a city or province of the list, or one whose name is withheld (A市)?"""
    return bool(province_of(place) or letter_places(place))


def is_settlement(place: str) -> bool:
    """Is it surely a province, city, county or the like? The dictionary tags much as a place.

    >>> is_settlement("东莞"), is_settlement("星沙县"), is_settlement("海归")
    (True, True, False)
    """
    return bool(province_of(place)) or bool(re.search(r".(?:省|市|县|区|自治州|盟|旗)$", place))


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    lines = (Path(__file__).parent / "provinces.txt").read_text(encoding="utf-8").splitlines()
    named = [line.split() for line in lines if not line.startswith("#")]
    return {place: cities[0] for cities in named for place in cities}


_WORDS_TOO = frozenset(
    ["来宾", "大同", "日照", "白银", "安康", "阿里", "大理", "百色", "自贡", "和田"]
)
"""Cities whose names are ordinary words too; 来宾市 is one."""
_NO_PLACES = {
    *(
        "海归",
        "中断",
        "新建",
        "上市",
        "归国",
        "回国",
        "来京",
        "上门",
        "安家",
        "海关",
        "外国",
        "外省市",
        "东西",
    ),
    *("中考", "普通高中", "上士", "城市", "城镇", "之日起", "广为", "大汉", "台港澳"),
    *("山区", "老区", "库区", "片区", "辖区", "新区", "四区"),
    *("大街", "新街", "东路", "西路", "南路", "北路", "中路", "南街", "西街"),
}
"""Ordinary words that jieba's dictionary tags as places; a denial must not rest on them."""
_LETTER_PLACE = re.compile(r"(?<![a-z0-9])([a-z]\d{0,2})(市|县|区)")


def _spaced_classes(text: str) -> str:
    # published letters name places as A市, B3县: one name, as 深圳市 is
    text = _LETTER_PLACE.sub(lambda m: f" {m[1]}{_PLACE_MARKS[m[2]]} ", text)
    # 什么时候补上 is no 候补, 住宿舍 is no 住宿, 就高中毕业 no 就高, 开家人才中介 opens no 家人
    text = _GLUED.sub(r"\1 ", text)
    # jieba would cut e类 into e and 类, 第五层次 into 第五 and 层次; each is one name
    text = re.sub(r"(?<![a-z0-9])([a-z]\d?)(?:类|级|档)", r" \1class ", text)
    return _ORDINAL_CLASS.sub(lambda m: f" {_ORDINAL_MARKS[m[0]]} ", text)


_GLUED = re.compile(
    r"(时候(?=[\u4e00-\u9fff])|公寓(?=房租)|住(?=宿舍)|就(?=高中|大专)|转(?=过[来去])|(?<=[开办找进])家(?=人才|人力|公司|企业|单位))"
)
_PLACE_MARKS = {"市": "city", "县": "county", "区": "district"}
_MARKED = re.compile(r"^([a-z]\d{0,2})(class|city|county|district)$")
_MARKS = {"class": "类", **{v: k for k, v in _PLACE_MARKS.items()}}
_ORDINAL_CLASS = re.compile(r"第([一二三四五六七八九])(层次|类|档)")
_UNITS = {"层次": "tier", "类": "kind", "档": "band"}
_ORDINALS = {
    f"{mark}{n}": f"第{numeral}{unit}"
    for unit, mark in _UNITS.items()
    for n, numeral in enumerate("一二三四五六七八九", 1)
}
_ORDINAL_MARKS = {name: mark for mark, name in _ORDINALS.items()}


def _unmarked(word: str) -> str:
    return _ORDINALS.get(word) or _MARKED.sub(lambda m: m[1] + _MARKS[m[2]], word)


class SynonymFinder(Protocol):
    """Where synonyms are looked up: a SynonymTable, or knowledge.synonyms.Synonyms."""

    def find(
        self, text: str, speaks_of: Callable[[str], bool] | None = None
    ) -> list[tuple[int, int, list[Synonym]]]:
        """See SynonymTable.find."""
        ...

    def current(self) -> SynonymFinder:
        """The table as it is now: one for all the lookups of a message."""
        ...


@dataclass(frozen=True, slots=True)
class SpokenTable:
    """A synonym table of which only what the documents speak of is used.

    Attributes:
        whole: the table.
        speaks_of: whether the documents speak of a policy wording.
    """

    whole: SynonymFinder
    speaks_of: Callable[[str], bool]

    def find(
        self, text: str, speaks_of: Callable[[str], bool] | None = None
    ) -> list[tuple[int, int, list[Synonym]]]:
        """As SynonymTable.find."""
        return self.whole.current().find(text, speaks_of or self.speaks_of)

    def current(self) -> SpokenTable:
        """It, with the table as it is now."""
        return SpokenTable(self.whole.current(), self.speaks_of)


class SynonymTable:
    """Everyday wordings and the wordings policies use, one group a line, editable.

    A line holds ``formal|formal<TAB>typed|typed``; ``#`` begins a comment.
    """

    def __init__(self, groups: Sequence[tuple[Sequence[str], Sequence[str]]]) -> None:
        self._formal: dict[str, list[str]] = {}
        for formal, typed in groups:
            meant = [normal(f) for f in formal]
            for word in (*map(normal, typed), *meant):
                known = self._formal.setdefault(word, [])
                known += [f for f in meant if f not in (word, *known)]
        self._longest = max((len(w) for w in self._formal), default=0)

    @classmethod
    def load(cls, path: Path = SYNONYMS) -> SynonymTable:
        """Read a table; ValueError names a line that has no tab."""
        return cls(read_groups(path))

    def current(self) -> SynonymTable:
        """Itself: this table does not change."""
        return self

    def find(
        self, text: str, speaks_of: Callable[[str], bool] | None = None
    ) -> list[tuple[int, int, list[Synonym]]]:
        """(start, end, synonyms) of each known wording in a normal text, longest first, no overlap.

        A verb and its object may be parted: 买完房 and 买了套房 are 买房.

        Args:
            speaks_of: whether the documents speak of a policy wording. A wording none of whose
                policy wordings they speak of is not taken as a whole: 公司交税 means 企业所得税 in
                one base, and is 公司 and 交税 in another. What is no words but characters (养狗) is
                one thing all the same, without synonyms.
        """
        found: list[tuple[int, int, list[Synonym]]] = []
        place = 0
        while place < len(text):
            parted = _PARTED.match(text, place)
            apart = parted[1] + parted[2] if parted else ""
            for size in range(min(self._longest, len(text) - place), 0, -1):
                typed = text[place : place + size]
                if size == 1 and parted and apart in self._formal:
                    formal, typed, size = self._formal[apart], apart, len(parted[0])
                else:
                    formal = self._formal.get(typed, [])
                if formal and speaks_of:
                    formal = _as_written(typed, formal, speaks_of)
                if formal and speaks_of and not speaks_of(typed):
                    formal = [f for f in formal if speaks_of(f)]
                    if (
                        not formal
                        and size > 1
                        and is_in_characters(typed)
                        and not self._within(typed, speaks_of)
                    ):
                        # 养狗 is a thing, and one that no document speaks of; 养 and 狗 are none
                        found.append((place, place + size, []))
                        place += size
                        break
                if formal:
                    found.append((place, place + size, [Synonym(typed, f) for f in formal]))
                    place += size
                    break
            else:
                place += 1
        return found

    def _within(self, typed: str, speaks_of: Callable[[str], bool]) -> bool:
        """Does a shorter wording in a wording lead to something spoken of: 谁出 in 钱谁出?"""
        inner = {typed[a:b] for a in range(len(typed)) for b in range(a + 2, len(typed) + 1)}
        return any(speaks_of(f) for part in inner - {typed} for f in self._formal.get(part, ()))


_SAME_MONEY = ("补贴", "补助", "津贴")


def _as_written(typed: str, formal: Sequence[str], speaks_of: Callable[[str], bool]) -> list[str]:
    """Policy wordings, with 租房补助 for the 租房补贴 that 租房的钱 stands for where documents
    speak of that one only: offices call the same money by either name."""
    spoken = [f for f in formal if speaks_of(f)]
    others = [
        f[:-2] + money
        for f in formal
        if len(f) > 3 and f[-2:] in _SAME_MONEY and f not in spoken
        if (f[:2] in _HOUSED and typed[-2:] not in _SAME_MONEY)
        or (not spoken and f[:2] in typed and f[:2] != "人才")
        for money in _SAME_MONEY
    ]
    return [*formal, *(o for o in dict.fromkeys(others) if o not in formal and speaks_of(o))]


_HOUSED = ("安家", "购房", "租房")
"""What is given for a house, by whatever name it is asked for: 买房补多少 of an 安家补助."""


def read_groups(path: Path = SYNONYMS) -> list[tuple[list[str], list[str]]]:
    """(formal, typed) of each line of a table; ValueError names a line that has no tab."""
    groups = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if "\t" not in line:
            raise ValueError(f"{path.name}:{number}: no tab between formal and everyday words")
        formal, typed = line.split("\t", 1)
        groups.append((_split(formal), _split(typed)))
    return groups


_PARTED = re.compile(
    r"([\u4e00-\u9fff])(?:[了过][个套]|一[套个]|[了完好过到着的个套成])([\u4e00-\u9fff])"
)


def _split(cell: str) -> list[str]:
    return [w.strip() for w in cell.split("|") if w.strip()]
