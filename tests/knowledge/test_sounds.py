"""Typing errors by sound."""

from __future__ import annotations

import pytest

from knowledge.sounds import SoundTable

TABLE = SoundTable(
    [
        "补贴",
        "全部",
        "二十",
        "租房补贴",
        "落户",
        "申请",
        "居住证",
        "公示",
        "我市",
        "学籍",
        "引进",
        "柔性引进",
        "改革",
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("租房补帖最多领多久", "租房补贴最多领多久"),
        ("怎么落护", "怎么落户"),
        ("去哪申清", "去哪申请"),
        ("居住正怎么办", "居住证怎么办"),
        ("柔性引近的专家", "柔性引进的专家"),
    ],
)
def test_a_word_torn_by_a_homophone_is_read_as_the_documents_word(typed, meant):
    assert TABLE.correct(typed)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "把缺的年数全补上",
        "二是住宿舍的",
        "我是E类人才",
        "子女入学几月份申请",
        "这个公式怎么算",
        "补贴怎么申请",
        "女儿想改个名",
        "D类 30万元?",
        "",
    ],
)
def test_real_words_and_question_words_are_never_touched(text):
    assert TABLE.correct(text) == (text, [])


def test_what_was_corrected_is_told():
    (change,) = TABLE.correct("补帖多少")[1]
    assert (change.typed, change.meant) == ("补帖", "补贴")
