"""Where somebody comes from or did something, told apart from the place asked about. Pure."""

from __future__ import annotations

import re

from knowledge.lexicon import places


def without_origin(text: str) -> str:
    """The text without where its writer comes from: 我从苏州来, 深圳户口, 我是安徽人.

    Where a person comes from is no place asked about, and no document need speak of it; nor is one
    that they compare with: 像北京、上海等大城市.
    """
    text = _LIKE.sub(lambda m: "" if places(m[0]) else m[0], text)
    for place in places(text):
        # 能办武汉户口吗 asks of 武汉
        around = (
            rf"(?<![办落迁入转上拿要到])(?:来自|从|我是|原籍是?|老家是?|户籍在?|户口在)?"
            rf"{place}(?:那?边)?"
        )
        text = re.sub(
            rf"(?:{around}(?:读书|上学|念书|读大学|读研|念大学|户口|户籍|人(?!才|员|社|力|事|口|民|大)|毕业|老家)"
            rf"|^我(?:们|是)*{place}的(?=$|[,。?!])"
            rf"|(?<![在到回进]){around}过?来(?!得)的?|(?:来自|从|原籍是?|老家是?){place})",
            "",
            text,
        )
    return text


_LIKE = re.compile(
    r"(?:像|比如|例如|譬如)(?:[\u4e00-\u9fff]{2,4}[、和])*[\u4e00-\u9fff]{2,4}?"
    r"(?:等(?:[大各]|其他)?(?:城市|地方|省市|地)|那样|一样|那些城市)"
)


def without_scenes(text: str) -> str:
    """The text without the places of what is done and over: 在深圳交的社保, 以前在上海.

    >>> without_scenes("我在深圳交的社保能转过来吗"), without_scenes("在杭州买房补多少")
    ('我交的社保能转过来吗', '在杭州买房补多少')
    """
    left = leaves(text)
    for place in places(text):
        there = rf"{re.escape(place)}(?:市|那边|这边)?"
        text = re.sub(rf"({_BEFORE}[^,。?!;]{{0,4}})[在于]{there}", r"\1", text)
        text = re.sub(rf"[在于]{there}(?={_OVER})", "", text)
        text = re.sub(rf"(?:家|住)在{there}(?=[,。]|$)", "", text)
        text = re.sub(rf"(?:外?派|借?调)(?:我|他|她|我们)?[去到]{there}了?", "", text)
        if _GIVES_UP.search(text):
            text = re.sub(rf"去了?{there}了?", "", text)
        if left:
            text = re.sub(rf"[在从]{there}", "", text)
    return text


def leaves(text: str) -> bool:
    """Does somebody speak of leaving one place for another, or to people elsewhere?"""
    return bool(_MOVES.search(text))


_GIVES_UP = re.compile(
    r"(?:没|不)(?:干|做|待|工作|服务)?(?:够|满|到)(?:年|期|合同|\d|[一二两三四五六])|离职|辞职|跳槽|离开"
)
"""Words of somebody who leaves what the papers bind them to: 没干满就去上海了."""
_BEFORE = r"(?:之前|以前|原来|原先|曾经?|先前|过去|去年|前年)"
_OVER = (
    r"(?:(?:[读念上学考评拿取交缴参买办领享评结服待干住工][^,。?!;]{0,3}(?:过|了|(?<!那里)(?<!那边)的(?!话)|满|着))"
    r"|毕业|名下|有(?:一?套|了)?(?:房|住房))"
)
"""A deed that is done: 读的研, 交了3年, 买过房. 在杭州买房补多少 asks of 杭州."""
_MOVES = re.compile(
    r"[想要愿]意?(?:去|来|回|到)|打算[去来回到]|准备[去来回到]|回来|过来|回老家|来你们|你们(?:这|那|市|城|的)|咱们?这|我们?这|[迁调搬][来去到]"
)
"""Words of somebody who leaves one place for another."""


def without_own_city(text: str, city: str) -> str:
    """The text without the city that every paper is for, where no list knows its name: it says
    nothing of what is asked, and would be looked for character by character. What only begins with
    it, 绫浦杯, is left.

    >>> without_own_city("去年绫浦市评了多少人,绫浦杯呢", "绫浦")
    '去年,评了多少人,绫浦杯呢'
    """
    if places(city):
        return text
    return re.sub(rf"{re.escape(city)}市?(?!{_BEGINS_WITH_IT})", ",", text)


_BEGINS_WITH_IT = (
    "杯|卡|码|通(?!过|知)|券|驿|贷|云|号|籍|大学|学院|理工|师范|公安|发布|站|[东西南北][站路区]"
    "|机场|港|路|湖|江|河|有约"
)
"""What stands behind a city's name where both are the name of something else."""
