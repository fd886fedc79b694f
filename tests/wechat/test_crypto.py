"""Signatures and the AES envelope, against Tencent's own worked example."""

from __future__ import annotations

import base64
import re

import pytest

from bot.wechat.crypto import Envelope, Refused, is_parameter, is_signed, signature_of
from tests.wechat.conftest import AES_KEY, APPID, TOKEN
from tests.wechat.fake_wechat import Codec

# developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html, example of 2024-04.
OFFICIAL = {
    "token": "AAAAA",
    "appid": "wxba5fad812f8e6fb9",
    "aes_key": "A" * 43,
    "timestamp": "1713424427",
    "nonce": "415670741",
    "encrypt": (
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    ),
    "msg_signature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
    "random16": "707722b803182950",
    "clear": '{"demo_resp":"good luck"}',
}


def enclosed(encrypt: str) -> bytes:
    return f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()


def test_official_signature():
    """Worked example of the "push" page: verification of the URL."""
    parts = ("AAAAA", "1714036504", "1514711492")
    signature = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert signature_of(*parts) == signature
    assert is_signed(signature, *parts)
    assert not is_signed(signature.upper(), *parts)
    assert not is_signed(signature[:-1] + "7", *parts)


def test_every_part_is_demanded():
    assert not is_signed("", "token", "1", "2")
    assert not is_signed(signature_of("token"), "token", "", "")
    assert not is_signed(signature_of("", "1", "2"), "", "1", "2")
    assert not is_signed("签名\ud800", "token", "1", "2")


@pytest.mark.parametrize("value", ["", "a b", "a]]>", "签", "x" * 65, "1\n"])
def test_parameters_that_could_not_be_sent_back(value):
    assert not is_parameter(value)


def test_official_envelope_opens():
    envelope = Envelope(OFFICIAL["token"], OFFICIAL["appid"], OFFICIAL["aes_key"])
    clear = envelope.open(
        enclosed(OFFICIAL["encrypt"]),
        OFFICIAL["msg_signature"],
        OFFICIAL["timestamp"],
        OFFICIAL["nonce"],
    )
    assert clear.decode() == OFFICIAL["clear"]


def test_official_envelope_is_sealed_byte_for_byte(monkeypatch):
    monkeypatch.setattr("wechatpy.crypto.base.random_string", lambda _: OFFICIAL["random16"])
    envelope = Envelope(OFFICIAL["token"], OFFICIAL["appid"], OFFICIAL["aes_key"])
    sealed = envelope.seal(OFFICIAL["clear"], OFFICIAL["timestamp"], OFFICIAL["nonce"])
    assert OFFICIAL["encrypt"] in sealed
    assert OFFICIAL["msg_signature"] in sealed


class TestForgery:
    envelope = Envelope(TOKEN, APPID, AES_KEY)

    def opened(self, encrypt: str, token: str = TOKEN) -> bytes:
        signature = signature_of(token, "1", "2", encrypt)
        return self.envelope.open(enclosed(encrypt), signature, "1", "2")

    def test_good_one_opens(self):
        assert self.opened(Codec(TOKEN, APPID, AES_KEY).encrypt("你好")) == "你好".encode()

    @pytest.mark.parametrize(
        "encrypt", ["", "AAAA", "A" * 43 + "=", base64.b64encode(bytes(range(64))).decode()]
    )
    def test_signed_rubbish_is_refused(self, encrypt):
        with pytest.raises(Refused):
            self.opened(encrypt)

    def test_other_account_is_refused(self):
        with pytest.raises(Refused, match="InvalidAppId"):
            self.opened(Codec(TOKEN, "wxother", AES_KEY).encrypt("你好"))

    def test_wrong_token_is_refused(self):
        with pytest.raises(Refused, match="msg_signature"):
            self.opened(Codec(TOKEN, APPID, AES_KEY).encrypt("你好"), token="guessed")

    def test_missing_element_is_refused(self):
        with pytest.raises(Refused):
            self.envelope.open(b"<xml></xml>", signature_of(TOKEN, "1", "2"), "1", "2")

    def test_element_typed_by_a_talent_does_not_hide_the_real_one(self):
        """In compat mode the clear text stands beside the encrypted one."""
        encrypt = Codec(TOKEN, APPID, AES_KEY).encrypt("你好")
        body = b"<xml><Content><![CDATA[<Encrypt>AAAA</Encrypt>]]></Content>" + enclosed(encrypt)
        signature = signature_of(TOKEN, "1", "2", encrypt)
        assert self.envelope.open(body, signature, "1", "2") == "你好".encode()


def test_sealed_reply_opens_for_the_platform():
    sealed = Envelope(TOKEN, APPID, AES_KEY).seal("<xml>答</xml>", "1763790000", "415670741")
    found = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^<\]]+)", sealed))
    assert Codec(TOKEN, APPID, AES_KEY).decrypt(found["Encrypt"]) == "<xml>答</xml>"
    assert found["Nonce"] == "415670741"
    assert found["MsgSignature"] == signature_of(TOKEN, "1763790000", "415670741", found["Encrypt"])


@pytest.mark.parametrize("aes_key", ["", "short", "A" * 44, "A" * 42 + "签"])
def test_malformed_key_is_named_but_not_shown(aes_key):
    with pytest.raises(ValueError, match="EncodingAESKey: 43") as raised:
        Envelope(TOKEN, APPID, aes_key)
    assert not aes_key or aes_key not in str(raised.value)
