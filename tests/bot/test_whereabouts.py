"""Where somebody comes from or did something, against the place asked about."""

import pytest

from bot.answering.whereabouts import without_origin, without_scenes


@pytest.mark.parametrize(
    "text", ["我从苏州来,能领吗", "我是苏州户口能领吗", "我来自苏州能领吗", "老家苏州能领吗"]
)
def test_where_somebody_comes_from_is_left_out(text):
    assert "苏州" not in without_origin(text)


def test_a_household_register_that_is_wanted_is_no_origin():
    assert "苏州" in without_origin("我想办苏州户口")


@pytest.mark.parametrize(
    "text",
    [
        "我在苏州交的社保能算吗",
        "在苏州买过房还能领吗",
        "在苏州有房算首套吗",
        "以前在苏州上班能领吗",
        "在苏州上班,想回来,能领吗",
        "我在苏州评的职称你们认吗",
    ],
)
def test_the_place_of_what_is_over_is_left_out(text):
    assert "苏州" not in without_scenes(text)


@pytest.mark.parametrize("text", ["在苏州买房补多少", "在苏州交社保几年能落户", "苏州的补贴多少"])
def test_the_place_of_what_is_planned_is_asked_about(text):
    assert without_scenes(text) == text


def test_a_city_that_is_compared_with_is_left_out():
    text = "像苏州、杭州等大城市可以用公积金交房租,我们能申请吗"
    assert "苏州" not in without_origin(text)
    assert "公积金交房租" in without_origin(text)
    assert "好多条件" in without_origin("像好多条件一样难")


@pytest.mark.parametrize(
    "text", ["比如拿了武汉市一等奖能认定吗", "比如武汉的购房补贴等政策怎么申请"]
)
def test_what_only_begins_like_a_comparison_is_none(text):
    assert without_origin(text) == text


def test_who_leaves_for_a_city_does_not_ask_about_it():
    assert without_scenes("没干够年头就去上海了,补贴要退多少") == "没干够年头就,补贴要退多少"
    assert "上海" in without_scenes("我想去上海,有补贴吗")
