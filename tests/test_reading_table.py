"""The table of what was read says what was lost."""

from evaluation.reading import headed_rows, main, shared
from knowledge.readers import read_bytes
from knowledge.structure import structure


def test_a_lost_sentence_shows_in_the_share():
    found = read_bytes("第一条　甲乙丙。".encode(), "a.txt")
    assert shared("第一条 甲乙丙。", found) == 1.0
    assert shared("第一条 甲乙丙。第二条 丁戊己。", found) == 0.5


def test_files_and_refusals_stand_in_one_table(tmp_path, capsys):
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "办法.txt").write_text("第一条　甲。", encoding="utf-8")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "办法.txt").write_text("第一条　甲。", encoding="utf-8")
    (corpus / "空.docx").write_bytes(b"")
    command = ["--corpus", str(corpus), "--truth", str(tmp_path / "truth")]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "100.00 %" in printed
    assert "| 空.docx | refused |" in printed


def test_a_row_counts_only_with_its_cells_and_its_header():
    text = "标准见下表：\n\n| 类别 | 金额 |\n|--|--|\n| A类 | 120万元 |\n| B类 | 60万元 |\n"
    built = structure(read_bytes(text.encode(), "a.md").blocks)
    assert headed_rows("标准见下表：\n类别 | 金额\nA类 | 120万元\nB类 | 60万元", built) == (2, 2)
    assert headed_rows("类别 | 金额\nA类 | 60万元\nB类 | 60万元", built) == (1, 2)
    assert headed_rows("类别 | 面积\nA类 | 120万元", built) == (0, 1)
