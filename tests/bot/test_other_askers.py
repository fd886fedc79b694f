"""What one person may is not what another may, and what was asked of one thing not of another."""

from bot.answering.ruling import Verdict
from tests.bot.small_city import told

PAPERS = {
    "01-泽洲市人才认定办法.txt": """泽洲市人才认定办法
第一条　为做好人才认定工作，制定本办法。
第二条　本办法适用于在本市企业、事业单位全职工作的人员。公务员不适用本办法。
第三条　人才认定由用人单位统一申报。
""",
    "02-泽洲市购房补贴细则.txt": """泽洲市购房补贴细则
第一条　申请购房补贴应当同时符合下列条件：
（一）2025年3月1日以后在主城区购买住房，以网签合同备案时间为准，且购房合同登记的建筑面积不超过一百八十平方米；
（二）购房前本人及配偶在主城区无自有住房，且近三年内没有住房转让记录，法院判决和继承取得的住房一并计算；
（三）申请时在本市连续缴纳社会保险满12个月，补缴的月份不计算在内，中断不超过三个月的视为连续；
（四）与用人单位签订三年以上劳动合同，机关事业单位工作人员按聘用合同计算，劳务派遣人员按派遣合同计算；
（五）未享受过本市其他购房类补贴、公有住房和经济适用住房，夫妻一方享受过的视为家庭已经享受。
购买新建商品住房的，按标准全额补贴；购买商铺、写字楼的，不予补贴。
第二条　夫妻双方均符合条件的，只能由一方申领购房补贴。
""",
    "03-泽洲市人才政策常见问题解答.txt": """泽洲市人才政策常见问题解答
1.问：劳务派遣员工能申请人才认定吗？
答：可以。由派遣单位申报，实际用工单位出具工作证明。
2.问：档案可以放在人才服务中心吗？
答：可以。非公单位职工的档案免费保管。个人不得自带档案，应当通过机要通信送达。
3.问：档案可以放多久？
答：没有期限。
""",
}


def test_who_is_shut_out_is_told_so_though_another_is_let_in_by_a_reply(ask):
    found = ask("我是公务员 能不能办人才认定")
    assert found.parts[0].lead is Verdict.NO
    assert "公务员不适用本办法" in told(found)
    assert not any(p.body.startswith("可以") for p in found.beside)


def test_who_is_shut_out_of_one_matter_is_not_told_so_of_another(ask):
    found = ask("我是公务员 能领购房补贴吗")
    assert found.parts[0].lead is not Verdict.NO
    assert not told(found).startswith("可以")


def test_the_one_that_a_reply_is_for_gets_its_yes(ask):
    assert told(ask("劳务派遣能申请人才认定吗")).startswith("可以")


def test_a_reply_s_yes_is_not_given_to_a_deed_that_it_forbids(ask):
    body = told(ask("档案能自己带过去人才服务中心不"))
    assert not body.startswith("可以")
    assert "个人不得自带档案" in body
    assert told(ask("档案能放在人才服务中心不")).startswith("可以")


def test_what_stands_behind_the_items_is_no_condition_of_theirs(ask):
    found = ask("买了个商铺 有购房补贴没")
    assert found.parts[0].lead is Verdict.NONE
    assert "应当同时符合下列条件" not in told(found)


def test_both_of_a_couple_are_two(ask):
    assert ask("夫妻俩能都领购房补贴不").parts[0].lead is Verdict.NO
