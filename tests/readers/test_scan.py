"""Scans and pictures: their words are recognised, laid out as text, and marked for checking."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.documents import BlockKind, Unreadable
from knowledge.readers import ocr_text, pulse, read_bytes, read_file, recognition, scan
from knowledge.readers.scan import recognition_notes
from tests.readers.papers import line, pdf
from tests.readers.papers import picture as blank_picture

SAMPLE = next((Path(__file__).parents[2] / "samples").glob("05-*"))
TEXT = "为了吸引各类人才改善居住条件"


def answer(*lines, tables=()):
    """What the recognising process says of a page of lines: text, left, top, score."""
    placed = [
        [text, score, left, top, left + len(text) * 16, top + 18]
        for text, left, top, score in lines
    ]
    return {"width": 595, "height": 842, "lines": placed, "tables": list(tables)}


def page_of(*lines, tables=()):
    return scan._laid_out(1, answer(*lines, tables=tables))


def words(found):
    return [placed.line.text for placed in found.page.lines]


@pytest.fixture
def answers(monkeypatch):
    """Replaces the recognising process by these answers, one a page."""

    def given(*pages):
        def ask(process, request, name, number=0):
            return pages[number - 1] if number else {"pages": len(pages)}

        class Idle:
            def __enter__(self):
                return None

            def __exit__(self, *fault):
                return None

        monkeypatch.setattr(scan, "_ask", ask)
        monkeypatch.setattr(scan, "_recogniser", lambda name: Idle())

    return given


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


# -- punctuation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("临人社公告〔2026]31号", "临人社公告〔2026〕31号"),
        ("临人社公告(2026〕31 号", "临人社公告〔2026〕31号"),
        ("临府办[2026]7号", "临府办〔2026〕7号"),
        ("临府（2019）7号", "临府（2019）7号"),
        ("补贴 15 万元,一次发放;不重复", "补贴15万元，一次发放；不重复"),
        ("自2O26年起", "自2026年起"),
        ("二O二六年", "二〇二六年"),
        ("(试行)", "（试行）"),
        ("(一)申请人(含配偶)", "（一）申请人（含配偶）"),
        ('登录"临江人才"小程序', "登录“临江人才”小程序"),
        ("第三条 每月发放", "第三条　每月发放"),
        ("一1一", "— 1 —"),
    ],
)
def test_brackets_and_punctuation_become_chinese_where_no_other_reading_is_possible(seen, meant):
    assert ocr_text.tidy(seen) == meant


@pytest.mark.parametrize(
    "text",
    [
        "每月30O元",
        "9:00至17:00",
        "1,500元",
        "www.linjiang.gov.cn",
        "A (B) C",
        "3.5%",
        "一.申领对象",
    ],
)
def test_figures_times_and_latin_text_are_left_as_they_were_read(text):
    assert ocr_text.tidy(text) == text


# -- layout --------------------------------------------------------------------------------


def test_pieces_on_one_height_are_one_line_from_left_to_right():
    found = page_of(("2026年11月", 400, 101, 1), ("临江市人社局", 100, 100, 1))
    assert words(found) == ["临江市人社局　2026年11月"]


def test_trembling_edges_and_sizes_are_made_even():
    found = page_of(*[(TEXT, 100 + at % 3, 100 + 30 * at, 1) for at in range(6)])
    assert len({placed.line.left for placed in found.page.lines}) == 1
    assert len({placed.line.size for placed in found.page.lines}) == 1


def test_wrapped_lines_of_a_scan_join_and_numbered_heads_part(answers):
    answers(
        answer(
            ("一、申领对象", 112, 100, 1),
            (TEXT * 2, 112, 130, 1),
            (TEXT * 2 + "可以", 80, 160, 1),
            ("申领。", 80, 190, 1),
            ("二、补贴标准", 112, 220, 1),
            ("— 1 —", 280, 800, 1),
        )
    )
    found = read_bytes(PNG, "公告.png")
    assert [b.text for b in found.blocks] == [
        "一、申领对象",
        TEXT * 4 + "可以申领。",
        "二、补贴标准",
    ]
    assert found.metadata == {"read_by": "ocr"}


def test_cells_between_rules_become_a_table(answers):
    boxes = [[x, y, x + 200, y + 40] for y in (200, 240) for x in (80, 280)]
    answers(
        answer(
            ("补贴标准见下表：", 80, 150, 1),
            ("类别", 90, 210, 1),
            ("金额", 290, 210, 1),
            ("A类", 90, 250, 1),
            ("300万元", 290, 250, 1),
            tables=[boxes],
        )
    )
    (before, table) = read_bytes(PNG, "表.png").blocks
    assert before.text == "补贴标准见下表："
    assert table.kind is BlockKind.TABLE
    assert table.rows == (("类别", "金额"), ("A类", "300万元"))


# -- what a reviewer is told ---------------------------------------------------------------


def test_every_recognised_page_is_named_and_an_unsure_one_with_its_score():
    sure, unsure = page_of((TEXT, 80, 100, 0.99)), page_of((TEXT, 80, 100, 0.83))
    unsure.page.number = 2
    assert recognition_notes([sure, unsure]) == [
        "第1、2页为扫描件，由文字识别读入，请核对",
        "第2页识别把握较低（0.83），请逐字核对",
    ]


def test_what_cannot_be_made_out_is_not_guessed_but_counted():
    found = page_of((TEXT, 80, 100, 0.99), ("章印不清", 80, 200, 0.3))
    assert words(found) == [TEXT]
    assert recognition_notes([found])[1] == "第1页有 1 处文字认不清，没有读入，请核对"


def test_a_long_run_of_scanned_pages_is_named_by_its_ends():
    found = [page_of((TEXT, 80, 100, 0.99)) for _ in range(5)]
    for number, item in zip((1, 3, 4, 5, 9), found, strict=True):
        item.page.number = number
    assert recognition_notes(found) == ["第1、3—5、9页为扫描件，由文字识别读入，请核对"]


def test_a_picture_without_words_is_refused_as_such(refusal, answers):
    answers(answer())
    assert "图片里没有认出文字" in refusal(PNG)


def test_a_page_of_a_pdf_with_text_keeps_it_and_only_the_scan_is_recognised(answers, monkeypatch):
    asked = []
    answers(answer(), answer((TEXT, 80, 100, 0.99)))
    real = scan.recognise
    from knowledge.readers import pdf as pdf_reader

    def recognise(data, kind, name, numbers):
        asked.extend(numbers)
        return real(data, kind, name, numbers)

    monkeypatch.setattr(pdf_reader, "recognise", recognise)
    first = [line("第一条 本办法自发布之日起施行，", 80, 700), line("有效期三年。", 80, 670)]
    found = read_bytes(pdf(first, [blank_picture()]), "混合.pdf")
    assert asked == [2]
    assert [(b.text, b.page) for b in found.blocks] == [
        ("第一条 本办法自发布之日起施行，有效期三年。", 1),
        (TEXT, 2),
    ]
    assert found.notes == ("第2页为扫描件，由文字识别读入，请核对",)


@pytest.mark.parametrize("text", ["\ue001\ue002\ue003" * 10, TEXT.encode("gbk").decode("latin-1")])
def test_a_page_whose_font_has_no_code_or_a_false_one_is_recognised(answers, text):
    answers(answer((TEXT, 80, 100, 0.99)))
    garbage = [line(text, 80, 700)]
    found = read_bytes(pdf(garbage), "乱码.pdf")
    assert [b.text for b in found.blocks] == [TEXT]
    assert found.metadata == {"read_by": "ocr"}


def test_pages_recognised_before_an_interruption_are_not_recognised_again(monkeypatch, tmp_path):
    asked = []

    def ask(process, request, name, number=0):
        asked.append(number)
        if number == 3 and asked.count(3) == 1:
            raise Unreadable(name, "意外退出")
        return answer((f"第{number}条　" + TEXT, 80, 100, 0.99)) if number else {"pages": 3}

    monkeypatch.setattr(scan, "_ask", ask)
    monkeypatch.setattr(scan, "_recogniser", lambda name: contextlib.nullcontext())
    monkeypatch.setattr(pulse, "kept_pages", tmp_path / "a.pages")
    told = []
    monkeypatch.setattr(pulse, "beat", lambda done=0, of=0: told.append((done, of)))
    with pytest.raises(Unreadable):
        scan.recognise(PNG, "scan", "a.png")
    with (tmp_path / "a.pages").open("a") as file:
        file.write('{"page": 3, "answer": {"li')  # killed in the middle of a line
    found = scan.recognise(PNG, "scan", "a.png")
    assert asked == [0, 1, 2, 3, 0, 3]
    assert [words(item) for item in found] == [[f"第{n}条　" + TEXT] for n in (1, 2, 3)]
    assert told == [(1, 3), (2, 3), (0, 0), (0, 0), (3, 3)]
    assert [words(item) for item in scan.recognise(PNG, "scan", "a.png")] == [*map(words, found)]
    assert asked[6:] == [0]


def test_a_long_scan_is_recognised_by_one_process_after_another(monkeypatch):
    processes = []

    def begun(name):
        processes.append(0)
        return contextlib.nullcontext()

    def ask(process, request, name, number=0):
        processes[-1] += bool(number)
        return answer((f"第{number}条　" + TEXT, 80, 100, 0.99)) if number else {"pages": 45}

    monkeypatch.setattr(scan, "_ask", ask)
    monkeypatch.setattr(scan, "_recogniser", begun)
    found = scan.recognise(PNG, "scan", "a.png")
    assert [item.page.number for item in found] == list(range(1, 46))
    assert processes == [20, 20, 5]


# -- limits --------------------------------------------------------------------------------


def test_more_scanned_pages_than_the_limit_are_refused_before_any_is_read(refusal):
    pages = [[blank_picture()]] * (scan.MAX_SCANNED_PAGES + 1)
    assert f"{scan.MAX_SCANNED_PAGES + 1} 页" in refusal(pdf(*pages))


def test_a_missing_engine_is_named_with_the_command_that_installs_it(refusal, monkeypatch):
    monkeypatch.setattr(scan.importlib.util, "find_spec", lambda name: None)
    assert "pip install rapidocr==3.10.0" in refusal(PNG)


def _instead(monkeypatch, code):
    """Another program in the place of the recognising process."""
    real = subprocess.Popen
    monkeypatch.setattr(
        scan.subprocess, "Popen", lambda command, **rest: real([sys.executable, "-c", code], **rest)
    )


def test_a_crash_while_recognising_refuses_the_file_and_harms_nothing_else(refusal, monkeypatch):
    _instead(monkeypatch, "import os; print('{\"pages\": 1}', flush=True); os.abort()")
    assert "意外退出" in refusal(PNG)


def test_a_page_that_takes_too_long_is_stopped(refusal, monkeypatch):
    _instead(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(scan, "PAGE_SECONDS", 0.2)
    assert "已停止" in refusal(PNG)


def test_a_broken_picture_is_called_broken(refusal):
    assert "损坏" in refusal(PNG)
    assert "损坏" in refusal(b"\xff\xd8\xff\xe0" + b"\0" * 64)


def test_a_picture_that_unpacks_to_too_many_pixels_is_not_decoded(refusal):
    image = pytest.importorskip("PIL.Image")
    stream = io.BytesIO()
    image.new("1", (20_000, 20_000)).save(stream, "PNG")
    assert len(stream.getvalue()) < 200_000
    assert "4000 万像素" in refusal(stream.getvalue())


def test_a_tall_picture_is_cut_between_its_lines():
    import numpy as np

    paper = np.full((6000, 1000, 3), 255, np.uint8)
    for top in range(0, 6000, 50):
        paper[top : top + 30, ::4] = 0
    strips = list(recognition._strips(paper))
    assert len(strips) > 1
    assert sum(strip.shape[0] for _, strip in strips) == 6000
    assert all(top % 50 >= 30 for top, _ in strips[1:])


# -- with the real engine ------------------------------------------------------------------


@pytest.mark.slow
def test_the_scanned_sample_reads_as_its_paragraphs_with_every_figure():
    found = read_file(SAMPLE)
    texts = [b.text for b in found.blocks]
    assert texts[:2] == [
        "关于开展2026年第四批高校毕业生生活补贴申领工作的公告",
        "临人社公告〔2026〕31号",
    ]
    assert (
        "博士研究生每月3000元，硕士研究生每月1500元，本科毕业生每月800元，补贴期限均为36个月；"
        "大专毕业生和技工院校高级工班毕业生每月400元，补贴期限12个月。"
    ) in texts
    assert "生活补贴与人才安居租房补贴可以同时享受。咨询电话：86625588。" in texts
    assert texts[-2:] == ["临江市人力资源和社会保障局", "2026年11月16日"]
    assert len(texts) == 19
    assert found.notes == ("第1、2页为扫描件，由文字识别读入，请核对",)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [4, 90, 180])
def test_a_page_laid_on_the_glass_askew_or_the_wrong_way_round_reads_the_same(turn):
    import pypdfium2

    page = pypdfium2.PdfDocument(SAMPLE)[1].render(scale=2).to_pil().convert("RGB")
    stream = io.BytesIO()
    page.rotate(turn, expand=True, fillcolor="white").save(stream, "PNG")
    texts = [b.text for b in read_bytes(stream.getvalue(), "转.png").blocks]
    assert texts[0] == "六、发放时间"
    assert texts[-2:] == ["临江市人力资源和社会保障局", "2026年11月16日"]


@pytest.mark.slow
def test_an_empty_scan_is_refused(refusal):
    with pytest.raises(Unreadable, match="没有认出文字"):
        read_bytes(pdf([blank_picture()]), "空白.pdf")
