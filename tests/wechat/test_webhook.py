"""The URL that the platform calls: every request gets one sensible answer in time."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import pytest
from sqlalchemy import select

from bot.switches import Switches
from bot.wechat.account import Account
from bot.wechat.deliveries import Deliveries, deliveries
from bot.wechat.messages import MAX_BODY_BYTES, MAX_TEXT_BYTES, Inbound, Kind, parse
from bot.wechat.outbox import Sender
from bot.wechat.webhook import AccountSettings
from bot.wechat.windows import WindowKind
from tests.wechat.conftest import AES_KEY, APPID, TOKEN, USER, WORDING, inbound_xml, message

MODES = ["plain", "compat", "safe"]


def echo(inbound: Inbound) -> str:
    return f"答：{inbound.text or inbound.event or inbound.kind}"


def aged(engine, seconds: float) -> None:
    """Let so much time have passed for every delivery."""
    with engine.begin() as connection:
        connection.execute(
            deliveries.update().values(
                received_at=deliveries.c.received_at - seconds,
                leased_until=deliveries.c.leased_until - seconds,
            )
        )


def parts(ledger: Deliveries) -> list[str]:
    """What waits in the outbox, in order."""
    return [posted.text for posted in ledger.outbox.get(range(1, 20))]


def until(condition, seconds: float = 5.0) -> None:
    """Wait for what a worker does after its reply has gone out."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.005)


class Gate:
    """A respond function that is slow until opened."""

    def __init__(self, reply: str = "迟到的答案") -> None:
        self.opened = threading.Event()
        self.asked: list[str] = []
        self.reply = reply

    def __call__(self, inbound: Inbound) -> str:
        self.asked.append(inbound.text)
        assert self.opened.wait(10)
        return self.reply


class TestVerification:
    @pytest.mark.parametrize("mode", MODES)
    def test_echostr_comes_back_verbatim(self, make_talent, mode):
        talent = make_talent(echo, mode)
        query = {**talent.platform.query(), "echostr": "<b>4375120948345356249</b>"}
        response = talent.client.get("/wechat", query_string=query)
        assert response.status_code == 200
        assert response.text == query["echostr"]
        assert response.mimetype == "text/plain"
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_trailing_slash_is_no_redirect(self, make_talent):
        talent = make_talent(echo)
        query = {**talent.platform.query(), "echostr": "1"}
        assert talent.client.get("/wechat/", query_string=query).text == "1"

    @pytest.mark.parametrize("lacking", ["signature", "timestamp", "nonce"])
    def test_without_a_parameter_it_is_refused(self, make_talent, lacking):
        talent = make_talent(echo)
        query = {**talent.platform.query(), "echostr": "x"}
        del query[lacking]
        response = talent.client.get("/wechat", query_string=query)
        assert (response.status_code, response.data) == (403, b"")

    def test_forged_post_is_refused_and_leaves_no_trace(self, make_talent, engine):
        response = make_talent(echo).post(message("你好"), signature="0" * 40)
        assert (response.status_code, response.data) == (403, b"")
        with engine.connect() as connection:
            assert connection.execute(select(deliveries)).all() == []


class TestSafeMode:
    def test_clear_post_is_refused_where_a_key_is_configured(self, make_talent):
        talent = make_talent(echo, "compat")
        assert talent.post(message("你好"), encrypt_type=None).status_code == 403
        assert talent.post(message("你好"), encrypt_type="raw").status_code == 403

    @pytest.mark.parametrize(
        "changes",
        [
            {"msg_signature": None},
            {"msg_signature": "0" * 40},
            {"timestamp": None},
            {"nonce": "a]]>"},
        ],
    )
    def test_wrong_msg_signature_is_refused(self, make_talent, changes):
        assert make_talent(echo, "safe").post(message("你好"), **changes).status_code == 403

    def test_clear_fields_of_compat_mode_are_not_believed(self, make_talent):
        """The signature covers the encrypted part only."""
        talent = make_talent(echo, "compat")
        body, encrypt = talent.platform.envelope(message("真"))
        response = talent.client.post(
            "/wechat",
            query_string=talent.platform.query(encrypt=encrypt),
            data=body.replace("<Content><![CDATA[真", "<Content><![CDATA[假").encode(),
        )
        kind, content, _ = talent.platform.read_reply(response.data, "oFAKEuser0000000000000000001")
        assert (kind, content) == ("text", "答：真")

    def test_success_stays_in_clear(self, make_talent):
        assert make_talent(lambda _: "", "safe").post(message("你好")).data == b"success"


@pytest.mark.parametrize("mode", MODES)
class TestReplies:
    def test_text_and_event_are_answered(self, make_talent, mode):
        talent = make_talent(echo, mode)
        assert talent.says("购房补贴怎么申请？") == "答：购房补贴怎么申请？"
        assert talent.shown(message(kind="subscribe")) == "答：subscribe"

    def test_reply_is_made_harmless_and_fits(self, make_talent, mode):
        talent = make_talent(lambda _: "a]]></Content><Content><![CDATA[\x02b。" * 100, mode)
        shown = talent.says("你好")
        assert shown.startswith("a]]></Content><Content><![CDATA[b。a")
        assert len(shown.encode()) <= MAX_TEXT_BYTES

    @pytest.mark.parametrize("nothing", ["", " \n", "\x02"])
    def test_no_reply_is_success(self, make_talent, mode, nothing):
        """An XML with an empty Content would bring up the fault notice."""
        assert make_talent(lambda _: nothing, mode).post(message("你好")).data == b"success"


class TestLimits:
    def test_long_body_is_refused(self, make_talent):
        response = make_talent(echo).post(message("x" * MAX_BODY_BYTES))
        assert (response.status_code, response.data) == (413, b"")

    def test_body_without_length_is_refused(self, make_talent):
        assert make_talent(echo).post("").status_code == 411

    @pytest.mark.parametrize("body", ["hello", "<xml/>", "<xml>" + "<a>" * 20_000])
    def test_what_is_no_message_is_refused(self, make_talent, body):
        response = make_talent(echo).post(body)
        assert (response.status_code, response.data) == (400, b"")

    def test_too_many_at_once_are_told_so(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, capacity=1, budget_s=5)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(talent.says, "一")
            until(lambda: gate.asked)
            assert talent.says("二") == WORDING.busy_text
            gate.opened.set()
            assert first.result() == gate.reply
        assert gate.asked == ["一"]


class TestRepeatedDelivery:
    def test_of_eight_at_once_one_is_answered_and_respond_runs_once(self, make_talent):
        gate = Gate("答案")
        talent = make_talent(gate)
        xml, start = message("购房补贴"), threading.Barrier(9)

        def deliver(_):
            start.wait()
            return talent.shown(xml)

        with ThreadPoolExecutor(8) as pool:
            shown = [pool.submit(deliver, n) for n in range(8)]
            start.wait()
            gate.opened.set()
            assert sorted(it.result() for it in shown) == [*[""] * 7, "答案"]
        assert gate.asked == ["购房补贴"]

    def test_event_repeated_later_gets_the_same_reply(self, make_talent, engine):
        replies = iter(["第一次", "第二次"])
        talent = make_talent(lambda _: next(replies))
        xml = message("POLICY_HOUSING", kind="CLICK")
        first = talent.shown(xml)
        aged(engine, 6)  # the platform repeats no sooner than after five seconds
        assert [first, talent.shown(xml)] == ["第一次", "第一次"]

    def test_double_delivery_of_the_same_moment_is_answered_once(self, make_talent):
        """Both replies would be shown (node-webot/wechat#213)."""
        talent = make_talent(echo)
        xml = message("购房补贴")
        assert [talent.shown(xml), talent.shown(xml)] == ["答：购房补贴", ""]

    def test_same_text_sent_again_is_a_new_message(self, make_talent):
        replies = iter(["第一次", "第二次"])
        talent = make_talent(lambda _: next(replies))
        assert [talent.says("你好"), talent.says("你好")] == ["第一次", "第二次"]


def number_in(notice: str) -> int:
    return int(re.search(r"“答案(\d+)”", notice)[1])


class TestLateAnswerOfAnUnverifiedAccount:
    def test_is_announced_with_a_link_and_a_number_bound_to_the_question(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        notice = talent.says("购房补贴")  # while the answer is held back
        gate.opened.set()
        assert "“购房补贴”" in notice
        number = number_in(notice)
        assert f"msgmenucontent=答案{number}&msgmenuid=answer-{number}" in notice

    def test_is_given_to_the_word_more_once(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        talent.says("购房补贴")
        gate.opened.set()
        assert talent.says("继续") == f"您问的“购房补贴”：\n{gate.reply}"
        gate.reply = "这是别的问题"
        assert talent.says("继续") == "这是别的问题"
        assert gate.asked == ["购房补贴", "继续"]

    def test_is_fetched_by_its_number_whatever_was_asked_since(self, make_talent):
        gate = Gate("第一个答案")
        talent = make_talent(gate, budget_s=0.5)
        first = number_in(talent.says("购房补贴"))
        second = number_in(talent.says("落户条件"))
        gate.opened.set()
        until(lambda: "第一个答案" in talent.says(f"答案{second}"))
        assert talent.says(f"答案{first}") == "您问的“购房补贴”：\n第一个答案"
        assert talent.says(f"答案{second}").startswith("您问的“落户条件”")

    def test_is_told_of_below_the_next_answer(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        number = number_in(talent.says("购房补贴"))
        gate.opened.set()
        until(lambda: len(gate.asked) == 1)
        shown = talent.says("落户条件")
        assert shown.startswith(gate.reply)
        assert "您之前问的“购房补贴”已有答复" in shown
        assert number_in(shown) == number

    def test_is_given_to_the_repeated_delivery(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        xml = message("购房补贴")
        notice = talent.shown(xml)
        assert talent.shown(xml) == notice
        gate.opened.set()
        assert talent.shown(xml) == gate.reply
        assert gate.asked == ["购房补贴"]

    def test_repeated_word_more_gets_the_same_answer(self, make_talent, engine):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        talent.says("购房补贴")
        gate.opened.set()
        xml = message("继续")
        first = talent.shown(xml)
        aged(engine, 6)
        assert gate.reply in first
        assert talent.shown(xml) == first

    def test_is_not_given_to_somebody_else_not_even_by_its_number(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        number = number_in(talent.says("购房补贴"))
        gate.opened.set()
        gate.reply = "没有待发的答案"
        for words in ("继续", f"答案{number}"):
            stranger = message(words, openid="oStranger")
            shown = talent.post(stranger).text
            assert "没有待发的答案" in shown
            assert "购房补贴" not in shown

    def test_still_not_ready(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5)
        number = number_in(talent.says("购房补贴"))
        assert talent.says("继续") == WORDING.still_text.format(number=number)
        gate.opened.set()
        assert gate.reply in talent.says("继续")
        assert gate.asked == ["购房补贴"]


class TestStaffAndAnUnverifiedAccount:
    """Nothing may be pushed, so what staff write goes with the next reply, or by the word more."""

    @pytest.mark.parametrize(("says", "answer"), [("在吗", ""), ("继续", ""), ("落户", "答：落户")])
    def test_what_staff_wrote_comes_with_the_next_message(
        self, make_talent, ledger, engine, says, answer
    ):
        talent = make_talent(lambda inbound: answer)  # silent while a person owns the talk
        ledger.outbox.put(USER, ["您好，可以叠加。", "请带合同。"], staff="王敏")
        account = Account(Switches(engine), None)
        sender = Sender(ledger.outbox, ledger.windows, lambda _: False, lambda *_: None, account)
        while sender.step():
            pass
        assert ledger.outbox.counts() == {"kept": 2}
        shown = talent.says(says)
        assert shown.replace("\n", "") == "您好，可以叠加。请带合同。" + answer
        until(lambda: ledger.outbox.counts() == {"sent": 2})
        assert talent.says("在吗") == answer  # once


class TestLateAnswerOfAVerifiedAccount:
    def test_is_success_at_once_and_goes_through_the_outbox(self, make_talent, ledger):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5, verified=True)
        assert talent.post(message("购房补贴")).data == b"success"
        assert ledger.outbox.claim() is None
        gate.opened.set()
        until(lambda: ledger.outbox.counts())
        posted = ledger.outbox.claim()
        assert posted.text == f"您问的“购房补贴”：\n{gate.reply}"

    def test_is_split_to_the_room_that_the_window_leaves(self, make_talent, ledger):
        gate = Gate("长句。" * 5000)
        talent = make_talent(gate, budget_s=0.5, verified=True)
        talent.post(message("购房补贴"))
        ledger.windows.spend(USER)
        ledger.windows.spend(USER)
        ledger.windows.spend(USER)
        gate.opened.set()
        until(lambda: ledger.outbox.counts())
        assert ledger.outbox.counts() == {"queued": 2}
        assert "下一页" in parts(ledger)[-1]

    def test_takes_four_messages_at_most(self, make_talent, ledger):
        gate = Gate("长句。" * 5000)
        talent = make_talent(gate, budget_s=0.5, verified=True)
        talent.post(message("购房补贴"))
        gate.opened.set()
        until(lambda: ledger.outbox.counts())
        assert len(parts(ledger)) == 4
        assert all(len(text.encode()) <= MAX_TEXT_BYTES for text in parts(ledger))
        gate.opened.set()

    def test_in_time_costs_no_message(self, make_talent, ledger):
        assert make_talent(echo, verified=True).says("落户") == "答：落户"
        assert ledger.outbox.counts() == {}
        assert ledger.windows.allowance(USER).left == 5

    def test_repeated_delivery_of_it_shows_nothing_twice(self, make_talent, ledger):
        gate = Gate()
        talent = make_talent(gate, budget_s=0.5, verified=True)
        xml = message("购房补贴")
        talent.post(xml)
        gate.opened.set()
        until(lambda: ledger.outbox.counts())
        assert talent.post(xml).data == b"success"
        assert ledger.outbox.counts() == {"queued": 1}

    def test_of_a_dead_worker_is_made_by_another(self, make_talent, ledger, engine):
        """The platform was told success and does not repeat the message."""
        talent = make_talent(echo, verified=True)
        xml = message("购房补贴")
        inbound = parse(xml.encode())
        note = json.dumps(asdict(inbound))
        dead = Deliveries(engine, lease_s=0.1)
        dead.claim(inbound.dedupe_key, USER, "text", message=note, opens=WindowKind.MESSAGE)
        dead._in_hand.clear()
        aged(engine, 25)
        until(talent.replying.take_up_abandoned)
        assert parts(ledger) == ["您问的“购房补贴”：\n答：购房补贴"]
        assert not talent.replying.take_up_abandoned()


class TestOrder:
    def test_a_person_s_messages_are_answered_one_after_another(self, make_talent):
        gate = Gate()
        talent = make_talent(gate, budget_s=5)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(talent.says, "一")
            until(lambda: gate.asked == ["一"])
            second = pool.submit(talent.says, "二")
            time.sleep(0.2)
            assert gate.asked == ["一"]
            gate.opened.set()
            assert {first.result(), second.result()} == {gate.reply}
        assert gate.asked == ["一", "二"]

    def test_who_sends_too_much_in_a_minute_is_told_so_and_others_are_not(self, make_talent):
        talent = make_talent(echo, per_minute=3)
        shown = [talent.says(str(n)) for n in range(5)]
        assert shown == ["答：0", "答：1", "答：2", WORDING.often_text, WORDING.often_text]
        assert "答：6" in talent.post(message("6", openid="oOther")).text


class TestPages:
    def test_a_long_reply_is_read_page_by_page(self, make_talent):
        whole = "".join(f"第{n}句。" for n in range(700))
        talent = make_talent(lambda inbound: whole if inbound.text == "长" else "别的")
        shown = [talent.says("长")]
        while "下一页" in shown[-1]:
            shown.append(talent.says("下一页"))
        assert len(shown) >= 3
        assert "".join(re.sub(r"（第.*页”）", "", page) for page in shown) == whole
        assert all(len(page.encode()) <= MAX_TEXT_BYTES for page in shown)
        assert talent.says("下一页") == "别的"  # no page is left


class TestLocks:
    def test_locked_database_delays_the_answer_not_the_response(self, make_talent, engine):
        """A publish may hold SQLite's write lock for seconds."""
        talent = make_talent(echo, budget_s=0.5)
        writer = engine.connect()
        writer.exec_driver_sql("BEGIN IMMEDIATE")
        assert talent.says("购房补贴") == WORDING.late_plain  # while the lock is held
        writer.exec_driver_sql("ROLLBACK")
        writer.close()
        until(lambda: "答：购房补贴" in talent.says("继续"))


class TestFailure:
    def test_is_apologised_for_and_logged_without_the_talent(self, make_talent, caplog):
        def fail(inbound: Inbound) -> str:
            raise KeyError(inbound.text, inbound.openid)

        talent = make_talent(fail)
        xml = message("我的身份证号")
        with caplog.at_level(logging.DEBUG):
            assert talent.shown(xml) == WORDING.failure_text
        [record] = [it for it in caplog.records if it.levelno >= logging.ERROR]
        assert "KeyError" in record.getMessage()
        assert "test_webhook.py" in record.getMessage()
        assert "身份证" not in caplog.text
        assert "oFAKE" not in caplog.text

    def test_of_the_ledger_is_apologised_for(self, make_talent, engine, caplog):
        talent = make_talent(echo)
        deliveries.drop(engine)
        assert talent.says("我的身份证号") == WORDING.failure_text
        assert "delivery not recorded" in caplog.text
        assert "oFAKE" not in caplog.text


def test_every_kind_reaches_respond(make_talent):
    seen = []

    def note(inbound: Inbound) -> str:
        seen.append(inbound.kind)
        return ""

    talent = make_talent(note)
    for kind in Kind:
        assert talent.post(inbound_xml(MsgType=kind.value, Event="x")).data == b"success"
    assert seen == list(Kind)


def test_old_signature_is_logged(make_talent, caplog):
    make_talent(echo, clock=lambda: time.time() + 3600).says("你好")
    assert "signed 3600 s ago" in caplog.text or "signed 3599 s ago" in caplog.text


class TestAccountSettings:
    def test_empty_token_is_refused(self):
        with pytest.raises(ValueError, match="Token"):
            AccountSettings("")

    def test_key_needs_an_appid(self):
        with pytest.raises(ValueError, match="AppID"):
            AccountSettings(TOKEN, aes_key=AES_KEY)

    def test_secrets_are_not_shown(self):
        shown = repr(AccountSettings(TOKEN, APPID, AES_KEY))
        assert TOKEN not in shown
        assert AES_KEY not in shown
