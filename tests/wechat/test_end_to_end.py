"""A whole exchange over HTTP: the fake platform on one side, waitress on the other."""

from __future__ import annotations

import contextlib
import http.client
import threading
import urllib.parse

import pytest
import waitress
from flask import Flask

from bot.wechat.deliveries import Deliveries
from bot.wechat.messages import Inbound
from bot.wechat.replying import Reply, Replying
from bot.wechat.webhook import AccountSettings, create_webhook
from database import migrate, open_engine
from tests.wechat import fake_wechat
from tests.wechat.conftest import AES_KEY, APPID, TOKEN, WORDING, message


def respond(inbound: Inbound) -> Reply:
    if inbound.event == "unsubscribe":
        return Reply("")
    return Reply(f"您问的是：{inbound.text or inbound.event or inbound.kind}")


@pytest.fixture(scope="module", params=["plain", "compat", "safe"])
def command(request, tmp_path_factory):
    """Arguments that every command of the fake takes: mode, keys, URL of a live server."""
    mode = request.param
    aes_key = "" if mode == "plain" else AES_KEY
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp(mode) / 'ledger.sqlite'}")
    migrate(engine)
    account = AccountSettings(TOKEN, APPID, aes_key)
    app = Flask(__name__)
    app.register_blueprint(create_webhook(account, Replying(respond, Deliveries(engine), WORDING)))
    server = waitress.create_server(
        app, host="127.0.0.1", port=0, threads=16, asyncore_use_poll=True
    )

    def run() -> None:
        with contextlib.suppress(OSError):  # waitress polls its socket while we close it
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield ["--mode", mode, "--aes-key", aes_key, f"http://127.0.0.1:{server.effective_port}/wechat"]
    server.close()
    thread.join(5)
    engine.dispose()


def test_url_is_verified(command, capsys):
    assert fake_wechat.main(["verify", *command]) == 0
    assert "refused: yes (403)" in capsys.readouterr().out


def test_question_is_answered_once_however_often_it_is_delivered(command, capsys):
    assert fake_wechat.main(["send", *command, "--text", "租房补贴", "--copies", "4"]) == 0
    out = capsys.readouterr().out
    assert out.count("user sees: 您问的是：租房补贴") == 1
    assert out.count("user sees: (nothing") == 3
    assert "try 2" not in out


def test_events_are_answered(command, capsys):
    assert fake_wechat.main(["send", *command, "--event", "SCAN", "--text", "counter7"]) == 0
    assert "user sees: 您问的是：scan" in capsys.readouterr().out
    assert fake_wechat.main(["send", *command, "--event", "unsubscribe"]) == 0
    assert "user sees: (nothing" in capsys.readouterr().out


def test_hundred_messages_lose_and_double_nothing(command):
    mode, aes_key, url = command[1], command[3], command[4]
    hook = fake_wechat.Webhook(url, fake_wechat.Codec(TOKEN, APPID, aes_key), mode)
    shown = [hook.push(f"oU{n}", message(f"问题{n}", openid=f"oU{n}")) for n in range(100)]
    assert [it["content"] for it in shown] == [f"您问的是：问题{n}" for n in range(100)]
    assert {it["tries"] for it in shown} == {1}


def test_chunked_body_is_answered_or_refused(command):
    """waitress collects chunks and tells their length; a bare server would not."""
    url = urllib.parse.urlsplit(command[4])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=5)
    connection.request("POST", url.path + "?signature=x", iter([b"<xml>", b"</xml>"]))
    assert connection.getresponse().status == 403
    connection.close()
