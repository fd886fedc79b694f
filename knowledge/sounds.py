"""Typing errors by sound: 补帖 for 补贴, corrected against the words of the loaded documents.

Pinyin input offers homophones, and people take the wrong one. A stretch of characters that is no
word of the dictionary but sounds like a word of the documents is read as that word; real words
are never touched, so 公式 is not turned into 公示.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.lexicon import QUESTION_WORDS, is_word, letter_places, pieces

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
LONGEST = 5
"""Characters of the longest word that is corrected."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One stretch of a question read as another word."""

    typed: str
    meant: str


class SoundTable:
    """The documents' words by how they sound, tones aside."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index words.

        Args:
            words: of the documents, the most frequent first; of words that sound alike the first
                one wins.
        """
        self._by_sound: dict[tuple[str, ...], str] = {}
        for word in words:
            if 2 <= len(word) <= LONGEST and _CHINESE.fullmatch(word):
                self._by_sound.setdefault(sound(word), word)

    def correct(self, text: str) -> tuple[str, list[Correction]]:
        """(the text with its typing errors read as what was meant, what was corrected)."""
        tokens = pieces(text)
        out: list[str] = []
        found: list[Correction] = []
        place = 0
        while place < len(tokens):
            if place and letter_places(tokens[place - 1] + tokens[place]):
                out.append(tokens[place])  # 在L市用公积金 is no slip for 使用
                place += 1
                continue
            for end in range(min(place + LONGEST, len(tokens)), place, -1):
                meant = self._meant(tokens[place:end])
                if meant:
                    found.append(Correction("".join(tokens[place:end]), meant))
                    out.append(meant)
                    place = end
                    break
            else:
                out.append(tokens[place])
                place += 1
        return "".join(out), found

    def _meant(self, tokens: list[str]) -> str:
        """The word that some neighbouring tokens sound like, "" for none.

        A slip tears a word into pieces, so one of them must be a single character that says
        something by itself nowhere else; 我是 is no slip for 我市.
        """
        typed = "".join(tokens)
        torn = any(len(t) == 1 and t not in QUESTION_WORDS for t in tokens)
        if len(tokens) < 2 or not torn or len(typed) > LONGEST or not _CHINESE.fullmatch(typed):
            return ""
        meant = self._by_sound.get(sound(typed), "")
        if not meant or meant == typed or is_word(typed) or _TURNS.search(meant):
            return ""
        return meant if _is_slip(typed, meant) else ""


_TURNS = re.compile(r"[不无未非没]|.[省市县区]$")
"""Words that nobody's slip is read as: 补得 for 不得 turns the question round, and 上海失独 is not
of 上海市."""


_TWO_WORDS = re.compile(r"[全都也先].|[证卡]在|.个")
"""全补 of 全补上 is no slip for 全部, 证在 of 证在哪拿 none for 正在, 改个 of 改个名 for 改革."""


@lru_cache(maxsize=8192)  # a message is corrected more than once, and much is said by many
def sound(word: str) -> tuple[str, ...]:
    """The pinyin syllables of a word without tones; 券 as most people read it, like 卷.

    >>> sound("补贴")
    ('bu', 'tie')
    """
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word.replace("券", "卷")))


def _is_slip(typed: str, meant: str) -> bool:
    """A slip leaves at least one character right, since 必须 for 币需 would be another sentence,
    and is not two words of every sentence: 二是 is none for 二十, nor 全补 (全补上) for 全部."""
    if _TWO_WORDS.fullmatch(typed):
        return False
    pairs = list(zip(typed, meant, strict=True))
    return any(a == b for a, b in pairs) and all(a == b or a not in "是的了" for a, b in pairs)
