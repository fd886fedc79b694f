"""What was read and is in no clause is found, and every doubt names its place."""

from dataclasses import replace

from knowledge.documents import Block, BlockKind
from knowledge.structure import structure, unplaced
from tests.knowledge.papers import built, lines, table

PAPER = "临江市人才办法\n第一条　每月补贴300元。\n第二条　本办法由市人社局解释。"


def test_a_complete_tree_has_nothing_unplaced():
    blocks = [*lines(PAPER), table(("类别", "标准", "标准"), ("A类", "8000", "8000"))]
    assert unplaced(blocks, structure(blocks).clauses) == []


def test_a_lost_character_is_reported_with_what_stands_around_it():
    blocks = [replace(block, page=3) for block in lines(PAPER)]
    clauses = list(structure(blocks).clauses)
    clauses[1] = replace(clauses[1], text=clauses[1].text.replace("300", "30"))
    (doubt,) = unplaced(blocks, clauses)
    assert doubt.startswith("第3页")
    assert "补贴300元" in doubt


def test_a_character_held_twice_is_reported():
    blocks = lines(PAPER)
    clauses = structure(blocks).clauses
    assert unplaced(blocks, [*clauses, clauses[-1]])


def test_a_lost_cell_is_reported():
    blocks = [table(("类别", "标准"), ("A类", "8000"), ("B类", "5000"))]
    clauses = structure(blocks).clauses
    assert unplaced(blocks, clauses[:-1])


def test_missing_articles_are_listed_with_page_and_neighbour():
    blocks = [
        Block(BlockKind.PARAGRAPH, text, page=page)
        for text, page in (("第一条　甲。", 1), ("第二条　乙。", 1), ("第五条　丙。", 2))
    ]
    (doubt,) = structure(blocks).doubts
    assert "第2页" in doubt
    assert "第3条至第4条" in doubt
    assert "第二条" in doubt


def test_a_numbering_that_runs_through_all_sections_is_no_doubt():
    assert not built("一、总则\n（一）甲。\n（二）乙。\n二、分则\n（三）丙。\n（四）丁。").doubts


def test_the_first_number_may_stand_on_the_line_of_its_caption():
    assert not built("第一条　甲。\n附件：1.申请表\n2.承诺书\n3.名单").doubts


def test_an_item_may_begin_with_a_year():
    assert not built("一、招生\n1.2016年继续推行。\n2.今年实行分配。").doubts
