"""A city that calls its classes 一类 to 五类, where every other city's 三类 are three kinds."""

from __future__ import annotations

from bot.answering.result import Abstain, Answer, Reason
from bot.answering.ruling import Verdict
from tests.bot.small_city import told

PAPERS = {
    "认定.md": """# 沐汀市人才分类认定办法

沐人才〔2025〕4号

第一条 本办法自2025年9月1日起施行。

第二条 人才由高到低分为五类：

（三）三类（拔尖人才）：全国技术能手；具有正高级专业技术职务任职资格者。

（四）四类（骨干人才）：具有博士学位者；具有副高级专业技术职务任职资格者。

（五）五类（青年储备人才）：具有硕士学位者；技师。

第三条 申报认定四类、五类的，年龄不超过50周岁。

第四条 紧缺专业目录为光伏工程技术、数控技术、染整技术、护理四个专业。\
紧缺专业的大专毕业生可以申领生活补助。
""",
    "安居.md": """# 沐汀市人才安居细则

沐政办发〔2025〕36号

第一条 安居保障标准按照下表执行：

| 人才类别 | 购房补助 | 租赁补助（每月） |
|---|---|---|
| 三类 | 80万元 | 3800元 |
| 四类 | 35万元 | 2200元 |
| 五类 | 12万元 | 1000元 |

第二条 购房补助总额不超过购房款的30%，分4年拨付，第一年拨付40%，第二年至第四年每年拨付20%。

第三条 申请购房补助的，2026年1月1日以后在市区签订购房合同，购买新建商品住房。\
购买二手住房的，不予购房补助。

第四条 本细则自2026年1月1日起施行。《沐汀市引进人才购房补贴办法》（沐政办发〔2021〕52号）同时废止。
""",
    "旧.md": """# 沐汀市引进人才购房补贴办法

沐政办发〔2021〕52号

第一条 引进人才购买首套住房的，按下表给予补贴：

| 类别 | 补贴金额 |
|---|---|
| 四类 | 20万元 |
| 五类 | 6万元 |

第二条 购房补贴分5年平均发放，每年发放总额的20%。

第三条 本办法自2021年3月1日起施行。
""",
    "补助.md": """# 沐汀市高校毕业生生活补助公告

沐人社公告〔2026〕23号

一、补助标准

| 学历 | 每月补助 |
|---|---|
| 紧缺专业大专毕业生 | 300元 |
| 本科毕业生 | 600元 |

二、领取方式

补助发放到本人社会保障卡。
""",
    "高新区.md": """# 沐汀高新技术产业开发区引才若干措施

沐高管〔2026〕8号

第一条 在沐汀高新区企业工作的人才买房，高新区另行给予购房补助：

| 人才类别 | 高新区购房补助 |
|---|---|
| 四类 | 18万元 |
| 五类 | 7万元 |
""",
    "讲话.md": """# 在全市人才工作会议上的讲话

同志们：

今年要新开工人才房2200套，年底前交付900套；支持企业建设博士后工作站，年内新设不少于8家。
""",
}


def test_a_title_leads_to_the_row_of_its_class_where_the_class_is_a_bare_number(ask):
    assert "80万元" in told(ask("我正高职称 在沐汀买房大概能补多少"))


def test_the_row_of_the_class_leads_before_what_else_is_said_of_the_thing(ask):
    assert "35万元" in told(ask("四类买房给多少"))
    assert "35万元" in told(ask("同事说四类买房给20万 现在也是这个数吗"))


def test_a_zones_row_does_not_lead_where_the_zone_is_not_named(ask):
    assert "18万元" not in told(ask("四类买房给多少"))
    assert "18万元" in told(ask("四类在高新区上班买房给多少"))


def test_another_class_behind_a_question_is_the_class_asked_about(ask):
    assert "35万元" in told(ask("我老公是四类 按他的呢", "三类人才买房补多少"))


def test_who_is_too_old_for_a_class_hears_the_age(ask):
    found = ask("博士 今年52 还能评四类吗")
    assert "不超过50周岁" in told(found)
    assert found.parts[0].lead is Verdict.FAILS


def test_the_oldest_that_a_class_admits_is_asked_of_the_age(ask):
    assert "不超过50周岁" in told(ask("评五类最大能到多少岁"))


def test_the_rule_of_that_time_answers_all_that_is_asked_of_it(ask):
    found = ask("我2022年买的 按当时的文件五类给多少 几年发完")
    assert isinstance(found, Answer)
    assert ["6万元" in found.parts[0].body, "分5年" in found.parts[1].body] == [True, True]


def test_the_share_of_the_first_year_is_a_share(ask):
    assert "第一年拨付40%" in told(ask("购房补助头一年先给百分之多少"))


def test_which_ones_are_meant_is_answered_by_the_list(ask):
    assert "数控技术" in told(ask("大专能领生活补助的是哪些专业啊"))


def test_a_number_of_things_in_a_speech_is_a_number_of_those_things(ask):
    assert "2200套" in told(ask("领导讲话里说今年新开工多少套人才房"))
    found = ask("博士后在站一年给多少生活补贴")
    assert not isinstance(found, Answer) or "8家" not in told(found)


def test_a_town_that_no_list_and_no_paper_knows_is_another_place(ask):
    found = ask("隔壁禾澄市买房补多少")
    assert isinstance(found, Abstain)
    assert (found.reason, found.place) == (Reason.OTHER_PLACE, "禾澄市")


def test_how_much_is_left_of_ones_own_money_is_no_question_on_this_moment(ask):
    found = ask("购房补助抵了房款还剩几万能退现金吗")
    assert not isinstance(found, Abstain) or found.reason is not Reason.AT_THE_MOMENT
