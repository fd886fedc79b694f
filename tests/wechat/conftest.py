"""A real SQLite ledger, a small account, and requests signed as the platform signs them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.wechat.deliveries import Deliveries
from bot.wechat.messages import Inbound
from bot.wechat.replying import EdgeWording, Reply, Replying
from bot.wechat.webhook import BUDGET_S, AccountSettings, create_webhook
from database import migrate, open_engine
from tests.wechat.fake_wechat import Codec, Platform, Webhook, build_xml, start_api

APPID = "wxfake0000000000"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "faketoken"
USER = "oFAKEuser0000000000000000001"
WORDING = EdgeWording(
    busy_text="咨询人数较多，请稍后再试。",
    failure_text="抱歉，系统出了点问题，请稍后再试。",
    late_text="正在查询“{question}”，请点{tap}，或回复“继续”、“答案{number}”。",
    late_plain="正在处理，请稍后回复“继续”。",
    still_text="还在查询，请稍后再回复“答案{number}”。",
    often_text="您发得有点快。",
    late_head="您问的“{question}”：\n",
    page_text="（第{page}/{pages}页，回复“下一页”）",
    owed_text="\n您之前问的“{question}”已有答复，请点{tap}，或回复“答案{number}”。",
    unsure_text="\n之前有一条答复可能没有送到，回复“继续”查看。",
    fetch_label="查看答复",
)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def served_platform(secret: str = "fakesecret") -> Iterator[Platform]:
    """The fake platform's API on a port of its own; ``base`` is its address."""
    made = Platform(APPID, secret)
    server = start_api(made, 0, quiet=True)
    made.base = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def engine(tmp_path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine) -> Deliveries:
    return Deliveries(engine, lease_s=0.3)


@dataclass
class Talent:
    """Sends messages to an app in process and reads what WeChat would show."""

    client: FlaskClient
    platform: Webhook
    replying: Replying

    def post(self, xml: str, **changes: str | None):
        """One delivery; ``changes`` replace (or with None drop) query parameters."""
        body, encrypt = self.platform.envelope(xml)
        query = {**self.platform.query(USER, encrypt), **changes}
        sent = {name: value for name, value in query.items() if value is not None}
        return self.client.post(
            "/wechat", query_string=sent, data=body.encode(), content_type="text/xml"
        )

    def shown(self, xml: str) -> str:
        """What the talent sees, "" for nothing; fails on whatever brings up the fault notice."""
        response = self.post(xml)
        assert response.status_code == 200
        kind, content, problem = self.platform.read_reply(response.data, USER)
        assert problem is None
        return content if kind == "text" else ""

    def says(self, text: str) -> str:
        return self.shown(message(text))


MakeTalent = Callable[..., Talent]


@pytest.fixture
def make_talent(ledger) -> MakeTalent:
    def make(
        respond: Callable[[Inbound], str],
        mode: str = "plain",
        *,
        budget_s: float = BUDGET_S,
        clock: Callable[[], float] = time.time,
        verified: bool = False,
        **options,
    ) -> Talent:
        aes_key = "" if mode == "plain" else AES_KEY
        replying = Replying(
            lambda inbound: Reply(respond(inbound)),
            ledger,
            WORDING,
            may_push=lambda _: verified,
            budget_s=budget_s,
            **options,
        )
        app = Flask(__name__)
        app.register_blueprint(
            create_webhook(
                AccountSettings(TOKEN, APPID, aes_key), replying, budget_s=budget_s, clock=clock
            )
        )
        platform = Webhook("http://127.0.0.1/wechat", Codec(TOKEN, APPID, aes_key), mode)
        return Talent(app.test_client(), platform, replying)

    return make


def message(text: str = "", kind: str = "text", openid: str = USER, **extra: str) -> str:
    return build_xml("gh_fakeaccount0", openid, kind, text, extra)


_numbers = itertools.count(1)


def inbound_xml(**fields: str | int) -> str:
    """A text message's XML with the given fields instead of, or added to, the usual ones."""
    usual = {
        "ToUserName": "gh_demo",
        "FromUserName": USER,
        "CreateTime": int(time.time()),
        "MsgType": "text",
        "MsgId": next(_numbers),
    }
    return (
        "<xml>"
        + "".join(
            f"<{name}><![CDATA[{value}]]></{name}>" for name, value in {**usual, **fields}.items()
        )
        + "</xml>"
    )
