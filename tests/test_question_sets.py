"""Question sets read while developing: they parse, and their gold stands in the samples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluation.judging import canonical, states_any
from evaluation.questions import Kind, Question, load_questions
from knowledge.readers import read_file

ROOT = Path(__file__).parent.parent
CITIES = ROOT / "evaluation" / "cities"
NEAR = ROOT / "evaluation" / "near"
LETTERS = ROOT / "evaluation" / "letters"
INVENTED = ROOT / "evaluation" / "invented"
DEMONSTRATION = {
    "linjiang": ROOT / "evaluation" / "linjiang" / "questions.jsonl",
    "linjiang2": CITIES / "linjiang2.jsonl",
}


def bare(text: str) -> str:
    """A text without white space, its wide and narrow forms alike."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def samples() -> Mapping[str, str]:
    """Each sample's bare text as the readers give it, table cells joined as in a gold text."""
    texts = {}
    for path in (ROOT / "samples").iterdir():
        lines = []
        for block in read_file(path).blocks:
            lines += [block.caption, block.text, *(" | ".join(row) for row in block.rows)]
        texts[path.name] = bare("\n".join(lines))
    return texts


@pytest.mark.parametrize(
    "path",
    [p for folder in (CITIES, NEAR, LETTERS) for p in sorted(folder.glob("*.jsonl"))],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_every_row_parses_and_a_right_answer_can_be_made_of_its_own_gold(path: Path) -> None:
    questions = load_questions(path)
    assert len({question.turns for question in questions}) == len(questions)
    assert all(question.as_of for question in questions)
    for question in questions:
        if question.kind is Kind.ANSWERABLE:
            assert _unstated(question) == [], question.id
        else:
            assert not question.gold, question.id


def _unstated(question: Question) -> list[tuple[str, ...]]:
    """The groups of ``must_contain`` of which no alternative stands in the row's gold."""
    golds = [canonical(cited.text) for group in question.gold for cited in group]
    return [
        group
        for group in question.must_contain
        if not any(states_any(group, gold) for gold in golds)
    ]


@pytest.mark.parametrize("name", DEMONSTRATION)
def test_every_gold_text_on_the_demonstration_city_stands_in_the_sample_it_names(
    samples: Mapping[str, str], name: str
) -> None:
    missing = [
        (question.id, cited)
        for question in load_questions(DEMONSTRATION[name])
        for group in question.gold
        for cited in group
        if bare(cited.text) not in samples[cited.document]
    ]
    assert missing == []


@pytest.mark.parametrize("city", ["a", "b", "c"])
def test_every_gold_text_on_an_invented_city_stands_in_its_papers_true_text(city: str) -> None:
    folder = INVENTED / city
    true = {path.stem: bare(path.read_text("utf-8")) for path in (folder / "gt").iterdir()}
    missing = [
        (question.id, cited)
        for question in load_questions(folder / "questions.jsonl")
        for group in question.gold
        for cited in group
        if bare(cited.text) not in true[Path(cited.document).stem]
    ]
    assert missing == []
