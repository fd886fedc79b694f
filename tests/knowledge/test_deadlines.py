"""Last days that papers state."""

from datetime import date

import pytest

from knowledge.deadlines import DeadlineKind, application_deadlines, deadlines_in, endings

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("申报时间：2026年11月1日至11月30日。", ["2026-11-30"]),
        ("请于12月5日前将材料报送至人才科。", ["2026-12-05"]),
        ("报名截止：2026-11-28", ["2026-11-28"]),
        ("申请截止时间为2026年12月1日17:00。", ["2026-12-01"]),
        ("受理期限自2026年12月20日至2027年1月10日（逾期不予受理）。", ["2027-01-10"]),
        ("请于1月5日（周二）前提交申请。", ["2027-01-05"]),
        ("本办法自2026年12月1日起施行。", []),
        ("公示期为11月23日至11月29日。", []),
        ("于2月30日前提交申请。", []),
    ],
)
def test_the_last_day_to_apply_is_read_and_no_other(text, days):
    assert [d.isoformat() for d, _ in deadlines_in(text, DAY)] == days


def test_a_paper_s_application_days_and_its_own_end_are_found(base, write):
    text = (
        "临江市人才补贴申报公告\n临人社〔2026〕9号\n一、申报条件\n在本市工作的博士可以申请。\n"
        "二、申报时间\n申报时间为2026年11月1日至11月30日，逾期不予受理。\n"
        "三、其他\n本公告自2025年12月1日起施行，有效期至2026年11月30日。\n"
        "临江市人力资源和社会保障局\n2025年11月20日\n"
    )
    base.intake.add(write("公告.txt", text))
    last = date(2026, 12, 6)
    (one,) = application_deadlines(base.catalogue, DAY, last)
    assert (one.day, one.kind) == (date(2026, 11, 30), DeadlineKind.APPLICATION)
    assert "逾期不予受理" in one.words
    sources = base.catalogue.sources()
    (end,) = endings(base.catalogue.versions(), sources, DAY, last)
    assert (end.day, end.words) == (date(2026, 11, 30), "有效期届满")
    assert endings(base.catalogue.versions(), sources, DAY, date(2026, 11, 29)) == []
