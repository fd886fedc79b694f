"""The pages of care, of the connection, of people and of the archive, over a real base."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from bot.assembly import AFTER_A_CHANGE, Bot
from bot.conversations import turns
from bot.office_questions import Judged, OfficeQuestionRuns, Results
from bot.wording import WELCOME
from config import Settings
from console.accounts import Accounts, Refused, Role
from knowledge.jobs import IntakeJobs, IntakeWorker
from parts import bot_settings, wechat_client
from server import clock, create_app
from tests.wechat.conftest import APPID, TOKEN, served_platform

PASSWORD = "correct horse battery"
PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　博士每月补贴{}元。
第二条　子女可以优先安排入学。
第三条　配偶可以优先安排就业。
第四条　本办法自2026年1月1日起施行。
"""


@pytest.fixture
def platform():
    with served_platform() as made:
        yield made


class Site:
    """The whole site over a base, with its bot and the worker that does what is queued."""

    def __init__(self, base, data, platform):
        settings = Settings(
            _env_file=None, data=data, wechat_token=TOKEN, wechat_appid=APPID, samples=False,
            wechat_secret=platform.secret, wechat_api_base=platform.base,
        )  # fmt: skip
        self.engine = base.catalogue.engine
        client = wechat_client(settings, self.engine)
        self.bot = Bot(
            self.engine, base.retriever, bot_settings(settings), clock(settings), lambda _: "",
            client,
        )  # fmt: skip
        self.base, self.app = base, create_app(settings, self.engine, base, TOKEN, self.bot)
        self.worker = IntakeWorker(IntakeJobs(self.engine, data), base, 0.01)
        self.accounts = Accounts(self.engine)

    def browser(self, role):
        made = Browser(self.app.test_client())
        if role is not None:
            if not any(u.role == role for u in self.accounts.users()):
                self.accounts.add(role.value, PASSWORD, role)
            made.post("/sign-in", at="/sign-in", name=role.value, password=PASSWORD)
        return made

    def asked(self, text, abstained=False, openid="oSECRETPERSON"):
        """A question as it would be recorded."""
        values = {
            "openid": openid, "asked": text, "answered": "", "documents": [],
            "passages": [], "abstained": abstained, "reason": "no_passage" if abstained else "",
            "at": datetime.now(UTC),
        }  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(turns).values(values))


class Browser:
    """A browser that sends a form with the token of the page it is on."""

    def __init__(self, client):
        self._client = client

    def get(self, address):
        return self._client.get(address)

    def post(self, to, /, at, follow=True, **form):
        page = self._client.get(at).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form["csrf_token"] = token[1] if token else ""
        return self._client.post(to, data=form, follow_redirects=follow)


@pytest.fixture
def site(empty, tmp_path, platform):
    (tmp_path / "data").mkdir()
    made = Site(empty, tmp_path / "data", platform)
    made.worker.start()
    yield made
    made.worker.stop()


@pytest.fixture
def publish(site, tmp_path):
    """Publish the paper with an amount; again for its next version."""

    def published(amount):
        path = tmp_path / "办法.txt"
        path.write_text(PAPER.format(amount), encoding="utf-8")
        site.base.intake.add(path)

    return published


@pytest.fixture
def admin(site):
    return site.browser(Role.ADMIN)


def log(site):
    return [(e.action, e.user) for e in site.accounts.log()]


# -- synonyms --------------------------------------------------------------------------------

SYNONYMS = "/admin/knowledge/synonyms"


def test_a_preview_shows_which_answers_change_and_saves_nothing(site, admin, publish):
    publish(900)
    site.asked("窝边人可以优先安排什么", abstained=True)
    site.asked("博士补多少")
    shown = admin.post(SYNONYMS, at=SYNONYMS, typed="窝边人", formal="配偶", act="preview").text
    assert "会改变什么" in shown
    assert "窝边人可以优先安排什么" in shown
    assert "配偶可以优先安排就业" in shown
    assert "博士补多少" not in shown
    assert site.bot.synonyms.groups() == []
    assert "oSECRETPERSON" not in shown


def test_a_saved_group_is_used_by_the_next_answer(site, admin):
    admin.post(SYNONYMS, at=SYNONYMS, typed="窝边人，那一位", formal="配偶", act="save")
    (group,) = site.bot.synonyms.groups()
    assert (group.typed, group.author) == (("窝边人", "那一位"), "admin")
    assert site.bot.synonyms.find("窝边人")
    assert ("增加同义词", "admin") in log(site)
    admin.post(f"{SYNONYMS}/{group.id}", at=SYNONYMS, act="remove")
    assert not site.bot.synonyms.find("窝边人")


def test_a_group_that_cannot_be_is_refused_and_stays_in_the_form(site, admin):
    shown = admin.post(SYNONYMS, at=SYNONYMS, typed="<script>", formal="配偶", act="save").text
    assert "不能用的符号" in shown
    assert 'value="&lt;script&gt;"' in shown
    assert "<script>" not in shown.replace('<script type="module"', "")


def test_words_that_recur_without_an_answer_and_stand_in_no_document_are_suggested(
    site, admin, publish
):
    publish(900)
    for number, text in enumerate(("鹊桥会怎么报名", "鹊桥会还办吗", "博士怎么办", "博士呢")):
        site.asked(text, abstained=True, openid=f"oPERSON{number}")
    shown = admin.get(SYNONYMS).text
    assert "<strong>鹊桥会</strong>" in shown or "<strong>鹊桥</strong>" in shown
    assert "<strong>博士</strong>" not in shown


def test_a_line_that_ships_can_be_tried_switched_off_and_restored(site, admin):
    def heard() -> bool:
        return any(end - start == 3 for start, end, _ in site.bot.synonyms.find("公积金"))

    line = next(g for g in site.bot.synonyms.shipped() if g.typed == ("公积金",))
    form = {"formal": "|".join(line.formal), "typed": "|".join(line.typed)}
    assert "会改变什么" in admin.post(f"{SYNONYMS}/shipped", at=SYNONYMS, act="try", **form).text
    assert heard()
    admin.post(f"{SYNONYMS}/shipped", at=SYNONYMS, act="off", **form)
    assert not heard()
    (group,) = site.bot.synonyms.groups()
    admin.post(f"{SYNONYMS}/{group.id}", at=SYNONYMS, act="remove")
    assert heard()


# -- questions -------------------------------------------------------------------------------

QUESTIONS = "/admin/knowledge/questions"


def question(admin, **form):
    form = {"id": "0", "turns": "博士每月补贴多少", "must_contain": "900元", **form}
    return admin.post(f"{QUESTIONS}/save", at=f"{QUESTIONS}/new", **form).text


def test_questions_are_asked_after_every_publication_and_a_fall_is_shown_loudly(
    site, admin, publish
):
    publish(900)
    question(admin)
    site.bot.ask_own_questions()
    assert "答对的变少了" not in admin.get(QUESTIONS).text
    publish(800)
    site.bot.ask_own_questions()
    shown = admin.get(QUESTIONS).text
    assert "答对的变少了：1/1 → 0/1" in shown
    assert AFTER_A_CHANGE in shown
    assert "<polyline" in shown
    assert "答对的变少了" in admin.get("/admin/policies").text
    newest = site.bot.runs.newest()[0]
    assert "没有说到“900元”" in admin.get(f"{QUESTIONS}/runs/{newest.id}").text


def test_without_a_change_the_questions_are_not_asked_again(site, admin, publish):
    publish(900)
    question(admin)
    site.bot.ask_own_questions()
    site.bot.ask_own_questions()
    assert len(site.bot.runs.newest()) == 1
    assert site.bot.runs.newest()[0].results.right == 1


def test_a_run_can_be_asked_for(site, admin, publish):
    publish(900)
    question(admin)
    site.bot.ask_own_questions()
    assert "正在运行" in admin.post(f"{QUESTIONS}/run", at=QUESTIONS).text
    assert admin.get(f"{QUESTIONS}/state").json == {"running": True}
    site.bot.ask_own_questions()
    assert admin.get(f"{QUESTIONS}/state").json == {"running": False}
    assert len(site.bot.runs.newest()) == 2


def test_a_question_is_changed_and_deleted(site, admin):
    question(admin)
    (kept,) = site.bot.questions.all()
    question(admin, id=str(kept.id), must_contain="九百元")
    assert site.bot.questions.all()[0].must_contain == ("九百元",)
    admin.post(f"{QUESTIONS}/{kept.id}/remove", at=QUESTIONS)
    assert site.bot.questions.all() == []


@pytest.mark.parametrize(
    "form", [{"turns": ""}, {"must_contain": ""}, {"abstains": "yes"}, {"document": "99"}]
)
def test_a_question_that_cannot_be_judged_stays_in_the_form(site, admin, form):
    assert 'class="said bad"' in question(admin, **form)
    assert site.bot.questions.all() == []


def test_the_trend_marks_what_fell(site, admin):
    runs = OfficeQuestionRuns(site.engine)
    for right in (4, 4, 2):
        rows = tuple(Judged(n, f"问{n}", n <= right, "", "") for n in range(1, 5))
        runs.finish(runs.ask_for("手动运行", "admin"), Results(rows), "")
    assert admin.get(QUESTIONS).text.count('class="point fell"') == 1


# -- texts, wording, reception ---------------------------------------------------------------


def test_canned_texts_are_kept_with_who_changed_them(site, admin):
    address = "/admin/knowledge/texts"
    form = {"id": "0", "title": "地址", "shortcut": "地址", "text": "江滨路1号"}
    admin.post(address, at=address, **form)
    assert "江滨路1号" in admin.get(address).text
    assert "已用于另一条" in admin.post(address, at=address, **form).text
    assert "2048" in admin.post(address, at=address, **{**form, "text": "长" * 700}).text
    admin.post(f"{address}/1/remove", at=address)
    assert "还没有常用语" in admin.get(address).text


def test_a_sentence_is_previewed_saved_and_taken_back(site, admin):
    address = "/admin/knowledge/sentences"
    own = "您好，{office}在此。"
    shown = admin.post(f"{address}/WELCOME", at=address, act="preview", text=own).text
    assert "您好，人才服务中心在此。" in shown
    assert "预览，还没有保存" in shown
    assert site.bot.office.own(WELCOME) == WELCOME
    admin.post(f"{address}/WELCOME", at=address, act="save", text=own)
    assert site.bot.office.own(WELCOME) == own
    wrong = admin.post(f"{address}/WELCOME", at=address, act="save", text="{nobody}").text
    assert "花括号" in wrong
    admin.post(f"{address}/WELCOME", at=address, act="reset")
    assert site.bot.office.own(WELCOME) == WELCOME


def test_hours_are_checked_at_once_and_described(site, admin):
    address = "/admin/knowledge/reception"
    wrong = admin.post(f"{address}/hours", at=address, act="save", value="8-9 9点").text
    assert "须先写星期" in wrong
    assert "8-9 9点" in wrong
    right = admin.post(f"{address}/hours", at=address, act="save", value="1-5 09:00-17:00").text
    assert "周一至周五 09:00-17:00" in right
    assert site.bot.office_now.described() == "周一至周五 09:00-17:00"


def test_halls_and_topics_are_saved_and_reset(site, admin):
    address = "/admin/knowledge/reception"
    hall = {"name": "一号窗口", "address": "江滨路1号", "hours": "", "phone": "",
            "latitude": "30.1", "longitude": "120.2"}  # fmt: skip
    admin.post(f"{address}/halls", at=address, act="save", **hall)
    assert [h.name for h in site.bot.office_now.halls] == ["一号窗口"]
    shown = admin.post(f"{address}/halls", at=address, act="save", **{**hall, "latitude": "x"})
    assert "须为数字" in shown.text
    admin.post(f"{address}/topics", at=address, act="save", value="落户要什么\r\n\r\n买房补多少")
    assert site.bot.office_now.topics == ("落户要什么", "买房补多少")
    before = site.bot.office_now.topics
    admin.post(f"{address}/topics", at=address, act="reset")
    assert site.bot.office_now.topics != before


# -- menu ------------------------------------------------------------------------------------

MENU = "/admin/knowledge/menu"
FORM = {"0-name": "政策", "0-way": "sub_button", "0-0-name": "落户", "0-0-way": "say",
        "0-0-value": "落户要什么条件", "1-name": "官网", "1-way": "url",
        "1-value": "https://example.gov.cn"}  # fmt: skip


def test_a_menu_is_previewed_and_published_to_weixin(site, admin, platform):
    shown = admin.post(MENU, at=MENU, act="preview", **FORM).text
    assert "检查通过，还没有保存" in shown
    assert platform.menu is None
    admin.post(MENU, at=MENU, act="publish", **FORM)
    first, second = platform.menu["button"]
    assert first["sub_button"][0]["key"] == "say:落户要什么条件"
    assert second["url"] == "https://example.gov.cn"
    assert ("发布菜单", "admin") in log(site)
    assert site.bot.menu == [first, second]


def test_a_menu_that_weixin_would_refuse_is_neither_saved_nor_sent(site, admin, platform):
    wrong = {**FORM, "1-name": "六个汉字太长", "1-value": "ftp://x"}
    shown = admin.post(MENU, at=MENU, act="publish", **wrong).text
    assert "最多5个汉字" in shown
    assert "https://" in shown
    assert platform.menu is None
    assert site.bot.office_now.settings.get("menu") is None


def test_why_weixin_refused_a_menu_is_said_in_words(site, admin, platform):
    platform.inject("menu/create:48001")
    shown = admin.post(MENU, at=MENU, act="publish", **FORM).text
    assert platform.menu is None
    assert "没有这项权限" in shown
    assert "48001" in shown


# -- notice and kill switch ------------------------------------------------------------------


def test_pausing_needs_a_second_thought_and_reaches_the_dialogue(site, admin):
    address = "/admin/knowledge/standing"
    assert "先勾选" in admin.post(f"{address}/pause", at=address, act="pause").text
    assert site.bot.switches.get("paused") == ""
    admin.post(f"{address}/pause", at=address, act="pause", sure="yes")
    assert site.bot.switches.get("paused")
    assert "已暂停" in admin.get(address).text
    admin.post(f"{address}/pause", at=address, act="resume")
    assert site.bot.switches.get("paused") == ""
    assert {("暂停智能答复", "admin"), ("恢复智能答复", "admin")} <= set(log(site))


def test_a_notice_is_shown_and_taken_away(site, admin):
    address = "/admin/knowledge/standing"
    admin.post(f"{address}/notice", at=address, notice=" 周六 停机 ")
    assert "【通知】周六 停机" in admin.get(address).text
    assert "最多120个字" in admin.post(f"{address}/notice", at=address, notice="长" * 121).text
    admin.post(f"{address}/notice", at=address, act="remove")
    assert site.bot.switches.get("notice") == ""


# -- connection ------------------------------------------------------------------------------

CONNECTION = "/admin/connection"


def test_each_capability_is_tried_and_told_in_words(site, admin, platform):
    assert "还没有检测过" in admin.get(CONNECTION).text
    shown = admin.post(f"{CONNECTION}/account", at=CONNECTION).text
    assert "已重新检测" in shown
    assert "出口 IP 已在公众平台的白名单里" in shown


def test_a_wrong_secret_is_told_in_words(site, admin, platform):
    platform.secret = "another"
    shown = admin.post(f"{CONNECTION}/account", at=CONNECTION).text
    assert "没有连上微信接口" in shown
    assert "ZHIHUI_WECHAT_SECRET" in shown


def test_the_token_is_shown_on_demand_to_admins_and_noted(site, admin):
    assert TOKEN not in admin.get(CONNECTION).text
    assert TOKEN in admin.post(f"{CONNECTION}/token", at=CONNECTION).text
    assert ("查看 Token", "admin") in log(site)
    auditor = site.browser(Role.AUDITOR)
    assert auditor.post(f"{CONNECTION}/token", at=CONNECTION).status_code == 403
    assert TOKEN not in auditor.get(CONNECTION).text


def test_deliveries_are_listed_without_an_openid(site, admin):
    site.bot.deliveries.claim("msg:1", "oSECRETPERSON", "text")
    shown = admin.get(CONNECTION).text
    assert "u-" in shown
    assert "oSECRETPERSON" not in shown


def test_the_indexes_are_checked_on_demand(site, admin):
    assert "索引与数据库一致" in admin.post(f"{CONNECTION}/indexes", at=CONNECTION).text


def test_a_stranger_learns_nothing_of_the_account(site):
    stranger = site.browser(None)
    for address in ("/healthz/account", CONNECTION):
        answer = stranger.get(address)
        assert answer.status_code == 302
        assert "capabilities" not in answer.text


# -- people and the log ----------------------------------------------------------------------


def test_accounts_are_made_changed_and_closed_on_their_page(site, admin):
    shown = admin.post("/admin/people", at="/admin/people", name="李强", role="staff").text
    password = re.search(r'class="copy">([^<]+)<', shown)[1]
    assert site.accounts.sign_in("李强", password)
    assert password not in admin.get("/admin/people").text
    person = next(u for u in site.accounts.users() if u.name == "李强")
    address = f"/admin/people/{person.id}"
    admin.post(address, at="/admin/people", act="role", role="auditor")
    admin.post(address, at="/admin/people", act="password", password="another long one")
    assert site.accounts.sign_in("李强", "another long one")
    admin.post(address, at="/admin/people", act="close")
    with pytest.raises(Refused):
        site.accounts.sign_in("李强", "another long one")
    actions = {action for action, _ in log(site)}
    assert {"新建用户", "修改角色", "重设密码", "停用用户"} <= actions
    assert password not in str(site.accounts.log())


def test_nobody_takes_away_the_last_admin(site, admin):
    me = next(u for u in site.accounts.users() if u.role is Role.ADMIN)
    address = f"/admin/people/{me.id}"
    for form in ({"act": "close"}, {"act": "role", "role": "staff"}):
        assert "不能修改自己的角色" in admin.post(address, at="/admin/people", **form).text
    for act in (lambda: site.accounts.set_active(me.name, False),
                lambda: site.accounts.set_role(me.name, Role.STAFF)):  # fmt: skip
        with pytest.raises(Refused, match="最后一位管理员"):
            act()
    site.accounts.add("第二位", PASSWORD, Role.ADMIN)
    site.accounts.set_active("第二位", False)  # one is left
    with pytest.raises(Refused, match="最后一位管理员"):
        site.accounts.set_active(me.name, False)


def test_the_log_is_narrowed_by_person_action_words_and_days(site, admin):
    site.accounts.record("李强", "上传文件", "购房补贴.docx")
    site.accounts.record("admin", "发布", "落户办法")
    for query, wanted, other in (
        ("by=李强", "购房补贴.docx", "落户办法"),
        ("action=发布", "落户办法", "购房补贴.docx"),
        ("q=补贴", "购房补贴.docx", "落户办法"),
    ):
        shown = admin.get(f"/admin/log?{query}").text
        assert f"<td>{wanted}</td>" in shown
        assert f"<td>{other}</td>" not in shown
    assert "没有符合条件的记录" in admin.get("/admin/log?to=2020-01-01").text
    assert "购房补贴.docx" in admin.get("/admin/log?since=2020-01-01&to=bad").text


def test_a_long_log_has_further_pages(site, admin):
    for number in range(120):
        site.accounts.record("admin", "发布", f"文件{number:03}")
    first = admin.get("/admin/log?action=发布").text
    assert "文件119" in first
    assert "文件000" not in first
    more = re.search(r'href="(/admin/log\?[^"]+)">更早的', first)[1].replace("&amp;", "&")
    assert "文件000" in admin.get(more).text


def test_retention_is_set_on_its_page(site, admin):
    assert "1至3650" in admin.post("/admin/log/retention", at="/admin/log", days="0").text
    admin.post("/admin/log/retention", at="/admin/log", days="30")
    assert site.bot.office_now.keep_days == 30
    admin.post("/admin/log/retention", at="/admin/log", act="reset")
    assert site.bot.office_now.keep_days == 180


def test_the_archive_is_made_by_a_button_and_leaves_no_file_behind(site, admin, tmp_path):
    made = admin.post("/admin/archive/export", at="/admin/archive")
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert "manifest.json" in archive.namelist()
    assert not list((tmp_path / "data").glob("export-*"))
    assert ("导出知识库", "admin") in log(site)


# -- who may -----------------------------------------------------------------------------------

PLACES = (
    *(SYNONYMS, QUESTIONS, MENU, CONNECTION, "/admin/people", "/admin/log", "/admin/archive"),
    *(f"/admin/knowledge/{n}" for n in ("texts", "sentences", "reception", "standing")),
)


@pytest.mark.parametrize("address", PLACES)
def test_an_auditor_reads_every_page_and_has_no_button_on_it(site, address):
    auditor = site.browser(Role.AUDITOR)
    page = auditor.get(address)
    assert page.status_code == 200
    main = page.text.partition("<main>")[2]
    assert 'method="post"' not in re.sub(
        r'<form[^>]*action="/admin/knowledge/(?:sentences|reception|menu)[^>]*>', "", main
    )
    assert ">保存<" not in main
    assert site.browser(Role.STAFF).get(address).status_code == 403
    assert site.browser(None).get(address).status_code == 302
