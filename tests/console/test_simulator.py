from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.wechat.crypto import is_signed
from bot.wechat.messages import parse
from console.simulator import LONGEST_TEXT, BadSending, Sending, inbound_xml
from tests.console.conftest import TOKEN


def sign(chat, **message):
    return chat.post("/try/send", json=message)


def posted(chat, signed):
    """What the browser does with a signed message."""
    return chat.post(signed["url"], data=signed["body"], content_type="text/xml")


def clear_reply(chat, answer) -> str:
    if "<Encrypt>" not in answer.text:
        return answer.text
    return chat.post("/try/open", data=answer.text).json["clear"]


def test_signature_is_what_the_platform_would_send(chat):
    chat.get("/try")
    signed = sign(chat, kind="text", text="落户").json
    query = {k: v[0] for k, v in parse_qs(urlsplit(signed["url"]).query).items()}
    assert is_signed(query["signature"], TOKEN, query["timestamp"], query["nonce"])


def test_signed_text_is_answered_by_the_real_webhook(chat):
    chat.get("/try")
    signed = sign(chat, kind="text", text="D类人才买房补多少钱").json
    answer = posted(chat, signed)
    assert answer.status_code == 200
    assert "收到：D类人才买房补多少钱" in clear_reply(chat, answer)


def test_text_that_closes_its_cdata_arrives_whole(chat):
    chat.get("/try")
    hostile = "a]]></Content><MsgId>1</MsgId>\x02<b>"
    signed = sign(chat, kind="text", text=hostile).json
    assert parse(signed["clear"].encode()).text == hostile.replace("\x02", "")
    assert posted(chat, signed).status_code == 200


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ({"kind": "event", "event": "subscribe"}, "收到：subscribe"),
        ({"kind": "event", "event": "CLICK", "key": "HELP"}, "收到：click"),
        ({"kind": "image"}, "收到：image"),
        ({"kind": "voice"}, "收到：voice"),
        ({"kind": "video"}, "收到：video"),
        ({"kind": "location"}, "收到：location"),
        ({"kind": "link"}, "收到：link"),
    ],
)
def test_every_kind_of_message_reaches_the_account(chat, message, shown):
    chat.get("/try")
    answer = posted(chat, sign(chat, **message).json)
    assert shown in clear_reply(chat, answer)


def test_tapped_line_carries_its_menu_id(chat):
    chat.get("/try")
    clear = sign(chat, kind="text", text="购房补贴", menu_id="101").json["clear"]
    assert parse(clear.encode()).menu_id == "101"


def test_same_message_sent_again_at_once_is_answered_once(chat):
    chat.get("/try")
    signed = sign(chat, kind="text", text="落户").json
    assert "收到：落户" in clear_reply(chat, posted(chat, signed))
    assert posted(chat, signed).data == b"success"


def test_message_ids_are_beyond_a_json_number_and_travel_as_text(chat):
    chat.get("/try")
    message_id = sign(chat, kind="text", text="落户").json["message_id"]
    assert isinstance(message_id, str)
    assert int(message_id) > 2**53


def test_every_load_is_a_new_person_named_by_a_cookie_that_scripts_cannot_read(chat):
    cookies = [chat.get("/try").headers["Set-Cookie"] for _ in range(2)]
    names = [re.search(r"=(oTRY[\w-]{24});", c).group(1) for c in cookies]
    assert names[0] != names[1]
    assert all("HttpOnly" in c and "SameSite=Strict" in c for c in cookies)
    clear = sign(chat, kind="text", text="落户").json["clear"]
    assert parse(clear.encode()).openid == names[1]


def test_nobody_can_choose_whom_to_speak_for(chat):
    assert sign(chat, kind="text", text="落户").status_code == 400
    chat.set_cookie("zhihui_try", "oREALuser0000000000000000001", path="/try")
    assert sign(chat, kind="text", text="落户").status_code == 400


def test_replies_to_others_are_not_decrypted(chat, account):
    chat.get("/try")
    answer = posted(chat, sign(chat, kind="text", text="落户").json)
    chat.get("/try")  # another person
    opened = chat.post("/try/open", data=answer.text)
    assert opened.status_code == (400 if account.aes_key else 404)
    assert "收到" not in opened.text


@pytest.mark.parametrize("body", [b"", b"<xml></xml>", b"\xff<Encrypt>AAAA</Encrypt>"])
def test_junk_is_not_decrypted(chat, account, body):
    chat.get("/try")
    opened = chat.post("/try/open", data=body)
    assert opened.status_code == (400 if account.aes_key else 404)


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        {"kind": "text", "text": "  "},
        {"kind": "text", "text": 5},
        {"kind": "text", "text": "字" * (LONGEST_TEXT + 1)},
        {"kind": "event", "event": "kf_create_session"},
        {"kind": "event", "event": "CLICK", "key": "k" * 129},
        {"kind": "music"},
    ],
)
def test_what_is_not_a_message_is_refused_in_chinese(fields):
    with pytest.raises(BadSending, match=r"[\u4e00-\u9fff]+。"):
        Sending.from_json(fields)


@pytest.mark.parametrize("address", ["/try/send", "/try/open"])
def test_oversized_request_is_not_read(chat, account, address):
    chat.get("/try")
    body = b'"' + b"x" * 100_000 + b'"'
    answer = chat.post(address, data=body, content_type="application/json")
    has_nothing_to_open = address == "/try/open" and not account.aes_key
    assert answer.status_code == (404 if has_nothing_to_open else 413)


def test_built_xml_follows_the_platform():
    assert inbound_xml(Sending("text", "落户"), "oTRY1", "gh_demo", 1763790000, "25") == (
        "<xml>\n"
        "<ToUserName><![CDATA[gh_demo]]></ToUserName>\n"
        "<FromUserName><![CDATA[oTRY1]]></FromUserName>\n"
        "<CreateTime>1763790000</CreateTime>\n"
        "<MsgType><![CDATA[text]]></MsgType>\n"
        "<Content><![CDATA[落户]]></Content>\n"
        "<MsgId>25</MsgId>\n"
        "</xml>"
    )


def test_page_says_what_it_is_not_and_offers_questions(chat):
    page = chat.get("/try").text
    assert "演示城市：临江市（虚构）；未连接真实公众号" in page
    assert "大专学历可以落户吗" in page
    assert 'aria-live="polite"' in page
