"""What a person may want to ask next: the answer's neighbouring clauses as questions. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.documents import ClauseKind, Passage

MOST = 3
"""Suggested below one answer."""
MOST_TRIED = 4
"""Candidates that are asked, to see whether they have an answer; each costs as much as one."""
NEAR = 4
"""Clauses after and before the cited one that are looked at."""

_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+[章节条款项]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[．.、])\s*"
)
_TOPIC = re.compile(
    r"([\u4e00-\u9fff]{2,10}?)(?=$|[。\s：:]|包括|按照|按下|是指|实行|由[\u4e00-\u9fff]|应当|可以)"
)
_ASKED = re.compile(r"^问\d*[：:]\s*([^？?\n]{4,30}[？?])")
_SHELL = re.compile(
    r"^(?:关于|开展|做好|印发|进一步)+|（.*?）|\(.*?\)|“|”|[的]?(?:通知|公告|办法|细则|意见|措施|指南|清单|规定|方案)$"
)
_NO_TOPIC = re.compile(r"本[办细措通公意规]|附则|解释|施行|其他|注意|说明|正文|年|月|日|同志")


def matter(title: str, region: str = "") -> str:
    """What a document is about, from its title.

    >>> matter("临江市高层次人才子女入学服务办法", "临江市")
    '高层次人才子女入学服务'
    """
    bare = title.removeprefix(region) if region else title
    for _ in range(4):
        bare = re.sub(r"(?:工作|暂行|实施|若干|办事|服务事项|入住)$", "", _SHELL.sub("", bare))
    bare = bare.rpartition("——")[2] or bare
    return bare.removeprefix(region) if region else bare


def neighbours(passages: Sequence[Passage], cited: int, about: str) -> list[str]:
    """Questions about the clauses around a cited one, the following first; not yet proven to be
    answerable.

    Args:
        passages: a version's, in reading order.
        cited: ordinal of the cited passage.
        about: what the document is about, see `matter`.
    """
    after = [p for p in passages if cited < p.ordinal <= cited + NEAR]
    before = [p for p in reversed(passages) if cited - NEAR <= p.ordinal < cited]
    own = next((topic(p) for p in passages if p.ordinal == cited), "")
    found: list[str] = []
    for passage in (*after, *before):
        if asked := _ASKED.match(passage.text):
            question = asked[1]
        elif (named := topic(passage)) and named != own:
            question = named if named[:2] in about else f"{about}的{named}"
        else:
            continue
        if question not in found and len(question) <= 30:
            found.append(question)
    return found


def topic(passage: Passage) -> str:
    """What a clause is headed by or begins with, "" when that is no topic."""
    if passage.kind not in (ClauseKind.ARTICLE, ClauseKind.ITEM, ClauseKind.SECTION):
        return ""
    first = _NUMBER.sub("", passage.text.split("\n", 1)[0].strip()).strip()
    match = _TOPIC.match(first)
    named = match[1] if match else ""
    return "" if not named or _NO_TOPIC.search(named) else named
