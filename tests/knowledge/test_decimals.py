"""Heads numbered 2.1 and 2.1.2: only at a line's start, only where the numbers run onward."""

import pytest

from knowledge.documents import ClauseKind
from knowledge.structure import nodes_of, unplaced, worded
from tests.knowledge.papers import built, labels, lines, outline, unreadable

GUIDE = """高新技术企业申报指南
1 总则
1.1 目的
为了规范申报工作，制定本指南。
1.2 适用范围
适用于本市注册的企业。
2 申报条件
2.1 基本条件
2.1.1 企业注册满一年，上年营业额500万元以上。
2.1.2 绿色通道
上年营业额
1.5万元以下的，免予审核。
（1）拥有发明专利；
（2）拥有博士一名。
2.2 附加条件
2026.1.1起施行的办法不适用。
3 附则
本指南由市科技局解释。
"""


def numbers(text):
    """The numbers of all heads, in reading order."""
    return [line.strip() for line in outline(built(text))]


def test_a_guide_numbered_in_decimals_is_read_with_all_its_levels():
    assert outline(built(GUIDE)) == [
        "1", "  1.1", "  1.2",
        "2", "  2.1", "    2.1.1", "    2.1.2", "      （1）", "      （2）", "  2.2",
        "3",
    ]  # fmt: skip
    found = built(GUIDE)
    assert found.doubts == ()
    assert unplaced(lines(GUIDE), found.clauses) == []
    assert unreadable(found) == []


def test_a_place_is_named_by_its_own_number_and_the_heading_above():
    long = GUIDE.replace("拥有发明专利；", "拥有发明专利，" + "且在本市转化实施，" * 30 + "；")
    named = " ".join(labels(built(long)))
    assert "申报条件 2.1.2（1）" in named
    assert "2.12.1.2" not in named


def test_decimals_below_chinese_numbers_and_with_a_chinese_comma_are_heads():
    text = """人才公寓申请须知
    一、申请
    1.1、持身份证到区人社局。
    1.2、填写申请表。
    二、费用
    2.1、租金每平方米1.5元。
    2.2、押金一个月。"""
    assert outline(built(text)) == ["一、", "  1.1", "  1.2", "二、", "  2.1", "  2.2"]


def test_decimals_below_plain_numbers_are_heads_even_alone():
    text = "申报指南\n1. 总则\n适用于企业。\n2. 条件\n2.1 注册满一年。\n3. 附则\n由市科技局解释。"
    assert outline(built(text)) == ["1.", "2.", "  2.1", "3."]


def test_plain_numbers_below_a_decimal_begin_a_list_of_their_own():
    text = """申报指南
    1. 总则
    1.1 目的
    2. 条件
    2.1 基本条件
    1. 注册满一年；
    2. 有博士一名。
    2.2 附加条件
    3. 附则"""
    assert outline(built(text)) == ["1.", "  1.1", "2.", "  2.1", "    1.", "    2.", "  2.2", "3."]


def test_full_width_points_and_words_right_behind_the_number_are_read_too():
    text = "申报指南\n1．1申报人才条件\n1．2个人材料\n1．3年度考核"
    assert numbers(text) == ["1．1", "1．2", "1．3"]


@pytest.mark.parametrize(
    "ugly",
    [
        "2026.1.1 施行。\n2026.1.2 公布。",
        "26.1.1起执行。",
        "1.5万元以上的，补贴1.6万元。",
        "1.1万元\n1.2万元\n1.3万元",
        "1.1 亿元以上\n1.2 亿元以上",
        "1.1元/平方米\n1.2元/平方米",
        "1.1倍的，\n1.2倍的，",
        "1.1%的费率\n1.2%的费率",
        "1.1版说明\n1.2版说明",
        "1.1.0版本\n1.1.1版本",
        "192.168.1.1 服务器\n192.168.1.2 服务器",
        "3.8 妇女节慰问\n5.1 劳动节慰问",
        "9.30—11.30 上午\n14.30—17.30 下午",
        "1.1至1.3放假\n1.2起上班",
        "1.1-1.3 元旦放假\n1.2-1.4 值班",
        "2.5 平方公里\n2.6 平方公里",
        "1.1个月\n1.2个月",
        "1.1分/次\n1.2分/次",
        "1.1 免费停车",
        "3.2 倍率说明\n3.4 倍率说明",
        "1.2 先写的\n1.1 后写的",
        "0.1 起步\n0.2 其次",
        "1.123 编号\n1.124 编号",
    ],
)
def test_dates_amounts_versions_and_lone_figures_are_no_heads(ugly):
    before = "临江市人才办法\n第一条　为了引进人才，制定本办法。\n第二条　标准如下：\n"
    assert numbers(before + ugly) == ["第一条", "第二条"]


def test_a_wrapped_line_that_begins_with_an_amount_does_not_break_a_list():
    text = "申报指南\n1.1 条件一\n补贴为\n1.2万元的，另行申报。\n1.2 条件二\n1.3 条件三"
    assert numbers(text) == ["1.1", "1.2", "1.3"]


def test_a_reference_within_a_sentence_is_no_head():
    text = "申报指南\n1.1 条件\n按照\n1.3 款办理的，除外。\n1.2 材料"
    assert numbers(text) == ["1.1", "1.2"]


def test_a_blank_behind_a_plain_number_makes_a_head_only_above_its_decimals():
    assert numbers("公寓须知\n1 身份证一份\n2 申请表一份") == []
    assert numbers("公寓须知\n1 范围\n2 材料\n2.1 身份证\n2.2 申请表\n3 附则") == [
        "1", "2", "2.1", "2.2", "3",
    ]  # fmt: skip


def test_a_table_of_contents_above_takes_nothing_from_the_text():
    contents = "目录\n1.1 目的\n1.2 范围\n2.1 条件\n"
    text = (
        "申报指南\n" + contents + "1.1 目的\n为了规范。\n1.2 范围\n本市。\n2.1 条件\n注册满一年。"
    )
    found = built(text)
    assert numbers(text) == ["1.1", "1.2", "2.1", "1.1", "1.2", "2.1"]
    assert unplaced(lines(text), found.clauses) == []


def test_what_was_stored_is_built_again_with_the_same_levels():
    found = built(GUIDE)
    again = [(n.number, n.marker) for n in nodes_of(found.clauses) if n.number]
    assert ("2.1.2", "dd3") in again
    assert ("2", "dd1") in again


def test_a_paragraph_that_an_edit_lets_begin_with_an_amount_stays_one():
    found = built("人才办法\n第一条　每月补贴。\n按月发放。")
    paragraph = next(c for c in found.clauses if c.text == "按月发放。")
    assert worded(paragraph, "1.5倍发放。").kind is ClauseKind.PARAGRAPH
    assert worded(paragraph, "2.1 按月发放。").kind is ClauseKind.PARAGRAPH


def test_a_decimal_head_that_is_reworded_keeps_its_number():
    found = built(GUIDE)
    head = next(c for c in found.clauses if c.number == "2.1.2")
    assert worded(head, "2.1.2 快速通道").number == "2.1.2"
    assert worded(head, "2.1.2 快速通道").heading == "快速通道"
