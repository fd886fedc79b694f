"""What changed between two texts of one document."""

from dataclasses import replace

import pytest

from knowledge.diff import ChangeKind, changed_figures, compare
from knowledge.readers import read_file
from knowledge.structure import structure
from tests.knowledge.conftest import SAMPLES
from tests.knowledge.papers import POLICY, built


def changes(old, new):
    return compare(built(old).clauses, built(new).clauses)


def test_a_text_compared_with_itself_has_not_changed():
    assert changes(POLICY, POLICY) == []


def test_a_changed_amount_is_named_with_its_clause():
    (change,) = changes(POLICY, POLICY.replace("二千元", "三千元"))
    assert (change.kind, change.figures) == (ChangeKind.CHANGED, (("二千元", "三千元"),))
    assert change.place.endswith("第二条")


def test_a_clause_that_only_got_another_number_has_not_changed():
    longer = POLICY.replace("第三条", "第四条").replace("第四条　本办法", "第五条　本办法")
    longer = longer.replace("第四条　毕业", "第三条　硕士每月发放生活补贴五百元。\n第四条　毕业")
    (change,) = changes(POLICY, longer)
    assert change.kind is ChangeKind.ADDED
    assert "生活补贴" in change.new
    assert ("", "五百元") in change.figures


def test_a_removed_clause_is_named_by_its_old_place():
    shorter = "\n".join(line for line in POLICY.splitlines() if "公寓" not in line)
    (change,) = changes(POLICY, shorter.replace("第四条", "第三条"))
    assert (change.kind, change.new) == (ChangeKind.REMOVED, "")
    assert change.place.endswith("第三条")


def test_a_clause_reworded_without_a_figure_names_none():
    (change,) = changes(POLICY, POLICY.replace("改善人才居住条件", "帮助人才安居"))
    assert (change.kind, change.figures) == (ChangeKind.CHANGED, ())


@pytest.mark.parametrize(
    ("old", "new", "figures"),
    [
        ("补贴30万元", "补贴三十万元", ()),  # one value in two ways of writing
        ("每月2000元，共3年", "每月2000元，共5年", (("3年", "5年"),)),
        ("比例20%", "比例百分之二十五", (("20%", "百分之二十五"),)),
        ("3月1日起", "3月1日起，最多2人", (("", "2人"),)),
        ("最多2人、5年", "最多2人", (("5年", ""),)),
        ("统一办理", "一并办理", ()),  # 一 is no figure here
    ],
)
def test_figures_are_compared_by_value_and_shown_as_written(old, new, figures):
    assert changed_figures(old, new) == figures


def test_three_changed_amounts_of_a_real_policy_are_named_and_nothing_else():
    path = next(p for p in SAMPLES.iterdir() if p.name.startswith("02-"))
    old = structure(read_file(path).blocks).clauses
    replaced = {"30万元": "36万元", "8折": "7折"}
    body = "".join(c.text for c in old)
    figures = [f for f in replaced if f in body]
    assert figures, "the sample speaks of none of these figures any more"
    new = [replace(c, text=c.text.replace("30万元", "36万元").replace("8折", "7折")) for c in old]
    found = compare(old, new)
    assert {pair for c in found for pair in c.figures} <= {("30万元", "36万元"), ("8折", "7折")}
    assert all(c.kind is ChangeKind.CHANGED and c.figures for c in found)
    assert len(found) == sum(any(f in c.text for f in replaced) for c in old)
