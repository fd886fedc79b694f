"""The four steps of a draft, the list and the jobs over a real base and a real worker."""

import re

import pytest

from bot.office_questions import OfficeQuestion, OfficeQuestions
from console.accounts import Role
from console.told import Told, touched_texts
from console.uploads import file_name, suffix_of
from knowledge.diff import compare
from knowledge.faqs import Faqs, Wording
from knowledge.jobs import IntakeJobs
from knowledge.lifecycle import Lifecycle
from tests.console.test_admin import (
    PASSWORD,
    _token,
    accounts,
    app,
    as_role,
    send,
    settled,
)

__all__ = ["accounts", "app", "as_role"]  # fixtures

PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　每月补贴{}元。
第二条　本办法自2026年1月1日起施行，有效期至2030年12月31日。
"""


@pytest.fixture
def admin(as_role):
    return as_role(Role.ADMIN)


def draft(client, name="办法.txt", text=""):
    """Upload a file; answers the draft's id."""
    job = send(client, name, text or PAPER.format(500))["job"]
    settled(client)
    told = client.get(f"/admin/jobs/states?ids={job}").json["jobs"][str(job)]
    return int(re.search(r"/drafts/(\d+)/", told["href"])[1])


def post(client, address, page, **form):
    """Post a form with the token of a page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]
    return client.post(address, data={"csrf_token": token, **form})


def second_admin(app, accounts):
    accounts.add("other", PASSWORD, Role.ADMIN)
    client = app.test_client()
    form = {"name": "other", "password": PASSWORD, "csrf_token": _token(client, "/sign-in")}
    client.post("/sign-in", data=form)
    return client


def fact_form(client, version, field):
    page = client.get(f"/admin/drafts/{version}/facts").text
    form = page[page.index(f'id="f-{field}"') :]
    seen = re.search(r'name="seen" value="([^"]*)"', form)[1]
    return {"seen": seen.replace("&#34;", '"')}


# -- facts -----------------------------------------------------------------------------------


def test_a_missing_fact_is_red_an_unread_one_amber_and_a_confirmed_one_plain(admin):
    version = draft(admin)
    page = admin.get(f"/admin/drafts/{version}/facts").text

    def state(field):
        return re.search(rf'class="fact (\w+)[^"]*" id="f-{field}"', page)[1]

    assert (state("issuers"), state("number")) == ("missing", "unconfirmed")
    form = fact_form(admin, version, "number") | {"value": "临川发〔2026〕1号"}
    address = f"/admin/drafts/{version}/facts"
    assert post(admin, f"{address}/number", address, **form).status_code == 302
    page = admin.get(address).text
    assert state("number") == "confirmed"


def test_a_corrected_date_stands_beside_what_was_read_with_who_said_so(admin, empty):
    version = draft(admin)
    address = f"/admin/drafts/{version}/facts"
    form = fact_form(admin, version, "effective") | {"value": "2027年3月1日"}
    post(admin, f"{address}/effective", address, **form)
    page = admin.get(address).text
    assert "原读作“2026-01-01”，admin" in page
    assert "在此之前不会用来答复" in page
    assert str(empty.catalogue.version(version).facts.effective_on) == "2027-03-01"


def test_a_date_that_is_none_is_refused_and_what_was_typed_stays(admin, empty):
    version = draft(admin)
    address = f"/admin/drafts/{version}/facts"
    form = fact_form(admin, version, "effective") | {"value": "2027-02-30"}
    refused = post(admin, f"{address}/effective", address, **form)
    assert refused.status_code == 422
    assert "不是一个日期" in refused.text
    assert 'value="2027-02-30"' in refused.text
    assert str(empty.catalogue.version(version).facts.effective_on) == "2026-01-01"


@pytest.mark.parametrize("seen", ["", "no json", "[1]", '{"a": 1}', '"not a day"'])
def test_a_form_that_is_not_ours_is_refused_in_words(admin, seen):
    version = draft(admin)
    address = f"/admin/drafts/{version}/facts"
    refused = post(admin, f"{address}/expires", address, value="2030-01-01", seen=seen)
    assert refused.status_code == 422
    assert "请刷新后再改" in refused.text


def test_dates_that_contradict_each_other_are_published_from_no_page(admin, empty, tmp_path):
    version = draft(admin)
    address = f"/admin/drafts/{version}/facts"
    form = fact_form(admin, version, "expires") | {"value": "2025-06-30"}
    post(admin, f"{address}/expires", address, **form)
    effect = f"/admin/drafts/{version}/effect"
    page = admin.get(effect).text
    assert "早于施行日期" in page
    assert "立即发布" not in page
    document = empty.catalogue.version(version).document_id
    step = f"/admin/policies/{document}/step"
    post(admin, step, effect, step="publish", version=version)
    post(admin, f"/admin/drafts/{version}/schedule", effect, at="2027-01-01T08:00")
    form = {"action": "publish", "document": document, "version": version, "confirmed": "yes"}
    post(admin, "/admin/policies/batch", effect, **form)
    assert empty.catalogue.live_ids() == set()
    assert IntakeJobs(empty.catalogue.engine, tmp_path).scheduled() == {}


def test_a_speech_says_that_it_is_no_basis(admin):
    text = (
        "在全市人才工作会上的讲话\n同志们：\n一、肯定成绩。我市人才工作取得成效。\n二、再接再厉。\n"
    )
    version = draft(admin, "讲话.txt", text)
    assert "只作背景, 不作依据" in admin.get(f"/admin/drafts/{version}/facts").text


# -- clauses ---------------------------------------------------------------------------------


def test_the_coverage_of_a_draft_is_told_with_what_is_missing(admin):
    text = PAPER.format(500).replace("第二条", "第三条")
    version = draft(admin, text=text)
    page = admin.get(f"/admin/drafts/{version}/clauses").text
    assert "2/3 条" in page
    assert "存疑 1" in page
    assert re.search(r'href="#c\d+">跳到此处', page)


def test_a_save_over_somebody_else_s_shows_both_texts(app, accounts, admin):
    version = draft(admin)
    other = second_admin(app, accounts)
    page = f"/admin/drafts/{version}/clauses"
    was = "第一条　每月补贴500元。"
    form = {"kind": "text", "clause": 2, "was": was, "revision": 0}
    edits = f"/admin/drafts/{version}/edits"
    assert post(admin, edits, page, text="第一条　每月补贴600元。", **form).status_code == 302
    late = post(other, edits, page, text="第一条　每月补贴700元。", **form)
    assert late.status_code == 409
    for words in ("600元", "700元", "admin刚改过"):
        assert words in late.text
    assert "600元" in admin.get(page).text


def test_a_draft_is_asked_alone_in_the_words_of_wechat(admin):
    version = draft(admin)
    page = f"/admin/drafts/{version}/clauses"
    reply = post(admin, f"/admin/drafts/{version}/ask", page, question="人才办法每月补贴多少")
    assert "500元" in reply.text
    assert "临川发〔2026〕1号" in reply.text


# -- effect ----------------------------------------------------------------------------------


def test_texts_that_name_a_changing_figure_or_the_paper_are_listed(admin, empty):
    first = draft(admin)
    empty.intake.publish(first)
    second = draft(admin, text=PAPER.format(800))
    changes = compare(empty.catalogue.clauses(first), empty.catalogue.clauses(second))
    told = [
        Told("常用语“补贴”", "每月500元，请带身份证"),
        Told("常用语“地址”", "人民路1500元大厦"),
        Told("菜单“人才办法”", "临川市人才办法"),
        Told("常用语“谢谢”", "不客气"),
    ]
    found = touched_texts(told, empty.catalogue.version(second), changes)
    assert [(one.place, why) for one, why in found] == [
        ("常用语“补贴”", "写有将变化的 500元"),
        ("菜单“人才办法”", "提到这份文件"),
    ]


def test_a_second_person_is_asked_for_on_the_server_too(app, accounts, admin, empty):
    Lifecycle(empty.catalogue.engine).require_second_person(True)
    version = draft(admin)
    document = empty.catalogue.version(version).document_id
    effect, step = f"/admin/drafts/{version}/effect", f"/admin/policies/{document}/step"
    assert "立即发布" not in admin.get(effect).text
    post(admin, step, effect, step="publish", version=version)
    post(admin, f"/admin/drafts/{version}/schedule", effect, at="2027-01-01T08:00")
    assert empty.catalogue.live_ids() == set()
    assert "定时发布</strong>" not in admin.get(effect).text
    post(admin, step, effect, step="submit", version=version)
    approve = f"/admin/drafts/{version}/approve"
    post(admin, approve, effect, revision=0)
    post(admin, step, effect, step="publish", version=version)
    assert empty.catalogue.live_ids() == set()
    other = second_admin(app, accounts)
    assert "批准" in other.get(effect).text
    post(other, approve, effect, revision=0)
    assert "other 已批准" in admin.get(effect).text
    post(admin, step, effect, step="publish", version=version)
    assert empty.catalogue.live_ids() != set()


def test_what_was_published_a_moment_ago_can_be_taken_back_from_every_page(admin, empty):
    version = draft(admin)
    document = empty.catalogue.version(version).document_id
    effect, step = f"/admin/drafts/{version}/effect", f"/admin/policies/{document}/step"
    post(admin, step, effect, step="publish", version=version, **{"from": "effect"})
    for page in ("/admin/policies", "/admin/jobs", "/admin/log"):
        assert "十分钟内可以撤回" in admin.get(page).text
    post(admin, step, "/admin/policies", step="withdraw", version=version)
    assert empty.catalogue.live_ids() == set()
    assert "十分钟内可以撤回" not in admin.get("/admin/policies").text


# -- the list --------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_its_address_and_names_what_a_batch_will_do(admin, empty):
    for number in (1, 2, 3):
        text = PAPER.format(number * 100).replace("临川市人才", f"临川市第{number}类人才")
        draft(admin, f"办法{number}.txt", text.replace("〕1号", f"〕{number}号"))
    page = admin.get("/admin/policies?state=草稿").text
    documents = re.findall(r'name="document" value="(\d+)"', page)
    assert len(documents) == 3
    form = {"action": "publish", "document": documents[:2]}
    asked = post(admin, "/admin/policies/batch", "/admin/policies", **form).text
    assert asked.count("《临川市第") == 2
    assert empty.catalogue.live_ids() == set()
    versions = re.findall(r'name="version" value="(\d+)"', asked)
    form |= {"confirmed": "yes", "version": versions}
    post(admin, "/admin/policies/batch", "/admin/policies", **form)
    listed = admin.get("/admin/policies?state=有效").text
    assert len(re.findall(r'name="document"', listed)) == 2
    assert "从未命中" in listed
    assert "没有符合条件" in admin.get("/admin/policies?state=待审").text


# -- nothing an upload contains runs or gets out ---------------------------------------------

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'
HTML = f"""<html><head><title>{EVIL}</title><script>alert(3)</script></head><body>
<h1>临川市人才办法</h1><p>第一条　&lt;script&gt;alert(4)&lt;/script&gt;补贴500元。</p>
<table><tr><td>类别</td><td>金额</td></tr><tr><td>&lt;img src=x onerror=alert(5)&gt;</td>
<td>{{{{ 7*7 }}}}</td></tr><tr><td>B</td><td>2</td></tr></table>
<p>第二条　自2026年1月1日起施行。</p>
</body></html>"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            f"{EVIL}.txt",
            f"{EVIL}人才办法\n第一条　{EVIL}每月补贴500元。\n第二条　{{{{ 7*7 }}}}。\n",
        ),
        ("办法.html", HTML),
        ("办法.svg.txt", '<svg onload="alert(1)">人才办法\n第一条　补贴500元。\n'),
    ],
)
def test_nothing_an_upload_contains_runs_in_a_reviewer_s_browser(admin, empty, name, text):
    version = draft(admin, name, text)
    document = empty.catalogue.version(version).document_id
    pages = [
        f"/admin/drafts/{version}/{step}" for step in ("file", "facts", "clauses", "effect")
    ] + [f"/admin/policies/{document}", "/admin/policies", "/admin/jobs", "/admin/log"]
    for address in pages:
        reply = admin.get(address)
        assert reply.status_code == 200, address
        shown = re.sub(r'<script type="module" src="/assets/[\w.]+"></script>', "", reply.text)
        assert "<script" not in shown, address
        assert not re.search(r"<(?:img|svg)\b", shown), address
        assert "49" not in re.findall(r">([^<]*7\*7[^<]*|49)<", shown), address
        policy = reply.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
    reply = admin.get(f"/admin/drafts/{version}/original")
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


NAMES = (
    "../../../../etc/cron.d/evil.txt",
    "/etc/passwd",
    "..\\..\\windows\\system32\\evil.txt",
    "C:\\evil.txt",
    "办法\x00.txt",
    "办法.txt\x00.exe",
    "办法\n换行.txt",
    "\u202etxt.法办",
    "长" * 5000 + ".txt",
    "CON",
    "NUL.txt",
    "COM1.docx",
    "..",
    ".",
    "   ",
    "",
    "-rf.txt",
    "办法.././../x",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_reaches_the_disk_outside_the_data_folder(admin, empty, tmp_path, name):
    beside = set(tmp_path.parent.iterdir())
    begun = send(admin, name, PAPER.format(500))
    assert "job" in begun, begun
    settled(admin)
    ours = re.compile(r"[0-9a-f]{32,64}(?:\.[0-9a-z]{1,7})?")
    kept = [p for folder in ("files", "inbox", "uploads") for p in (tmp_path / folder).iterdir()]
    assert [p.parent.name for p in kept] == ["files"]
    assert all(ours.fullmatch(p.name) for p in kept)
    tops = {p.name for p in tmp_path.iterdir()}
    known = {"chroma", "files", "inbox", "uploads"}
    assert {t for t in tops - known if not t.startswith("test.db")} == set()
    assert set(tmp_path.parent.iterdir()) == beside
    (version,) = empty.catalogue.versions()
    assert version.file_name.isprintable()
    assert len(version.file_name) <= 200
    assert "/" not in version.file_name


@pytest.mark.parametrize("name", NAMES)
def test_a_file_s_name_is_one_short_visible_line(name):
    shown = file_name(name)
    assert 0 < len(shown) <= 200
    assert shown.isprintable()
    assert not set(shown) & set("/\\\x00")
    assert re.fullmatch(r"(?:\.[0-9a-z]{1,7})?", suffix_of(name))


# -- what the effect names, what the jobs tell -----------------------------------------------


def test_an_answer_of_the_office_that_rests_on_a_changing_clause_is_flagged(admin, empty):
    first = draft(admin)
    empty.intake.publish(first)
    faqs = Faqs(empty.catalogue)
    stored = empty.catalogue.passages_of(first)
    for words, question in (("500元", "每月补贴多少？"), ("施行", "什么时候施行？")):
        cited = faqs.clause(next(s.id for s in stored if words in s.passage.text))
        faqs.write(Wording(question, "见政策原文。", clause=cited), "甲")
    second = draft(admin, text=PAPER.format(800))
    page = admin.get(f"/admin/drafts/{second}/effect").text
    assert "引用了将变化条款的问答" in page
    assert "每月补贴多少？" in page
    assert "什么时候施行？" not in page


def test_the_office_s_questions_are_answered_before_and_after(admin, empty):
    first = draft(admin)
    empty.intake.publish(first)
    questions = OfficeQuestions(empty.catalogue.engine)
    asked = OfficeQuestion(0, ("人才办法每月补贴多少",), must_contain=("500元",))
    questions.save(asked, "甲")
    second = draft(admin, text=PAPER.format(800))
    assert "1 个常用问题" in admin.get(f"/admin/drafts/{second}/effect").text
    told = admin.get(f"/admin/drafts/{second}/questions").text
    assert "发布前答对 1/1，发布后答对 0/1" in told
    assert "变差" in told
    assert empty.catalogue.version(second).status == "draft"


def test_a_refused_file_is_tried_again_by_a_button_and_a_copy_kept_beside_the_one_we_have(
    admin, empty
):
    send(admin, "坏.docx", "PK nonsense")
    first = draft(admin)
    empty.intake.publish(first)
    send(admin, "副本.txt", PAPER.format(500))
    page = settled(admin)
    buttons = r'class="again" method="post" action="([^"]+)">.*?>(重试|仍要单独收录)<'
    again = {words: address for address, words in re.findall(buttons, page, re.DOTALL)}
    post(admin, again["重试"], "/admin/jobs")
    post(admin, again["仍要单独收录"], "/admin/jobs", same="keep-both")
    page = settled(admin)
    assert page.count(">重试<") == 1  # the file belongs to the second try
    assert "仍要单独收录" not in page
    assert {v.file_name for v in empty.catalogue.versions()} == {"办法.txt", "副本.txt"}
    assert len({v.document_id for v in empty.catalogue.versions()}) == 2
