"""A schedule of events with columns of its own, and questions that its columns answer."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest

from bot.dialogue import Message
from evaluation.asking import Day, dialogue_over, shown
from tests.bot.small_city import base_of

_ROWS = (
    "序号 | 活动名称 | 日期 | 时间 | 地点 | 参加对象和名额 | 报名方式和截止 | 费用",
    "---|---|---|---|---|---|---|---",
    "1 | 汀兰夜校第三期：人工智能 | 2026年11月18日 | 19:00-21:00 | 少年宫 | 40名 | 11月16日 | 免费",
    "2 | “汀见心动”青年人才交友会 | 2026年11月28日 | 13:30-17:00 | 芦苇营地 | 男女各40名 "
    "| 11月26日 | 每人50元",
    "3 | 创业项目融资路演 | 2026年12月10日 | 14:00-17:00 | 创客大厦9楼 | 创业团队 "
    "| 提交商业计划书，12月3日截止 | -",
    "4 | 冬季综合招聘会 | 2026年12月19日 | 9:30-15:30 | 奥体中心（乘坐12路公交车） | 求职者 "
    "| 无需报名 | 免费",
    "6 | 人才家庭亲子读书会 | 2027年1月9日 | 10:00-11:30 | 少儿馆 | 人才家庭 | 1月6日 | 免费",
    "5 | 精密轴承技术对接会 | 2026年12月23日 | 9:00-11:30 | 澄湖厅 | 企业 | 12月20日 | 免费",
)
PAPERS = {
    "活动.md": "# 沐汀市人才活动安排表（2026年11月—2027年1月）\n\n"
    + "\n".join(f"| {row} |" for row in _ROWS),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Ask in turn, as of 22 November 2026."""
    with base_of(PAPERS, tmp_path_factory) as base:
        talk, people = dialogue_over(base, Day(date(2026, 11, 22))), count()

        def asks(*texts: str) -> str:
            who = f"o{next(people)}"
            replies = [talk.respond(Message(who, "text", text)) for text in texts]
            return shown(replies[-1].shown)

        yield asks


def test_all_events_of_a_month_are_listed_though_a_bus_line_has_its_number(ask):
    said = ask("12月有什么活动")
    assert all(name in said for name in ("融资路演", "冬季综合招聘会", "精密轴承"))


def test_a_column_that_is_no_field_of_an_event_is_told_with_it(ask):
    assert "费用：每人50元" in ask("青年交友会在哪里办")
    assert "费用" not in ask("融资路演什么时候")  # its cell says nothing


def test_what_an_event_costs_is_asked_of_the_event_before(ask):
    said = ask("28号那个青年交友会还办吗", "要交钱不")
    assert "每人50元" in said


def test_a_fee_that_nothing_tells_is_said_to_be_told_by_nothing(ask):
    assert "没有写是否收费" in ask("融资路演要交钱吗")
    assert "没有写是否收费" not in ask("青年交友会要交钱吗")


def test_what_to_hand_in_stands_beside_the_last_day(ask):
    said = ask("我们团队想上融资路演 要交什么 最晚哪天")
    assert "提交商业计划书" in said
    assert "12月3日" in said


def test_winter_is_how_people_say_the_season_of_a_title(ask):
    assert "奥体中心" in ask("冬天那场大招聘会在哪里办")


def test_the_next_edition_of_a_series_is_not_the_last_one(ask):
    said = ask("夜校第四期哪天开")
    assert "11月18日" not in said


def test_what_is_left_of_a_month_is_a_part_of_it(ask):
    said = ask("这个月剩下几天还有啥活动")
    assert "交友会" in said
    assert "融资路演" not in said


def test_children_are_whom_a_family_event_is_for(ask):
    assert "少儿馆" in ask("元月份有适合带小孩参加的活动没")


def test_whether_a_child_may_come_along_is_told_by_no_field(ask):
    assert "奥体中心" not in ask("冬季综合招聘会能带小孩进场吗")


def test_a_word_of_a_title_names_no_event_beside_words_that_none_has(ask):
    said = ask("今年青年英才计划选几个人 给多少经费")
    assert "芦苇营地" not in said.split("\n")[2]  # the card of the event tells it there
