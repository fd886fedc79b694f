"""Calls to WeChat against the fake platform over HTTP: tokens, errors, no storms, no leaks."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.switches import Switches
from bot.wechat.account import Account, Capability, Standing
from bot.wechat.client import Client, download
from bot.wechat.errors import Action, CallFailed
from bot.wechat.messages import Inbound, Kind
from bot.wechat.pictures import picture_of
from bot.wechat.tokens import access_tokens
from tests.wechat.conftest import APPID, USER, served_platform

SECRET = "fakesecret"


@pytest.fixture(scope="module")
def served():
    with served_platform() as made:
        yield made


@pytest.fixture
def platform(served):
    served.reset()
    served.secret = SECRET
    served.check_window = True
    served.user_action(USER, "message")
    return served


@pytest.fixture
def client(engine, platform) -> Client:
    return Client(engine, APPID, SECRET, platform.base)


def calls(platform, path: str) -> int:
    return sum(c["path"].endswith(path) for c in platform.calls)


def test_a_message_arrives_with_its_characters_unescaped(client, platform):
    client.send_text(USER, '硕士生活补贴\n<a href="https://e.cn">原文</a>')
    [received] = platform.received
    assert received["content"].startswith("硕士生活补贴")
    assert received["note"] == ""


def test_eight_threads_of_two_processes_fetch_one_token(engine, platform):
    clients = [Client(engine, APPID, SECRET, platform.base) for _ in range(2)]
    start = threading.Barrier(8)

    def call(n: int) -> str:
        start.wait()
        return clients[n % 2].token()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(8)))) == 1
    assert calls(platform, "stable_token") == 1


def test_a_new_process_uses_the_token_that_is_there(client, engine, platform):
    client.token()
    Client(engine, APPID, SECRET, platform.base).send_text(USER, "好")
    assert calls(platform, "stable_token") == 1


def test_a_token_is_not_readable_in_the_database_and_dies_with_its_secret(client, engine, platform):
    token = client.token()
    with engine.connect() as connection:
        sealed = connection.execute(access_tokens.select()).one().sealed
    assert token not in sealed
    platform.secret = "changed"
    assert Client(engine, APPID, "changed", platform.base).token()
    assert calls(platform, "stable_token") == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_dead_token_is_renewed_once_and_the_call_repeated_once(
    client, platform, engine, code, monkeypatch
):
    monkeypatch.setattr("bot.wechat.tokens.RENEWAL_PAUSE_S", 0)
    client.token()
    platform.inject(f"custom/send:{code}:1")
    client.send_text(USER, "好")
    assert [r["content"] for r in platform.received] == ["好"]
    assert calls(platform, "stable_token") == 2
    assert calls(platform, "custom/send") == 2


def test_a_platform_that_refuses_every_token_causes_no_storm(client, platform):
    """wechatpy alone fetched 487 tokens and died of recursion (WECHAT notes §10.1)."""
    platform.inject("custom/send:40001:1000")
    for _ in range(20):
        with pytest.raises(CallFailed) as caught:
            client.send_text(USER, "好")
        assert caught.value.action is Action.AGAIN
    assert calls(platform, "stable_token") <= 2
    assert calls(platform, "custom/send") <= 21


def test_an_expired_token_is_replaced(client, platform, monkeypatch):
    monkeypatch.setattr("bot.wechat.tokens.RENEWAL_PAUSE_S", 0)
    client.token()
    platform.tokens = dict.fromkeys(platform.tokens, 0)
    platform.stable = None
    client.send_text(USER, "好")
    assert len(platform.received) == 1


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (-1, Action.AGAIN),
        (40003, Action.DROP),
        (44004, Action.FAULT),
        (45009, Action.REST),
        (45015, Action.KEEP),
        (45047, Action.KEEP),
        (48001, Action.UNABLE),
        ("http500", Action.UNKNOWN),
    ],
)
def test_a_refusal_says_what_to_do(client, platform, code, action):
    platform.inject(f"custom/send:{code}:1")
    with pytest.raises(CallFailed) as caught:
        client.send_text(USER, "好")
    assert caught.value.action is action


@pytest.mark.parametrize(("code", "action"), [(40164, Action.ALARM), (40125, Action.ALARM)])
def test_a_refused_token_call_raises_an_alarm(client, platform, code, action):
    platform.inject(f"stable_token:{code}:1")
    with pytest.raises(CallFailed) as caught:
        client.token()
    assert (caught.value.action, caught.value.code) == (action, code)


def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(client, platform, monkeypatch):
    monkeypatch.setattr("bot.wechat.client.READ_S", 0.3)
    client._wechatpy.timeout = (1, 0.3)
    client.token()
    platform.inject("custom/send:hang1:1")
    with pytest.raises(CallFailed) as caught:
        client.send_text(USER, "好")
    assert caught.value.action is Action.UNKNOWN


def test_nobody_there_means_nothing_was_done(engine):
    lonely = Client(engine, APPID, SECRET, "http://127.0.0.1:9")
    with pytest.raises(CallFailed) as caught:
        lonely.send_text(USER, "好")
    assert caught.value.action is Action.AGAIN


def test_neither_token_nor_secret_reaches_the_log_or_an_error(client, platform, caplog):
    caplog.set_level(logging.DEBUG)
    token = client.token()
    errors = []
    for spec in ("custom/send:40013:1", "custom/send:http500:1", "custom/send:45015:1"):
        platform.inject(spec)
        with pytest.raises(CallFailed) as caught:
            client.send_text(USER, "好")
        errors.append(f"{caught.value!r} {caught.value} {caught.value.__cause__}")
    for secret in (token, SECRET):
        assert secret not in caplog.text
        assert secret not in " ".join(errors)


class TestMenu:
    def test_is_published_shown_and_deleted(self, client, platform):
        assert client.menu() is None
        client.create_menu({"button": [{"type": "click", "name": "政策", "key": "say:落户"}]})
        assert client.menu()["button"][0]["key"] == "say:落户"
        client.delete_menu()
        assert client.menu() is None


class TestPictures:
    def test_come_by_media_id_when_their_address_is_not_weixin_s(self, client, platform):
        platform.media["m1"] = b"\x89PNG" + bytes(1000)
        inbound = Inbound(USER, "gh", Kind.IMAGE, url="http://127.0.0.1:1/x", media_id="m1")
        assert picture_of(inbound, client) == platform.media["m1"]

    @pytest.mark.parametrize(
        "url",
        ["http://127.0.0.1/x", "http://169.254.169.254/", "file:///etc/passwd",
         "http://qpic.cn.evil.example/", "http://mmbiz.qpic.cn:22/x", ""],
    )  # fmt: skip
    def test_are_never_fetched_from_an_address_that_somebody_made_up(self, url, monkeypatch):
        asked = []
        monkeypatch.setattr("bot.wechat.pictures.download", asked.append)
        with pytest.raises(CallFailed):
            picture_of(Inbound(USER, "gh", Kind.IMAGE, url=url, media_id="m"), None)
        assert asked == []

    def test_over_the_limit_are_given_up(self, client, platform, monkeypatch):
        monkeypatch.setattr("bot.wechat.client.LARGEST_MEDIA", 100_000)
        platform.media["m1"] = bytes(300_000)
        with pytest.raises(CallFailed, match="larger"):
            client.media("m1")

    def test_that_are_not_there_keep_weixin_s_code(self, client):
        with pytest.raises(CallFailed) as caught:
            client.media("nothing")
        assert caught.value.code == 40007

    def test_of_a_dead_server_are_given_up(self):
        with pytest.raises(CallFailed):
            download("http://127.0.0.1:9/x")


class TestAccount:
    @pytest.fixture
    def account(self, engine, client) -> Account:
        return Account(Switches(engine), client)

    def test_nothing_is_allowed_before_weixin_was_asked(self, account):
        assert not any(account.may(c) for c in Capability)

    def test_without_a_secret_nothing_is_allowed(self, engine):
        alone = Account(Switches(engine), None)
        alone.probe()
        assert not any(alone.may(c) for c in Capability)

    def test_a_verified_account_is_recognised_without_a_message_to_anybody(self, account, platform):
        account.probe()
        assert all(account.may(c) for c in Capability)
        assert platform.received == []

    def test_an_unverified_account_is_recognised(self, account, platform):
        platform.inject("custom/send:48001:1")
        platform.inject("menu/get:48001:1")
        account.probe()
        assert account.may(Capability.CALLS)
        assert not account.may(Capability.CUSTOMER_SERVICE)
        assert not account.may(Capability.MENU)

    def test_what_another_process_found_is_known_here(self, account, engine):
        account.probe()
        other = Account(Switches(engine), account._client)
        assert other.may(Capability.CUSTOMER_SERVICE)

    def test_a_busy_platform_does_not_take_away_what_was_proven(self, account, platform):
        account.probe()
        platform.inject("custom/send:-1:1")
        account.probe()
        assert account.may(Capability.CUSTOMER_SERVICE)

    def test_a_wrong_address_is_told_with_weixin_s_words(self, account, platform):
        platform.inject("stable_token:40164:1")
        account.probe()
        standing, why = account.standing(Capability.CALLS)
        assert standing is Standing.NO
        assert "40164" in why


def test_the_number_of_calls_stays_small_over_a_day(engine, platform):
    """Token calls are the scarce ones; here a day's 8,640 s of sends take one every two hours."""
    now = time.time()
    client = Client(engine, APPID, SECRET, platform.base)
    client._tokens._clock = lambda: now
    platform.check_window = False
    for hour in range(24):
        now = time.time() + hour * 3600
        client._tokens._clock = lambda at=now: at
        client.token()
    assert Counter(c["path"] for c in platform.calls)["/cgi-bin/stable_token"] <= 24
