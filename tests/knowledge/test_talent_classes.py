"""Whatever a city calls its classes of talents, they are told apart."""

from __future__ import annotations

import pytest

from knowledge import talent_classes
from knowledge.lexicon import index_terms, normal, words
from knowledge.talent_classes import (
    classes_named,
    defined_in,
    degrees_named,
    in_cell,
    names_in,
    of_row,
    others,
    recognises,
)


@pytest.mark.parametrize("typed", ["第五层次", "五层次", "第5层次", "5层次", "五 层次"])
def test_an_ordinal_class_has_one_form_however_it_is_typed(typed):
    assert classes_named(normal(f"我是{typed}人才")) == ["第五层次"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("第一至第三层次人才", ["第一层次", "第二层次", "第三层次"]),
        ("第四、第五层次", ["第四层次", "第五层次"]),
        ("第二层次及以上人才", ["第一层次", "第二层次"]),
        ("C类及以上人才", ["a类", "b类", "c类"]),
        ("A至C类和E类", ["a类", "b类", "c类", "e类"]),
        ("一类人才、二类人才", ["第一类", "第二类"]),
        ("领军人才、拔尖人才", ["领军人才", "拔尖人才"]),
        ("那四层次呢", ["第四层次"]),
        ("拔尖的能领多少", ["拔尖人才"]),
    ],
)
def test_lists_ranges_and_words_of_rank_name_every_class_in_them(text, named):
    assert classes_named(normal(text)) == named


@pytest.mark.parametrize(
    "text",
    [
        "算哪一类人才",
        "那一类人才",
        "高层次人才",
        "市级二类竞赛",
        "青年人才驿站",
        "骨干企业",
        "骨干教师",
        "三个层次",
        "后备干部",
    ],
)
def test_what_names_no_class_of_talents_is_none(text):
    assert classes_named(normal(text)) == []


def test_a_class_is_found_by_its_name_and_by_the_range_that_holds_it():
    assert words("我是五层次") == ["我", "是", "第五层次"]
    assert "第四层次" in index_terms("第三至第五层次人才")


def test_a_row_is_named_by_the_first_of_its_two_first_cells_that_is_a_class():
    assert of_row(["高层次人才", "第五层次"], ["类别", "层次"]) == (1, ("第五层次",))
    assert of_row(["e", "15万元"], ["人才类别", "购房补贴"]) == (0, ("e类",))
    assert of_row(["联谊会", "对象:青年人才"], ["活动", "说明"]) == (-1, ())
    assert in_cell("第一至第三层次") == ("第一层次", "第二层次", "第三层次")


def test_an_item_defines_a_class_when_the_class_heads_it():
    assert defined_in(normal("（三）骨干人才：具有硕士学位。")) == "骨干人才"
    assert defined_in(normal("（二）B、C类人才按30%收取")) == ""
    assert defined_in(normal("骨干人才每月1600元")) == ""


def test_a_table_of_degrees_and_titles_recognises_and_one_of_amounts_does_not():
    assert recognises(["层次", "学历学位", "职称技能"])
    assert not recognises(["层次", "购房补贴标准", "公寓面积"])


def test_another_class_is_one_that_is_named_beside_none_of_those_asked_about():
    assert others(frozenset({"e类"}), frozenset({"d类"}))
    assert not others(frozenset({"e类"}), frozenset({"d类", "e类"}))
    assert not others(frozenset({"e类"}), frozenset())


def test_a_graduate_student_of_itself_is_one_of_a_masters_degree():
    assert degrees_named("研究生一个月多少") == ["硕士"]
    assert degrees_named("博士研究生") == ["博士"]
    assert degrees_named("博士后出站") == []


@pytest.mark.parametrize(
    "text",
    [
        "本办法所称人才分为四类：擎梁人才、立柱人才、架椽人才、青苗人才。",
        "人才分为擎梁人才、立柱人才、架椽人才、青苗人才四类",
        "分为四个层次，即擎梁人才、立柱人才、架椽人才和青苗人才。",
    ],
)
def test_a_papers_own_classes_are_read_where_it_says_into_which_talents_are_parted(text):
    assert names_in([], [text]) == [("擎梁", "立柱", "架椽", "青苗")]


def test_a_column_of_categories_names_classes_where_each_cell_calls_itself_talents():
    own = [("类别", "擎梁人才"), ("类别", "青苗人才（硕士）")]
    assert names_in(own, []) == [("擎梁", "青苗")]
    assert names_in([("类别", "擎梁"), ("类别", "青苗")], []) == []
    assert names_in([("类别", "青年人才"), ("类别", "技能人才")], []) == []


def test_grades_that_a_city_counts_by_themselves_are_classes_once_learned(monkeypatch):
    monkeypatch.setattr(talent_classes, "_learned", talent_classes._Learned())
    talent_classes.learn([("一级", "二级", "四级")])
    assert in_cell("四级", "人才级别") == ("第四级",)
    assert classes_named("我四级买房补多少") == ["第四级"]
    assert classes_named("四级证书和三级医院") == []
