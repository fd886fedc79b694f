"""Plain text files: any encoding, one paragraph a line, hard wraps undone."""

import pytest

from tests.readers.reading import read, texts, the_table

WRAPPED = """
        人才安居办法

    第一条　为了吸引和留住各类人才，改善人才的居住条件，促进经济社会
持续健康发展，根据国家和省有关规定，结合本市的实际情况，制定本办法，
由各县（市、区）人民政府和市直各有关部门遵照执行。
    第二条　本办法适用于在本市行政区域内全职工作并且依法缴纳社会保
险费的各类人才，机关和参照公务员法管理的事业单位工作人员按照国家有
关规定执行。
    一、购房补贴。在本市首次购买商品住房的，按照人才类别给予一次性购
房补贴，标准由市住房和城乡建设局会同市财政局拟订。
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_any_usual_encoding_is_recognised(encoding):
    assert texts("购房补贴15万元\r\n第二行".encode(encoding)) == ["购房补贴15万元", "第二行"]


def test_rare_characters_of_gb18030_survive():
    assert texts("㐀镇䶮村𠮷家".encode("gb18030")) == ["㐀镇䶮村𠮷家"]


def test_broken_bytes_are_reported_not_hidden():
    reading = read("第一条 人才补贴".encode() * 50 + b"\xff\xff" + "标准".encode())
    assert "无法识别" in reading.notes[0]


def test_each_line_is_a_paragraph_unless_the_file_is_hard_wrapped():
    lines = ["一、申请条件。", "在本市工作的人才", "（一）博士", "联系电话：86625588"]
    assert texts("\n".join(lines).encode()) == lines


def test_hard_wrapped_lines_are_joined():
    found = texts(WRAPPED.encode())
    assert [text[:4] for text in found] == ["人才安居", "第一条　", "第二条　", "一、购房"]
    assert "社会持续健康发展" in found[1]
    assert "社会保险费" in found[2]


def test_pipe_lines_become_a_table():
    data = "标准如下\n类别 | 金额\n--- | ---\nA类 | 120万元\nB类 | 60万元\n备注".encode()
    assert the_table(data).rows == (("类别", "金额"), ("A类", "120万元"), ("B类", "60万元"))
    assert texts(data) == ["标准如下", "备注"]


def test_a_single_line_with_a_bar_is_text():
    assert texts("咨询电话 | 86625588\n地址".encode()) == ["咨询电话 | 86625588", "地址"]


OFFICIAL = """临江市人才住房补贴办法
第一条　本市的人才在本市工作的，可以申请补贴500元。
第二条　本办法自2026年1月1日施行。"""
TRADITIONAL = """臨江市人才住房補貼辦法
第一條　本市的人才在本市工作的，可以申請補貼500元。
第二條　本辦法自2026年1月1日施行。"""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_read(encoding):
    assert texts(OFFICIAL.encode(encoding)) == OFFICIAL.split("\n")


def test_big5_is_not_taken_for_the_characters_of_gb18030_and_its_script_is_said():
    found = read(TRADITIONAL.encode("big5"))
    assert [block.text for block in found.blocks] == TRADITIONAL.split("\n")
    assert "繁体" in found.notes[0]
    assert read(OFFICIAL.encode("gb18030")).notes == ()


def test_page_numbers_of_a_printed_text_are_dropped_and_its_few_full_lines_joined():
    text = """　　　临江市青年人才驿站管理细则
　　第一条　为方便来临江市求职就业的高校毕业生，帮助他们解决短期
住宿的困难，制定本细则。
　　第二条　申请入住的应当符合下列条件：
　　（一）年龄不超过35周岁；
            - 1 -
　　（二）持有本市用人单位的面试通知或者活动邀请，或者以其他方式
证明来本市求职。
　　第三条　每人每年可以免费入住7天。
            - 2 -"""
    found = texts(text.encode())
    assert found[1].endswith("解决短期住宿的困难，制定本细则。")
    assert found[4].endswith("以其他方式证明来本市求职。")
    assert len(found) == 6


def test_a_single_dash_and_number_is_no_page_number():
    assert texts("一、名额\n- 3 -\n二、其他".encode()) == ["一、名额", "- 3 -", "二、其他"]


def test_figures_of_full_width_are_usual_figures():
    assert texts("自２０２６年１月１日起，每年５，０００元".encode()) == [
        "自2026年1月1日起，每年5,000元"
    ]


def test_comma_separated_values_are_a_table():
    head, note = "临江市人才补贴标准", "注：每年核定。"
    lines = [head, "类别,标准（元）,年限", 'A类,"6,000",5', "B类,4000,", note]
    data = "\r\n".join(lines).encode("gbk")
    header = ("类别", "标准（元）", "年限")
    assert the_table(data, "标准.csv").rows == (header, ("A类", "6,000", "5"), ("B类", "4000", ""))
    assert texts(data, "标准.csv") == [head, note]
