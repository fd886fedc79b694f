"""Web pages: the paper's text whole, the site around it gone."""

from tests.readers.reading import read, texts, the_table

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>落户指南_某市公安局</title>
<style>p{{}}</style><script>var a="脚本";</script></head><body>
<div class="top"><a href="/">网站首页</a> | <a href="/a">政务公开</a></div>
<div class="crumb">您的位置：<a href="/">首页</a> &gt; <a href="/b">公告</a> &gt; 正文</div>
<div class="main"><h1>落户指南</h1><div class="info">发布时间：2026-03-05　来源：公安局</div>
<div id="zoom">{content}</div>
<div class="share">分享到：微信 微博</div></div>
<ul><li><a href="1">关于放假的通知</a></li><li><a href="2">统计公报</a></li></ul>
<div class="footer">主办：公安局　版权所有</div></body></html>"""
CONTENT = (
    "<p>一、谁可以申请</p><p>具有本科以上学历，未满50周岁的人才，可以申请落户，不要求社保年限。</p>"
)


def page(content=CONTENT, charset="utf-8", encoding="utf-8"):
    return PAGE.format(content=content, charset=charset).encode(encoding)


def test_only_the_paper_with_its_title_and_source_line_remains():
    reading = read(page())
    assert [block.text for block in reading.blocks] == [
        "落户指南",
        "发布时间：2026-03-05　来源：公安局",
        "一、谁可以申请",
        "具有本科以上学历，未满50周岁的人才，可以申请落户，不要求社保年限。",
    ]
    assert reading.blocks[0].level == 1
    assert reading.metadata == {"title": "落户指南_某市公安局"}


def test_a_page_saved_in_another_charset_than_it_declares_is_read():
    assert texts(page(charset="utf-8", encoding="gbk")) == texts(page())
    assert texts(page(charset="gb2312", encoding="utf-8")) == texts(page())
    assert texts(page(charset="iso-8859-1", encoding="gb18030")) == texts(page())


def test_line_breaks_part_paragraphs():
    content = "<p>（一）具有博士学位的人才，按有关规定执行；<br>（二）具有硕士学位的人才。</p>"
    assert texts(page(content))[2:] == [
        "（一）具有博士学位的人才，按有关规定执行；",
        "（二）具有硕士学位的人才。",
    ]


def test_spans_repeat_and_header_cells_count():
    content = CONTENT + (
        '<table><caption>补贴标准</caption><tr><th rowspan="2">类别</th><th colspan="2">补贴</th>'
        "</tr><tr><th>购房</th><th>租房</th></tr>"
        '<tr><td>A类</td><td colspan="2">一事一议</td></tr></table>'
    )
    found = the_table(page(content))
    assert found.rows == (
        ("类别", "补贴", "补贴"),
        ("类别", "购房", "租房"),
        ("A类", "一事一议", "一事一议"),
    )
    assert (found.header_rows, found.caption) == (2, "补贴标准")


def test_a_table_for_layout_is_no_table():
    content = f"<table><tr><td>　</td><td>{CONTENT}</td></tr></table>"
    assert texts(page(content)) == texts(page())


def test_the_browsers_list_numbers_are_restored():
    content = CONTENT + '<ol start="2"><li>身份证</li><li><p>户口簿</p></li></ol><ul><li>照片</ul>'
    assert texts(page(content))[4:] == ["2．身份证", "3．户口簿", "照片"]


def test_attachments_are_kept_though_they_are_links():
    content = CONTENT + (
        '<p><a href="/1.doc">附件1：申请表</a></p><p><a href="/2.doc">附件2：承诺书</a></p>'
    )
    assert texts(page(content))[4:] == ["附件1：申请表", "附件2：承诺书"]


def test_hidden_and_scripted_parts_are_left_out():
    content = CONTENT + '<p style="display: none">隐藏</p><script>document.write("广告")</script>'
    assert texts(page(content)) == texts(page())


def test_line_ends_of_the_source_do_not_cut_words():
    content = "<p>购房\n   补贴的标准为15 万元，由市住房和城乡建设局\n发放。</p>"
    assert texts(page(content))[2] == "购房补贴的标准为15 万元，由市住房和城乡建设局发放。"


def test_a_site_that_names_everything_top_keeps_its_paper():
    data = f'<html><body><div class="top"><div class="nav">{CONTENT}</div></div></body></html>'
    assert len(texts(data.encode())) == 2


def test_a_web_archive_is_a_page():
    archive = (
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
            b'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n'
        )
        + page()
        + b"\n--x--\n"
    )
    assert texts(archive) == texts(page())


def test_a_page_of_pictures_is_refused(refusal):
    assert "没有读到正文" in refusal(b"<html><body><img src='a.jpg'></body></html>")


def test_struck_text_and_raised_numbers_are_no_part_of_an_amount():
    content = (
        "<p>每月补贴<del>500</del>800元，另补<s><b>10</b></s>20元。</p>"
        '<p>原<span style="text-decoration: line-through">70</span>80元。</p>'
        "<p>一次性补贴3000<sup>1</sup>元，面积90m<sup>2</sup>。</p>"
        "<p><sup>佛府办〔</sup><sup>20</sup><sup>12</sup><sup>〕36号</sup></p>"
    )
    found = read(f"<html><body>{content}</body></html>".encode())
    assert [block.text for block in found.blocks] == [
        "每月补贴800元，另补20元。", "原80元。", "一次性补贴3000[1]元，面积90m²。",
        "佛府办〔2012〕36号",
    ]  # fmt: skip
    assert "3 处带删除线" in found.notes[0]
