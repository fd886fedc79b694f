"""A written policy as words to read aloud over the telephone. Pure: no index, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable

LONGEST = 160
"""Characters one reads aloud before a caller loses the thread; a longer list ends early."""
CUT = "，其余内容较多，可以查看原文。"
"""Closes a script that had to leave out the rest of a list."""

_DIGITS = "零一二三四五六七八九"
_LONGEST_NUMBER = 16
"""Digits beyond which nobody says 万 or 亿 any more: an account number, not a quantity."""

# 1 stays 一 in telephone numbers: 12345 is 一二三四五 in every city's announcements.
_AS_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_AS_YEAR = str.maketrans("0123456789", "〇一二三四五六七八九")
_PLAIN = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,", "")

_OWN_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百]+条|[（(][一二三四五六七八九十]+[）)]|\d+[．.、]"
    r"|[一二三四五六七八九十]+、)\s*"
)
_SPEAKER = re.compile(r"^\s*[答问]\d*[：:]\s*")
_HEADING = re.compile(r"[^，。：；]{2,8}。")

_YEAR = r"(?:19|20)\d\d"
_NUMBER = r"\d+(?:\.\d+)?"
_BEFORE_PHONE = r"(?:电话|热线|拨打|致电|传真|号码|拨)(?:\d{0,2}[：:为是]|\s)?\s*"
_MEASURES = (
    "个|元|块|天|周|岁|次|名|位|人|份|种|项|倍|套|张|晚|平|小时|间|栋|家|条|批|所|处|门|档|类|折"
)
_BRACKETS = re.compile(r"[（(〔\[【「『“‘]([^（()）〔〕\[\]【】「」『』“”‘’]*)[）)〕\]】」』”’]")
_ASIDE = 6
"""Characters of a bracket up to which its words run on in the sentence: 购房补贴（总额）."""


def in_words(text: str) -> str:
    """Every number of a text as one says it, brackets dropped.

    >>> in_words("购房补贴（总额）30万元，每月2500元")
    '购房补贴总额三十万元，每月两千五百元'
    >>> in_words("临政办发〔2025〕18号，2025年7月1日起按60%发放，电话86625588")
    '临政办发二〇二五年十八号，二〇二五年七月一日起按百分之六十发放，电话八六六二五五八八'
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def number_in_words(digits: str) -> str:
    """A number as a quantity: 2500 is 两千五百, 22000 两万两千, 1.5 一点五, 0830 零八三零.

    Args:
        digits: Arabic digits with at most one point.
    """
    whole, _, fraction = digits.partition(".")
    if fraction:
        return f"{number_in_words(whole)}点{fraction.translate(_AS_DIGITS)}"
    if len(whole) > _LONGEST_NUMBER or (len(whole) > 1 and whole.startswith("0")):
        return whole.translate(_AS_DIGITS)
    value = int(whole)
    if value == 0:
        return "零"
    said, gap = "", False
    for scale, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        group, value = divmod(value, scale)
        if group == 0:
            gap = gap or bool(said)
            continue
        if said and (gap or group < 1000):
            said += "零"
        said += _group(group, leads=not said, named=bool(name)) + name
        gap = False
    return said


def label_in_words(label: str) -> str:
    """A place in a document as one says it; "" where it has no number to say.

    >>> label_in_words("第八条（二）"), label_in_words("二、安居标准 表「D类」")
    ('第八条第二项', '第二部分安居标准的表格')
    """
    if re.match(r"文首|正文|落款|问", label):
        return ""
    label = re.sub(r"\s*表「.*」$", "的表格", label)
    label = re.sub(r"[，、（(]?[^，、（(]*…", "", label)
    label = re.sub(r"^([一二三四五六七八九十]+)(?:、|$)", r"第\1部分", label)
    label = re.sub(r"^(\d+)[．.、]\s*", r"第\1点", label)
    label = re.sub(r"[（(]([一二三四五六七八九十\d]+)[）)]", r"第\1项", label)
    return in_words(label.removeprefix("的"))


def script(title: str, label: str, body: str, warning: str = "") -> str:
    """At most two sentences to read to a caller, the basis first.

    Args:
        title: the document's title.
        label: the passage's place in it.
        body: the policy's words.
        warning: a sentence that has to be heard first, e.g. that the text is no longer in force;
            it takes the place of the second sentence.
    """
    place = label_in_words(label)
    # behind its number a clause is often headed: （二）申领期限。自取得证书之日起…
    numbered = _OWN_NUMBER.match(body)
    body = _SPEAKER.sub("", _OWN_NUMBER.sub("", body))
    heading = re.match(r"([^，。：；\n]{2,16})[。\n]\s*(?=\S)", body)
    is_named = heading is not None and place.endswith(in_words(heading[1]))
    if heading and is_named:
        body = body[heading.end() :]
    said = _sentences(in_words(body), is_headed=bool(numbered) and not is_named)
    kept = "".join(said[: 1 if warning else 2])
    if len(kept) > LONGEST:
        kept = _shortened(kept)
    lead = f"根据《{in_words(title)}》{place}，"
    return f"{in_words(warning)}{lead}{kept}"


def _sentences(text: str, is_headed: bool) -> list[str]:
    """Sentences of a spoken text; lines and list items run on, a heading joins what it heads."""
    text = re.sub(r"\s*\n\s*", "，", text.replace("……", "").strip())
    text = re.sub(r"[，；：、]*([，；：。！？])[，、]*", r"\1", text)
    found: list[str] = []
    heading = ""
    for piece in re.findall(r"[^。！？!?]+[。！？!?]*", text):
        sentence = heading + piece.strip().rstrip("。，；,; ")
        is_heading = is_headed and not found and not heading and _HEADING.fullmatch(piece)
        heading = f"{sentence}：" if is_heading else ""
        if sentence and not heading:
            found.append(sentence if sentence.endswith(tuple("！？!?")) else f"{sentence}。")
    return found or ([f"{heading.rstrip('：')}。"] if heading else [])


def _shortened(text: str) -> str:
    """A long list up to the last item that fits, saying that there is more."""
    head = text[:LONGEST]
    for marks in "。；", "，、":
        cut = max(head.rfind(m) for m in marks)
        if cut > LONGEST // 3:
            return head[:cut] + CUT
    return head + CUT


def _group(value: int, leads: bool, named: bool) -> str:
    """Up to four digits in words: 15 alone is 十五, inside a number 一十五; 2 of a scale is 两."""
    if named and value == 2:
        return "两"
    said, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, scale)
        if digit == 0:
            gap = gap or bool(said)
            continue
        if gap:
            said += "零"
            gap = False
        is_pair = digit == 2 and (scale == 1000 or (scale == 100 and not said))
        bare_ten = scale == 10 and digit == 1 and not said and leads
        said += ("" if bare_ten else "两" if is_pair else _DIGITS[digit]) + name
    return said


def _year(match: re.Match[str]) -> str:
    return match[0].translate(_AS_YEAR)


def _day(match: re.Match[str]) -> str:
    month, day = number_in_words(str(int(match[2]))), number_in_words(str(int(match[3])))
    return f"{match[1].translate(_AS_YEAR)}年{month}月{day}日"


def _hour(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    spoken_hour = "两" if hour == 2 else number_in_words(str(hour))
    if minute == 0:
        return f"{spoken_hour}点"
    said = number_in_words(str(minute))
    return f"{spoken_hour}点{'零' if minute < 10 else ''}{said}分"


def _digit_by_digit(match: re.Match[str]) -> str:
    return re.sub(r"[-—－ ]", "", match[0]).translate(_AS_DIGITS)


def _share(match: re.Match[str]) -> str:
    whole = {"%": "百", "‰": "千"}[match[2]]
    return f"{whole}分之{number_in_words(match[1])}"


def _bracket(match: re.Match[str]) -> str:
    """Short words in brackets run on, long ones become an aside, an item's number counts."""
    inside = match[1]
    if re.fullmatch(r"[一二三四五六七八九十]+", inside):
        # the items of a list: （一）提供虚假材料
        return f"{inside}，"
    before = match.string[match.start() - 1 : match.start()]
    is_number_on_number = _SAID.match(before) and _SAID.match(inside)
    is_aside = match[0][0] in "（(" and (len(inside) > _ASIDE or is_number_on_number)
    return f"，{inside}，" if is_aside else inside


_SAID = re.compile(r"[零〇一二三四五六七八九十]")

_Replacement = str | Callable[[re.Match[str]], str]

_RULES: tuple[tuple[re.Pattern[str], _Replacement], ...] = (
    (re.compile(r"[０-９．％]"), lambda m: m[0].translate(_PLAIN)),
    (re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))"), ""),
    # 18号 behind a bracketed year is a paper's number
    (re.compile(rf"[〔\[（(]({_YEAR})[〕\]）)](?=\d+号)"), lambda m: f"{_year(m)[1:-1]}年"),
    # names first, then what their digits mean
    (re.compile(r"(?<!\d)(?:0\d{2,3}[-—－ ]\d{7,8}|[48]00[-—－ ]?\d{3,4}[-—－ ]?\d{3,4})(?!\d)"),
     _digit_by_digit),
    (re.compile(rf"{_BEFORE_PHONE}\d{{3,}}"), _digit_by_digit),
    (re.compile(r"(?<!\d)(?:123\d\d|1[3-9]\d{9}|[2-9]\d{6,7})(?![\d.]|[万亿元人名份个家平米套美])"),
     _digit_by_digit),
    (re.compile(rf"(?<!\d)({_YEAR})[-./](\d{{1,2}})[-./](\d{{1,2}})(?![\d.])"), _day),
    (re.compile(rf"(?<!\d){_YEAR}(?=\s*(?:[-—－~～至]+\s*{_YEAR})?\s*年)"), _year),
    (re.compile(r"(?<!\d)(\d{1,2})[:：]([0-5]\d)(?!\d)"), _hour),
    (re.compile(rf"({_NUMBER})\s*([%‰])"), _share),
    (re.compile(r"(?<=[\d〇零一二三四五六七八九十点分%百千万亿日月年])\s*[-—－~～]+\s*"
                r"(?=[\d一二三四五六七八九十两〇百])"), "至"),
    (re.compile(r"(?<=元)\s*[/／]\s*(?=\S)"), "每"),
    (re.compile(r"㎡|m²"), "平方米"),
    (re.compile(r"(?<=\d)[∶:：](?=\d)"), "比"),
    (re.compile(r"(?m)^(\d{1,2})[．.、](?=\D)|(?<=[：:；;。])\s*(\d{1,2})[．.](?=\D)"),
     lambda m: f"第{number_in_words(m[1] or m[2])}，"),
    (re.compile(rf"(?<![\d第.])2(?=(?:{_MEASURES})|年(?!级)|[万千百亿])"), "两"),
    # rooms are read like telephone numbers
    (re.compile(r"\d{3,4}(?=室)"), lambda m: m[0].translate(_AS_DIGITS)),
    (re.compile(_NUMBER), lambda m: number_in_words(m[0])),
    (_BRACKETS, _bracket),
    (_BRACKETS, _bracket),
    (re.compile(r"[（()）〔〕\[\]【】「」『』“”‘’]"), ""),
    (re.compile(r"(?m)，(?=[，。；：、！？》]|$)|(?<=[，。；：、《])，|^，"), ""),
)  # fmt: skip
"""What a text goes through, in order: first what a number means, last the number itself."""
