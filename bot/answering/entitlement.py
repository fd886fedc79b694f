"""Does a message ask what its writer is entitled to, and of which matter? Pure.

Only such questions begin a walk. One that gives what a clause decides by (本科45岁能落户吗) is
answered from that clause at once, and so is one about anything beside the entitlement itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.answering.eligibility import facts_in
from knowledge.benefits import Offer
from knowledge.lexicon import SynonymFinder, normal

LONGEST = 30
"""Characters above which a message tells a matter of its own."""

_SELF = r"(?:我们?|本人|俺|自己)"
_EVERYTHING = re.compile(
    rf"{_SELF}.{{0,12}}(?:能|可以|可|够).{{0,4}}(?:享受|领取?|拿|申[请领报]|得到|有).{{0,2}}(?:哪些|什么|啥)"
    r"|(?:有|享受|给|提供|能享|领).{0,3}(?:哪些|什么|啥)(?:人才)?(?:政策|待遇|补贴|福利|优惠|支持|好处|扶持|补助|奖励)"
    r"|(?:能|可以|可|够).{0,2}(?:享受|领取?|拿到?|申[请领]).{0,2}(?:哪些|什么|啥)(?:呢|啊|吗)?[?？。\s]*$"
    rf"|{_SELF}.{{0,6}}(?:符合|满足|够)(?:哪些|什么|啥)(?:政策|条件|补贴)?"
)
_PERSON = re.compile(
    rf"{_SELF}|博士|硕士|研究生|本科|大专|教授|职称|工程师|技师|毕业生|[A-Za-z]\s*类人才|过?来(?:这|临|本|你|咱)|小巨人"
)
_WHETHER = re.compile(
    rf"{_SELF}.{{0,4}}(?:能|可以|可不可以|符不符合|符合|满足|够不够|够|有没有资格|有资格|是否)"
    rf"|(?:能不能|可不可以|是否).{{0,3}}{_SELF}"
)
_ASKED = re.compile(r"[吗么没不][?？。]*$|能不能|可不可以|符不符合|够不够|有没有|是否|[?？]$")
_WHICH_CLASS = re.compile(
    rf"{_SELF}.{{0,40}}(?:能|可以|可|够).{{0,3}}(?:认定|评上?|算).{{0,4}}(?:几|哪一?|什么|啥)(?:类|级|档|人才|个)?"
)
_BARELY = re.compile(
    r"(?:请问|想问|问一下|看看)?(?:能|可以|可)(?:享受|领取?|拿到?|申[请领])(?:到)?(?:哪些|什么|啥)"
    r"(?:人才)?(?:政策|待遇|补贴|福利|优惠)?(?:呢|啊)?"
)
_RECOGNITION = "认定"
_BEGIN = re.compile(r"资格(?:核对|自测|自查)|政策(?:匹配|自测|体检)|测一?测|核对(?:一下)?资格")
NAMED = re.compile(r"核对[：:](.+)")
_BARE = re.compile(
    rf"{_SELF}|能不能|可不可以|符不符合|够不够|有没有|能|可以|可|是否|符合|满足|够|有|资格|条件|要求|申[请领报]|领取?|享受|办理?|拿到?|得到"
    r"|人才|政策|补贴|待遇|吗|么|呢|不|没|的|了|请问|想问|一下|现在|在|到|来|这里|这边|这儿|临江|本市|市|咱们?|你们?|啊|呀|[\s,，。?？!！]"
)
_COMMON = frozenset(
    [
        "人才",
        "补贴",
        "待遇",
        "政策",
        "条件",
        "申请",
        "享受",
        "服务",
        "标准",
        "奖励",
        "高层",
        "层次",
        "次人",
        "市人",
        "才引",
        "引进",
        "进落",
        "年第",
        "本市",
        "我市",
        "事项",
        "才购",
        "才安",
        "叠加",
        "提高",
        "最大",
        "总额",
    ]
)


def asks_for_everything(text: str) -> bool:
    """我能享受什么, 博士来有什么待遇, 资格自测."""
    folded = normal(text)
    if _BEGIN.fullmatch(re.sub(r"[\s。?？!！]", "", folded)):
        return True
    if _BARELY.fullmatch(re.sub(r"[\s。?？!！]", "", folded)):
        return True
    return len(folded) <= LONGEST and bool(_EVERYTHING.search(folded) and _PERSON.search(folded))


@lru_cache(maxsize=1000)  # many ask the same, whose answer is remembered
def asks_of_one(text: str) -> bool:
    """我能落户吗, 我能认定几类, 我符合条件吗; not yet said of what."""
    folded = normal(text)
    told = set(facts_in(text))
    if _WHICH_CLASS.search(folded):
        # a degree or a title leads to its class by itself: 博士算哪一类 is answered at once
        return not told & {"class", "degree", "title", "skill", "income"}
    if len(folded) > LONGEST or told:
        return False
    return bool(_WHETHER.search(folded) and _ASKED.search(folded))


def matter(text: str, offers: Sequence[Offer], table: SynonymFinder) -> str:
    """The words by which a text names what some offers are about; "" for none.

    Everyday words count as what policies say: 户口 for 落户, 买房 for 购房.
    """
    folded = normal(text)
    said = [folded, *(s.formal for _, _, found in table.find(folded) for s in found)]
    named = [w for o in offers for w in words_of(o) if any(w in t for t in said)]
    return max(named, key=len, default="")


def about(name: str, offers: Sequence[Offer]) -> list[Offer]:
    """The offers that a matter means: the one of this very title, else all that speak of it."""
    if not name:
        return list(offers)
    exact = [o for o in offers if o.benefit.title == name]
    return exact or [o for o in offers if name in words_of(o)]


def words_of(offer: Offer) -> list[str]:
    """The pairs of characters in a benefit's title that tell it from others."""
    title = re.sub(r"[（(][^）)]*[）)]|[“”]", "", offer.benefit.title)
    if offer.benefit.recognises or title.startswith(_RECOGNITION):
        return [_RECOGNITION]
    region = offer.source.region
    pairs = [title[i : i + 2] for i in range(len(title) - 1)]
    return [
        p for p in pairs if p not in _COMMON and p not in region and not re.search(r"[\d市省]", p)
    ]


def is_bare(text: str, name: str, table: SynonymFinder) -> bool:
    """Is there nothing in a text but the question whether, and what of?"""
    folded = normal(text)
    if _WHICH_CLASS.search(folded):
        return True
    for start, end, found in sorted(table.find(folded), reverse=True):
        if any(name in s.formal for s in found):
            folded = folded[:start] + folded[end:]
    return len(_BARE.sub("", folded.replace(name, ""))) <= 1
