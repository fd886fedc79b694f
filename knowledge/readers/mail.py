"""Saved e-mails (.eml): the subject and the text; what is attached is named, not read."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace

from knowledge.documents import Block, BlockKind, Reading, Unreadable
from knowledge.readers import html, text
from knowledge.readers.decoding import decode

_HEADERS = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){3,}\r?\n", re.ASCII
)
_NEEDED = (rb"^(?:From|Received|Return-Path):", rb"^(?:Date|To|Subject):", rb"^MIME-Version:")


def is_mail(data: bytes) -> bool:
    """Does it begin with the headers of an e-mail?"""
    head = _HEADERS.match(data[: 64 * 1024].lstrip(b"\xef\xbb\xbf\r\n"))
    return head is not None and all(
        re.search(needed, head[0], re.IGNORECASE | re.MULTILINE) for needed in _NEEDED
    )


def read(data: bytes, name: str) -> Reading:
    """Read the text of an e-mail, as a web page where it has one.

    Raises:
        Unreadable: it has no text of its own; the message names what is attached.
    """
    data = data.lstrip(b"\xef\xbb\xbf\r\n")
    message = email.message_from_bytes(data, policy=email.policy.default)
    attached = [
        part.get_filename() or part.get_content_type() for part in message.iter_attachments()
    ]
    names = "、".join(f"“{one}”" for one in attached[:8])
    body = message.get_body(("html", "plain"))
    content = body.get_payload(decode=True) if body is not None else None
    if not isinstance(content, bytes) or not content.strip() or body is None:
        told = f"正文在附件里：{names}；" if names else ""
        raise Unreadable(name, f"这是一封没有正文的电子邮件，{told}请保存附件后直接上传")
    charset = body.get_content_charset() or ""
    if body.get_content_type() == "text/html":
        reading = html.read(content, name)
    else:
        reading = text.read(decode(content, charset).text.encode(), name)
    subject = str(message["Subject"] or "").strip()
    subject = re.sub(
        r"^(?:(?:转发|答复|回复|Fwd?|Re)\s*[:：]\s*)+", "", subject, flags=re.IGNORECASE
    )
    head = (Block(BlockKind.HEADING, subject, 1),) if subject else ()
    notes = [*reading.notes, "这是电子邮件，只读入了主题和正文"]
    if names:
        notes.append(f"邮件的附件没有读入：{names}；请保存后另行上传")
    return replace(reading, format="mail", blocks=(*head, *reading.blocks), notes=tuple(notes))
