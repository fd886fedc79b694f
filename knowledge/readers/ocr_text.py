"""Sets right what recognition gets wrong in Chinese print, where only one reading is possible.

Figures are never changed, but for a letter O between two digits.
"""

from __future__ import annotations

import re

_CHINESE = "\u4e00-\u9fff"
_WIDE = rf"{_CHINESE}\u3000-\u303f\uff00-\uffef“”‘’—…·"
_NUMERAL = "一二三四五六七八九十"
_OPEN, _CLOSE = r"[〔［\[【(（｛{〈《]", r"[〕］\]】)）｝}〉》]"

_LETTER_O = re.compile(r"(?<=\d)[OoＯ○〇](?=\d)")
_NUMERAL_O = re.compile(rf"(?<=[{_NUMERAL}〇])[OoＯ0○](?=[{_NUMERAL}〇])")
_NUMBER_YEAR = re.compile(rf"({_OPEN})\s*((?:19|20)\d{{2}})\s*({_CLOSE})\s*(第?\s*\d{{1,5}}\s*号)")
_AFTER_NUMBER = re.compile(r"^(第[零〇一二三四五六七八九十百千\d]+[编章节条]|附件\d*)\s+(?=\S)")
_SPACES = re.compile(rf"(?<=[{_WIDE}])[ \t]+|[ \t]+(?=[{_WIDE}])")
_HALF = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_MARK = re.compile(rf"(?<=[{_WIDE}])[,;:!?]|(?<=\d)[,;](?=[{_CHINESE}])")
_STOP = re.compile(rf"(?<=[{_CHINESE}”》）])(?<!^[{_NUMERAL}])\.(?=$|[{_CHINESE}“])")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_QUOTED = re.compile(r'"([^"]*)"')
_FURNITURE = re.compile(r"[-—–―－·一]\s*(\d{1,3})\s*[-—–―－·一]")


def tidy(text: str) -> str:
    """One recognised line with Chinese punctuation, brackets and spacing.

    >>> tidy("临人社公告〔2026]31号")
    '临人社公告〔2026〕31号'
    >>> tidy("补贴 15 万元,自2O26年起(试行)")
    '补贴15万元，自2026年起（试行）'
    >>> tidy("第三条 每月30O元")
    '第三条　每月30O元'
    """
    text = text.strip()
    if page := _FURNITURE.fullmatch(text):
        return f"— {page[1]} —"
    number = _AFTER_NUMBER.match(text)
    head = number[1] + "　" if number else ""
    text = text[number.end() :] if number else text
    text = _SPACES.sub("", text)
    text = _LETTER_O.sub("0", text)
    text = _NUMERAL_O.sub("〇", text)
    text = _NUMBER_YEAR.sub(_number_year, text)
    text = _MARK.sub(lambda mark: _HALF[mark[0]], text)
    text = _STOP.sub("。", text)
    text = _BRACKETS.sub(lambda found: _bracketed(found, text), text)
    text = re.sub(rf"(?<=[{_WIDE}])\(|\((?=[{_CHINESE}])", "（", text)
    text = re.sub(rf"(?<=[{_CHINESE}])\)|\)(?=[{_CHINESE}，。；：、])", "）", text)
    if text.count('"') % 2 == 0 and re.search(f"[{_CHINESE}]", text):
        text = _QUOTED.sub(r"“\1”", text)
    return head + text


def _number_year(found: re.Match[str]) -> str:
    """The year of a 文号; round brackets on both sides are how some offices write it."""
    number = re.sub(r"\s", "", found[4])
    if found[1] in "(（" and found[3] in ")）":
        return f"（{found[2]}）{number}"
    return f"〔{found[2]}〕{number}"


def _bracketed(found: re.Match[str], text: str) -> str:
    """Wide brackets around Chinese words or between them, narrow ones in Latin text."""
    around = text[max(found.start() - 1, 0) : found.start()] + text[found.end() : found.end() + 1]
    if re.search(f"[{_WIDE}]", found[1] + around):
        return f"（{found[1]}）"
    return found[0]
