"""Edits of a draft's clauses: what they do, that they replay, that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import Block, BlockKind, ClauseKind
from knowledge.edits import BadEdit, Edit, EditKind, apply, counterpart
from knowledge.readers import read_bytes
from knowledge.structure import article_count, structure
from tests.knowledge.conftest import ROOT

LINES = (
    "临川市人才办法",
    "第一章　总则",
    "第一条　为了引进人才，制定本办法。第二条　本办法适用于本市。",
    "第三条　补贴标准：",
    "（一）博士每人30万元；",
    "（二）硕士每人10万元。",
    "第四条　本办法自2026年1月1日起施行。",
)
TABLE = Block(BlockKind.TABLE, rows=(("类别", "金额"), ("A类", "100万元"), ("B类", "50万元")))


def read(*lines, table=True):
    blocks = [Block(BlockKind.PARAGRAPH, line) for line in lines]
    return structure([*blocks, *((TABLE,) if table else ())]).clauses


@pytest.fixture
def clauses():
    return read(*LINES)


def of(clauses, start):
    return next(c for c in clauses if c.text.startswith(start))


def texts(edited):
    return "\n".join(p.text for p in edited.passages())


def test_what_was_stored_of_a_paper_is_cut_into_the_passages_it_was_read_into():
    built = structure([*(Block(BlockKind.PARAGRAPH, line) for line in LINES), TABLE])
    assert tuple(apply(built.clauses, []).passages()) == built.passages


@pytest.mark.parametrize("sample", sorted((ROOT / "samples").glob("*.docx")), ids=lambda p: p.name)
def test_so_is_every_sample(sample):
    built = structure(read_bytes(sample.read_bytes(), sample.name).blocks)
    assert tuple(apply(built.clauses, []).passages()) == built.passages


def test_a_split_at_an_article_s_number_makes_it_an_article(clauses):
    first = of(clauses, "第一条")
    place = first.text.index("第二条")
    edited = apply(clauses, [Edit(EditKind.SPLIT, first.ordinal, place=place)])
    second = edited.clauses[first.ordinal + 1]
    assert (second.kind, second.number, second.parent) == (
        ClauseKind.ARTICLE, "第二条", first.parent,
    )  # fmt: skip
    assert article_count(clauses) == (3, 4)
    assert article_count(edited.clauses) == (4, 4)
    assert "第二条" in [p.label for p in edited.passages()]


def test_what_stood_below_a_split_item_stands_below_its_second_part():
    clauses = read("一、补贴", "（一）博士30万元；（二）硕士：", "1．全日制10万元", table=False)
    item = of(clauses, "（一）")
    edited = apply(clauses, [Edit(EditKind.SPLIT, item.ordinal, place=item.text.index("（二）"))])
    assert of(edited.clauses, "1．").parent == of(edited.clauses, "（二）").ordinal


def test_a_merge_joins_a_clause_to_the_line_before_it_with_its_children(clauses):
    article = of(clauses, "第三条")
    edited = apply(clauses, [Edit(EditKind.MERGE, article.ordinal)])
    joined = edited.clauses[article.ordinal - 1]
    assert joined.text.endswith("第三条　补贴标准：")
    assert of(edited.clauses, "（一）").parent == joined.ordinal
    assert len(edited.clauses) == len(clauses) - 1


def test_a_clause_that_is_switched_off_is_in_no_passage_with_all_below_it(clauses):
    article = of(clauses, "第三条")
    edited = apply(clauses, [Edit(EditKind.OFF, article.ordinal)])
    assert "30万元" not in texts(edited)
    assert len(edited.silent) == 3
    again = apply(
        clauses, [Edit(EditKind.OFF, article.ordinal), Edit(EditKind.ON, article.ordinal)]
    )
    assert texts(again) == texts(apply(clauses, []))


def test_a_row_is_reworded_cell_by_cell_and_its_header_cannot_be_switched_off(clauses):
    row = of(clauses, "A类")
    edited = apply(clauses, [Edit(EditKind.TEXT, row.ordinal, cells=("A类", "120万元"))])
    assert "类别：A类；金额：120万元" in texts(edited)
    with pytest.raises(BadEdit, match="应有 2 格"):
        apply(clauses, [Edit(EditKind.TEXT, row.ordinal, cells=("A类",))])
    with pytest.raises(BadEdit, match="表头"):
        apply(clauses, [Edit(EditKind.OFF, of(clauses, "类别").ordinal)])


@pytest.mark.parametrize(
    "edit",
    [
        Edit(EditKind.TEXT, 2, " \n "),
        Edit(EditKind.SPLIT, 2, place=0),
        Edit(EditKind.SPLIT, 2, place=9999),
        Edit(EditKind.MERGE, 0),
        Edit(EditKind.MERGE, 9999),
        Edit(EditKind.SPLIT, 8, place=2),
        Edit(EditKind.TEXT, -1, "x"),
    ],
)
def test_an_edit_that_cannot_be_made_says_why_in_chinese(clauses, edit):
    with pytest.raises(BadEdit, match=r"[\u4e00-\u9fff]{4}"):
        apply(clauses, [edit])


def test_a_clause_seen_before_others_edited_is_found_by_its_text(clauses):
    row, article = of(clauses, "（二）"), of(clauses, "第一条")
    place = article.text.index("第二条")
    now = apply(clauses, [Edit(EditKind.SPLIT, article.ordinal, place=place)]).clauses
    found, same = counterpart(now, row.text, row.ordinal)
    assert (found.text, same, found.ordinal) == (row.text, True, row.ordinal + 1)
    changed = apply(now, [Edit(EditKind.TEXT, found.ordinal, "（二）硕士每人12万元。")]).clauses
    found, same = counterpart(changed, row.text, row.ordinal)
    assert (found.text, same) == ("（二）硕士每人12万元。", False)


EDITS = st.builds(
    Edit,
    st.sampled_from([EditKind.SPLIT, EditKind.MERGE, EditKind.OFF, EditKind.ON]),
    st.integers(0, 12),
    place=st.integers(1, 30),
)


@given(st.lists(EDITS, max_size=8))
def test_splitting_joining_and_switching_lose_no_character_and_keep_a_tree(edits):
    clauses = read(*LINES)
    done = []
    for edit in edits:
        try:
            apply(clauses, [*done, edit])
        except BadEdit:
            continue
        done.append(edit)
    edited = apply(clauses, done)

    def plain(some):
        return "".join("".join(c.text.split()) for c in some)

    assert plain(edited.clauses) == plain(clauses)
    assert [c.ordinal for c in edited.clauses] == list(range(len(edited.clauses)))
    assert all(c.parent is None or c.parent < c.ordinal for c in edited.clauses)
    held = {o for p in edited.passages() for o in p.clauses}
    assert not held & edited.silent
