"""A clause decides nothing of what it does not speak of, however near it comes."""

from __future__ import annotations

import pytest

from bot.answering.matters import decides, matters, read_matters
from bot.answering.result import Abstain
from bot.answering.ruling import Verdict
from tests.bot.small_city import told

PAPERS = {
    "安居.md": """# 沄阳市人才安居办法

沄建规〔2026〕3号

第一条 人才公寓租期2年，租金按市场价的一半收取，入住时缴纳1个月租金作为押金。

第二条 购房补贴分3年发放，每年一次，每次发放总额的三分之一。

第三条 租房补贴每月800元，按季度发放，每季度首月15日前拨付至本人社会保障卡。

第四条 人才公寓地下车位每月租金200元，先到先得。

第五条 公积金贷款额度可以放宽至普通职工最高额度的2倍。

第六条 市级创业园入驻企业前2年免收租金。

第七条 创业担保贷款最高30万元，期限2年，合作银行按季结息。

第八条 骨干人才每年免费体检一次，在市医疗机构进行。

第九条 房票有转让记录的，不予核发。只看主城区的，别处的不在此限。\
窗口受理后当场出具回执，申请人凭回执查询进度。委托他人办理的，提交委托书和双方证件。\
核发结果在政务服务网公布，公布期为五个工作日，期满没有异议的制作证件。\
证件由本人签收，邮寄送达的以签收之日为准，逾期未签收的由窗口代为保管六十日。

第十条 认定领军人才的未满58周岁，骨干人才未满50周岁。

第十一条 购房补贴应当在契税完税之日起12个月内申请。

第十三条 申请房票的，父母名下的住房不计入家庭住房。

第十四条 证书核发之日起9个月内可以申请登高奖，每人3000元。

第十二条 本办法自2026年5月1日起施行。《沄阳市人才住房试行办法》（沄政办发〔2021〕7号）同时废止。
此前已核准的，仍按原标准发完为止。
""",
    "旧.md": """# 沄阳市人才住房试行办法

沄政办发〔2021〕7号

第一条 购房补贴每年发放5万元，共4年。

第二条 本办法自2021年3月1日起施行。
""",
    "大赛.md": """# 沄阳市支持创业若干措施

沄政规〔2026〕9号

第一条 每年举办一届“沄创杯”大赛，一等奖奖励20万元，获奖后6个月内落地的全额发放。

第二条 市人社局负责本措施的解释。

第三条 本措施自2026年4月1日起施行。
""",
    "问答.md": """# 沄阳市人才政策问答（2026年版）

1.安居券能不能给父母买房用？
答：不能。不动产权证书上须有本人姓名。

2.人才服务窗口周末上班吗？
答：周六上午9:00—12:00开放，可以取号。周日和法定节假日不办理，急事请提前打电话约定。

3.交流活动的交通补贴一次多少钱？
答：交流活动的交通补贴每人每次200元。凭车票当天领取。本市户籍人员不报销。
""",
}


@pytest.mark.parametrize(
    "question",
    [
        "人才公寓提前退租 违约金多少",
        "购房补贴没发完人去世了 家里人能接着领吗",
        "人才公寓能带女朋友一起住吗",
        "人才公寓里养猫行不行",
        "创业担保贷款可以提前还吗",
        "创业担保贷款利率多少",
        "创业担保贷款找哪几家银行办",
        "骨干人才体检在哪家医院",
        "公积金贷款最高能贷多少万",
        "市级创业园在哪儿",
        "沄创杯几月报名",
        "居住证丢了怎么补",
    ],
)
def test_a_clause_that_does_not_speak_of_it_is_no_answer(ask, question):
    assert isinstance(ask(question), Abstain)


def test_what_is_asked_to_be_there_must_be_named(ask):
    assert isinstance(ask("人才公寓有没有托儿所"), Abstain)
    assert isinstance(ask("体检有没有补贴"), Abstain)
    assert isinstance(ask("创业担保贷款有没有奖励"), Abstain)
    assert "车位" in told(ask("人才公寓有没有车位"))


def test_a_contest_asked_about_by_its_name_is_answered_by_what_names_it(ask):
    assert isinstance(ask("沄星杯一等奖多少钱"), Abstain)
    assert "20万元" in told(ask("沄创杯一等奖多少钱"))


def test_another_clause_that_speaks_of_it_is(ask):
    assert "200元" in told(ask("人才公寓停车一个月多少钱"))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("人才公寓押金交多少", "1个月租金"),
        ("租房补贴每个月几号到账", "15日前"),
        ("创业担保贷款最高能贷多少万", "30万"),
        ("你们星期六上班伐", "9:00"),
    ],
)
def test_one_that_speaks_of_it_in_the_words_of_papers_is(ask, question, said):
    assert said in told(ask(question))


def test_a_thing_called_by_a_word_that_no_paper_has_is_known_by_the_papers_own(ask):
    assert "车位" in told(ask("人才公寓泊车多少钱"))


def test_what_is_counted_must_be_counted(ask):
    assert isinstance(ask("人才公寓一共有几套"), Abstain)


def test_every_thing_that_a_question_names_must_be_spoken_of():
    assert len(matters("贷款提前还 违约金多少")) == 2
    one, both = "可以提前还款", "提前还款不收违约金"
    assert not decides("贷款提前还 违约金多少", "", "", one)
    assert decides("贷款提前还 违约金多少", "", "", both)


@pytest.mark.parametrize(
    ("question", "without", "within"),
    [
        ("续租要提前几天申请", "租期不超过2年", "合同期满前3个月提出"),
        ("医保要交满多少年", "连续缴纳社会保险满3个月", "医疗保险缴费满25年"),
        ("奖金团队里咋分", "每件奖励6000元", "由负责人提出分配方案"),
        ("举报黑中介有奖吗", "举报电话12345", "举报属实的,给予奖励"),
        ("决赛能当观众去看吗", "决赛14:00开始", "决赛对公众开放"),
        ("迁户口申请书怎么写", "提交身份证、户口簿", "样本见附件"),
        ("公寓押金啥时候退", "押金为1个月租金", "退租时押金予以退还"),
        ("超时咋收费", "前3小时免费", "超过3小时的每小时5元"),
        ("中期考核没过首期要退吗", "考核合格后拨付50%", "未通过的,追回首期"),
        ("续期填哪张表", "届满前60日内申请", "提交续期申请表"),
        ("目录多久更新", "可以制定目录", "目录每年发布一次"),
    ],
)
def test_what_a_clause_does_not_speak_of_it_does_not_decide(question, without, within):
    assert not decides(question, "", "", without)
    assert decides(question, "", "", within)


def test_of_a_certificate_only_what_is_done_with_it_is_asked():
    assert not any("居住证" in m.asked.pattern for m in matters("居住证要办几天"))
    assert decides("居住证丢了咋办", "", "", "居住证遗失的,可以补领")
    assert not decides("居住证丢了咋办", "", "", "凭居住证办理")


def test_where_somebody_goes_must_stand_in_the_passage_itself_and_not_above_it():
    assert decides("去哪办", "", "三、办理窗口", "到政务大厅办理")
    assert not decides("去哪办", "", "三、办理窗口", "七日内办结")


def test_which_insurance_is_meant_a_heading_may_say_and_a_law_s_title_not():
    assert decides("养老保险能提前取吗", "社会保险法", "第二章 基本养老保险", "不得提前支取")
    assert not decides("养老保险能提前取吗", "养老保险条例", "第三章 基本医疗保险", "不得提前支取")


def test_a_reply_keeps_its_no_for_the_same_question_in_other_words(ask):
    assert told(ask("安居券能给我爸妈买房子用吗")).startswith("不能")


def test_a_refusal_whose_reach_the_next_sentence_tells_is_told_with_it_and_without_a_no(ask):
    found = ask("我在县里卖过房 有转让记录还能领房票吗")
    assert "不在此限" in told(found)
    assert found.parts[0].lead is None


def test_of_several_classes_with_an_age_each_the_one_asked_about_decides(ask):
    assert ask("51岁还能评骨干人才吗").parts[0].lead is Verdict.FAILS


def test_what_is_not_counted_against_who_asks_is_no_refusal(ask):
    assert ask("我爸名下有住房 我能申请房票吗").parts[0].lead is not Verdict.NO


def test_months_since_a_certificate_are_held_against_those_within_which_to_apply(ask):
    assert ask("证书下来10个月了 还能申请登高奖吗").parts[0].lead is Verdict.FAILS


def test_whether_what_an_old_rule_gave_goes_on_is_told_from_the_rule_in_force(ask):
    assert "按原标准发完" in told(ask("我按老办法核准的 还接着发吗"))


def test_a_short_reply_is_told_whole(ask):
    assert told(ask("人才服务窗口周末上班吗")).endswith("请提前打电话约定。")
    assert told(ask("交流活动交通补贴多少钱")).endswith("本市户籍人员不报销。")


def test_one_more_thing_of_a_matter_that_no_paper_speaks_of_is_not_answered_either(ask):
    assert isinstance(ask("观光缆车几点发车 怎么申请"), Abstain)


@pytest.mark.parametrize(
    "line", ["停车", "停车\t", "停车\t车位\t位", "停车(\t车位", "停车\t车位\titself\t"]
)
def test_a_line_of_the_table_that_is_no_pair_of_patterns_is_named(tmp_path, line):
    table = tmp_path / "matters.tsv"
    table.write_text(f"# 注释\n押金\t押金\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"matters\.tsv:3: "):
        read_matters(table)
