"""Whom a clause excepts, and whom it excepts from that again. Pure."""

from __future__ import annotations

import re

from bot.answering.classes import STATUS
from bot.answering.demands import said_of_oneself
from bot.answering.people import (
    asks_by_oneself,
    is_of_another,
    keeps_to_employers,
    must_come,
    rents_from_kin,
)
from bot.answering.ruling import GRANTS, NEGATIVE, Verdict
from bot.answering.support import OF_OWN_CLASS
from knowledge.lexicon import places
from knowledge.query import Query
from knowledge.structure import sentences
from knowledge.talent_classes import classes_named


def by_exception(query: Query, told: str, clause: str) -> Verdict | None:
    """No where the clause says 本人 of another, or excepts what the person is."""
    if rents_from_kin(told, clause):
        return Verdict.NO
    if asks_by_oneself(query.text) and keeps_to_employers(clause):
        return Verdict.NO
    if must_come(query.text, clause):
        return Verdict.NO
    for concept in query.concepts:
        if concept.weight < 0.6 or len(concept.word) < 2 or concept.carried:
            continue
        if concept.word in query.places:
            continue  # 非北京常住户口 excepts nobody who names 北京
        if is_of_another(concept.word, told, query.text):
            continue
        for alternative in concept.alternatives:
            word = alternative.terms[0]
            if (
                len(word) > 1
                and _excepted(word, clause, told)
                and said_of_oneself(re.escape(concept.word), told)
            ):
                return Verdict.NO
    return None


def of_two_cases(query: Query, told: str, clause: str) -> Verdict | None:
    """The yes or no of a sentence that lets some in and refuses others, where the class or the
    district told is of one of them: 市区户籍的不能申请,平柘县户籍的可以; else None."""
    for sentence in sentences(clause):
        marks = "[;；]" if re.search("[;；]", sentence) else "[,，]"
        stretches = re.split(marks, sentence)
        refuses = [s for s in stretches if NEGATIVE.search(s)]
        lets = [s for s in stretches if s not in refuses and GRANTS.search(s)]
        if len(refuses) != 1 or len(lets) != 1:
            continue
        refused, let = (
            bool(query.classes and query.classes & {*classes_named(s)})
            or any(d in told for d in _DISTRICT.findall(s))
            for s in (refuses[0], lets[0])
        )
        if refused != let:
            return Verdict.NO if refused else Verdict.YES
    return None


_DISTRICT = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}[县区](?=的|户|籍|居民|企业|单位|工作)"
)


def lets_in_again(told: str, clause: str) -> bool:
    """Does a clause except from what it denies just those whom somebody says they are of?

    >>> lets_in_again("乡镇卫生院有编制的能领吗", "在编的不能申领,但乡镇卫生院、乡村学校的除外")
    True
    >>> lets_in_again("市医院有编制的能领吗", "在编的不能申领,但乡镇卫生院、乡村学校的除外")
    False
    """
    found = _BUT_NOT.search(clause)
    who = re.split("[、和或]|的", found["who"]) if found else []
    return any(len(one) > 2 and one in told for one in who)


_BUT_NOT = re.compile(
    r"(?:不能|不得|不予|不可以|不纳入|不属于|不享受)[^,。;]{0,12},但(?P<who>[^。;]{2,30}?)(?:除外|不在此限|不受此限)"
)


def shuts_out(query: Query, told: str, clause: str, coverage: float) -> bool:
    """Does a clause except just what somebody says they are: 个体工商户暂不纳入 of 个体户?

    Args:
        told: the whole message in normal form.
        clause: in normal form.
        coverage: share of the question's weight that the passage holds.
    """
    return coverage >= OF_OWN_CLASS and any(
        (STATUS.fullmatch(concept.word) or concept.word.startswith("失信"))
        and said_of_oneself(re.escape(concept.word), told)
        and not is_of_another(concept.word, told, query.text)
        and any(
            _excepted(word, clause, told) or _is_not_taken(word, clause)
            for word in (a.written or concept.word for a in concept.alternatives)
        )
        for concept in query.concepts
    )


def _is_not_taken(status: str, clause: str) -> bool:
    """Are those of a status not dealt with: 被列为失信被执行人的,暂不受理?"""
    return bool(
        re.search(
            rf"{re.escape(status)}[^,。;:]{{0,12}}的,[^,。;]{{0,12}}暂?不(?:予)?(?:受理|办理|认定|核发)",
            clause,
        )
    )


def _excepted(word: str, clause: str, told: str) -> bool:
    """Does a clause speak of a thing only to except it: 未入住人才公寓, 不含在编人员?

    非北京常住户口 excepts who tells of 北京, and not whoever asks about 户口.
    """
    found = list(re.finditer(re.escape(word), clause))
    # 国有企业领导班子成员 are no 企业
    behind = r"(?:的|职工|员工|(?:工作)?人员)?" if _EMPLOYER.fullmatch(word) else "[^,。;:]{0,30}"
    return bool(found) and all(
        _is_none_of(clause[: m.start()], told)
        or re.search(
            r"(?:未(?:入住|享受|领取|参加|取得|购买|办理)|没有|不含|不包括)(?:过)?[^,。;:]{0,8}$",
            clause[max(0, m.start() - 14) : m.start()],
        )
        or re.match(
            rf"{behind},?(?:除外|不纳入|不列入|不作为|不予认定|不认可|不在[^,。;]{{0,6}}范围|不适用|的不算(?!不))"
            r"|不(?:予)?(?:随迁|享受|发放?|补贴?|计算?|适用)(?=[,。;]|$)",
            clause[m.end() :],
        )
        for m in found
    )


_EMPLOYER = re.compile("企业|公司|单位|用人单位")


def _is_none_of(before: str, told: str) -> bool:
    """Does 非 stand before a thing, and no place between them that somebody does not tell of?"""
    none = re.search(r"非(?!农)(?P<of>[^,。;:]{0,5})$", before)
    return none is not None and all(place in told for place in places(none["of"]))
