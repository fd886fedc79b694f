"""What holds of the structure of any document whatever."""

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents import Block, BlockKind
from knowledge.structure import structure
from tests.knowledge.papers import unreadable

_SENTENCE = st.sampled_from(
    [
        "为引进人才，制定本办法。", "补贴标准", "申请人应当提交材料：", "按下列规定执行：",
        "可以申请吗？", "规定的条件执行。", "本办法自2026年1月1日起施行。", "临江市人民政府",
        "2026年2月10日", "（单位：万元）", "补贴标准见下表：", "同志们：", "5万元；",
        "在本市连续缴纳社会保险满六个月并依法纳税的申请人，经单位推荐，可以申请，" * 4,
        "由受理单位在十个工作日内完成审核。" * 30, "x", "。",
    ]
)  # fmt: skip
_HEAD = st.one_of(
    st.just(""),
    st.integers(1, 12).map(lambda n: f"第{'零一二三四五六七八九十百千'[n]}条　"),
    st.integers(1, 9).map(lambda n: f"第{n}条"),
    st.integers(1, 5).map(lambda n: f"第{'零一二三四五'[n]}章　"),
    st.integers(1, 3).map(lambda n: f"第{'零一二三'[n]}节 "),
    st.integers(1, 9).map(lambda n: f"{'零一二三四五六七八九'[n]}、"),
    st.integers(1, 9).map(lambda n: f"（{'零一二三四五六七八九'[n]}）"),
    st.integers(1, 12).map(lambda n: f"{n}．"),
    st.integers(1, 12).map(lambda n: f"（{n}）"),
    st.integers(0, 5).map(lambda n: "①②③④⑤⑥"[n]),
    st.sampled_from(["问：", "问1：", "答：", "附件", "附件2："]),
)
_LINE = st.tuples(_HEAD, _SENTENCE).map("".join)
_PARAGRAPHS = st.lists(_LINE, max_size=14)
_TABLE = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from(["类别", "D类", "30万元", "15", " "]), min_size=width,
                 max_size=width).map(tuple),
        min_size=2, max_size=5,
    )
).map(lambda rows: Block(BlockKind.TABLE, rows=tuple(rows)))  # fmt: skip
_BLOCKS = st.lists(
    st.one_of(
        _LINE.map(lambda text: Block(BlockKind.PARAGRAPH, text)),
        _LINE.map(lambda text: Block(BlockKind.PARAGRAPH, text)),
        st.tuples(_LINE, st.integers(1, 4)).map(lambda t: Block(BlockKind.HEADING, *t)),
        _TABLE,
    ),
    max_size=14,
)
_THOROUGH = settings(max_examples=250, deadline=None)


@_THOROUGH
@given(_PARAGRAPHS)
def test_the_clauses_joined_are_the_lines(texts):
    found = structure([Block(BlockKind.PARAGRAPH, t) for t in texts])
    assert [c.text for c in found.clauses] == [t.strip() for t in texts]


@_THOROUGH
@given(_BLOCKS)
def test_ordinals_follow_the_reading_order_and_parents_come_before_their_children(blocks):
    found = structure(blocks)
    assert [c.ordinal for c in found.clauses] == list(range(len(found.clauses)))
    assert [p.ordinal for p in found.passages] == list(range(len(found.passages)))
    assert all(c.parent is None or c.parent < c.ordinal for c in found.clauses)


@_THOROUGH
@given(_BLOCKS)
def test_every_clause_is_held_by_a_passage(blocks):
    found = structure(blocks)
    held = {o for p in found.passages for o in p.clauses}
    assert held == {c.ordinal for c in found.clauses}


@_THOROUGH
@given(_BLOCKS)
def test_what_a_clause_says_can_be_read_in_the_passages_that_hold_it(blocks):
    assert unreadable(structure(blocks)) == []


@_THOROUGH
@given(_PARAGRAPHS)
def test_no_clause_is_quoted_by_two_passages_that_both_hold_it_whole(texts):
    """Only a paragraph that was cut is in several passages, a piece in each."""
    unique = [f"{t}{n}号" for n, t in enumerate(texts)]
    found = structure([Block(BlockKind.PARAGRAPH, t) for t in unique])
    quoted = "\n".join(p.text for p in found.passages)
    assert [c.text for c in found.clauses if quoted.count(c.text) > 1] == []


@_THOROUGH
@given(_BLOCKS)
def test_no_passage_is_empty_and_each_has_a_name(blocks):
    for passage in structure(blocks).passages:
        assert passage.label
        assert passage.text or not any(c.strip() for c in passage.cells)
