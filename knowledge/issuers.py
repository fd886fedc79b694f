"""The bodies that issued a paper: as signed, or as its head names them. Pure.

Several bodies stand one below another or side by side; each is given with its line, in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from knowledge.documents import Fact

_KIND = (
    r"(?:政府|办公[室厅]|委员会|领导小组|[局厅部院委]|中心|联席会议|[支总大]队|指挥部|工会|联合会|妇联|"
    r"工商联|协会|公司|大学|学院|银行|[分支]行|工作专?[组班])"
)
"""How the name of an issuing body ends."""
_NAME = re.compile(rf"(?!各|有关|本(?!溪)|全[市省区县])[^\d《》，。：:；、（）()]{{2,24}}?{_KIND}")
_SEAL = re.compile(r"\s*[（(](?:[公代加]?[印盖]?章|印)[）)]")
_BLANKS = re.compile(r"[ 　\t]+|[、，,]")
_SIGNED_ON = re.compile(r"[ 　]*[（(]?[\d二一][^，。；]{3}\s*年.{1,4}月.{1,4}日[）)]?$")
_PAPER = re.compile(r"[ 　]*(?:文件|令)$")
_LONGEST = 300  # characters of a line of bodies; ten of them have some 120
_NOWHERE = re.compile(r"(?:办公室|本站|本网|原创|转载|互联网|网络)")
"""What a site's editors put for a source when they name none."""


def bodies(line: str) -> tuple[str, ...]:
    """The issuing bodies of a line that names nothing else but perhaps the day; () otherwise.

    >>> bodies("临江市教育局　临江市财政局")
    ('临江市教育局', '临江市财政局')
    >>> bodies("临江市教育局负责解释")
    ()
    """
    if len(line) > _LONGEST:
        return ()
    names: list[str] = []
    held = ""  # a name's characters may be spread: 临江市 人民政府
    for piece in _BLANKS.split(_unspaced(_SEAL.sub("", _SIGNED_ON.sub("", line)))):
        held += piece
        if _NAME.fullmatch(held):
            names += _unjoined(held)
            held = ""
    return () if held else tuple(names)


def is_red_head(text: str) -> bool:
    """True for what stands in a red head: bodies, 文件 beside or below them, the 文号."""
    name = _PAPER.sub("", text.strip())
    return (
        not name
        or bool(bodies(name))
        or bool(re.search(r"[〔\[［]\d{4}[〕\]］]\s*\d+\s*号$", name))
    )


def _unjoined(name: str) -> list[str]:
    """Names set without a blank between them: 中共临江市委临江市人民政府."""
    place = re.match(r"(?:中共)?([\u4e00-\u9fff]{2,3}?[省市县区])", name)
    if place is None:
        return [name]
    again = rf"(?<=[局厅部院委会室组心府])(?=(?:中共)?{place[1]})"
    parts = re.split(again, name)
    return parts if all(map(_NAME.fullmatch, parts)) else [name]


def _unspaced(name: str) -> str:
    """A name without the blanks that spread its characters."""
    name = re.sub(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff](?:[ 　]|$))", "", name)
    return re.sub(r"\s+", " ", name).strip()


def signers(signature: Sequence[str]) -> tuple[Fact, ...]:
    """Who signed, from the lines of one signature; a name of no known kind counts as the last."""
    lines = [line for line in signature if _SIGNED_ON.sub("", line).strip()]
    if not lines:
        return ()
    found, last = _named(lines), lines[-1]
    if bodies(last) or (found and len(last) < 5):  # a person's name
        return found
    return (*found, Fact(_unspaced(last), last))


def named_in_front(front: Sequence[str]) -> tuple[Fact, ...]:
    """Who issued it by the lines before the first clause: a covering notice, a source, a head."""
    for place, line in enumerate(front):
        is_day = len(line) <= 24 and re.search(r"年.{1,4}月.{1,4}[日号]", line)
        if is_day and (above := _above(front, place)):
            return _named(above)
    ways = (_sourced(front[:_HEAD]), _titled(front[:_HEAD]), _headed(front))
    return next((found for way in ways for found in way), ())


_HEAD = 12
"""Lines among which a title or a source stands; a signature of many bodies goes on longer."""


def _named(lines: Sequence[str]) -> tuple[Fact, ...]:
    return _once(Fact(name, line) for line in lines for name in bodies(_PAPER.sub("", line)))


def _once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.value, fact)
    return tuple(first.values())


def _above(lines: Sequence[str], place: int) -> list[str]:
    """The lines of bodies right above a place, from the top."""
    return _run(reversed(lines[:place]))[::-1]


def _run(lines: Iterable[str]) -> list[str]:
    return list(takewhile(lambda line: bodies(_PAPER.sub("", line)), lines))


def _sourced(front: Sequence[str]) -> Iterator[tuple[Fact, ...]]:
    for line in front:
        source = re.search(r"来源[：:]\s*([^\s　]{3,24})", line)
        if source and not _NOWHERE.match(source[1]):
            yield (Fact(source[1], line),)


def _titled(front: Sequence[str]) -> Iterator[tuple[Fact, ...]]:
    """甲局 乙局关于……的通知, with the bodies on the title's line or on lines above it."""
    for place, line in enumerate(front):
        title = re.match(r"([^《]{0,120}?)\s*(?:关于|印发)", line)
        if title and (not title[1] or bodies(title[1])):
            own = (Fact(name, line) for name in bodies(title[1]))
            if found := _once([*_named(_above(front, place)), *own]):
                yield found


def _headed(front: Sequence[str]) -> Iterator[tuple[Fact, ...]]:
    """The red head: bodies one below another, 文件 beside one of them or below."""
    for place, line in enumerate(front):
        name = _PAPER.sub("", line)
        if name == line or (name and not bodies(name)):
            continue
        if found := _named([*_above(front, place), line, *_run(front[place + 1 :])]):
            yield found
