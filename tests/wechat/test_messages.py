"""Messages in, reply texts out: nothing that a talent types may break either."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat.messages import (
    MAX_BODY_BYTES,
    MORE,
    BadMessage,
    Inbound,
    Kind,
    fit,
    harmless,
    parse,
    render_text_reply,
    split,
)
from tests.wechat.conftest import inbound_xml

ANYONE = Inbound(openid="oUser1", account="gh_demo", kind=Kind.TEXT)

LINK = '<a href="https://example.org/p/1">第八条（二）</a>'
WORDS = ["购房补贴", "。", "\n", "！", "……", " ", "a", "\u0301", "👨\u200d👩\u200d👧", "😀", LINK]
BROKEN = ["]]>", "\x02", "\r\n", "<a ", "</a>", "<b>", "&"]
sentences = st.lists(st.sampled_from(WORDS), max_size=120).map("".join)
hostile = st.lists(st.sampled_from(WORDS + BROKEN), max_size=120).map("".join)
texts = st.one_of(st.text(st.characters(codec=None), max_size=400), hostile)


def read(**fields: str | int) -> Inbound:
    return parse(inbound_xml(**fields).encode())


def test_text_message_is_read():
    """Example of the "push" page in our own words."""
    body = (
        "<xml><ToUserName><![CDATA[gh_demo]]></ToUserName>"
        "<FromUserName><![CDATA[oUser1]]></FromUserName><CreateTime>1763790000</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[ 硕士落户补贴怎么申请？]]></Content>"
        "<MsgId>25231685381080581</MsgId><bizmsgmenuid>101</bizmsgmenuid></xml>"
    )
    assert parse(body.encode()) == Inbound(
        openid="oUser1",
        account="gh_demo",
        kind=Kind.TEXT,
        text="硕士落户补贴怎么申请？",
        message_id="25231685381080581",
        created_at=1763790000,
        menu_id="101",
    )


def test_events_keep_the_platforms_own_words():
    """wechatpy would call this one subscribe_scan and cut the key."""
    followed = read(MsgType="event", Event="subscribe", EventKey="qrscene_counter7", MsgId="")
    assert (followed.event, followed.event_key) == ("subscribe", "qrscene_counter7")
    assert read(MsgType="event", Event="SCAN", EventKey="counter7").event == "scan"


@pytest.mark.parametrize("kind", ["voice", "location", "link", "newtype"])
def test_other_kinds_carry_no_text(kind):
    inbound = read(MsgType=kind, Content="x", Label="人民广场", Title="标题", Url="https://e.org")
    assert inbound.text == ""
    assert (inbound.label, inbound.title) == ("人民广场", "标题")
    assert inbound.kind == (Kind.UNKNOWN if kind == "newtype" else kind)


class TestDedupeKey:
    def test_equal_message_ids_of_two_talents_differ(self):
        assert (
            read(MsgId=7, FromUserName="a").dedupe_key != read(MsgId=7, FromUserName="b").dedupe_key
        )

    def test_repeated_delivery_has_the_same_key(self):
        assert read(MsgId=7).dedupe_key == read(MsgId=7, CreateTime=1).dedupe_key

    def test_two_events_in_one_second_differ(self):
        event = {"MsgType": "event", "CreateTime": 5, "MsgId": ""}
        keys = {
            read(**event, Event="CLICK", EventKey="A").dedupe_key,
            read(**event, Event="CLICK", EventKey="B").dedupe_key,
            read(**event, Event="VIEW", EventKey="B").dedupe_key,
            read(**event, Event="TEMPLATESENDJOBFINISH", MsgID=1).dedupe_key,
            read(**event, Event="TEMPLATESENDJOBFINISH", MsgID=2).dedupe_key,
        }
        assert len(keys) == 5

    def test_missing_message_id_is_not_shared_by_everybody(self):
        assert (
            read(MsgId="", CreateTime=5, Content="a").dedupe_key
            != read(MsgId="", CreateTime=5, Content="b").dedupe_key
        )
        assert read(MsgId=0, CreateTime=5).dedupe_key != read(MsgId=0, CreateTime=6).dedupe_key

    def test_long_event_key_is_shortened(self):
        url = "https://example.org/" + "x" * 1000
        assert len(read(MsgType="event", Event="VIEW", EventKey=url).dedupe_key) < 200


class TestTroublesomeText:
    def test_control_characters_are_dropped(self):
        assert read(Content="补贴\x1d怎么\x02申请\b").text == "补贴怎么申请"

    def test_cdata_pasted_by_a_talent_is_taken_literally(self):
        assert read(Content="<a><![CDATA[x]]></a>").text == "<a><![CDATA[x]]></a>"

    def test_injected_elements_stay_text(self):
        injected = "x]]></Content><FromUserName><![CDATA[o]]></FromUserName><Content><![CDATA[y"
        assert read(Content=injected).text == injected

    def test_injected_sender_alone_is_refused(self):
        """Well-formed, one Content, two senders: nobody can say who wrote it."""
        with pytest.raises(BadMessage, match="FromUserName"):
            read(Title="x]]></Title><FromUserName>o</FromUserName><Title><![CDATA[y")

    def test_escaped_cdata_end_is_decoded(self):
        assert read(Content="a]]]]><![CDATA[>b").text == "a]]>b"

    def test_doctype_inside_a_text_is_only_text(self):
        assert read(Content="<!DOCTYPE html>").text == "<!DOCTYPE html>"

    @pytest.mark.parametrize("content", ["", "  \n "])
    def test_empty_text_is_an_empty_string(self, content):
        assert read(Content=content).text == ""

    def test_broken_utf8_costs_one_character(self):
        body = inbound_xml(Content="补贴@多少").encode().replace(b"@", b"\xed\xa0\xbd")
        assert re.fullmatch("补贴\ufffd+多少", parse(body).text)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        '{"a":1}',
        "<a/>",
        "<xml/>",
        "<xml><ToUserName>a</ToUserName></xml>",
        '<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>text</MsgType></xml>',
        "<!DOCTYPE x>" + inbound_xml(),
        inbound_xml(FromUserName=""),
        inbound_xml(ToUserName=""),
        inbound_xml(FromUserName="o" * 200),
        inbound_xml(MsgId="abc"),
        inbound_xml(MsgId="١٢"),
        inbound_xml(CreateTime="soon"),
        inbound_xml(MsgType=""),
        inbound_xml().replace("</xml>", "<MsgType>text</MsgType></xml>"),
        inbound_xml().replace("</xml>", "<Content><b>x</b></Content></xml>"),
        inbound_xml().replace("</xml>", ""),
        inbound_xml().replace("</xml>", "&undefined;</xml>"),
        "<xml>" + "<a>" * 10_000,
    ],
)
def test_what_is_no_message_is_refused(body):
    with pytest.raises(BadMessage):
        parse(body.encode())


def test_long_body_is_refused():
    with pytest.raises(BadMessage, match="bytes"):
        parse(inbound_xml(Content="x" * MAX_BODY_BYTES).encode())


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    try:
        parse(body)
    except BadMessage:
        return
    raise AssertionError("200 random bytes were taken for a message")


@settings(deadline=None)
@given(texts)
def test_a_rendered_reply_reads_back(text):
    reply = parse(render_text_reply(ANYONE, text, 1763790000).encode())
    assert reply.text == harmless(text).strip()
    assert (reply.openid, reply.account) == ("gh_demo", "oUser1")


@settings(deadline=None)
@given(texts)
def test_harmless_changes_nothing_twice(text):
    assert harmless(harmless(text)) == harmless(text)
    harmless(text).encode()


def size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(4, 300))
def test_joined_pieces_are_the_text(text, limit):
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(0 < size(piece) <= limit for piece in pieces)


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(16, 300))
def test_fitted_text_respects_the_limit(text, limit):
    fitted = fit(text, limit)
    assert size(fitted) <= limit
    if size(text) > limit:
        assert fitted.endswith(MORE)
        assert text.startswith(fitted.removesuffix(MORE))
    else:
        assert fitted == text


@settings(max_examples=300, deadline=None)
@given(sentences, st.integers(80, 300))
def test_no_cut_divides_a_link(text, limit):
    for piece in [*split(text, limit), fit(text, limit)]:
        assert piece.count("<a ") == piece.count("</a>") == piece.count(LINK)


def test_cut_falls_after_a_sentence():
    text = "甲" * 40 + "。" + "乙" * 40 + "。" + "丙" * 40
    assert split(text, 300) == ["甲" * 40 + "。" + "乙" * 40 + "。", "丙" * 40]
    assert fit(text, 300) == "甲" * 40 + "。" + "乙" * 40 + "。" + MORE


def test_cut_keeps_a_composed_emoji_whole():
    family = "👨\u200d👩\u200d👧"
    assert split("好" * 10 + family, 30 + size(family) - 1) == ["好" * 10, family]


def test_longest_allowed_text_is_not_cut():
    """2048 bytes are 682 Chinese characters and two bytes."""
    longest = "策" * 682 + "ab"
    assert fit(longest) == longest
    assert fit(longest + "c") == "策" * 680 + MORE
