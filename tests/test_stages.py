"""The stage that failed a question, over a real store."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evaluation.asking import Day, ask_all, dialogue_over, read_corpus, watched
from evaluation.beside import beside
from evaluation.questions import load_questions
from evaluation.scoring import score
from evaluation.stages import Fault, Stage, faults, table

PAPER = """滨海市人才住房办法
第一条　购房补贴标准为D类30万元。补贴分五年发放。
第二条　租房补贴每月2500元，最长发放三年。
第三条　人才公寓租金按市场租金的六折收取。
"""
CLAUSES = PAPER.splitlines()


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "滨海市人才住房办法.txt").write_text(PAPER, encoding="utf-8")
    made, _ = read_corpus(corpus, tmp_path_factory.mktemp("store"))
    yield made
    made.catalogue.engine.dispose()


def question(text: str, gold: str = "", must: str = "", kind: str = "fact") -> dict[str, Any]:
    return {
        "id": "q1",
        "turns": [{"role": "user", "text": text}],
        "type": kind,
        "answerable": bool(gold),
        "gold": [[{"document": "滨海市人才住房办法.txt", "text": gold}]] if gold else [],
        "must_contain": [[must]] if must else [],
        "as_of": "2026-11-22",
    }


def analysed(base, folder: Path, row: dict[str, Any]) -> list[Fault]:
    path = folder / "questions.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    questions, day, searches = load_questions(path), Day(date(2026, 11, 22)), watched(base)
    dialogue = dialogue_over(base, day, searches=searches)
    predictions = ask_all(questions, dialogue, day, searches.begin)
    rows = score(questions, predictions, 600).rows
    return list(faults(rows, {p.id: p.citations for p in predictions}, searches))


@pytest.mark.parametrize(
    ("row", "stage", "rank"),
    [
        (question("租房补贴每月多少", CLAUSES[3], "六折"), Stage.RANKED_LOW, 2),
        (question("租房补贴每月多少", CLAUSES[2], "9999元"), Stage.SAID_WRONGLY, 1),
        (question("股票明天涨不涨", CLAUSES[2]), Stage.NOT_RETRIEVED, 0),
        (question("租房补贴每月多少"), Stage.WRONGLY_ANSWERED, 0),
    ],
)
def test_a_wrong_row_names_the_stage_that_failed_it(base, tmp_path, row, stage, rank):
    (fault,) = analysed(base, tmp_path, row)
    assert fault.stage is stage
    assert bool(fault.rank) is bool(rank)


def test_a_right_row_has_no_fault(base, tmp_path):
    assert analysed(base, tmp_path, question("租房补贴每月多少", CLAUSES[2], "2500元")) == []


def test_a_fault_shows_what_was_wanted_and_what_was_found(base, tmp_path):
    found = analysed(base, tmp_path, question("租房补贴每月多少", CLAUSES[3], "六折"))
    line = found[0].line()
    assert "ranked low" in line
    assert "wanted: 第三条" in line
    assert "lost: 六折" in line
    assert "coverage" in line
    assert "第二条" in line
    assert "ranked low" in table(found)
    assert "fact 1" in table(found)


def test_the_retriever_is_set_beside_bm25_and_the_encoder_on_the_same_questions(base, tmp_path):
    row = question("租房补贴每月多少", CLAUSES[2], "2500元")
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    questions, day, searches = load_questions(path), Day(date(2026, 11, 22)), watched(base)
    ask_all(questions, dialogue_over(base, day, searches=searches), day, searches.begin)
    lines = beside(base, questions, searches).strip().splitlines()
    assert lines[0].endswith("of 1 answerable questions")
    assert [line.split()[-2:] for line in lines[1:3]] == [["100.0", "100.0"]] * 2
    assert lines[3].startswith("encoder alone")
