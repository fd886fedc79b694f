"""The conformance vectors: signatures, envelopes, messages of six projects, hostile ones.

They are not part of the repository; ZHIHUI_WECHAT_VECTORS names their folder.
"""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.wechat.client import Client
from bot.wechat.crypto import Envelope, Refused, is_signed, signature_of
from bot.wechat.errors import CallFailed
from bot.wechat.messages import Kind, parse
from tests.wechat.conftest import APPID, USER, served_platform

FOLDER = os.environ.get("ZHIHUI_WECHAT_VECTORS", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="ZHIHUI_WECHAT_VECTORS does not name the folder of the WeChat vectors"
)


def vectors(file: str, **wanted: str) -> list:
    """One parameter per vector of a file whose fields have the wanted values."""
    if not FOLDER:
        return []
    rows = json.loads((Path(FOLDER) / file).read_text(encoding="utf-8"))
    kept = [row for row in rows if all(row.get(name) == it for name, it in wanted.items())]
    assert kept, f"{file} holds no such vector"
    return [pytest.param(row, id=f"{n}-{row.get('name', '')}") for n, row in enumerate(kept)]


def api_bodies(endpoint: str, kind: str = "") -> list:
    """One parameter per published request body of an endpoint, of one msgtype when given."""
    if not FOLDER:
        return []
    rows = json.loads((Path(FOLDER) / "api_bodies.json").read_text(encoding="utf-8"))["requests"]
    kept = [
        row
        for row in rows
        if row["endpoint"].endswith(endpoint) and kind in ("", row["body"]["msgtype"])
    ]
    assert kept, f"api_bodies.json holds no {endpoint} {kind}"
    return [pytest.param(row, id=row["body"]["msgtype"]) for row in kept]


@pytest.mark.parametrize("row", vectors("signature.json"))
def test_signature(row):
    parts = (row["token"], row["timestamp"], row["nonce"])
    assert is_signed(row["signature"], *parts) is row["valid"]


@pytest.mark.parametrize("row", vectors("msg_signature.json"))
def test_msg_signature(row):
    parts = (row["token"], row["timestamp"], row["nonce"], row["encrypt"])
    assert signature_of(*parts) == row["msg_signature"]


def envelope(row: dict[str, str]) -> Envelope:
    return Envelope(row["token"], row["appid"], row["encoding_aes_key"])


def opened(row: dict[str, str]) -> str:
    body = f"<xml><Encrypt><![CDATA[{row['encrypt']}]]></Encrypt></xml>".encode()
    return envelope(row).open(body, row["msg_signature"], row["timestamp"], row["nonce"]).decode()


@pytest.mark.parametrize("row", vectors("aes.json", expect="ok"))
def test_envelope_opens(row):
    assert opened(row) == row["plaintext"]


@pytest.mark.parametrize("row", vectors("aes.json", expect="ok"))
def test_envelope_is_sealed_byte_for_byte(row, monkeypatch):
    monkeypatch.setattr("wechatpy.crypto.base.random_string", lambda _: row["random16"])
    sealed = envelope(row).seal(row["plaintext"], row["timestamp"], row["nonce"])
    assert f"<Encrypt><![CDATA[{row['encrypt']}]]></Encrypt>" in sealed
    assert row["msg_signature"] in sealed


@pytest.mark.parametrize(
    "row",
    [
        row
        for expect in ("bad_signature", "bad_appid", "reject")
        for row in vectors("aes.json", expect=expect)
    ],
)
def test_envelope_is_refused(row):
    with pytest.raises(Refused):
        opened(row)


@pytest.mark.parametrize("row", vectors("messages.json", direction="in"))
def test_incoming_message(row):
    fields = row["fields"]
    inbound = parse(row["xml"].encode())
    assert inbound.openid == fields["FromUserName"]
    assert inbound.account == fields["ToUserName"]
    assert inbound.created_at == int(fields["CreateTime"])
    known = row["msgtype"] in set(Kind)
    assert inbound.kind == (row["msgtype"] if known else Kind.UNKNOWN)
    assert inbound.text == (fields["Content"] if row["msgtype"] == "text" else "")
    assert inbound.event == row["event"].lower()
    if row["msgtype"] == "event":
        assert inbound.event_key == fields.get("EventKey", "")
        official = f"{inbound.openid}:{inbound.created_at}:{inbound.event}"
        assert row["dedupe_key"].lower() == official.lower()
        assert inbound.dedupe_key.startswith(f"{official}:")
    else:
        assert row["dedupe_key"] == f"msgid:{inbound.message_id}"
        assert inbound.dedupe_key == f"{inbound.openid}:{inbound.message_id}"
    assert inbound.label == fields.get("Label", "").strip()
    assert inbound.title == fields.get("Title", "")
    assert inbound.recognition == fields.get("Recognition", "")


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
@pytest.mark.parametrize("row", vectors("hostile_inbound.json"))
def test_hostile_message(row, mode, make_talent):
    talent = make_talent(lambda inbound: f"答：{inbound.text}", mode)
    if mode == "compat" and "</xml>" not in row["body"]:
        pytest.skip("compat mode adds to the message's own <xml>")
    response = talent.post(row["body"])
    assert b"Traceback" not in response.data
    if row["expect"].startswith("HTTP 4xx"):
        assert 400 <= response.status_code < 500
        assert response.data == b""
        return
    assert response.status_code == 200
    kind, content, problem = talent.platform.read_reply(response.data, USER)
    assert problem is None
    if "ordinary answer" in row["expect"]:
        assert kind == "text"
        assert content.startswith("答：")
        assert len(content) > len("答：")


@pytest.mark.parametrize("row", api_bodies("custom/send", "text"))
def test_a_customer_service_message_has_the_published_body(row, engine):
    with served_platform() as platform:
        wanted = row["body"]
        platform.user_action(wanted["touser"], "message")
        client = Client(engine, APPID, platform.secret, platform.base)
        client.send_text(wanted["touser"], wanted["text"]["content"])
        assert json.loads(platform.bodies[-1]) == wanted


@pytest.mark.parametrize("row", api_bodies("custom/send"))
def test_the_platform_that_tests_play_against_takes_every_published_body(row, engine):
    with served_platform() as platform:
        platform.user_action(row["body"]["touser"], "message")
        client = Client(engine, APPID, platform.secret, platform.base)
        # two articles were published; since October 2018 the platform takes one ("passive")
        several = len(row["body"].get("news", {}).get("articles", ())) > 1
        with pytest.raises(CallFailed, match="45008") if several else nullcontext():
            client._post("message/custom/send", row["body"])
        assert json.loads(platform.bodies[-1]) == row["body"]
