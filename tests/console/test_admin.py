"""Accounts, who may reach what, and the admin's pages over a real base and a real worker."""

import re
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from commands import ROLES
from config import Settings
from console.access import RULES, inside
from console.accounts import IDLE, LOCKED_FOR, MOST_FAILURES, Accounts, Refused, Role
from console.uploads import SLICE, BadUpload, Uploads
from knowledge.jobs import IntakeJobs, IntakeWorker
from server import create_app

PASSWORD = "correct horse battery"
PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　每月补贴{}元。
第二条　本办法自2026年1月1日起施行。
"""


@pytest.fixture
def accounts(empty):
    return Accounts(empty.catalogue.engine)


@pytest.fixture
def app(empty, tmp_path):
    """The whole site, beside a worker that does what is queued."""
    settings = Settings(_env_file=None, data=tmp_path, wechat_token="t" * 8)
    made = create_app(settings, empty.catalogue.engine, empty, "t" * 8)
    worker = IntakeWorker(IntakeJobs(empty.catalogue.engine, tmp_path), empty, 0.01)
    worker.start()
    yield made
    worker.stop()


@pytest.fixture
def as_role(app, accounts):
    """A browser signed in as somebody of a role; None for a stranger."""

    def signed_in(role):
        client = app.test_client()
        if role is not None:
            accounts.add(role.value, PASSWORD, role)
            token = _token(client, "/sign-in")
            form = {"name": role.value, "password": PASSWORD, "csrf_token": token}
            assert client.post("/sign-in", data=form).status_code == 302
        return client

    return signed_in


def _token(client, address):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]


# -- accounts --------------------------------------------------------------------------------


def test_the_command_line_offers_every_role():
    assert set(ROLES) == set(Role)


def test_a_password_is_kept_as_an_argon2_hash_only(accounts):
    accounts.add("王敏", PASSWORD, Role.ADMIN)
    with accounts._engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM users").mappings().all()
    assert row["password"].startswith("$argon2id$")
    assert PASSWORD not in str(dict(row))


@pytest.mark.parametrize(
    ("name", "password"), [("甲", "short"), ("", PASSWORD), ("甲", "x" * 201), ("a\nb", PASSWORD)]
)
def test_an_account_that_cannot_be_is_refused_in_words(accounts, name, password):
    with pytest.raises(Refused):
        accounts.add(name, password, Role.STAFF)
    assert not accounts.exist()


def test_a_name_is_given_once(accounts):
    accounts.add("甲", PASSWORD, Role.STAFF)
    with pytest.raises(Refused, match="已被使用"):
        accounts.add("甲", PASSWORD, Role.ADMIN)


def test_wrong_name_and_wrong_password_are_not_told_apart(accounts):
    accounts.add("甲", PASSWORD, Role.STAFF)
    said = []
    for name in ("甲", "乙"):
        with pytest.raises(Refused) as refusal:
            accounts.sign_in(name, "wrong password")
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_after_five_wrong_passwords_the_right_one_must_wait(empty):
    moment = [datetime(2026, 11, 24, tzinfo=UTC)]
    accounts = Accounts(empty.catalogue.engine, lambda: moment[0])
    accounts.add("甲", PASSWORD, Role.STAFF)
    for _ in range(MOST_FAILURES):
        with pytest.raises(Refused, match="不正确"):
            accounts.sign_in("甲", "wrong password")
    with pytest.raises(Refused, match="再试"):
        accounts.sign_in("甲", PASSWORD)
    moment[0] += LOCKED_FOR
    assert accounts.user_of(accounts.sign_in("甲", PASSWORD)).name == "甲"


def test_a_sign_in_ends_when_idle_signed_out_closed_or_given_another_password(empty):
    moment = [datetime(2026, 11, 24, tzinfo=UTC)]
    accounts = Accounts(empty.catalogue.engine, lambda: moment[0])
    accounts.add("甲", PASSWORD, Role.STAFF)
    ends = (
        lambda token: moment.__setitem__(0, moment[0] + IDLE + timedelta(seconds=1)),
        accounts.sign_out,
        lambda token: accounts.set_password("甲", PASSWORD),
        lambda token: accounts.set_active("甲", False),
    )
    for end in ends:
        token = accounts.sign_in("甲", PASSWORD)
        assert accounts.user_of(token) is not None
        end(token)
        assert accounts.user_of(token) is None
    with pytest.raises(Refused):
        accounts.sign_in("甲", PASSWORD)


# -- who may reach what ----------------------------------------------------------------------


def test_every_route_has_a_rule_and_every_rule_a_route(app):
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes == set(RULES)


def test_a_route_without_a_rule_is_nobodys(app):
    assert isinstance(app, Flask)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 403


NOT_ASKED = {"static", "public.static", "wechat.confirm"}
"""Files that every page needs; and the webhook, which asks for WeChat's signature instead."""


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_reaches_what_its_rule_says_and_nothing_else(app, as_role, accounts, role):
    client = as_role(role)
    if role is None:  # while nobody has an account the desk of a demonstration is open
        accounts.add("somebody", PASSWORD, Role.STAFF)
    for route in app.url_map.iter_rules():
        if "GET" not in route.methods or route.endpoint in NOT_ASKED:
            continue
        values = dict.fromkeys(route.arguments, 999)
        with app.test_request_context():
            address = app.url_for(route.endpoint, **values)
        reply = client.get(address)
        rule = RULES[route.endpoint]
        if rule is None or (role is not None and role in rule):
            assert reply.status_code != 403, address
            assert "/sign-in" not in reply.headers.get("Location", ""), address
        elif role is None:
            assert reply.headers["Location"].startswith("/sign-in?next="), address
        else:
            assert reply.status_code == 403, address


def test_a_form_without_its_token_changes_nothing(as_role, empty):
    client = as_role(Role.ADMIN)
    assert client.post("/admin/uploads", json={"size": 5}).status_code == 400
    assert client.post("/admin/policies/1/step", data={"step": "retire"}).status_code == 400
    assert client.post("/sign-out").status_code == 400
    assert client.get("/admin/policies").status_code == 200


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "a\nb"]
)
def test_a_sign_in_never_leads_elsewhere(address):
    assert inside(address) == "/"


# -- uploads ---------------------------------------------------------------------------------


@pytest.fixture
def uploads(empty, tmp_path):
    return Uploads(empty.catalogue.engine, tmp_path / "uploads")


def test_a_file_that_comes_in_slices_some_of_them_twice_is_whole(uploads):
    content = bytes(range(256)) * 40
    upload_id = uploads.begin("办法.docx", len(content), "甲")
    for start in (0, 4000, 4000):
        uploads.put(upload_id, "甲", start, content[start : start + 4000])
    assert uploads.finished(upload_id, "甲") is None
    (left,) = uploads.unfinished("甲")
    assert (left.name, left.held) == ("办法.docx", 8000)
    assert left.checksum == zlib.crc32(content[:8000])
    uploads.put(upload_id, "甲", 8000, content[8000:])
    name, path = uploads.finished(upload_id, "甲")
    assert (name, path.read_bytes()) == ("办法.docx", content)


@pytest.mark.parametrize("upload_id", ["../../etc/passwd", "x" * 32, "0" * 32, ""])
def test_an_upload_that_was_never_begun_is_refused(uploads, upload_id):
    with pytest.raises(BadUpload):
        uploads.put(upload_id, "甲", 0, b"x")
    with pytest.raises(BadUpload, match="缺少"):
        uploads.put(uploads.begin("a.txt", 10, "甲"), "甲", 5, b"x")


def test_an_upload_is_its_sender_s_alone_and_never_grows_beyond_what_was_announced(uploads):
    upload_id = uploads.begin("a.txt", 10, "甲")
    with pytest.raises(BadUpload, match="过期"):
        uploads.put(upload_id, "乙", 0, b"x")
    assert uploads.unfinished("乙") == []
    with pytest.raises(BadUpload, match="比文件大"):
        uploads.put(upload_id, "甲", 0, b"x" * 11)
    assert uploads.unfinished("甲")[0].held == 0


def test_a_slice_fits_the_limit_on_every_body(app):
    assert app.config["MAX_CONTENT_LENGTH"] > SLICE


# -- the admin's day -------------------------------------------------------------------------


def send(client, name, text):
    """Upload as the page's script does; answers the job's id."""
    token = re.search(r'csrf-token" content="([^"]+)"', client.get("/admin/policies/new").text)[1]
    headers = {"X-CSRFToken": token}
    content = text.encode()
    about = {"name": name, "size": len(content)}
    begun = client.post("/admin/uploads", json=about, headers=headers).json
    values = {"offset": 0}
    return client.post(
        f"/admin/uploads/{begun['id']}", query_string=values, data=content, headers=headers,
        content_type="application/octet-stream",
    ).json  # fmt: skip


def settled(client):
    """The jobs page once nothing is running."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        page = client.get("/admin/jobs/rows").text
        if 'data-running="no"' in page:
            return page
        time.sleep(0.05)
    raise AssertionError("a job is still running")


def step(client, word, document=1):
    """Press the button of a step on the page of a document's newest version."""
    page = client.get(f"/admin/policies/{document}").text
    page = page[page.index('<form class="steps"') :]
    form = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
        "version": re.search(r'name="version" value="(\d+)"', page)[1],
        "step": word,
    }
    client.post(f"/admin/policies/{document}/step", data=form)
    return client.get(f"/admin/policies/{document}").text


def test_a_policy_is_uploaded_looked_at_published_changed_and_taken_back(as_role, empty):
    client = as_role(Role.ADMIN)
    assert send(client, "办法.txt", PAPER.format(500))["job"] == 1
    assert "草稿待发布" in settled(client)
    assert empty.catalogue.live_ids() == set()
    assert "已发布" in step(client, "publish")
    send(client, "办法.txt", PAPER.format(800))
    settled(client)
    page = client.get("/admin/policies/1").text
    assert "<del>500元</del> → <ins>800元</ins>" in page
    step(client, "publish")
    assert any("800元" in s.passage.text for s in _live(empty))
    step(client, "withdraw")
    assert [("500元" in s.passage.text) for s in _live(empty) if "补贴" in s.passage.text] == [True]
    log = client.get("/admin/log").text
    for word in ("上传文件", "发布", "撤回发布", "登录"):
        assert word in log


NOTICE = """关于延长《临川市人才办法》有效期的通知
临川发〔2027〕3号
《临川市人才办法》（临川发〔2026〕1号）有效期延长至2029年12月31日。
临川市人民政府
2027年5月6日
"""


def rule_term(client, decision, until="", document=1):
    """Decide on the page of a document what a notice says of its last day."""
    page = client.get(f"/admin/policies/{document}").text
    page = page[page.index("/rule-term") :]
    form = {n: re.search(rf'name="{n}" value="([^"]+)"', page)[1] for n in ("newer", "older")}
    form |= {
        "csrf_token": _token(client, "/admin/policies/1"),
        "decision": decision,
        "until": until,
    }
    client.post(f"/admin/policies/{document}/rule-term", data=form)
    return client.get(f"/admin/policies/{document}").text


def test_an_admin_sees_which_notice_moved_the_last_day_confirms_corrects_and_overrules_it(
    as_role, empty, tmp_path
):
    for name, text in (("办法.txt", PAPER.format(500)), ("通知.txt", NOTICE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        empty.intake.add(tmp_path / name)
    client = as_role(Role.ADMIN)
    page = client.get("/admin/policies/1").text
    assert "2027-05-06 起有效期至 2029-12-31" in page
    assert "有效期延长至2029年12月31日。" in page  # the line it was read from
    assert "待核对" in page
    assert "已确认" in rule_term(client, "yes")
    assert "起有效期至 2028-12-31" in rule_term(client, "yes", "2028-12-31")
    assert "没有记录" in rule_term(client, "yes", "2028-02-31")
    assert "已否定，不生效" in rule_term(client, "no")
    assert empty.catalogue.sources()[1].lapsed_on is None
    assert "待核对" in rule_term(client, "open")
    assert str(empty.catalogue.sources()[1].lapsed_on) == "2030-01-01"
    assert "认定有效期" in client.get("/admin/log").text
    other = client.get("/admin/policies/2").text
    assert "决定《" in other


def test_an_auditor_sees_what_moved_a_last_day_and_decides_nothing(as_role, empty, tmp_path):
    for name, text in (("办法.txt", PAPER.format(500)), ("通知.txt", NOTICE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        empty.intake.add(tmp_path / name)
    page = as_role(Role.AUDITOR).get("/admin/policies/1").text
    assert "起有效期至 2029-12-31" in page
    assert "rule-term" not in page


def _live(base):
    return base.catalogue.passages(sorted(base.catalogue.live_ids())).values()


def test_a_broken_file_says_why_and_the_good_one_goes_in(as_role):
    client = as_role(Role.ADMIN)
    send(client, "空的.docx", "PK nonsense")
    send(client, "办法.txt", PAPER.format(500))
    page = settled(client)
    assert "未收录" in page
    assert "草稿待发布" in page


def test_an_auditor_sees_and_changes_nothing(as_role, empty, tmp_path):
    paper = tmp_path / "办法.txt"
    paper.write_text(PAPER.format(500), encoding="utf-8")
    empty.intake.add(paper)
    page = as_role(Role.AUDITOR).get("/admin/policies/1").text
    assert "临川市人才办法" in page
    assert 'name="step"' not in page


def test_script_in_names_and_texts_is_shown_and_never_run(as_role):
    client = as_role(Role.ADMIN)
    evil = "<script>alert(1)</script>"
    send(client, f"../../{evil}.txt", f"{evil}办法\n第一条　{evil}补贴500元。\n")
    pages = settled(client) + client.get("/admin/policies/1").text + client.get("/admin/log").text
    assert "<script>alert" not in pages
    assert "&lt;script&gt;" in pages
