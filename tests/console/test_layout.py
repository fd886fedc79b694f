from __future__ import annotations

from console.layout import Cell, Grid, Line, cited_spans, lay_out
from knowledge.documents import Clause, ClauseKind, Passage


def clause(ordinal, kind, text, number="", heading="", cells=(), parent=None):
    return Clause(ordinal, parent, kind, number, heading, text, cells)


def passage(text, clauses, kind=ClauseKind.ARTICLE, **more):
    return Passage(0, "第一条", (), text, kind, clauses, **more)


def test_part_of_a_long_paragraph_is_marked_without_its_neighbours():
    clauses = [clause(0, ClauseKind.PARAGRAPH, "甲。乙。丙。")]
    spans = cited_spans(passage("乙。", (0,)), clauses)
    line = lay_out(clauses, spans)[0]
    assert isinstance(line, Line)
    assert [(p.text, p.cited) for p in line.pieces] == [
        ("甲。", False),
        ("乙。", True),
        ("丙。", False),
    ]


def test_heading_that_rides_along_is_not_marked():
    clauses = [
        clause(0, ClauseKind.CHAPTER, "第一章　总则", "第一章", "总则"),
        clause(1, ClauseKind.ARTICLE, "第一条　为了人才。", "第一条"),
    ]
    spans = cited_spans(passage("第一条　为了人才。", (0, 1)), clauses)
    assert list(spans) == [1]


def test_number_and_heading_are_strong_and_pieces_join_to_the_text():
    text = "（二）申领期限。自取得证书起。"
    line = lay_out([clause(0, ClauseKind.ITEM, text, "（二）", "申领期限")], {})[0]
    assert isinstance(line, Line)
    assert [(p.text, p.strong) for p in line.pieces] == [
        ("（二）申领期限", True),
        ("。自取得证书起。", False),
    ]


def test_merged_header_cells_are_one_but_equal_body_cells_stay_apart():
    clauses = [
        clause(0, ClauseKind.TABLE, "", "1"),
        clause(1, ClauseKind.ROW, "", cells=("类别", "补贴", "补贴"), parent=0),
        clause(2, ClauseKind.ROW, "", cells=("D类", "免费", "免费"), parent=0),
    ]
    grid = lay_out(clauses, {})[0]
    assert isinstance(grid, Grid)
    assert grid.head[0].cells == (Cell("类别"), Cell("补贴", 2))
    assert grid.body[0].cells == (Cell("D类"), Cell("免费"), Cell("免费"))


def test_of_two_equal_rows_only_the_cited_one_is_marked():
    cells = ("D类", "30万元")
    clauses = [
        clause(0, ClauseKind.TABLE, "", "0"),
        clause(1, ClauseKind.ROW, "D类 | 30万元", cells=cells, parent=0),
        clause(2, ClauseKind.ROW, "D类 | 30万元", cells=cells, parent=0),
    ]
    quoted = passage("D类：30万元", (0, 1), ClauseKind.ROW, cells=cells)
    assert list(cited_spans(quoted, clauses)) == [1]
