"""``ingest.py``: what it takes in, what it prints, how it ends, alone and beside a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ingest
from knowledge import intake as intake_module
from knowledge.jobs import IntakeJobs
from knowledge.ownership import Ownership
from tests.serving import ROOT, run_script, serving

SAMPLES = ROOT / "samples"
RULES = """滨海市人才安居办法
滨府发〔2026〕1号

第一条　为了留住人才，制定本办法。
第二条　E类人才购房补贴总额{amount}，分4年发放。
第三条　申请人到滨海路9号人才之家二楼办理，电话86001234。
第四条　本办法自2026年1月1日起施行，有效期3年。
"""
FILE = "滨海市人才安居办法.txt"


@pytest.fixture
def paper(tmp_path):
    """Writes a policy; says the amount it names."""

    def write(amount: str = "7万元", name: str = FILE) -> Path:
        path = tmp_path / "papers" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(RULES.format(amount=amount), encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Runs one command over a data folder of the test's own: (status, out, err)."""
    monkeypatch.chdir(tmp_path)  # no .env, no stray data folder

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = ingest.main([words[0], "--data", str(tmp_path / "data"), *map(str, words[1:])])
        except SystemExit as end:  # argparse and sys.exit("words") both end so
            status = end.code if isinstance(end.code, int) else 1
            out, err = capsys.readouterr()
            return status, out, err + ("" if isinstance(end.code, int) else str(end.code))
        out, err = capsys.readouterr()
        return status, out, err

    return command


@pytest.fixture
def answers(run):
    """The parsed output of a command with ``--json`` that must succeed."""

    def parsed(*words: object) -> Any:
        status, out, err = run(*words, "--json")
        assert status == 0, err
        return json.loads(out)

    return parsed


# --- add ------------------------------------------------------------------------------------


def test_a_file_taken_in_is_reported_and_listed(run, answers, paper):
    status, out, _ = run("add", paper())
    assert status == 0
    assert "已收录" in out
    assert "4 条" in out
    assert "共 1 个文件，1 个已在库，0 个未收录" in out
    (row,) = answers("list")
    assert row["file"] == FILE
    assert row["number"] == "滨府发〔2026〕1号"
    assert (row["effective"], row["lapses"]) == ("2026-01-01", "2029-01-01")


def test_the_report_is_json_when_asked_for(answers, paper):
    (result,) = answers("add", paper())
    assert (result["name"], result["status"], result["uncovered"]) == (FILE, "added", 0)
    assert result["articles"] == 4


def test_the_same_file_again_changes_nothing(answers, paper):
    answers("add", paper())
    (again,) = answers("add", paper())
    assert again["status"] == "unchanged"
    assert len(answers("list")) == 1


def test_a_changed_file_of_the_same_name_is_a_new_version(answers, paper):
    answers("add", paper("7万元"))
    (again,) = answers("add", paper("9万元"))
    assert again["status"] == "updated"
    (row,) = answers("list")
    shown = answers("show", row["document"])
    assert "9万元" in "".join(p["text"] for p in shown["passages"])


def test_a_folder_is_searched_through_and_hidden_files_are_left_out(answers, paper, tmp_path):
    paper(name="甲.txt")
    paper("8万元", name="乙.txt")
    (tmp_path / "papers" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "papers" / "~$甲.docx").write_bytes(b"x")
    names = {r["name"] for r in answers("add", tmp_path / "papers")}
    assert names == {"甲.txt", "乙.txt"}


def test_a_link_that_leads_out_of_a_folder_is_not_followed(answers, paper, tmp_path):
    (paper().parent / "link.txt").symlink_to(Path(__file__))
    assert [r["name"] for r in answers("add", tmp_path / "papers")] == [FILE]


def test_a_pattern_names_every_file_it_matches(answers, paper, tmp_path):
    paper(name="甲.txt")
    paper("8万元", name="乙.txt")
    assert len(answers("add", tmp_path / "papers" / "*.txt")) == 2


def test_a_file_that_cannot_be_handed_over_is_refused_with_its_reason(run, paper, monkeypatch):
    def fails(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(IntakeJobs, "submit_file", fails)
    status, out, _ = run("add", paper())
    assert status == 1
    assert "打不开这个文件（Permission denied）" in out


def test_a_path_that_is_not_there_fails_and_the_others_are_taken_in(run, answers, paper):
    status, out, _ = run("add", paper(), "nowhere/missing.docx")
    assert status == 1
    assert "未收录  nowhere/missing.docx  找不到这个文件，或文件夹里没有文件" in out
    assert "1 个未收录" in out
    assert [row["file"] for row in answers("list")] == [FILE]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("坏.docx", b"PK\x03\x04 not a real archive"),
        ("坏.pdf", b"%PDF-1.7 cut off"),
        ("空.txt", b""),
        ("图.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
    ],
)
def test_a_broken_file_fails_alone_with_its_reason(run, paper, tmp_path, name, content):
    broken = tmp_path / name
    broken.write_bytes(content)
    status, out, _ = run("add", broken, paper(), "--json")
    assert status == 1
    by_name = {r["name"]: r for r in json.loads(out)}
    assert by_name[name]["status"] == "refused"
    assert any("\u4e00" <= c <= "\u9fff" for c in by_name[name]["reason"])
    assert by_name[FILE]["status"] == "added"


def test_progress_goes_to_stderr_so_that_json_can_be_piped(run, paper):
    _, out, err = run("add", paper(), "--json")
    json.loads(out)
    assert err == ""
    _, _, err = run("add", paper("8万元"))
    assert f"1/1  {FILE}" in err


# --- list, show, retire ---------------------------------------------------------------------


def test_an_empty_base_lists_nothing_and_that_is_no_error(run, answers):
    assert answers("list") == []
    status, out, _ = run("list")
    assert (status, out.strip()) == (0, "共 0 份文件")


def test_the_list_says_whether_a_document_is_in_force(run, answers, paper, monkeypatch):
    answers("add", paper())
    for today, state in (("2026-06-01", "有效"), ("2029-01-01", "失效")):
        monkeypatch.setenv("ZHIHUI_TODAY", today)
        assert state in run("list")[1].split()


def test_show_names_each_fact_with_the_line_it_was_read_from(run, answers, paper):
    answers("add", paper())
    status, out, _ = run("show", "安居办法")
    assert status == 0
    assert "施行日期  2026-01-01    ← 第四条 本办法自2026年1月1日起施行，有效期3年。" in out
    assert "未覆盖 0 字" in out
    shown = answers("show", "安居办法")
    assert shown["facts"]["number"]["value"] == "滨府发〔2026〕1号"
    assert "".join(c["text"] for c in shown["clauses"]).count("第三条") == 1


def test_a_document_is_named_by_id_or_by_part_of_its_file_name(answers, paper):
    answers("add", paper())
    (row,) = answers("list")
    assert answers("show", row["document"]) == answers("show", "滨海市")


@pytest.mark.parametrize("command", ["show", "retire"])
def test_a_name_that_fits_nothing_or_several_is_refused_in_words(run, answers, paper, command):
    answers(
        "add", "--same", "keep-both", paper(name="甲办法.txt"), paper("8万元", name="乙办法.txt")
    )
    status, _, err = run(command, "丙办法")
    assert status == 1
    assert "没有文件叫“丙办法”" in err
    status, _, err = run(command, "办法")
    assert status == 1
    assert "甲办法.txt" in err
    assert "乙办法.txt" in err


def test_a_retired_document_is_out_of_the_list_and_out_of_both_indexes(run, answers, paper):
    answers("add", paper())
    status, out, _ = run("retire", FILE)
    assert status == 0
    assert "已下架" in out
    assert answers("list") == []
    assert answers("check")["published"] == 0


# --- drafts, versions, relations ------------------------------------------------------------


def test_a_draft_is_listed_submitted_compared_and_published(run, answers, paper):
    answers("add", paper())
    (drafted,) = answers("add", "--as-draft", paper("9万元"))
    assert drafted["status"] == "drafted"
    assert [row["state"] for row in answers("list")] == ["有效", "草稿"]
    assert "已送审" in run("submit", FILE)[1]
    assert [row["state"] for row in answers("list")] == ["有效", "待审"]
    diff = answers("diff", FILE)
    assert [c["figures"] for c in diff["changes"]] == [[["7万元", "9万元"]]]
    assert "数字变化：7万元 → 9万元" in run("diff", FILE)[1]
    assert "已发布" in run("publish", FILE)[1]
    assert [row["version"] for row in answers("list")] == [diff["new"]]
    assert [row["state"] for row in answers("list", "--all")] == ["已被替换", "有效"]


def test_a_publication_is_taken_back_and_the_version_before_it_answers(run, answers, paper):
    answers("add", paper())
    (before,) = answers("list")
    answers("add", paper("9万元"))
    status, out, _ = run("withdraw", FILE)
    assert (status, f"恢复使用版本 {before['version']}" in out) == (0, True)
    assert answers("list") == [before]


def test_the_list_of_a_past_day_shows_the_text_of_that_day(run, answers, paper):
    answers("add", paper())
    path = paper("9万元")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2026年1月1日", "2027年1月1日"), encoding="utf-8")
    answers("add", path)
    (old,) = answers("list", "--as-of", "2026-06-30")
    (new,) = answers("list", "--as-of", "2027-06-30")
    assert old["version"] < new["version"]
    assert (old["effective"], new["effective"]) == ("2026-01-01", "2027-01-01")
    assert answers("list", "--as-of", "2025-12-31") == []


def test_staff_can_say_that_one_document_supersedes_another(run, answers, paper):
    other = paper("9万元", name="新办法.txt")
    text = other.read_text(encoding="utf-8")
    other.write_text(text.replace("安居办法", "住房规定").replace("1号", "2号"), encoding="utf-8")
    answers("add", paper(), other)
    assert run("supersede", "新办法", FILE)[0] == 0
    shown = answers("show", FILE)["supersedes"]
    assert [s["ground"] for s in shown] == ["ruling"]
    assert "人工认定" in run("show", FILE)[1]
    assert run("supersede", "新办法", FILE, "--not")[0] == 0
    assert answers("show", FILE)["supersedes"] == []


def test_a_notice_that_prolongs_a_paper_is_shown_beside_it_and_staff_decide(
    run, answers, paper, tmp_path
):
    notice = tmp_path / "延长通知.txt"
    notice.write_text(
        "关于延长有效期的通知\n滨府发〔2026〕9号\n"
        "《滨海市人才安居办法》（滨府发〔2026〕1号）有效期至2027年12月31日，现延长至2030年12月31日。\n"
        "滨海市人民政府\n2026年5月6日\n",
        encoding="utf-8",
    )
    answers("add", paper(), notice)
    (said,) = answers("show", FILE)["prolongs"]
    assert (said["since"], said["lapses"], said["ruling"]) == ("2026-05-06", "2031-01-01", None)
    assert "延长至2030年12月31日" in said["source"]
    shown = run("show", FILE)[1]
    assert "《关于延长有效期的通知》：2026-05-06 起有效期至 2030-12-31" in shown
    assert "待核对" in shown
    assert run("prolong", "延长通知", FILE, "--until", "2029-12-31")[0] == 0
    assert [row["lapses"] for row in answers("list") if row["file"] == FILE] == ["2030-01-01"]
    assert run("prolong", "延长通知", FILE, "--not")[0] == 0
    assert "已否定，不生效" in run("show", FILE)[1]
    assert "2031-01-01" not in [row["lapses"] for row in answers("list")]
    assert run("prolong", "延长通知", FILE, "--undecided")[0] == 0
    assert "2031-01-01" in [row["lapses"] for row in answers("list")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("publish", FILE), "没有可操作的版本"),
        (("submit", FILE), "没有可操作的版本"),
        (("diff", FILE), "只有一个版本"),
        (("show", FILE, "--version", "99"), "没有版本 99"),
        (("supersede", FILE, FILE), "自己"),
        (("prolong", FILE, FILE), "自己"),
    ],
)
def test_a_step_that_is_not_possible_says_why(run, answers, paper, words, said):
    answers("add", paper())
    status, _, err = run(*words)
    assert status == 1
    assert said in err


def test_a_day_that_is_none_is_refused(run):
    status, _, err = run("list", "--as-of", "2026-13-01")
    assert (status, "2026-13-01" in err) == (2, True)


# --- rebuild, check -------------------------------------------------------------------------


def test_check_finds_both_indexes_in_order(run, answers, paper):
    (added,) = answers("add", paper())
    found = answers("check")
    assert found["published"] == added["passages"] > 0
    assert found["sampled"] == found["published"]
    assert sum(v for k, v in found.items() if k not in ("published", "sampled")) == 0
    assert "一致" in run("check")[1]


def test_check_fails_when_vectors_are_lost_and_repair_brings_them_back(
    run, answers, paper, tmp_path
):
    (added,) = answers("add", paper())
    _forget_vectors(tmp_path / "data")
    status, out, _ = run("check", "--json")
    assert status == 1
    assert json.loads(out)["missing_vectors"] == added["passages"]
    assert "check --repair" in run("check")[1]
    assert answers("check", "--repair")["missing_vectors"] == 0
    assert answers("check")["missing_vectors"] == 0


def test_rebuild_makes_the_vector_index_anew_from_sql(run, answers, paper, tmp_path):
    (added,) = answers("add", paper())
    _forget_vectors(tmp_path / "data")
    status, out, _ = run("rebuild")
    assert status == 0
    assert f"{added['passages']} 个段落" in out
    assert answers("check")["missing_vectors"] == 0


def _forget_vectors(data: Path) -> None:
    from database import open_engine
    from knowledge.base import open_knowledge_base
    from knowledge.embedding import load_encoder

    engine = open_engine(f"sqlite:///{data / 'zhihui.db'}")
    base = open_knowledge_base(engine, data, load_encoder(""))
    base.vectors.remove(sorted(base.vectors.ids()))
    engine.dispose()


# --- settings and words ---------------------------------------------------------------------


def test_wrong_settings_are_named_before_anything_is_touched(run, paper, tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIHUI_PORT", "eighty")
    monkeypatch.setenv("ZHIHUI_CHROMA_URL", "chroma:8000")
    status, out, err = run("add", paper())
    assert (status, out) == (2, "")
    assert "ZHIHUI_PORT" in err
    assert "ZHIHUI_CHROMA_URL" in err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["list", "check"])
def test_a_data_folder_that_cannot_be_made_is_named(run, tmp_path, command):
    (tmp_path / "file").write_text("a file stands where a folder should be")
    status, _, err = run(command, "--data", tmp_path / "file" / "data")
    assert status == 2
    assert f"the data folder {tmp_path / 'file' / 'data'} cannot be made" in err


def test_a_database_that_cannot_be_opened_is_named(run, tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIHUI_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/zhihui.db")
    status, _, err = run("list")
    assert status == 2
    assert "nowhere/zhihui.db cannot be opened" in err


def test_a_chroma_server_that_does_not_answer_is_named(run, monkeypatch):
    monkeypatch.setenv("ZHIHUI_CHROMA_URL", "http://127.0.0.1:9")
    status, _, err = run("check")
    assert status == 2
    assert "http://127.0.0.1:9 does not answer" in err


def test_a_file_that_breaks_its_reader_does_not_keep_the_others_out(
    run, answers, paper, monkeypatch
):
    read_file = intake_module.read_file

    def breaking(path, **asked):
        if "坏办法" in path.read_text(encoding="utf-8"):
            raise RuntimeError("a fault no reader foresaw")
        return read_file(path, **asked)

    monkeypatch.setattr(intake_module, "read_file", breaking)
    status, out, _ = run("add", paper("坏办法", name="坏.txt"), paper())
    assert status == 1
    assert "读取时出错" in out
    assert [d["file"] for d in answers("list")] == [FILE]


def test_a_command_without_its_file_explains_itself(run):
    status, _, err = run("add")
    assert status == 2
    assert "PATH" in err


def test_help_names_every_command():
    done = run_script("ingest.py", "--help")
    assert done.returncode == 0
    named = ("add", "list", "show", "retire", "rebuild", "check")
    assert [c for c in named if f"    {c} " not in done.stdout] == []


def test_a_command_run_as_a_script_ends_with_its_status(tmp_path):
    done = run_script("ingest.py", "add", "missing.docx", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert "找不到这个文件，或文件夹里没有文件" in done.stdout


# --- beside a server ------------------------------------------------------------------------


@pytest.mark.slow
def test_beside_a_server_the_work_is_handed_over_and_answered_at_once(tmp_path, paper):
    with serving(tmp_path / "data") as server:
        before = server.ask("E类人才购房补贴总额多少")
        assert "7万元" not in before
        added = run_script("ingest.py", "add", paper(), "--json", "--data", server.data)
        assert added.returncode == 0, added.stderr
        (result,) = json.loads(added.stdout)
        assert (result["name"], result["status"]) == (FILE, "added")
        answer = server.ask("E类人才购房补贴总额多少", openid="oTALENT0000000000000000000002")
        assert "7万元" in answer
        assert "滨府发〔2026〕1号" in answer

        listed = run_script("ingest.py", "list", "--json", "--data", server.data)
        assert [row["file"] for row in json.loads(listed.stdout)] == [FILE]
        assert run_script("ingest.py", "check", "--data", server.data).returncode == 0

        broken = tmp_path / "坏.pdf"
        broken.write_bytes(b"%PDF-1.7 cut off")
        refused = run_script("ingest.py", "add", broken, "--data", server.data)
        assert refused.returncode == 1
        assert "未收录  坏.pdf" in refused.stdout

        retired = run_script("ingest.py", "retire", FILE, "--data", server.data)
        assert retired.returncode == 0, retired.stderr
        gone = server.ask("E类人才购房补贴总额多少", openid="oTALENT0000000000000000000003")
        assert "7万元" not in gone
        assert server.get("/readyz")[0] == 503


def test_the_folder_is_free_again_after_each_command(run, paper, tmp_path):
    run("add", paper())
    Ownership(tmp_path / "data").release()  # Owned if the command had kept it
