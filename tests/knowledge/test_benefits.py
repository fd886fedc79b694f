"""Benefits live and end with their version, and are judged only once a person has said so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.benefits import Benefits, BenefitStatus, NotBound
from tests.console.conftest import open_base

PAPER = """临川市毕业生补贴办法
临川发〔2025〕1号
一、申领条件
毕业{years}年以内，连续缴纳社会保险满6个月的高校毕业生。
二、补贴标准
博士研究生每月2000元，硕士研究生每月1000元。
三、附则
本办法自2025年1月1日起施行，有效期至2026年12月31日。
"""
DAY = date(2026, 11, 22)


@pytest.fixture
def base(tmp_path):
    made = open_base(tmp_path)
    yield made
    made.catalogue.engine.dispose()


@pytest.fixture
def benefits(base):
    return Benefits(base.catalogue)


def taken_in(base, tmp_path, years=2, name="办法.txt"):
    path = tmp_path / name
    path.write_text(PAPER.format(years=years), encoding="utf-8")
    result = base.intake.add(path)
    return base.catalogue.versions(result.document)[0].id


def test_what_is_read_is_proposed_and_no_more(base, benefits, tmp_path):
    version = taken_in(base, tmp_path)
    [stored] = benefits.of_version(version)
    assert stored.status is BenefitStatus.PROPOSED
    [offer] = benefits.in_force(DAY)
    assert not offer.is_confirmed


def test_what_a_person_confirmed_may_be_judged_and_what_is_off_is_gone(base, benefits, tmp_path):
    [stored] = benefits.of_version(taken_in(base, tmp_path))
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "王敏")
    assert [o.is_confirmed for o in benefits.in_force(DAY)] == [True]
    benefits.decide(stored.id, BenefitStatus.OFF, "王敏")
    assert benefits.in_force(DAY) == []


def test_a_benefit_ends_with_its_version(base, benefits, tmp_path):
    [stored] = benefits.of_version(taken_in(base, tmp_path))
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "王敏")
    assert benefits.in_force(date(2024, 12, 31)) == []
    assert len(benefits.in_force(date(2026, 12, 31))) == 1
    assert benefits.in_force(date(2027, 1, 1)) == []
    base.intake.retire(base.catalogue.version(stored.version_id).document_id)
    assert benefits.in_force(DAY) == []


def test_a_correction_must_be_the_clauses_own_words_and_is_confirmed_anew(base, benefits, tmp_path):
    [stored] = benefits.of_version(taken_in(base, tmp_path))
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "王敏")
    first = stored.benefit.conditions[0]
    invented = replace(first, words="毕业9年以内")
    with pytest.raises(NotBound, match="毕业9年以内"):
        benefits.correct(stored.id, replace(stored.benefit, conditions=(invented,)), "王敏")
    with pytest.raises(NotBound, match="5000"):
        benefits.correct(stored.id, replace(stored.benefit, title="每月5000元"), "王敏")
    benefits.correct(stored.id, replace(stored.benefit, conditions=(first,)), "王敏")
    corrected = benefits.get(stored.id)
    assert corrected.benefit.conditions == (first,)
    assert corrected.proposed == stored.benefit
    assert corrected.status is BenefitStatus.PROPOSED


def test_a_new_version_of_the_same_words_keeps_the_decision_and_changed_words_do_not(
    base, benefits, tmp_path
):
    [stored] = benefits.of_version(taken_in(base, tmp_path))
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "王敏")
    path = tmp_path / "again" / "办法.txt"
    path.parent.mkdir()
    path.write_text(PAPER.format(years=2) + "附：咨询电话见官网。\n", encoding="utf-8")
    same = base.catalogue.versions(base.intake.add(path).document)[0].id
    assert [b.status for b in benefits.of_version(same)] == [BenefitStatus.CONFIRMED]
    changed = taken_in(base, tmp_path, years=5)
    assert changed != same
    assert [b.status for b in benefits.of_version(changed)] == [BenefitStatus.PROPOSED]
    assert [o.is_confirmed for o in benefits.in_force(DAY)] == [False]


def test_clauses_read_again_drop_what_was_decided(base, benefits, tmp_path):
    version = taken_in(base, tmp_path)
    [stored] = benefits.of_version(version)
    benefits.decide(stored.id, BenefitStatus.OFF, "王敏")
    assert benefits.propose_again(version) == 1
    assert [b.status for b in benefits.of_version(version)] == [BenefitStatus.PROPOSED]


def test_a_clause_of_many_pages_is_taken_in_and_proposes_nothing(base, benefits, tmp_path):
    """The patterns' time grows with the square of a unit, and others wait to write meanwhile."""
    path = tmp_path / "长.txt"
    more = "".join(f"第{n}段　{'人才补贴的说明文字。' * 40}\n" for n in range(600))
    path.write_text(PAPER.format(years=2).replace("三、附则\n", more + "三、附则\n"), "utf-8")
    version = base.catalogue.versions(base.intake.add(path).document)[0].id
    assert [s for s in benefits.of_version(version) if "段" in str(s.benefit)] == []
