"""A notice moves another paper's last day: on which days that counts, and when it does no more."""

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from knowledge.lifecycle import Lifecycle, NotPossible, touch
from knowledge.tables import versions
from knowledge.validity import Ground
from tests.knowledge.asking import found_texts, search
from tests.knowledge.papers import POLICY

NUMBER = "临政发〔2026〕8号"  # of POLICY: in force from 2026-03-01, for two years
LAST = date(2028, 2, 29)
IN_TIME = """关于延长《临江市人才住房办法》有效期的通知
临政发〔2028〕3号
各区人民政府：
《临江市人才住房办法》（临政发〔2026〕8号）有效期延长至2030年12月31日。
临江市人民政府
2028年1月10日
"""
LATE = IN_TIME.replace("2028年1月10日", "2028年5月6日")
REVOKED = """关于废止部分文件的通知
临政发〔2029〕1号
《临江市人才住房办法》（临政发〔2026〕8号）自2029年7月1日起停止执行。
临江市人民政府
2029年3月1日
"""


@pytest.fixture
def life(base):
    return Lifecycle(base.catalogue.engine)


@pytest.fixture
def add(base, write):
    """Take in a text; returns the document's id."""

    def added(name, text):
        return base.intake.add(write(name, text)).document

    return added


def holds(base, day):
    """Is the policy found among those in force on a day?"""
    return "二千元" in found_texts(base, "博士租房补贴每月多少", day)


def last_day(base, day=None):
    """The policy's last day, as it stood on a day."""
    (source,) = [s for s in base.catalogue.sources(day).values() if s.number == NUMBER]
    return source.lapsed_on - timedelta(1) if source.lapsed_on else None


def test_without_a_notice_a_paper_ends_with_its_own_term(base, add):
    add("办法.txt", POLICY)
    assert last_day(base) == LAST
    assert holds(base, LAST)
    assert not holds(base, date(2028, 3, 1))


def test_a_paper_that_a_notice_prolonged_is_answered_from_until_the_new_last_day(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME)
    assert last_day(base) == date(2030, 12, 31)
    assert holds(base, date(2030, 12, 31))
    assert not holds(base, date(2031, 1, 1))


def test_it_does_not_matter_which_of_the_two_came_in_first(base, add):
    add("通知.txt", IN_TIME)
    add("办法.txt", POLICY)
    assert holds(base, date(2029, 1, 1))


def test_before_the_notice_was_issued_the_old_last_day_is_the_one_that_is_told(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME)
    assert last_day(base, date(2028, 1, 9)) == LAST
    assert last_day(base, date(2028, 1, 10)) == date(2030, 12, 31)


def test_a_paper_prolonged_after_it_had_run_out_was_not_in_force_in_between(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", LATE)
    assert holds(base, LAST)
    assert not holds(base, date(2028, 3, 1))
    assert not holds(base, date(2028, 5, 5))
    assert holds(base, date(2028, 5, 6))
    assert "二千元" in "".join(
        h.passage.text for h in search(base, "博士租房补贴每月多少", date(2028, 4, 1), lapsed=True)
    )


def test_a_notice_that_is_a_draft_moves_nothing(base, write, add):
    add("办法.txt", POLICY)
    base.intake.add(write("通知.txt", IN_TIME), draft=True)
    assert last_day(base) == LAST


def test_withdrawing_the_notice_restores_the_old_last_day(base, add):
    add("办法.txt", POLICY)
    notice = add("通知.txt", IN_TIME)
    base.intake.withdraw(base.catalogue.versions(notice)[0].id)
    assert last_day(base) == LAST
    assert not holds(base, date(2029, 1, 1))


def test_retiring_the_notice_restores_it_too(base, add):
    add("办法.txt", POLICY)
    base.intake.retire(add("通知.txt", IN_TIME))
    assert last_day(base) == LAST


def test_of_two_notices_the_later_one_counts_from_its_own_day_on(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME)
    again = IN_TIME.replace("〔2028〕3号", "〔2030〕9号").replace("2028年1月10日", "2030年11月1日")
    add("再通知.txt", again.replace("2030年12月31日", "2031年12月31日"))
    assert last_day(base, date(2030, 10, 31)) == date(2030, 12, 31)
    assert last_day(base, date(2030, 11, 1)) == date(2031, 12, 31)


def test_some_years_more_are_counted_from_the_last_day_as_it_was(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME.replace("延长至2030年12月31日", "延续3年"))
    assert last_day(base) == date(2031, 2, 28)


def test_a_term_that_is_not_known_is_not_prolonged_but_named(base, add):
    add("办法.txt", POLICY.replace("，有效期2年", ""))
    add("通知.txt", IN_TIME.replace("延长至2030年12月31日", "延续3年"))
    (found,) = base.catalogue.prolongations()
    assert found.is_unclear
    assert not found.holds
    assert last_day(base) is None


def test_a_paper_said_to_be_in_force_when_its_term_has_run_out_is_so_without_a_last_day(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", LATE.replace("有效期延长至2030年12月31日", "继续有效"))
    assert last_day(base) is None
    assert not holds(base, date(2028, 5, 5))
    assert holds(base, date(2035, 1, 1))


def test_a_paper_said_to_be_in_force_while_it_is_keeps_its_own_last_day(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME.replace("有效期延长至2030年12月31日", "继续有效"))
    assert last_day(base) == LAST


def test_a_prolonged_paper_can_still_be_repealed(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME)
    add("废止.txt", REVOKED)
    assert last_day(base) == date(2029, 6, 30)
    assert holds(base, date(2029, 6, 30))
    assert not holds(base, date(2029, 7, 1))


def test_a_stop_that_was_announced_afterwards_does_not_reach_back(base, add):
    add("办法.txt", POLICY)
    add(
        "废止.txt",
        REVOKED.replace("自2029年7月1日起", "自2027年1月1日起").replace("2029年3月", "2027年5月"),
    )
    assert holds(base, date(2027, 4, 30))
    assert not holds(base, date(2027, 5, 1))


def test_the_text_of_a_past_version_is_prolonged_while_it_was_the_one_in_force(base, write):
    base.intake.add(write("办法.txt", POLICY))
    base.intake.add(write("通知.txt", IN_TIME))
    revised = POLICY.replace("二千元", "三千元").replace("2026年3月1日", "2029年1月1日")
    base.intake.add(write("办法.txt", revised))
    assert holds(base, date(2028, 6, 1))
    assert not holds(base, date(2029, 6, 1))
    assert "三千元" in found_texts(base, "博士租房补贴每月多少", date(2029, 6, 1))


def test_a_paper_whose_number_was_not_read_is_known_by_its_title(base, add):
    add("办法.txt", POLICY.replace(f"{NUMBER}\n", ""))
    add("通知.txt", IN_TIME)
    assert holds(base, date(2030, 1, 1))


def test_a_notice_says_nothing_of_a_paper_of_another_number(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME.replace("〔2026〕8号", "〔2019〕8号"))
    assert last_day(base) == LAST


# -- what staff decide -----------------------------------------------------------------------


def test_staff_overrule_what_a_notice_says_and_can_take_that_back(base, add, life):
    policy, notice = add("办法.txt", POLICY), add("通知.txt", IN_TIME)
    life.rule_term(notice, policy, False)
    assert last_day(base) == LAST
    (found,) = base.catalogue.prolongations()  # still shown, with what was decided
    assert (found.ruling, found.holds) == (False, False)
    life.rule_term(notice, policy, None)
    assert last_day(base) == date(2030, 12, 31)


def test_staff_give_the_day_where_the_text_was_misread(base, add, life):
    policy, notice = add("办法.txt", POLICY), add("通知.txt", IN_TIME)
    life.rule_term(notice, policy, True, date(2030, 1, 1))
    assert last_day(base) == date(2029, 12, 31)


def test_staff_say_that_a_paper_prolongs_another_of_which_its_text_says_nothing(base, add, life):
    policy = add("办法.txt", POLICY)
    other = add(
        "其他.txt",
        LATE.replace("〔2026〕8号", "〔2019〕8号").replace("临江市人才住房", "临江市别的"),
    )
    life.rule_term(other, policy, True, date(2031, 1, 1))
    (found,) = base.catalogue.prolongations()
    assert (found.ground, found.line) == (Ground.RULING, "")
    assert holds(base, date(2030, 6, 1))


def test_a_paper_cannot_prolong_itself(base, add, life):
    policy = add("办法.txt", POLICY)
    with pytest.raises(NotPossible, match="自己"):
        life.rule_term(policy, policy, True)


# -- as it stood -----------------------------------------------------------------------------


def test_what_a_day_sees_of_a_source_is_the_same_however_often_it_is_asked(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", LATE)
    (source,) = [s for s in base.catalogue.sources().values() if s.number == NUMBER]
    for day in (date(2026, 2, 1), LAST, date(2028, 4, 1), date(2028, 5, 6), date(2031, 1, 1)):
        seen = source.on(day)
        assert seen.in_force(day) == source.in_force(day)
        assert replace(seen.on(day), thanks_to=None) == replace(seen, thanks_to=None)


def test_only_what_is_in_force_by_a_notice_alone_is_said_to_be(base, add):
    add("办法.txt", POLICY)
    add("通知.txt", IN_TIME)
    (source,) = [s for s in base.catalogue.sources().values() if s.number == NUMBER]
    assert source.on(LAST).thanks_to is None
    assert source.on(date(2028, 3, 1)).thanks_to.number == "临政发〔2028〕3号"


def test_the_line_that_moved_the_last_day_tells_the_validity_first(base, add):
    policy, notice = add("办法.txt", POLICY), add("通知.txt", IN_TIME)
    (version,) = base.catalogue.versions(policy)
    lines = base.catalogue.validity_lines(version.id, date(2029, 1, 1))
    assert lines[0][0] == base.catalogue.versions(notice)[0].id
    assert "2030年12月31日" in lines[0][1]
    before = base.catalogue.validity_lines(version.id, date(2027, 1, 1))
    assert before[0][0] == version.id


def test_a_clean_up_ends_prolongs_and_keeps_the_papers_of_its_table(base, write):
    base.intake.add(write("办法.txt", POLICY))
    other = POLICY.replace("住房", "公寓").replace("〔2026〕8号", "〔2026〕9号")
    base.intake.add(write("公寓.txt", other))
    clean_up = """# 关于公布规范性文件清理结果的通知

临政发〔2027〕20号

规范性文件清理结果目录

| 序号 | 文件名称 | 文号 | 清理结果 | 有效期至 |
|---|---|---|---|---|
| 1 | 临江市人才住房办法 | 临政发〔2026〕8号 | 继续有效 | 2030年12月31日 |
| 2 | 临江市人才公寓办法 | 临政发〔2026〕9号 | 废止 | |

临江市人民政府

2027年6月1日
"""
    base.intake.add(write("清理.md", clean_up))
    lapses = {s.number: s.lapsed_on for s in base.catalogue.sources().values()}
    assert lapses[NUMBER] == date(2031, 1, 1)
    assert lapses["临政发〔2026〕9号"] == date(2027, 6, 1)


def test_what_was_stored_before_notices_were_read_is_read_once(base, add):
    add("办法.txt", POLICY)
    notice = add("通知.txt", IN_TIME)
    (version,) = base.catalogue.versions(notice)
    with base.catalogue.engine.begin() as connection:
        facts = {k: v for k, v in asdict(version.facts).items() if k != "prolongs"}
        connection.execute(update(versions).where(versions.c.id == version.id).values(facts=facts))
        touch(connection)
    assert last_day(base) == LAST
    assert base.intake.reread_terms() == 1
    assert last_day(base) == date(2030, 12, 31)
    assert base.intake.reread_terms() == 0


UNDATED = """临江市人才安居保障办法
第一条　甲。
第二条　《临江市人才住房办法》（临政发〔2026〕8号）{}。
"""


def test_a_paper_whose_own_days_are_not_known_still_ends_what_it_abolishes(base, add):
    add("办法.txt", POLICY)
    add("安居.txt", UNDATED.format("自2027年5月1日起废止"))
    assert holds(base, date(2027, 4, 30))
    assert not holds(base, date(2027, 5, 1))


def test_what_is_abolished_on_no_known_day_has_ended_when_that_was_taken_in(base, add):
    add("办法.txt", POLICY)
    add("安居.txt", UNDATED.format("同时废止"))
    assert not holds(base, date(2027, 6, 1))


def test_an_edition_without_a_day_does_not_end_the_other_of_its_title(base, add):
    add("办法.txt", POLICY)
    add("旧版.txt", "临江市人才住房办法\n第一条　甲。\n第二条　《临江市人才住房办法》同时废止。\n")
    assert holds(base, date(2027, 6, 1))


def test_a_title_given_again_is_not_ended_by_an_undated_paper_that_abolished_its_forerunner(
    base, add
):
    add("办法.txt", POLICY)
    add("安居.txt", "临江市人才安居保障办法\n第一条　《临江市人才住房办法》同时废止。\n")
    assert holds(base, date(2027, 6, 1))
