"""The whole knowledge base as one archive: exported while it is in use, imported into an empty one.

The archive is a ZIP file: ``manifest.json`` (format, when, sizes and SHA-256 of everything else),
``tables/NAME.jsonl`` (one JSON array a row, the first line names the columns; bytes as
``{"b64": …}``) and ``files/HASH.SUFFIX``, the originals. Rows keep their ids, so that what cites a
passage still does. Both indexes are made anew from the rows.

Which tables travel stands in CARRIED, and which stay, with the reason, in STAYS: a table in
neither fails a test.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge.catalogue import in_parts, read_passages, read_versions
from knowledge.lifecycle import touch
from knowledge.tables import SAMPLES_TAKEN_IN

FORMAT = 1

CARRIED = (
    *("documents", "versions", "clauses", "passages", "rulings", "term_rulings"),
    *("drafts", "draft_edits", "fact_rulings"),
    "faqs",
    "benefits",
    *("happenings", "events", "signup_rules"),
    *("synonym_groups", "office_questions", "office_question_runs"),
    *("canned_texts", "office_settings"),
)
"""Tables that travel; one that this installation has not is left out."""

STAYS: Mapping[str, str] = {
    "users": "accounts",
    "sign_ins": "sessions",
    "audit_log": "who did what here",
    "turns": "conversations",
    "deliveries": "conversations",
    "outbox": "conversations",
    "handoffs": "conversations",
    "handoff_lines": "conversations",
    "reply_windows": "openids",
    "access_tokens": "secrets",
    "switches": "of this account and moment",
    "intake_jobs": "work of this machine",
    "uploads": "work of this machine",
    "state": "marks of this machine",
    "question_groups": "made of conversations",
    "askings": "made of conversations",
    "passage_uses": "who looked up what",
    "signups": "personal data",
    "signup_drafts": "personal data",
    "walks": "what people said of themselves",
}

LARGEST = 16 * 1024**3
"""Bytes of everything in an archive, unpacked."""
LARGEST_MANIFEST = 16 * 1024**2
LARGEST_ROW = 64 * 1024**2
MOST_RATIO, RATIO_FROM = 200, 1024**2
"""What is packed more than 200 times smaller and is over 1 MiB is a bomb: rows of text reach 30."""
ROWS_AT_ONCE = 500
BLOCK = 1 << 20

_TABLE = re.compile(r"tables/([a-z_]{1,60})\.jsonl")
_FILE = re.compile(r"files/([0-9a-f]{64})(?:\.[a-z0-9]{1,7})?")
_HASH = re.compile(r"[0-9a-f]{64}")


class BadArchive(Exception):
    """An archive that cannot be imported, or a base that cannot take it; says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself.

    Attributes:
        entries: path in the archive -> (SHA-256, bytes).
        rows: table -> number of rows.
    """

    format: int
    made_at: str
    entries: Mapping[str, tuple[str, int]]
    rows: Mapping[str, int]

    @property
    def summary(self) -> str:
        """How much is in it, in words."""
        files = sum(path.startswith("files/") for path in self.entries)
        counted = (("documents", "份文件"), ("versions", "个版本"), ("passages", "个段落"),
                   ("faqs", "条常见问答"), ("synonym_groups", "组同义词"),
                   ("office_questions", "个评测问题"), ("canned_texts", "条常用语"))  # fmt: skip
        parts = [f"{self.rows[name]}{word}" for name, word in counted if self.rows.get(name)]
        return "，".join([*parts, f"{files}个原件"])


# -- export --------------------------------------------------------------------------------


def export_base(engine: Engine, data: Path, target: Path) -> Manifest:
    """Write the archive; safe beside a running server, of one moment. The target appears whole.

    Raises:
        OSError: the target cannot be written.
    """
    entries: dict[str, tuple[str, int]] = {}
    rows: dict[str, int] = {}
    partial = target.with_name(f"{target.name}.partial")
    try:
        with (
            zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive,
            engine.connect() as connection,
        ):
            connection.exec_driver_sql("BEGIN")  # all of it is of one moment
            for table in _present(connection):
                name = f"tables/{table}.jsonl"
                with _entry(archive, name, entries) as write:
                    rows[table] = _write_rows(connection, table, write)
            for path in _originals(connection, data / "files"):
                with _entry(archive, f"files/{path.name}", entries) as write, path.open("rb") as f:
                    for block in iter(lambda: f.read(BLOCK), b""):
                        write(block)
            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(FORMAT, made_at, entries, rows)
            archive.writestr("manifest.json", json.dumps(asdict(manifest), ensure_ascii=False))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _present(connection: Connection) -> list[str]:
    """The tables that travel and that are here."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    here = set(found.scalars())
    return [table for table in CARRIED if table in here]


@contextmanager
def _entry(
    archive: zipfile.ZipFile, name: str, entries: dict[str, tuple[str, int]]
) -> Iterator[Callable[[bytes], object]]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as entry:

        def write(block: bytes) -> None:
            nonlocal size
            digest.update(block)
            size += len(block)
            entry.write(block)

        yield write
    entries[name] = (digest.hexdigest(), size)


def _write_rows(connection: Connection, table: str, write: Callable[[bytes], object]) -> int:
    found = connection.exec_driver_sql(f'SELECT * FROM "{table}"')
    write(_line(list(found.keys())))
    number = 0
    for row in found:
        write(_line([_packed(value) for value in row]))
        number += 1
    return number


def _line(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _packed(value: Any) -> Any:
    return {"b64": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _originals(connection: Connection, files: Path) -> list[Path]:
    hashes = set(connection.exec_driver_sql("SELECT content_hash FROM versions").scalars())
    return sorted(
        p for p in files.glob("*") if p.stem in hashes and _FILE.fullmatch(f"files/{p.name}")
    )


# -- import --------------------------------------------------------------------------------


def import_base(engine: Engine, data: Path, source: Path) -> Manifest:
    """Fill an empty base from an archive, all of it or nothing; the indexes are not made here.

    The caller owns the data folder.

    Raises:
        BadArchive: the base is not empty, or the archive is damaged or no archive of ours.
    """
    try:
        with (
            zipfile.ZipFile(source) as archive,
            tempfile.TemporaryDirectory(prefix="import-", dir=data) as folder,
        ):
            manifest = _checked_manifest(archive, shutil.disk_usage(data).free)
            staged = _unpacked_files(archive, manifest, Path(folder))
            with engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
                _must_be_empty(connection)
                for name in manifest.entries:
                    if table := _TABLE.fullmatch(name):
                        _fill(connection, archive, manifest, name, table[1])
                _must_be_sound(connection)
                connection.exec_driver_sql(
                    "INSERT OR IGNORE INTO state(name, value) VALUES (?, 'done')",
                    (SAMPLES_TAKEN_IN,),
                )
                touch(connection)
                kept = data / "files"
                kept.mkdir(exist_ok=True)
                for path in staged:
                    path.replace(kept / path.name)
            return manifest
    except OSError as error:
        raise BadArchive(f"{source.name}：无法读取（{error.strerror or error}）") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadArchive(f"{source.name}：不是完整的备份文件，或已损坏（{error}）") from None
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", error)
        raise BadArchive(f"{source.name}：内容前后不一致，已全部放弃（{reason}）") from None


def _checked_manifest(archive: zipfile.ZipFile, free: int) -> Manifest:
    """The manifest, once every entry of the archive is one that it names, in size and in place."""
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise BadArchive("备份文件里有重名的项，可能被改动过，未导入")
    if "manifest.json" not in names:
        raise BadArchive("这不是智汇导出的备份（缺 manifest.json），未导入")
    if archive.getinfo("manifest.json").file_size > LARGEST_MANIFEST:
        raise BadArchive("备份的目录大得不合理，未导入")
    try:
        said = json.loads(archive.read("manifest.json"))
        written = said["format"]
        manifest = Manifest(
            int(written), str(said["made_at"]),
            {str(n): (str(h), int(size)) for n, (h, size) in said["entries"].items()},
            {str(t): int(n) for t, n in said["rows"].items()},
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadArchive("备份的目录（manifest.json）读不懂，文件可能已损坏，未导入") from None
    if manifest.format != FORMAT:
        raise BadArchive(
            f"备份的格式是 {manifest.format}，本程序只认 {FORMAT}，请用同一版本的程序导入"
        )
    if set(names) - {"manifest.json"} != set(manifest.entries):
        raise BadArchive("备份里的文件与目录不一致，可能被改动过，未导入")
    for info in infos:
        name = info.filename
        if name == "manifest.json":
            continue
        table = _TABLE.fullmatch(name)
        if not table and not _FILE.fullmatch(name):
            raise BadArchive(f"备份里有不该有的路径“{name[:80]}”，可能被改动过，未导入")
        if table and table[1] not in CARRIED:
            raise BadArchive(f"备份里有不该导入的表“{table[1]}”，未导入")
        if info.file_size != manifest.entries[name][1]:
            raise BadArchive(f"“{name}”的大小与目录不符，文件可能已损坏，未导入")
        if info.file_size > max(RATIO_FROM, MOST_RATIO * info.compress_size):
            raise BadArchive(f"“{name}”压缩得不合理，可能是恶意文件，未导入")
    total = sum(size for _, size in manifest.entries.values())
    if total > LARGEST:
        raise BadArchive(f"备份解开有 {total >> 30} GB，超过上限 {LARGEST >> 30} GB，未导入")
    if total * 2 > free:
        raise BadArchive(
            f"磁盘空间不够：导入约需 {total * 2 >> 20} MB，现剩 {free >> 20} MB，请先清理"
        )
    return manifest


def _unpacked_files(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> list[Path]:
    """The originals in a folder of our own, under names of our own making, each with its hash."""
    staged = []
    for name in manifest.entries:
        found = _FILE.fullmatch(name)
        if not found:
            continue
        path = folder / name.removeprefix("files/")
        with _checked(archive, manifest, name) as entry, path.open("wb") as file:
            shutil.copyfileobj(entry, file, BLOCK)
        if manifest.entries[name][0] != found[1]:
            raise BadArchive(f"原件“{path.name}”的内容与它的名称不符，未导入")
        staged.append(path)
    return staged


class _Checked:
    """An entry being read: never more than it says, and its hash at the end."""

    def __init__(self, entry: IO[bytes], name: str, digest: str, size: int) -> None:
        self._entry, self._name, self._digest = entry, name, digest
        self._left, self._hash = size, hashlib.sha256()

    def read(self, size: int = BLOCK) -> bytes:
        block = self._entry.read(min(size if size > 0 else BLOCK, self._left + 1))
        self._left -= len(block)
        if self._left < 0:
            raise BadArchive(f"“{self._name}”比目录所说的大，未导入")
        self._hash.update(block)
        return block

    def lines(self) -> Iterator[bytes]:
        kept = b""
        while block := self.read():
            *whole, kept = (kept + block).split(b"\n")
            yield from whole
            if len(kept) > LARGEST_ROW:
                raise BadArchive(f"“{self._name}”有一行大得不合理，未导入")
        if kept:
            yield kept

    def end(self) -> None:
        if self._left or self._hash.hexdigest() != self._digest:
            raise BadArchive(f"“{self._name}”的校验和不符，文件已损坏或被改动过，未导入")


@contextmanager
def _checked(archive: zipfile.ZipFile, manifest: Manifest, name: str) -> Iterator[_Checked]:
    digest, size = manifest.entries[name]
    with closing(archive.open(name)) as entry:
        checked = _Checked(entry, name, digest, size)
        yield checked
        checked.end()


def _must_be_empty(connection: Connection) -> None:
    for table in _present(connection):
        if connection.exec_driver_sql(f'SELECT 1 FROM "{table}" LIMIT 1').first():
            raise BadArchive(
                "这里的知识库不是空的，为避免混在一起没有导入；请用 --data 指定一个新的文件夹"
            )


def _fill(
    connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, name: str, table: str
) -> None:
    """Insert the rows of one table; its columns must be ours."""
    if table not in _present(connection):
        raise BadArchive(f"备份里有本程序没有的表“{table}”，请用同一版本或更新的程序导入")
    with _checked(archive, manifest, name) as entry:
        lines = entry.lines()
        columns = _checked_columns(connection, table, _values(next(lines, b"[]"), table))
        holes = ", ".join("?" * len(columns))
        named = ", ".join(f'"{c}"' for c in columns)
        statement = f'INSERT INTO "{table}" ({named}) VALUES ({holes})'
        waiting: list[tuple[Any, ...]] = []
        for line in lines:
            row = tuple(_unpacked(value, table) for value in _values(line, table))
            if len(row) != len(columns):
                raise BadArchive(f"表“{table}”有一行的列数不对，未导入")
            waiting.append(row)
            if len(waiting) == ROWS_AT_ONCE:
                connection.exec_driver_sql(statement, waiting)
                waiting = []
        if waiting:
            connection.exec_driver_sql(statement, waiting)


def _values(line: bytes, table: str) -> list[Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list):
        raise BadArchive(f"表“{table}”有一行读不懂，未导入")
    return values


def _unpacked(value: Any, table: str) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict) and set(value) == {"b64"} and isinstance(value["b64"], str):
        try:
            return base64.b64decode(value["b64"], validate=True)
        except ValueError:
            pass
    raise BadArchive(f"表“{table}”有一个值读不懂，未导入")


def _checked_columns(connection: Connection, table: str, columns: Sequence[Any]) -> list[str]:
    ours = {row[1]: row for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")')}
    named = [str(c) for c in columns]
    if unknown := [c for c in named if c not in ours]:
        raise BadArchive(f"表“{table}”有不认识的列（{unknown[0][:40]}），请用更新的程序导入")
    if len(set(named)) != len(named):
        raise BadArchive(f"表“{table}”有重复的列，未导入")
    needed = [n for n, r in ours.items() if n not in named and r[3] and r[4] is None and not r[5]]
    if needed:
        raise BadArchive(
            f"表“{table}”缺少“{needed[0]}”，备份由较旧的程序导出，请用那个版本导入后再升级"
        )
    return named


def _must_be_sound(connection: Connection) -> None:
    """Everything that answers are made of can be read back as what it is."""
    try:
        versions = read_versions(connection)
        if any(not _HASH.fullmatch(v.content_hash) for v in versions):
            raise ValueError("content_hash")
        ids = list(connection.exec_driver_sql("SELECT id FROM passages").scalars())
        sizes = {
            stored.vector.shape
            for part in in_parts(ids)
            for stored in read_passages(connection, part)
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadArchive(f"备份里有读不懂的内容（{error}），未导入") from None
    if len(sizes) > 1:
        raise BadArchive("备份里的向量长短不一，未导入")
