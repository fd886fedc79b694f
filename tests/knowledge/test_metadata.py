"""What a document says about itself."""

from datetime import date

import pytest

from knowledge.dates import add_years, read_date
from knowledge.documents import DocumentKind
from knowledge.metadata import bundled, document_facts, file_stem
from tests.knowledge.papers import built

CLOSING = "本办法自2025年7月1日起施行。"


def facts(text, file_name="文件.docx", hint=""):
    return document_facts(built(text).clauses, file_name, hint)


def closing(*sentences, number="临政发〔2025〕1号"):
    """Facts of a policy of 10 June 2025 that closes with these sentences."""
    return facts(
        f"""临江市人才办法
        {number}
        第一条　为引进人才，制定本办法。
        第二条　{"".join(sentences)}
        临江市人民政府
        2025年6月10日"""
    )


def dates(found):
    return (
        found.effective.value if found.effective else "",
        found.expires.value if found.expires else "",
    )


# -- 文号 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("临政办发〔2025〕18号", "临政办发〔2025〕18号"),
        ("临政办发[2025]18号", "临政办发〔2025〕18号"),
        ("临政办发（2025）18号", "临政办发〔2025〕18号"),
        ("临政办发【2025】18 号", "临政办发〔2025〕18号"),
        ("（临政办发〔2025〕18号）", "临政办发〔2025〕18号"),
        ("临人社规〔2025〕第18号", "临人社规〔2025〕18号"),
        ("临江市人民政府令第12号", "临江市人民政府令第12号"),
        ("2018年6月29日 中华人民共和国国务院令第700号", "中华人民共和国国务院令第700号"),
        ("中华人民共和国主席令（第三十五号）", "中华人民共和国主席令第35号"),
        ("中华人民共和国主席令第三十五号", "中华人民共和国主席令第35号"),
    ],
)
def test_a_document_number_has_one_normal_form(line, number):
    assert facts(f"临江市人才办法\n{line}\n第一条　甲。").number.value == number


def test_the_number_of_a_document_that_is_only_mentioned_is_not_its_own():
    found = facts(
        """临江市人才办法
        根据《临江市人才条例》（临政发〔2020〕3号）制定。
        第一条　按照临政发〔2021〕5号文件执行。"""
    )
    assert found.number is None


# -- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025年6月9日", date(2025, 6, 9)),
        ("2025 年 6 月 9 日", date(2025, 6, 9)),
        ("二〇二五年六月九日", date(2025, 6, 9)),
        ("二○二五年十二月三十一日", date(2025, 12, 31)),
        ("二零二五年十一月二十日", date(2025, 11, 20)),
        ("一九五八年一月九日", date(1958, 1, 9)),
        ("2025年6月9号", date(2025, 6, 9)),
        ("2025年2月30日", None),
        ("2025年6月", None),
        ("2025年2月30日和2025年3月1日", date(2025, 3, 1)),
    ],
)
def test_a_civil_date_is_read_in_either_numerals(written, day):
    assert read_date(written) == day


def test_a_period_from_the_leap_day_ends_on_the_first_of_march():
    assert add_years(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("sentence", "effective", "expires"),
    [
        ("本办法自2025年7月1日起施行。", "2025-07-01", ""),
        ("本办法自2025年7月1日起正式施行，有效期5年。", "2025-07-01", "2030-07-01"),
        ("本办法自2025年7月1日起施行，有效期为五年。", "2025-07-01", "2030-07-01"),
        ("本办法自2025年7月1日起施行，有效期两年。", "2025-07-01", "2027-07-01"),
        ("本办法自2025年7月1日起施行。有效期3年。", "2025-07-01", "2028-07-01"),
        ("本办法有效期3年，自2025年7月1日起施行。", "2025-07-01", "2028-07-01"),
        ("本办法自2025年7月1日起试行，试行期1年。", "2025-07-01", "2026-07-01"),
        ("本办法自2025年7月1日起施行，有效期至2030年6月30日。", "2025-07-01", "2030-07-01"),
        ("本办法自2025年7月1日起执行，至2030年6月30日止。", "2025-07-01", "2030-07-01"),
        ("本办法自2025年7月1日起施行，有效期截至2030年12月31日。", "2025-07-01", "2031-01-01"),
        ("本办法自二〇二五年七月一日起施行，有效期五年。", "2025-07-01", "2030-07-01"),
        ("本办法自印发之日起施行，有效期5年。", "2025-06-10", "2030-06-10"),
        ("本办法自发布之日起三十日后施行，有效期5年。", "2025-07-10", "2030-07-10"),
        ("本办法自公布之日起30日后施行。", "2025-07-10", ""),
        ("本办法由人才办负责解释。", "", ""),
    ],
)
def test_validity_is_read_from_the_closing_words(sentence, effective, expires):
    assert dates(closing(sentence)) == (effective, expires)


def test_a_document_in_force_until_a_day_lapses_the_day_after():
    found = closing("本办法自2025年7月1日起施行，有效期至2030年6月30日。")
    assert found.expires_on == date(2030, 7, 1)


def test_a_document_without_a_start_is_in_force_from_its_issue():
    assert closing("本办法由人才办负责解释。").effective_on == date(2025, 6, 10)


@pytest.mark.parametrize(
    "inner",
    [
        "《人才证书》有效期为5年。",
        "本证书有效期为5年。",
        "本卡有效期3年，到期可以续办。",
        "申请人取得证书后有效期3年。",
        "劳动合同自2024年1月1日起满3年的。",
        "过渡期补贴自2025年8月1日起执行，有效期1年。",
    ],
)
def test_a_period_of_something_else_does_not_limit_the_document(inner):
    found = facts(
        f"""临江市人才办法
        第一条　{inner}
        第二条　本办法自2025年7月1日起施行。
        临江市人民政府
        2025年6月10日"""
    )
    assert dates(found) == ("2025-07-01", "")


def test_the_start_of_a_repealed_document_is_not_its_own():
    found = closing("《临江市人才暂行办法》（自2020年1月1日起施行）同时废止。", CLOSING)
    assert dates(found) == ("2025-07-01", "")
    found = closing(CLOSING, "2020年1月1日起施行的《临江市人才暂行办法》同时废止。")
    assert dates(found) == ("2025-07-01", "")


# -- repeals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "repealed"),
    [
        ("《临江市人才暂行办法》（临政发〔2020〕3号）同时废止。", ["临政发〔2020〕3号"]),
        ("原《临江市人才暂行办法》同时废止。", ["临江市人才暂行办法"]),
        ("同时废止《临江市人才暂行办法》（临政发〔2020〕3号）。", ["临政发〔2020〕3号"]),
        ("临政发〔2020〕3号文件同时废止。", ["临政发〔2020〕3号"]),
        ("原临政发〔2020〕3号同时废止。", ["临政发〔2020〕3号"]),
        (
            "《甲市引才办法》（甲政发〔2020〕3号）、《甲市育才办法》同时停止执行。",
            ["甲政发〔2020〕3号", "甲市育才办法"],
        ),
        # the same title anew: only the number tells the two apart
        ("《临江市人才办法》（临政发〔2020〕3号）同时废止。", ["临政发〔2020〕3号"]),
        ("根据《中华人民共和国就业促进法》，《甲市办法规定》同时废止。", ["甲市办法规定"]),
        ("依照《中华人民共和国就业促进法》制定本办法，此前规定同时废止。", []),
        ("《临江市人才暂行办法》（临政发〔2020〕3号）第五条同时废止。", []),
        ("《临江市人才暂行办法》第三条第二款停止执行。", []),
        ("《临江市高层次人才证书》逾期未换的，自动失效。", []),
        ("本办法与《临江市人才条例》一并执行。", []),
    ],
)
def test_only_what_is_abolished_whole_is_repealed(sentence, repealed):
    assert [f.value for f in closing(CLOSING, sentence).repeals] == repealed


# -- kind and title ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("临江市人才办法", DocumentKind.REGULATION),
        ("临江市人才安居实施细则（试行）", DocumentKind.REGULATION),
        ("关于做好补贴发放工作的通知", DocumentKind.NOTICE),
        ("2026年人才项目申报公告", DocumentKind.NOTICE),
        ("人才落户办事指南", DocumentKind.GUIDE),
        ("“江英卡”服务事项清单", DocumentKind.GUIDE),
        ("2026年冬季招聘会公告", DocumentKind.EVENT),
        ("人才活动安排表", DocumentKind.EVENT),
        ("2026年冬季系列招聘活动公告", DocumentKind.EVENT),
        ("关于举办秋季引才系列活动的通知", DocumentKind.EVENT),
        ("关于开展职业技能提升活动的通知", DocumentKind.NOTICE),
        ("人才政策常见问题解答", DocumentKind.FAQ),
        ("《临江市人才办法》政策解读", DocumentKind.INTERPRETATION),
        ("在全市人才工作会议上的讲话", DocumentKind.SPEECH),
        ("中华人民共和国就业促进法", DocumentKind.REGULATION),
    ],
)
def test_the_kind_follows_from_the_title(title, kind):
    assert facts(f"{title}\n一、甲。\n二、乙。").kind is kind


def test_an_opening_to_comrades_is_a_speech():
    assert facts("抓好人才工作\n同志们：\n一、甲。").kind is DocumentKind.SPEECH


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        ("02-临江市人才办法（2025年版）.pdf", "临江市人才办法（2025年版）"),
        ("临江市人才办法（2022年）.docx", "临江市人才办法（2022年）"),
        ("临江市人才办法（盖章件）.pdf", "临江市人才办法"),
        ("扫描0001.pdf", "临江市人才办法"),
    ],
)
def test_an_edition_mark_of_the_file_name_joins_the_title(file_name, title):
    assert facts("临江市人才办法\n第一条　甲。", file_name).title == title


def test_the_attached_document_gives_the_title_not_its_covering_notice():
    found = facts(
        """临江市人民政府关于印发《临江市人才办法》的通知
        各有关单位：
        临江市人才办法
        第一条　甲。"""
    )
    assert found.title == "临江市人才办法"


def test_a_file_without_a_title_is_named_after_the_file():
    assert facts("一、甲。\n二、乙。", "03-人才公寓清单.xlsx").title == "人才公寓清单"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("02-临江市人才办法.pdf", "临江市人才办法"),
        ("文件夹/12．安排表.xlsx", "安排表"),
        ("2026年公告.html", "2026年公告"),
    ],
)
def test_a_file_stem_has_no_folder_number_or_extension(name, stem):
    assert file_stem(name) == stem


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("临江市人才办法", "临江市"),
        ("关于印发《临江市人才办法》的通知", "临江市"),
        ("山东省人才发展促进条例", "山东省"),
        ("临江经济技术开发区引才措施", "临江经济技术开发区"),
        ("东屿综合保税区引才聚才十条措施", "东屿综合保税区"),
        ("加快建设人才发展示范区的意见", ""),
        ("在全市人才会议上的讲话", ""),
        ("本市引才措施", ""),
        ("这次全市人才工作会议", ""),
        ("空港自贸片区促进人才集聚若干措施", "空港自贸片区"),
        ("筠皋高铁新城集聚青年人才十条措施", "筠皋高铁新城"),
        ("关于推进开发区建设的若干意见", ""),
    ],
)
def test_the_region_is_a_named_place(title, region):
    found = facts(f"{title}\n一、甲。").region
    assert (found.value if found else "") == region


# -- as the wild writes it -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ("（2019年11月27日市政府第202号令发布）", "市政府令第202号"),
        ("临江市人民政府令\n第138号", "临江市人民政府令第138号"),
        ("临江市人民政府令\n第一百二十六号", "临江市人民政府令第126号"),
    ],
)
def test_an_order_is_known_wherever_its_number_stands(lines, number):
    found = facts(f"临江市租房办法\n{lines}\n第一条　为保障居住，制定本办法。")
    assert found.number.value == number


@pytest.mark.parametrize(
    ("text", "file_name", "title"),
    [
        ("临江市人才条例\n（修订征求意见稿）\n第一条　甲。", "a.txt",
         "临江市人才条例（修订征求意见稿）"),
        ("临江市人才条例\n第一条　甲。", "临江市人才条例（征求意见稿）2016.txt",
         "临江市人才条例（征求意见稿）"),
        ("临江市务工人员积分\n入户申请表\n姓名：\n一、填表", "临江市务工人员积分入户申请表2012.doc",
         "临江市务工人员积分入户申请表"),
        ("临江市人民政府关于印发《临江市\n养老保险办法》的通知\n临江市养老保险办法\n第一条　甲。",
         "养老保险办法.html", "临江市养老保险办法"),
        ("索引号：A1\n名称：关于印发《临江市招生规定》的通知\n一、请遵照执行。",
         "关于印发《临江.docx", "关于印发《临江市招生规定》的通知"),
        ("索引号：A1\n名称：临江市人民政府关于印发临江市租房办法的通知\n一、请遵照执行。",
         "临江市租房办法.docx", "临江市租房办法"),
        ("关于印发《2026年临江市招生\n报名规定》的通知\n一、对象", "关于印发《2026年临江市招生.doc",
         "关于印发《2026年临江市招生报名规定》的通知"),
    ],
)  # fmt: skip
def test_a_title_is_whole(text, file_name, title):
    assert facts(text, file_name).title == title


def test_the_words_of_a_title_in_latin_letters_stay_apart():
    assert facts("Guide for Talents\n1. Apply online.", "g.txt").title == "Guide for Talents"
    assert facts("临江市 人才办法\n第一条　甲。", "g.txt").title == "临江市人才办法"


def test_a_table_with_a_title_is_not_called_as_its_sheet():
    text = "小学\n某区可积分入学学校名单及学位分配计划表（小学）\n一、说明"
    assert (
        facts(text, "2015531233317198.xls").title
        == "某区可积分入学学校名单及学位分配计划表（小学）"
    )


def test_a_day_that_a_sentence_names_is_not_the_day_of_issue():
    text = """随迁子女报名条件放宽
    2015-11-18 09:29:00 临江日报
    一是明确了社会保险等截止时间，统一计算到2016年8月31日前。
    二是完善了居住证年限的认定办法，往年的规定不变。"""
    assert facts(text).issued.value == "2015-11-18"


def test_a_space_within_a_year_is_none():
    found = closing("本办法自20 26年1月1日起施行。")
    assert dates(found) == ("2026-01-01", "")


def test_an_office_without_a_place_is_no_issuing_body():
    text = "临江市招生意见\n2016-4-15 17:16 文章来源：办公室 作者：基础科\n一、对象"
    assert facts(text).issuers == ()
    assert facts("市教委关于做好招生工作的通知\n一、对象").issuer == "市教委"


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("临江市人民政府令\n第138号\n现予发布。\n临江市人民政府\n2014年1月21日\n"
         "临江市租房办法\n第一条　甲。", "临江市人民政府"),
        ("临发改〔2013〕27号\n特此通知。\n临江市发展和改革委员会 临江市卫生局\n临江市财政局\n"
         "2013年12月31日\n临江市保险办法\n第一条　甲。",
         "临江市发展和改革委员会、临江市卫生局、临江市财政局"),
        ("临江市招生委员会文件\n临招委〔2016〕8号\n一、报名", "临江市招生委员会"),
    ],
)  # fmt: skip
def test_the_issuing_bodies_are_read_from_a_covering_notice_or_its_head(text, issuer):
    assert facts(text, "租房.docx").issuer == issuer


FORWARDED = """临江市财政局
转发省财政厅关于下达2026年人才专项资金的通知
临财〔2026〕15号
各区县财政局：
现将《省财政厅关于下达2026年人才专项资金的通知》（省财教〔2026〕3号）转发给你们。
一、专款专用，每年10月底前报送使用情况。
附件：省财政厅关于下达2026年人才专项资金的通知
临江市财政局
2026年2月20日
附件
省财政厅关于下达2026年人才专项资金的通知
省财教〔2026〕3号
一、资金用于人才引进。
本通知自2026年1月1日起执行。
省财政厅
2026年1月10日"""


def test_the_days_and_bodies_of_a_paper_that_is_forwarded_are_not_those_of_the_notice():
    found = facts(FORWARDED)
    assert (found.number.value, found.issuer) == ("临财〔2026〕15号", "临江市财政局")
    assert (found.issued.value, found.effective) == ("2026-02-20", None)


def test_annexes_that_come_into_force_on_days_of_their_own_are_said():
    annexes = "关于印发人才文件的通知\n现将文件印发给你们。\n"
    for number, month in ((1, 7), (2, 8)):
        annexes += f"附件{number}\n第一条　甲。\n第二条　本办法自2026年{month}月1日起施行。\n"
    (note,) = bundled(built(annexes).clauses)
    assert "附件1自2026-07-01起、附件2自2026-08-01起" in note
    assert bundled(built(annexes.replace("8月", "7月")).clauses) == ()
    assert bundled(built(FORWARDED).clauses) == ()
