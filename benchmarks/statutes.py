"""Synthetic statutes: the sample policies said again for cities that do not exist."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.readers import read_file
from knowledge.structure import structure

_SYLLABLES = "安昌德丰广海和嘉金靖康乐临隆南宁平庆荣瑞顺泰文祥新兴阳永裕远云泽长"
_NUMBER = re.compile(r"^第[一二三四五六七八九十]+条|^[（(]?[一二三四五六七八九十\d]+[）)、．]")
_SHORTEST = 24
"""Characters; shorter passages are titles and signatures."""
ARTICLES = 50


def sentences(samples: Path) -> list[str]:
    """The samples' own passages, in one line each."""
    found = []
    for path in sorted(samples.iterdir()):
        if path.suffix.lstrip(".") not in ("docx", "html", "md", "txt"):
            continue
        for passage in structure(read_file(path).blocks).passages:
            text = re.sub(r"\s+", "", passage.text)
            text = re.sub(
                r"^第[一二三四五六七八九十]+条|^[（(]?[一二三四五六七八九十\d]+[）)、．]", "", text
            )
            if len(text) >= _SHORTEST:
                found.append(text)
    return found


def statutes(samples: Path, count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """(title, text) of ``count`` made-up regulations of fifty articles each; always the same.

    Names of places are exchanged and figures varied, so that passages are alike and never equal,
    which is what a collection of many cities' policies looks like to an index.
    """
    chance = random.Random(seed)
    pool = sentences(samples)
    for number in range(count):
        city = "".join(chance.sample(_SYLLABLES, 2))
        title = f"{city}市人才服务保障办法（第{number + 1}号）"
        lines = [title, f"{city}政发〔2025〕{number + 1}号", ""]
        for article in range(1, ARTICLES + 1):
            text = _varied(chance.choice(pool), city, chance)
            lines.append(f"第{_chinese(article)}条　{text}")
        lines.append(f"第{_chinese(ARTICLES + 1)}条　本办法自2025年1月1日起施行，有效期5年。")
        yield title, "\n".join(lines) + "\n"


def _varied(text: str, city: str, chance: random.Random) -> str:
    def other(match: re.Match[str]) -> str:
        return str(max(1, round(float(match[0]) * chance.uniform(0.5, 2.0))))

    return re.sub(r"(?<![\d.])\d{1,4}(?![\d.])", other, text.replace("临江", city))


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (
        (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    )
