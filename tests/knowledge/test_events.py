"""Events read from texts, and which texts tell of the same one."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import delete

from knowledge.documents import Block, BlockKind, ChangeKind, Event, EventKind
from knowledge.events import read_events
from knowledge.metadata import document_facts
from knowledge.moments import Years, last_moment, read_span, years_of
from knowledge.programme import Programme
from knowledge.structure import structure
from knowledge.tables import events
from tests.console.conftest import open_base

ISSUED = Years(near=date(2026, 11, 18))


def events_of(
    text: str, name: str = "通知.txt", table: tuple[tuple[str, ...], ...] = ()
) -> list[Event]:
    blocks = [Block(BlockKind.PARAGRAPH, line) for line in text.strip().splitlines() if line]
    if table:
        blocks.append(Block(BlockKind.TABLE, rows=table))
    built = structure(blocks)
    return read_events(built.clauses, document_facts(built.clauses, name))


def told(event: Event, *names: str) -> tuple[str, ...]:
    return tuple(f.value if (f := getattr(event, n)) else "" for n in names)


# -- moments -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("2026年12月12日（星期六）9:00—15:00", "2026-12-12T09:00", "2026-12-12T15:00"),
        ("12月5日上午9点至11点半", "2026-12-05T09:00", "2026-12-05T11:30"),
        ("12月5日下午2:00—5:00", "2026-12-05T14:00", "2026-12-05T17:00"),
        ("12月28日至1月3日", "2026-12-28", "2027-01-03"),
        ("12月5日—7日，每天9:00-17:00", "2026-12-05T09:00", "2026-12-07T17:00"),
        ("11月28日14:00至11月29日12:00", "2026-11-28T14:00", "2026-11-29T12:00"),
        ("二〇二六年十二月五日下午两点", "2026-12-05T14:00", "2026-12-05T14:00"),
        ("2026-12-12 14:00", "2026-12-12T14:00", "2026-12-12T14:00"),
        ("12.5", "2026-12-05", "2026-12-05"),
        ("定于12月中旬举办", "2026-12", "2026-12"),
        ("2028年2月29日", "2028-02-29", "2028-02-29"),
    ],
)
def test_days_and_hours_are_read_as_notices_write_them(text, starts, ends):
    span = read_span(text, ISSUED, bare=True)
    assert (span.starts.value, span.ends.value) == (starts, ends)


@pytest.mark.parametrize("text", ["2026年2月30日", "没有日期", "3个月内", "第12届"])
def test_what_is_no_day_is_none(text):
    assert read_span(text, ISSUED) is None


def test_a_weekday_that_does_not_fit_is_noted():
    assert read_span("2026年12月12日（星期日）", ISSUED).starts.odd == "星期日"
    assert read_span("2026年12月12日（周六）", ISSUED).starts.odd == ""


def test_a_title_gives_the_year_of_its_months():
    years = years_of("活动安排表（2026年11月—2027年1月）", None)
    assert [years.of(11, 3), years.of(1, 8)] == [2026, 2027]


def test_a_day_lasts_to_its_end():
    assert last_moment("2028-02") == datetime.fromisoformat("2028-02-29T23:59:59")


# -- reading -----------------------------------------------------------------------------


def test_a_notice_with_sections_tells_of_one_event_with_every_field():
    [event] = events_of(
        """
关于举办“博士下午茶”第十二期的通知
各有关单位：
为搭建交流平台，拟举办“博士下午茶”第十二期活动。现将有关事项通知如下：
一、活动时间
12月26日（周六）下午2:30
二、活动地点
白鹭湖人才公园会客厅
三、参加对象
在本市工作的博士，限40人
四、报名方式
请于12月23日18:00前扫描二维码报名，联系人：小陈。
临江市人才服务中心
2026年12月8日
"""
    )
    assert event.kind is EventKind.SALON
    assert told(event, "title", "starts", "place", "audience", "capacity", "signup_until") == (
        "“博士下午茶”第十二期", "2026-12-26T14:30", "白鹭湖人才公园会客厅", "在本市工作的博士，限40人",
        "限40人", "2026-12-23T18:00",
    )  # fmt: skip
    assert event.place.source == "白鹭湖人才公园会客厅"
    assert any("没有写年份" in d for d in event.doubts)


def test_a_preview_of_several_events_tells_of_each_under_its_heading():
    found = events_of(
        """
12月人才活动预告
1. 青年人才羽毛球比赛
时间：12月5日（周六）9:00-17:00
地点：市体育馆
2. 人工智能沙龙
时间：12月9日19:30
地点：高新区创客咖啡
报名截止：12月8日
发布时间：2026-11-25
"""
    )
    assert [told(e, "title", "starts", "place") for e in found] == [
        ("青年人才羽毛球比赛", "2026-12-05T09:00", "市体育馆"),
        ("人工智能沙龙", "2026-12-09T19:30", "高新区创客咖啡"),
    ]


def test_a_table_of_names_and_values_is_one_event():
    [event] = events_of(
        "关于举办企业家沙龙的通知\n2026年11月1日\n请按时参加。",
        table=(("活动名称", "企业家沙龙"), ("时间", "12月3日15:00"), ("地点", "科创中心")),
    )
    assert told(event, "title", "starts", "place") == ("企业家沙龙", "2026-12-03T15:00", "科创中心")


def test_a_sentence_tells_of_an_event_where_no_line_does():
    [event] = events_of(
        "关于举办秋季双选会的公告\n定于2026年10月18日9:00在市体育馆举办秋季双选会，欢迎参加。"
    )
    assert told(event, "starts", "place") == ("2026-10-18T09:00", "市体育馆")


@pytest.mark.parametrize(
    ("text", "changes", "fields"),
    [
        (
            "关于冬季招聘会延期举办的通知\n原定于2026年12月12日举办的冬季招聘会，延期至12月19日举办。",
            (ChangeKind.DATE,), {"title": "冬季招聘会", "was": "2026-12-12", "starts": "2026-12-19"},
        ),
        (
            "关于取消举办健康讲座的通知\n原定于2026年12月17日19:00举办的健康讲座因故取消。",
            (ChangeKind.CANCELLED,), {"title": "健康讲座", "was": "2026-12-17T19:00", "starts": ""},
        ),
        (
            "关于变更技术沙龙举办地点的通知\n技术沙龙的举办地点由科创中心变更为大学科技园A座，时间不变。",
            (ChangeKind.PLACE,), {"title": "技术沙龙", "was_place": "科创中心", "place": "大学科技园A座"},
        ),
        (
            "关于调整2026年冬季招聘会时间和地点的公告\n冬季招聘会原计划2026年12月12日举办，现调整如下：\n"
            "时间：2026年12月20日9:30—15:30\n地点：市体育中心",
            (ChangeKind.DATE, ChangeKind.PLACE),
            {"was": "2026-12-12", "starts": "2026-12-20T09:30", "place": "市体育中心"},
        ),
        (
            "关于新年对接会延期的通知\n原定2027年1月8日举行的新年对接会延期举办，具体时间另行通知。",
            (ChangeKind.DATE,), {"was": "2027-01-08", "starts": ""},
        ),
    ],
)  # fmt: skip
def test_a_notice_of_a_change_tells_what_was_planned_and_what_holds(text, changes, fields):
    [event] = events_of(text)
    assert event.changes == changes
    assert dict(zip(fields, told(event, *fields), strict=True)) == fields


@pytest.mark.parametrize(
    "text",
    [
        "高层次人才分类认定办法\n第一条　认定时间为每年6月1日至6月30日。\n第二条　本办法自2026年1月1日起施行。",
        "职业技能培训补贴实施细则\n第一条　培训时间：不少于40课时。\n第二条　2026年3月1日起施行。",
        "关于调整社会保险缴费时间的通知\n缴费时间由每月10日调整为每月15日。",
    ],
)
def test_a_rule_is_no_event(text):
    assert [e for e in events_of(text) if e.kind is not EventKind.APPLICATION] == []


def test_a_notice_that_something_is_held_tells_of_it_whatever_it_is_called():
    [event] = events_of(
        "关于举办人才茶叙会的通知\n各有关单位：\n一、时间：2026年12月5日14:00\n二、地点：人才之家一楼\n"
    )
    assert told(event, "title", "starts", "place") == (
        "人才茶叙会", "2026-12-05T14:00", "人才之家一楼",
    )  # fmt: skip


def test_a_call_for_applications_tells_its_span():
    [event] = events_of(
        "关于申报2026年度人才项目的通知\n一、申报条件\n在本市工作。\n二、申报时间\n2026年10月8日至11月30日17:00，逾期不予受理。"
    )
    assert event.kind is EventKind.APPLICATION
    assert told(event, "starts", "ends") == ("2026-10-08", "2026-11-30T17:00")


def test_the_last_day_to_apply_is_the_applicants_and_not_that_of_a_step_behind():
    [event] = events_of(
        "关于受理2026年下半年毕业生启程补贴的公告\n一、对象\n毕业生。\n二、时间安排\n"
        "1．个人申请：2026年11月16日0时至12月15日24时，在平台填报；\n"
        "2．单位确认：12月18日前由单位点击确认，未确认的申请自动退回；\n"
        "3．公示：2027年1月8日至1月14日。"
    )
    assert told(event, "ends") == ("2026-12-15T23:59",)


# -- which texts tell of one event -------------------------------------------------------

FAIR = "关于举办冬季招聘会的通知\n定于{day}9:00在会展中心举办冬季招聘会。\n市人才办\n2026年11月{on}日\n"
PUT_OFF = "关于冬季招聘会延期举办的通知\n原定于2026年12月12日举办的冬季招聘会，延期至12月19日举办。\n市人才办\n2026年11月20日\n"


@pytest.fixture
def take_in(tmp_path):
    base = open_base(tmp_path)

    def take(name: str, text: str):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return base.intake.add(path)

    take.programme = base.retriever.programme
    take.base = base
    yield take
    base.catalogue.engine.dispose()


def on(take_in, day: str = "2026-11-22"):
    return take_in.programme.events(date.fromisoformat(day))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_change_holds_whichever_paper_comes_in_first(take_in, order):
    papers = [FAIR.format(day="2026年12月12日", on=10), PUT_OFF]
    for number in order:
        take_in(f"{number}.txt", papers[number])
    [fair] = on(take_in)
    assert fair.value("starts")[:10] == "2026-12-19"
    assert [c.was[:10] for c in fair.changes] == ["2026-12-12"]


def test_events_of_a_series_stay_apart_and_a_change_finds_its_own(take_in):
    for day in (5, 12, 19):
        text = f"关于举办周末招聘会的通知\n定于2026年12月{day}日9:00在人才市场举办周末招聘会。\n市人才办\n2026年11月{day}日\n"
        take_in(f"{day}.txt", text)
    take_in(
        "改.txt",
        "关于周末招聘会改期的通知\n原定于2026年12月12日举办的周末招聘会，改为12月13日举办。\n市人才办\n2026年11月20日\n",
    )
    assert [h.value("starts")[:10] for h in on(take_in)] == [
        "2026-12-05", "2026-12-13", "2026-12-19",
    ]  # fmt: skip


def test_a_new_version_with_another_day_keeps_the_event_and_tells_the_change(take_in):
    take_in("招聘会.txt", FAIR.format(day="2026年12月12日", on=10))
    [before] = on(take_in)
    take_in("招聘会.txt", FAIR.format(day="2026年12月20日", on=18))
    [after] = on(take_in)
    assert after.id == before.id
    assert (after.changes[0].was[:10], after.value("starts")[:10]) == ("2026-12-12", "2026-12-20")


def test_a_withdrawn_paper_takes_its_events_with_it(take_in):
    result = take_in("招聘会.txt", FAIR.format(day="2026年12月12日", on=10))
    version = take_in.base.catalogue.versions(result.document)[0]
    assert len(on(take_in)) == 1
    take_in.base.intake.withdraw(version.id)
    assert on(take_in) == []
    take_in.base.intake.publish(version.id)
    assert len(on(take_in)) == 1


def test_events_are_read_of_what_was_stored_before_they_were(take_in):
    take_in("招聘会.txt", FAIR.format(day="2026年12月12日", on=10))
    with take_in.base.catalogue.engine.begin() as connection:
        connection.execute(delete(events))
    assert take_in.base.intake.reread_events() == 1
    assert len(on(take_in)) == 1
    assert take_in.base.intake.reread_events() == 0


def test_a_paper_put_up_anew_for_the_next_of_a_series_is_no_change_of_the_last(take_in):
    take_in("招聘会.txt", FAIR.format(day="2026年11月14日", on=10))
    [before] = on(take_in, "2026-11-13")
    take_in("招聘会.txt", FAIR.format(day="2026年11月28日", on=20))
    [after] = on(take_in)
    assert after.id != before.id
    assert after.changes == ()


def test_headings_with_their_words_on_the_same_line_tell_of_an_event():
    (event,) = events_of(
        "关于举办2026年人才露营活动的通知\n一、活动时间。2026年6月1日9:00—17:00。\n"
        "二、活动地点。人民公园。\n三、报名方式。5月20日前拨打86620001报名。"
    )
    assert told(event, "title", "starts", "ends", "place", "signup_until") == (
        "2026年人才露营活动", "2026-06-01T09:00", "2026-06-01T17:00", "人民公园", "2026-05-20",
    )  # fmt: skip
    assert event.kind is EventKind.OTHER


def test_a_notice_of_nothing_but_labelled_lines_is_taken_in_and_in_force_before_its_day(tmp_path):
    (tmp_path / "data").mkdir()
    base = open_base(tmp_path / "data")
    path = tmp_path / "观影.md"
    path.write_text(
        "# 关于观影活动的通知\n时间：2026年12月20日19:00\n地点：万达影城\n对象：在本市工作的人才\n",
        encoding="utf-8",
    )
    assert base.intake.add(path).reason == ""
    (event,) = Programme(base.catalogue).events(date(2026, 11, 22))
    assert event.title == "观影活动"
    assert event.value("place") == "万达影城"
    assert event.value("starts") == "2026-12-20T19:00"


def test_a_paper_of_a_title_alone_has_no_body(tmp_path):
    (tmp_path / "data").mkdir()
    base = open_base(tmp_path / "data")
    path = tmp_path / "题.md"
    path.write_text("# 关于观影活动的通知\n2026年12月\n", encoding="utf-8")
    assert "没有读到正文" in base.intake.add(path).reason


def test_each_item_of_a_notice_that_tells_its_time_is_an_event_of_its_own():
    text = """
关于举办冬季人才交流大会的通知
定于2026年12月5日至6日举办冬季人才交流大会。
一、活动安排
（一）综合招聘会。时间：12月5日上午9:00至下午4:00。地点：会展中心2号馆。
（二）青年人才论坛。时间：12月6日上午9:30至11:30。地点：大剧院小剧场。限额300人。
二、报名方式
（一）11月30日前网上报名。
"""
    found = events_of(text)
    assert [(*told(e, "title", "place"), e.starts.value) for e in found] == [
        ("综合招聘会", "会展中心2号馆", "2026-12-05T09:00"),
        ("青年人才论坛", "大剧院小剧场", "2026-12-06T09:30"),
    ]
