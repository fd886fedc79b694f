"""A line is joined to the one above only when the column was full."""

from knowledge.readers.wrapping import Column, Line, breaks_between, glue, starts_paragraph

COLUMN = Column(left=80, right=520, indented=True, gap=0.5)


def line(text, left=80.0, right=518.0, gap=0.5, size=14.0):
    return Line(text, left, right, size, gap)


def breaks(above, below):
    return breaks_between(above, below, COLUMN)


def test_a_full_line_goes_on():
    assert not breaks(line("在本市主城区购买新建商品住"), line("房的，给予补贴。", right=200))


def test_a_short_line_ends_its_paragraph():
    assert breaks(line("给予补贴。", right=200), line("申领时应当提供材料"))


def test_an_indent_begins_a_paragraph():
    assert breaks(line("按照有关规定执行。"), line("申请人应当提供材料", left=108))


def test_a_number_at_the_left_edge_goes_on_where_paragraphs_are_indented():
    assert not breaks(line("的首套住房；"), line("2．取得不动产权证书；3．申领时"))


def test_a_reference_to_an_article_is_no_new_article():
    assert not starts_paragraph("第三条规定的条件")
    assert not starts_paragraph("一、二等奖获得者")
    assert starts_paragraph("第三条　申请人")
    assert starts_paragraph("一、申请条件")


def test_a_title_goes_on_until_its_bracket_closes():
    title = line("关于印发《东莞市积分制人才", left=158, right=443, size=22)
    assert not breaks(title, line("入户实施细则》的通知", left=191, right=410, size=22))


def test_a_change_of_size_begins_a_paragraph():
    assert breaks(line("实施细则", size=22), line("各有关单位：", right=200))


def test_only_words_of_letters_get_a_space():
    assert glue("在本市", "购房") == "在本市购房"
    assert glue("A", "类人才") == "A类人才"
    assert glue("open", "data") == "open data"
    assert glue("电话8662", "5588") == "电话86625588"
