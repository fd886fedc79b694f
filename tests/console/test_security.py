from __future__ import annotations

import re

import pytest


def policy(answer) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(p.split(" ", 1) for p in parts)


@pytest.mark.parametrize("address", ["/try", "/p/1", "/p/99999999", "/nowhere"])
def test_pages_run_only_our_own_scripts_and_styles(chat, address):
    answer = chat.get(address)
    rules = policy(answer)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/try", "/p/1"])
def test_pages_hold_nothing_inline_that_the_policy_would_block(chat, address):
    page = chat.get(address).text
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_only_clause_pages_may_be_framed_and_only_by_us(chat):
    assert policy(chat.get("/p/1"))["frame-ancestors"] == "'self'"
    assert chat.get("/p/1").headers["X-Frame-Options"] == "SAMEORIGIN"
    assert policy(chat.get("/try"))["frame-ancestors"] == "'none'"
    assert chat.get("/try").headers["X-Frame-Options"] == "DENY"
