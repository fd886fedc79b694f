"""The public page of an event, its calendar file, and staff's pages, over the whole site."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from bot.signups import Signups, State
from config import Settings
from console.accounts import Accounts, Role
from console.calendar_file import calendar_file
from console.events import MOST_PER_MINUTE
from console.pace import Pace
from knowledge.documents import ChangeKind, EventKind
from knowledge.jobs import IntakeJobs, JobKind, JobState
from knowledge.programme import Changed, Happening, Said
from server import create_app
from tests.console.conftest import SAMPLES

PASSWORD = "correct horse battery"
TODAY = date(2026, 11, 22)
PHONE = "13800001111"


@pytest.fixture
def base(empty):
    empty.intake.add_all(sorted(SAMPLES.glob("1[01]*")))
    return empty


@pytest.fixture
def app(base, tmp_path):
    settings = Settings(_env_file=None, data=tmp_path / "data", wechat_token="t" * 8, today=TODAY)
    return create_app(settings, base.catalogue.engine, base, "t" * 8)


@pytest.fixture
def event(base) -> Happening:
    return next(h for h in base.retriever.programme.events(TODAY) if "电子陶瓷" in h.title)


@pytest.fixture
def open_event(base, event) -> Happening:
    Signups(base.catalogue.engine).set_rule(
        event, is_open=True, capacity=1, asks_name=True, asks_phone=True
    )
    return event


def as_role(app, base, role):
    client = app.test_client()
    Accounts(base.catalogue.engine).add(role.value, PASSWORD, role)
    form = {"name": role.value, "password": PASSWORD, "csrf_token": token(client, "/sign-in")}
    assert client.post("/sign-in", data=form).status_code == 302
    return client


def token(client, address):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]


def signs(client, event, phone=PHONE, name="李明", agree="1", **more):
    form = {
        "csrf_token": token(client, f"/e/{event.id}"),
        "phone": phone,
        "name": name,
        "agree": agree,
    }
    return client.post(f"/e/{event.id}/sign-up", data=form | more)


# -- the public page ---------------------------------------------------------------------


def test_the_page_tells_what_the_texts_tell_and_links_to_them(app, event):
    page = app.test_client().get(f"/e/{event.id}").text
    assert "2026年12月3日（周四）15:00—17:00" in page
    assert "经开区科创中心报告厅" in page
    assert re.search(r'href="/p/\d+"', page)
    assert "<form" not in page  # nobody has opened the sign-up


@pytest.mark.parametrize("address", ["/e/999999", "/e/99999999999999", "/e/999999.ics"])
def test_an_event_that_is_not_there_is_a_404(app, address):
    assert app.test_client().get(address).status_code == 404


def test_a_stranger_signs_up_without_script_gets_a_code_and_cancels_by_it(app, base, open_event):
    client = app.test_client()
    assert signs(client, open_event).status_code == 302
    [person] = Signups(base.catalogue.engine).people(open_event.id)
    page = client.get(f"/e/{open_event.id}").text
    assert person.code in page
    other = app.test_client()
    form = {"csrf_token": token(other, f"/e/{open_event.id}"), "code": person.code.lower()}
    assert other.post(f"/e/{open_event.id}/cancel", data=form).status_code == 302
    assert Signups(base.catalogue.engine).people(open_event.id) == []
    assert person.code not in client.get(f"/e/{open_event.id}").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"phone": "12345"}, "11位手机号"),
        ({"name": "  "}, "请填写姓名"),
        ({"agree": ""}, "勾选同意"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(app, base, open_event, form, said):
    answer = signs(app.test_client(), open_event, **form)
    assert answer.status_code == 400
    assert said in answer.text
    assert Signups(base.catalogue.engine).people(open_event.id) == []


def test_the_same_phone_signs_up_once_and_learns_no_code(app, base, open_event):
    signs(app.test_client(), open_event)
    [person] = Signups(base.catalogue.engine).people(open_event.id)
    again = signs(app.test_client(), open_event)
    assert again.status_code == 409
    assert person.code not in again.text


def test_a_full_event_offers_the_waiting_list(app, base, open_event):
    signs(app.test_client(), open_event)
    client = app.test_client()
    signs(client, open_event, phone="13900002222")
    assert "候补第1位" in client.get(f"/e/{open_event.id}").text


def test_a_forged_form_is_refused(app, open_event):
    form = {"phone": PHONE, "name": "李明", "agree": "1"}
    assert app.test_client().post(f"/e/{open_event.id}/sign-up", data=form).status_code == 400


def test_one_address_cannot_try_codes_without_end(app, open_event):
    client = app.test_client()
    form = {"csrf_token": token(client, f"/e/{open_event.id}"), "code": "AAAA"}
    seen = {
        client.post(f"/e/{open_event.id}/cancel", data=form).status_code
        for _ in range(MOST_PER_MINUTE + 1)
    }
    assert seen == {404, 429}


def test_a_pace_forgets_what_is_past():
    now = [0.0]
    pace = Pace(2, 60.0, clock=lambda: now[0])
    assert [pace.allows("a"), pace.allows("a"), pace.allows("a"), pace.allows("b")] == [
        True, True, False, True,
    ]  # fmt: skip
    now[0] = 61.0
    assert pace.allows("a")


def test_who_writes_markup_for_a_name_gets_it_back_as_text(app, base, open_event):
    signs(app.test_client(), open_event, name="<b>x</b>")
    page = as_role(app, base, Role.ADMIN).get(f"/admin/events/{open_event.id}/people").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_the_list_opens_while_something_may_be_taken_back(app, base, open_event, tmp_path):
    """The banner of every admin page and the list's own columns tell times of different kinds."""
    jobs = IntakeJobs(base.catalogue.engine, tmp_path)
    jobs.submit(JobKind.PUBLISH, str(base.catalogue.versions()[0].id))
    jobs.finish(jobs.claim().id, JobState.DONE, {})
    signs(app.test_client(), open_event, name="王敏")
    page = as_role(app, base, Role.ADMIN).get(f"/admin/events/{open_event.id}/people")
    assert page.status_code == 200
    assert "十分钟内可以撤回" in page.text


# -- the calendar file -------------------------------------------------------------------


def happening(**values: str) -> Happening:
    return Happening(7, EventKind.SALON, {n: Said(v, "") for n, v in values.items()})


def lines_of(text: str) -> list[str]:
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_file_holds_the_event_in_utc_with_folded_lines():
    now = datetime.fromisoformat("2026-11-22T12:00")
    made = happening(
        title="很长的名字，带逗号, 分号; 和反斜线\\" * 3,
        starts="2026-12-03T15:00",
        ends="2026-12-03T17:00",
        place="一楼\n报告厅",
    )
    lines = lines_of(calendar_file(made, "example.org", "https://example.org/e/7", now))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261203T070000Z" in lines
    assert "DTEND:20261203T090000Z" in lines
    assert "LOCATION:一楼\\n报告厅" in lines
    assert "UID:event-7@example.org" in lines
    assert "STATUS:CONFIRMED" in lines
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    assert r"\, 分号\; 和反斜线\\" in summary


def test_whole_days_end_on_the_day_after_and_a_cancelled_event_says_so():
    now = datetime.fromisoformat("2026-11-22T12:00")
    made = Happening(
        7, EventKind.SALON, {n: Said(v, "") for n, v in {"title": "展", "starts": "2026-12-30", "ends": "2026-12-31"}.items()},
        changes=(Changed(ChangeKind.CANCELLED, "", "", Said("", "")),),
    )  # fmt: skip
    lines = lines_of(calendar_file(made, "x", "", now))
    assert "DTSTART;VALUE=DATE:20261230" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert {"STATUS:CANCELLED", "SEQUENCE:1"} <= set(lines)


def test_an_event_without_a_day_has_no_calendar_file():
    with pytest.raises(ValueError, match="no day"):
        calendar_file(happening(title="沙龙"), "x", "", datetime.fromisoformat("2026-11-22T12:00"))


def test_the_page_serves_the_calendar_file(app, event):
    answer = app.test_client().get(f"/e/{event.id}.ics")
    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20261203T070000Z" in answer.text


# -- staff's pages -----------------------------------------------------------------------


def test_each_field_stands_beside_its_line(app, base, event):
    client = as_role(app, base, Role.AUDITOR)
    assert "电子陶瓷产业人才技术沙龙" in client.get("/admin/events").text
    page = client.get(f"/admin/events/{event.id}").text
    assert "经开区科创中心报告厅 | 企业技术人员" in page
    assert "报名名单" not in page
    assert client.get(f"/admin/events/{event.id}/people").status_code == 403
    form = {"csrf_token": token(client, "/admin/events"), "action": "cancel"}
    assert client.post(f"/admin/events/{event.id}", data=form).status_code == 403


def test_a_correction_is_what_everybody_reads_and_can_be_taken_back(app, base, event):
    client = as_role(app, base, Role.ADMIN)
    address = f"/admin/events/{event.id}"
    form = {"csrf_token": token(client, address), "action": "correct", "place": "科创中心二楼"}
    client.post(address, data=form)
    assert "科创中心二楼" in client.get(f"/e/{event.id}").text
    client.post(address, data=form | {"place": ""})
    assert "经开区科创中心报告厅" in client.get(f"/e/{event.id}").text
    answer = client.post(address, data=form | {"starts": "下周"}, follow_redirects=True)
    assert "请写成 2026-12-19 09:00" in answer.text


@pytest.mark.parametrize(
    ("entered", "refusal"),
    [
        ({"ends": "2026-12-03 14:00"}, "早于开始"),
        ({"ends": "2026-12-01"}, "早于开始"),
        ({"starts": "2026-12-09", "ends": "2026-12-08"}, "早于开始"),
        ({"signup_until": "2026-12-04"}, "晚于活动结束"),
        ({"starts": "2026-02-30"}, "没有这一天或这个钟点"),
        ({"ends": "2026-12-03 25:00"}, "没有这一天或这个钟点"),
    ],
)
def test_a_correction_that_contradicts_itself_is_refused_in_words(
    app, base, event, entered, refusal
):
    client = as_role(app, base, Role.ADMIN)
    address = f"/admin/events/{event.id}"
    form = {"csrf_token": token(client, address), "action": "correct"} | entered
    before = client.get(f"/e/{event.id}").text
    answer = client.post(address, data=form, follow_redirects=True)
    assert refusal in answer.text
    assert "已更正" not in answer.text
    assert client.get(f"/e/{event.id}").text == before


def test_a_correction_may_move_an_event_to_another_day(app, base, event):
    client = as_role(app, base, Role.ADMIN)
    address = f"/admin/events/{event.id}"
    form = {"csrf_token": token(client, address), "action": "correct", "starts": "2026-12-10 09:00"}
    assert "已更正活动" in client.post(address, data=form, follow_redirects=True).text


def test_an_admin_opens_the_sign_up_checks_in_and_exports(app, base, event):
    client = as_role(app, base, Role.ADMIN)
    address = f"/admin/events/{event.id}"
    csrf = {"csrf_token": token(client, address)}
    rule = csrf | {"is_open": "1", "capacity": "2", "asks_name": "1"}
    client.post(f"{address}/rule", data=rule)
    signs(app.test_client(), event, name="=1+1")
    [person] = Signups(base.catalogue.engine).people(event.id)
    assert person.state is State.CONFIRMED
    said = client.post(
        f"{address}/people", data=csrf | {"code": person.code}, follow_redirects=True
    )
    assert "签到成功" in said.text
    again = client.post(
        f"{address}/people", data=csrf | {"code": person.code}, follow_redirects=True
    )
    assert "签到过" in again.text
    exported = client.get(f"{address}/people.xlsx")
    sheet = load_workbook(io.BytesIO(exported.data)).active
    cell = sheet.cell(2, 3)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    wrong = client.post(f"{address}/rule", data=rule | {"capacity": "0"}, follow_redirects=True)
    assert "名额请填" in wrong.text


def test_two_texts_that_disagree_are_shown_as_a_conflict(base, app, tmp_path):
    path = tmp_path / "通知.txt"
    path.write_text(
        "关于举办电子陶瓷产业人才技术沙龙的通知\n\n各企业：\n定于2026年12月4日15:00在经开区科创中心报告厅举办"
        "电子陶瓷产业人才技术沙龙，欢迎参加。\n\n临江经开区人才办\n2026年11月20日\n",
        encoding="utf-8",
    )
    base.intake.add(path)
    client = as_role(app, base, Role.ADMIN)
    found = [h for h in base.retriever.programme.events(TODAY) if "电子陶瓷" in h.title]
    assert len(found) == 1
    page = client.get(f"/admin/events/{found[0].id}").text
    assert "另有《临江市人才活动安排表（2026年11月—2027年1月）》写的是：2026年12月3日" in page
    assert "另有" in client.get(f"/e/{found[0].id}").text


def test_the_old_words_of_a_moved_event_say_so_on_their_page_and_at_the_desk(base, app, tmp_path):
    row = next(
        t for h in base.retriever.programme.events(TODAY) if "招聘会" in h.title for t in h.tellers
    )
    client = as_role(app, base, Role.ADMIN)
    assert "活动有变动" not in client.get(f"/p/{row.id}").text
    path = tmp_path / "延期.txt"
    path.write_text(
        "关于“才聚临江”2026年冬季大型招聘会延期举办的通知\n\n原定于2026年12月12日举办的“才聚临江”2026年冬季大型招聘会，"
        "延期至12月19日举办。\n\n临江市人才服务中心\n2026年11月20日\n",
        encoding="utf-8",
    )
    base.intake.add(path)
    page = client.get(f"/p/{row.id}").text
    assert "活动有变动" in page
    assert "改为2026年12月19日" in page
    found = client.get("/desk", query_string={"q": "招聘会地点"}).text
    assert "活动有变动" in found
    assert "原定" in client.get("/e/1").text


def test_an_event_page_says_since_when_signing_up_is_closed_though_nobody_opened_it_here(
    base, event, tmp_path
):
    day = date(2026, 12, 2)
    settings = Settings(_env_file=None, data=tmp_path / "late", wechat_token="t" * 8, today=day)
    app = create_app(settings, base.catalogue.engine, base, "t" * 8)
    assert re.search(r"报名已于1[12]月\d+日截止", app.test_client().get(f"/e/{event.id}").text)
