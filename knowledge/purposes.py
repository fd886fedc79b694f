"""What a benefit by a name of its own is for. Pure.

An office calls its money 安居金 or 筑巢券; people ask what they get for buying or renting. The
papers tell which it is, clause by clause, and a passage that only names the benefit is found by it
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BENEFIT = r"(?:金|券|票|[补月房]贴|[月房]补|补助|津贴|费|资助)"
_NAME = re.compile(rf"[\u4e00-\u9fff]{{1,5}}{_BENEFIT}")
_MEASURED = re.compile(r"[（(].*$|(?:面[额值]|标准|总额|额度|上限|金额|数额)$")
_TELLS_ITSELF = re.compile(
    "购|买|租|安家|住房|采暖|取暖|叠加|居住|住宿|公寓|生活|交通|餐|学|育|医|培训|车|路|岗|技能|创业|科研"
    "|贷|奖|工资|薪|保险|社保|公积|押金|保证|基金|资金"
    "|服务费|管理费|水电|物业|税|罚"
)
"""What makes a name say itself what it is for, or be no benefit for a home."""
_AT_LENGTH = re.compile("[购租]房|租[赁金]|房租|购[买物车票书]")
"""购 and 租 in a word that says what it is, or that is of something else."""
_PURPOSES = {
    "购房": re.compile(
        r"购买?(?:[^,，。；;]{0,8})(?:住房|房屋|房产)|购房(?!补|券|票|金|资)|买房|房款|网签|商品住?房|房价|契税"
    ),
    "租房": re.compile(
        r"租房(?!补|券|票|金|资|月)|租赁(?:住房|合同|房屋)|租住(?!津贴|补贴|补助)|承租|房租|租金(?!补|券|票|支持|直减|减免)|租约"
    ),
}
_APART = re.compile(
    r"不(?:与|以|要求|限于?|用于)[^,，。；;]{0,10}(?:买房|购房|租房|购买)[^,，。；;]{0,4}"
)
"""不与买房挂钩 tells what it is not for."""
_BESIDE = re.compile(
    "同时(?:享受|领取|申|拿)|(?:只能|可以)?选择|择一|[二三]选一|叠加|转用|重复|不(?:能|再)?享受|[一几两三]种方式"
)
"""What tells how a benefit stands to others, and so names what those are for."""
_STANDARD = r"(?P<as>(?:安家|购房|租房|生活|交通|就业|创业)(?:补助|补贴|费|津贴))"
TIMES = 2
"""As many sentences as say the other must say so."""


def own_names(headers: Iterable[Sequence[str]]) -> list[str]:
    """The benefits that columns of tables name without saying what they are for.

    >>> own_names([("类别", "安居金（总额）", "租居津贴（每月）", "租房补贴")])
    ['安居金', '租居津贴']
    """
    cells = (cell for header in headers for cell in header)
    named = (_MEASURED.sub("", _MEASURED.sub("", cell.strip())) for cell in cells)
    fit = (n for n in named if _NAME.fullmatch(n))
    return [n for n in dict.fromkeys(fit) if _in_short(n) or not _TELLS_ITSELF.search(n)]


def _in_short(name: str) -> str:
    """购房 or 租房 where a name says so by one character only: 租居津贴, 上岛购补; else ""."""
    if _AT_LENGTH.search(name):
        return ""
    return "租房" if "租" in name else "购房" if "购" in name else ""


def purposes(names: Sequence[str], texts: Iterable[str]) -> dict[str, str]:
    """What each benefit is for by the sentences that name it: 购房 or 租房, or the 安家补助 that
    they say it is; those left out of which they say neither, or both alike.

    >>> purposes(["安澜金"], ["安澜金是现金安家补助；栖港券抵扣房租。"])
    {'安澜金': '安家补助'}

    >>> purposes(["安居金"], ["申领安居金的，应当购买商品住房。", "安居金分三年发放。"])
    {'安居金': '购房'}
    >>> purposes(["安居金"], ["安居金不与买房挂钩。", "安居金用于租住房屋，也用于购买住房。"])
    {}
    """
    sentences = (s for text in texts for s in re.split("[。；;\n]", _APART.sub("", text)))
    every = [s for s in sentences if not _BESIDE.search(s)]
    found = {}
    for name in names:
        if said := _in_short(name):
            found[name] = said
            continue
        naming = [text for text in every if name in text]
        defined = re.compile(
            rf"{name}[^，。；;,]{{0,2}}(?:是|指|即)[^，。；;,]{{0,12}}?{_STANDARD}"
        )
        if said := next((m["as"] for text in naming if (m := defined.search(text))), ""):
            found[name] = said
            continue
        counts = {
            word: sum(bool(pattern.search(text)) for text in naming)
            for word, pattern in _PURPOSES.items()
        }
        first, second = sorted(counts, key=lambda word: -counts[word])
        if counts[first] and counts[first] >= TIMES * counts[second]:
            found[name] = first
    return found
