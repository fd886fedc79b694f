"""Which papers hold in the place a question names."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.documents import DocumentKind, Source
from knowledge.query import Query
from knowledge.regions import (
    cities_of,
    holding_there,
    is_district,
    means_the_city,
    names_district,
    of_place,
    places_named,
    speaks_of_elsewhere,
    within_place,
)
from tests.knowledge.asking import query

DAY = date(2026, 11, 22)


def source(title: str, region: str = "") -> Source:
    return Source(1, 1, "a.txt", title, "", DocumentKind.REGULATION, region, "", None, None)


PAPERS = {
    1: source("深圳市居住证办理规定", "深圳市"),
    2: source("广东省居住证规定", "广东省"),
    3: source("上海市居住证管理办法", "上海市"),
    4: source("居住证暂行条例"),
    5: source("江西省居住证规定", "江西省"),
}


def place(name: str) -> Query:
    return Query("居住证", "", (), places=(name,))


def test_a_city_s_question_is_answered_by_its_own_its_province_s_and_the_nation_s_papers():
    assert of_place(place("深圳"), PAPERS) == {1}
    assert holding_there(place("深圳"), PAPERS) == {2, 4}


def test_a_county_whose_name_is_withheld_lies_in_the_city_of_its_letter():
    replies = {1: source("A市留言答复选编", "A市"), 2: source("B市留言答复选编", "B市")}
    assert of_place(place("a7县"), replies) == {1}


def test_of_a_city_nobody_lists_any_province_may_be_the_one():
    assert holding_there(place("临江"), PAPERS) == {2, 4, 5}


def test_of_several_cities_none_answers_for_one_that_no_document_is_for():
    assert within_place(place("合肥"), PAPERS) == (set(), {4})
    assert within_place(place("B市"), PAPERS) == (set(), {2, 4, 5})


def test_a_place_no_document_is_for_leaves_all_papers_of_a_base_of_one_city():
    one_city = {n: PAPERS[n] for n in (1, 2, 4)}
    assert within_place(place("合肥"), one_city) == (set(), None)


def test_another_city_s_rule_is_not_found_however_well_it_reads(base, write):
    base.intake.add(write("上海.txt", "上海市居住证管理办法\n第一条　居住证补办收费二十元。\n"))
    base.intake.add(write("深圳.txt", "深圳市居住证办理规定\n第一条　居住证由派出所发放。\n"))
    found = base.retriever.search(query("深圳居住证补办收费", places=("深圳",)), DAY)
    assert {h.source.file_name for h in found} == {"深圳.txt"}
    everywhere = base.retriever.search(query("居住证补办收费"), DAY)
    assert everywhere[0].source.file_name == "上海.txt"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("经开区补贴", True),
        ("开发区给多少", True),
        ("临江经济技术开发区补贴", True),
        ("购房补贴", False),
        ("我问市里的,不是开发区那个", False),
    ],
)
def test_a_district_is_asked_about_by_its_full_or_its_everyday_name(text, expected):
    paper = source("若干措施", "临江经济技术开发区")
    assert is_district(paper)
    assert names_district(paper, Query(text, "", ())) is expected


def test_a_county_is_named_without_its_last_character_and_by_those_who_live_there():
    paper = source("若干措施", "云坪县")
    assert names_district(paper, Query("云坪给多少", "", ()))
    assert names_district(paper, Query("县里给多少", "", ()))


@pytest.mark.parametrize("text", ["综保区给多少", "保税区补贴", "在东屿上班补多少"])
def test_a_bonded_zone_is_known_by_its_kind_and_by_its_own_name(text):
    paper = source("引才措施", "东屿综合保税区")
    assert is_district(paper)
    assert names_district(paper, Query(text, "", ()), cities_of([source("办法", "汐浦市"), paper]))


def test_a_park_is_known_by_its_name_without_what_it_is_for():
    paper, cities = source("办法", "榆湾新材料产业园"), frozenset({"望峤"})
    assert names_district(paper, Query("榆湾园区有宿舍吗", "", ()), cities)


def test_a_zone_called_after_its_city_is_not_named_by_who_names_the_city():
    paper = source("若干措施", "临江经济技术开发区")
    assert not names_district(paper, Query("临江买房补多少", "", ()), frozenset({"临江"}))


def test_who_has_nothing_to_do_with_a_zone_means_the_citys_rule():
    asked = Query("在造船厂 跟保税区没关系 每月津贴多少", "", ())
    assert means_the_city(asked)
    assert not names_district(source("引才措施", "东屿综合保税区"), asked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市里的标准", True),
        ("市里每月补多少", True),
        ("在城里租房补多少", True),
        ("不是问县上的", True),
        ("市级补贴多少", True),
        ("购房补贴多少", False),
    ],
)
def test_who_says_so_means_the_citys_rule(text, expected):
    assert means_the_city(Query(text, "", ())) is expected


def test_a_reply_about_another_city_is_told_from_one_about_the_city_named_and_from_one_of_no_city():
    asked = place("b市")
    assert speaks_of_elsewhere(asked, places_named("L市中心答复", []))
    assert speaks_of_elsewhere(asked, places_named("按深圳市规定", ["深圳市", "深圳"]))
    assert not speaks_of_elsewhere(asked, places_named("B3县和L市都按此办理", []))
    assert not speaks_of_elsewhere(asked, places_named("请向人社局咨询", ["人社局"]))


def test_what_names_the_province_of_the_city_asked_about_may_hold_there():
    assert not speaks_of_elsewhere(place("深圳"), places_named("", ["广东省"]))
    assert speaks_of_elsewhere(place("深圳"), places_named("", ["江西省"]))


def test_the_papers_of_the_one_city_hold_in_its_zones_too():
    papers = {
        1: source("澜泾市人才安居办法", "澜泾市"),
        2: source("东塘经济开发区人才措施", "东塘经济开发区"),
    }
    assert within_place(place("东塘"), papers) == ({2}, None)


def test_who_is_not_in_a_zone_does_not_name_it():
    zone = source("东塘经济开发区人才措施", "东塘经济开发区")
    cities = frozenset(["澜泾"])
    asked = Query("厂在老城区不在东塘,租房补多少", "", ())
    assert means_the_city(asked)
    assert not names_district(zone, asked, cities)
    assert names_district(zone, Query("厂在东塘,租房补多少", "", ()), cities)
