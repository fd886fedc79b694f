"""What an office sets on its pages wins over its file and the environment."""

import pytest

from bot import wording
from bot.office import (
    HALLS,
    HOURS,
    KEEP_DAYS,
    MENU,
    SENTENCES,
    TOPICS,
    WORDING,
    BadSetting,
    OfficeNow,
    checked_halls,
    checked_hours,
    checked_keep_days,
    checked_scenes,
    checked_sentence,
    checked_topics,
)
from bot.office_hours import OfficeHours
from bot.office_settings import OfficeSettings
from bot.reception import DEMONSTRATION, read_reception
from bot.wording import Office
from database import migrate, open_engine

HALL = {"name": "一号窗口", "address": "江滨路1号", "hours": "", "phone": "",
        "latitude": "30.1", "longitude": "120.2"}  # fmt: skip
SHIPPED_RECEPTION = read_reception(DEMONSTRATION)


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'z.db'}")
    migrate(made)
    yield made
    made.dispose()


@pytest.fixture
def settings(engine):
    return OfficeSettings(engine)


def office(settings):
    hours = OfficeHours.parse("1-5 09:00-17:00")
    return OfficeNow(settings, SHIPPED_RECEPTION, hours, 180)


def test_without_a_setting_the_file_and_the_environment_count(settings):
    now = office(settings)
    assert now.topics == SHIPPED_RECEPTION.topics
    assert now.halls == SHIPPED_RECEPTION.halls
    assert now.menu == SHIPPED_RECEPTION.menu
    assert (now.described(), now.keep_days) == ("周一至周五 09:00-17:00", 180)
    assert now.own(wording.WELCOME) == wording.WELCOME


def test_what_is_set_counts_until_it_is_taken_back(settings):
    now = office(settings)
    for name, value in (
        (TOPICS, ["落户要什么材料"]),
        (HALLS, checked_halls([HALL])),
        (MENU, []),
        (HOURS, "6 10:00-12:00"),
        (KEEP_DAYS, 30),
        (WORDING + "WELCOME", "您好，这里是{office}。"),
    ):
        settings.put(name, value, "王敏")
    assert now.topics == ("落户要什么材料",)
    assert [h.name for h in now.halls] == ["一号窗口"]
    assert now.nearest(30.1, 120.2)[1] == 0
    assert now.menu == ()
    assert (now.described(), now.keep_days) == ("周六 10:00-12:00", 30)
    assert (
        wording.addressed(wording.WELCOME, Office("甲中心", own=now.own)) == "您好，这里是甲中心。"
    )
    assert settings.get(TOPICS).set_by == "王敏"
    settings.take_back(TOPICS)
    assert now.topics == SHIPPED_RECEPTION.topics


def test_a_setting_reaches_another_process(engine, settings):
    elsewhere = office(OfficeSettings(engine, fresh_s=0))
    settings.put(TOPICS, ["落户要什么材料"], "王敏")
    assert elsewhere.topics == ("落户要什么材料",)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.name)
def test_every_sentence_that_ships_may_be_saved_unchanged(sentence):
    assert checked_sentence(sentence, sentence.shipped) == sentence.shipped


@pytest.mark.parametrize(
    ("check", "typed"),
    [
        (checked_topics, ["问"] * 1 + [f"问题{n}" for n in range(9)]),
        (checked_topics, ["长" * 41]),
        (checked_scenes, ["poster1"]),
        (checked_scenes, ["po ster=购房"]),
        (checked_halls, [{**HALL, "name": ""}]),
        (checked_halls, [{**HALL, "latitude": "北纬三十度"}]),
        (checked_halls, [{**HALL, "longitude": "181"}]),
        (checked_halls, [{**HALL, "latitude": "nan"}]),
        (checked_hours, "1-5"),
        (checked_hours, "周一 09:00-17:00"),
        (checked_hours, "5-1 09:00-17:00"),
        (checked_hours, "1-5 17:00-09:00"),
        (checked_keep_days, "0"),
        (checked_keep_days, "很久"),
        (lambda text: checked_sentence(SENTENCES[0], text), "您好{name}"),
        (lambda text: checked_sentence(SENTENCES[0], text), "您好{hotline"),
        (lambda text: checked_sentence(SENTENCES[0], text), "好" * 301),
        (lambda text: checked_sentence(SENTENCES[0], text), "<a href='https://x'>点我</a>"),
        (lambda text: checked_sentence(SENTENCES[0], text), " "),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(check, typed):
    with pytest.raises(BadSetting, match=r"[\u4e00-\u9fff]{4}"):
        check(typed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (TOPICS, 7),
        (HALLS, [{"name": "甲"}]),
        (MENU, ["甲"]),
        (HOURS, "随时"),
        (KEEP_DAYS, -1),
        (WORDING + "WELCOME", "您好{nobody}"),
    ],
)
def test_a_stored_value_that_cannot_be_read_leaves_the_default_in_use(settings, name, value):
    settings.put(name, value, "王敏")
    now = office(settings)
    assert now.topics == SHIPPED_RECEPTION.topics
    assert now.halls == SHIPPED_RECEPTION.halls
    assert now.menu == SHIPPED_RECEPTION.menu
    assert (now.described(), now.keep_days) == ("周一至周五 09:00-17:00", 180)
    assert now.own(wording.WELCOME) == wording.WELCOME
