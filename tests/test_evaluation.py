"""``python -m evaluation``: what it writes is what it scored, and the floor holds."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue import Message
from evaluation.__main__ import main
from evaluation.asking import Day, dialogue_over, read_corpus, shown
from evaluation.questions import load_predictions, load_questions
from evaluation.scoring import format_report, score
from knowledge.validity import CHINA

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "evaluation" / "linjiang" / "questions.jsonl"
SAMPLES = ROOT / "samples"
LIMIT = 12


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory) -> tuple[Path, str]:
    """(the predictions of the first questions, what was printed)."""
    out = tmp_path_factory.mktemp("evaluation") / "predictions.jsonl"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["--out", str(out), "--limit", str(LIMIT)]) == 0
    return out, printed.getvalue()


@pytest.fixture
def rows(evaluated) -> list[dict[str, Any]]:
    return [json.loads(line) for line in evaluated[0].read_text(encoding="utf-8").splitlines()]


def test_every_question_up_to_the_limit_is_answered_in_order(rows):
    assert [r["id"] for r in rows] == [q.id for q in load_questions(QUESTIONS)[:LIMIT]]


def test_a_prediction_has_the_documented_shape(rows):
    files = {path.name for path in SAMPLES.iterdir()}
    for row in rows:
        assert set(row) == {"id", "answer", "citations", "abstained", "latency_ms"}
        assert isinstance(row["abstained"], bool)
        assert row["latency_ms"] > 0
        assert 0 < len(row["answer"].encode()) <= 2048
        assert "<a " not in row["answer"]
        assert len(row["citations"]) <= 5
        for citation in row["citations"]:
            assert set(citation) == {"document", "text"}
            assert citation["document"] in files
            assert citation["text"]
        assert bool(row["citations"]) is not row["abstained"]


def test_the_printed_figures_are_those_of_the_file_written(evaluated):
    out, printed = evaluated
    report = score(load_questions(QUESTIONS)[:LIMIT], load_predictions(out))
    assert printed.strip().startswith(format_report(report).strip())
    assert report.summary["missing"] == 0


def test_what_is_told_of_a_day_does_not_hang_on_the_hour_of_the_run(tmp_path):
    (corpus := tmp_path / "corpus").mkdir()
    (store := tmp_path / "store").mkdir()
    today = datetime.now(CHINA).date()
    on = f"{today.year}年{today.month}月{today.day}日"
    (corpus / "通知.txt").write_text(
        f"关于举办人才沙龙的通知\n一、时间：{on}0:00—0:01\n二、地点：人才之家\n", encoding="utf-8"
    )
    base, _ = read_corpus(corpus, store)
    told = dialogue_over(base, Day(today)).respond(Message("oDAY", "text", "人才沙龙在哪里"))
    assert "人才之家" in told.shown
    assert "已经结束" not in told.shown
    base.catalogue.engine.dispose()


def test_a_file_that_is_not_taken_in_is_named_and_does_not_stop_the_rest(tmp_path, capsys):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "坏.pdf").write_bytes(b"%PDF-1.7 cut off")
    (corpus / "好.txt").write_text("滨海办法\n第一条　落户不收费。\n", encoding="utf-8")
    assert main(["--corpus", str(corpus), "--limit", "1"]) == 0
    assert "not taken in: 坏.pdf" in capsys.readouterr().err


def questions_file(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return path


def question(number: int, *turns: str, as_of: str = "2026-11-22", must: str = "") -> dict[str, Any]:
    return {
        "id": f"q{number}",
        "turns": [{"role": "user", "text": t} for t in turns],
        "type": "table",
        "answerable": True,
        "gold": [[{"document": "02-临江市人才安居实施细则（2025年版）.pdf", "text": "B类"}]],
        "must_contain": [[must]] if must else [],
        "as_of": as_of,
    }


def ask(folder: Path, *rows: dict[str, Any]) -> list[str]:
    out = folder / "out.jsonl"
    assert main(["--questions", str(questions_file(folder, *rows)), "--out", str(out)]) == 0
    return [json.loads(line)["answer"] for line in out.read_text(encoding="utf-8").splitlines()]


def test_a_row_is_asked_on_its_own_day_by_its_own_person(tmp_path):
    now, then, alone = ask(
        tmp_path,
        question(1, "我是B类人才", "买房补多少"),
        question(2, "B类买房补多少", as_of="2024-06-01"),
        question(3, "租房补贴多少"),
    )
    assert "120万元" in now
    assert "80万元" in then
    assert "已失效" not in then
    assert not alone.startswith("B类")  # what row 1 said of itself is not row 3's


def test_only_the_last_turn_s_answer_is_scored(tmp_path):
    (answer,) = ask(tmp_path, question(1, "落户收费吗", "B类买房补多少"))
    assert "120万元" in answer
    assert "户口簿工本费" not in answer


def test_an_answer_is_exactly_what_the_bot_says(tmp_path, evaluated):
    base, _ = read_corpus(SAMPLES, tmp_path)
    day = Day(load_questions(QUESTIONS)[0].as_of)
    first = load_questions(QUESTIONS)[0]
    assert len(first.turns) == 1
    said = dialogue_over(base, day).respond(Message("oSOMEBODY", "text", first.turns[0]))
    base.catalogue.engine.dispose()
    assert load_predictions(evaluated[0])[0].answer == shown(said.shown)


@pytest.mark.parametrize(
    ("floor", "status"), [({"hit3": 0}, 0), ({"hit3": 100.1}, 1), ({"no_such_figure": 0}, 1)]
)
def test_a_figure_below_the_floor_fails_and_is_named(tmp_path, capsys, floor, status):
    path = tmp_path / "floor.json"
    path.write_text(json.dumps(floor), "utf-8")
    questions = questions_file(tmp_path, question(1, "B类买房补多少", must="120万元"))
    assert main(["--questions", str(questions), "--floor", str(path)]) == status
    said = f"below the floor: {next(iter(floor))}" in capsys.readouterr().out
    assert said is bool(status)


def test_the_floor_names_figures_that_are_printed():
    floor = json.loads((ROOT / "evaluation" / "floor.json").read_text(encoding="utf-8"))
    assert floor
    assert set(floor) <= set(score([], []).summary)


@pytest.mark.slow
def test_the_shipped_questions_stay_above_the_shipped_floor(capsys):
    assert main(["--floor", str(ROOT / "evaluation" / "floor.json")]) == 0, capsys.readouterr().out
