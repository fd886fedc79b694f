"""Word's automatic numbers: which number Word would print before a paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9


def value(element: Any, path: str, default: str = "") -> str:
    """The ``w:val`` of a child, ``default`` when the child is absent."""
    found = element.find("/".join(W + step for step in path.split("/")))
    return default if found is None else str(found.get(W + "val", default))


def chinese(number: int, digits: str = "零一二三四五六七八九", units: str = "十百千万") -> str:
    """A number below 100,000 in words: 十二, 一百零三."""
    ten = units[0]
    if number < 10:
        return digits[number]
    if number < 20 and ten == "十":
        return ten + (digits[number - 10] if number > 10 else "")
    for power, unit in ((10_000, units[3]), (1000, units[2]), (100, units[1]), (10, ten)):
        if number >= power:
            head, rest = divmod(number, power)
            text = chinese(head, digits, units) + unit
            if rest == 0:
                return text
            zero = digits[0] if rest < power // 10 else ""
            tail = chinese(rest, digits, units)
            # 一百一十二, not 一百十二.
            return text + zero + (digits[1] + tail if tail.startswith(ten) else tail)
    raise AssertionError(number)


def _roman(number: int) -> str:
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    text = ""
    for worth, letters in pairs:
        count, number = divmod(number, worth)
        text += letters * count
    return text


def letters(number: int) -> str:
    """Word's letter list: A … Z, AA, BB."""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _from(first: str, last: int) -> Callable[[int], str]:
    return lambda n: chr(ord(first) + n - 1) if n <= last else str(n)


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda n: characters[(n - 1) % len(characters)]


def _digitwise(digits: str) -> Callable[[int], str]:
    return lambda n: "".join(digits[int(d)] for d in str(n))


def _circled(number: int) -> str:
    if number <= 20:
        return chr(ord("①") + number - 1)
    if number <= 35:
        return chr(ord("㉑") + number - 21)
    return chr(ord("㊱") + number - 36) if number <= 50 else str(number)


def _legal(number: int) -> str:
    return chinese(number, "零壹贰叁肆伍陆柒捌玖", "拾佰仟萬")


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": letters,
    "lowerLetter": lambda n: letters(n).lower(),
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "koreanCounting": chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": _digitwise("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digitwise("〇一二三四五六七八九"),
    "taiwaneseDigital": _digitwise("〇一二三四五六七八九"),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalFullWidth": _digitwise("０１２３４５６７８９"),
    "decimalFullWidth2": _digitwise("０１２３４５６７８９"),
    "none": lambda n: "",
}


def in_format(number: int, kind: str) -> str:
    """A number as Word writes it in a ``w:numFmt``; decimal where the format is not known."""
    write = _FORMATS.get(kind)
    return write(number) if write and 0 < number < 100_000 else str(number)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list definition."""

    kind: str
    text: str
    start: int
    suffix: str
    style: str
    legal: bool
    restart: int | None


def _level(element: Any) -> Level:
    # A custom format stands in an AlternateContent whose Fallback names a plain one.
    formats = element.iter(W + "numFmt")
    kinds = [str(found.get(W + "val", "decimal")) for found in formats]
    kind = next((kind for kind in kinds if kind != "custom"), "decimal")
    restart = value(element, "lvlRestart")
    return Level(
        kind=kind,
        text=value(element, "lvlText"),
        start=int(start) if (start := value(element, "start")).isdigit() else 1,
        suffix={"tab": "　", "space": " ", "nothing": ""}.get(value(element, "suff", "tab"), "　"),
        style=value(element, "pStyle"),
        legal=element.find(W + "isLgl") is not None,
        restart=int(restart) if restart.isdigit() else None,
    )


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of one document in reading order.

    Lists that share a definition share their counters; an override restarts them once.
    """

    _definitions: dict[str, dict[int, Level]] = field(default_factory=dict)
    _lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _restarted: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def parse(cls, root: Any, style_lists: dict[str, str]) -> Numbering:
        """Read numbering.xml; ``style_lists`` maps a numbering style to its list."""
        numbering = cls()
        links: dict[str, str] = {}
        for definition in root.findall(W + "abstractNum"):
            key = definition.get(W + "abstractNumId")
            numbering._definitions[key] = _levels(definition)
            if link := value(definition, "numStyleLink"):
                links[key] = style_lists.get(link, "")
        owners: dict[str, str] = {
            item.get(W + "numId"): value(item, "abstractNumId") for item in root.findall(W + "num")
        }
        for item in root.findall(W + "num"):
            identity = item.get(W + "numId")
            key = owners[identity]
            key = owners.get(links.get(key, ""), key)
            levels: dict[int, Level] = {}
            starts: dict[int, int] = {}
            for override in item.findall(W + "lvlOverride"):
                at = _depth(override.get(W + "ilvl"))
                if override.find(W + "lvl") is not None:
                    levels[at] = _level(override.find(W + "lvl"))
                start = value(override, "startOverride")
                if start.isdigit():
                    starts[at] = int(start)
            numbering._lists[identity] = (key, levels, starts)
        return numbering

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level that a list ties to a paragraph style, None when it ties none."""
        if list_id not in self._lists:
            return None
        key, overrides, _ = self._lists[list_id]
        levels = {**self._definitions.get(key, {}), **overrides}
        return next((at for at, level in levels.items() if level.style == style), None)

    def advance(self, list_id: str, at: int) -> str:
        """Count one paragraph and return its number with what parts it from the text."""
        if list_id not in self._lists:
            return ""
        key, overrides, starts = self._lists[list_id]
        levels = {**self._definitions.get(key, {}), **overrides}
        level = levels.get(at)
        if level is None:
            return ""
        counters = self._counters.setdefault(key, {})
        for depth, start in starts.items():
            if (list_id, depth) not in self._restarted and depth <= at:
                self._restarted.add((list_id, depth))
                counters[depth] = start - 1
        counters[at] = counters.get(at, level.start - 1) + 1
        for depth in [deeper for deeper in counters if deeper > at]:
            limit = levels[depth].restart if depth in levels else None
            # lvlRestart counts levels from 1; 0 means that the level never restarts.
            if limit is None or (limit != 0 and at < limit):
                del counters[depth]
        if level.kind == "bullet":
            return ""
        shown = re.sub(
            r"%(\d)", lambda m: self._one(levels, counters, level, int(m[1]) - 1), level.text
        )
        return shown + level.suffix if shown else ""

    @staticmethod
    def _one(levels: dict[int, Level], counters: dict[int, int], own: Level, at: int) -> str:
        level = levels.get(at)
        if level is None:
            return ""
        number = counters.setdefault(at, level.start)
        return in_format(number, "decimal" if own.legal else level.kind)


def _levels(definition: Any) -> dict[int, Level]:
    return {_depth(item.get(W + "ilvl")): _level(item) for item in definition.findall(W + "lvl")}


def _depth(raw: str | None) -> int:
    return min(int(raw), _LEVELS - 1) if raw and raw.isdigit() else 0
