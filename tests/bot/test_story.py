"""Who tells a little story before they ask is answered all the same."""

from __future__ import annotations

import pytest

from bot.answering.result import Abstain, Reason
from bot.answering.ruling import Verdict
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "认定.md": """# 澈屿市人才分层认定办法

澈委人才〔2025〕3号

第一条 人才由高到低分为银桦人才、红豆杉人才、青冈人才三类。

第二条 各层次的条件：

| 层次 | 主要条件 | 年龄上限 |
|---|---|---|
| 青冈人才 | 全日制硕士学位获得者；副高级职称人员 | 40周岁 |

第三条 持证人在本市范围内变更工作单位的，应当在30日内更新单位信息；离开本市的，证书自动失效。

第五条 兼职、挂职的专家可以申领荣誉专家聘书，不参加分级认定，不享受购房补贴。

第四条 对公示名单有异议的，可以在公示期内以署名书面形式向市人才工作局提出，匿名的不予受理。
""",
    "安居.md": """# 澈屿市人才安居保障办法

澈府规〔2025〕9号

第一条 各层次保障标准：

| 人才类别 | 购房补贴总额 | 租房补贴（每月） | 人才公寓面积上限 |
|---|---|---|---|
| 银桦人才 | 60万元 | 5000元 | 150平方米 |
| 红豆杉人才 | 48万元 | 2800元 | 120平方米 |
| 青冈人才 | 14万元 | 1600元 | 75平方米 |

第二条 申请租房补贴的，上传租赁合同和近3个月房租支付记录，不要求办理租赁备案。

第三条 申请购房补贴不受户籍限制，在本市缴纳社会保险满6个月即可。

第四条 人才公寓租金按市场评估价的50%收取，累计租住不超过6年。

第五条 购房补贴分4年发放，首年发放40%，其后三年每年发放20%。享受购房补贴的住房5年内不得转让。

第六条 本办法自2025年9月1日起施行。\
《澈屿市引进人才租房购房补助试行办法》（澈府办〔2021〕33号）同时废止。
""",
    "生活.md": """# 关于开展2026年下半年高校毕业生生活津贴申报工作的公告

澈人社公告〔2026〕17号

一、申报时间

2026年11月16日9时至12月11日18时。

二、发放

公示无异议的，2027年1月31日前发放到本人社会保障卡金融账户，不发到其他银行卡。
""",
    "旧.md": """# 澈屿市引进人才租房购房补助试行办法

澈府办〔2021〕33号

第一条 租房补助标准为：红豆杉人才每月1500元，青冈人才每月800元，最长24个月。

第二条 享受购房补助的住房，8年内不得上市交易。购房补助在审核通过后一次性发放。
""",
    "转学.md": """# 澈屿市人才子女入学服务规定

澈教规〔2025〕4号

第一条 秋季入学申请时间为每年5月10日至5月31日，春季转学申请时间为每年12月7日至12月18日。
""",
    "驿站.md": """# 澈屿市青年驿站入住须知

一、入住须知

1.凭本人身份证入住，14:00后办理入住，退房时间为12:00前；2.23:30关闭大门，晚归请提前联系值班员；\
3.不得携带宠物，不得留宿他人，房间内禁止吸烟和使用大功率电器；4.押金100元，退房查验后原路退回；\
5.预约后未入住且未提前取消的，扣减一次使用机会，累计两次的当年不再接待；6.贵重物品请存入大厅寄存柜。
""",
    "片区.md": """# 澈屿自贸片区引才十条

澈自贸管〔2026〕5号

第一条 片区人才公寓租金按照同地段市场租金的35%收取。
""",
    "卡.md": """# 澈才卡服务事项清单

一、服务事项

| 服务事项 | 说明 |
|---|---|
| 体检预约 | 全年可约，须提前5个工作日预约；当年未使用的不结转 |
| 卡片使用 | 仅限本人使用，出借给他人的，第一次停用6个月 |
""",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as base:
        yield asking(base)


def test_what_no_paper_speaks_of_beside_the_question_does_not_silence_its_answer(ask):
    assert "30日内" in told(ask("跳槽去另一家了 证上面还是老东家名字 有没有规定几天内改"))
    assert "12月18日" in told(ask("我娃现在在老家读四年级，想开春转过来，啥时候交申请"))


def test_a_matter_told_by_the_way_need_not_stand_in_the_clause(ask):
    assert "不要求办理租赁备案" in told(ask("房东死活不肯去备案 怕交税 我租房补贴是不是就没戏了"))


def test_not_to_write_ones_name_is_no_question_of_whose_house_it_is(ask):
    assert "署名" in told(ask("公示名单里有个人根本没来上过班 我想反映 不写名字行不"))


def test_a_matter_that_the_question_itself_names_must_stand_in_the_clause(ask):
    assert isinstance(ask("领的租房补贴要交税吗"), Abstain)


def test_a_class_that_is_called_as_a_county_is_no_place(ask):
    found = ask("今年43 副高 民企干了十来年 现在评青冈来得及吗")
    assert "40周岁" in told(found)


def test_the_age_in_a_column_of_its_own_is_held_against_the_persons(ask):
    found = ask("今年43 副高 想评个青冈人才 行吗")
    assert found.parts[0].lead is Verdict.FAILS


def test_a_class_of_three_characters_is_known_without_the_word_for_talents(ask):
    found = ask("红豆杉申请公寓一家五口住 最大能给多大的房子")
    assert "120平方米" in told(found)
    assert not any("150平方米" in p.body for p in found.beside)


def test_who_believes_a_permit_is_needed_first_hears_that_it_is_not(ask):
    found = ask("是不是得先迁成本地户籍才能申请购房补贴")
    assert found.parts[0].lead is Verdict.NOT_NEEDED


def test_two_numbers_taken_for_granted_are_both_held_against_the_clause(ask):
    found = ask("人才公寓租金是七折对吧 一共住三年")
    assert found.parts[0].lead is Verdict.NOT_SO


def test_what_is_left_over_may_not_be_used_next_year(ask):
    found = ask("体检今年忙没去 攒到明年一块用得不")
    assert "不结转" in told(found)
    assert found.parts[0].lead is Verdict.NO


def test_who_lent_a_card_hears_what_follows(ask):
    assert "停用6个月" in told(ask("卡借给我弟用让人逮着了 头一回 会咋处理"))


def test_when_money_arrives_at_the_latest_is_no_last_day_to_apply(ask):
    assert "1月31日前发放" in told(ask("这一批毕业生的生活津贴最晚啥时候到手 等着交房租呢"))


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("以前33号文没废的时候 规定拿了补助的房子几年不准卖来着", "8年"),
        ("2021年试行办法里头租房的钱最长给到多少个月", "24个月"),
    ],
)
def test_an_old_rule_is_asked_for_in_many_ways(ask, said, rule):
    assert rule in told(ask(said))


def test_somebody_to_pay_is_no_thing_that_there_must_be(ask):
    assert isinstance(ask("路费有人管不"), Abstain)


def test_one_item_of_a_list_is_told_without_its_number(ask):
    assert told(ask("驿站夜里几点锁大门")).startswith("23:30关闭大门")


def test_the_citys_rule_is_not_shown_beside_that_of_a_zone_that_is_asked_about(ask):
    found = ask("自贸那边的人才公寓租金是市场价的几折")
    assert "35%" in told(found)
    assert not any("50%" in p.body for p in found.beside)


def test_a_notice_of_this_half_year_does_not_tell_when_the_next_one_begins(ask):
    found = ask("这批津贴没赶上，明年上半年那批生活津贴哪天开始报")
    assert isinstance(found, Abstain)
    assert found.reason is Reason.NOT_YET_ANNOUNCED


def test_where_somebody_is_sent_is_no_place_asked_about(ask):
    found = ask("公司要调我去成都了 租房补贴还发吗")
    assert not (isinstance(found, Abstain) and found.reason is Reason.OTHER_PLACE)


def test_houses_that_a_benefit_was_drawn_for_grant_nothing_to_who_asks(ask):
    found = ask("补贴领了以后这房子能卖吗")
    assert found.parts[0].lead is not Verdict.YES


def test_what_is_granted_beside_it_is_no_yes_to_what_is_denied(ask):
    found = ask("兼职的专家可以拿购房补贴吗")
    assert found.parts[0].lead is Verdict.NO


@pytest.mark.parametrize("said", ["省级人才津贴要怎么报", "省里头那个高层次人才计划一年给多少钱"])
def test_what_the_province_pays_is_not_answered_by_a_city(ask, said):
    found = ask(said)
    assert isinstance(found, Abstain)
    assert found.reason is Reason.OTHER_LEVEL
