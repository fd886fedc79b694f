"""Words: one form for passages and questions, and the synonym table."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.lexicon import (
    QUESTION_WORDS,
    SYNONYMS,
    SynonymTable,
    index_terms,
    normal,
    places,
    province_of,
    take_as_words,
    terms_of,
    words,
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Ｅ 类人才，补贴 15 万元", "e类人才,补贴15万元"),
        ("ＡＢＣ（１）", "abc(1)"),
        ("购房　补贴", "购房补贴"),
        ("A 类", "a类"),
        ("hello world", "hello world"),
    ],
)
def test_the_normal_form_is_one(written, form):
    assert normal(written) == form


@pytest.mark.parametrize("text", ["Ｅ 类人才，补贴 15 万元", "购房　补贴 ABC", "①第 三 条", ""])
def test_the_normal_form_of_a_normal_form_is_itself(text):
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("A、B、C类人才", {"a类", "b类", "c类"}),
        ("A至C类人才", {"a类", "b类", "c类"}),
        ("D、E类人才", {"d类", "e类"}),
        ("A-C类", {"a类", "b类", "c类"}),
        ("A—C类", {"a类", "b类", "c类"}),
        ("A至C类和F类", {"a类", "b类", "c类", "f类"}),
        ("E类", {"e类"}),
        ("SCI类期刊", set()),
    ],
)
def test_an_enumeration_names_every_class_in_it(text, classes):
    found = {t for t in index_terms(text) if len(t) == 2 and t[0] in "abcdef" and t[1] == "类"}
    assert found == classes


def test_a_class_is_one_word():
    assert "e类" in words("E类人才")
    assert "e" not in words("E类人才")


def test_what_stands_beside_another_word_s_end_is_cut_as_people_mean_it():
    assert "候补" not in words("最晚什么时候补上")
    assert "宿舍" in words("安排我们住宿舍")
    assert "高中毕业" in words("就高中毕业")


@pytest.mark.parametrize(
    "text",
    ["博士租房补贴多少钱", "E类人才购房补贴", "中山路8号政务服务中心", "A市落户", "3.5万元", "20%"],
)
def test_every_word_of_a_question_can_be_met_in_a_passage_with_the_same_words(text):
    terms = set(index_terms(text))
    assert set(words(text)) <= terms


def test_a_word_stands_for_itself_and_the_words_inside_it():
    terms = terms_of("购房补贴")
    assert terms[0] == "购房补贴"
    assert {"购房", "补贴"} <= set(terms)
    assert len(terms) == len(set(terms))


def test_every_character_of_a_passage_can_be_found_alone():
    assert set("罕僻字") <= set(index_terms("罕僻字"))


def test_places_are_named():
    assert "深圳" in "".join(places("深圳市人才"))
    assert "a市" in places("A市人才")
    assert places("购房补贴") == []


# -- synonyms ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table():
    return SynonymTable.load()


def formal(table, text):
    return {s.formal for _, _, found in table.find(normal(text)) for s in found}


def test_the_table_that_ships_loads():
    assert SynonymTable.load().find(normal("租房"))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, id=f"line{n}")
        for n, line in enumerate(SYNONYMS.read_text(encoding="utf-8").splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ],
)
def test_every_line_of_the_table_has_formal_and_everyday_words(line):
    policy, _, everyday = line.partition("\t")
    formal_words, typed_words = policy.split("|"), everyday.split("|")
    assert all(w.strip() for w in formal_words)
    assert all(w.strip() for w in typed_words)
    assert "\t" not in everyday


def test_every_everyday_word_of_the_table_is_understood(table):
    deaf = []
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            policy, everyday = line.split("\t")
            for word in everyday.split("|"):
                wanted = {normal(w.strip()) for w in policy.split("|")} - {normal(word.strip())}
                if wanted and not wanted & formal(table, word):
                    deaf.append(word)
    assert deaf == []


def test_a_line_without_a_tab_is_named(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("# 注\n租房补贴\t租房\n购房补贴 买房\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"words\.tsv:3"):
        SynonymTable.load(path)


@pytest.mark.parametrize(
    "text",
    [
        "买完房",
        "买了房",
        "买好房",
        "买过房",
        "买个房",
        "买了套房",
    ],
)
def test_a_verb_and_its_object_may_be_parted(text):
    small = SynonymTable([(["购房"], ["买房"])])
    ((start, end, found),) = small.find(f"我{text}了")
    assert (start, end) == (1, 1 + len(text))
    assert [s.formal for s in found] == ["购房"]
    assert found[0].typed == "买房"


def test_the_longest_wording_wins_and_none_overlap():
    small = SynonymTable([(["购房补贴"], ["买房"]), (["人才公寓"], ["买房的钱"])])
    assert [s.formal for _, _, found in small.find("买房的钱") for s in found] == ["人才公寓"]


def test_a_formal_word_finds_its_equals_but_not_itself():
    small = SynonymTable([(["租房补贴", "租赁补贴"], ["房租"])])
    ((_, _, found),) = small.find("租房补贴")
    assert [s.formal for s in found] == ["租赁补贴"]


def test_words_of_two_groups_have_the_synonyms_of_both():
    small = SynonymTable([(["购房补贴"], ["买房"]), (["首套房"], ["买房"])])
    ((_, _, found),) = small.find("买房")
    assert [s.formal for s in found] == ["购房补贴", "首套房"]


def test_question_words_name_nothing_that_policies_are_about():
    assert "多少" in QUESTION_WORDS
    assert not {"补贴", "购房", "租房", "落户", "人才", "博士"} & QUESTION_WORDS


@pytest.mark.parametrize("text", ["F类人才中考加几分", "社保中断了还能领吗", "海关的人才补贴"])
def test_an_ordinary_word_is_no_place_whatever_the_dictionary_says(text):
    assert places(text) == []


def test_a_city_knows_its_province_and_an_unknown_place_has_none():
    assert province_of("深圳市") == province_of("深圳") == "广东"
    assert province_of("广东省") == "广东"
    assert province_of("临江市") == ""


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("要回老家了", "离开本市"),
        ("娃明年念一年级", "义务教育"),
        ("给孩子报名要带啥", "入学申请"),
        ("那个卡每年要年检吗", "年度核验"),
        ("公司贷款的利息", "企业贷款"),
        ("我跟我老婆都是人才", "夫妻双方"),
        ("店黄了补贴要退吗", "创业失败"),
        ("被辞退有没有n+1", "经济补偿"),
        ("老板跑路了", "逃匿"),
        ("换厂了要报备吗", "变更工作单位"),
        ("户口本弄丢了卡丢了", "挂失"),
        ("查出来材料有水分", "弄虚作假"),
        ("屋头老汉儿能迁吗", "父母"),
    ],
)
def test_what_people_say_finds_what_policies_write(table, said, written):
    assert written in formal(table, said)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("补偿", "违约金"),
        ("复审", "有效期"),
        ("押金", "扣押"),
        ("本市", "市外"),
        ("人才卡", "挂失"),
        ("有效期", "续认"),
        ("户口", "户口簿"),
        ("咨询电话", "技术支持"),
    ],
)
def test_words_of_two_matters_do_not_stand_for_each_other(table, word, other):
    assert other not in formal(table, word)


def test_names_may_be_taken_as_words_while_other_threads_cut() -> None:
    names = [f"澜{chr(0x4E00 + n)}{chr(0x5100 + n)}" for n in range(400)]
    text = "人才住房补贴按照下列标准发放，" * 200
    with ThreadPoolExecutor(4) as pool:
        cutting = [pool.submit(words, text) for _ in range(40)]
        taking = pool.submit(lambda: [take_as_words([name]) for name in names])
        assert {len(job.result()) for job in cutting} == {len(words(text))}
        taking.result()
    assert all(words(name) == [name] for name in names)


@pytest.mark.parametrize("city", ["嘉兴", "合肥", "大连", "唐山", "岳阳", "来宾市"])
def test_a_city_of_the_list_is_a_place_whatever_the_dictionary_takes_it_for(city):
    assert city in places(f"{city}的补贴多少")


def test_a_city_that_is_named_like_a_common_word_is_no_place_by_that():
    assert places("日照时间和来宾名单") == []
