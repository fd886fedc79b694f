"""The words by which a clause permits, forbids and ends something. Pure."""

from __future__ import annotations

import re
from enum import Enum


class Verdict(Enum):
    """What a clause says to the question."""

    YES = "yes"
    NO = "no"
    NONE = "none"  # 有补贴吗
    NOT_GIVEN = "not_given"  # 还发吗
    NOT_COUNTED = "not_counted"  # 算不算
    MEETS = "meets"  # the number given meets this one condition; others may stand beside it
    FAILS = "fails"
    NOT_NEEDED = "not_needed"
    TOO_LATE = "too_late"  # the last day is past today
    NOT_SO = "not_so"  # 是补15万吧: the clause gives another number


NEGATIVE = re.compile(
    r"不能|不可以|不可|不得|不予(?!追|收回|扣|处罚)|不享受|不适用|不参加|不作为|不认可|(?<!现)作废|无效|不重复|不叠加|不与|不再(?!追|收回|扣)|不加分|不纳入|不列入|不属于|不支持|不接[受收]|不受理|不含|不计入|不计算|不算(?!不)|不视为|停发|停止|取消|失效|除外|只能由一方"
    r"|不结转|不追补|不补差|不补发|不顺延|不累[积计](?!超)|不折[现算]|不兑[付换现]|不再?接待|不开放|不(?:再)?办理|暂停(?:接待|受理|办理|开放)"
)
_NO_ASKING = "(?!咨询|联系|拨打|登录|关注|向.{1,12}咨询)"
GRANTS = re.compile(
    rf"可以{_NO_ASKING}|参照执行|(?<![不未])可(?!能|否|以){_NO_ASKING}|均可|允许|享受|给予|予以|照发|不(?:予|再)(?:追[回缴]|收回|扣回)"
)


NOT_HELD_AGAINST = re.compile(r"不计入|不视为|不算(?!不)|不作为|不影响")
"""What is left out of a count: 父母名下住房不计入 lets in who asks."""


def denies(text: str) -> bool:
    """Does a text forbid, except or refuse something?"""
    return bool(NEGATIVE.search(text))


def forbids(text: str) -> bool:
    """Does it do so otherwise than by ending something? Behind 自离职次月起停发 may stand how it
    begins again."""
    return bool(NEGATIVE.search(ENDS.sub("", text)))


LIMITS = re.compile(r"只[看计指]|不在此限|不受此限|其他[^,。;]{0,12}不计入")
"""What tells of a rule before it whom or what it is for."""
ENDS = re.compile(r"停发|停止|取消|失效|除外")
"""What ends a thing or excepts from it denies it to nobody else."""
