"""Older office formats (.doc, .wps, .rtf, .odt, .ods, .et): LibreOffice makes today's of them.

The program is optional. It runs for one file, in a process group with a time limit, in an
empty profile of its own that forbids macros and the loading of linked files.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge.documents import Reading, Unreadable
from knowledge.readers import docx, xlsx
from knowledge.readers.archive import Archive, parse_xml

SECONDS = 90
"""A first start with an empty profile takes 3 s, a paper of 23 pages 2 s more (2 cores)."""
_MEMORY_KIB = 3 * 1024 * 1024
_WRITTEN_BLOCKS = 200 * 1024 * 2  # of 512 bytes, what ``ulimit -f`` counts
INSTALL = "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"

_PLACES = (
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_ZIPPED = ("odt", "ods")
_SHEETS = ("ods", "xls", "excelml")
_PLAIN_XML = ("wordml", "excelml")
_NAMES = {
    "doc": "旧版 Word 文件（.doc/.wps）",
    "rtf": "RTF 文件",
    "odt": "OpenDocument 文件（.odt）",
    "ods": "OpenDocument 表格（.ods）",
    "xls": "旧版 Excel 文件（.xls/.et）",
    "wordml": "XML 格式的 Word 文件",
    "excelml": "XML 格式的 Excel 文件",
}
_SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + _SETTING.format("DisableMacrosExecution", "true")
    + _SETTING.format("MacroSecurityLevel", "3")
    + _SETTING.format("BlockUntrustedRefererLinks", "true")
    + "</oor:items>"
)


def program() -> str:
    """Where LibreOffice is; "" when it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).exists()), "")


def old_kind(data: bytes) -> str:
    """Which of the older formats it is: doc, rtf, odt, ods, xls, wordml or excelml; "" for none."""
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"PK"):
        return "ods" if b"opendocument.spreadsheet" in data[:200] else "odt"
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        head = data[:8192]
        if b"<w:wordDocument" in head or b"<pkg:package" in head:
            return "wordml"
        return "excelml" if b"urn:schemas-microsoft-com:office:spreadsheet" in head else ""
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    books = ("Workbook", "Book")
    return "xls" if any(name.encode("utf-16-le") in data for name in books) else ""


def read(data: bytes, name: str) -> Reading:
    """Read a file through LibreOffice.

    Raises:
        Unreadable: also when LibreOffice is not installed, with the line that installs it.
    """
    kind = old_kind(data)
    if is_locked(data):
        raise Unreadable(name, "文件设有打开密码（已加密），无法读取；请取消密码后重新上传")
    if kind in _PLAIN_XML:
        root = parse_xml(data, name)
        if etree_name(root) == "package":
            return replace(docx.read(_packed(root), name), format=kind)
    if kind in _ZIPPED:  # LibreOffice unpacks whatever comes
        for _ in Archive(data, name).xml_members():
            pass
    if kind == "rtf":
        data = _with_code_page(data)
    converted = _converted(data, kind, name)
    reading = xlsx.read(converted, name) if kind in _SHEETS else docx.read(converted, name)
    return replace(reading, format=kind)


def _with_code_page(data: bytes) -> bytes:
    """An RTF that names no code page with that of Chinese Windows: it would be read as Latin."""
    head = data[:4096]
    names_one = rb"\\ansicpg|\\mac\b|\\pca?\b|\\fcharset(?!0\b)\d|\\cpg\d"
    if re.search(names_one, head) or not re.search(rb"\\'[89a-fA-F]", data):
        return data
    return re.sub(rb"^(\{\\rtf\d?(?:\\ansi)?)", rb"\1\\ansicpg936", data, count=1)


def etree_name(element: Any) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _packed(package: Any) -> bytes:
    """A Word file saved as one XML file, as the archive of parts that it else is."""
    from lxml import etree

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part in package:
            held = part[0] if len(part) else None
            if held is None or etree_name(held) != "xmlData" or not len(held):
                continue  # pictures, which are counted where the text refers to them
            name = next((v for k, v in part.attrib.items() if k.endswith("}name")), "")
            archive.writestr(str(name).lstrip("/"), etree.tostring(held[0]))
    return buffer.getvalue()


def is_locked(data: bytes) -> bool:
    """True for a .doc with a password: [MS-DOC] 2.5.2 FibBase, fEncrypted."""
    # The stream begins in the first sector of nearly every file; elsewhere the program fails.
    return data[512:514] == b"\xec\xa5" and bool(data[512 + 0x0B] & 0x01)


def _converted(data: bytes, kind: str, name: str) -> bytes:
    soffice = program()
    if not soffice:
        newer = ".xlsx" if kind in _SHEETS else ".docx"
        raise Unreadable(
            name,
            f"这是{_NAMES[kind]}，需要服务器装有 LibreOffice 才能读取：请管理员运行 {INSTALL}；"
            f"或用 Word、WPS 另存为 {newer} 后上传",
        )
    target = "xlsx" if kind in _SHEETS else "docx"
    with tempfile.TemporaryDirectory(prefix="zhihui-office-") as folder:
        place = Path(folder)
        (place / "profile" / "user").mkdir(parents=True)
        (place / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE)
        source = place / f"paper.{'xml' if kind in _PLAIN_XML else kind}"
        source.write_bytes(data)
        out = place / "out"
        _run(
            [
                *(soffice, "--headless", "--norestore", "--nologo", "--nodefault"),
                *("--nolockcheck", f"-env:UserInstallation={(place / 'profile').as_uri()}"),
                *("--convert-to", target, "--outdir", str(out), str(source)),
            ],
            place,
            name,
        )
        result = out / f"paper.{target}"
        if not result.exists():
            raise Unreadable(
                name,
                f"{_NAMES[kind]}打不开，可能设有密码、已损坏或没有传完整；"
                "请用 Word 或 WPS 打开后另存为新格式再上传",
            )
        return result.read_bytes()


def _run(command: list[str], place: Path, name: str) -> None:
    """Run a program within limits; its whole process group ends with it."""
    # The shell sets the limits: code between fork and exec is unsafe where threads are. Beside the
    # program it leaves a watch, which ends the group when our end of its pipe closes: also when
    # this process is killed.
    watch = "exec 3<&0; { read -r _ <&3; kill -s KILL 0; } 2>/dev/null & exec 3<&-"
    limits = f"ulimit -S -v {_MEMORY_KIB}; ulimit -S -f {_WRITTEN_BLOCKS}; ulimit -S -c 0"
    script = f'{{ {limits}; }} 2>/dev/null; {watch}; exec "$@" </dev/null'
    process = subprocess.Popen(
        ["/bin/sh", "-c", script, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place,
        # nothing of ours is passed on, and what the paper links to is not reachable
        env={
            **{"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(place)},
            **{"TMPDIR": str(place), "LANG": "C.UTF-8"},
            **{"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"},
        },
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise Unreadable(
            name, f"转换旧格式超过 {SECONDS} 秒，已停止；请用 Word 或 WPS 另存为新格式后上传"
        ) from None
    finally:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
