"""The server as an operator starts it: a process, a port, a data folder."""

from __future__ import annotations

import re
import stat

import pytest

from tests.serving import free_port, run_script, serving
from tests.wechat.fake_wechat import build_xml

APPID = "wxserver00000000"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """A newcomer's: nothing set, the samples taken in."""
    with serving(tmp_path_factory.mktemp("first") / "data", samples="true") as server:
        yield server


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A server without any document."""
    with serving(tmp_path_factory.mktemp("empty") / "data") as server:
        yield server


def test_on_first_start_the_sample_city_is_taken_in_and_answers(first_start):
    assert first_start.get("/readyz") == (200, "ok")
    answer = first_start.ask("D类人才买房补多少")
    assert "30万元" in answer
    assert "临政办发〔2025〕18号" in answer


def test_the_clause_an_answer_links_to_opens(first_start):
    answer = first_start.ask("落户收费吗")
    (link,) = re.findall(r'<a href="([^"]+)">查看原文</a>', answer)
    assert link.startswith(first_start.address + "/p/")
    status, page = first_start.get(link.removeprefix(first_start.address))
    assert status == 200
    assert "落户不收取任何费用" in page


def test_a_newcomer_is_told_where_to_go(first_start):
    printed = first_start.printed
    assert f"{first_start.address}/try" in printed
    assert f"{first_start.address}/wechat" in printed
    assert "14 份政策文件" in printed


def test_a_second_server_on_the_same_folder_is_refused_in_words(first_start):
    second = run_script("server.py", "--port", free_port(), "--data", first_start.data)
    assert second.returncode == 1
    assert str(first_start.data) in second.stderr
    assert "is a server running already" in second.stderr
    assert "Traceback" not in second.stderr
    assert "30万元" in first_start.ask("D类人才买房补多少")  # the first one is none the worse


@pytest.mark.slow
def test_a_restart_takes_nothing_in_twice_and_forgets_nothing(tmp_path):
    with serving(tmp_path / "data", samples="true") as server:
        token = (server.data / "webhook-token").read_text()
        server.ask("我是F类人才")
    with serving(tmp_path / "data", samples="true") as server:
        assert (server.data / "webhook-token").read_text() == token
        assert "份政策文件" not in server.printed
        assert "800元" in server.ask("租房补贴多少")


def test_an_empty_server_is_alive_but_not_ready_and_answers_honestly(empty):
    assert empty.get("/healthz") == (200, "ok")
    assert empty.get("/readyz")[0] == 503
    assert "没有查到" in empty.ask("D类人才买房补多少")


def test_metrics_are_in_the_form_prometheus_reads(empty):
    status, text = empty.get("/metrics")
    assert status == 200
    assert re.search(r"^# TYPE \w+ (?:counter|gauge|histogram|summary)$", text, re.MULTILINE)


def test_the_token_made_for_an_installation_is_its_own_secret(empty):
    kept = empty.data / "webhook-token"
    assert len(kept.read_text()) >= 24
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() in empty.printed  # the operator has to copy it


def test_a_message_with_a_wrong_signature_is_turned_away(empty):
    openid = "oSTRANGER0000000000000000001"
    xml = build_xml("gh_fakeaccount0", openid, "text", "D类人才买房补多少")
    shown = empty.hook(token="guessed").push(openid, xml)
    assert shown["problem"] == "HTTP status 403"


def test_without_an_account_the_simulator_is_open(empty):
    assert empty.get("/try")[0] == 200


@pytest.mark.slow
@pytest.mark.parametrize(("wish", "status"), [({}, 404), ({"try_page": "true"}, 200)])
def test_with_an_account_the_simulator_is_closed_unless_asked_for(tmp_path, wish, status):
    account = {"wechat_appid": APPID, "wechat_token": "secret-token", "wechat_aes_key": AES_KEY}
    with serving(tmp_path / "data", **account, **wish) as server:
        assert server.get("/try")[0] == status
        assert not (server.data / "webhook-token").exists()
        keys = {"token": "secret-token", "appid": APPID, "aes_key": AES_KEY}
        assert "您好" in server.ask("你好", **keys)  # safe mode: encrypted both ways


@pytest.mark.slow
def test_with_an_account_but_no_public_address_no_link_is_sent(tmp_path):
    with serving(tmp_path / "data", wechat_appid=APPID, samples="true") as server:
        answer = server.ask("落户收费吗")
        assert "http" not in answer
        assert set(re.findall(r'href="(\w+:)', answer)) == {"weixin:"}  # lines to tap
        assert "ZHIHUI_PUBLIC_URL" in server.printed


def test_an_interrupt_ends_it_cleanly_and_frees_the_folder(tmp_path):
    with serving(tmp_path / "data") as server:
        pass
    assert server.process.returncode == 0
    assert "Traceback" not in server.printed
    assert run_script("ingest.py", "check", "--data", server.data).returncode == 0


def test_settings_that_cannot_be_used_are_all_named_at_once(tmp_path):
    done = run_script(
        "server.py", "--data", tmp_path / "data", port="0", public_url="rc.example.gov.cn",
        wechat_aes_key="short",
    )  # fmt: skip
    assert done.returncode == 2
    for name in ("ZHIHUI_PORT", "ZHIHUI_PUBLIC_URL", "ZHIHUI_WECHAT_AES_KEY"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_secret_is_not_repeated_in_an_error(tmp_path):
    done = run_script("server.py", "--data", tmp_path / "data", wechat_aes_key="hunter2hunter2")
    assert done.returncode == 2
    assert "hunter2" not in done.stderr + done.stdout


def test_an_aes_key_alone_is_refused_with_what_else_is_needed(tmp_path):
    done = run_script("server.py", "--data", tmp_path / "data", wechat_aes_key=AES_KEY)
    assert done.returncode == 2
    assert "ZHIHUI_WECHAT_APPID" in done.stderr
    assert "ZHIHUI_WECHAT_TOKEN" in done.stderr


@pytest.mark.slow
def test_a_model_that_is_not_there_is_named(tmp_path):
    missing = tmp_path / "no-such-model"
    done = run_script(
        "server.py", "--port", free_port(), "--data", tmp_path / "data",
        embedding_model=str(missing), samples="false",
    )  # fmt: skip
    assert done.returncode == 2
    assert str(missing) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("hours", "fault"), [("5-1 09:00-17:00", "星期"), ("随时", "须先写星期"), ("1-5 9-17", "9-17")]
)
def test_office_hours_that_cannot_be_read_stop_the_server_at_its_start(tmp_path, hours, fault):
    done = run_script("server.py", "--data", tmp_path / "data", office_hours=hours)
    assert done.returncode == 2
    assert "ZHIHUI_OFFICE_HOURS" in done.stderr
    assert fault in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_menu_that_weixin_would_refuse_stops_the_server_at_its_start(tmp_path):
    path = tmp_path / "reception.json"
    path.write_text('{"menu": [{"name": "六个汉字太长", "say": "一"}]}', encoding="utf-8")
    done = run_script("server.py", "--data", tmp_path / "data", reception=str(path))
    assert done.returncode == 2
    assert "六个汉字太长" in done.stderr
    assert "Traceback" not in done.stderr
