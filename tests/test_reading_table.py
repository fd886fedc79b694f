"""The table of what was read says what was lost."""

from evaluation.reading import main, shared
from knowledge.readers import read_bytes


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
