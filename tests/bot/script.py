"""Transcripts: what a person said and what the answer must hold, as an officer would write it.

A file holds conversations parted by blank lines. In each, one line a statement::

    # F类的孩子                     what the conversation shows; its first line
    今天：2026-11-22                 the day it is held on, where another than the usual one
    问：F类人才的孩子怎么入学
    答含：加20分                     the reply holds this; any number of such lines
    答不含：任意选择                 the reply holds this nowhere
    依据：临教发〔2025〕22号）第二条（四）   the first thing cited is this place
    未答：no_passage                 it declines; the reason may be left out
    不答                             nothing is said

Besides 问, a talent may 关注 (follow; with a scene, by that QR code), 取消关注, 点菜单 (a button's
words), 点选 (a line of a reply), 语音 (what was recognised), 位置 (latitude,longitude), 发 (image
or another kind of message); and a person of the office may 接管, 交还 and 说 (something).

Both colons, ``：`` and ``:``, will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"
TRANSCRIPTS = Path(__file__).parent / "transcripts"
TALKS = Path(__file__).parent / "talks"
TODAY = date(2026, 11, 22)

ACTS = ("问", "关注", "取消关注", "点菜单", "点选", "语音", "位置", "发", "接管", "交还", "说")
_LINE = re.compile(rf"(今天|{'|'.join(ACTS)}|答含|答不含|依据|未答|不答)\s*(?:[：:]\s*(.*))?")
_NEED_NOTHING = ("未答", "不答", "关注", "取消关注", "接管", "交还")


@dataclass(slots=True)
class Turn:
    """One question and what its reply must be."""

    asked: str
    holds: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    basis: str = ""
    declined: bool = False
    reason: str = ""
    act: str = "问"
    silent: bool = False


@dataclass(slots=True)
class Conversation:
    """Turns of one person on one day."""

    name: str
    day: date
    turns: list[Turn]


class BadScript(ValueError):
    """A line that says nothing known; the message names file and line."""


def read_script(text: str, name: str) -> list[Conversation]:
    """The conversations of one file.

    Raises:
        BadScript: naming the line.
    """
    found: list[Conversation] = []
    current: Conversation | None = None
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}:{number}"
        if not line.strip():
            current = None
            continue
        if current is None:
            current = Conversation(where, TODAY, [])
            found.append(current)
        if line.startswith("#"):
            current.name = f"{name}:{line[1:].strip()}" if not current.turns else current.name
            continue
        _add(current, line.strip(), where)
    for conversation in found:
        if not conversation.turns:
            raise BadScript(f"{conversation.name}: asks nothing")
        for turn in conversation.turns:
            expected = turn.holds or turn.lacks or turn.basis or turn.declined or turn.silent
            if not expected and turn.act not in ("接管", "交还", "说"):
                raise BadScript(f"{conversation.name}: expects nothing of “{turn.asked}”")
    return found


def _add(conversation: Conversation, line: str, where: str) -> None:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadScript(f"{where}: not a known line: {line}")
    word, value = match[1], (match[2] or "").strip()
    if not value and word not in _NEED_NOTHING:
        raise BadScript(f"{where}: nothing after {word}")
    if word == "今天":
        conversation.day = date.fromisoformat(value)
    elif word in ACTS:
        conversation.turns.append(Turn(value, act=word))
    elif not conversation.turns:
        raise BadScript(f"{where}: {word} before any question")
    else:
        turn = conversation.turns[-1]
        match word:
            case "答含":
                turn.holds.append(value)
            case "答不含":
                turn.lacks.append(value)
            case "依据":
                turn.basis = value
            case "不答":
                turn.silent = True
            case _:
                turn.declined, turn.reason = True, value


def conversations(folder: Path = TRANSCRIPTS) -> Iterator[Conversation]:
    """Every conversation of every transcript."""
    for path in sorted(folder.glob("*.txt")):
        yield from read_script(path.read_text(encoding="utf-8"), path.stem)
