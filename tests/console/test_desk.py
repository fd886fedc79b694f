from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect

from bot.answering.excerpt import excerpt
from bot.answering.support import SUPPORT
from bot.answering.understanding import understand
from bot.unanswered import Unanswered
from bot.wechat.messages import MAX_TEXT_BYTES
from console.desk import desk_pages
from console.history import History
from console.lookup import (
    HIGH_COVERAGE,
    MOST_NEAR,
    MOST_RESULTS,
    Grade,
    LookUp,
    grade,
    reasons,
)
from console.pages import public_pages
from console.security import bound_ids, secure
from console.snippet import WIDTH, marked, with_figures
from console.spoken import LONGEST, in_words, label_in_words, script
from console.uses import KEPT, Uses
from knowledge.base import KnowledgeBase
from knowledge.documents import ClauseKind, DocumentKind, Hit, Passage, Source
from knowledge.lexicon import SynonymTable
from tests.bot.test_disagreement import (
    ASKED,
    CITY_2024,
    CITY_2026,
    DISTRICT,
    EXPIRED,
)
from tests.bot.test_disagreement import FAQ as FAQ_PAPER
from tests.console.browsers import token_of
from tests.console.conftest import TODAY
from tests.console.test_pages import elements, text

TABLE = SynonymTable.load()
OLD = "临江市人才购房补贴暂行办法（2022年）"


def desk(base: KnowledgeBase, today: date = TODAY) -> FlaskClient:
    app = Flask("desk")
    bound_ids(app)
    app.config["SECRET_KEY"] = "only for tests"
    CSRFProtect(app)
    app.register_blueprint(public_pages(base.catalogue, lambda: today))
    engine = base.catalogue.engine
    lookup = LookUp(base.retriever, base.catalogue, TABLE, lambda i: f"https://rc.example/p/{i}")
    history, note = History(base.catalogue), Unanswered(engine).note
    app.register_blueprint(desk_pages(lookup, history, Uses(engine), note, lambda: today))
    secure(app)
    return app.test_client()


def search(client: FlaskClient, question: str, **wanted: object) -> str:
    answer = client.get("/desk/search", query_string={"q": question, **wanted})
    assert answer.status_code == 200
    return answer.text


def rows(page: str) -> list[str]:
    return re.findall(r'<li class="row.*?</li>', page, re.S)


def ids(page: str) -> list[str]:
    return [re.search(r'data-id="(\d+)"', row)[1] for row in rows(page)]


def panels(page: str) -> list[str]:
    return re.findall(r'<article class="panel.*?</article>', page, re.S)


def form(panel: str, name: str) -> str:
    found = re.search(rf'data-form="{name}".*?<p data-text>(.*?)</p>', panel, re.S)
    assert found is not None
    return unescape(found[1])


def hit(coverage: float, dense: float) -> Hit:
    passage = Passage(0, "第一条", (), "第一条", ClauseKind.ARTICLE, (0,))
    source = Source(1, 1, "a", "a", "", DocumentKind.NOTICE, "", "", None, None)
    return Hit(1, passage, source, 1.0, dense, coverage)


# -- what other papers say otherwise --------------------------------------------------------


@pytest.fixture
def papers(empty, tmp_path):
    """Takes papers in; a desk over them and the panel of the first's clause about rent."""

    def taken(*texts: str, question: str = ASKED, **wanted: object) -> tuple[FlaskClient, str]:
        for paper in texts:
            place = tmp_path / f"{paper.partition(chr(10))[0]}.txt"
            place.write_text(paper, encoding="utf-8")
            empty.intake.add(place)
        client, title = desk(empty), texts[0].partition("\n")[0]
        [passage_id] = [
            s.id
            for v in empty.catalogue.versions()
            if v.facts.title == title
            for s in empty.catalogue.passages_of(v.id)
            if re.search("(?:2000|2400|2600)元", s.passage.text)
        ]
        asked = {"q": question, **wanted}
        return client, client.get(f"/desk/clause/{passage_id}", query_string=asked).text

    return taken


def differs(panel: str) -> str:
    found = re.search(r'<section class="differs".*?</section>', panel, re.S)
    return text(found[0]) if found else ""


def test_a_clause_read_out_names_the_other_paper_in_force_with_figure_scope_and_date(papers):
    _, panel = papers(CITY_2024, CITY_2026)
    told = differs(panel)
    assert "每月2000元 本条（市级规定，2024年1月1日起施行）" in told
    assert "每月2600元 《云阳市青年人才租房补贴实施细则》第二条" in told
    assert "（市级规定，2026年3月1日起施行）" in told
    assert "另一份较新" in told


def test_the_text_for_wechat_and_the_text_with_basis_say_it_too(papers):
    _, panel = papers(CITY_2024, CITY_2026)
    for name in ("message", "text"):
        assert "两份现行有效的文件规定不一致" in form(panel, name)
    size = len(form(panel, "message").encode())
    assert f"{size}/{MAX_TEXT_BYTES} 字节" in panel


@pytest.mark.parametrize("question", ["D类 租房补贴", "租房补贴怎么申请", ASKED])
def test_it_is_said_whatever_was_asked_of_the_benefit(papers, question):
    assert "每月2600元" in differs(papers(CITY_2024, CITY_2026, question=question)[1])


def test_a_narrowed_search_hides_no_paper_that_says_otherwise(papers):
    assert "每月2400元" in differs(papers(CITY_2024, FAQ_PAPER, kind="regulation")[1])


def test_a_paper_of_a_district_is_a_matter_of_where_the_caller_is(papers):
    told = differs(papers(CITY_2024, DISTRICT)[1])
    assert "经开区规定" in told
    assert "先问清来电人在哪里" in told


def test_questions_and_answers_that_say_otherwise_send_staff_to_the_formal_paper(papers):
    _, panel = papers(FAQ_PAPER, CITY_2024)
    assert "本条只作说明，请改读上面这份正式文件" in differs(panel)
    assert "规定的是每月2000元，与上面的每月2400元不一致" in form(panel, "message")


@pytest.mark.parametrize("other", [EXPIRED, ""])
def test_where_no_other_paper_in_force_differs_nothing_is_said(papers, other):
    _, panel = papers(*filter(None, (CITY_2024, other)))
    assert "data-compared" in panel
    assert differs(panel) == ""
    assert "不一致" not in form(panel, "message")


def test_the_whole_page_says_it_at_once_and_results_while_typing_never_wait_for_it(papers):
    client, _ = papers(CITY_2024, CITY_2026)
    whole = client.get("/desk", query_string={"q": ASKED}).text
    assert "另有现行文件规定不同" in whole
    typed = search(client, ASKED)
    assert "data-compared" not in typed
    assert 'class="differs"' not in typed


def test_in_a_demonstration_without_accounts_nobody_is_asked_to_write_an_answer(library):
    assert "propose" not in search(desk(library), "D类人才买房补多少钱")


# -- finding --------------------------------------------------------------------------------


def test_row_names_clause_document_number_validity_grade_and_reason(library):
    first = text(rows(search(desk(library), "D类人才买房补多少钱"))[0])
    for shown in (
        "二、安居标准 表「D类」",
        "临江市人才安居实施细则（2025年版）",
        "临政办发〔2025〕18号",
        "现行有效",
        "高",
        "买房→购房补贴",
    ):
        assert shown in first


def test_asked_words_are_marked_in_every_wording(library):
    first = rows(search(desk(library), "D类人才买房补多少钱"))[0]
    assert "<mark>D类</mark>" in first
    assert "<mark>购房补贴</mark>" in first


def test_at_most_eight_results_and_five_near_misses(library):
    page = search(desk(library), "人才补贴")
    results, _, near = page.partition('<details class="near"')
    assert 0 < len(rows(results)) <= MOST_RESULTS
    assert len(rows(near)) <= MOST_NEAR


def test_near_misses_are_open_only_when_there_is_nothing_better(library):
    page = search(desk(library), "买车二胎奖励")
    assert "没有找到足够接近的条款" in page
    assert '<details class="near" open>' in page
    assert "文件里没有出现：买车、二胎" in page
    assert '<details class="near">' in search(desk(library), "D类人才买房补多少钱 摇号")


def test_grades_begin_where_the_bot_answers():
    assert grade(hit(HIGH_COVERAGE, 0), 0) is Grade.HIGH
    assert grade(hit(HIGH_COVERAGE - 0.01, 0), 0) is Grade.MIDDLE
    assert grade(hit(SUPPORT, 0), 0) is Grade.MIDDLE
    assert grade(hit(SUPPORT - 0.01, 0), 0) is Grade.LOW
    assert grade(hit(SUPPORT - 0.1, 0.5), 0) is Grade.MIDDLE
    assert grade(hit(0, 1), 0) is Grade.LOW


def test_a_question_of_something_no_document_speaks_of_is_never_graded_high():
    assert grade(hit(0.9, 0.5), 0.3) is Grade.MIDDLE
    assert grade(hit(0.5, 0.3), 0.8) is Grade.LOW


def test_reasons_are_words_and_never_numbers():
    why = ("词 d类", "词 补", "同义 买房→购房", "同义 买房→购房补贴", "义 1.03")
    expected = (("词", "D类"), ("同义词", "买房→购房、购房补贴"), ("语义", "相近"))
    assert reasons(why) == expected


def test_a_word_read_by_its_sound_is_named(library):
    page = search(desk(library), "租房补帖最多领几年")
    assert "按读音理解：租房补帖 → 租房补贴" in page
    assert rows(page)


def test_only_the_kinds_asked_for_are_shown(library):
    page = search(desk(library), "补贴", kind=["faq", "notice"])
    assert rows(page)
    for row in rows(page):
        assert "人才政策常见问题解答" in row or "技能人才提升补贴" in row or "公告" in row


def test_lapsed_documents_are_hidden_unless_asked_for(library):
    client = desk(library)
    question = "购房补贴暂行办法分几年发放"
    assert OLD not in search(client, question)
    page = search(client, question, lapsed=1)
    old = [row for row in rows(page) if OLD in row]
    assert old
    for row in old:
        assert 'class="row old"' in row
        assert "已失效" in row
        assert "现行有效" not in row
    assert any("现行有效" in row for row in rows(page))


def test_lapsed_clause_is_never_read_out_or_sent_without_a_warning(library):
    for wanted in ({"lapsed": 1}, {"day": "2023-05-01"}):
        page = search(desk(library), "购房补贴暂行办法分几年发放", **wanted)
        old = [p for p in panels(page) if OLD in p]
        assert old
        for panel in old:
            assert form(panel, "spoken").startswith("请注意，这是已经失效的旧规定")
            assert form(panel, "message").startswith("请注意：以下是已失效的旧规定")


def test_rule_of_an_earlier_day_says_that_it_no_longer_holds_today(library):
    page = search(desk(library), "购房补贴分几年发放", day="2023-05-01")
    assert "按 2023年5月1日 有效的文件" in page
    panel = next(p for p in panels(page) if OLD in p)
    assert "今天：已失效" in panel
    assert all("今天已失效" in row for row in rows(page) if OLD in row)
    assert "临江市人才安居实施细则" not in "".join(rows(page))


def test_rule_that_has_not_begun_says_when_it_will(library):
    early = desk(library, date(2025, 6, 1))
    panel = panels(search(early, "D类人才买房补多少钱", day="2025-08-01"))[0]
    assert form(panel, "spoken").startswith("请注意，这项规定从二〇二五年七月一日起才施行。")
    assert "自2025年7月1日起施行。" in form(panel, "message")


def test_speech_is_read_out_as_background_only(library):
    page = search(desk(library), "人才总量达到多少", kind="speech")
    assert form(panels(page)[0], "spoken").startswith("出自领导讲话，仅供了解背景")


# -- the right side -------------------------------------------------------------------------


def test_every_row_has_its_panel_and_the_first_is_shown(library):
    page = search(desk(library), "租房补贴")
    found = panels(page)
    assert ids(page) == [re.search(r'data-id="(\d+)"', p)[1] for p in found]
    assert [" hidden>" in p.partition("\n")[0] for p in found] == [False] + [True] * (
        len(found) - 1
    )


def test_row_picked_without_script_is_shown(library):
    client = desk(library)
    third = ids(search(client, "租房补贴"))[2]
    page = client.get("/desk", query_string={"q": "租房补贴", "pick": third}).text
    link = next(row for row in rows(page) if f'data-id="{third}"' in row)
    assert 'aria-current="true"' in link
    shown = [p for p in panels(page) if " hidden>" not in p.partition("\n")[0]]
    assert [f'id="panel-{third}"' in p for p in shown] == [True]


def test_links_of_rows_keep_the_question_and_its_filters(library):
    client = desk(library)
    wanted = {"q": "购房补贴", "day": "2023-05-01", "lapsed": "1", "kind": "regulation"}
    page = client.get("/desk", query_string=wanted).text
    address = unescape(re.search(r'<li class="row.*?href="([^"]+)"', page, re.S)[1])
    again = client.get(address).text
    assert ids(again) == ids(page)
    assert 'value="2023-05-01"' in again
    assert 'value="regulation" form="ask" checked' in again


def test_panel_shows_passage_with_headings_figures_and_neighbours(library):
    page = search(desk(library), "购房补贴申领期限")
    panel = next(p for p in panels(page) if ">三、购房补贴（二）</h2>" in p)
    assert "自取得不动产权证书之日起<b>1年</b>内提出" in panel
    beside = re.findall(r'<p class="beside">.*?</p>', panel, re.S)
    assert "（一）申领条件" in beside[0]
    assert "（三）发放方式" in beside[1]
    assert re.search(r'class="original" href="/p/\d+"', panel)


def test_table_row_stands_in_its_table_between_its_neighbours(library):
    panel = panels(search(desk(library), "D类人才买房补多少钱"))[0]
    assert '<th scope="col">购房补贴（总额）</th>' in panel
    own = re.search(r'<tr class="own">(.*?)</tr>', panel, re.S)[1]
    assert "<td>D类</td><td><b>30万元</b></td>" in own
    body = re.search(r"<tbody>(.*?)</tbody>", panel, re.S)[1]
    assert [row.split("</td>")[0][-2:] for row in re.findall("<tr.*?</tr>", body)] == [
        "C类", "D类", "E类",
    ]  # fmt: skip


def test_script_reads_out_basis_and_amount_in_words(library):
    panel = panels(search(desk(library), "D类人才买房补多少钱"))[0]
    assert form(panel, "spoken") == (
        "根据《临江市人才安居实施细则二〇二五年版》第二部分安居标准的表格，"
        "D类：购房补贴总额三十万元。"
    )
    assert form(panel, "basis") == (
        "《临江市人才安居实施细则（2025年版）》（临政办发〔2025〕18号）二、安居标准 表「D类」"
    )


def test_message_carries_its_basis_and_its_true_length(library):
    for panel in panels(search(desk(library), "认定条件", lapsed=1)):
        message = form(panel, "message")
        assert f"依据：{form(panel, 'basis')}" in message
        assert len(message.encode()) <= MAX_TEXT_BYTES
        assert f"{len(message.encode())}/{MAX_TEXT_BYTES} 字节" in panel


def test_every_sample_passage_can_be_read_aloud(library):
    query = understand("补贴多少", TODAY, TABLE)[0].query
    shares = library.retriever.shares(query)
    for version_id, source in library.catalogue.sources().items():
        for stored in library.catalogue.passages_of(version_id):
            found = Hit(stored.id, stored.passage, source, 1, 1, 1)
            said = script(
                source.title, stored.passage.label, excerpt(query, found, shares, LONGEST)
            )
            assert not re.search(r"[\d()（）〔〕\[\]【】\n]", said), said
            assert len(re.findall("[。！？]", said)) <= 2, said
            assert said.endswith(("。", "！", "？")), said


def test_only_the_topics_and_levels_asked_for_are_shown(library):
    client = desk(library)
    everything = search(client, "补贴")
    assert 'name="topic"' in client.get("/desk").text
    housing = search(client, "补贴", topic="住房")
    assert rows(housing)
    for passage_id in ids(housing):
        assert "住房" in library.catalogue.version_of(int(passage_id)).facts.topics
    districts = search(client, "补贴", level="区县")
    assert rows(districts)
    assert all("经济技术开发区" in row for row in rows(districts))
    assert search(client, "补贴", topic="没有的主题", level="x") == everything


def test_links_keep_topic_and_level(library):
    page = search(desk(library), "补贴", topic="住房", level="市")
    address = unescape(re.search(r'<li class="row.*?href="([^"]+)"', page, re.S)[1])
    assert "topic=%E4%BD%8F%E6%88%BF" in address
    assert "level=%E5%B8%82" in address


def test_one_steps_from_clause_to_clause_without_a_search(library):
    client = desk(library)
    panel = panels(search(client, "购房补贴申领期限"))[0]
    address = unescape(re.search(r'data-step="\]"[^>]*href="([^"]+)"', panel)[1])
    page = client.get(address).text
    assert len(panels(page)) == 1
    back = unescape(re.search(r'data-step="\["[^>]*href="([^"]+)"', page)[1])
    assert panels(client.get(back).text)[0].split(">")[1] == panel.split(">")[1]
    assert form(panels(page)[0], "spoken").startswith("根据《")


@pytest.mark.parametrize("passage_id", [0, 999_999, 2**31, 10**15])
def test_a_passage_that_never_was_is_not_there(library, passage_id):
    client = desk(library)
    assert client.get(f"/desk/clause/{passage_id}").status_code == 404
    assert client.get(f"/desk/clause/{passage_id}/history").status_code == 404


def paper(amount: int, day: str) -> str:
    return (
        f"临川市人才租房补贴办法\n第一条　每月补贴{amount}元。\n第二条　补贴不超过36个月。\n"
        f"第三条　本办法自{day}起施行。\n"
    )


def written(base: KnowledgeBase, path, amount: int, day: str) -> int:
    """Take a version in; the id of its first article's passage."""
    path.write_text(paper(amount, day), encoding="utf-8")
    base.intake.add(path)
    version = base.catalogue.versions()[0]
    return next(
        p.id for p in base.catalogue.passages_of(version.id) if f"{amount}元" in p.passage.text
    )


def test_what_changed_in_a_clause_and_who_used_it_lately_stand_beside_it(empty, tmp_path):
    written(empty, tmp_path / "办法.txt", 500, "2024年1月1日")
    newer = written(empty, tmp_path / "办法.txt", 800, "2026年1月1日")
    uses = Uses(empty.catalogue.engine)
    for form_, user in (("opened", "王敏"), ("spoken", "王敏"), ("spoken", "李娜")):
        uses.record(newer, user, form_)
    page = desk(empty).get(f"/desk/clause/{newer}/history").text
    assert "<del>500元</del> → <ins>800元</ins>" in page
    assert "2026-01-01版" in text(page)
    assert "2024-01-01版" in text(page)
    assert "李娜 复制口播稿" in text(page)
    assert "王敏 打开" in text(page)


def test_a_draft_is_no_version_that_staff_can_see(empty, tmp_path):
    first = written(empty, tmp_path / "办法.txt", 500, "2024年1月1日")
    (tmp_path / "办法.txt").write_text(paper(900, "2027年1月1日"), encoding="utf-8")
    empty.intake.add(tmp_path / "办法.txt", draft=True)
    draft = empty.catalogue.versions()[0]
    assert draft.status == "draft"
    client = desk(empty)
    assert "900元" not in client.get(f"/desk/clause/{first}/history").text
    hidden = empty.catalogue.passages_of(draft.id)[0].id
    assert client.get(f"/desk/clause/{hidden}").status_code == 404
    assert client.get(f"/desk/clause/{hidden}/history").status_code == 404


def post(client: FlaskClient, address: str, **fields: str):
    return client.post(address, data={**fields, "csrf_token": token_of(client, "/desk")})


def test_opening_copying_and_judging_a_passage_is_kept_without_personal_numbers(library):
    client, engine = desk(library), library.catalogue.engine
    passage_id = ids(search(client, "租房补贴"))[0]
    asked = "我的手机13800138000，租房补贴多少"
    for kind in ("opened", "spoken", "good"):
        reply = post(client, f"/desk/clause/{passage_id}/use", form=kind, question=asked)
        assert reply.status_code == 204
    with engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT form, question FROM passage_uses WHERE passage_id = ?", (int(passage_id),)
        ).all()
    assert [tuple(k) for k in kept] == [
        ("opened", ""), ("spoken", ""), ("good", "我的手机［手机号］，租房补贴多少"),
    ]  # fmt: skip
    assert "标为合适" in client.get(f"/desk/clause/{passage_id}/history").text


@pytest.mark.parametrize(
    ("passage_id", "kind"), [(999_999, "opened"), (1, "stolen"), (1, ""), (2**40, "opened")]
)
def test_a_use_that_makes_no_sense_is_refused(library, passage_id, kind):
    assert post(desk(library), f"/desk/clause/{passage_id}/use", form=kind).status_code == 404


def test_uses_are_forgotten_by_age(library):
    engine, passage_id = library.catalogue.engine, 2
    moment = [datetime(2026, 1, 1, tzinfo=UTC)]
    uses = Uses(engine, lambda: moment[0])
    uses.record(passage_id, "王敏", "opened")
    moment[0] += KEPT + timedelta(days=1)
    uses.record(passage_id, "李娜", "opened")
    assert [u.user for u in uses.recent(passage_id)] == ["李娜"]


def test_a_question_without_an_answer_goes_into_the_queue(empty):
    client = desk(empty)
    reply = post(client, "/desk/unanswered-question", question="宠物能落户吗", note="新问题")
    assert reply.status_code == 204
    with empty.catalogue.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT question, note FROM askings").all()
    assert [tuple(k) for k in kept] == [("宠物能落户吗", "新问题")]
    assert post(client, "/desk/unanswered-question", question="  ").status_code == 400


# -- hostile input --------------------------------------------------------------------------


def test_script_in_a_policy_is_inert_everywhere_on_the_desk(empty, tmp_path):
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    (tmp_path / "坏.txt").write_text(
        f"临川市{hostile}办法\n第一条　{hostile}每月补贴500元。\n第二条　{hostile}补贴发放1年。\n"
    )
    empty.intake.add(tmp_path / "坏.txt")
    page = desk(empty).get("/desk", query_string={"q": f"补贴500元{hostile}"}).text
    assert panels(page)
    tags = elements(page)
    scripts = [dict(given)["src"] for tag, given in tags if tag == "script"]
    assert scripts == ["/assets/desk.js", "/assets/frame.js"]
    assert not [tag for tag, given in tags if tag == "img" or "onerror" in dict(given)]
    assert "&lt;script&gt;" in panels(page)[0]


@pytest.mark.parametrize(
    "question",
    [
        "补贴" * 20_000,
        "\0",
        "补贴\0多少\x1b[31m",
        "😀👨‍👩‍👧‍👦🇨🇳",
        "‮\u200b\ufeff",
        "' OR 1=1 --",
        '"',
        "* AND NEAR(",
        "%",
        "？",
        "谢谢",
        "  ",
        "１２３４５６７８９" * 30,
        "{{1111*1111}}",
        "9999年99月99日",
        "a类" * 90,
        "\\",
        "𠮷野家",
    ],
)
def test_no_question_breaks_the_desk(library, question):
    client = desk(library)
    for address in ("/desk", "/desk/search"):
        answer = client.get(address, query_string={"q": question, "lapsed": "1"})
        assert answer.status_code == 200
        assert "\0" not in answer.text
        assert "1234321" not in answer.text.partition('id="results"')[0]


@pytest.mark.parametrize(
    "wanted",
    [
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "2026-02-30"},
        {"day": "昨天"},
        {"kind": "nothing"},
        {"pick": "9" * 40},
        {"pick": "٣"},
        {"lapsed": "2"},
    ],
)
def test_arguments_that_make_no_sense_count_as_not_given(library, wanted):
    client = desk(library)
    question = "下个月的招聘会"
    assert search(client, question, **wanted) == search(client, question)


def test_raw_bytes_that_are_no_text_are_searched_as_nothing(library):
    assert desk(library).get("/desk/search?q=%ff%fe%00&day=%ff&kind=%ff").status_code == 200


def test_page_holds_nothing_inline_and_keeps_out_of_caches(library):
    answer = desk(library).get("/desk", query_string={"q": "补贴"})
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.text)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_empty_desk_and_empty_base_say_how_to_begin(library, empty):
    assert "按来电人的原话输入" in desk(library).get("/desk").text
    assert "没有找到足够接近的条款" in search(desk(empty), "补贴")


# -- words and marks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("30万元", "三十万元"),
        ("2500元", "两千五百元"),
        ("2500元/月", "两千五百元每月"),
        ("1.5万元", "一点五万元"),
        ("12,000元", "一万两千元"),
        ("２００元", "两百元"),
        ("10500", "一万零五百"),
        ("1005", "一千零五"),
        ("100000000", "一亿"),
        ("15天", "十五天"),
        ("115天", "一百一十五天"),
        ("2个月、12个月", "两个月、十二个月"),
        ("每2年1次", "每两年一次"),
        ("第2次", "第二次"),
        ("60%", "百分之六十"),
        ("20%—30%", "百分之二十至百分之三十"),
        ("0.5%", "百分之零点五"),
        ("2025年7月1日", "二〇二五年七月一日"),
        ("2026-11-18", "二〇二六年十一月十八日"),
        ("2月2日", "二月二日"),
        ("2026年11月—2027年1月", "二〇二六年十一月至二〇二七年一月"),
        ("9:00-15:30", "九点至十五点三十分"),
        ("14:05", "十四点零五分"),
        ("临政办发〔2025〕18号", "临政办发二〇二五年十八号"),
        ("〔2025〕18号", "二〇二五年十八号"),
        ("电话：86625588", "电话：八六六二五五八八"),
        ("电话：86625599（24小时）", "电话：八六六二五五九九，二十四小时"),
        ("0512-86625588", "零五一二八六六二五五八八"),
        ("13812345678", "一三八一二三四五六七八"),
        ("拨打12345", "拨打一二三四五"),
        ("12345元", "一万两千三百四十五元"),
        ("301室", "三零一室"),
        ("6∶4", "六比四"),
        ("1-3年", "一至三年"),
        ("100㎡", "一百平方米"),
        ("购房补贴（总额）", "购房补贴总额"),
        ("（一）提供虚假材料", "一，提供虚假材料"),
        ("D类人才", "D类人才"),
        ("9" * 20 + "号", "九" * 20 + "号"),
        ("", ""),
    ],
)
def test_numbers_are_said_as_people_say_them(written, spoken):
    assert in_words(written) == spoken


@pytest.mark.parametrize(
    ("label", "spoken"),
    [
        ("第八条（二）", "第八条第二项"),
        ("第八条第2项至第3项", "第八条第二项至第三项"),
        ("三、购房补贴（二）", "第三部分购房补贴第二项"),
        ("第三条 表「B类」", "第三条的表格"),
        ("表「企业家人才新年对接会」", "表格"),
        ("1．购房补贴叠加", "第一点购房补贴叠加"),
        ("三、眼睛向产业看，把人才用到最需…", "第三部分眼睛向产业看"),
        ("正文", ""),
        ("问3", ""),
    ],
)
def test_place_in_a_document_is_said_as_an_official_says_it(label, spoken):
    assert label_in_words(label) == spoken


def test_warning_takes_the_place_of_the_second_sentence():
    said = script("办法", "第一条", "补贴按月发放。每人限领一次。逾期不再补发。", "请注意。")
    assert said == "请注意。根据《办法》第一条，补贴按月发放。"
    assert script("办法", "第一条", "补贴按月发放。每人限领一次。逾期不再补发。") == (
        "根据《办法》第一条，补贴按月发放。每人限领一次。"
    )


def test_heading_that_the_basis_names_is_not_said_twice():
    said = script("通知", "四、企业奖励", "四、企业奖励。企业每培养1名技师奖励5000元。")
    assert said == "根据《通知》第四部分企业奖励，企业每培养一名技师奖励五千元。"


def test_short_answer_is_a_sentence_and_a_heading_is_not():
    assert script("问答", "问1", "答：不能。认定要求在本地缴费。") == (
        "根据《问答》，不能。认定要求在本地缴费。"
    )
    assert script("细则", "三、购房补贴（二）", "（二）申领期限。自取得证书之日起1年内提出。") == (
        "根据《细则》第三部分购房补贴第二项，申领期限：自取得证书之日起一年内提出。"
    )


def test_list_too_long_to_read_aloud_says_that_there_is_more():
    said = script("办法", "第一条", "提交下列材料：" + "身份证明原件和复印件；" * 40)
    assert said.endswith("，其余内容较多，可以查看原文。")
    assert len(said) < LONGEST + 40


def test_snippet_begins_where_the_asked_words_stand():
    line = "前" * 200 + "购房补贴三十万元" + "后" * 200
    pieces = marked(line, ("购房补贴",))
    assert [p.text for p in pieces if p.cited] == ["购房补贴"]
    assert pieces[0].text == pieces[-1].text == "…"
    assert sum(len(p.text) for p in pieces) == WIDTH + 2


def test_class_is_marked_however_it_is_written():
    for written in ("Ｄ类", "D 类", "D、E、F类", "d类"):
        assert [p.text for p in marked(f"对{written}人才", ("d类",)) if p.cited] == [written]


def test_figures_are_strong_and_numbers_of_papers_are_not():
    pieces = with_figures("按临政办发〔2025〕18号第3条，补贴30万元，分5年发，占60%，房屋100平方米")
    assert [p.text for p in pieces if p.strong] == ["30万元", "5年", "60%", "100平方米"]
