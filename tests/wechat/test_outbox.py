"""Customer-service messages: in order, within the windows, never twice, nothing lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.switches import Switches
from bot.wechat import outbox as module
from bot.wechat.account import Account, Capability
from bot.wechat.client import Client
from bot.wechat.errors import Action, CallFailed
from bot.wechat.outbox import KEPT, SENT, UNSURE, Outbox, Sender
from bot.wechat.windows import WindowKind, Windows
from database import writing_directly
from tests.wechat.conftest import APPID, USER, Clock
from tests.wechat.fake_wechat import Platform, start_api

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def windows(engine, clock) -> Windows:
    return Windows(engine, clock=clock)


@pytest.fixture
def queue(engine, clock) -> Outbox:
    return Outbox(engine, clock=clock)


def opened(windows, engine, openid=USER, kind=WindowKind.MESSAGE) -> None:
    with writing_directly(engine) as connection:
        windows.open(connection, openid, kind)


class Wire:
    """The call to WeChat: what arrived, and what goes wrong next."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.faults: list[CallFailed] = []
        self.calls = 0

    def __call__(self, openid: str, text: str) -> None:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        self.arrived.append((openid, text))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def account(engine) -> Account:
    return Account(Switches(engine), None)


@pytest.fixture
def sender(queue, windows, account, wire) -> Sender:
    return Sender(queue, windows, lambda _: True, wire, account)


def run(sender: Sender) -> None:
    while sender.step():
        pass


class TestWindows:
    def test_a_message_opens_five_for_two_days(self, windows, engine, clock):
        opened(windows, engine)
        assert windows.allowance(USER).left == 5
        clock.now += 48 * 3600 - 60
        assert windows.allowance(USER).left == 5
        clock.now += 120
        assert windows.allowance(USER).left == 0

    @pytest.mark.parametrize("kind", [WindowKind.CLICK, WindowKind.FOLLOW, WindowKind.SCAN])
    def test_a_tap_opens_three_for_a_minute(self, windows, engine, clock, kind):
        opened(windows, engine, kind=kind)
        assert windows.allowance(USER).left == 3
        clock.now += 61
        assert windows.allowance(USER).left == 0

    def test_quotas_renew_and_do_not_add_up(self, windows, engine):
        opened(windows, engine)
        windows.spend(USER)
        opened(windows, engine)
        assert windows.allowance(USER).left == 5

    def test_a_message_and_a_tap_leave_five_and_not_eight(self, windows, engine):
        opened(windows, engine)
        opened(windows, engine, kind=WindowKind.CLICK)
        assert windows.allowance(USER).left == 5
        assert [len(windows.spend(USER)) for _ in range(6)] == [2, 2, 2, 1, 1, 0]
        assert windows.allowance(USER).left == 0

    def test_how_long_is_said_of_the_window_that_holds_the_number_said(
        self, windows, engine, clock
    ):
        opened(windows, engine)
        for _ in range(4):
            windows.spend(USER)
        opened(windows, engine, kind=WindowKind.CLICK)
        allowance = windows.allowance(USER)
        assert (allowance.left, round(allowance.seconds)) == (3, 60)
        clock.now += 61
        allowance = windows.allowance(USER)
        assert (allowance.left, round(allowance.seconds)) == (1, 48 * 3600 - 61)

    def test_a_message_that_was_not_sent_is_given_back_to_every_window(self, windows, engine):
        opened(windows, engine)
        opened(windows, engine, kind=WindowKind.CLICK)
        windows.refund(USER, windows.spend(USER))
        assert windows.allowance(USER).left == 5
        assert [len(windows.spend(USER)) for _ in range(4)] == [2, 2, 2, 1]

    def test_eight_threads_spend_no_more_than_there_is(self, windows, engine):
        opened(windows, engine)
        with ThreadPoolExecutor(8) as pool:
            spent = list(pool.map(lambda _: windows.spend(USER), range(20)))
        assert len([s for s in spent if s]) == 5


class TestSending:
    def test_a_person_gets_messages_in_the_order_they_were_put(
        self, queue, sender, wire, windows, engine
    ):
        opened(windows, engine)
        queue.put(USER, ["一", "二"])
        queue.put(USER, ["三"])
        run(sender)
        assert [t for _, t in wire.arrived] == ["一", "二", "三"]

    def test_a_hanging_message_holds_up_its_own_person_only(
        self, queue, wire, windows, engine, account
    ):
        opened(windows, engine)
        opened(windows, engine, "oOther")
        hanging, go = threading.Event(), threading.Event()

        def send(openid: str, text: str) -> None:
            if text == "慢":
                hanging.set()
                assert go.wait(10)
            wire(openid, text)

        sender = Sender(queue, windows, lambda _: True, send, account)
        queue.put(USER, ["慢", "后"])
        queue.put("oOther", ["别人"])
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(sender.step)
            assert hanging.wait(5)
            assert sender.step()
            assert not sender.step()
            assert wire.arrived == [("oOther", "别人")]
            go.set()
            first.result()
        run(sender)
        assert [t for o, t in wire.arrived if o == USER] == ["慢", "后"]

    @pytest.mark.parametrize("code", [45015, 45047])
    def test_what_the_window_does_not_let_through_waits_for_the_next_message_in_order(
        self, queue, sender, wire, windows, engine, code
    ):
        opened(windows, engine)
        queue.put(USER, ["一", "二", "三"])
        wire.faults = [CallFailed(Action.KEEP, code)]
        run(sender)
        assert wire.calls == 1  # the rest is not even tried
        assert queue.counts() == {KEPT: 3}
        with writing_directly(engine) as connection:
            windows.open(connection, USER, WindowKind.MESSAGE)
            queue.release(connection, USER)
        run(sender)
        assert [t for _, t in wire.arrived] == ["一", "二", "三"]

    def test_without_a_window_nothing_is_called(self, queue, sender, wire):
        queue.put(USER, ["一"])
        run(sender)
        assert wire.calls == 0
        assert queue.counts() == {KEPT: 1}

    def test_a_busy_platform_is_asked_again_with_growing_pauses_then_no_more(
        self, queue, sender, wire, windows, engine, clock
    ):
        opened(windows, engine)
        queue.put(USER, ["一"])
        wire.faults = [CallFailed(Action.AGAIN, -1) for _ in range(99)]
        run(sender)
        assert wire.calls == 1
        for _ in range(20):
            clock.now += 200
            run(sender)
        assert wire.calls == len(module.PAUSES_S) + 1
        assert queue.counts() == {KEPT: 1}
        assert windows.allowance(USER).left == 5  # nothing was sent, so nothing is counted

    def test_a_message_of_unknown_fate_is_not_sent_again_but_kept_for_asking(
        self, queue, sender, wire, windows, engine, clock
    ):
        opened(windows, engine)
        queue.put(USER, ["一", "二"])
        wire.faults = [CallFailed(Action.UNKNOWN)]
        run(sender)
        clock.now += 500
        run(sender)
        assert [t for _, t in wire.arrived] == ["二"]
        assert [p.text for p in queue.withheld(USER)] == ["一"]
        assert windows.allowance(USER).left == 3

    def test_an_account_that_lost_the_right_stops_and_keeps(
        self, queue, sender, wire, windows, engine, account
    ):
        opened(windows, engine)
        queue.put(USER, ["一", "二"])
        wire.faults = [CallFailed(Action.UNABLE, 48001)]
        run(sender)
        assert wire.calls == 1
        assert queue.counts() == {KEPT: 2}
        assert not account.may(Capability.CUSTOMER_SERVICE)

    @pytest.mark.parametrize("code", [45009, 45011, 40013, 40164])
    def test_a_used_up_quota_or_an_alarm_rests_all_sending(
        self, queue, sender, wire, windows, engine, code
    ):
        for n in range(10):
            opened(windows, engine, f"o{n}")
            queue.put(f"o{n}", ["一"])
        wire.faults = [
            CallFailed(Action.REST if code < 45012 and code > 45000 else Action.ALARM, code)
        ]
        run(sender)
        assert wire.calls == 1
        assert queue.counts() == {"queued": 10}

    def test_who_cannot_be_written_to_is_not_tried_again(
        self, queue, sender, wire, windows, engine
    ):
        opened(windows, engine)
        queue.put(USER, ["一"])
        wire.faults = [CallFailed(Action.DROP, 43019)]
        run(sender)
        assert queue.counts() == {"dropped": 1}

    def test_four_senders_send_each_message_once_and_in_order(
        self, queue, windows, engine, account, wire
    ):
        senders = [Sender(queue, windows, lambda _: True, wire, account) for _ in range(4)]
        for n in range(20):
            opened(windows, engine, f"o{n}")
        for part in range(3):
            for n in range(20):
                queue.put(f"o{n}", [str(part)])
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, senders))
        for n in range(20):
            assert [t for o, t in wire.arrived if o == f"o{n}"] == ["0", "1", "2"]


KILLED = """
import os, sys, time
from bot.switches import Switches
from bot.wechat.account import Account
from bot.wechat.outbox import Outbox, Sender
from bot.wechat.windows import Windows
from database import open_engine
engine = open_engine(sys.argv[1])
def send(openid, text):
    print("calling", flush=True)
    os.kill(os.getpid(), 9)
account = Account(Switches(engine), None)
Sender(Outbox(engine), Windows(engine), lambda _: True, send, account).step()
"""


def test_a_killed_sender_leaves_a_message_unsure_and_no_other_behind(engine):
    queue, windows = Outbox(engine), Windows(engine)
    opened(windows, engine)
    queue.put(USER, ["一", "二"])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(engine.url)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "calling\n"
    assert done.returncode == -9
    wire = Wire()
    later = Outbox(engine, clock=lambda: time.time() + module.LEASE_S + 1)
    sender = Sender(later, windows, lambda _: True, wire, Account(Switches(engine), None))
    run(sender)
    assert wire.arrived == []  # its line waits until the lease is over
    later.doubt_orphans()
    run(sender)
    assert [t for _, t in wire.arrived] == ["二"]
    assert queue.counts() == {UNSURE: 1, SENT: 1}


def test_through_faults_of_every_kind_each_message_arrives_once(engine):
    """The real client and the fake platform: tokens die, quotas end, it is busy, it hangs."""
    platform = Platform(APPID, "fakesecret")
    server = start_api(platform, 0, quiet=True)
    client = Client(engine, APPID, "fakesecret", f"http://127.0.0.1:{server.server_port}")
    queue, windows = Outbox(engine), Windows(engine)
    account = Account(Switches(engine), client)
    account.probe()
    platform.calls.clear()
    people = [f"oP{n}" for n in range(12)]
    faults = ("40001:1:2", "-1:2:4", "45047:1:9", "45015:1:11", "42001:1:13", "hang1:1:15")
    for spec in faults:
        platform.inject(f"custom/send:{spec}")
    for openid in people:
        platform.user_action(openid, "message")
        opened(windows, engine, openid)
        queue.put(openid, [f"{openid} 一", f"{openid} 二"])
    sender = Sender(queue, windows, lambda _: True, client.send_text, account)
    sender.start()

    def settled() -> bool:
        return set(queue.counts()) <= {SENT, KEPT}

    end = time.monotonic() + 30
    while not settled() and time.monotonic() < end:
        time.sleep(0.05)
    for openid in people:  # each writes again, so what was kept goes out
        platform.user_action(openid, "message")
        with writing_directly(engine) as connection:
            windows.open(connection, openid, WindowKind.MESSAGE)
            queue.release(connection, openid)
    while queue.counts() != {SENT: 24} and time.monotonic() < end:
        time.sleep(0.05)
    sender.stop()
    server.shutdown()
    server.server_close()
    for openid in people:
        texts = [r["content"] for r in platform.received if r["openid"] == openid]
        assert texts == [f"{openid} 一", f"{openid} 二"]
    sends = sum(c["path"].endswith("custom/send") for c in platform.calls)
    assert sends <= 24 + 10
    assert platform.token_calls == 0
    assert sum(c["path"].endswith("stable_token") for c in platform.calls) <= 3
