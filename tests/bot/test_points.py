"""Who asks for a class that goes by points is told both: the points and how many it takes."""

from __future__ import annotations

import pytest

from bot.answering.points import is_of_points, tells_classes
from tests.bot.small_city import asking, base_of

PAPERS = {
    "认定.md": """# 榆原市人才认定办法

榆人才〔2025〕3号

第一条 人才分为A类、B类、D类、E类。A类、B类对照目录认定。

第二条 积分按下表计算，各项相加。满80分的认定为D类，满50分的认定为E类。

| 积分项 | 档次 | 分值 |
|---|---|---|
| 学历学位 | 博士 | 50分 |
| 学历学位 | 硕士 | 35分 |
| 职称技能 | 中级职称 | 25分 |

第三条 志愿服务满50小时的，另加3分。
""",
    "安居.md": """# 榆原市人才安居办法

榆政〔2026〕5号

第一条 安居标准见下表：

| 类别 | 购房补贴 |
|---|---|
| D类 | 20万元 |
| E类 | 10万元 |
""",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as made:
        yield made


def shown(found) -> str:
    return "\n".join(part.body for part in (*found.parts, *found.beside))


@pytest.mark.parametrize("question", ["硕士，有中级职称，算几类", "硕士能评E类吗"])
def test_the_points_and_what_they_must_come_to_are_told_together(base, question):
    told = shown(asking(base)(question))
    assert "35分" in told
    assert "满50分的认定为E类" in told


def test_who_asks_for_money_is_told_no_points(base):
    assert "分值" not in shown(asking(base)("E类购房补贴多少"))


def test_a_row_of_amounts_gives_no_points_and_added_points_make_no_class(base):
    passages = [s.passage for v in base.catalogue.sources() for s in base.catalogue.passages_of(v)]
    rows = [p.text for p in passages if is_of_points(p)]
    assert len(rows) == 3
    assert not any("万元" in text for text in rows)
    assert [p.label for p in passages if tells_classes(p)] == ["第二条"]


def test_who_tells_what_they_earn_is_told_the_class_that_it_makes(tmp_path_factory):
    papers = {
        "认定.md": """# 桐原市人才认定办法

桐人才〔2025〕3号

第一条 人才由高到低分为远航、启航、初航三级。

第二条 认定条件：

（一）远航级：具有正高级职称的；年度工资薪金收入达到80万元的。

（二）启航级：具有博士学位的；年度工资薪金收入达到40万元的。

（三）初航级：具有硕士学位的。
""",
    }
    with base_of(papers, tmp_path_factory) as base:
        told = shown(asking(base)("写代码的，年薪45万，能评到哪档"))
        assert "启航级：具有博士学位的；年度工资薪金收入达到40万元的。" in told
