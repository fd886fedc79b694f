"""Questions about events and deadlines over the dialogue; what a notice of a change does to all."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from bot.answering.days import period
from bot.dialogue import Message, make_dialogue
from bot.wording import Office
from console.today import coming_deadlines
from evaluation.asking import Day, shown
from knowledge.figures import unsupported
from knowledge.query import Period
from tests.console.conftest import SAMPLES, open_base

DATED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "events" / "dated.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
_people = count(1)

POSTPONED = """关于“才聚临江”2026年冬季大型招聘会延期举办的通知

各参会单位、求职者：
因场馆检修，原定于2026年12月12日（星期六）在临江国际会展中心2号馆举办的“才聚临江”2026年冬季大型招聘会，延期至12月19日（星期六）举办，其他安排不变。

临江市人才服务中心
2026年11月30日
"""
MOVED = """关于变更电子陶瓷产业人才技术沙龙举办地点的通知

电子陶瓷产业人才技术沙龙的举办地点由经开区科创中心报告厅变更为临江大学科技园A座三楼，时间不变。

临江经开区人才办
2026年11月28日
"""
CANCELLED = """关于取消举办高层次人才健康讲座的通知

原定于12月17日19:00在市中心医院门诊楼8楼举办的高层次人才健康讲座因故取消，已报名人员无需到场。

临江市人才服务中心
2026年11月30日
"""


class City:
    """The sample city's event papers, a clock, and people who ask."""

    def __init__(self, base) -> None:
        self.base, self.day = base, Day(date(2026, 11, 22))
        self.dialogue = make_dialogue(
            base.catalogue.engine, base.retriever, self.day, Office(),
            lambda i: f"http://localhost/p/{i}", event_url=lambda i: f"http://localhost/e/{i}",
            now=self.day.now,
        )  # fmt: skip

    def asks(self, *texts: str, on: str = ""):
        """The outcome of the last of some messages of one new person."""
        if on:
            self.day.today = date.fromisoformat(on)
        openid = f"oCITY{next(_people):06d}"
        outcomes = [self.dialogue.respond(Message(openid, "text", text=t)) for t in texts]
        return outcomes[-1]

    def told(self, *texts: str, on: str = "") -> str:
        return shown(self.asks(*texts, on=on).shown)


def city(folder, *notices: str, papers: str = "01 07 08 09 10 11 12") -> City:
    base = open_base(folder)
    base.intake.add_all([p for n in papers.split() for p in SAMPLES.glob(f"{n}-*")])
    for number, text in enumerate(notices):
        path = folder / f"通知{number}.txt"
        path.write_text(text, encoding="utf-8")
        base.intake.add(path)
    return City(base)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory) -> City:
    """Before any change."""
    return city(tmp_path_factory.mktemp("quiet"), papers="01 05 09 10 11 13 14")


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> City:
    """After a fair was put off, a salon moved to another place and a lecture cancelled."""
    return city(tmp_path_factory.mktemp("changed"), POSTPONED, MOVED, CANCELLED)


# -- days --------------------------------------------------------------------------------


@pytest.mark.parametrize("row", DATED, ids=lambda r: f"{r['today']} {r['asked']}")
def test_the_days_a_question_means_are_counted_rightly(row):
    wanted = (
        Period(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))
        if row["first"]
        else None
    )
    assert period(row["asked"], date.fromisoformat(row["today"])) == wanted


def test_there_are_sixty_dated_questions_at_five_clocks():
    assert len(DATED) >= 60
    assert len({row["today"] for row in DATED}) >= 5


# -- answers -----------------------------------------------------------------------------


def test_a_list_is_numbered_and_a_number_opens_the_event(quiet):
    assert "2. 人才迎春音乐会" in quiet.told("明年1月有什么活动", on="2026-11-22")
    opened = quiet.told("明年1月有什么活动", "2")
    assert opened.startswith("人才迎春音乐会\n时间：2027年1月23日（周六）19:30—21:30")
    assert "http" not in opened or "活动页面" in opened


def test_a_follow_up_asks_of_the_event_before(quiet):
    assert "临江大剧院" in quiet.told("明年1月有什么活动", "2", "几点在哪", on="2026-11-22")
    assert "报名还没有截止" in quiet.told("音乐会几号", "还能报名吗")
    assert "报名已于1月" in quiet.told("音乐会几号", "还能报名吗", on="2027-01-19")
    assert "报名今天截止" in quiet.told("音乐会几号", "还能报名吗", on="2027-01-18")


def test_long_lists_page_on(quiet):
    first = quiet.told("接下来有什么活动", on="2026-11-22")
    everything = quiet.told("2026年11月22日到2027年1月31日有哪些活动")
    assert "5. 企业家人才新年对接会" in everything
    assert "人才迎春音乐会" not in everything
    assert "更多活动" in everything
    assert "1. 人才迎春音乐会" in quiet.told("2026年11月22日到2027年1月31日有哪些活动", "更多活动")
    assert "1. 人才迎春音乐会" in quiet.told("2026年11月22日到2027年1月31日有哪些活动", "6")
    assert "江畔有约" in first


def test_what_is_over_is_never_offered_as_coming(quiet):
    told = quiet.told("12月有什么讲座", on="2026-12-30")
    assert "已经结束" in told
    assert "已经结束" in quiet.told("招聘会什么时候", on="2026-12-30")
    assert "江畔有约" not in quiet.told("最近有什么活动", on="2026-12-01")
    rest = quiet.told("招聘会提供多少岗位", on="2026-12-30")
    assert "岗位1.1万个" not in rest or rest.startswith("请注意")


def test_where_nothing_is_announced_the_next_ones_are_named_as_such(quiet):
    outcome = quiet.asks("8月有什么活动", on="2026-11-22")
    assert outcome.abstained
    assert "没有查到" in outcome.text
    assert "接下来的活动有" in outcome.text
    assert "江畔有约" in outcome.text


@pytest.mark.parametrize(
    "text",
    [
        "12月有什么活动", "最近有什么活动", "下个月有没有健康讲座 几号", "招聘会在哪",
        "经开区有什么活动", "适合企业家的活动有哪些", "音乐会能带家属吗", "电子陶瓷沙龙联系电话",
    ],
)  # fmt: skip
def test_every_figure_of_an_answer_about_events_stands_in_what_it_cites(quiet, text):
    outcome = quiet.asks(text, on="2026-11-22")
    assert not outcome.abstained
    support = " ".join(c.text for c in outcome.citations) + text
    bare = re.sub(r"^\d+\. ", "", shown(outcome.text), flags=re.M)
    assert unsupported(bare, support) == set()
    assert len(outcome.shown.encode()) <= 2048
    assert "依据：《" in shown(outcome.text)


def test_a_list_of_events_tells_neither_of_food_nor_of_what_to_bring(quiet):
    assert "回复序号" not in quiet.told("12月的活动要自带什么", on="2026-11-22")
    assert "没有查到" in quiet.told("12月的活动管饭吗", on="2026-11-22")


def test_a_place_and_an_audience_narrow_a_list(quiet):
    told = quiet.told("经开区有什么活动", on="2026-11-22")
    assert "电子陶瓷" in told
    assert "音乐会" not in told
    assert "江畔有约" in quiet.told("单身青年可以参加什么活动")


@pytest.mark.parametrize(
    "text", ["参加招聘会有补贴吗", "技能大赛获奖奖励多少", "参加职业技能培训怎么领补贴"]
)
def test_a_question_of_money_is_none_about_events(quiet, text):
    assert "回复序号" not in quiet.told(text, on="2026-11-22")


# -- changes -----------------------------------------------------------------------------

OLD = re.compile(r"(?:2026年)?12月12日")
WORDINGS = [
    "招聘会什么时候",
    "12月的招聘会几号",
    "冬季招聘会在哪天",
    "才聚临江招聘会时间地点",
    "招聘会在哪里办",
    "12月12日有什么活动",
    "12月12号的招聘会几点开始",
    "这个月有什么活动",
    "12月有什么活动",
    "最近有招聘会吗",
    "招聘会怎么入场",
    "招聘会要带身份证吗",
    "大学城有去招聘会的接驳车吗",
    "招聘会有多少单位参加",
    "企业参加招聘会怎么报名",
    "招聘会同期还有什么",
    "招聘会上有简历门诊吗",
    "招聘会延期了吗",
    "招聘会还办吗",
    "招聘会取消了吗",
    "12月12日去会展中心参加招聘会可以吗",
    "周六的招聘会",
    "12月中旬的招聘会",
    "活动安排表里12月有哪些",
    "招聘会电话多少",
    "求职者怎么参加招聘会",
    "元旦前还有什么活动",
    "人才活动有哪些",
    "下下周六有招聘会吗",
    "《“才聚临江”2026年冬季大型招聘会公告》还有效吗",
    "展位费多少",
    "招聘会的停车",
]


@pytest.mark.parametrize("text", WORDINGS)
def test_after_a_postponement_no_answer_gives_the_old_day_as_the_day(changed, text):
    reply = changed.told(text, on="2026-12-01")
    for place in OLD.finditer(reply):
        before = reply[max(0, place.start() - 12) : place.start()]
        named = "原定" in before or "请注意" in reply[: place.start()]
        assert named, reply
    if OLD.search(reply):
        assert "12月19日" in reply


def test_another_paper_that_names_the_old_day_says_first_that_it_has_changed(tmp_path):
    faq = """人才服务常见问题解答
问：冬季大型招聘会提供班车吗？
答：“才聚临江”冬季大型招聘会12月12日当天，火车站和汽车站各设一条免费班车线路。
问：人才公寓怎么申请？
答：登录人才网提交申请。
"""
    place = city(tmp_path, faq, POSTPONED, papers="10 11")
    told = place.told("火车站去招聘会的班车线路", on="2026-12-01")
    assert "免费班车线路" in told
    assert told.index("改为2026年12月19日") < told.index("免费班车线路")


def test_a_postponed_fair_is_told_with_both_days_and_its_hours(changed):
    told = changed.told("招聘会什么时候", on="2026-12-01")
    assert "原定2026年12月12日（周六）9:00，改为2026年12月19日（周六）9:00" in told
    assert "时间：2026年12月19日（周六）9:00—15:00" in told
    assert "延期举办的通知》" in told


def test_before_the_notice_of_a_change_the_old_day_holds(changed):
    told = changed.told("招聘会什么时候", on="2026-11-29")
    assert "时间：2026年12月12日（周六）9:00—15:00" in told
    assert "改为" not in told


def test_a_moved_and_a_cancelled_event_are_told_as_such(changed):
    moved = changed.told("电子陶瓷沙龙在哪", on="2026-12-01")
    assert "地点：临江大学科技园A座三楼" in moved
    assert "由“经开区科创中心报告厅”改为" in moved
    assert "已取消举办" in changed.told("健康讲座几号", on="2026-12-01")
    assert "健康讲座" not in changed.told("12月有什么活动", on="2026-12-01")


def test_when_the_notice_is_withdrawn_the_old_day_holds_again(tmp_path):
    place = city(tmp_path, POSTPONED)
    notice = next(v for v in place.base.catalogue.versions() if "延期" in v.facts.title)
    assert "12月19日" in place.told("招聘会什么时候", on="2026-12-01")
    place.base.intake.withdraw(notice.id)
    told = place.told("招聘会什么时候", on="2026-12-01")
    assert "12月12日" in told
    assert "12月19日" not in told


# -- deadlines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-22", "还没有开始受理"),
        ("2026-12-10", "还来得及，还有10天截止"),
        ("2026-12-20", "今天截止"),
        ("2026-12-21", "已经截止"),
    ],
)
def test_whether_there_is_still_time_is_counted_from_the_clause(quiet, day, said):
    outcome = quiet.asks("高校毕业生生活补贴第四批还来得及申领吗", on=day)
    assert said in outcome.text
    assert "2026年12月20日" in outcome.text
    support = " ".join(c.text for c in outcome.citations)
    assert unsupported(shown(outcome.text).split("\n")[0], support) == set()


def due(place: City, day: date):
    last = date(2026, 12, 31)
    return coming_deadlines(place.base.catalogue, place.base.retriever.programme, day, last)


def test_staff_see_the_coming_deadlines_and_none_that_is_past(quiet):
    assert date(2026, 12, 20) in [d.day for d in due(quiet, date(2026, 11, 22))]
    assert date(2026, 12, 20) not in [d.day for d in due(quiet, date(2026, 12, 21))]


def test_a_deadline_of_a_moved_or_cancelled_event_is_told_with_it_or_not_at_all(quiet, changed):
    day = date(2026, 12, 1)
    [firms] = [d for d in due(changed, day) if d.day == date(2026, 12, 4)]
    assert "改为2026年12月19日" in firms.words
    assert not [d for d in due(changed, day) if "健康讲座" in d.label]
    assert [d for d in due(quiet, day) if "健康讲座" in d.label]


# -- what is over, what is unknown, what is for others -----------------------------------

CAMPING = """关于举办2026年人才露营活动的通知

一、活动时间。2026年6月1日9:00—17:00。
二、活动地点。人民公园。
三、报名方式。5月20日前拨打86620001报名。
"""


DOCTORS = """关于举办博士专场洽谈会的通知

一、活动时间。2026年12月5日下午2:00至5:00。
二、活动地点。会展中心二楼。
"""


def test_a_degree_alone_names_no_event(tmp_path):
    held = city(tmp_path, DOCTORS, papers="01 02")
    assert "洽谈会" not in held.told("博士过来那笔按家费是怎么发的呀", on="2026-11-22")
    assert "会展中心二楼" in held.told("博士洽谈会在哪里", on="2026-11-22")


@pytest.fixture(scope="module")
def camped(tmp_path_factory) -> City:
    """With a camp that took place in June."""
    return city(tmp_path_factory.mktemp("camped"), CAMPING, papers="01 05 08 09 10 11")


@pytest.mark.parametrize(
    "text", ["露营活动什么时候", "露营活动在哪里", "露营还能报名吗", "最近有什么露营活动"]
)
def test_an_event_that_is_over_is_said_to_be_over_before_its_day_and_place(camped, text):
    told = camped.told(text, on="2026-11-22")
    assert told.index("这项活动已经结束") < told.index("2026年6月1日") < told.index("人民公园")
    assert "不符合" not in told
    assert ("报名已于5月20日截止" in told) is ("报名" in text)


@pytest.mark.parametrize("text", ["昨天的活动有哪些", "昨天有什么活动", "前天有什么活动"])
def test_a_past_day_without_an_event_is_said_to_have_had_none(camped, text):
    for day in ("2026-11-22", "2026-11-27"):
        told = camped.told(text, on=day)
        assert told.startswith("没有查到11月2")
        assert "接下来的活动有" in told
        assert "序号：" not in told
        assert "尚未发布" not in told


def test_a_past_day_with_an_event_tells_it_as_over(camped):
    told = camped.told("昨天有什么活动", on="2026-11-29")
    assert told.startswith("青年人才周末联谊“江畔有约”\n这项活动已经结束")


@pytest.mark.parametrize(
    ("text", "name"), [("人才下午茶什么时候", "下午茶"), ("最近有什么赏花活动", "赏花")]
)
def test_an_event_that_no_text_knows_is_not_answered_with_another_as_if_it_were_that(
    camped, text, name
):
    told = camped.told(text, on="2026-11-22")
    assert told.startswith(f"没有查到“{name}”的活动安排。接下来的其他活动有：")


@pytest.mark.parametrize("text", ["最近有啥好玩的活动", "这个月还有啥活动可以去凑热闹"])
def test_how_somebody_wishes_an_event_to_be_is_no_name_of_one(quiet, text):
    assert "没有查到" not in quiet.told(text, on="2026-11-22")


def test_a_further_matter_of_an_event_is_no_name_of_one(quiet):
    told = quiet.told("12月那个招聘会在什么地方办 怎么坐地铁", on="2026-11-22")
    assert "没有查到" not in told


def test_the_day_on_which_somebody_would_sign_up_is_none_of_the_events(quiet):
    asked, of_it = "音乐会我明天再报名还赶得上吗", "音乐会还能报名吗"
    assert quiet.told(asked, on="2026-11-22") == quiet.told(of_it, on="2026-11-22")


def test_a_month_named_behind_a_holiday_is_meant(quiet):
    told = quiet.told("元旦过后一月份有啥安排", on="2026-11-22")
    assert told.startswith("2027年1月的活动")


@pytest.mark.parametrize("text", ["企业报名招聘会截止", "招聘会单位报名什么时候截止"])
def test_a_firm_hears_the_last_day_for_firms(camped, text):
    told = camped.told(text, on="2026-11-22").split("相关规定")[0]
    assert "12月4日17:00前" in told
    assert "无需报名" not in told


def test_a_last_day_for_firms_that_is_past_is_said_to_be_past(camped):
    told = camped.told("招聘会单位报名什么时候截止", on="2026-12-08")
    assert told.startswith("请注意：下面写的日期（2026年12月4日）已经过去。")


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        ("2026-11-22", "今天是2026年11月22日，不在受理期内，下一次从2027年1月1日开始。"),
        ("2026-10-10", "今天是2026年10月10日，正在受理期内。"),
    ],
)
def test_who_asks_whether_one_can_apply_now_hears_the_window_and_whether_today_is_in_it(
    camped, day, standing
):
    told = camped.told("人才认定现在能申请吗", on=day)
    assert told.startswith(standing)
    assert "1月、4月、7月、10月的1日至15日" in told


def test_who_asks_whether_a_grant_can_be_applied_for_now_hears_its_dated_window(camped):
    told = camped.told("生活补贴现在能申请吗", on="2026-11-22").split("相关规定")[0]
    assert "还没有开始受理" in told
    assert "12月1日9:00至12月20日17:00" in told


def test_a_list_and_a_detail_say_that_signing_up_is_closed_and_since_when(camped):
    assert "报名已于11月26日截止" in camped.told("最近有什么活动", on="2026-11-27")
    assert "报名已于11月26日截止" in camped.told("联谊活动在哪里", on="2026-11-27")
