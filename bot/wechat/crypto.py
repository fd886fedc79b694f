"""Who sent a request, and what an encrypted one holds ("push", "encryption" in Tencent's docs).

Wraps wechatpy's cipher, which compares signatures in variable time and raises whatever comes up.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from wechatpy.crypto import WeChatCrypto

AES_KEY_CHARACTERS = 43

# base64 only, so that the pattern is linear and needs no XML parser before the signature holds.
_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=\s]*)(?:\]\]>)?\s*</Encrypt>")
_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Refused(Exception):
    """A request that the platform did not send, or not to this account."""


def signature_of(*parts: str) -> str:
    """Lower-case hex SHA-1 of the sorted parts, which the platform calls ``signature`` (token,
    timestamp, nonce) and ``msg_signature`` (the same and ``Encrypt``)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Compare in constant time; False as well when the signature or any part is empty.

    An empty part would let sha1(token) pass, and an empty token would let everybody pass.
    """
    if not signature or not all(parts):
        return False
    expected = signature_of(*parts)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def is_parameter(value: str) -> bool:
    """True for what the platform sends as timestamp and nonce; the nonce goes back in our reply."""
    return _PARAMETER.fullmatch(value) is not None


class Envelope:
    """The AES envelope of safe and compat mode: opens requests, seals replies."""

    def __init__(self, token: str, appid: str, aes_key: str) -> None:
        """Take the three values of the account's console page.

        Raises:
            ValueError: the EncodingAESKey is not 43 characters of base64; its value is not shown.
        """
        if re.fullmatch(rf"[A-Za-z0-9+/]{{{AES_KEY_CHARACTERS}}}", aes_key) is None:
            raise ValueError(f"EncodingAESKey: {AES_KEY_CHARACTERS} letters and digits expected")
        self._token = token
        self._crypto = WeChatCrypto(token, aes_key, appid)

    def open(self, body: bytes, msg_signature: str, timestamp: str, nonce: str) -> bytes:
        """Decrypt a request's ``Encrypt`` element; clear fields beside it (compat) are ignored.

        ``msg_signature`` is what counts here: ``signature`` covers neither body nor mode.

        Raises:
            Refused: nothing encrypted, a wrong signature, a broken cipher text, another AppID.
        """
        # The signature tells the real element from one that a user typed into a clear text.
        candidates = (b"".join(found.split()).decode() for found in _ENCRYPT.findall(body))
        for encrypt in candidates:
            if is_signed(msg_signature, self._token, timestamp, nonce, encrypt):
                return self._decrypt(encrypt, msg_signature, timestamp, nonce)
        raise Refused("msg_signature does not fit")

    def _decrypt(self, encrypt: str, msg_signature: str, timestamp: str, nonce: str) -> bytes:
        try:
            clear: str = self._crypto.decrypt_message(
                {"Encrypt": encrypt}, msg_signature, timestamp, nonce
            )
            return clear.encode()
        except Exception as error:  # IndexError, struct.error, binascii.Error, UnicodeDecodeError …
            raise Refused(f"cannot be decrypted: {type(error).__name__}") from error

    def seal(self, xml: str, timestamp: str, nonce: str) -> str:
        """Encrypt and sign a reply; ``nonce`` is the request's, ``timestamp`` is now in seconds."""
        sealed: str = self._crypto.encrypt_message(xml, nonce, timestamp)
        return sealed
