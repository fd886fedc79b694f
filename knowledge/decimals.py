"""Heads numbered 2.1 and 2.1.2, as technical guides and application guides have them. Pure.

A decimal number at a line's start is a head only where the numbers run onward: 1.1 and 1.2, or 2.1
below 2. A date (2026.1.1), an amount (1.5万元), a version or a lone figure begins no such run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DECIMAL = re.compile(r"(\d{1,2}(?:[.．]\d{1,2}){1,3})(?![.．]?\d)([、．.]?[\s　]*)")
_BARE = re.compile(r"(\d{1,2})[\s　]+(?=[\u4e00-\u9fff])")
_PARENT = re.compile(r"(\d{1,2})\s*(?:[．、]|\.(?!\d)|[\s　]+)\s*(?=[^\d\s])")
_BEGINS = re.compile(r"[\u4e00-\u9fffA-Za-z（(【\[《“\"]")
_UNIT = re.compile(
    r"[万亿元倍米折版]|平方|公里|千米|公顷|厘米|毫米|千克|公斤|小时|分钟|个(?:百分点|月|工作日)|[%％‰℃]|[kKcm]?m[²2]?\b|GB|MB|kg"
    r"|[至到~～\-—–－/×:：]|以[上下内外]|[起前后][，。、]"
)
"""What stands behind a number that is an amount, a span, a version or a day."""
_UNIT_BESIDE = re.compile(
    r"个(?![人体别])|人(?![才员事力民社口])|分(?![类级配别享期工部]|公司)|年(?![度龄限审检])|月(?!度)|"
    r"日(?![常程期])|天(?!使)|级(?!别)|度(?!量)|岁|吨|寸|次|套|名(?!称|单|额)|号|期(?![限间])"
)
"""The same where nothing stands between; set apart by a blank they begin many a heading."""
_LONGEST_HEADING = 40


@dataclass(frozen=True, slots=True)
class Decimal:
    """A head by its decimal number.

    Attributes:
        parts: its numbers, outermost first; one alone is the head above 2.1.
        number: as written, without what parts it from the text.
        rest: the line behind it.
    """

    parts: tuple[int, ...]
    number: str
    rest: str

    @property
    def marker(self) -> str:
        """The numbering it belongs to: dd1, dd2 …, by its depth."""
        return f"dd{len(self.parts)}"


def decimal_of(line: str) -> Decimal | None:
    """The decimal number a line begins with, where it may be a head; None for other lines.

    >>> decimal_of("2.1.2　绿色通道").parts
    (2, 1, 2)
    >>> decimal_of("1.5万元以下的") is None
    True
    """
    match = _DECIMAL.match(line)
    if match is None:
        return None
    rest, apart = line[match.end() :], match[2]
    if not _BEGINS.match(rest) or _UNIT.match(rest) or (not apart and _UNIT_BESIDE.match(rest)):
        return None
    parts = tuple(int(n) for n in re.split(r"[.．]", match[1]))
    return Decimal(parts, match[1], rest) if all(parts) else None


def bare_of(line: str) -> Decimal | None:
    """A single number set apart from a short heading by a blank: 2　申报条件."""
    match = _BARE.match(line)
    if match is None or len(line) > _LONGEST_HEADING or line.endswith(("。", "；", "：", "，")):
        return None
    rest = line[match.end() :]
    if _UNIT.match(rest) or _UNIT_BESIDE.match(rest):
        return None
    return Decimal((int(match[1]),), match[1], rest)


def decimal_heads(lines: Sequence[str]) -> dict[int, Decimal]:
    """The lines that are heads by decimal numbers which run onward, by their places."""
    found: dict[int, Decimal] = {}
    above = 0  # the last plain number that opened a line: 2. or 2、 or 2 before 2.1
    begun: dict[tuple[int, ...], tuple[int, int]] = {}  # prefix -> (last number, its place)
    for place, line in enumerate(lines):
        one = decimal_of(line)
        if one is None:
            parent = _PARENT.match(line)
            above = int(parent[1]) if parent else above
            continue
        *before, last = one.parts
        prefix = tuple(before)
        if last == 1:
            begun = {p: n for p, n in begun.items() if p[: len(prefix)] != prefix}
            if prefix == (above,) or _is_head(prefix, begun, found):
                _accept(found, place, one, begun, lines)
            begun[prefix] = (1, place)
        elif prefix in begun and begun[prefix][0] == last - 1:
            earlier = begun[prefix][1]
            if earlier not in found and (head := decimal_of(lines[earlier])):
                _accept(found, earlier, head, begun, lines)
            found[place] = one
            begun = {p: n for p, n in begun.items() if p[: len(one.parts)] != one.parts}
            begun[prefix] = (last, place)
    return dict(sorted((_with_bare(lines, found) if found else found).items()))


def _is_head(
    prefix: tuple[int, ...], begun: dict[tuple[int, ...], tuple[int, int]],
    found: dict[int, Decimal],
) -> bool:  # fmt: skip
    """Is the number above, or the list beside it that this one goes on from, a head already?"""
    if len(prefix) > 1:
        parent = begun.get(prefix[:-1])
        return parent is not None and parent[0] == prefix[-1]
    reached = [p[0] for p, (_, place) in begun.items() if len(p) == 1 and place in found]
    return bool(reached) and prefix[0] == max(reached) + 1


def _accept(
    found: dict[int, Decimal], place: int, one: Decimal,
    begun: dict[tuple[int, ...], tuple[int, int]], lines: Sequence[str],
) -> None:  # fmt: skip
    """Take a line for a head, and those above whose list it proves."""
    found[place] = one
    for length in range(len(one.parts) - 1, 1, -1):
        known = begun.get(one.parts[: length - 1])
        if known and known[0] == one.parts[length - 1] and known[1] not in found:
            head = decimal_of(lines[known[1]])
            if head is not None:
                found[known[1]] = head


def _with_bare(lines: Sequence[str], found: dict[int, Decimal]) -> dict[int, Decimal]:
    """Beside the decimals the plain numbers above them, as far as these run onward too."""
    bare = {place: one for place, line in enumerate(lines) if (one := bare_of(line))}
    firsts = {
        one.parts[0]: place for place, one in reversed(found.items()) if one.parts[1:] == (1,)
    }
    proved = [n for n in firsts if any(p < firsts[n] and b.parts == (n,) for p, b in bare.items())]
    if not proved:
        return found
    taken, last = dict(found), 0
    for place, one in bare.items():
        if one.parts[0] == last + 1 or (one.parts[0] == 1 and last >= max(proved)):
            taken[place], last = one, one.parts[0]
    return taken
