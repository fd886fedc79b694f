"""The real server in several processes towards the fake platform: killed, slow, verified or not."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving import ROOT, Server, _await_alive, environment, free_port
from tests.wechat import fake_wechat
from tests.wechat.conftest import served_platform
from tests.wechat.fake_wechat import Codec, Platform, Webhook, build_xml

pytestmark = pytest.mark.slow
APPID, TOKEN = "wxfake0000000000", "faketoken"
QUESTION = "D类人才购房补贴多少？"


class PatientWebhook(Webhook):
    """WeChat as it is documented: five seconds pass before a delivery is repeated."""

    def call(self, method, q, body=None):
        began = time.monotonic()
        try:
            return super().call(method, q, body)
        except (OSError, http.client.HTTPException):
            time.sleep(max(0.0, began + self.limit - time.monotonic()))
            raise


class Installation:
    """A data folder, a port and a server that may be killed and started again on them."""

    def __init__(self, data, platform: Platform | None, **settings: str) -> None:
        self.data, self.port = data, free_port()
        account = {}
        if platform is not None:
            account = {
                "wechat_appid": APPID,
                "wechat_token": TOKEN,
                "wechat_secret": platform.secret,
                "wechat_api_base": platform.base,
            }
        self.settings = {
            "samples": "true", "today": "2026-11-22", "messages_per_minute": "1000", **account,
            **settings,
        }  # fmt: skip
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        log = self.data.with_name(f"{self.data.name}.log")
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "server.py"), "--port", str(self.port),
                 "--data", str(self.data)],
                cwd=self.data.parent, env=environment(**self.settings), stdout=output,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        _await_alive(Server(self.port, self.data, self.process, log))

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=40)

    @property
    def token(self) -> str:
        if "wechat_token" in self.settings:
            return TOKEN
        return (self.data / "webhook-token").read_text(encoding="ascii")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/wechat"

    def hook(self, platform: Platform | None = None) -> PatientWebhook:
        return PatientWebhook(self.url, Codec(self.token), "plain", platform)


@pytest.fixture
def platform():
    with served_platform() as made:
        yield made


@pytest.fixture
def install(tmp_path):
    made = []

    def start(platform: Platform | None = None, **settings: str) -> Installation:
        one = Installation(tmp_path / f"data{len(made)}", platform, **settings)
        made.append(one)
        one.start()
        return one

    yield start
    for one in made:
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.stop()


def until(condition, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.1)


def test_four_processes_on_one_database_lose_double_and_misdeliver_nothing(install, capsys):
    here = install(workers="4")
    fake_wechat.main([
        "load", here.url, "--token", here.token, "--api-port", str(free_port()), "--users", "40",
        "--rate", "20", "--count", "300", "--dup-rate", "0.1",
    ])  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    assert found["sent"] == 300
    assert (found["lost"], found["duplicates"], found["misdelivered"]) == (0, 0, 0)
    assert found["fault_shown"] == 0


def test_a_worker_that_dies_is_replaced_and_its_messages_are_answered(install):
    here = install(workers="2")
    hook = here.hook()

    def ask(n: int) -> dict:
        return hook.push(f"oK{n}", build_xml(hook.gh, f"oK{n}", "text", QUESTION))

    def children() -> list[int]:
        """The processes that answer; another child reads files."""
        found = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(here.process.pid)],
            capture_output=True, text=True,
        )  # fmt: skip
        return [int(line.split()[0]) for line in found.stdout.splitlines() if "--member" in line]

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, n) for n in range(60)]
        time.sleep(0.5)
        victim = children()[0]
        os.kill(victim, signal.SIGKILL)
        shown = [it.result() for it in asked]
    assert {it["kind"] for it in shown} == {"text"}
    until(lambda: len(children()) == 2 and victim not in children(), 20)


def test_killed_and_started_again_every_repeated_question_is_answered_once(install):
    here = install(workers="4")
    shown: list[tuple[int, dict]] = []
    hook = here.hook()

    def ask(n: int) -> None:
        openid = f"oK{n}"
        shown.append((n, hook.push(openid, build_xml(hook.gh, openid, "text", QUESTION))))

    with ThreadPoolExecutor(24) as pool:
        for n in range(400):
            pool.submit(ask, n)
            if n == 200:
                time.sleep(1)
                here.kill()
                threading.Thread(target=here.start).start()
            time.sleep(0.01)
    assert len(shown) == 400
    # a question whose third delivery too found nobody is one that WeChat gave up
    unheard = [it for _, it in shown if it["kind"] != "text"]
    assert [it for it in unheard if it["tries"] < 3 or "no answer" not in it["problem"]] == []
    answered = [it["content"] for _, it in shown if it["kind"] == "text"]
    assert len(answered) > 300
    assert [text for text in answered if "30万元" not in text] == []
    assert any(it["tries"] > 1 for _, it in shown)  # some were in work when it was killed


@pytest.mark.parametrize("delay_s", [6, 20])
def test_a_slow_answer_of_a_verified_account_follows_once(install, platform, delay_s):
    here = install(platform, rehearse_delay_s=str(delay_s), workers="2")
    until(lambda: any(c["path"].endswith("custom/send") for c in platform.calls), 20)
    hook, people = here.hook(platform), [f"oV{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        shown = list(
            pool.map(
                lambda o: hook.push(o, build_xml(hook.gh, o, "text", QUESTION), "message"), people
            )
        )
    assert {(it["kind"], it["tries"]) for it in shown} == {("none", 1)}  # success at once
    assert max(it["first_latency"] for it in shown) < 5
    until(lambda: len(platform.received) >= 6, delay_s + 15)
    time.sleep(3)
    got = Counter(r["openid"] for r in platform.received if r["via"] == "custom")
    assert got == Counter(people)
    assert all("您问的“D类人才购房补贴" in r["content"] for r in platform.received)
    assert sum(c["path"].endswith("stable_token") for c in platform.calls) == 1
    sends = [c for c in platform.calls if c["path"].endswith("custom/send")]
    assert len(sends) == 7  # six answers and the probe


@pytest.mark.parametrize("delay_s", [6, 20])
def test_a_slow_answer_of_an_unverified_account_is_fetched_by_its_number(
    install, platform, delay_s
):
    platform.inject("custom/send:48001:99")
    here = install(platform, rehearse_delay_s=str(delay_s), workers="2")
    hook = here.hook(platform)
    notice = hook.push("oU1", build_xml(hook.gh, "oU1", "text", QUESTION), "message")
    number = re.search(r"“答案(\d+)”", notice["content"])[1]
    assert notice["tries"] == 1
    time.sleep(delay_s)
    fetched = hook.push("oU1", build_xml(hook.gh, "oU1", "text", f"答案{number}"), "message")
    if "还在查询" in fetched["content"]:
        time.sleep(2)
        fetched = hook.push("oU1", build_xml(hook.gh, "oU1", "text", f"答案{number}"), "message")
    assert fetched["content"].startswith("您问的“D类人才购房补贴")
    assert "依据：" in fetched["content"]
    assert all(r["via"] == "passive" for r in platform.received)


def test_an_answer_that_was_being_made_when_all_was_killed_still_comes(install, platform):
    """The platform was told success, so it repeats nothing."""
    here = install(platform, rehearse_delay_s="8")
    until(lambda: any(c["path"].endswith("custom/send") for c in platform.calls), 20)
    hook = here.hook(platform)
    shown = hook.push("oD1", build_xml(hook.gh, "oD1", "text", QUESTION), "message")
    assert shown["kind"] == "none"
    here.kill()
    here.start()
    until(lambda: platform.received, 60)
    time.sleep(2)
    assert [r["openid"] for r in platform.received] == ["oD1"]
    assert "依据：" in platform.received[0]["content"]


def test_an_answer_cut_off_behind_its_headers_is_no_answer_to_the_fake_platform():
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def cut_off() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    heard.append(connection.recv(65536))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")

        threading.Thread(target=cut_off, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/wechat"
        hook = Webhook(url, Codec(TOKEN), "plain", None, tries=2)
        shown = hook.push("oK1", build_xml(hook.gh, "oK1", "text", QUESTION))
    assert (shown["kind"], shown["tries"], len(heard)) == ("fault", 2, 2)
    assert "no answer" in shown["problem"]
