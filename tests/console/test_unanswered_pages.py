"""The pages for open questions, the office's answers and today's figures, over a real base."""

import io
import re
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from bot.conversations import Conversations, NewTurn, turns
from bot.handoff import Handoffs
from bot.unanswered import Unanswered
from config import Settings
from console.accounts import Accounts, Role
from console.charts import Series, columns, rows
from console.sheets import Sheet, workbook
from knowledge.faqs import Faqs, FaqState, Wording
from knowledge.jobs import IntakeJobs, IntakeWorker
from knowledge.reports import state
from server import create_app
from tests.console.conftest import TODAY
from tests.knowledge.papers import POLICY

PASSWORD = "correct horse battery"
QUESTION = "租房的钱断交一个月还发不发"


class Site:
    """The whole site with its worker, and browsers of people who work here."""

    def __init__(self, base, folder):
        self.base, self.engine = base, base.catalogue.engine
        settings = Settings(
            _env_file=None, data=folder / "data", wechat_token="t" * 8, today=TODAY,
            office="临江市人才服务中心",
        )  # fmt: skip
        self.app = create_app(settings, self.engine, base, "t" * 8)
        self.worker = IntakeWorker(IntakeJobs(self.engine, folder / "data"), base, 0.01)
        self.accounts, self.faqs = Accounts(self.engine), Faqs(base.catalogue)

    def person(self, name, role=Role.STAFF):
        self.accounts.add(name, PASSWORD, role)
        client = self.app.test_client()
        self.send(client, "/sign-in", name=name, password=PASSWORD, form="/sign-in")
        return client

    def send(self, client, address, form="/desk/faqs/new", **fields):
        """Post a form as a browser does, with the token of a page; the page that follows."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(form).text)[1]
        return client.post(address, data={"csrf_token": token, **fields}, follow_redirects=True)

    def turn(self, asked=QUESTION, person="oA", **given):
        given = {"abstained": True, "reason": "no_passage"} | given
        return Conversations(self.engine).record(
            NewTurn(person, asked, "抱歉，没有查到。", **given)
        )

    def passage(self, label):
        for version in self.base.catalogue.versions():
            for stored in self.base.catalogue.passages_of(version.id):
                if stored.passage.label == label:
                    return stored.id
        raise LookupError(label)

    def state(self, faq_id):
        return self.faqs.get(faq_id, TODAY).state


@pytest.fixture
def site(empty, tmp_path):
    path = tmp_path / "住房办法.txt"
    path.write_text(POLICY, encoding="utf-8")
    empty.intake.add(path)
    made = Site(empty, tmp_path)
    made.worker.start()
    yield made
    made.worker.stop()


def written(site, client, **given):
    """Write an answer on the page; its id."""
    fields = {"question": QUESTION, "answer": "断交当月不发，每月2000元。",
              "basis": str(site.passage("第二条")), "act": "save"} | given  # fmt: skip
    shown = site.send(client, "/desk/faqs/new", **fields)
    return shown, next(iter(site.faqs.all(TODAY)), None)


# -- open questions --------------------------------------------------------------------------


def test_an_open_question_is_listed_with_what_stands_nearest_and_why(site):
    site.turn()
    shown = site.person("张三").get("/desk/unanswered").text
    assert QUESTION in shown
    assert "最接近：《临江市人才住房办法》第二条" in shown


def test_a_question_is_passed_to_a_department_and_shown_so(site):
    site.turn()
    client = site.person("张三")
    client.get("/desk/unanswered")
    (group,) = Unanswered(site.engine).groups()
    nothing = site.send(client, f"/desk/unanswered/{group.id}/decide", step="pass", department=" ")
    assert "请填写科室名称" in nothing.text
    site.send(client, f"/desk/unanswered/{group.id}/decide", step="pass", department="住房保障科")
    assert "转住房保障科" in client.get("/desk/unanswered?show=passed").text
    assert QUESTION not in client.get("/desk/unanswered").text
    assert site.accounts.log()[0].action == "转业务科室"


def test_a_word_is_taught_and_the_page_says_whether_it_helped(site):
    site.turn("人才屋什么时候能住")
    client = site.person("张三")
    client.get("/desk/unanswered")
    (group,) = Unanswered(site.engine).groups()
    address = f"/desk/unanswered/{group.id}/has-answer"
    site.send(
        client, address, how="word", typed="人才屋", formal="人才公寓",
        passage=str(site.passage("第三条")),
    )  # fmt: skip
    (kept,) = Unanswered(site.engine).groups()
    assert (kept.state, kept.note) == ("answered", "同义词：人才屋 → 人才公寓")


def test_a_question_is_kept_to_be_asked_again(site):
    site.turn()
    client = site.person("张三")
    client.get("/desk/unanswered")
    (group,) = Unanswered(site.engine).groups()
    address = f"/desk/unanswered/{group.id}/has-answer"
    assert "请先选出" in site.send(client, address, how="question").text
    site.send(client, address, how="question", passage=str(site.passage("第二条")))
    (kept,) = Unanswered(site.engine).groups()
    assert kept.note == "评测问题：应据《临江市人才住房办法》第二条答复"


def test_script_in_a_question_is_shown_as_text(site):
    site.turn("<script>alert(1)</script>租房断交")
    client = site.person("张三")
    shown = client.get("/desk/unanswered").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    (group,) = Unanswered(site.engine).groups()
    assert "<script>alert" not in client.get(f"/desk/unanswered/{group.id}").text


# -- answers of the office -------------------------------------------------------------------


def test_who_wrote_an_answer_cannot_release_it_whatever_they_send(site):
    author = site.person("张三")
    _, faq = written(site, author)
    step = f"/desk/faqs/{faq.id}/step"
    assert "另一位同事" in site.send(author, step, step="approve", revision=str(faq.revision)).text
    assert "没有通过审核" in site.send(author, step, step="publish").text
    assert site.state(faq.id) is FaqState.DRAFTED


def test_another_person_releases_it_and_it_is_published_by_the_worker(site):
    _, faq = written(site, site.person("张三"))
    other = site.person("李四", Role.ADMIN)
    shown = site.send(
        other, f"/desk/faqs/{faq.id}/step", step="approve", revision=str(faq.revision)
    )
    assert "已发布" in shown.text
    assert site.state(faq.id) is FaqState.PUBLISHED
    done = [(e.user, e.action) for e in site.accounts.log() if "问答" in e.action]
    assert done == [("李四", "审核通过问答"), ("张三", "写问答")]
    own = re.search(r"/p/\d+", shown.text)[0]
    public = other.get(own).text
    assert "断交当月不发" in public
    assert "查看依据的条款" in public


def test_a_figure_that_its_clause_does_not_hold_is_refused_and_nothing_typed_is_lost(site):
    shown, faq = written(site, site.person("张三"), answer="每月9000元。")
    assert faq is None
    assert "依据的条款里没有：9000元" in shown.text
    assert "每月9000元。" in shown.text


def test_a_clause_s_page_pasted_as_a_link_is_chosen(site):
    passage_id = site.passage("第三条")
    find = f"https://example.org/p/{passage_id}"
    shown, _ = written(site, site.person("张三"), act="find", find=find, basis="")
    chosen = re.search(rf'name="basis" value="{passage_id}" checked', shown.text)
    assert chosen


def test_an_answer_without_a_basis_is_written_only_as_such(site):
    client = site.person("张三")
    shown, faq = written(site, client, basis="", answer="请咨询园区。")
    assert faq is None
    assert "暂无明文规定" in shown.text
    _, faq = written(site, client, basis="none", answer="请咨询园区。")
    assert faq.is_unwritten
    page = client.get(f"/desk/faqs/{faq.id}").text
    assert "暂无明文规定，以下为临江市人才服务中心答复：请咨询园区。" in page


def test_numbers_too_large_for_any_table_are_refused_in_words(site):
    client = site.person("张三")
    huge = "9" * 30
    assert client.get(f"/desk/faqs/{huge}").status_code == 404
    assert client.get(f"/desk/unanswered/{huge}").status_code == 404
    assert client.get(f"/desk/faqs/new?group={huge}&passage={huge}").status_code == 200
    shown, faq = written(site, client, basis=huge)
    assert (shown.status_code, faq) == (200, None)


def test_the_desk_s_question_and_clause_begin_an_answer_without_the_caller_s_numbers(site):
    client, passage_id = site.person("张三"), site.passage("第二条")
    found = client.get("/desk", query_string={"q": "博士租房补贴", "pick": passage_id}).text
    link = re.search(r'class="propose" href="([^"]+)"', found)[1].replace("&amp;", "&")
    assert f"passage={passage_id}" in link
    form = client.get(link).text
    assert 'name="question" value="博士租房补贴"' in form
    assert f'name="basis" value="{passage_id}" checked' in form
    told = client.get("/desk/faqs/new", query_string={"q": "我手机13800138000 租房补贴"}).text
    assert "13800138000" not in told
    assert "［手机号］" in told


def test_a_stale_answer_is_rewritten_from_the_clause_as_it_reads_now(site, tmp_path):
    _, faq = written(site, site.person("张三"))
    other = site.person("李四")
    site.send(other, f"/desk/faqs/{faq.id}/step", step="approve", revision="1")
    path = tmp_path / "新.txt"
    path.write_text(POLICY.replace("二千元", "一千五百元"), encoding="utf-8")
    site.base.intake.add(path, "住房办法.txt")
    page = other.get(f"/desk/faqs/{faq.id}").text
    assert "依据的条款已修改" in page
    assert "<del>二千元</del> → <ins>一千五百元</ins>" in page
    form = other.get(f"/desk/faqs/new?replaces={faq.id}").text
    chosen = re.search(r'name="basis" value="(\d+)" checked', form)[1]
    assert chosen == str(site.passage("第二条"))


@pytest.mark.parametrize("role", [None, Role.AUDITOR])
def test_strangers_and_auditors_reach_none_of_it(site, role):
    site.accounts.add("管理", PASSWORD, Role.ADMIN)
    client = site.app.test_client() if role is None else site.person("旁人", role)
    for address in ("/desk/unanswered", "/desk/unanswered.xlsx", "/desk/faqs", "/desk/today",
                    "/desk/today.xlsx", "/desk/faqs/new"):  # fmt: skip
        assert client.get(address).status_code in (302, 403)


def test_a_post_without_its_token_changes_nothing(site):
    site.faqs.write(Wording(QUESTION), "王五")
    client = site.person("张三")
    assert client.post("/desk/faqs/1/step", data={"step": "discard"}).status_code == 400
    assert site.state(1) is FaqState.NEW


def test_every_key_of_a_page_is_named_on_its_sheet(site):
    site.turn()
    client = site.person("张三")
    client.get("/desk/unanswered")  # puts the question into a group
    _, faq = written(site, client)
    for address in ("/desk/unanswered", "/desk/unanswered/1", "/desk/faqs", "/desk/today",
                    f"/desk/faqs/{faq.id}"):  # fmt: skip
        page = client.get(address).text
        sheet = page.partition('<dialog class="keys"')[2]
        keys = set(re.findall('data-key="(.)"', page))
        assert keys, address
        assert {k.upper() for k in keys} <= set(re.findall("<kbd>(.)</kbd>", sheet)), address


# -- figures and sheets ----------------------------------------------------------------------


def test_today_s_page_counts_what_was_asked_and_what_came_of_it(site):
    passage = site.passage("第二条")
    document = site.base.catalogue.versions()[0].document_id
    for person in ("oA", "oB"):
        site.turn("博士租房补贴多少", person, abstained=False, reason="",
                  passages=(passage,), documents=(document,))  # fmt: skip
    Conversations(site.engine).judge("oB", helpful=True)
    site.turn()
    site.turn("今天天气怎么样", reason="off_topic")
    Handoffs(site.engine).ask("oA")
    shown = site.person("张三").get("/desk/today").text
    tiles = dict(re.findall(r"<dt>(\S+)</dt><dd[^>]*>([^<]+)</dd>", shown))
    expected = {"提问": "4", "已答复": "2", "未能答复": "1", "转人工": "1", "满意": "100%"}
    assert {name: tiles[name] for name in expected} == expected
    assert re.search(
        r"《临江市人才住房办法》（临政发〔2026〕8号）第二条</a> <span[^>]*>2 次", shown
    )
    assert "<svg" in shown
    assert 'style="' not in shown, "the content security policy would drop it"


def test_questions_of_another_day_are_not_today_s(site):
    site.turn()
    with site.engine.begin() as connection:
        connection.execute(turns.update().values(at=datetime(2026, 1, 2, 3, tzinfo=UTC)))
    client = site.person("张三")
    assert re.search(r"<dt>提问</dt><dd>0</dd>", client.get("/desk/today?days=30").text)
    assert client.get("/desk/today?days=9999999999").status_code == 200


def test_what_a_talent_typed_never_becomes_a_formula_in_the_workbook(site):
    asked = [
        '=HYPERLINK("http://evil.example","租房断交")',
        "+租房断缴一个月",
        "@断缴",
        "-断交\x07",
    ]
    for text in asked:
        site.turn(text)
    client = site.person("张三")
    client.get("/desk/unanswered")
    for address in ("/desk/unanswered.xlsx", "/desk/today.xlsx"):
        book = load_workbook(io.BytesIO(client.get(address).data))
        cells = [c for sheet in book for row in sheet for c in row if isinstance(c.value, str)]
        assert all(c.data_type == "s" for c in cells)
        typed = " ".join(c.value for c in cells)
        assert "=HYPERLINK" in typed, "it is kept, as text"
        assert all(c.quotePrefix for c in cells)


def test_the_workbook_holds_the_figures_of_the_page(site):
    site.turn()
    book = load_workbook(io.BytesIO(site.person("张三").get("/desk/today.xlsx?days=7").data))
    assert {"概况", "按小时", "按主题", "按日", "未答问题", "近两周期限"} <= set(book.sheetnames)
    summary = dict(book["概况"].iter_rows(min_row=2, values_only=True))
    assert (summary["提问"], summary["未能答复"]) == (1, 1)
    hours = list(book["按小时"].iter_rows(min_row=2, values_only=True))
    assert (len(hours), sum(row[-1] for row in hours)) == (24, 1)


def test_a_workbook_of_nothing_opens():
    held = workbook([Sheet("空", ("一",), [])], "空").data
    assert load_workbook(io.BytesIO(held))["空"]["A1"].value == "一"


def test_bars_stand_within_their_picture_and_are_as_tall_as_their_figures():
    chart = columns(["a", "b"], [Series("x", "x", [1, 3]), Series("y", "y", [1, 0])])
    assert all(b.y >= 0 and b.y + b.height <= chart.height for b in chart.bars)
    tall = {b.told: b.height for b in chart.bars}
    assert tall["b x 3"] == pytest.approx(3 * tall["a x 1"], abs=0.3)
    lying = rows(["a"], [Series("x", "x", [0])])
    assert lying.bars == ()


def test_today_s_page_says_which_answers_wait_and_which_have_ended(site, tmp_path):
    _, faq = written(site, site.person("张三"))
    other = site.person("李四")
    assert "1 条答复等待审核" in other.get("/desk/today").text
    site.send(other, f"/desk/faqs/{faq.id}/step", step="approve", revision="1")
    path = tmp_path / "新.txt"
    path.write_text(POLICY.replace("二千元", "一千五百元"), encoding="utf-8")
    site.base.intake.add(path, "住房办法.txt")
    assert "1 条问答因依据的条款修改或失效已停用" in other.get("/desk/today").text
    assert state(*_version(site, faq.id), TODAY) == "失效"


def _version(site, faq_id):
    version = site.base.catalogue.version(site.faqs.get(faq_id, TODAY).version_id)
    return version, site.base.catalogue.sources()[version.id]


def test_a_wording_is_parted_from_its_group_on_the_page(site):
    site.turn("租房的钱断交一个月还发不发")
    site.turn("租房的钱断交一个月还发吗", "oB")
    client = site.person("张三")
    client.get("/desk/unanswered")
    (group,) = Unanswered(site.engine).groups()
    address = f"/desk/unanswered/{group.id}/split"
    assert site.send(client, address, wording="没有这句").status_code == 404
    assert "已单独列出" in site.send(client, address, wording="租房的钱断交一个月还发吗").text
    assert len(Unanswered(site.engine).groups()) == 2
