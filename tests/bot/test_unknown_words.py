"""What people ask for in words that no document has comes back to staff as words to add."""

from datetime import UTC, datetime, timedelta

from bot.unknown_words import unknown_words
from knowledge.lexicon import SynonymTable

LONG_AGO = datetime.now(UTC) - timedelta(days=1)


def found(library, since=LONG_AGO, least=2):
    table = SynonymTable.load()
    words = unknown_words(library.catalogue.engine, library.retriever, table, since, least)
    return {w.word: w for w in words}


def test_a_word_that_several_people_missed_is_named_with_their_questions(newcomer, library):
    for _ in range(2):
        newcomer().asks("无人机飞行执照有补贴吗")
    word = found(library)["无人机"]
    assert word.people >= 2
    assert word.examples == ("无人机飞行执照有补贴吗",)


def test_one_person_who_asks_often_counts_once(newcomer, library):
    person = newcomer()
    for _ in range(3):
        person.asks("潜水艇驾驶员有补贴吗")
    assert "潜水艇" not in found(library)
    assert found(library, least=1)["潜水艇"].people == 1


def test_what_was_answered_or_is_long_past_names_no_word(newcomer, library):
    newcomer().asks("D类买房补多少")
    assert "买房" not in found(library, least=1)
    assert not found(library, since=datetime.now(UTC) + timedelta(hours=1), least=1)
