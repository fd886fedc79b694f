"""The whole base as one archive: what travels, what stays, and what is refused."""

import hashlib
import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import inspect

from bot.canned_texts import CannedTexts
from bot.office_questions import OfficeQuestion, OfficeQuestionRuns, OfficeQuestions
from bot.office_settings import OfficeSettings
from console.accounts import Accounts, Role
from knowledge.synonyms import Synonyms
from knowledge.transfer import CARRIED, STAYS, BadArchive, export_base, import_base
from tests.knowledge.asking import found_texts
from tests.knowledge.conftest import open_base

DAY = date(2026, 11, 22)
PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　每月补贴{}元。
第二条　本办法自2026年1月1日起施行。
"""
SECRETS = ("oSOMEBODY0000000000000000001", "correct horse battery", "王敏的秘密")


@pytest.fixture
def filled(base, write, tmp_path):
    """A base with two versions, a draft, and everything that an office adds."""
    engine = base.catalogue.engine
    for amount in (500, 900):
        base.intake.add(write("办法.txt", PAPER.format(amount)))
    base.intake.add(write("细则.txt", PAPER.format(700).replace("办法", "细则")), draft=True)
    Synonyms(engine).add(["婚恋服务"], ["鹊桥之约"], "王敏")
    document = base.catalogue.versions()[-1].document_id
    OfficeQuestions(engine).save(
        OfficeQuestion(0, ("补贴多少",), ("900元",), document_id=document), "王敏"
    )
    OfficeQuestionRuns(engine).ask_for("手动运行", "王敏")
    CannedTexts(engine).save("地址", "江滨路1号", "地址", "王敏")
    OfficeSettings(engine).put("topics", ["落户要什么材料"], "王敏")
    Accounts(engine).add("王敏", SECRETS[1], Role.ADMIN)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO turns(openid, asked, answered, documents, passages, abstained, reason, at)"
            " VALUES (?, ?, '', '[]', '[]', 0, '', '2026-11-22 00:00:00')",
            (SECRETS[0], SECRETS[2]),
        )
    return base


@pytest.fixture
def archive(filled, tmp_path):
    path = tmp_path / "base.zip"
    export_base(filled.catalogue.engine, tmp_path / "data", path)
    return path


@pytest.fixture
def other(tmp_path, encoder):
    """Another, empty machine."""
    (tmp_path / "other").mkdir()
    made = open_base(tmp_path / "other", encoder)
    yield made
    made.catalogue.engine.dispose()


def restore(other, tmp_path, archive):
    manifest = import_base(other.catalogue.engine, tmp_path / "other", archive)
    assert other.indexes.check(repair=True).clean
    return manifest


def rows(base, table):
    with base.catalogue.engine.connect() as connection:
        return connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()


def rewritten(archive, change):
    """The archive with its entries changed: ``change(entries, manifest)`` over plain values."""
    with zipfile.ZipFile(archive) as old:
        entries = {n: old.read(n) for n in old.namelist() if n != "manifest.json"}
        manifest = json.loads(old.read("manifest.json"))
    change(entries, manifest)
    path = archive.with_name("changed.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in entries.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return path


def put(entries, manifest, name, content):
    """An entry that the manifest names truly."""
    entries[name] = content
    manifest["entries"][name] = [hashlib.sha256(content).hexdigest(), len(content)]


def table_changed(name, old, new):
    def change(entries, manifest):
        path = f"tables/{name}.jsonl"
        assert old.encode() in entries[path]
        put(entries, manifest, path, entries[path].replace(old.encode(), new.encode()))

    return change


# -- what travels ----------------------------------------------------------------------------


def test_every_table_either_travels_or_stays(base):
    decided = {*CARRIED, *STAYS}
    found = set(inspect(base.catalogue.engine).get_table_names())
    derived = {n for n in found if n.startswith("passages_")} | {"alembic_version"}
    assert found - derived - decided == set()
    assert set(CARRIED) & set(STAYS) == set()


def test_no_table_that_travels_names_a_person_of_wechat_or_a_secret(base):
    looked = inspect(base.catalogue.engine)
    here = set(looked.get_table_names())
    columns = {c["name"] for t in CARRIED if t in here for c in looked.get_columns(t)}
    assert not columns & {"openid", "password", "token", "secret", "phone"}


def test_another_machine_has_everything_and_answers_from_it(filled, archive, other, tmp_path):
    manifest = restore(other, tmp_path, archive)
    for table in manifest.rows:
        assert rows(other, table) == rows(filled, table)
    assert manifest.rows["versions"] == 3
    assert {p.name for p in (tmp_path / "other/files").iterdir()} == {
        p.name for p in (tmp_path / "data/files").iterdir()
    }
    assert found_texts(other, "每月补贴", DAY) == found_texts(filled, "每月补贴", DAY)
    assert Synonyms(other.catalogue.engine).find("鹊桥之约")


def test_no_account_conversation_or_openid_is_in_the_archive(archive):
    with zipfile.ZipFile(archive) as opened:
        everything = b"".join(opened.read(n) for n in opened.namelist()).decode("utf-8", "replace")
    assert [s for s in SECRETS if s in everything] == []
    assert "argon2" not in everything


def test_the_samples_are_not_taken_into_an_imported_base(archive, other, tmp_path):
    restore(other, tmp_path, archive)
    assert other.catalogue.remembers("samples")


def test_a_base_with_anything_in_it_is_left_as_it_is(filled, archive, tmp_path):
    before = rows(filled, "versions")
    with pytest.raises(BadArchive, match="不是空的"):
        import_base(filled.catalogue.engine, tmp_path / "data", archive)
    assert rows(filled, "versions") == before


# -- what is refused -------------------------------------------------------------------------


def zip_slip(entries, manifest):
    put(entries, manifest, "files/../../outside.txt", b"x")


def foreign_table(entries, manifest):
    put(entries, manifest, "tables/users.jsonl", b'["id","name"]\n[1,"x"]\n')


def bomb(entries, manifest):
    name = "files/" + hashlib.sha256(b"0" * 5_000_000).hexdigest() + ".txt"
    put(entries, manifest, name, b"0" * 5_000_000)


def wrong_hash(entries, manifest):
    name = next(n for n in entries if n.startswith("files/"))
    entries[name] = bytes([entries[name][0] ^ 1]) + entries[name][1:]


def lying_name(entries, manifest):
    put(entries, manifest, f"files/{'a' * 64}.txt", b"not that")


def unnamed(entries, manifest):
    entries["tables/faqs.jsonl.bak"] = b"x"


def missing(entries, manifest):
    del entries["tables/passages.jsonl"]


def larger(entries, manifest):
    name = next(n for n in entries if n.startswith("files/"))
    manifest["entries"][name][1] += 1


def newer(entries, manifest):
    manifest["format"] = 99


def no_manifest_of_ours(entries, manifest):
    manifest.clear()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (zip_slip, "不该有的路径"),
        (foreign_table, "不该导入的表"),
        (bomb, "压缩得不合理"),
        (wrong_hash, "校验和"),
        (lying_name, "名称不符"),
        (unnamed, "与目录不一致"),
        (missing, "与目录不一致"),
        (larger, "大小与目录不符"),
        (newer, "格式"),
        (no_manifest_of_ours, "读不懂"),
        (table_changed("versions", '"content_hash"', '"content_hish"'), "不认识的列"),
        (table_changed("versions", '"published"', "[]"), "读不懂"),
        (table_changed("versions", '"published"', '"nonsense"'), "读不懂"),
        (table_changed("passages", '["id","version_id"', '["version_id","id"'), "不一致"),
        (table_changed("passages", '{"b64":"', '{"b64":"!'), "读不懂"),
        (table_changed("clauses", "\n[", "\n[0,"), "列数"),
    ],
)
def test_a_damaged_or_hostile_archive_leaves_nothing_behind(archive, other, tmp_path, change, why):
    changed = rewritten(archive, change)
    with pytest.raises(BadArchive, match=why):
        import_base(other.catalogue.engine, tmp_path / "other", changed)
    assert other.catalogue.versions() == []
    assert not list((tmp_path / "other").glob("import-*"))
    assert not (tmp_path / "outside.txt").exists()
    restore(other, tmp_path, archive)


def test_a_hash_that_leads_out_of_the_folder_is_no_hash(archive, other, tmp_path):
    with zipfile.ZipFile(archive) as opened:
        name = next(n for n in opened.namelist() if n.startswith("files/"))
    found = name.removeprefix("files/").partition(".")[0]
    changed = rewritten(archive, table_changed("versions", found, f"../{found[3:]}"))
    with pytest.raises(BadArchive, match="content_hash"):
        import_base(other.catalogue.engine, tmp_path / "other", changed)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"hello" * 100])
def test_what_is_no_archive_is_refused_in_words(other, tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(BadArchive, match=r"x\.zip"):
        import_base(other.catalogue.engine, tmp_path / "other", path)


def test_half_an_archive_is_refused(archive, other, tmp_path):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadArchive, match="损坏"):
        import_base(other.catalogue.engine, tmp_path / "other", archive)


def test_an_export_that_fails_leaves_no_half_of_a_file(filled, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        export_base(filled.catalogue.engine, tmp_path / "data", tmp_path / "no" / "x.zip")
