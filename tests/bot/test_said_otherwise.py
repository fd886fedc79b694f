"""What people say in other words, and what only sounds like what a paper rules on."""

from dataclasses import replace

from bot.answering.result import Abstain, Answer, Reason
from bot.answering.ruling import Verdict
from bot.wording import answer_text
from tests.bot.small_city import told

PAPERS = {
    "认定.md": """# 云浦市“百帆人才”分类认定办法

第一条　“百帆人才”分为五类，主要条件如下：

| 人才类别 | 主要条件（具备其一） | 年龄上限 |
|---|---|---|
| 旗帆人才 | 国家级重大人才工程入选者 | 不限 |
| 劲帆人才 | 博士研究生；副高级职称 | 50周岁 |
| 新帆人才 | 硕士研究生 | 40周岁 |
| 匠帆人才 | 高级技师 | 52周岁 |
""",
    "安居.md": """# 云浦市人才安居补贴实施细则

第一条　安居补贴标准如下：

| 人才类别 | 购房补贴（万元） | 租房补贴最长期限 |
|---|---|---|
| 旗帆人才 | 120 | 60个月 |
| 劲帆人才 | 26 | 48个月 |
| 新帆人才（硕士） | 9 | 36个月 |
| 匠帆人才（高级技师） | 11 | 30个月 |

第二条　博士后出站后留云浦工作的，给予留云补助30万元，该补助可与购房补贴同时享受。

第三条　人才公寓租期2年，租金按市场价的一半收取，由承租人个人缴纳。

第四条　人才公寓的家具每套押金300元。供暖费由承租人承担。
""",
    "社保.md": """# 中华人民共和国社会保险法

## 第二章　基本养老保险

第十四条　个人账户不得提前支取，免征利息税。

第十六条　参加基本养老保险的个人，达到法定退休年龄时累计缴费满十五年的，按月领取基本养老金。

## 第三章　基本医疗保险

第二十七条　参加职工基本医疗保险的个人，达到法定退休年龄时累计缴费达到国家规定年限的，\
退休后不再缴纳基本医疗保险费。

## 第六章　生育保险

第五十四条　用人单位已经缴纳生育保险费的，其职工享受生育保险待遇；职工未就业配偶按照国家规定\
享受生育医疗费用待遇。
""",
    "户口.md": """# 中华人民共和国户口登记条例

第十八条　公民变更姓名，未满十八周岁的人需要变更姓名的时候，\
由本人或者父母、收养人向户口登记机关申请变更登记。
""",
    "河南.md": """# 河南省人才流动条例

第二十六条　单位在收到个人要求流动的书面申请后，应在三十日内为其办理完有关手续。

第三十九条　向应聘人员收取报名费、抵押金的，责令退还，并处以三倍罚款。
""",
    "指南.md": """# 云浦市居住证办理须知

来云人员在云浦滞留24小时以上的，应当向居住地公安派出所申报居住登记。

## 凭合法稳定就业办理

一、在本市与用人单位签订劳动合同并且参加社会保险。

二、自办理居住登记之日起至申领居住证之日止，连续居住满6个月。

## 凭合法稳定住所办理

一、在本市有产权住房或者备案的租赁住房。

二、自办理居住登记之日起至申领居住证之日止，连续居住满6个月。

## 凭连续就读办理

一、在本市中小学校取得学籍并且就读。

二、自办理居住登记之日起至申领居住证之日止，连续居住满6个月。

## 委托办理

本人不能到场的，可以委托他人办理，受托人带双方身份证原件和授权委托书。
""",
    "告知单.txt": """云浦市公安局窗口服务告知单

一、收到同意办理落户通知的毕业生应当由本人携带下列材料至本市拟落户地公安派出所办理落户手续：
（一）《申报户口事项申请表》，可以至公安门户网站下载并且打印，一式两份；
（二）本人《居民身份证》和由毕业生户籍所在地公安派出所出具的《户口迁移证》；
（三）《高校毕业生申报户口证明信》，由市人力资源社会保障局在通知中一并发给本人；
（四）其他材料：
▲拟落户家庭户的，须提供：
（1）入户地房屋有效权证；
（2）入户地《居民户口簿》；
▲拟落户单位集体户的，须提供单位出具的同意落户意见书，注明集体户地址；
▲拟落户社区公共户的，须提供以下材料之一：
（1）由住房保障房屋管理部门出具的房屋租赁合同登记备案证明；
（2）居（村）委会出具的寄宿证明；
（3）单位出具的集体宿舍证明。
""",
    "购房.md": """# 云浦市购房落户细则

第一条　本细则所称购买住房，是指首次交易商品房。

第二条　在本市购买住房面积在100平方米以上的，可以申办落户。
""",
    "毕业生.md": """# 云浦市高校毕业生生活补贴实施细则

第一条　生活补贴标准如下：

| 学历 | 每月标准 | 最长期限 | 单位范围 |
|---|---|---|---|
| 本科 | 800元 | 24个月 | 企业 |
| 大专 | 500元 | 12个月 | 企业 |
""",
    "失业.md": """# 云浦市失业保险金申领办法

第一条　用人单位应当为失业人员出具解除劳动关系的证明，告知其可以领取失业保险金。

第二条　具备下列条件的失业人员，可以领取失业保险金：

（一）缴费满1年的；

（二）非因本人意愿中断就业的。
""",
    "指南2.md": """# 云浦市人才服务事项办事指南

## 一、人才认定

**办理方式：** 用人单位登录“云浦人才通”平台，以单位账号进入“人才认定”模块填报。\
单位首次使用的，须先上传营业执照和经办人授权书开通单位账号，1个工作日内开通。

**申请材料：**

1.《“百帆人才”认定申请表》，平台自动生成，单位盖章后上传；

2.身份证正反面；

3.学历学位证书，以及学信网《教育部学历证书电子注册备案表》；留学人员提供教育部留学服务中心认证书；

4.职业资格和奖励的证明，按照所申请的类别提供；

5.个人所得税纳税记录。
""",
    "创业.md": """# 云浦市创业补贴办法

第一条　首次创办企业满1年的，给予创业补贴2万元。
""",
    "证件.md": """# 云浦市居民证件办法

第一条　首次申领居住卡，免收工本费。换领、补领居住卡，应当缴纳工本费。
""",
    "服务期.md": """# 云浦市服务期管理细则

第一条　领取留云补助后未满5年离开云浦的，按照未服务月数退回。

第二条　有下列情形之一的，不退回：

（一）经组织批准调动的；

（二）用人单位破产，本人在6个月内未能在云浦再就业的。

第三条　本科毕业未满5年的，以毕业证书落款日期起算，到提交申报之日止。
""",
    "赛事.md": """# 云浦市青年创业大赛公告

一、大赛咨询电话：0488-6630155（工作日9:00—17:00）。
""",
    "问答.txt": """云浦市人才政策问答

问1：劳动合同签在云浦，社保由外地总公司缴纳，可以申请认定吗？
答：不可以。劳动合同、社会保险、个人所得税三者均须在本市，且缴纳主体一致。总公司在本市设立分公司并由\
分公司参保的，可以申请，由分公司在每年三月和九月统一提交材料，逾期的转入下一批次办理，不再单独受理个人的申请。

问2：人才服务专线是做什么的？
答：人才服务专线负责解答政策、受理投诉，并把诉求转给有关部门限时办结。
""",
}


def test_a_degree_leads_to_the_amount_of_the_class_that_it_stands_for(ask):
    found = ask("博士买房补多少万")
    assert "26万元" in told(found)
    assert "30万元" not in told(found)


def test_a_row_named_by_the_degree_asked_about_needs_no_class(ask):
    assert "9万元" in told(ask("硕士买房补多少"))
    assert "9万元" in told(ask("听说硕士买房直接给10万是吧"))
    assert "30个月" in told(ask("高级技师租房补贴最长领几个月"))


def test_what_a_postdoc_gets_is_no_answer_to_a_doctor(ask):
    assert "30万元" in told(ask("博士后出站留下来补多少钱"))


def test_one_insurance_is_not_another(ask):
    found = ask("医保要交满多少年退休了才不用再交")
    assert isinstance(found, Abstain) or "养老" not in told(found)
    assert "不得提前支取" in told(ask("养老金个人账户里的钱能提前取出来用吗"))


def test_who_has_no_work_is_not_who_a_clause_excepts(ask):
    found = ask("老婆没上班 生娃能用我的生育险报吗")
    assert isinstance(found, Answer)
    assert found.parts[0].lead not in (Verdict.NO, Verdict.FAILS)


def test_a_province_s_paper_holds_in_its_cities(ask):
    assert "三十日" in told(ask("我在开封要跳槽 单位最晚多少天得把手续办完"))
    assert "三倍" in told(ask("郑州一家公司面试先叫交抵押金 查到了咋罚"))
    other = ask("长沙一家公司面试先叫交抵押金 查到了咋罚")
    assert isinstance(other, Abstain)
    assert other.reason is Reason.OTHER_PLACE


def test_what_a_paper_says_again_in_the_same_words_is_found_once(ask):
    found = ask("自办理居住登记之日起要连续居住多久")
    assert isinstance(found, Answer)
    texts = [c.text.split("\n", 1)[-1] for c in found.citations]
    assert sum("连续居住满6个月" in t for t in texts) == 1


def test_how_long_one_may_stay_is_told_by_hours_too(ask):
    assert "24小时" in told(ask("到云浦待多久就得去登记居住"))


def test_a_list_is_told_with_the_line_that_leads_into_it(ask):
    found = told(ask("落户社区公共户要啥证明"))
    assert "寄宿证明" in found
    assert "户口迁移证" not in found


def test_a_second_hand_flat_is_decided_by_the_clause_on_first_sales(ask):
    assert "首次交易" in told(ask("买二手房能落户不"))


def test_who_lets_another_go_for_them_asks_about_authority(ask):
    assert "委托" in told(ask("人在外地回不去 让我姐替我跑一趟行不"))


def test_a_reply_to_a_question_near_the_one_asked_keeps_its_no_and_names_its_question(ask):
    (part,) = ask("合同是云浦公司跟我签的，但五险走的外地总公司，能报人才认定吗").parts
    assert part.body.startswith("不可以。")
    assert part.reply_to.startswith("劳动合同签在云浦")
    assert "问答原题：劳动合同签在云浦" in answer_text([part], [], lambda _: "")


def test_the_number_of_a_line_is_no_answer_without_its_digits(ask):
    assert isinstance(ask("人才服务专线号码多少"), Abstain)


def test_one_more_thing_of_a_matter_that_no_paper_speaks_of_has_no_answer_either(ask):
    assert isinstance(ask("人才公寓物业费一平多少钱，是我们自己出吗"), Abstain)


def test_a_question_of_must_is_not_answered_by_an_age_that_fits(ask):
    (part,) = ask("我17岁想改名 非得爸妈去办吗").parts
    assert "未满十八周岁" in part.body
    assert part.lead is None


def test_a_number_supposed_that_the_clause_gives_otherwise_is_said_to_be_so(ask):
    assert ask("旗帆人才买房是补15万吧").parts[0].lead is Verdict.NOT_SO
    assert ask("旗帆人才买房是补120万吧").parts[0].lead is None


def test_another_matter_s_telephone_is_no_answer(ask):
    assert isinstance(ask("人才公寓管理处电话多少"), Abstain)
    assert "0488-6630155" in told(ask("创业大赛电话多少"))


def test_of_a_row_both_numbers_are_told_that_are_asked_for(ask):
    found = told(ask("本科毕业那个生活补贴可以领多长时间,每月几百"))
    assert "800元" in found
    assert "24个月" in found


def test_an_item_s_number_does_not_stand_behind_the_number_of_its_part(ask):
    part = replace(ask("博士买房补多少万").parts[0], body="7. 技能券每人500元", lead=None)
    assert answer_text([part, part], [], lambda _: "").startswith("1. 技能券")
    assert answer_text([part], [], lambda _: "").startswith("7. 技能券")


def test_who_finds_no_work_has_lost_nothing(ask):
    found = ask("公司倒闭了我找不到工作 留云补助也要退吗")
    assert "破产" in told(found)


def test_from_when_something_is_counted_is_told_by_the_clause_that_counts_it(ask):
    assert "落款日期" in told(ask("本科毕业五年是从几时开始算"))
    assert isinstance(ask("人才公寓租期是从几时开始算"), Abstain)


def test_how_somebody_left_their_work_finds_the_clause_that_decides_it(ask):
    assert "非因本人意愿" in told(ask("我自己提的离职 能领失业金不"))


def test_what_the_first_card_costs_does_not_tell_what_the_next_one_does(ask):
    assert isinstance(ask("居住卡丢了补一张工本费多少钱"), Abstain)
    assert "免收工本费" in told(ask("第一次办居住卡工本费多少钱"))


def test_what_becomes_of_who_misses_a_day_is_not_told_where_the_day_is_not(ask):
    assert isinstance(ask("留云补助几天内要去申请 过了还有效吗"), Abstain)


def test_a_list_of_papers_is_told_whole_whichever_item_was_found(ask):
    found = ask("HR问下给员工报人才认定都得准备啥材料")
    assert "盖章后上传" in told(found)
    assert "纳税记录" in told(found)
    assert "第1项至第5项" in found.parts[0].basis


def test_the_papers_for_one_thing_are_none_for_another_grant(ask):
    assert isinstance(ask("公司开满一年了 想申那个创业补贴 要交哪些材料"), Abstain)


def test_that_a_fee_is_the_tenants_to_pay_does_not_tell_what_it_is(ask):
    assert isinstance(ask("人才公寓供暖费一平方多少钱"), Abstain)
