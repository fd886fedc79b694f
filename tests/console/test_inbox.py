"""The inbox over the whole site: who may read and answer whom, and what is kept of it."""

from __future__ import annotations

import contextlib
import re
from functools import cache

import pytest

from bot.canned_texts import CannedTexts
from bot.conversations import Conversations, NewTurn
from bot.staff_side import StaffSide
from bot.wechat.messages import MAX_TEXT_BYTES, Inbound, Kind
from bot.wechat.windows import WindowKind, Windows
from config import Settings
from console.accounts import Accounts, Refused, Role
from console.inbox import minutes
from console.security import LARGEST_ID
from database import writing, writing_directly
from server import create_app, make_bot
from tests.console.browsers import PASSWORD, signed_in, token_of
from tests.console.conftest import open_base
from tests.console.test_desk import text
from tests.console.test_pages import elements

TALENT = "oTRY-V0-TALENT00000000000001"
"""Somebody on /try, who rehearses an account that may send customer-service messages."""
UNREACHED = "oTALENT0000000000000000000002"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
OWN_SCRIPTS = {"/assets/frame.js", "/assets/inbox.js"}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return open_base(tmp_path_factory.mktemp("inbox"))


@pytest.fixture(scope="module")
def engine(base):
    return base.catalogue.engine


@pytest.fixture(scope="module")
def staff(engine):
    made = Accounts(engine)
    for name, role in (("王敏", Role.STAFF), ("李娜", Role.STAFF), ("陈静", Role.ADMIN)):
        made.add(name, PASSWORD, role)
    return made


@pytest.fixture(scope="module")
def sign_in(base, engine, staff, tmp_path_factory):
    """A browser for each name, signed in once."""
    data = tmp_path_factory.mktemp("inbox-data")
    settings = Settings(_env_file=None, data=data, wechat_token="t" * 8)
    app = create_app(settings, engine, base, "t" * 8)
    return cache(lambda name: signed_in(app, name))


@pytest.fixture
def wang(sign_in):
    return sign_in("王敏")


@pytest.fixture
def li(sign_in):
    return sign_in("李娜")


@pytest.fixture
def accounts(staff, engine):
    """With an empty log."""
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM audit_log")
    return staff


@pytest.fixture
def side(engine):
    """Without any conversation that is open or was had lately; ids are never given twice."""
    with writing(engine) as connection:
        for table in ("handoff_lines", "turns", "outbox", "reply_windows"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE handoffs SET closed_at = 1, closed_by = 'idle'")
    return StaffSide(engine)


@pytest.fixture
def waiting(side, engine):
    """A talent who asked the bot, then for a person; the hand-off's id."""
    Conversations(engine).record(
        NewTurn(TALENT, "租房补贴领几年", "最长36个月。\n依据：《细则》第三条")
    )
    with writing_directly(engine) as connection:
        Windows(engine).open(connection, TALENT, WindowKind.MESSAGE)
    return asked(side)


def asked(side, openid=TALENT):
    """Somebody asks for a person; the hand-off's id."""
    side.ask(openid)
    return side.open_ones()[-1].handoff_id


def act(client, handoff_id, action, **fields):
    """Press a button or send a form of the inbox."""
    fields["csrf_token"] = token_of(client, "/desk")
    return client.post(f"/desk/inbox/{handoff_id}/{action}", data=fields)


def look(client, handoff_id):
    return client.get("/desk/inbox", query_string={"at": handoff_id})


def outbox(engine):
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT openid, staff, text FROM outbox ORDER BY id")
        return [tuple(r) for r in rows]


def actions(accounts):
    return [(e.user, e.action) for e in accounts.log() if "会话" in e.subject]


# -- the list and the conversation -----------------------------------------------------------


def test_a_talent_who_waits_is_listed_with_topic_last_words_and_wait(wang, waiting):
    page = text(wang.get("/desk/inbox").text)
    assert "等待接管 1" in page
    assert "租房补贴领几年" in page
    assert "等了 不到1分钟" in page


def test_every_page_of_the_desk_knows_how_many_wait(wang, waiting):
    assert 'data-count="/desk/inbox/count"' in wang.get("/desk").text
    assert wang.get("/desk/inbox/count").text == "1"
    act(wang, waiting, "take")
    assert wang.get("/desk/inbox/count").text == "0"


def test_the_bot_s_turns_and_how_much_may_still_be_sent_are_shown(wang, waiting):
    page = text(look(wang, waiting).text)
    assert "最长36个月" in page
    assert "还可发 5 条，窗口还剩 47小时59分钟" in page


def test_of_an_account_that_may_not_push_it_is_said_how_a_reply_arrives(wang, side):
    assert "本公众号不能主动发消息" in look(wang, asked(side, UNREACHED)).text


def test_clauses_that_the_bot_showed_can_be_unfolded(wang, side, engine, base, tmp_path):
    (tmp_path / "办法.txt").write_text("临川市办法\n第一条　每月补贴500元。\n", encoding="utf-8")
    base.intake.add(tmp_path / "办法.txt")
    passage_id = max(base.catalogue.live_ids())
    Conversations(engine).record(NewTurn(TALENT, "补贴多少", "500元", passages=(passage_id, 999)))
    page = look(wang, asked(side)).text
    assert re.search(r"<details><summary>答复依据的条款（1）</summary>", page)
    assert f'href="/p/{passage_id}"' in page


def test_no_page_and_no_address_tells_whose_conversation_it_is(wang, waiting, accounts):
    act(wang, waiting, "take")
    for address in ("", f"?at={waiting}", f"/{waiting}", "/rows"):
        assert TALENT not in wang.get(f"/desk/inbox{address}").text
    assert all(TALENT not in entry.subject for entry in accounts.log())


def test_waits_are_said_in_words():
    assert [minutes(s) for s in (-5, 59, 60, 3600, 47 * 3600 + 61)] == [
        "不到1分钟", "不到1分钟", "1分钟", "1小时", "47小时1分钟",
    ]  # fmt: skip


# -- one owner, who is named -----------------------------------------------------------------


def test_who_comes_second_is_told_who_was_first_and_sees_nothing(wang, li, waiting, side):
    assert act(wang, waiting, "take").status_code == 303
    assert act(li, waiting, "take").headers["Location"] == "/desk/inbox"
    page = li.get("/desk/inbox").text
    assert "没有接管成功：这段会话已由王敏接管" in page
    assert "王敏 正在处理" in text(page)
    assert "租房补贴" not in page
    assert side.held(waiting).staff == "王敏"


@pytest.mark.parametrize("action", ["give-back", "finish", "send", "ticket", "pass-on"])
@pytest.mark.parametrize("name", ["李娜", "陈静"])
def test_nobody_else_can_act_on_a_colleague_s_conversation(
    sign_in, wang, waiting, side, engine, action, name
):
    act(wang, waiting, "take")
    reply = act(sign_in(name), waiting, action, text="冒名", ticket="1", to=name)
    assert reply.status_code == 403
    held = side.held(waiting)
    assert (held.staff, held.is_open, held.ticket) == ("王敏", True, "")
    assert outbox(engine) == []


def test_a_colleague_s_conversation_cannot_be_read_and_the_try_is_logged(
    wang, li, waiting, accounts
):
    act(wang, waiting, "take")
    for address in (f"/desk/inbox?at={waiting}", f"/desk/inbox/{waiting}"):
        reply = li.get(address)
        assert reply.status_code == 403
        assert "由同事负责" in reply.text
        assert "租房补贴" not in reply.text
    assert ("李娜", "查看会话被拒") in actions(accounts)


def test_a_conversation_that_a_colleague_ended_is_not_there_for_others(wang, li, waiting):
    act(wang, waiting, "take")
    act(wang, waiting, "finish")
    assert li.get(f"/desk/inbox/{waiting}").status_code == 404
    assert wang.get(f"/desk/inbox/{waiting}").status_code == 200


@pytest.mark.parametrize("handoff_id", [0, 999_999, 2**31, 10**12])
@pytest.mark.parametrize("action", ["take", "send", "finish", "give-back", "ticket", "pass-on"])
def test_a_conversation_that_never_was_is_refused_in_words(wang, waiting, handoff_id, action):
    reply = act(wang, handoff_id, action, text="您好")
    assert reply.status_code == 404
    # an id that no table can hold is no address of the inbox at all
    assert ("没有这段会话" if handoff_id <= LARGEST_ID else "没有找到这一页") in reply.text
    assert wang.get(f"/desk/inbox/{handoff_id}").status_code == 404


@pytest.mark.parametrize("named", ["x", "-1", "1 OR 1=1", "٣", "9" * 40, TALENT])
def test_what_names_no_conversation_shows_the_list(wang, waiting, named):
    reply = look(wang, named)
    assert reply.status_code == 200
    assert "从左边选一段会话" in reply.text


# -- replying --------------------------------------------------------------------------------


def test_a_reply_leaves_through_the_outbox_under_its_writer_s_name(wang, waiting, engine, accounts):
    act(wang, waiting, "take")
    assert act(wang, waiting, "send", text="您好，\r\n请带身份证。").status_code == 303
    assert outbox(engine) == [(TALENT, "王敏", "您好，\n请带身份证。")]
    page = text(look(wang, waiting).text)
    assert "请带身份证" in page
    assert "等待发送" in page
    assert ("王敏", "发送消息") in actions(accounts)


def test_what_waits_must_be_taken_before_it_is_answered(wang, waiting, engine):
    reply = act(wang, waiting, "send", text="您好")
    assert reply.status_code == 409
    assert "还没有人接管，请先接管" in reply.text
    assert outbox(engine) == []


@pytest.mark.parametrize(
    ("written", "why"), [("", "没有写内容"), ("字" * 683, f"共 2049 字节，最多 {MAX_TEXT_BYTES}")]
)
def test_a_message_that_cannot_be_sent_says_why_and_stays_in_the_box(
    wang, waiting, engine, written, why
):
    act(wang, waiting, "take")
    reply = act(wang, waiting, "send", text=written)
    assert reply.status_code == 400
    assert why in reply.text
    assert f">{written}</textarea>" in reply.text
    assert outbox(engine) == []


def test_words_written_for_a_conversation_that_was_lost_meanwhile_are_not_lost(
    wang, waiting, side, engine
):
    act(wang, waiting, "take")
    side.leave(TALENT)
    reply = act(wang, waiting, "send", text="写了很久的答复")
    assert reply.status_code == 409
    assert "已经结束" in reply.text
    assert "写了很久的答复" in reply.text
    assert outbox(engine) == []


def test_clauses_and_canned_texts_are_offered_to_insert(wang, engine, base, tmp_path):
    (tmp_path / "办法.txt").write_text(
        "临川市人才办法\n第一条　租房补贴每月500元。\n", encoding="utf-8"
    )
    base.intake.add(tmp_path / "办法.txt")
    CannedTexts(engine).save("办理地址", "请到市民中心二楼。", "dz", "陈静")
    clauses = wang.get("/desk/inbox/clauses", query_string={"q": "租房补贴多少"}).text
    assert "租房补贴每月500元" in clauses
    assert "依据：《临川市人才办法》" in clauses
    assert 'data-text="请到市民中心二楼。"' in wang.get("/desk/inbox/texts").text


def test_a_clause_that_was_sent_is_on_record_and_a_made_up_one_is_nobody_s_loss(
    wang, waiting, engine, base, tmp_path
):
    (tmp_path / "办法.txt").write_text("临川市办法\n第一条　补贴500元。\n", encoding="utf-8")
    base.intake.add(tmp_path / "办法.txt")
    passage_id = max(base.catalogue.live_ids())
    act(wang, waiting, "take")
    passages = f"{passage_id} 999999 x"
    assert act(wang, waiting, "send", text="见第一条", passages=passages).status_code == 303
    assert "王敏 发给咨询人" in text(wang.get(f"/desk/clause/{passage_id}/history").text)


# -- passing on ------------------------------------------------------------------------------


def test_a_colleague_sees_marked_what_was_passed_on_with_its_note(
    wang, li, waiting, engine, accounts
):
    act(wang, waiting, "take")
    assert 'value="李娜"' in look(wang, waiting).text
    reply = act(wang, waiting, "pass-on", to="李娜", note="问的是经开区的加发")
    assert reply.headers["Location"] == "/desk/inbox"
    theirs = text(li.get("/desk/inbox").text)
    assert "我在处理 1" in theirs
    assert "王敏转交：问的是经开区的加发" in theirs
    assert li.get("/desk/inbox/count").text == "1"
    assert "王敏转交：问的是经开区的加发" in text(look(li, waiting).text)
    assert accounts.log(action="转交会话")[0].subject == f"会话 {waiting} → 李娜"
    assert outbox(engine) == []
    act(li, waiting, "send", text="您好，我来答复。")
    assert li.get("/desk/inbox/count").text == "0"


def test_who_passed_a_conversation_on_neither_reads_nor_answers_it_any_more(
    wang, li, waiting, engine
):
    act(wang, waiting, "take")
    act(wang, waiting, "pass-on", to="李娜")
    mine = text(wang.get("/desk/inbox").text)
    assert "李娜 正在处理（您转交的）" in mine
    assert "租房补贴" not in mine
    assert look(wang, waiting).status_code == 403
    assert act(wang, waiting, "send", text="我再补一句").status_code == 403
    assert outbox(engine) == []


@pytest.mark.parametrize("to", ["", "王敏", "没有这个人", "审计"])
def test_a_conversation_is_passed_only_to_a_colleague_who_may_answer(
    wang, waiting, side, staff, to
):
    if to == "审计":
        with contextlib.suppress(Refused):
            staff.add("审计", PASSWORD, Role.AUDITOR)
    act(wang, waiting, "take")
    act(wang, waiting, "pass-on", to=to)
    assert "没有转交：请选择同事" in look(wang, waiting).text
    assert side.held(waiting).staff == "王敏"


def test_nobody_passes_on_what_a_colleague_has(wang, li, waiting, side):
    act(wang, waiting, "take")
    assert act(li, waiting, "pass-on", to="李娜").status_code == 403
    assert side.held(waiting).staff == "王敏"


# -- what was answered becomes an answer for all ---------------------------------------------


def test_a_finished_conversation_begins_an_answer_with_question_reply_and_clause(
    wang, li, waiting, side, accounts, base, tmp_path
):
    (tmp_path / "办法.txt").write_text(
        "临川市人才办法\n第一条　租房补贴每月500元。\n", encoding="utf-8"
    )
    base.intake.add(tmp_path / "办法.txt")
    passage_id = max(base.catalogue.live_ids())
    act(wang, waiting, "take")
    side.hear(TALENT, "我手机13800138000，租房补贴每月多少")
    reply = "每月500元。\n依据：《临川市人才办法》第一条"
    act(wang, waiting, "send", text=reply, passages=str(passage_id))
    ended = act(wang, waiting, "finish", then="faq")
    assert ended.headers["Location"] == f"/desk/faqs/new?talk={waiting}"
    assert side.owner(TALENT) == "bot"
    form = wang.get(ended.headers["Location"]).text
    assert 'value="我手机［手机号］，租房补贴每月多少"' in form
    assert ">每月500元。</textarea>" in form
    assert f'name="basis" value="{passage_id}" checked' in form
    assert "请删去姓名" in form
    token = token_of(wang, "/desk")
    kept = {"question": "租房补贴每月多少", "answer": "", "act": "save", "csrf_token": token}
    assert wang.post("/desk/faqs/new", data=kept | {"talk": str(waiting)}).status_code == 302
    assert accounts.log(action="写问答")[0].subject == f"租房补贴每月多少（会话 {waiting}）"
    assert li.get(ended.headers["Location"]).status_code == 404
    assert ("李娜", "查看会话被拒") in actions(accounts)


def test_a_conversation_that_was_lost_meanwhile_begins_no_answer(wang, waiting, side):
    act(wang, waiting, "take")
    side.leave(TALENT)
    assert act(wang, waiting, "finish", then="faq").headers["Location"] == "/desk/inbox"
    assert "没有结束" in wang.get("/desk/inbox").text
    assert f"/desk/faqs/new?talk={waiting}" in look(wang, waiting).text  # it may still become one


# -- giving back, finishing, tickets ---------------------------------------------------------


@pytest.mark.parametrize(("action", "logged"), [("give-back", "交还会话"), ("finish", "结束会话")])
def test_the_bot_answers_again_after_a_person_has_done(
    wang, waiting, side, accounts, action, logged
):
    act(wang, waiting, "take")
    act(wang, waiting, action)
    assert side.owner(TALENT) == "bot"
    assert actions(accounts)[:2] == [("王敏", logged), ("王敏", "接管会话")]
    assert "我最近结束的" in wang.get("/desk/inbox").text


def test_the_hotline_s_number_is_kept_and_shown_after_the_end_too(wang, waiting, side):
    act(wang, waiting, "take")
    act(wang, waiting, "ticket", ticket="  12345-2026-0088 ")
    act(wang, waiting, "finish")
    assert 'value="12345-2026-0088"' in look(wang, waiting).text
    act(wang, waiting, "ticket", ticket="9" * 300)
    assert side.held(waiting).ticket == "9" * 40


def test_looking_is_logged_once_for_a_while(wang, waiting, accounts):
    for _ in range(3):
        look(wang, waiting)
        wang.get(f"/desk/inbox/{waiting}")
    assert actions(accounts) == [("王敏", "查看会话")]


# -- hostile words ---------------------------------------------------------------------------


def test_script_in_what_was_said_is_shown_and_never_run(wang, side, engine):
    Conversations(engine).record(NewTurn(TALENT, EVIL, EVIL))
    named = asked(side)
    act(wang, named, "take")
    side.hear(TALENT, EVIL)
    act(wang, named, "send", text=EVIL)
    act(wang, named, "ticket", ticket=EVIL[:40])
    CannedTexts(engine).save("恶意", EVIL, "ey", "陈静")
    for address in (f"?at={named}", f"/{named}", "/rows", "/texts", f"/clauses?q={EVIL}"):
        page = wang.get(f"/desk/inbox{address}").text
        tags = elements(page)
        assert {dict(given).get("src") for tag, given in tags if tag == "script"} <= OWN_SCRIPTS
        assert not [tag for tag, given in tags if tag == "img" or "onerror" in dict(given)]


def test_a_link_in_a_bot_s_answer_is_text_in_the_inbox(wang, side, engine):
    answer = '见<a href="javascript:alert(1)">查看原文</a><a href="weixin://x">有用</a>'
    Conversations(engine).record(NewTurn(TALENT, "问", answer))
    page = look(wang, asked(side)).text
    assert "见查看原文有用" in page
    assert "javascript:" not in page


# -- who is told that a person will come -----------------------------------------------------


@pytest.mark.parametrize(
    ("staffed", "role", "waits"),
    [
        (None, None, False),
        (None, Role.ADMIN, False),
        (None, Role.STAFF, True),
        (True, None, True),
        (False, Role.STAFF, False),
    ],
)
def test_hand_offs_are_taken_once_somebody_is_there_to_take_them(
    empty, tmp_path, staffed, role, waits
):

    settings = Settings(_env_file=None, data=tmp_path / "data", staffed=staffed)
    engine = empty.catalogue.engine
    bot = make_bot(settings, engine, empty)
    if role is not None:  # after the start: accounts are made on the command line
        Accounts(engine).add("某人", PASSWORD, role)

    bot._respond(Inbound(TALENT, "gh_x", Kind.TEXT, text="转人工"))
    assert bool(StaffSide(engine).open_ones()) is waits
