"""What a stranger, or somebody of another role, may not do: tried on every route of the site."""

from __future__ import annotations

import re

import pytest

from bot.staff_side import StaffSide
from config import Settings
from console.access import RULES
from console.accounts import MOST_FAILURES, Accounts, Role
from server import create_app
from tests.console.browsers import PASSWORD, signed_in, token_of, try_to_sign_in
from tests.console.conftest import open_base

TALENT = "oTALENT0000000000000000000001"
HOME = {Role.STAFF: "/desk", Role.ADMIN: "/desk", Role.AUDITOR: "/admin/policies"}
NOBODYS_ACCOUNT = {
    "wechat.receive", "simulator.send", "simulator.unseal", "simulator.keep_picture", "check.step",
}  # fmt: skip
"""Signed by WeChat, or a stranger's page: no account could be forged there."""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return open_base(tmp_path_factory.mktemp("access"))


@pytest.fixture(scope="module")
def accounts(base):
    made = Accounts(base.catalogue.engine)
    for role in Role:
        made.add(role.value, PASSWORD, role)
    return made


@pytest.fixture(scope="module")
def app(base, tmp_path_factory, accounts):
    data = tmp_path_factory.mktemp("access-data")
    settings = Settings(_env_file=None, data=data, wechat_token="t" * 8)
    return create_app(settings, base.catalogue.engine, base, "t" * 8)


def changing_routes(app, **values):
    """(endpoint, address) of every route that takes a POST; unnamed arguments are 999."""
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            with app.test_request_context():
                named = {name: values.get(name, 999) for name in rule.arguments}
                found.append((rule.endpoint, app.url_for(rule.endpoint, **named)))
    # signing out comes last, so that one browser can try them all
    return sorted(found, key=lambda route: route[0] == "sign_in.leave")


def test_there_are_routes_that_change_something(app):
    assert len(changing_routes(app)) > 15


@pytest.mark.parametrize("role", [None, *Role])
def test_each_role_changes_what_its_rule_says_and_nothing_else(app, role):
    client = app.test_client() if role is None else signed_in(app, role.value)
    token = token_of(client, HOME[role] if role else "/sign-in")
    for endpoint, address in changing_routes(app):
        rule = RULES[endpoint]
        if rule is None:
            continue
        reply = client.post(address, headers={"X-CSRFToken": token})
        if role is None:
            assert reply.status_code == 401, address
        elif role in rule:
            assert reply.status_code not in (401, 403), address
        else:
            assert reply.status_code == 403, address


def test_no_route_changes_anything_without_the_token_of_its_own_page(app):
    client, other = signed_in(app, "admin"), signed_in(app, "staff")
    stolen = token_of(other, "/desk")
    for endpoint, address in changing_routes(app):
        if endpoint in NOBODYS_ACCOUNT:
            continue
        for headers in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": stolen}):
            assert client.post(address, headers=headers).status_code == 400, (address, headers)


def test_no_route_names_a_conversation_of_a_colleague(app, base):
    side = StaffSide(base.catalogue.engine)
    side.ask(TALENT)
    side.hear(TALENT, "我的身体情况只跟您说")
    assert side.take(1, "somebody")
    for role in (Role.STAFF, Role.ADMIN):
        client = signed_in(app, role.value)
        token = token_of(client, "/desk")
        before = side.held(1)
        for rule in app.url_map.iter_rules():
            if "handoff_id" not in rule.arguments:
                continue
            with app.test_request_context():
                address = app.url_for(rule.endpoint, handoff_id=1)
            if "POST" in rule.methods:
                form = {"text": "您好", "ticket": "1", "csrf_token": token}
                reply = client.post(address, data=form, follow_redirects=True)
            else:
                reply = client.get(address)
            assert "身体情况" not in reply.text, address
            assert TALENT not in reply.text, address
            assert reply.status_code == 403 or "没有接管成功" in reply.text, address
        assert side.held(1) == before


def test_guessing_a_password_at_the_page_ends_after_five_tries_from_anywhere(app, accounts):
    accounts.add("guessed", PASSWORD, Role.STAFF)
    before = [e.action for e in accounts.log(10_000)].count("登录失败")
    for number in range(MOST_FAILURES):  # each from a browser of its own
        reply = try_to_sign_in(app.test_client(), "guessed", f"guess number {number}")
        assert reply.status_code == 403
        assert "用户名或密码不正确" in reply.text
    reply = try_to_sign_in(app.test_client(), "guessed", PASSWORD)
    assert reply.status_code == 403
    assert "再试" in reply.text
    assert signed_in(app, "admin")  # nobody else is kept out
    after = [e.action for e in accounts.log(10_000)].count("登录失败")
    assert after - before == MOST_FAILURES + 1


def test_a_name_that_nobody_has_is_refused_in_the_same_words(app):
    replies = [
        try_to_sign_in(app.test_client(), name, "wrong password") for name in ("staff", "nobody")
    ]
    pages = [r.text.replace("nobody", "staff").split("<form")[0] for r in replies]
    assert pages[0] == pages[1]
    assert replies[0].status_code == replies[1].status_code == 403


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/%0d%0aLocation: https://evil.example", "https:evil.example",
        " //evil.example", "/\t/evil.example",
    ],
)  # fmt: skip
def test_a_sign_in_leads_to_this_site_only(app, elsewhere):
    client = app.test_client()
    reply = try_to_sign_in(client, "staff", PASSWORD, elsewhere)
    assert reply.status_code == 302
    location = reply.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location
    again = client.get("/sign-in", query_string={"next": elsewhere}).headers["Location"]
    assert again.startswith("/")
    assert not again.startswith(("//", "/\\"))


def test_a_session_made_up_by_a_stranger_is_nobody_s(app):
    client = app.test_client()
    client.set_cookie("session", "eyJzaWduLWluIjoieCJ9.aaaa.bbbb")
    assert "/sign-in" in client.get("/desk/inbox").headers["Location"]
    with client.session_transaction() as session:  # even signed with the site's own key
        session["sign-in"] = "x" * 43
    assert "/sign-in" in client.get("/desk/inbox").headers["Location"]


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_no_route_falls_over_an_id_that_no_table_can_hold(app, number):
    admin = signed_in(app, Role.ADMIN.value)
    numbered = [
        rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and "<int:" in rule.rule
    ]
    assert len(numbered) > 10
    for rule in numbered:
        address = re.sub(r"<(?:\w+:)?\w+>", str(number), rule.rule)
        # 405 where the route that takes other numbers takes a POST only
        assert admin.get(address).status_code in (404, 405), address
    assert admin.get(f"/admin/jobs/states?ids={number}").json == {"jobs": {}}


def test_refusals_and_faults_are_told_in_words(app, monkeypatch):
    """A browser's bare "Internal Server Error" tells staff nothing."""
    admin = signed_in(app, Role.ADMIN.value)
    assert "没有找到这一页" in admin.get("/admin/policies/999999").text
    assert "没有权限" in signed_in(app, Role.AUDITOR.value).get("/admin/policies/new").text
    token = token_of(admin, "/admin/policies")
    batch = {"csrf_token": token, "document": str(2**70), "action": "publish"}
    assert admin.post("/admin/policies/batch", data=batch).status_code == 400

    def breaks():
        raise RuntimeError("a fault nobody foresaw")

    monkeypatch.setitem(app.view_functions, "admin.policies", breaks)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    broken = admin.get("/admin/policies")
    assert broken.status_code == 500
    assert "系统出了点问题" in broken.text
    assert "nobody foresaw" not in broken.text
