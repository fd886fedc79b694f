"""The admin's page of conditions and the public page that asks for them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date

import pytest
from flask import Flask

from bot.answering.eligibility import MOST_QUESTIONS, Walk
from config import Settings
from console.accounts import Accounts, Role
from console.benefits import bound_text, value_text
from console.check import BadState, check_pages, walk_of
from console.pages import public_pages
from console.security import bound_ids, secure
from knowledge.benefits import Benefits, BenefitStatus
from knowledge.conditions import Condition, Kind
from knowledge.lexicon import SynonymTable
from server import create_app

PASSWORD = "correct horse battery"
DAY = date(2026, 11, 22)
PAPER = """临川市毕业生补贴办法
临川发〔2025〕1号
一、申领条件
毕业2年以内，连续缴纳社会保险满6个月，首次来本市企业就业的高校毕业生。
二、补贴标准
博士研究生每月2000元，硕士研究生每月1000元。
"""


@pytest.fixture
def benefits(empty, tmp_path):
    path = tmp_path / "办法.txt"
    path.write_text(PAPER, encoding="utf-8")
    empty.intake.add(path)
    return Benefits(empty.catalogue)


@pytest.fixture
def stored(benefits, empty):
    [version] = empty.catalogue.versions()
    [found] = benefits.of_version(version.id)
    return found


# -- the admin's page ------------------------------------------------------------------------


@pytest.fixture
def as_role(empty, benefits, tmp_path):
    settings = Settings(_env_file=None, data=tmp_path / "data", wechat_token="t" * 8)
    app = create_app(settings, empty.catalogue.engine, empty, "t" * 8)
    accounts = Accounts(empty.catalogue.engine)

    def signed_in(role):
        client = app.test_client()
        accounts.add(role.value, PASSWORD, role)
        form = {"name": role.value, "password": PASSWORD, "csrf_token": token(client, "/sign-in")}
        assert client.post("/sign-in", data=form).status_code == 302
        return client

    return signed_in


def token(client, address):
    return re.search(r'csrf(?:_token" value|-token" content)="([^"]+)"', client.get(address).text)[
        1
    ]


def posted(client, address, page, **form):
    form["csrf_token"] = token(client, page)
    return client.post(address, data=form)


def form_of(benefit):
    """What the page's form sends when nothing is changed."""
    form = {"title": benefit.title, "deadline": ""}
    groups = [("c", benefit.conditions)]
    for n, way in enumerate(benefit.ways):
        form[f"w{n}-gets"] = way.gets
        groups.append((f"w{n}c", way.conditions))
    for prefix, conditions in groups:
        for n, condition in enumerate(conditions):
            name = f"{prefix}{n}"
            form |= {
                f"{name}-words": condition.words, f"{name}-kind": condition.kind.value,
                f"{name}-least": bound_text(condition, True),
                f"{name}-most": bound_text(condition, False),
                f"{name}-classes": "".join(condition.classes),
            }  # fmt: skip
            if not condition.exact:
                form[f"{name}-ask"] = "on"
            if not condition.firm:
                form[f"{name}-loose"] = "on"
    return form


def test_a_proposed_condition_stands_beside_its_clause(as_role, stored):
    page = as_role(Role.ADMIN).get(f"/admin/eligibility/{stored.version_id}").text
    assert "待确认" in page
    assert "毕业2年以内" in page
    assert "首次来本市企业就业的高校毕业生" in page


def test_confirming_and_switching_off_are_one_click_and_go_on_record(as_role, benefits, stored):
    client = as_role(Role.ADMIN)
    page = f"/admin/eligibility/{stored.version_id}"
    address = f"/admin/eligibility/benefit/{stored.id}"
    for decision, status in (("confirm", "confirmed"), ("off", "off"), ("open", "proposed")):
        posted(client, address, page, decision=decision)
        assert benefits.get(stored.id).status == BenefitStatus(status)
    assert benefits.get(stored.id).decided_by == "admin"
    assert "确认待遇条件" in client.get("/admin/log").text
    assert posted(client, address, page, decision="anything").status_code == 404


def test_a_form_that_changes_nothing_changes_nothing(as_role, benefits, stored):
    client = as_role(Role.ADMIN)
    address = f"/admin/eligibility/benefit/{stored.id}"
    assert client.get(address).status_code == 200
    posted(client, f"{address}/correct", address, **form_of(stored.benefit))
    assert benefits.get(stored.id).benefit == stored.benefit


def test_a_correction_changes_a_bound_and_words_of_our_own_are_refused(as_role, benefits, stored):
    client = as_role(Role.ADMIN)
    address = f"/admin/eligibility/benefit/{stored.id}"
    form = form_of(stored.benefit) | {"c0-most": "36"}
    posted(client, f"{address}/correct", address, **form)
    assert benefits.get(stored.id).benefit.conditions[0].most == 36
    posted(client, f"{address}/correct", address, **(form | {"w0-gets": "每月9000元"}))
    assert "不是文件中的原话" in client.get(address).text
    posted(client, f"{address}/correct", address, **(form | {"c0-most": "三年"}))
    assert "读不成" in client.get(address).text
    assert benefits.get(stored.id).benefit.ways == stored.benefit.ways


def test_an_auditor_reads_and_decides_nothing_and_staff_do_not_come_in(as_role, stored):
    auditor = as_role(Role.AUDITOR)
    page = f"/admin/eligibility/{stored.version_id}"
    assert "与原文一致，确认" not in auditor.get(page).text
    decided = posted(auditor, f"/admin/eligibility/benefit/{stored.id}", page, decision="confirm")
    assert decided.status_code == 403
    assert as_role(Role.STAFF).get("/admin/eligibility").status_code == 403


def test_what_is_not_there_is_not_found(as_role):
    client = as_role(Role.ADMIN)
    for address in ("999", "99999999999", "benefit/999"):
        assert client.get(f"/admin/eligibility/{address}").status_code == 404


def test_a_value_is_told_in_words():
    assert value_text(Condition(Kind.DEGREE, "硕士及以上", 1, least=3)) == "≥ 硕士"
    assert value_text(Condition(Kind.CLASS, "D、E类", 1, classes=("D", "E"))) == "D、E类"
    assert "不达到时转人工" in value_text(Condition(Kind.AGE, "一般", 1, most=55, firm=False))


# -- the public page -------------------------------------------------------------------------


@pytest.fixture
def visitor(empty, benefits):
    app = Flask("site")
    bound_ids(app)
    app.register_blueprint(check_pages(benefits, SynonymTable.load(), lambda: DAY))
    app.register_blueprint(public_pages(empty.catalogue, lambda: DAY))
    secure(app)
    return app.test_client()


def state_of(page):
    found = re.search(r'name="state" value="([^"]+)"', page)
    return found[1].replace("&#34;", '"') if found else ""


def test_the_page_asks_one_thing_at_a_time_and_ends_with_amount_and_clause(
    visitor, benefits, stored
):
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "test")
    page = visitor.post("/check", data={"about": stored.benefit.title}).text
    for asked, said in enumerate(("硕士", "毕业2年以内", "6个月以上", "符合"), 1):
        assert f"第 {asked} 问" in page
        page = visitor.post("/check", data={"state": state_of(page), "say": said}).text
    assert "① 符合" in page
    assert "硕士研究生每月1000元" in page
    assert "2000元" not in page
    assert "以认定机关审核为准" in page
    link = re.search(r'href="(/p/\d+)"', page)[1]
    assert "硕士研究生每月1000元" in visitor.get(link).text


def test_an_answer_can_be_taken_back_and_a_strange_one_is_asked_again(visitor, benefits, stored):
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "test")
    first = visitor.post("/check", data={"about": stored.benefit.title}).text
    strange = visitor.post("/check", data={"state": state_of(first), "say": "嘻嘻"}).text
    assert "没有看懂" in strange
    second = visitor.post("/check", data={"state": state_of(first), "say": "博士"}).text
    assert "第 2 问" in second
    back = visitor.post("/check", data={"state": state_of(second), "act": "back"}).text
    assert "第 1 问" in back
    assert json.loads(state_of(back))["facts"] == {}


def test_nothing_is_stored_by_the_page(visitor, benefits, stored, empty):
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "test")
    page = visitor.post("/check", data={"about": stored.benefit.title})
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    with empty.catalogue.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM walks").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM turns").scalar() == 0


def test_without_anything_confirmed_there_is_nothing_to_check(visitor):
    assert "目前还没有可以核对的政策" in visitor.get("/check").text
    assert visitor.post("/check", data={"about": "落户"}).status_code == 302


@pytest.mark.parametrize(
    "state",
    [
        "{", "[]", "1", '{"facts": 1}', '{"facts": {}, "asked": []}',
        '{"facts": {"age": "<b>"}, "asked": [], "focus": ""}',
        '{"facts": {"age": [1, 2, 3]}, "asked": [], "focus": ""}',
        '{"facts": {"degree": [99, 99]}, "asked": [], "focus": ""}',
        '{"facts": {"title": [-9, 2]}, "asked": [], "focus": ""}',
        '{"facts": {"x": true}, "asked": [], "focus": ""}',
        '{"facts": {"says-000000000000": 7}, "asked": [], "focus": ""}',
        '{"facts": {}, "asked": ["age"], "focus": "", "pending": {"a": 1}}',
        '{"facts": {}, "asked": [' + ",".join(['"age"'] * (MOST_QUESTIONS + 1)) + '], "focus": ""}',
        "[" * 7000, "x" * 9000,
    ],
)  # fmt: skip
def test_a_memory_that_the_page_did_not_write_begins_anew(visitor, benefits, stored, state):
    benefits.decide(stored.id, BenefitStatus.CONFIRMED, "test")
    with pytest.raises(BadState):
        walk_of(state)
    assert visitor.post("/check", data={"state": state, "say": "1"}).status_code == 302


def test_the_pages_own_memory_is_read_back_as_it_was():
    walk = Walk(
        "落户", {"age": (None, 39), "class": "", "says-0123456789ab": True}, ("age",), "age"
    )
    assert walk_of(json.dumps(asdict(walk))) == walk
