"""What a person tells of themselves against what a clause wants, where no number decides: how
they left their work, whether they paid without a break and where, what is not yet done. Pure.
"""

from __future__ import annotations

import re

from bot.answering.classes import PART_TIME
from knowledge.talent_classes import degrees_named


def fails_by(told: str, clause: str) -> bool:
    """Does a clause shut somebody out by how they left their work or paid their insurances?

    Args:
        told: the whole message in normal form.
        clause: in normal form.
    """
    ways = left_by_choice, broke_off, paid_elsewhere, studied_beside_work
    return any(fails(told, clause) for fails in ways)


def studied_beside_work(told: str, clause: str) -> bool:
    """Was a degree taken beside work that a clause wants taken 全日制, or refuses otherwise?

    >>> studied_beside_work("在职读的硕士能评吗", "以学历条件评价的,硕士须为全日制")
    True
    >>> studied_beside_work("自考本科能认吗", "非全日制硕士不能按学历认定")
    False
    >>> studied_beside_work("在职读的硕士能落户吗", "全日制本科以上学历;自考本科学历的,须有社保")
    False
    """
    if not PART_TIME.search(told):
        return False
    degrees = set(degrees_named(told))
    named = [set(degrees_named(s)) for s in re.split("[,。;]", clause) if _FULL_TIME_ONLY.search(s)]
    return any(not (of_which and degrees) or of_which & degrees for of_which in named)


_FULL_TIME_ONLY = re.compile(
    "(?:须|应当?|必须|限|只面向|仅面向|只给|只针对)(?:为|是|于)?全日制"
    "|非全日制[^,。;]{0,10}(?:不能|不得|不予|不可|不作为|不享受|不纳入|不认)"
)


def left_by_choice(told: str, clause: str) -> bool:
    """Did somebody leave their work by themselves, where a clause is for those who did not?

    >>> left_by_choice("上个月我自己提的辞职", "(二)非因本人意愿中断就业的")
    True
    >>> left_by_choice("公司把我辞退了", "(二)非因本人意愿中断就业的")
    False
    """
    return bool(_AGAINST_ONES_WILL.search(clause) and _BY_CHOICE.search(told)) and not (
        _FORCED.search(told)
    )


def broke_off(told: str, clause: str) -> bool:
    """Has somebody missed a month of what a clause wants paid without a break?

    >>> broke_off("社保中间断过一个月", "连续缴纳城镇职工社会保险满6个月")
    True
    >>> broke_off("断过一次,后来又连着交了一年", "连续缴纳城镇职工社会保险满6个月")
    False
    """
    return bool(
        _WITHOUT_A_BREAK.search(clause)
        and not _BREAKS_HEALED.search(clause)
        and _A_BREAK.search(told)
        and not _PAID_SINCE.search(told)
    )


def kept_from_wages(question: str, clause: str) -> bool:
    """Is it asked whether something may be kept from wages that a clause has employers pay?

    >>> kept_from_wages("公司能从我工资里扣吗", "由用人单位缴纳,职工不缴纳工伤保险费")
    True
    """
    return bool(_FROM_WAGES.search(question) and _NOT_BY_WORKERS.search(clause))


def paid_elsewhere(told: str, clause: str) -> bool:
    """Are insurances paid elsewhere that a clause wants paid in its city?

    >>> paid_elsewhere("总部在长沙,社保在总部交", "在本市连续缴纳社会保险满6个月")
    True
    >>> paid_elsewhere("社保交在老家,后来转过来了", "在本市连续缴纳社会保险满6个月")
    False
    """
    return bool(
        _PAID_HERE.search(clause)
        and not _ELSEWHERE_COUNTS.search(clause)
        and _PAID_THERE.search(told)
        and not _MOVED_SINCE.search(told)
    )


_PAID_HERE = re.compile(
    r"在(?:本|我)[市省县区][^,。;]{0,10}(?:缴纳|参加|缴)[^,。;]{0,8}(?:社会保险|社保|保险)"
)
_PAID_THERE = re.compile(
    r"(?:社保|保险)[^,。;没]{0,6}(?:在|由|是)?(?:外地|外省|外市|异地|老家|总部|总公司|母公司)[^,。;]{0,4}[交缴]"
    r"|(?:社保|保险)[也都还]?[交缴]在(?:外地|外省|外市|异地|老家|总部|总公司|母公司)"
)
_ELSEWHERE_COUNTS = re.compile(
    "分公司|转入|转移|异地|外[地省市][^。;]{0,6}[缴参][^。;]{0,30}(?:视为|可以|认可)"
)
_MOVED_SINCE = re.compile("转[来过回入]|后来|现在")
_WITHOUT_A_BREAK = re.compile(r"连续(?!工龄)[^,，。;；]{0,14}(?:缴|参保|社保|社会保险|保险)")
_BREAKS_HEALED = re.compile(r"中断|断缴|补缴|累计|间断")
_A_BREAK = re.compile(
    r"断(?:过|了|缴|交)[^,。;]{0,3}(?:[一二两三四五六七八九\d几]+个?[月年次天]|过|[,。]|$)"
    r"|中断过|没(?:能)?连(?:着|续|上)"
)
_PAID_SINCE = re.compile(r"后来|之后|现在|又|接着|重新|补[交缴上]|没断")
_FROM_WAGES = re.compile(
    r"(?:从|在)[^,。;]{0,4}(?:工资|薪水|薪资)[^,。;]{0,3}扣|扣[^,。;]{0,4}(?:工资|薪水)"
)
_NOT_BY_WORKERS = re.compile(
    r"(?:职工|劳动者|员工)(?:个人|本人)?不(?:用|需|再)?(?:缴|交|承担|负担|支付)"
)
"""社会保险法 第三十三条: what is the employer's to pay is not the worker's."""
_AGAINST_ONES_WILL = re.compile(r"非因?(?:其|本)人(?:意愿|原因)")
_BY_CHOICE = re.compile(
    r"(?:自己|主动|自愿)[^,。;]{0,4}(?:辞职|离职|不干|走的|炒了|提出?的?辞)|(?:我|俺)[^,。;]{0,4}辞职"
)
_FORCED = re.compile(r"被(?:迫|辞退?|开除|裁)|逼|拖欠|欠薪|裁员|倒闭|到期")


_STILL_TRIED = (
    "(?:还在|还没过|没过|仍在|处于)试用期|试用期还?[没未](?:过|满)"
    "|试用期[^,。;]{0,4}个月,?(?:现在|目前)才|试用期[内中]"
)
_DEEDS = (
    ("转正|过试用期|试用期(?:过|满|结束)", "试用期满|满试用期|转正", _STILL_TRIED),
    ("落户|入户|迁(?:过去|过来|户口|入)|户口(?:迁|落|转)", "落户|入户|迁入", ""),
    ("毕业", "毕业(?![生证院])", "还在读|大[一二三](?![点居套手室])"),
    ("认定", "认定", ""),
    ("备案", "备案", ""),
)
"""What must be done first: how people say it is done, how papers do, and how people say that it
is not yet."""
_NOT_YET = r"(?<!有)(?:还没有?|没有?|尚未|未|还不)[还能去来办完成正式]{0,4}"


def comes_first(told: str, clause: str) -> bool:
    """Does a clause want something done first that somebody has not done: 需要落户后才能享受 of
    户口没迁过去, 试用期满 of 还在试用期?

    >>> comes_first("户口还没迁过去,能先领吗", "需要落户后才能享受相关政策")
    True
    >>> comes_first("户口迁过去了,能领吗", "需要落户后才能享受相关政策")
    False
    """
    for done, written, undone in _DEEDS:
        wanted = re.search(
            rf"(?:{written})[^,。;]{{0,8}}(?:之?后)?[^,。;]{{0,12}}(?:才能|才可|方可|方能|再来|再办|再申)"
            rf"|(?<![不无])(?:需要?|须|应当|应在|应先)[^。;或]{{0,24}}(?:{written})",
            clause,
        )
        if undone and re.search(rf"(?:{undone})[^,。;]{{0,8}}(?:可以|也可|均可)", clause):
            continue
        lacks = rf"{_NOT_YET}(?:{done})" + (f"|{undone}" if undone else "")
        if wanted and re.search(lacks, told) and not re.search(rf"已经?(?:{done})", told):
            return True
    return False
