"""A message taken apart: which days, which questions, what about, what is wanted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.aspects import aspects, measure
from bot.answering.concepts import concepts
from bot.answering.days import period
from bot.answering.understanding import Turn, split_questions, understand
from knowledge.lexicon import SpokenTable, SynonymTable, normal
from knowledge.query import Aspect, Measure, Period
from knowledge.weights import MEASURED

SUNDAY = date(2026, 11, 22)
TABLE = SynonymTable.load()


def days(first: str, last: str = "") -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))


def ask(text: str, *before: Turn):
    return understand(text, SUNDAY, TABLE, before)


def table_of(*groups: tuple[str, str]) -> SynonymTable:
    return SynonymTable([(formal.split("|"), typed.split("|")) for formal, typed in groups])


def words_of(text: str) -> set[str]:
    return {c.word for c in concepts(normal(text), TABLE)}


def wordings_of(text: str) -> set[str]:
    """The first term of every wording of every concept: what is searched for."""
    return {a.terms[0] for c in concepts(normal(text), TABLE) for a in c.alternatives}


def test_how_somebody_tells_their_story_is_no_matter():
    words = words_of("找半天没底 同事说好像有机会拿租房补贴")
    assert "租房补贴" in words
    assert not words & {"半天", "没底", "同事", "好像", "机会"}


def test_ones_own_number_in_characters_weighs_as_little_as_in_figures():
    weights = {c.word: c.weight for c in concepts("房产查询单开了四十天", TABLE)}
    assert weights.get("四十天", 0) < 0.5
    assert {c.word: c.weight for c in concepts("生三胎有补贴吗", TABLE)}["三胎"] == 1.0


def test_a_foreign_country_is_abroad():
    assert "境外" in wordings_of("在泰国看病能报销吗")


def test_a_prize_that_is_asked_for_is_named_by_itself():
    assert "奖" in words_of("公司引进人才有奖没")


# --- days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天有讲座吗", days("2026-11-22")),
        ("明天办公吗", days("2026-11-23")),
        ("后天的活动", days("2026-11-24")),
        ("周末有什么活动", days("2026-11-22")),
        ("下周末有联谊吗", days("2026-11-28", "2026-11-29")),
        ("下周有什么活动", days("2026-11-23", "2026-11-29")),
        ("下星期有什么活动", days("2026-11-23", "2026-11-29")),
        ("下周三有讲座吗", days("2026-11-25")),
        ("接下来这周有活动吗", days("2026-11-22", "2026-11-29")),
        ("周五之前有活动吗", days("2026-11-22", "2026-11-26")),
        ("跨年有音乐会吗", days("2026-12-31", "2027-01-01")),
        ("星期天开门吗", days("2026-11-22")),
        ("这周有什么活动", days("2026-11-22")),
        ("这个月有什么活动", days("2026-11-22", "2026-11-30")),
        ("月底前有招聘会吗", days("2026-11-22", "2026-11-30")),
        ("下个月有什么活动", days("2026-12-01", "2026-12-31")),
        ("12月有什么活动", days("2026-12-01", "2026-12-31")),
        ("十二月份有讲座吗", days("2026-12-01", "2026-12-31")),
        ("1月有什么活动", days("2027-01-01", "2027-01-31")),
        ("明年1月有什么活动", days("2027-01-01", "2027-01-31")),
        ("2027年3月有招聘会吗", days("2027-03-01", "2027-03-31")),
        ("12月5号有什么活动", days("2026-12-05")),
        ("1月8日的对接会", days("2027-01-08")),
        ("25号有什么活动", days("2026-11-25")),
        ("5号有什么活动", days("2026-12-05")),
    ],
)
def test_a_time_word_means_its_days_counted_from_today(text, expected):
    assert period(text, SUNDAY) == expected


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        ("2026-12-31", "明天", days("2027-01-01")),
        ("2026-12-31", "下个月", days("2027-01-01", "2027-01-31")),
        ("2026-12-31", "月底", days("2026-12-31")),
        ("2026-12-31", "下周", days("2027-01-04", "2027-01-10")),
        ("2026-12-31", "周末", days("2027-01-02", "2027-01-03")),
        ("2028-01-31", "下个月", days("2028-02-01", "2028-02-29")),
        ("2028-02-28", "明天", days("2028-02-29")),
        ("2028-02-28", "月底", days("2028-02-28", "2028-02-29")),
        ("2027-01-31", "下个月", days("2027-02-01", "2027-02-28")),
        ("2026-01-31", "2月", days("2026-02-01", "2026-02-28")),
        ("2026-11-23", "周末", days("2026-11-28", "2026-11-29")),
        ("2026-11-28", "周末", days("2026-11-28", "2026-11-29")),
    ],
)
def test_months_years_and_leap_days_turn_over_rightly(today, text, expected):
    assert period(text, date.fromisoformat(today)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "社保要交3个月吗",
        "连续缴纳三个月",
        "我三年前毕业",
        "会展中心2号馆怎么走",
        "地铁1号线",
        "2月30日",
        "购房补贴多少",
        "2022年的办法",
        "办事大厅在6楼吗",
    ],
)
def test_what_names_no_days_gives_no_period(text):
    assert period(text, SUNDAY) is None


@given(
    st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    st.sampled_from(
        [
            *("今天", "明天", "后天", "周末", "下周", "下周五", "下周末", "这周", "这个月"),
            *("下个月", "月底", "最近"),
            *(f"{month}月" for month in range(1, 13)),
            *(f"{number}号" for number in range(1, 29)),
        ]
    ),
)
def test_what_is_asked_about_is_never_wholly_past(today, text):
    found = period(text, today)
    assert found is not None
    assert found.first <= found.last
    assert found.last >= today
    assert found.last - today <= timedelta(366)


# --- several questions ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("购房补贴多少", 1),
        ("博士算几类人才，买房补多少", 2),
        ("落户在哪办？孩子上学要什么材料？", 2),
        ("我硕士毕业，在经开区上班，租房补多少", 1),
        ("落户要什么材料，多久办好", 2),
        ("你好，请问生活补贴多少", 1),
    ],
)
def test_a_message_holds_as_many_questions_as_can_stand_alone(text, questions):
    assert len(ask(text)) == questions


def test_what_a_person_says_of_themselves_is_no_question():
    asked, statements = split_questions("我硕士毕业,在经开区上班,租房补多少")
    assert asked == ["租房补多少"]
    assert statements == ["我硕士毕业", "在经开区上班"]


@pytest.mark.parametrize(
    "text", ["班主任有什么补贴", "教研室主任算什么人才", "公司领导能申请补贴吗"]
)
def test_a_title_that_nobody_is_greeted_by_stays_what_is_asked_about(text):
    (question,) = ask(text)
    assert question.query.text == text


def test_a_letter_of_many_questions_is_searched_as_one():
    letter = "我来自外地。想落户怎么办？孩子上学怎么安排？租房补多少？买房补多少？"
    table = table_of(("入学", "上学"), ("租房补贴", "租房"), ("购房补贴", "买房"))
    (question,) = understand(letter, SUNDAY, table)
    assert {"落户", "上学", "租房", "买房"} <= {c.word for c in question.query.concepts}


@given(st.text(max_size=80))
def test_every_message_asks_at_least_one_thing(text):
    questions = ask(text)
    assert questions
    assert all(q.query.aspects for q in questions)


# --- what about -----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["买房补多少", "买完房补多少", "买个房补多少", "置业补多少"])
def test_everyday_words_are_searched_by_the_words_of_policies(typed):
    assert "购房补贴" in wordings_of(typed)


def test_a_word_as_typed_outweighs_its_synonyms():
    (house,) = [c for c in concepts("买房", TABLE) if c.word == "买房"]
    assert house.alternatives[0].terms[0] == "买房"
    assert house.alternatives[0].weight > max(a.weight for a in house.alternatives[1:])
    assert all(a.why for a in house.alternatives[1:])


def test_words_that_only_shape_a_question_are_not_searched_for():
    assert words_of("请问一下购房补贴能领多少钱呢") == {"购房补贴"}


def test_a_talent_class_is_one_word_in_any_writing():
    for typed in ("D类", "d类", "Ｄ 类", "D级"):
        assert ask(f"{typed}人才买房补多少")[0].query.classes == {"d类"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("补多少钱", Aspect.AMOUNT),
        ("多久到账", Aspect.DURATION),
        ("在哪办", Aspect.PLACE),
        ("电话多少", Aspect.CONTACT),
        ("什么时候截止", Aspect.TIME),
        ("算几类人才", Aspect.CATEGORY),
        ("要哪些材料", Aspect.MATERIALS),
        ("有什么条件", Aspect.CONDITIONS),
        ("怎么申请", Aspect.PROCEDURE),
        ("本科可以落户吗", Aspect.WHETHER),
        ("我现在符不符合申请的资格", Aspect.WHETHER),
        ("够不够随迁的条件", Aspect.WHETHER),
        ("D类购房补贴", Aspect.ANY),
    ],
)
def test_what_a_question_wants_to_know_is_told_by_its_words(text, wanted):
    assert aspects(text)[0] is wanted


@pytest.mark.parametrize(
    "text",
    [
        "以前的办法补多少",
        "2022年的老办法",
        "旧政策怎么发",
        "按他那时候的规定几年能卖",
        "师兄当年岗位津贴发多少",
        "以前没改的时候硕士签几年",
    ],
)
def test_a_question_about_the_past_is_marked(text):
    assert ask(text)[0].query.historic


@pytest.mark.parametrize(
    "text", ["D类买房补多少", "新办法补多少", "今年的标准是多少", "续租那时候房租怎么收"]
)
def test_a_question_about_today_is_not_marked_as_past(text):
    assert not ask(text)[0].query.historic


# --- the conversation before ----------------------------------------------------------------


def test_a_short_message_takes_its_topic_from_the_turn_before():
    (question,) = ask("F类呢", Turn("E类人才的孩子怎么上学", (6,)))
    assert question.query.classes == {"f类"}
    assert "上学" in {c.word for c in question.query.concepts}
    assert question.query.documents == {6}


def test_what_is_carried_over_weighs_less_than_what_is_said():
    (question,) = ask("租房呢", Turn("D类买房补多少"))
    weights = {c.word: c.weight for c in question.query.concepts}
    assert weights["买房"] < weights["租房"]


def test_a_class_once_named_stays_the_person_s_own():
    (question,) = ask("租房补贴一个月多少", Turn("我是E类人才"))
    assert question.query.classes == {"e类"}


def test_a_message_that_stands_alone_leans_on_nothing():
    (question,) = ask(
        "青年人才驿站在高铁站附近的那一家具体地址在什么地方", Turn("D类买房补多少", (2,))
    )
    assert question.query.documents == frozenset()
    assert "买房" not in {c.word for c in question.query.concepts}


def test_whether_is_asked_is_no_matter_but_what_stands_behind_it_is():
    assert "要钱" in {c.word for c in concepts("入住要不要钱", TABLE)}


def test_the_least_and_the_most_count_little_and_are_kept():
    table = table_of(("缴存比例", "几个点"), ("不低于", "最低"))
    weights = {c.word: c.weight for c in concepts("公积金最低交几个点", table)}
    assert 0 < weights["最低"] < weights["几个点"]


def test_a_phrase_with_a_question_word_in_it_weighs_less_than_the_matter():
    weights = {c.word: c.weight for c in concepts("购房补贴需要什么材料", TABLE)}
    assert weights["什么材料"] < weights["购房补贴"] == 1


def test_a_second_question_that_only_names_a_step_is_about_the_first_one_s_matter():
    _, second = understand("硕士能领多少生活补贴，怎么申请", SUNDAY, TABLE)
    own = {c.word for c in second.query.concepts if c.weight >= 0.9}
    assert "生活补贴" in own


def test_a_place_in_the_question_itself_outweighs_one_in_the_story():
    (asked,) = understand("我在北京工作，深圳居住证怎么办", SUNDAY, TABLE)
    assert asked.query.places == ("深圳",)


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("2022年的购房补贴还能申请吗", 2022),
        ("21年那版办法补多少", 2021),
        ("以前23版那个补多少", 2023),
        ("我2022年毕业能领购房补贴吗", None),
        ("我21年毕业能领购房补贴吗", None),
    ],
)
def test_a_year_names_an_edition_only_where_it_is_the_paper_s(text, edition):
    (asked,) = understand(text, SUNDAY, TABLE)
    assert asked.query.edition == edition


def test_the_title_of_a_paper_that_a_letter_leans_on_is_not_what_the_letter_is_about():
    letter = (
        "根据《某市人民政府办公厅关于进一步加强房地产市场调控工作的通告》第八条，对符合人才引进条件的，"
        "购房资格不受限制，但须获得组织人事部门的认定。请问这个认定到组织部门怎么去办？"
    )
    searched = {c.word for c in ask(letter)[0].query.concepts}
    assert "认定" in searched
    assert not {"调控", "房地产"} & searched
    assert "公积金" in {
        c.word for c in ask("《住房公积金管理条例》里单位不缴怎么办")[0].query.concepts
    }


def test_a_wording_across_the_border_of_two_words_is_none_of_them():
    found = concepts("今年检查了吗", table_of(("年审", "年检")))
    assert "年检" not in {c.word for c in found}


def test_a_choice_that_the_table_holds_is_heard_whole():
    found = concepts("原件带不带", table_of(("原件核验", "原件带不带")))
    assert [c.word for c in found] == ["原件带不带"]


def test_a_word_of_the_table_made_of_question_words_is_a_matter_when_it_is_one_word():
    found = concepts("种地的能申请吗", table_of(("乡村人才", "种地")))
    assert "种地" in {c.word for c in found}


def test_of_a_wording_that_no_document_knows_its_words_are_asked_for():
    whole = table_of(("企业所得税", "公司交税"), ("企业", "公司"), ("税收", "交税"))
    spoken = SpokenTable(whole, {"企业", "税收"}.__contains__)
    assert {c.word for c in concepts("公司交税多", spoken)} >= {"公司", "交税"}
    assert "公司交税" in {c.word for c in concepts("公司交税多", whole)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("产假能休多少天", Measure.DAYS),
        ("居住证能管几年", Measure.VALIDITY),
        ("活动多久搞一次", Measure.TIMES),
        ("什么时候能报积分", Measure.WINDOW),
        ("哪几个月能申请", Measure.WINDOW),
        ("缓冲金得在多久内申报", Measure.DEADLINE),
        ("启动资金一年给几家", Measure.PEOPLE),
        ("一个月给几千", Measure.MONEY),
        ("靠哪几个工程", None),
        ("要攒多少积分", Measure.POINTS),
        ("启动金能拿多少", Measure.MONEY),
        ("人才公寓押几个月", Measure.MONEY),
        ("工作室一年评几个", Measure.PEOPLE),
    ],
)
def test_what_number_is_wanted_is_read_off_the_words(text, wanted):
    assert ask(text)[0].query.measure == wanted


def test_where_somebody_studies_is_no_place_asked_about():
    assert ask("我在武汉读书，过来面试报路费吗")[-1].query.places == ()


def test_a_question_that_names_no_matter_leans_on_the_one_before_it():
    first, second, third = ask("落户去哪个窗口办？电话多少？几天能办好？")
    assert not first.leans
    assert second.leans
    assert third.leans
    assert "落户" in {c.word for c in third.query.concepts}


@pytest.mark.parametrize("step", ["怎么报", "咋申请", "如何领"])
def test_a_question_of_nothing_but_a_step_leans_on_the_matter_before_it(step):
    assert ask(f"技能大赛奖金多少？{step}？")[1].leans


def test_a_column_of_monthly_amounts_does_not_say_how_long_one_waits():
    assert not MEASURED[Measure.WAIT].search("租房补贴（每月）：1500元")
    assert MEASURED[Measure.WAIT].search("每月发放一次")


@pytest.mark.parametrize(
    ("text", "period"),
    [("12月5号那场几号截止报名", None), ("12月5号有招聘会吗", days("2026-12-05"))],
)
def test_the_last_day_to_sign_up_is_not_looked_for_on_the_event_s_own_day(text, period):
    (asked,) = understand(text, SUNDAY, TABLE)
    assert asked.query.period == period


def test_what_only_recalls_how_it_was_is_no_question_of_its_own():
    asked, told = split_questions("房票能买二手房么,以前不是可以的吗")
    assert (asked, told) == (["房票能买二手房么"], [])


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("居住证积分给多少", Measure.POINTS),
        ("专线号码是多少", Measure.TELEPHONE),
        ("注册资金最少要多少", Measure.MONEY),
        ("租房补贴最长领到啥时候", None),
        ("安家费什么时候才给啊", Measure.PAYDAY),
        ("钱啥时候打过来", Measure.PAYDAY),
        ("啥时候发证", None),
        ("名单什么时候发布", None),
        ("班车最晚一趟是几点", Measure.HOUR),
        ("给几点建议", None),
        ("12万是一下子全打给我吗", Measure.INSTALMENTS),
        ("一下子给我说清楚", None),
        ("销户要赶在啥时候之前", Measure.DEADLINE),
        ("照片要什么底色多大的", None),
        ("能带几口人一块迁", Measure.PEOPLE),
        ("一年最少要来多少日", Measure.DAYS),
        ("论坛请了哪些嘉宾来讲", Measure.NAMES),
        ("迁移证开出来几天内有效", Measure.VALIDITY),
        ("申请裁决要交多少费用", Measure.MONEY),
        ("工本费收多少", Measure.MONEY),
    ],
)
def test_what_number_is_wanted_is_told_by_how_it_is_asked(question, wanted):
    assert measure(question) is wanted


def test_when_somebody_is_there_is_asked_beside_whether():
    found = aspects("中午关不关门")
    assert Aspect.TIME in found
    assert Aspect.PLACE not in aspects("整个流程怎么走")


def test_a_bare_ordinal_behind_a_question_on_a_class_is_one_of_its_order():
    (question,) = understand(
        "那第五的呢", date(2026, 11, 22), SynonymTable([]), [Turn("第四层次租房补贴多少")]
    )
    assert question.query.classes == {"第五层次"}


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (Measure.WAIT, "满6个月后可以申请"),
        (Measure.WAIT, "满一年方可领取"),
        (Measure.DEADLINE, "自毕业之日起30日内提出"),
        (Measure.DEADLINE, "须在6月30日前办理"),
        (Measure.SHARE, "由市、区财政按6:4比例分担"),
    ],
)
def test_what_answers_a_question_for_a_number_is_known_by_its_wording(wanted, text):
    assert MEASURED[wanted].search(text)


def test_points_are_wanted_where_the_message_speaks_of_points():
    (question,) = ask("居住证积分,硕士给多少")
    assert question.query.measure is Measure.POINTS
    (question,) = ask("居住证积分,满了给多少钱")
    assert question.query.measure is Measure.MONEY


def test_what_asks_behind_a_story_says_what_is_wanted():
    (question,) = ask("居住证想拿上班这个条件办 社保中间断过一个月 这样行不行")
    assert question.query.aspects == (Aspect.WHETHER,)


def test_a_second_question_of_light_words_is_about_the_first_one_s_matter():
    _, second = ask("新公司多久内要去公积金登记 一直不去会罚多少钱")
    assert "公积金登记" in {c.word for c in second.query.concepts if c.weight == 1}


def test_the_way_to_be_housed_that_somebody_does_not_take_is_not_asked_about():
    (question,) = ask("领军的不买房 光租 一个月给几千")
    assert "买房" not in {c.word for c in question.query.concepts}
    (question,) = ask("我不租房 住我表姐家的话呢")
    assert "租房" in {c.word for c in question.query.concepts}


def test_what_somebody_has_not_got_is_no_question():
    assert split_questions("52岁能入户吗,没得过啥表彰") == (["52岁能入户吗"], ["没得过啥表彰"])
    assert split_questions("有没有啥补贴") == (["有没有啥补贴"], [])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("断了以后算居住时间吗", Aspect.WHETHER),
        ("有年龄条件没", Aspect.WHETHER),
        ("什么时间开始", Aspect.TIME),
        ("自己能去递材料吗", Aspect.MATERIALS),
    ],
)
def test_a_question_that_only_names_a_time_or_a_condition_wants_a_yes_or_no(text, first):
    assert aspects(text)[0] is first


def test_what_asks_on_without_a_place_is_about_the_place_asked_about_before_it():
    text = (
        "书记您好,我们一家三口在A市租房住了五年,实在买不起房。看新闻里说重庆、北京那边的公租房办得很好,"
        "请问A市的公租房要什么条件才能申请？收入和住房面积有没有限制？"
    )
    asked = ask(text)
    assert len(asked) > 1
    assert {q.query.places for q in asked} == {("a市",)}


def test_a_letter_that_asks_two_things_in_one_need_not_find_a_number():
    text = (
        "我2024年初全日制大专毕业后就一直在东莞厚街上班,到现在养老保险交了两年零七个月,年龄24。"
        "人才入户的条件准入方式我够得上吗？还要等多久？"
    )
    assert all(q.query.measure is None for q in ask(text) if "," in q.text)


def test_some_years_ago_asks_for_no_number():
    asked, statements = split_questions("我前几年买房把户口办进来了,卖了以后会不会被迁出去")
    assert asked == ["卖了以后会不会被迁出去"]
    assert statements == ["我前几年买房把户口办进来了"]
