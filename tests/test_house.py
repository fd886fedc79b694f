"""The house's contracts: who may import whom, what stays light, what is written down."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from bot import eligibility_wording, event_wording, moving, signup_wording, wording
from bot.answering.result import Reason
from bot.wording import Office
from config import Settings

ROOT = Path(__file__).parent.parent
WECHAT_BYTES = 2048

# DESIGN §2: server, ingest, evaluation -> console -> bot -> knowledge -> database
MAY_IMPORT = {
    "config": set(),
    "database": set(),
    "knowledge": {"database"},
    "bot": {"knowledge", "database"},
    "console": {"bot", "knowledge", "database"},
    "evaluation": {"console", "bot", "knowledge", "database"},
    "ingest": {"config", "knowledge", "database"},
    "parts": {"config", "bot"},
    "commands": {"config", "parts", "console", "bot", "database"},
    "workers": set(),
    "server": {"config", "parts", "commands", "workers"}
    | {"ingest", "console", "bot", "knowledge", "database"},
    "benchmarks": {"config", "server", "workers", "ingest", "evaluation"}
    | {"console", "bot", "knowledge", "database"},
}
# within bot: wechat knows no policy, answering and dialogue know no WeChat
MAY_NOT_IMPORT = {
    "bot.wechat": (
        "bot.dialogue",
        "bot.answering",
        "bot.conversations",
        "bot.wording",
        "knowledge",
    ),
    "bot.answering": ("bot.wechat", "bot.dialogue", "bot.conversations"),
    "bot.dialogue": ("bot.wechat",),
    "bot.conversations": ("bot.wechat",),
    "bot.handoff": ("bot.wechat",),
    "bot.reception": ("bot.wechat",),
    "bot.wording": ("bot.wechat",),
    "knowledge.readers": ("database", "knowledge.catalogue", "knowledge.vectors"),
}
# packages whose types stay in one place
ONLY_IN = {
    "chromadb": ("knowledge.vectors",),
    "wechatpy": ("bot.wechat", "benchmarks.echo"),  # the echo that we compare with
    "rjieba": ("knowledge.lexicon", "knowledge.encoder"),
    "sentence_transformers": ("knowledge.embedding", "knowledge.encoder"),
    "waitress": ("workers", "benchmarks"),
}


@cache
def modules() -> dict[str, ast.Module]:
    """Our modules by dotted name, tests and migrations aside."""
    found = {}
    for name in MAY_IMPORT:
        single = ROOT / f"{name}.py"
        for path in [single] if single.exists() else sorted((ROOT / name).rglob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            found[dotted.removesuffix(".__init__")] = tree
    return found


def imports(tree: ast.Module) -> Iterator[str]:
    """Everything a module imports anywhere, inside functions and for type checking too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            module = node.module or ""
            for alias in node.names:
                submodule = f"{module}.{alias.name}"
                yield submodule if submodule in modules() else module


def below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_every_part_of_the_house_is_looked_at():
    assert {"bot.dialogue", "knowledge.vectors", "console.pages", "server"} <= set(modules())
    assert {name.split(".")[0] for name in modules()} == set(MAY_IMPORT)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_point_one_way(part):
    ours = set(MAY_IMPORT)
    wrong = [
        f"{name} imports {imported}"
        for name, tree in modules().items()
        if below(name, part)
        for imported in imports(tree)
        if (root := imported.split(".")[0]) in ours and root not in {part, *MAY_IMPORT[part]}
    ]
    assert wrong == []


@pytest.mark.parametrize("part", MAY_NOT_IMPORT)
def test_rooms_do_not_know_of_each_other(part):
    wrong = [
        f"{name} imports {imported}"
        for name, tree in modules().items()
        if below(name, part)
        for imported in imports(tree)
        if any(below(imported, forbidden) for forbidden in MAY_NOT_IMPORT[part])
    ]
    assert wrong == []


def test_the_common_words_import_nothing_of_ours():
    ours = {i for i in imports(modules()["knowledge.documents"]) if i.split(".")[0] in MAY_IMPORT}
    assert ours == set()


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_third_party_s_types_stay_in_their_own_room(package):
    users = {n for n, tree in modules().items() if any(below(i, package) for i in imports(tree))}
    assert [n for n in users if not any(below(n, room) for room in ONLY_IN[package])] == []


def test_no_import_hides_a_cycle():
    graph = {
        name: {i for i in imports(tree) if i in modules() and i != name}
        for name, tree in modules().items()
    }
    assert set(TopologicalSorter(graph).static_order()) == set(graph)  # CycleError names the cycle


def test_only_the_settings_read_the_environment():
    readers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb", "putenv")
    }
    assert readers <= {"config", "benchmarks.load"}  # which hands it on to the servers it starts


# --- quick starts ---------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["ingest.py", "server.py"])
def test_asking_for_help_loads_nothing_heavy(script):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", script, "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "argparse" in loaded  # the listing is really there
    heavy = ("torch", "chromadb", "sentence_transformers", "langchain", "langchain_core")
    heavy = (*heavy, "flask", "sqlalchemy", "numpy", "wechatpy", "pdfplumber", "rjieba")
    assert [h for h in heavy if any(below(name, h) for name in loaded)] == []
    assert f"usage: {script}" in done.stdout


# --- what is written down -------------------------------------------------------------------


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", ".env.example"])
def test_every_setting_is_named_where_an_operator_looks(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    names = [f"ZHIHUI_{name.upper()}" for name in Settings.model_fields]
    assert [n for n in names if not re.search(rf"\b{n}\b", text)] == []


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md", ".env.example"])
def test_no_setting_is_promised_that_does_not_exist(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    known = {f"ZHIHUI_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bZHIHUI_[A-Z_]+[A-Z]\b", text)) - known == set()


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_every_link_of_the_readme_leads_to_a_file(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_setting_says_what_it_is_for():
    assert [n for n, field in Settings.model_fields.items() if not field.description] == []


# --- what a talent can read -----------------------------------------------------------------

LONGEST_OFFICE = Office("临江市高层次人才发展和服务促进中心", "0571-86625588转8001", "临江市")
LONGEST_TITLE = "《" + "关于进一步加强高层次人才引进培育和服务保障工作的若干措施实施细则" * 2 + "》"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_wording_that_fits(reason):
    text = wording.abstention(reason, LONGEST_OFFICE, [LONGEST_TITLE] * 3, "新疆维吾尔自治区")
    assert re.search(r"[\u4e00-\u9fff]{6}", text)
    assert not re.search(r"[{}]", text)
    assert len(text.encode()) <= WECHAT_BYTES


SENTENCES = [
    pytest.param(text, id=f"{module.__name__}.{name}")
    for module in (wording, eligibility_wording, event_wording, signup_wording, moving)
    for name, text in vars(module).items()
    if isinstance(text, str) and name.isupper()
]


@pytest.mark.parametrize("text", SENTENCES)
def test_every_sentence_fits_and_fills_in_wholly(text):
    assert text.strip()
    assert len(text.encode()) <= WECHAT_BYTES
    if set(re.findall(r"{(\w+)}", text)) <= {"office", "hotline"}:
        filled = wording.addressed(text, LONGEST_OFFICE)
        assert not re.search(r"[{}]", filled)
        assert len(filled.encode()) <= WECHAT_BYTES


# --- what does not belong into the repository -----------------------------------------------

WRITTEN = {".py", ".md", ".toml", ".txt", ".tsv", ".html", ".css", ".js", ".json", ".yml", ".sh"}
KEPT_OUT = {"__pycache__", "data", "node_modules"}
# written in two pieces, so that this file does not name what it forbids
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:" + "work|root|home/[a-z]|Users/[A-Za-z])" + r"[/\w]")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")


def written() -> Iterator[Path]:
    """Every file somebody wrote: no hidden folder but .ci, no virtual environment, no data."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(p.startswith(".") and p not in (".ci", ".env.example") for p in parts)
        if hidden or KEPT_OUT & set(parts[:-1]) or not path.is_file():
            continue
        if path.suffix in WRITTEN or path.name in ("Makefile", ".env.example", "run"):
            yield path


def offending(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in written()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_patterns_find_what_they_forbid():
    assert MACHINE_PATH.search("see /wo" + "rk/main/x.py")
    assert MACHINE_PATH.search('open("/ho' + 'me/me/x")')
    assert not MACHINE_PATH.search("https://example.org/work/1")
    assert not MACHINE_PATH.search("docs/home/page")
    assert UNFINISHED.search("# TO" + "DO: later")
    assert len(list(written())) > 80


def test_no_file_knows_the_machine_it_was_written_on():
    assert offending(MACHINE_PATH) == []


def test_nothing_is_left_for_later():
    assert offending(UNFINISHED) == []
