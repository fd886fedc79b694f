"""How papers are named in a text: 《title》（文号）, titles within titles. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)\s*[〔﹝\[［（(【]\s*(\d{4})\s*[〕﹞\]］）)】]\s*(?:第\s*)?(\d{1,5})\s*号"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A paper as a sentence names it, from ``start`` to ``end``; ``number`` is "" for none."""

    title: str
    number: str
    start: int
    end: int

    @property
    def paper(self) -> str:
        """Its 文号 where given, else its title."""
        return self.number or self.title


_BRACKET = re.compile(r"\s*[（(](?P<inner>(?:[^（()）]|[（(][^（()）]{0,20}[)）]){4,60})[)）]")
_LONGEST_TITLE = 120


def papers_named(sentence: str) -> list[Named]:
    """Every 《…》（文号） of a sentence, titles within titles counted once."""
    found, at = [], 0
    while (start := sentence.find("《", at)) >= 0:
        depth, end = 0, -1
        for place in range(start, min(len(sentence), start + _LONGEST_TITLE)):
            depth += {"《": 1, "》": -1}.get(sentence[place], 0)
            if depth == 0:
                end = place + 1
                break
        if end < 0:
            at = start + 1
            continue
        title, number = sentence[start + 1 : end - 1].strip(), ""
        bracket = _BRACKET.match(sentence, end)
        if bracket:
            known = NUMBER.search(bracket["inner"])
            number = numbered(known) if known else ""
            end = bracket.end()
        found.append(Named(title, number, start, end))
        at = end
    return found


def numbered(match: re.Match[str]) -> str:
    """A 文号 in normal form."""
    return f"{match[1]}〔{match[2]}〕{match[3]}号"


_PRINTED = re.compile(
    r"(?:印发|发布|公布|颁布|下发|转发|实施|试行)\s*[《〈<]?(?P<inner>[^《》〈〉<>]{4,60}?)[》〉>]?\s*"
    r"(?:[（(][^（）()]{1,8}[）)])?的?(?:通知|公告|决定|命令|通告)$"
)


@lru_cache(maxsize=20_000)
def titles_of(title: str) -> frozenset[str]:
    """A title, bare, and that of the paper that it prints: 关于印发《X》的通知 is cited for X."""
    found = {plain_title(title)}
    if match := _PRINTED.search(title.strip("《》 ")):
        found.add(plain_title(match["inner"]))
    return frozenset(found - {""})


def plain_title(title: str) -> str:
    """A title without brackets and marks, in which quotations differ."""
    return re.sub(r"[（(][^（()）]*[）)]|[\s《》〈〉<>]", "", title)


_QUOTED = re.compile("“([\u4e00-\u9fff]{2,6})”")


def quoted(text: str) -> list[str]:
    """What a text names in quotes, each once.

    >>> quoted("第三届“河源杯”大赛，“河源杯”专页，“一事一议、特事特办”")
    ['河源杯']
    """
    return list(dict.fromkeys(_QUOTED.findall(text)))
