"""Two of a thing, or two things together: are they wanted, and may they be had? Pure."""

from __future__ import annotations

import re

from bot.answering.ruling import GRANTS, NEGATIVE
from knowledge.query import Query

_TWICE = re.compile(
    r"两[个处边地份套样次头]|几[个处份]|同时|一块儿?[领拿享发]|都能|都可以|再[拿领申享开办]|又|一起|叠加|重复|各|双份|(?:俩|两口子|两人|夫妻|双方)[^,。]{0,4}都|[一每]人.{0,3}一[份套个次]"
)
_ONCE = re.compile(
    r"(?:只能|只可|仅可|仅由|只由)[^,。;]{0,10}一[个种项处套次人方]|择一|选择?其?中?一[项种个]|不重复|不得重复|不叠加|不得同时|不可同时|就高不|只享受一次|限一次"
    r"|由(?:其中)?一方(?:提出)?(?:申[请领报]|享受)|另一方不(?:再|得|予)"
)


def wants_two(question: str) -> bool:
    """Are two of a thing, or two things together, wanted?"""
    return bool(_TWICE.search(question))


def rules_on_two(clause: str) -> bool:
    """Does a clause, in normal form, say whether two things may be had together?"""
    return bool(_ONCE.search(clause) or _ADDED.search(clause) or "同时享受" in clause)


def wants_more_than_one(query: Query, clause: str) -> bool:
    """Are two of a thing wanted of which a clause, granting nothing else, lets have one?"""
    grants = GRANTS.search(NEGATIVE.sub("", _HAVE_ONE.sub("", clause)))
    return bool(_TWICE.search(query.text) and _ONCE.search(clause)) and not grants


_HAVE_ONE = re.compile(r"(?:就高|择高|只能?|仅)享受(?:其中)?一[份次项种]")


def added(question: str, clause: str) -> str:
    """The stretch of a clause that gives one thing beside another, where two are wanted; "" else.

    >>> added("新区的能和市里的一块领不", "新区补贴在市级补贴之外叠加发放,最长24个月")
    '新区补贴在市级补贴之外叠加发放'
    >>> added("新区的能和市里的一块领不", "不得同时享受")
    ''
    """
    if not _TWICE.search(question):
        return ""
    stretches = re.split(r"[,，;；。]", clause)
    return next((s for s in stretches if _ADDED.search(s) and not NEGATIVE.search(s)), "")


def names_both(query: Query, stretch: str) -> bool:
    """Does a stretch name two things that a question itself asks about?"""
    own = (c for c in query.concepts if c.is_whole and not (c.told or c.carried or c.is_action))
    return sum(c.stands_in(stretch) for c in own) > 1


_ADDED = re.compile(
    r"叠加(?:发放|享受|给予|申[请领报])|可以?(?:同时|叠加|一并)(?:享受|申[请领报]|领取)|之外(?:另行?|再)"
)
