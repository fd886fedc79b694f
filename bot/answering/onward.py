"""What a person may want to know next: the headings around an answer as questions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.clause_names import NUMBER
from knowledge.documents import ClauseKind, Passage
from knowledge.lexicon import normal, places

MOST = 3
"""Questions offered; more is a menu, not a hint."""
LONGEST = 24
"""Characters of a question offered; longer ones are no button."""

_RUN_IN = re.compile(rf"\s*{NUMBER}[\s　]*([\u4e00-\u9fff、]{{2,8}})(?:[。：:]|\n)")
_ASKED_AS = re.compile(r"^\s*(?:\d+\s*[.．、]\s*)?(?:问?\s*\d*\s*[：:．.、]\s*)?")
"""Before a question of a collection: 问：, 问3：, 13．问："""
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"怎么|什么|多少|多久|哪|谁|吗$"), "{topic}{heading}"),
    (re.compile(r"^(?:资金)?(?:发放|拨付)(?:方式|时间|办法|程序)?$"), "{topic}怎么发放"),
    (re.compile(r"材料|资料"), "{topic}需要什么材料"),
    (re.compile(r"条件|对象|资格|范围"), "{topic}要符合什么条件"),
    (re.compile(r"标准|金额|额度|租金|收费"), "{topic}的{heading}是多少"),
    (re.compile(r"期限|时限|租期|年限|有效期"), "{topic}的{heading}是多久"),
    (re.compile(r"时间|日期"), "{topic}的{heading}是什么时候"),
    (re.compile(r"地点|地址"), "{topic}的{heading}在哪里"),
    (re.compile(r"程序|流程|步骤|渠道|方式|申报|申请|办理"), "{topic}怎么办理"),
    (re.compile(r"电话|咨询|联系"), "{topic}的咨询电话是多少"),
    (re.compile(r"退|停|终止|变更|转让"), "{topic}的{heading}有什么规定"),
)
"""How people ask for what officials head so; other headings are no question."""


def next_questions(
    shown: Passage, neighbours: Iterable[Passage], title: str, asked: str
) -> tuple[str, ...]:
    """Up to three questions that the clauses around an answer answer.

    Args:
        shown: the passage quoted.
        neighbours: other passages of its document, nearest first.
        title: the document's, whose matter is that of clauses below no heading of their own.
        asked: the message just answered, which is not offered again.
    """
    found: dict[str, None] = {}
    known, topic = normal(asked), matter(title)
    for passage in neighbours:
        if passage.clauses == shown.clauses or passage.kind in (ClauseKind.TITLE, ClauseKind.ROW):
            continue
        question = _question(passage, topic)
        if question and len(question) <= LONGEST and normal(question) not in known:
            found.setdefault(question)
        if len(found) == MOST:
            break
    return tuple(found)


def matter(title: str) -> str:
    """What a paper is on by its title; "" where that cannot be said in a few words.

    >>> matter("临江市高层次人才分类认定办法"), matter("关于做好技能人才提升补贴发放工作的通知")
    ('高层次人才分类认定', '技能人才提升补贴')
    """
    core = re.sub(r"[（(][^）)]*[）)]|^关于(?:开展|做好|印发|组织|申报|进一步)*|“[^”]*”", "", title)
    core = re.sub(r"(?:19|20)\d\d年度?|第[一二三四五六七八九十\d]+批", "", core)
    for place in places(core):
        core = core.removeprefix(place).removeprefix("市").removeprefix("省")
    core = re.sub(r"(?:工作)?(?:的)?(?:公告|通知|通告|意见|函)$", "", core)
    core = re.sub(r"(?:暂行|试行|若干|实施|管理|服务|办事|申报|常见问题|政策)*"
                  r"(?:办法|细则|规定|条例|指南|须知|措施|清单|方案|解答)$", "", core)  # fmt: skip
    core = re.sub(r"(?:发放|申领|申请)$", "", core)
    return core if 2 <= len(core) <= 12 and re.fullmatch(r"[\u4e00-\u9fff]+", core) else ""


def _question(passage: Passage, topic: str) -> str:
    """A question that a passage answers, by its heading; "" for none."""
    if passage.kind is ClauseKind.QUESTION:
        first = passage.text.split("\n")[0]
        return _ASKED_AS.sub("", first).strip()
    match = _RUN_IN.match(passage.text)
    if match is None:
        return ""
    heading = match[1]
    above = re.sub(rf"^\s*{NUMBER}\s*", "", passage.path[-1]).strip() if passage.path else ""
    about = above if _names_a_matter(above) else topic
    for pattern, form in _FORMS:
        if about and pattern.search(heading) and not re.search(r"[按应可]|执行", heading):
            # 生活补贴 and 补贴标准 meet in 补贴, which is said once
            tail = next((n for n in (4, 3, 2) if about.endswith(heading[:n])), 0)
            return form.format(topic=about, heading=heading[tail:] or heading) + "？"
    return ""


def _names_a_matter(heading: str) -> bool:
    """购房补贴 names one; 申请材料 or 总则 names a place in the paper."""
    return (
        2 <= len(heading) <= 8
        and not re.search(r"则$|章$|内容|事项|\s", heading)
        and not any(pattern.search(heading) for pattern, _ in _FORMS)
    )
