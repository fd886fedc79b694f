"""What clauses call their matter: 技能回炉券 of 7. 技能回炉券。面值3000元。 Pure."""

from __future__ import annotations

import re

from knowledge.documents import Passage
from knowledge.lexicon import normal

NUMBER = r"(?:第[一二三四五六七八九十百\d]+[条章节]|[（(]?[一二三四五六七八九十\d]+[）)．.、])"
"""The number before a clause or a heading, as a pattern."""
_RUN_IN = re.compile(rf"\s*(?:{NUMBER}\s*)?([\u4e00-\u9fff]{{3,12}})[。：:]")
_ABOVE = re.compile(rf"^\s*{NUMBER}\s*")
_IS_NAME = re.compile(r"[\u4e00-\u9fff0-9a-z]{3,12}")


def own_names(passage: Passage) -> set[str]:
    """The names of a passage in normal form: its run-in headings, the first cell of its row."""
    starts = [m[1] for line in passage.text.split("\n") if (m := _RUN_IN.match(line))]
    return _names(*starts, *passage.cells[:1])


def names_around(passage: Passage) -> set[str]:
    """Those and the heading above it, which other passages have too; of a long name also what is
    left where people leave a word out: 青苗津贴 of 青苗生活津贴."""
    found = own_names(passage) | _names(*(_ABOVE.sub("", h) for h in passage.path[-1:]))
    return found | {short for name in found for short in _shortened(name)}


def _names(*texts: str) -> set[str]:
    return {n for n in map(normal, texts) if _IS_NAME.fullmatch(n)}


def _shortened(name: str) -> list[str]:
    if len(name) < 6:
        return []
    return [name[:i] + name[i + 2 :] for i in range(2, len(name) - 3)]
