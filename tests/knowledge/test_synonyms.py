"""Synonyms that an office adds beside the table that ships."""

import pytest

from database import migrate, open_engine
from knowledge.lexicon import read_groups
from knowledge.synonyms import LONGEST_WORDING, BadGroup, Synonyms


@pytest.fixture
def engine(tmp_path):
    made = open_engine(f"sqlite:///{tmp_path / 'z.db'}")
    migrate(made)
    yield made
    made.dispose()


def formal(table, text):
    return {s.formal for _, _, found in table.find(text) for s in found}


def test_what_ships_and_what_the_office_adds_are_found_alike(engine):
    synonyms = Synonyms(engine)
    assert "落户" in formal(synonyms, "户口怎么办")
    assert formal(synonyms, "鹊桥之约") == set()
    synonyms.add(["婚恋服务"], ["鹊桥之约"], "王敏")
    assert formal(synonyms, "鹊桥之约") == {"婚恋服务"}


def test_a_change_reaches_a_table_that_another_process_holds(engine):
    here, elsewhere = Synonyms(engine), Synonyms(engine)
    assert formal(elsewhere, "鹊桥之约") == set()
    group = here.add(["婚恋服务"], ["鹊桥之约"], "王敏")
    assert formal(elsewhere, "鹊桥之约") == {"婚恋服务"}
    here.set_active(group.id, False)
    assert formal(elsewhere, "鹊桥之约") == set()
    here.set_active(group.id, True)
    here.remove(group.id)
    assert formal(elsewhere, "鹊桥之约") == set()


def test_a_line_that_ships_can_be_switched_off_and_on_again(engine):
    synonyms = Synonyms(engine)
    line = next(g for g in synonyms.shipped() if "起征点" in g.typed)
    assert "减除费用" in formal(synonyms, "起征点")
    synonyms.switch_off_shipped(line.formal, line.typed, "王敏")
    assert "减除费用" not in formal(synonyms, "起征点")
    (row,) = synonyms.groups()
    synonyms.remove(row.id)
    assert "减除费用" in formal(synonyms, "起征点")


def test_a_table_can_be_tried_before_it_is_saved(engine):
    synonyms = Synonyms(engine)
    tried = synonyms.checked(["婚恋服务"], ["鹊桥之约"])
    assert formal(synonyms.table(plus=[tried]), "鹊桥之约") == {"婚恋服务"}
    assert formal(synonyms, "鹊桥之约") == set()
    kept = synonyms.add(["婚恋服务"], ["鹊桥之约"], "王敏")
    assert formal(synonyms.table(minus=[kept]), "鹊桥之约") == set()


@pytest.mark.parametrize(
    ("formal", "typed"),
    [
        ([], ["买房"]),
        (["购房"], ["  "]),
        (["购房"], ["买" * (LONGEST_WORDING + 1)]),
        (["购房"], ["买|房"]),
        (["购房"], ["<b>"]),
        (["甲"], [f"说法{n}" for n in range(30)]),
    ],
)
def test_wordings_that_make_no_group_are_refused_in_words(engine, formal, typed):
    with pytest.raises(BadGroup, match=r"[\u4e00-\u9fff]{4}"):
        Synonyms(engine).add(formal, typed, "王敏")


def test_the_same_group_is_not_added_twice(engine):
    synonyms = Synonyms(engine)
    shipped = read_groups()[0]
    with pytest.raises(BadGroup):
        synonyms.add(*shipped, "王敏")
    synonyms.add(["婚恋服务"], ["鹊桥之约"], "王敏")
    with pytest.raises(BadGroup):
        synonyms.add(["婚恋服务"], [" 鹊桥之约", "鹊桥之约"], "王敏")
