"""Every figure of an answer must stand in what it cites. Pure.

Amounts, dates, ages, percentages, telephone numbers and counts are compared by value, so that
三十万元, 30万元 and 300000元 are one figure, and 5 never vouches for 15.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from knowledge.structure import chinese_number

_SCALE = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_ARABIC = re.compile(r"(\d+(?:\.\d+)?)\s*([百千万亿]?)([百千万亿]?)")
_MIXED = re.compile(r"(\d+)\s*万\s*(\d)\s*千")  # 1万5千
_CHINESE = re.compile(
    r"([零〇一二两三四五六七八九十百千万亿]+)"
    r"(?=元|块|年|月|日|号|天|人|名|个|周岁|岁|次|期|倍|折|档|套|平|小时|工作日|晚|分|%|张|批|级)"
)
_CHINESE_YEAR = re.compile(r"[零〇○一二三四五六七八九]{4}(?=年)")
_ITEM_AND_TIME = re.compile(r"(?<=[;；。\n])(\d{1,2})[.．](?=\d{1,2}[:：]\d{2})")
"""The second item of a list, which begins with a time: ;2.23:30关闭大门."""
_PERCENT = re.compile(r"百分之([零〇一二两三四五六七八九十百\d.]+)")
_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}


def figures(text: str) -> set[str]:
    """The figures of a text in normal form.

    >>> sorted(figures("补贴三十万元，分5年发放，每年20%"))
    ['20%', '300000', '5']
    >>> sorted(figures("二〇二六年给两万五千元"))
    ['2026', '25000']
    >>> sorted(figures("1.可以入住;2.23:30关闭大门"))
    ['1', '2', '23', '30']
    """
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", folded)
    folded = _ITEM_AND_TIME.sub(r"\1 ", folded)
    folded = _CHINESE_YEAR.sub(lambda m: "".join(_DIGITS[c] for c in m[0]), folded)
    folded = _MIXED.sub(lambda m: str(int(m[1]) * 10_000 + int(m[2]) * 1_000), folded)
    folded = _PERCENT.sub(_percent, folded)
    found: set[str] = set()
    for match in _ARABIC.finditer(folded):
        try:
            value = Decimal(match[1])
        except InvalidOperation:
            continue
        for scale in match[2], match[3]:
            value *= _SCALE.get(scale, 1)
        mark = "%" if folded[match.end() : match.end() + 1] == "%" else ""
        found.add(_plain(value) + mark)
    for match in _CHINESE.finditer(folded):
        before = folded[match.start() - 1 : match.start()]
        if before.isdigit():  # 30万元 was read above
            continue
        number = _large(match[1])
        if number >= 0:
            found.add(_plain(Decimal(number)))
    return found


def _percent(match: re.Match[str]) -> str:
    value = match[1] if match[1][0].isdigit() else str(chinese_number(match[1]))
    return f"{value}%"


def _large(text: str) -> int:
    """Chinese numerals up to 亿; -1 when they are none."""
    for unit, scale in (("亿", 100_000_000), ("万", 10_000)):
        if unit in text:
            head, _, tail = text.partition(unit)
            high, low = _large(head), _large(tail.lstrip("零")) if tail.strip("零") else 0
            return -1 if high < 0 or low < 0 else high * scale + low
    return chinese_number(text)


def _plain(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def unsupported(answer: str, sources: str) -> set[str]:
    """Figures of an answer that stand nowhere in its sources.

    >>> unsupported("可领40万元", "D类人才给予30万元")
    {'400000'}
    """
    return figures(answer) - figures(sources)


_UNIT = "|".join(
    [
        "万元",
        "亿元",
        "元",
        "块",
        "个月",
        "个工作日",
        "工作日",
        "平方米",
        "公里",
        "小时",
        "分钟",
        "年",
        "月",
        "日",
        "号",
        "天",
        "周岁",
        "岁",
        "人",
        "名",
        "个",
        "套",
        "次",
        "期",
        "倍",
        "折",
        "档",
        "平",
        "晚",
        "分",
        "张",
        "批",
        "级",
        "%",
        "‰",
    ]
)
_WRITTEN = re.compile(
    rf"百分之[零〇一二两三四五六七八九十百\d.]+"
    rf"|\d[\d,]*(?:\.\d+)?\s*[百千万亿]*\s*(?:{_UNIT})?"
    rf"|[零〇一二两三四五六七八九十百千万亿]+(?:{_UNIT})"
)


def written_figures(text: str) -> list[tuple[str, str]]:
    """The figures of a text in order, as written with their unit and by value.

    >>> written_figures("补贴三十万元，分5年发放")
    [('三十万元', '300000元'), ('5年', '5年')]
    """
    found = []
    for match in _WRITTEN.finditer(unicodedata.normalize("NFKC", text)):
        value = "".join(sorted(figures(match[0])))
        if value:
            unit = re.sub(r"[\d,.\s零〇一二两三四五六七八九十百千万亿]", "", match[0])
            found.append((match[0].strip(), value if "分之" in unit else value + unit))
    return found
