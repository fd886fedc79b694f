"""Texts that are sent whatever the papers say: they have to be looked at when a paper changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.canned_texts import CannedText
from knowledge.diff import ClauseChange
from knowledge.documents import Version


@dataclass(frozen=True, slots=True)
class Told:
    """One text and where it stands."""

    place: str
    text: str


def told_texts(menu: Iterable[Mapping[str, Any]], canned: Iterable[CannedText]) -> list[Told]:
    """Every entry of the account's menu and every canned text."""
    found = []
    for button in menu:
        for one in (button, *button.get("sub_button", ())):
            words = " ".join(str(one[k]) for k in ("name", "key", "url") if one.get(k))
            found.append(Told(f"菜单“{one.get('name', '')}”", words))
    return [*found, *(Told(f"常用语“{c.title}”", c.text) for c in canned)]


def touched_texts(
    told: Sequence[Told], version: Version, changes: Sequence[ClauseChange]
) -> list[tuple[Told, str]]:
    """Texts that name this paper, or a figure of it that changes, with what they name. Pure."""
    title = re.sub(r"[（(][^（()）]*[）)]$", "", version.facts.title)
    number = version.facts.number.value if version.facts.number else ""
    old = [figure for change in changes for figure, _ in change.figures if len(figure) >= 2]
    found = []
    for one in told:
        figures = [f for f in dict.fromkeys(old) if re.search(rf"(?<!\d){re.escape(f)}", one.text)]
        if figures:
            found.append((one, "写有将变化的 " + "、".join(figures)))
        elif (len(title) >= 4 and title in one.text) or (number and number in one.text):
            found.append((one, "提到这份文件"))
    return found
