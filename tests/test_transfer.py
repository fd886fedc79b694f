"""An exported base answers on another machine word for word as it did on the first."""

from datetime import date

import pytest

from database import migrate, open_engine
from evaluation.asking import Day, ask_all, dialogue_over, read_corpus, watched
from evaluation.questions import load_questions
from knowledge.base import open_knowledge_base
from knowledge.transfer import export_base, import_base
from tests.serving import ROOT, run_script, serving

pytestmark = pytest.mark.slow


def answers(base):
    day = Day(date(2026, 11, 22))
    questions = load_questions(ROOT / "evaluation/linjiang/questions.jsonl")
    dialogue = dialogue_over(base, day, searches=watched(base))
    return {p.id: (p.answer, p.citations, p.abstained) for p in ask_all(questions, dialogue, day)}


def test_every_evaluation_question_is_answered_alike_after_export_and_import(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    first, _ = read_corpus(ROOT / "samples", here)
    export_base(first.catalogue.engine, here, tmp_path / "base.zip")
    engine = open_engine(f"sqlite:///{there / 'zhihui.db'}")
    migrate(engine)
    import_base(engine, there, tmp_path / "base.zip")
    second = open_knowledge_base(engine, there, first.encoder)
    assert second.indexes.check(repair=True).clean
    before, after = answers(first), answers(second)
    assert len(before) >= 90
    assert {i: a for i, a in after.items() if a != before[i]} == {}


def test_one_command_restores_what_a_running_server_exported(tmp_path):
    archive, other = tmp_path / "base.zip", tmp_path / "other"
    with serving(tmp_path / "data", samples="true") as server:
        asked = server.ask("D类人才买房补多少钱")
        done = run_script("ingest.py", "export", archive, "--data", tmp_path / "data")
        assert done.returncode == 0, done.stderr
        refused = run_script("ingest.py", "import", archive, "--data", tmp_path / "data")
        assert refused.returncode == 1
        assert "正被服务使用" in refused.stderr
        first = asked.replace(str(server.port), "PORT")
    done = run_script("ingest.py", "import", archive, "--data", other)
    assert done.returncode == 0, done.stderr
    with serving(other, samples="true") as server:
        again = server.ask("D类人才买房补多少钱").replace(str(server.port), "PORT")
    assert again == first
    assert "30万元" in again
