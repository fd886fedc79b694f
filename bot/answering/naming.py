"""Which document a question names, and whether it asks if that is still in force. Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from knowledge.documents import Source
from knowledge.lexicon import QUESTION_WORDS, normal, words
from knowledge.naming import NUMBER, plain_title

VALIDITY = re.compile(
    r"(?:还|现在|目前|是否|是不是|已经).{0,6}(?:有效|执行|能用|管用|作废|废止|过期|失效|在用)|(?:有效|作废|废止|过期|失效)(?:了)?(?:吗|没|么)"
)
_ASKED_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)\s*[〔\[(【［]?\s*(20\d\d)\s*[〕\])】］]?\s*年?\s*第?\s*(\d{1,4})\s*号"
)
"""A 文号 as people type it: without its brackets, with 年 or 第."""
NAMED = 0.6
"""Share of a title's words that a question must hold to name that document."""


def asks_by_number(folded: str) -> bool:
    """Does a question name a paper by its number?"""
    return bool(_ASKED_NUMBER.search(folded))


def is_meant(folded: str, number: str) -> bool:
    """Is a 文号 the one by which a question names a paper, however either writes it?

    >>> is_meant("请问京人社发2018年37号文还能用吗", "京人社发〔2018〕37号")
    True
    >>> is_meant("京人社发2018年37号文还能用吗", "京人社发〔2018〕137号")
    False
    """
    known = NUMBER.search(number)
    return known is not None and any(
        asked.groups()[1:] == known.groups()[1:]
        and (asked[1].endswith(known[1]) or known[1].endswith(asked[1]))
        for asked in _ASKED_NUMBER.finditer(folded)
    )


@lru_cache(maxsize=20_000)  # asked of every document for every question
def title_core(title: str) -> str:
    """A title as people name it, in normal form.

    >>> title_core("中华人民共和国社会保险法"), title_core("北京市引进人才管理办法(试行)")
    ('社会保险法', '北京市引进人才管理办法')
    """
    return normal(plain_title(title)).removeprefix("中华人民共和国")


def likeness(source: Source, folded: str) -> float:
    """How much of a document's title a question holds, 0..1; a year given must be the title's."""
    title = normal(source.title)
    years = set(re.findall(r"20\d\d", folded))
    known = set(re.findall(r"20\d\d", title + source.number))
    if years and not years & known:
        return 0.0
    terms = [w for w in words(title) if len(w) > 1 and not w.isdigit()]
    region = normal(source.region)
    weighed = {w: 0.2 if w in region else 1.0 for w in terms}
    held = sum(v for w, v in weighed.items() if w in folded)
    share = held / sum(weighed.values()) if weighed else 0.0
    # 安居细则 is how people name 临江市人才安居实施细则: every word they use is in the title
    said = [w for w in words(VALIDITY.sub("", folded)) if len(w) > 1 and w not in QUESTION_WORDS]
    papers = [w for w in said if _PAPER.fullmatch(w)]
    if papers and len(said) > 1 and all(w in title for w in said):
        share = max(share, 0.9)
    return share


_PAPER = re.compile(r".*(?:办法|细则|规定|措施|意见|通知|条例|方案|指南|清单|公告)")


def is_newer(one: Source, other: Source) -> bool:
    """Did one document come into force after another?"""
    return (one.effective_on or date.min) > (other.effective_on or date.min)


def is_of_another_year(asked: str, title: str) -> bool:
    """Is a paper of one year or batch, and the question on the same matter of another one?

    >>> is_of_another_year("2027年第一批生活补贴哪天报名", "2026年第四批毕业生生活补贴公告")
    True
    >>> is_of_another_year("第一期毕业生补贴从哪天报", "2026年第二期高校毕业生补贴申报公告")
    True
    >>> is_of_another_year("我2025年毕业能领生活补贴吗", "2026年第四批毕业生生活补贴公告")
    False
    """
    match = _YEARLY.search(asked)
    folded = normal(title)
    if match is None or match[3] not in folded:
        return False
    if not match[2] and _OWN_DOING.match(match[3]):
        return False
    years = re.findall(r"20\d\d", folded)
    batches = re.findall(r"第(.{1,2})[批期]", folded)
    another_year = bool(match[1] and years) and match[1] not in years
    return another_year or (bool(match[2] and batches) and match[2] not in batches)


def is_of_another_round(asked: str, text: str) -> bool:
    """Is one edition of a series asked about, and a passage only of another one?

    >>> is_of_another_round("夜校第四期哪天开", "汀兰夜校第三期:办公入门,11月18日")
    True
    >>> is_of_another_round("第二期什么时候", "第一期11月4日,第二期11月18日")
    False
    """
    told = _ROUND.findall(text)
    return any(
        unit in {u for _, u in told} and (number, unit) not in told
        for number, unit in _ROUND.findall(asked)
    )


def is_of_next_round(asked: str, title: str, text: str, day: date) -> bool:
    """Is the next year's or the next round of applications asked about, and a notice of this one
    found: 明年上半年那批几号开始报?

    Args:
        asked: the question and what is told beside it, in normal form.
        title: that of the notice.
        text: what it says; where it speaks of next year or of every round it may answer.
        day: the day it is asked.

    >>> today, notice = date(2026, 11, 22), "2026年下半年补贴公告"
    >>> is_of_next_round("明年上半年那批哪天报", notice, "11月25日至12月15日", today)
    True
    >>> is_of_next_round("2027年春季补贴几号开始报", notice, "错过的可以等2027年春季受理", today)
    True
    >>> is_of_next_round("明年发多少", notice, "11月25日至12月15日", today)
    False
    """
    if not (_NEXT.search(asked) and _WHEN_TO_APPLY.search(asked)):
        return False
    year = re.search(r"20\d\d(?=年[春夏秋冬])", asked)
    if year and year[0] != str(day.year + 1):
        return False
    is_of_this = bool(re.search(r"20\d\d年", normal(title))) and str(day.year + 1) not in title
    return is_of_this and not re.search(
        rf"{day.year + 1}年(?=[^。;]*申)|每[年季批]|分[^。;]{{1,4}}批", text
    )


_NEXT = re.compile(r"明年[^,。?!]{0,8}(?:[批期轮]|半年|才)|20\d\d年[春夏秋冬]季|下一?[批期轮]")
_WHEN_TO_APPLY = re.compile(
    r"(?:几号|哪天|几月份?|什么时候|啥时候|何时)(?:开始)?[^,。?!]{0,6}(?:报|申|交|受理)"
    r"|(?:开始|能|可以)(?:报|申)[^,。?!]{0,6}(?:几号|哪天|几月份?|什么时候|啥时候|何时)"
)
_ROUND = re.compile(r"第([一二三四五六七八九十\d]+)([期届季])")
_OWN_DOING = re.compile(r"毕业|[买签来考拿入到进办交认落取]|参加|工作|回国|出生")
"""What a person did in a year names no paper of that year."""
_YEARLY = re.compile(
    r"(?=20\d\d|第)(?:(20\d\d)年?度?的?)?(?:第(.{1,2})[批期]的?)?([\u4e00-\u9fff]{2})"
)
