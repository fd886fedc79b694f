"""How lines become clauses and passages."""

import pytest

from knowledge.documents import ClauseKind
from knowledge.structure import LONG, chinese_number, sentences, structure
from tests.knowledge.papers import (
    built,
    heading,
    labels,
    lines,
    numbers,
    outline,
    passage,
    table,
    unreadable,
)

ARTICLE, ITEM, PARAGRAPH = ClauseKind.ARTICLE, ClauseKind.ITEM, ClauseKind.PARAGRAPH


# -- numberings --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("九十八", 98), ("一百零五", 105),
        ("一百一十", 110), ("两", 2), ("15", 15), ("③", 3), ("〇", 0), ("条", -1), ("", -1),
    ],
)  # fmt: skip
def test_chinese_numbers_are_read(written, value):
    assert chinese_number(written) == value


def test_a_statute_nests_as_chapter_article_item():
    found = built(
        """临江市人才条例
        第一章　总则
        第一条　本条例所称人才包括：
        （一）科研人员；
        （二）技能人员。
        第二条　本市鼓励创新。
        第二章　引进
        第三条　引进人才给予奖励。"""
    )
    assert outline(found) == [
        "第一章", "  第一条", "    （一）", "    （二）", "  第二条", "第二章", "  第三条",
    ]  # fmt: skip


def test_a_statute_with_parts_and_sections_nests_below_them():
    found = built(
        """某法
        第一编 总则
        第一章 原则
        第一节 一般规定
        第一条 甲。
        第二节 特别规定
        第二条 乙。
        第二编 分则
        第二章 引进
        第三条 丙。"""
    )
    assert outline(found) == [
        "第一编", "  第一章", "    第一节", "      第一条", "    第二节", "      第二条",
        "第二编", "  第二章", "    第三条",
    ]  # fmt: skip


def test_official_numbering_nests_in_the_order_of_the_standard():
    found = built(
        """关于引才的通知
        一、对象
        （一）条件
        1．学历要求：
        （1）具有博士学位的；
        （2）具有硕士学位的：
        ①毕业三年内；
        ②在本市工作。
        2．年龄不超过40周岁。
        （二）范围
        二、标准
        （一）一次性奖励五万元。"""
    )
    assert outline(found) == [
        "一、", "  （一）", "    1．", "      （1）", "      （2）", "        ①", "        ②",
        "    2．", "  （二）", "二、", "  （一）",
    ]  # fmt: skip


def test_an_office_that_nests_numerals_the_other_way_round_is_followed():
    found = built(
        """关于引才的通知
        一、对象
        1．在职人员：
        （1）博士；
        （2）硕士。
        2．退役人员：
        （1）军官。
        二、标准
        1．五万元。"""
    )
    assert outline(found) == [
        "一、", "  1．", "    （1）", "    （2）", "  2．", "    （1）", "二、", "  1．",
    ]  # fmt: skip


def test_items_begin_anew_below_each_article():
    found = built(
        """某办法
        第一条　材料包括：
        （一）甲；
        （二）乙。
        第二条　程序包括：
        （一）丙；
        （二）丁。"""
    )
    assert outline(found) == [
        "第一条", "  （一）", "  （二）", "第二条", "  （一）", "  （二）",
    ]  # fmt: skip
    assert not found.doubts


def test_arabic_decimals_and_years_do_not_begin_an_item():
    found = built(
        """某通知
        一、标准
        2.5万元以内的部分全额发放。
        2026年1月1日以后取得证书的可以申请。
        10:30开始入场。"""
    )
    assert numbers(found, ARTICLE, ITEM) == ["一、"]


def test_a_second_paragraph_belongs_to_its_article_not_to_the_last_item():
    found = built(
        """某办法
        第一条　有下列情形之一的，不予受理：
        （一）材料不全；
        （二）逾期提交。
        前款规定的情形由受理单位认定。"""
    )
    assert found.clauses[-1].kind is PARAGRAPH
    assert found.clauses[found.clauses[-1].parent].number == "第一条"


def test_a_closing_paragraph_on_validity_belongs_to_no_item():
    found = built(
        """某措施
        1．购房补贴。给予三万元。
        2．租房补贴。每月五百元。
        本措施由人才办负责解释，自2026年1月1日起施行。"""
    )
    assert found.clauses[-1].parent is None
    assert "负责解释" not in "".join(p.text for p in found.passages if "2．" in p.text)


# -- what is a head ------------------------------------------------------------------------


def test_a_number_within_a_line_is_no_head():
    found = built(
        """某办法
        第一条　依照第三条和第四条规定办理的，按一、二类标准执行。
        第二条　前款（一）项不适用。"""
    )
    assert numbers(found, ARTICLE, ITEM) == ["第一条", "第二条"]


@pytest.mark.parametrize(
    "wrapped",
    [
        "第三条规定的条件执行。",
        "第三条、第四条规定的条件执行。",
        "第三条和第四条的条件执行。",
        "第三条至第五条的条件执行。",
        "第三条第二款规定的条件执行。",
        "第三条所列条件执行。",
        "第三条的规定执行。",
        "第三条 规定的条件执行。",
    ],
)
def test_a_wrapped_line_that_begins_with_a_reference_is_no_article(wrapped):
    found = built(
        f"""某办法
        第一条　制定本办法。
        第二条　申请人应当按照本办法
        {wrapped}
        第三条　补贴一万元。"""
    )
    assert numbers(found, ARTICLE) == ["第一条", "第二条", "第三条"]
    assert found.clauses[-1].text == "第三条　补贴一万元。"


@pytest.mark.parametrize(
    "sentence",
    [
        "外籍人才可以申请。",
        "行业主管部门负责初审。",
        "规划建设部门配合。",
        "与用人单位签订合同。",
        "中小企业可以申请。",
        "执行中遇到的问题由人才办解释。",
        "之前已经申请的，不再重复申请。",
        "所有申请人应当诚信申报。",
        "款项按季度拨付。",
    ],
)
def test_an_article_set_without_a_space_is_a_head_whatever_its_first_word(sentence):
    found = built(
        f"""某办法
        第一条为了引进人才，制定本办法。
        第二条{sentence}
        第三条本办法自公布之日起施行。"""
    )
    assert numbers(found, ARTICLE) == ["第一条", "第二条", "第三条"]


def test_an_inserted_article_keeps_its_own_number():
    found = built(
        """某条例
        第一条　甲。
        第一条之一　乙。
        第二条　丙。"""
    )
    assert numbers(found, ARTICLE) == ["第一条", "第一条之一", "第二条"]


def test_a_gap_in_the_articles_is_a_doubt_and_loses_nothing():
    found = built(
        """某条例
        第一条　甲。
        第二条　乙。
        第四条　丁。"""
    )
    assert numbers(found, ARTICLE) == ["第一条", "第二条", "第四条"]
    assert len(found.doubts) == 1
    assert "第四条" in found.doubts[0]


def test_articles_numbered_on_through_the_chapters_raise_no_doubt():
    found = built(
        """某条例
        第一章　总则
        第一条　甲。
        第二章　分则
        第二条　乙。"""
    )
    assert not found.doubts


def test_chapters_named_in_a_sentence_are_no_chapters():
    found = built(
        """某章程
        第一条　甲。
        第二章程序终结后，按照前款执行。"""
    )
    assert numbers(found, ClauseKind.CHAPTER) == []


# -- headings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("一、申领期限。自取得不动产权证书之日起1年内提出。", "申领期限"),
        ("一、学历类：具有博士学位的可以直接申请。", "学历类"),
        ("一、谁可以申请", "谁可以申请"),
        ("一、对在本市连续缴纳社会保险满六个月的申请人，每月发放。", ""),
    ],
)
def test_a_run_in_heading_is_told_from_the_sentence_after_it(line, wanted):
    found = built(f"某通知\n{line}\n二、其他。")
    assert found.clauses[1].heading == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("第一条　【申请条件】具有博士学位。", "申请条件"),
        ("第一条（申请条件）　具有博士学位。", "申请条件"),
        ("第一条　具有博士学位。", ""),
    ],
)
def test_a_bracketed_article_heading_is_kept(line, wanted):
    assert built(f"某办法\n{line}").clauses[1].heading == wanted


def test_the_files_own_headings_group_what_follows_them():
    found = structure(
        [
            heading("人才驿站指南", 1),
            heading("谁能住", 2),
            *lines("外地户籍的毕业生。"),
            heading("住多久", 2),
            *lines("最多五晚。"),
        ]
    )
    assert [c.kind for c in found.clauses] == [
        ClauseKind.TITLE, ClauseKind.SECTION, PARAGRAPH, ClauseKind.SECTION, PARAGRAPH,
    ]  # fmt: skip
    assert "最多五晚。" in passage(found, "住多久").text


# -- questions -----------------------------------------------------------------------------


def test_a_question_and_its_answer_are_one_passage():
    found = built(
        """人才政策问答
        问1：试用期可以申请吗？
        答：可以申请。
        转正后发放。
        问2：要交税吗？
        答：不用。"""
    )
    assert labels(found) == ["文首", "问1", "问2"]
    assert passage(found, "问1").text == "问1：试用期可以申请吗？\n答：可以申请。\n转正后发放。"


def test_numbered_questions_are_questions():
    found = built(
        """人才政策问答
        1．试用期可以申请吗？
        可以申请。
        2．要交税吗？
        不用。"""
    )
    assert numbers(found, ClauseKind.QUESTION) == ["1．", "2．"]


def test_an_answer_may_hold_a_list():
    found = built(
        """人才政策问答
        问1：要带什么材料？
        答：要带三样：
        （一）身份证；
        （二）学历证书。
        问2：要交税吗？
        答：不用。"""
    )
    assert outline(found) == ["问1", "  （一）", "  （二）", "问2"]


# -- tables --------------------------------------------------------------------------------


def test_each_row_is_a_passage_under_its_header():
    found = structure(
        [
            *lines("某细则\n二、标准\n各类人才的标准见下表："),
            table(("类别", "购房补贴"), ("D类", "30万元"), ("E类", "15万元")),
        ]
    )
    row = found.passages[-1]
    assert row.text == "类别：E类；购房补贴：15万元"
    assert row.header == ("类别", "购房补贴")
    assert row.cells == ("E类", "15万元")
    assert row.caption == "各类人才的标准见下表："
    assert row.label == "二、标准 表「E类」"


def test_a_header_of_two_rows_is_joined_column_by_column():
    found = structure(
        [
            *lines("某细则\n一、标准"),
            table(
                ("类别", "补贴标准", "补贴标准"),
                ("类别", "每月", "总额"),
                ("E类", "1500元", "5.4万元"),
                header_rows=2,
            ),
        ]
    )
    assert found.passages[-1].text == "类别：E类；补贴标准/每月：1500元；补贴标准/总额：5.4万元"


def test_caption_and_unit_line_stand_with_every_row():
    found = structure(
        [
            *lines("某细则\n一、标准\n人才补贴标准表\n（单位：万元）"),
            table(("类别", "总额"), ("D类", "30"), ("E类", "15")),
        ]
    )
    rows = [p for p in found.passages if p.kind is ClauseKind.ROW]
    assert [r.caption for r in rows] == ["人才补贴标准表 （单位：万元）"] * 2


def test_a_caption_that_the_file_marks_is_kept():
    found = structure(
        [
            *lines("某细则\n一、标准"),
            table(("类别", "总额"), ("D类", "30"), ("E类", "15"), caption="补贴标准（万元）"),
        ]
    )
    assert found.passages[-1].caption == "补贴标准（万元）"


@pytest.mark.parametrize(
    "rows",
    [
        (("类别", "总额"), ("D类", "30", "需面试"), ("E类", "15", "免试")),
        (("类别",), ("D类", "30"), ("E类", "15")),
        (("类别", "总额", "备注"), ("D类", "30"), ("E类",)),
    ],
)
def test_no_cell_of_a_ragged_table_is_lost(rows):
    found = structure([*lines("某细则\n一、标准"), table(*rows)])
    held = "\n".join(" ".join((*p.header, p.text)) for p in found.passages)
    assert not [cell for row in rows for cell in row if cell not in held]


def test_a_row_is_named_by_its_first_telling_column():
    found = structure(
        [
            *lines("活动安排表\n一、安排"),
            table(("序号", "活动"), ("1", "招聘会"), ("2", "音乐会")),
        ]
    )
    assert [p.label for p in found.passages if p.cells] == [
        "一、安排 表「招聘会」",
        "一、安排 表「音乐会」",
    ]


def test_a_frame_of_one_column_is_text_not_a_table():
    found = structure([*lines("某通知"), table(("一、对象\n博士。",), ("二、标准",))])
    assert numbers(found, ARTICLE) == ["一、", "二、"]


def test_names_and_values_without_a_header_are_read_as_pairs():
    found = structure(
        [
            *lines("某指南\n一、概况"),
            table(("申请条件", "具有博士学位，在本市连续缴纳社会保险满六个月以上的在职人员"),
                  ("办理时限", "十个工作日")),
        ]
    )  # fmt: skip
    assert found.passages[-2].text.startswith("申请条件：具有博士学位")
    assert found.passages[-1].text == "办理时限：十个工作日"


# -- annexes and signatures ----------------------------------------------------------------

SIGNED = """关于申报的通知
一、对象。博士。
二、标准。五万元。
临江市人力资源和社会保障局
2026年2月10日
"""


def test_the_closing_lines_are_the_signature():
    found = built(SIGNED)
    signature = passage(found, "落款")
    assert signature.text == "临江市人力资源和社会保障局\n2026年2月10日"
    assert [c.text for c in found.clauses if c.kind is ClauseKind.SIGNATURE] == [
        "临江市人力资源和社会保障局",
        "2026年2月10日",
    ]


def test_a_signature_before_an_annex_is_still_the_signature():
    found = built(
        SIGNED
        + """附件1：申请办法
        第一条　甲。
        第二条　乙。"""
    )
    assert passage(found, "落款").text.startswith("临江市人力资源和社会保障局")
    assert outline(found) == ["一、", "二、", "附件1", "  第一条", "  第二条"]
    assert not found.doubts


def test_a_date_in_the_body_is_no_signature():
    found = built(
        """关于笔试的公告
        一、笔试时间
        2026年5月10日
        二、面试时间
        2026年6月10日
        三、其他。另行通知。"""
    )
    assert numbers(found, ARTICLE) == ["一、", "二、", "三、"]
    assert not [c for c in found.clauses if c.kind is ClauseKind.SIGNATURE]
    assert "2026年5月10日" in passage(found, "一、笔试时间").text


def test_a_notice_without_numbers_is_signed_too():
    found = built(
        """关于办公地点搬迁的公告
        因工作需要，市人才服务中心自下月起搬至滨江大道66号办公，原办公地点不再受理业务，请相互转告。
        临江市人才服务中心
        2026年2月10日"""
    )
    assert passage(found, "落款").text == "临江市人才服务中心\n2026年2月10日"


def test_a_date_in_chinese_numerals_signs_a_document():
    found = built(SIGNED.replace("2026年2月10日", "二〇二六年二月十日"))
    assert passage(found, "落款").text.endswith("二〇二六年二月十日")


# -- passages ------------------------------------------------------------------------------


def test_a_long_paragraph_is_cut_at_sentence_ends_only():
    sentence = "申请人应当在规定期限内提交材料，由受理单位逐项核验并告知结果。"
    found = built("某办法\n第一条　" + sentence * 40)
    pieces = [p.text for p in found.passages if p.label == "第一条"]
    assert len(pieces) > 2
    assert all(piece.endswith("。") and len(piece) <= LONG for piece in pieces)
    assert "".join(pieces) == "第一条　" + sentence * 40


def test_sentences_joined_are_the_text():
    text = "甲。乙！丙？\n丁；戊"
    assert "".join(sentences(text)) == text
    assert sentences(text) == ["甲。", "乙！", "丙？", "\n", "丁；", "戊"]


def test_a_short_article_with_its_items_stays_one_passage():
    found = built("某办法\n第一条　材料：\n（一）身份证；\n（二）学历证书。\n第二条　乙。")
    assert passage(found, "第一条").text == "第一条　材料：\n（一）身份证；\n（二）学历证书。"


LONG_ITEMS = """某办法
第一条　各类人才子女按照以下规则安排：
（一）A类人才子女可在全市公办幼儿园、小学、初中范围内任意选择一所学校，由市教育局负责协调落实，不受学区限制；
（二）B类人才子女可在工作地或者居住地所在区范围内选择公办学校，由区教育局在每年六月底以前统一安排落实到位；
（三）C类人才子女在工作地或者居住地划片学校之外，可再选择一所相邻片区学校，学位有余的按照顺序予以安排入学。
"""


def test_long_items_are_cited_one_by_one_with_their_lead_in():
    found = built(LONG_ITEMS)
    assert labels(found) == ["文首", "第一条（一）", "第一条（二）", "第一条（三）"]
    assert passage(found, "第一条（二）").caption == "第一条　各类人才子女按照以下规则安排："


@pytest.mark.parametrize(
    "text",
    [
        LONG_ITEMS,
        # a lead-in that is too long for a heading and ends in no full stop
        "某办法\n第一章　总则\n一、" + "在本市连续缴纳社会保险并且依法纳税的各类申请人，" * 8
        + "按照下列规则办理：\n（一）甲类。" + "条件如下。" * 30 + "\n（二）乙类。",
        "某通知\n一、" + "为贯彻落实上级关于人才工作的部署要求，" * 4 + "现将标准公布如下："
        + "\n1．是否可以申请？\n可以。\n2．何时可以申请？\n随时。",
    ],
)  # fmt: skip
def test_every_clause_can_be_read_in_a_passage_that_holds_it(text):
    assert unreadable(built(text)) == []


def test_numbered_parts_head_what_follows_and_their_numberings_begin_anew():
    found = built(
        "人才服务指南\n第一部分　落户\n一、条件\n1．本科。\n第二部分　住房\n一、条件\n1．无房。"
    )
    assert outline(found) == ["第一部分", "  一、", "    1．", "第二部分", "  一、", "    1．"]
    assert found.doubts == ()


def test_a_part_that_a_sentence_names_is_no_head():
    found = built("第一条　资金分两部分。\n第一部分资金用于住房，第二部分资金用于创业。")
    assert numbers(found, ClauseKind.PART) == []


def test_a_list_hangs_from_the_paragraph_that_leads_into_it_and_goes_on_with_no_other_list():
    made = built(
        """一、材料
        （一）其他材料：
        （1）房屋权证；
        （2）户口簿；
        拟落户社区公共户的，须提供以下材料之一：
        （1）租赁备案证明；
        （2）寄宿证明。
        二、时限
        （一）三日。"""
    )
    lead = next(c for c in made.clauses if c.text.startswith("拟落户"))
    below = [c.text for c in made.clauses if c.parent == lead.ordinal]
    assert below == ["（1）租赁备案证明；", "（2）寄宿证明。"]
    assert next(c for c in made.clauses if c.text == "二、时限").parent is None
    assert made.doubts == ()


def test_a_caption_leads_into_nothing():
    made = built(
        """一、材料
        备注：
        1、请用纸张。
        2、请签名。"""
    )
    first = next(c for c in made.clauses if c.text.startswith("1、"))
    assert made.clauses[first.parent].text == "一、材料"
