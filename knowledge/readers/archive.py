"""Office files are zip archives from strangers: opened here within bounds, or refused.

What the headers claim is checked first because it is cheap; what is read is counted again
because headers lie.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from knowledge.documents import Unreadable

MAX_MEMBERS = 2000
MAX_INFLATED = 200 * 1024 * 1024
MAX_PART = 32 * 1024 * 1024
# Real document XML rarely packs tighter than 1:60; small parts may, and do no harm.
MAX_RATIO = 200
RATIO_FREE = 4 * 1024 * 1024

_CHUNK = 1 << 20
_BROKEN = "文件已损坏或没有传完整，打不开；请用 Office 或 WPS 打开后另存一份再上传"
_BOMB = "文件解压后大得异常，已停止读取；请用 Office 或 WPS 打开后另存一份再上传"
_ENTITIES = "文件内部含有外部引用声明（DOCTYPE），不是正常的 Office 文件，为安全起见不予读取"


class Archive:
    """The members of a zip file, each read at most up to its bound."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError) as fault:
            raise Unreadable(name, _BROKEN) from fault
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise Unreadable(name, f"压缩结构异常：内含 {len(members)} 个部件，不是正常的文档")
        if any(member.flag_bits & 0x1 for member in members):
            raise Unreadable(name, "文件已加密，无法读取；请取消密码后重新上传")
        if sum(member.file_size for member in members) > MAX_INFLATED:
            raise Unreadable(name, _BOMB)
        self.names = frozenset(member.filename for member in members)

    def read(self, member: str) -> bytes:
        """The member's bytes; raises Unreadable when it is broken or beyond bounds."""
        parts: list[bytes] = []
        size = 0
        packed = max(self._zip.getinfo(member).compress_size, 1)
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._spent += len(chunk)
                    ratio_broken = size > RATIO_FREE and size / packed > MAX_RATIO
                    if size > MAX_PART or self._spent > MAX_INFLATED or ratio_broken:
                        raise Unreadable(self._name, _BOMB)
                    parts.append(chunk)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,  # an offset before the file's beginning
        ) as fault:
            raise Unreadable(self._name, _BROKEN) from fault
        return b"".join(parts)

    def xml(self, member: str, renamed: tuple[bytes, bytes] = (b"", b"")) -> Any:
        """The member's root element; raises Unreadable when it is not sound, plain XML.

        Args:
            member: the member's name.
            renamed: a namespace and the one to read it as.
        """
        data = self.read(member)
        return parse_xml(data.replace(*renamed) if renamed[0] else data, self._name)

    def xml_members(self) -> Iterator[tuple[str, bytes]]:
        """Every XML member, inflated and checked, before a library opens the archive itself."""
        for member in sorted(self.names):
            if member.endswith((".xml", ".rels", ".vml")):
                data = self.read(member)
                _refuse_doctype(data, self._name)
                yield member, data


def parse_xml(data: bytes, name: str) -> Any:
    """Parse XML that may name no DTD and no entity."""
    from lxml import etree

    _refuse_doctype(data, name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise Unreadable(name, _BROKEN) from fault
    if root.getroottree().docinfo.doctype:
        raise Unreadable(name, _ENTITIES)
    return root


def _refuse_doctype(data: bytes, name: str) -> None:
    # A declaration can only stand before the root element; UTF-16 hides it behind NUL bytes.
    prolog = data[:65536].replace(b"\x00", b"")
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
        raise Unreadable(name, _ENTITIES)
