"""Which document a question names, and whether it asks if that is still in force. Pure."""

from __future__ import annotations

import re
from datetime import date

from knowledge.documents import Source
from knowledge.lexicon import QUESTION_WORDS, normal, words

VALIDITY = re.compile(
    r"(?:还|现在|目前|是否|是不是|已经).{0,6}(?:有效|执行|能用|管用|作废|废止|过期|失效|在用)|(?:有效|作废|废止|过期|失效)(?:了)?(?:吗|没|么)"
)
NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)\s*[〔\[(【［]?\s*(20\d\d)\s*[〕\])】］]?\s*年?\s*第?\s*(\d{1,4})\s*号"
)
NAMED = 0.6
"""Share of a title's words that a question must hold to name that document."""


def numbers_in(text: str) -> list[tuple[str, str, str]]:
    """(issuer's letters, year, number) of the papers that a text names by number.

    >>> numbers_in("京人社发2018年37号文还能用吗"), numbers_in("(京人社发〔2018〕37号)同时废止")
    ([('京人社发', '2018', '37')], [('京人社发', '2018', '37')])
    """
    return [(m[1], m[2], m[3]) for m in NUMBER.finditer(normal(text))]


def names_number(asked: str, text: str) -> bool:
    """Does a text name a paper by a number that is asked about, however either writes it?"""
    return any(
        a[1:] == b[1:] and (a[0].endswith(b[0]) or b[0].endswith(a[0]))
        for a in numbers_in(asked)
        for b in numbers_in(text)
    )


def repeals_number(asked: str, sentence: str) -> bool:
    """Does a sentence repeal a paper that is asked about by its number?

    >>> repeals_number("甲人社发2018年37号还有效吗", "《甲办法》(甲人社发〔2018〕37号)同时废止")
    True
    >>> repeals_number("甲人社发2018年37号还有效吗", "根据甲人社发〔2018〕37号,《乙办法》同时废止")
    False
    """
    text = normal(sentence)
    return any(
        names_number(asked, match[0])
        and not _BY_IT.search(text[: match.start(2)])
        and bool(_REPEALS.search(text[match.end() :]))
        for match in NUMBER.finditer(text)
    )


_BY_IT = re.compile(r"(?:根据|依据|按照|依照|遵照)[^,，。；;]*$")
_REPEALS = re.compile(r"废止|失效|停止(?:执行|施行)|不再(?:执行|施行)")


def title_core(title: str) -> str:
    """A title as people name it, in normal form.

    >>> title_core("中华人民共和国社会保险法"), title_core("北京市引进人才管理办法(试行)")
    ('社会保险法', '北京市引进人才管理办法')
    """
    return re.sub(r"^中华人民共和国|[(（].*[)）]$", "", normal(title))


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
    >>> is_of_another_year("我2025年毕业能领生活补贴吗", "2026年第四批毕业生生活补贴公告")
    False
    """
    match = _YEARLY.search(asked)
    folded = normal(title)
    if match is None or match[3] not in folded or _OWN_DOING.match(match[3]):
        return False
    years = re.findall(r"20\d\d", folded)
    batches = re.findall(r"第(.{1,2})批", folded)
    another_year = bool(match[1] and years) and match[1] not in years
    return another_year or (bool(match[2] and batches) and match[2] not in batches)


_OWN_DOING = re.compile(r"毕业|[买签来考拿入到进办交认落取]|参加|工作|回国|出生")
"""What a person did in a year names no paper of that year."""
_YEARLY = re.compile(r"(?=20\d\d|第)(?:(20\d\d)年?度?的?)?(?:第(.{1,2})批的?)?([\u4e00-\u9fff]{2})")
