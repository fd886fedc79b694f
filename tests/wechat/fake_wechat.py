#!/usr/bin/env python3
# ruff: noqa: T201 - a command line prints
"""A fake WeChat Official Account platform for testing a bot here; nothing beyond loopback.

  verify   GET the webhook with echostr, as the console does when the URL is saved
  send     deliver one message or event: sign, (encrypt), 5-second limit, up to 3 tries with the
           same MsgId; show what the user sees
  api      serve api.weixin.qq.com's calls on loopback, with token expiry, quotas and error
           injection; keeps a record
  load     N users, R messages/s, bounded; ack latency, lost and duplicate answers

The bot must use  http://127.0.0.1:<api-port>  in place of  https://api.weixin.qq.com.
Python 3.11, stdlib and `cryptography`. Where the platform's rule is a guess it says GUESS."""

import argparse
import base64
import contextlib
import hashlib
import hmac
import http.client
import itertools
import json
import queue
import random
import re
import secrets
import struct
import sys
import threading
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FAULT = "该公众号提供的服务出现故障，请稍后再试"
LIMIT_TEXT_BYTES = 2048


# ---------------------------------------------------------------- crypto
def aes_cbc(key, data, encrypt):
    c = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
    o = c.encryptor() if encrypt else c.decryptor()
    return o.update(data) + o.finalize()


def sha1_sorted(*parts):
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


class Codec:
    """Signature and AES envelope of one account."""

    def __init__(self, token, appid="", aes_key=""):
        self.token, self.appid = token, appid
        self.key = base64.b64decode(aes_key + "=") if aes_key else None
        if self.key is not None and len(self.key) != 32:
            raise SystemExit("--aes-key must have 43 characters")

    def encrypt(self, text):
        body = (
            secrets.token_hex(8).encode()
            + struct.pack(">I", len(text.encode()))
            + text.encode()
            + self.appid.encode()
        )
        pad = 32 - len(body) % 32
        return base64.b64encode(aes_cbc(self.key, body + bytes([pad]) * pad, True)).decode()

    def decrypt(self, b64):
        plain = aes_cbc(self.key, base64.b64decode(b64, validate=True), False)
        if not 1 <= plain[-1] <= 32:
            raise ValueError("bad padding")
        plain = plain[: -plain[-1]]
        n = struct.unpack(">I", plain[16:20])[0]
        if plain[20 + n :].decode() != self.appid:
            raise ValueError(f"appid inside the reply is {plain[20 + n :][:40]!r}")
        return plain[20 : 20 + n].decode()


# ---------------------------------------------------------------- what the platform knows
class Platform:
    """Shared by webhook client and API server: tokens, quotas, what each user received."""

    def __init__(self, appid, secret, token_ttl=7200, overlap=300, check_window=True):
        self.appid, self.secret, self.token_ttl, self.overlap, self.check_window = (
            appid,
            secret,
            token_ttl,
            overlap,
            check_window,
        )
        self.lock = threading.RLock()
        self.reset()

    def reset(self):
        with self.lock:
            self.tokens, self.current, self.stable = {}, None, None  # token -> expiry time
            self.last_force, self.force_count, self.token_calls = 0.0, 0, 0
            self.grants = defaultdict(dict)  # openid -> kind -> [left, expires]
            self.last_in, self.typing_until = {}, {}
            self.received, self.calls, self.media = [], [], {}
            self.bodies = []  # as they came over the wire, in the order of calls
            self.menu, self.injected, self.listeners = None, [], []

    def user_action(self, openid, kind):
        """A user did something: open (or renew) the quota. Quotas do not add up."""
        with self.lock:
            left, span = (5, 48 * 3600) if kind == "message" else (3, 60)
            self.grants[openid][kind] = [left, time.time() + span]
            self.last_in[openid] = time.time()

    def spend(self, openid):
        """-> 0, 45015 (no window open) or 45047 (quota used up)."""
        with self.lock:
            live = sorted(
                (g for g in self.grants[openid].values() if g[1] > time.time()), key=lambda g: g[1]
            )
            for g in live:
                if g[0] > 0:
                    g[0] -= 1
                    return 0
            return 0 if not self.check_window else 45047 if live else 45015

    def deliver(self, openid, via, msgtype, content, note=""):
        with self.lock:
            rec = {
                "seq": len(self.received) + 1,
                "t": round(time.time(), 3),
                "openid": openid,
                "via": via,
                "msgtype": msgtype,
                "content": content,
                "note": note,
            }
            self.received.append(rec)
            listeners = list(self.listeners)
        for f in listeners:
            f(rec)

    # tokens
    def new_token(self):
        t = secrets.token_urlsafe(48)
        self.tokens[t] = time.time() + self.token_ttl
        return t

    def get_token(self):
        with self.lock:
            self.token_calls += 1
            if self.token_calls > 2000:
                return {"errcode": 45009, "errmsg": "reach max api daily quota limit"}
            if self.current:  # the previous one stays good for a few minutes only
                self.tokens[self.current] = min(
                    self.tokens.get(self.current, 0), time.time() + self.overlap
                )
            self.current = self.new_token()
            return {"access_token": self.current, "expires_in": self.token_ttl}

    def get_stable(self, force):
        with self.lock:
            now, left = time.time(), self.tokens.get(self.stable, 0) - time.time()
            if force and now - self.last_force >= 30 and self.force_count < 20:
                self.tokens.pop(self.stable, None)
                self.last_force, self.force_count, left = now, self.force_count + 1, -1
            if left <= min(300, self.token_ttl / 2):
                self.stable = self.new_token()
            return {"access_token": self.stable, "expires_in": int(self.tokens[self.stable] - now)}

    def check_token(self, t):
        with self.lock:
            if not t:
                return 41001, "access_token missing"
            if t not in self.tokens:
                return 40001, "invalid credential, access_token is invalid or not latest"
            return (0, "ok") if self.tokens[t] > time.time() else (42001, "access_token expired")

    def inject(self, spec):
        """PATH:ERRCODE[:COUNT[:SKIP]] as custom/send:45015:2, token:http500:1 or token:hang8:1"""
        path, code, *rest = spec.split(":")
        self.injected.append([path, code] + [int(x) for x in rest + ["1", "0"][len(rest) :]])

    def take_injection(self, path):
        with self.lock:
            for item in self.injected:
                if path.endswith(item[0]) and item[2] > 0:
                    which = (
                        3 if item[3] > 0 else 2
                    )  # first the calls to let through, then those to spoil
                    item[which] -= 1
                    return item[1] if which == 2 else None


# ---------------------------------------------------------------- the API side
MENU_TYPES = [
    "click",
    "view",
    "miniprogram",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
    "media_id",
    "view_limited",
    "article_id",
    "article_view_limited",
]


def menu_error(data):
    """-> None or (errcode, errmsg) for a menu/create body. Sub-button codes: the main ones + 7."""

    def bad(s, most):
        return not 1 <= len(str(s or "").encode()) <= most

    def check(buttons, most, name_bytes, plus):
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
            return 40016 + plus, "invalid button size"
        for b in buttons:
            if bad(b.get("name"), name_bytes):
                return 40018 + plus, "invalid button name size"
            if not plus and b.get("sub_button"):
                if err := check(b["sub_button"], 5, 60, 7):
                    return err
            elif b.get("type") not in MENU_TYPES:
                return 40017 + plus, "invalid button type"
            elif b["type"] in ("view", "miniprogram") and bad(b.get("url"), 1024):
                return 40020 + plus, "invalid button url size"
            elif b["type"] in MENU_TYPES[3:5] + MENU_TYPES[:1] and bad(b.get("key"), 128):
                return 40019 + plus, "invalid button key size"

    return check(data.get("button"), 3, 16, 0)


class Api(BaseHTTPRequestHandler):
    protocol_version, platform, quiet = "HTTP/1.1", None, False

    def log_message(self, *a):
        pass

    def do_GET(self):
        self.handle_call("GET")

    def do_POST(self):
        self.handle_call("POST")

    def reply(self, obj, status=200, ctype="application/json; encoding=utf-8"):
        body = obj if isinstance(obj, bytes) else json.dumps(obj, ensure_ascii=False).encode()
        self.send_response(status)
        for h in (("Content-Type", ctype), ("Content-Length", str(len(body)))):
            self.send_header(*h)
        self.end_headers()
        self.wfile.write(body)

    def handle_call(self, method):
        P = self.platform
        url = urllib.parse.urlsplit(self.path)
        q = {k: v[0] for k, v in urllib.parse.parse_qs(url.query, keep_blank_values=True).items()}
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, data = url.path, None
        with contextlib.suppress(ValueError):
            data = json.loads(raw)
        if path.startswith("/_fake/"):
            return self.admin(path[7:], data or {})
        code, status = P.take_injection(path), 200
        if code:
            word, num = re.fullmatch(r"([a-z]*)(-?[\d.]+)", code).groups()
            status = int(num) if word == "http" else 200
            time.sleep(float(num) if word == "hang" else 0)
            out = {"errcode": -1 if word else int(num), "errmsg": "injected rid: fake"}
        else:
            try:
                out = self.dispatch(path, q, data, raw)
            except (LookupError, TypeError, AttributeError, ValueError) as e:
                out = {"errcode": 47001, "errmsg": f"data format error: {e!r}"}
        with P.lock:
            P.bodies.append(raw)
            P.calls.append(
                {
                    "t": round(time.time(), 3),
                    "path": path,
                    "errcode": out.get("errcode", 0) if isinstance(out, dict) else 0,
                    "status": status,
                }
            )
        if not self.quiet:
            print(f"  [api] {method} {path} -> {str(out)[:120]}", flush=True)
        self.reply(*(out[0], status, out[1]) if isinstance(out, tuple) else (out, status))

    def dispatch(self, path, q, data, raw):
        P, ok = self.platform, {"errcode": 0, "errmsg": "ok"}

        def err(c, m):
            return {"errcode": c, "errmsg": f"{m} rid: fake"}

        if path in ("/cgi-bin/token", "/cgi-bin/stable_token"):
            p = q if path.endswith("/token") else data
            if p.get("grant_type") != "client_credential":
                return err(40002, "invalid grant_type")
            if p.get("appid") != P.appid:
                return err(40013, "invalid appid")
            if p.get("secret") != P.secret:
                return err(40125 if "stable" in path else 40001, "invalid appsecret")
            return (
                P.get_token()
                if path.endswith("/token")
                else P.get_stable(bool(p.get("force_refresh")))
            )
        c, m = P.check_token(q.get("access_token"))
        if c:
            return err(c, m)
        if path == "/cgi-bin/message/custom/send":
            to, kind = data["touser"], data["msgtype"]
            body = data[kind]
            note = (
                "body had \\uXXXX escapes: the real platform shows them literally"
                if re.search(rb"\\u[0-9a-fA-F]{4}", raw)
                else ""
            )
            if kind == "text" and not body["content"]:
                return err(44004, "empty content")
            if kind == "text" and len(body["content"].encode()) > LIMIT_TEXT_BYTES:
                return err(45002, "content size out of limit")
            if kind == "news" and len(body["articles"]) != 1:
                return err(45008, "article size out of limit")
            if kind in ("image", "voice", "video", "mpnews") and not body["media_id"]:
                return err(40007, "invalid media_id")
            if e := P.spend(to):
                return err(
                    e,
                    "response out of time limit or subscription is canceled"
                    if e == 45015
                    else "out of response count limit",
                )
            P.typing_until.pop(to, None)
            P.deliver(to, "custom", kind, body["content"] if kind == "text" else body, note)
            return ok
        if path == "/cgi-bin/message/custom/typing":
            to, now = data["touser"], time.time()
            if data["command"] not in ("Typing", "CancelTyping"):
                return err(45072, "invalid command")
            if data["command"] == "CancelTyping":
                P.typing_until.pop(to, None)
                return ok
            if P.check_window and now - P.last_in.get(to, 0) > 30:
                return err(
                    45080, "need sending message to user or receiving in the last 30 seconds"
                )
            if P.typing_until.get(to, 0) > now:
                return err(45081, "typing is already sending to user")
            P.typing_until[to] = now + 15
            P.deliver(to, "typing", "typing", "")
            return ok
        if path in ("/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend"):
            P.deliver(data["touser"], path.split("/")[3], data["template_id"], data["data"])
            return dict(ok, msgid=random.randrange(10**17, 10**18)) if "template/" in path else ok
        if path == "/cgi-bin/menu/create":
            if e := menu_error(data):
                return err(*e)
            P.menu = data
            return ok
        if path == "/cgi-bin/menu/get":
            return {"menu": P.menu} if P.menu else err(46003, "menu no exist")
        if path == "/cgi-bin/menu/delete":
            P.menu = None
            return ok
        if (
            path == "/cgi-bin/user/info"
        ):  # nickname and headimgurl are empty on the real platform since 2021-12-27
            return {
                "subscribe": 1,
                "openid": q["openid"],
                "language": "zh_CN",
                "subscribe_time": 1700000000,
                "nickname": "",
                "headimgurl": "",
                "remark": "",
                "groupid": 0,
                "tagid_list": [],
                "subscribe_scene": "ADD_SCENE_SEARCH",
                "qr_scene": 0,
                "qr_scene_str": "",
            }
        if path == "/cgi-bin/media/upload":
            mid = secrets.token_urlsafe(48)
            P.media[mid] = raw.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[
                0
            ]  # one-part multipart body
            return {"type": q["type"], "media_id": mid, "created_at": int(time.time())}
        if path == "/cgi-bin/media/get":
            return (
                (b"#!AMR\n" + bytes(32), "audio/amr")
                if q["media_id"].startswith("voice")
                else (P.media[q["media_id"]], "application/octet-stream")
                if q["media_id"] in P.media
                else err(40007, "invalid media_id")
            )
        if path in ("/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"):
            return {"ip_list": ["127.0.0.1"]}
        return err(48001, "api unauthorized (not in this fake): " + path)

    def admin(self, what, data):
        """/_fake/state, /_fake/reset, /_fake/expire, /_fake/inject {"spec":..},
        /_fake/action {"openid":..,"kind":"message|click"}"""
        P = self.platform
        if what == "reset":
            P.reset()
        elif what == "expire":
            P.tokens, P.stable, P.current = dict.fromkeys(P.tokens, 0), None, None
        elif what == "inject":
            P.inject(data["spec"])
        elif what == "action":
            P.user_action(data["openid"], data.get("kind", "message"))
        elif what == "state":
            with P.lock:
                return self.reply(
                    {
                        "received": P.received,
                        "calls": P.calls,
                        "token_calls": P.token_calls,
                        "menu": P.menu,
                        "injected": P.injected,
                    }
                )
        else:
            return self.reply({"errcode": 404}, 404)
        self.reply({"ok": True})


def start_api(platform, port, quiet):
    srv = type(
        "Server", (ThreadingHTTPServer,), {"daemon_threads": True, "request_queue_size": 256}
    )(("127.0.0.1", port), type("BoundApi", (Api,), {"platform": platform, "quiet": quiet}))
    threading.Thread(target=srv.serve_forever, daemon=True).start()
    return srv


# ---------------------------------------------------------------- the webhook side
def cdata(tag, text):
    return "<{}><![CDATA[{}]]></{}>".format(tag, str(text).replace("]]>", "]]]]><![CDATA[>"), tag)


msgids = itertools.count(
    int(time.time()) * 10**7 + random.randrange(10**6)
)  # 64-bit, never repeated


def build_xml(gh, openid, kind, value="", extra=None):
    """kind: text image voice video location link, or an event such as subscribe, CLICK, SCAN."""
    media = secrets.token_urlsafe(32)
    parts = [
        cdata("ToUserName", gh),
        cdata("FromUserName", openid),
        f"<CreateTime>{int(time.time())}</CreateTime>",
    ]
    plain = {
        "text": lambda: cdata("Content", value),
        "image": lambda: (
            cdata("PicUrl", value or "http://mmbiz.qpic.cn/fake/0") + cdata("MediaId", media)
        ),
        "voice": lambda: (
            cdata("MediaId", "voice" + media)
            + cdata("Format", "amr")
            + (cdata("Recognition", value) if value else "")
        ),
        "video": lambda: cdata("MediaId", media) + cdata("ThumbMediaId", media),
        "location": lambda: (
            "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Scale>16</Scale>"
            + cdata("Label", value)
        ),
        "link": lambda: (
            cdata("Title", value)
            + cdata("Description", value)
            + cdata("Url", "https://example.org/")
        ),
    }
    if kind in plain:
        parts += [cdata("MsgType", kind), plain[kind](), f"<MsgId>{next(msgids)}</MsgId>"]
    else:
        parts += [cdata("MsgType", "event"), cdata("Event", kind)]
        parts += [cdata("EventKey", value)] if kind not in ("LOCATION", "unsubscribe") else []
        parts += (
            [cdata("Ticket", "gQFAKE")] if kind == "SCAN" or value.startswith("qrscene_") else []
        )
        parts += (
            [
                "<Latitude>31.2304</Latitude><Longitude>121.4737</Longitude><Precision>40.0</Precision>"
            ]
            if kind == "LOCATION"
            else []
        )
    parts += [f"<{k}>{escape(v)}</{k}>" for k, v in (extra or {}).items()]
    return "<xml>" + "".join(parts) + "</xml>"


class Webhook:
    """Plays the WeChat server towards one bot URL."""

    def __init__(self, url, codec, mode, platform=None, limit=5.0, tries=3, gh="gh_fakeaccount0"):
        self.u, self.codec, self.mode, self.platform = (
            urllib.parse.urlsplit(url),
            codec,
            mode,
            platform,
        )
        self.limit, self.tries, self.gh, self.patient = limit, tries, gh, False
        if self.u.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("only a webhook on this machine is allowed")
        if mode != "plain" and codec.key is None:
            raise SystemExit(f"--mode {mode} needs --aes-key and --appid")

    def query(self, openid=None, encrypt=None):
        ts, nonce = str(int(time.time())), str(random.randrange(10**8, 2**31))
        q = {"signature": sha1_sorted(self.codec.token, ts, nonce), "timestamp": ts, "nonce": nonce}
        q |= {"openid": openid} if openid else {}
        return q | (
            {
                "encrypt_type": "aes",
                "msg_signature": sha1_sorted(self.codec.token, ts, nonce, encrypt),
            }
            if encrypt
            else {}
        )

    def call(self, method, q, body=None):
        """One HTTP exchange under one total deadline. -> (status, body bytes) or raises."""
        end = time.monotonic() + self.limit
        conn = http.client.HTTPConnection(self.u.hostname, self.u.port, timeout=self.limit)
        try:
            query = "&".join(filter(None, [self.u.query, urllib.parse.urlencode(q)]))
            conn.request(
                method,
                (self.u.path or "/") + "?" + query,
                body,
                {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*"},
            )
            sock, data = conn.sock, b""
            sock.settimeout(max(0.001, end - time.monotonic()))
            r = conn.getresponse()
            while chunk := r.read1(65536):
                data += chunk
                if time.monotonic() >= end:
                    raise TimeoutError
                with contextlib.suppress(OSError):  # already closed: all of it has been read
                    sock.settimeout(max(0.001, end - time.monotonic()))
            if r.length:  # cut off behind the headers: nothing that anybody could show
                raise http.client.IncompleteRead(data, r.length)
            return r.status, data
        finally:
            conn.close()

    def envelope(self, xml):
        if self.mode == "plain":
            return xml, None
        enc = self.codec.encrypt(xml)
        if self.mode == "safe":
            return "<xml>{}{}</xml>".format(
                cdata("ToUserName", self.gh), cdata("Encrypt", enc)
            ), enc
        return xml.replace(
            "</xml>", cdata("Encrypt", enc) + "</xml>"
        ), enc  # compat: clear text and cipher text together

    def read_reply(self, body, openid, articles=1):
        """-> (kind, content, problem). kind 'none' = nothing is shown to the user."""
        text = body.decode("utf-8", "replace").strip()
        if text in ("", "success"):
            return "none", "", None
        try:
            root = ET.fromstring(text)
            f = {c.tag: (c.text or "") for c in root}
            if "Encrypt" in f:
                if self.mode == "plain":
                    raise ValueError("encrypted reply in plain mode")
                want = sha1_sorted(
                    self.codec.token, f.get("TimeStamp", ""), f.get("Nonce", ""), f["Encrypt"]
                )
                if not hmac.compare_digest(want, f.get("MsgSignature", "")):
                    raise ValueError("bad MsgSignature")
                inner = self.codec.decrypt(f["Encrypt"])
                if inner.strip() in ("", "success"):
                    return "none", "", None
                root = ET.fromstring(inner)
                f = {c.tag: (c.text or "") for c in root}
            elif self.mode == "safe":
                raise ValueError("clear-text reply in safe mode")
            if root.tag != "xml":
                raise ValueError("root is not <xml>")
            if len(f) != len(list(root)):
                raise ValueError("an element occurs twice (CDATA injection?)")
            if f.get("ToUserName") != openid:
                raise ValueError("ToUserName {!r} is not the user".format(f.get("ToUserName")))
            if f.get("FromUserName") != self.gh:
                raise ValueError(
                    "FromUserName {!r} is not the account".format(f.get("FromUserName"))
                )
            if not f.get("CreateTime", "").isdigit():
                raise ValueError("CreateTime is not an integer")
            kind = f.get("MsgType")
            if kind == "text":
                n = len(f.get("Content", "").encode())
                if not 0 < n <= LIMIT_TEXT_BYTES:
                    raise ValueError(f"Content has {n} bytes (1..{LIMIT_TEXT_BYTES})")
                return "text", f["Content"], None
            if kind == "news":
                items = root.findall("Articles/item")
                if f.get("ArticleCount") != str(len(items)) or not 1 <= len(items) <= articles:
                    raise ValueError(
                        f"news: {len(items)} articles, ArticleCount {f.get('ArticleCount')}, "
                        f"at most {articles} here"
                    )
                return "news", [{c.tag: c.text or "" for c in i} for i in items], None
            if kind in ("image", "voice", "video", "music"):
                return kind, {c.tag: c.text or "" for c in root.find(kind.capitalize())}, None
            if kind == "transfer_customer_service":
                return "transfer", f.get("TransInfo", ""), None
            raise ValueError(f"unknown MsgType {kind!r}")
        except Exception as e:  # noqa: BLE001 - whatever is wrong with it, the user sees a fault
            return "fault", FAULT, f"{type(e).__name__}: {e}; body starts {text[:80]!r}"

    def push(self, openid, xml, action=None, log=lambda *a: None):
        """Deliver one message with retries. -> kind, content, tries, first_latency, problem."""
        if self.platform and action:
            self.platform.user_action(openid, action)
        problem, first, t0 = "", None, 0.0
        for n in range(1, self.tries + 1):
            if n > 1 and self.patient:  # a refused connection comes back at once, WeChat does not
                time.sleep(max(0.0, t0 + self.limit - time.monotonic()))
            body, enc = self.envelope(
                xml
            )  # fresh timestamp, nonce and encryption; same MsgId and CreateTime
            t0 = time.monotonic()
            status = 0
            try:
                status, data = self.call("POST", self.query(openid, enc), body.encode())
                kind, content, problem = (
                    self.read_reply(data, openid, 8 if "<![CDATA[event]]>" in xml else 1)
                    if status == 200
                    else ("fault", FAULT, f"HTTP status {status}")
                )
            except (OSError, http.client.HTTPException) as e:
                kind, content, problem = "fault", FAULT, f"no answer: {e!r}"
            took = time.monotonic() - t0
            first = took if first is None else first
            log(f"  try {n}: {took:.3f}s {kind}" + (f" ({problem})" if problem else ""))
            if status:  # GUESS: a malformed or non-200 answer is not retried; silence is
                break
        if kind != "none" and self.platform:
            self.platform.deliver(openid, "passive", kind, content)
        return {
            "kind": kind,
            "content": content,
            "tries": n,
            "first_latency": first,
            "problem": problem,
        }


# ---------------------------------------------------------------- commands
def percentile(xs, p):
    xs = sorted(xs)
    return round(xs[round(p / 100 * (len(xs) - 1))], 3) if xs else None


def make_hook(a, platform=None):
    hook = Webhook(
        a.url, Codec(a.token, a.appid, a.aes_key), a.mode, platform, a.limit, a.tries, a.gh
    )
    hook.patient = a.patient
    return hook


def make_platform(a):
    p = Platform(a.appid, a.secret, a.token_ttl, a.overlap, not a.no_window)
    any(map(p.inject, a.inject or []))
    return p


def cmd_verify(a):
    hook = make_hook(a)
    echo = str(random.randrange(10**18, 10**19)).encode()
    status, body = hook.call("GET", hook.query() | {"echostr": echo})
    status2, body2 = hook.call("GET", hook.query() | {"echostr": echo, "signature": "0" * 40})
    good, refused = (status, body) == (200, echo), echo not in body2
    print("echostr returned verbatim:", "yes" if good else f"NO, got {status} {body[:80]!r}")
    print("forged signature refused:", f"yes ({status2})" if refused else "NO, it echoed")
    return 0 if good and refused else 1


def cmd_send(a):
    hook = make_hook(a)
    kind = a.event or a.type
    xml = (
        Path(a.xml).read_text(encoding="utf-8")
        if a.xml
        else build_xml(a.gh, a.user, kind, a.text, dict(x.split("=", 1) for x in a.extra or []))
    )
    if a.show:
        print(xml)
    if a.api:
        act = json.dumps({"openid": a.user, "kind": "click" if a.event else "message"}).encode()
        urllib.request.urlopen(
            urllib.request.Request(a.api.rstrip("/") + "/_fake/action", act), timeout=5
        ).read()
    runs = []
    threads = [
        threading.Thread(target=lambda: runs.append(hook.push(a.user, xml, log=print)))
        for _ in range(a.copies)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for r in runs:
        print(
            "user sees:",
            {"none": "(nothing; an answer may follow by customer-service message)"}.get(
                r["kind"], r["content"]
            ),
        )
    return 1 if any(r["kind"] == "fault" for r in runs) else 0


def cmd_api(a):
    p = make_platform(a)
    srv = start_api(p, a.api_port, a.quiet)
    print(
        f"fake api.weixin.qq.com on http://127.0.0.1:{srv.server_port}  appid={p.appid} "
        f"secret={p.secret}  (state: /_fake/state)",
        flush=True,
    )
    try:
        time.sleep(a.seconds)
    except KeyboardInterrupt:
        return 0


def cmd_load(a):
    p = make_platform(a)
    hook = make_hook(a, p)
    start_api(p, a.api_port, True)
    texts = (
        [t for t in Path(a.texts).read_text(encoding="utf-8").splitlines() if t.strip()]
        if a.texts
        else ["人才补贴怎么申请？", "购房补贴需要什么材料？", "你好"]
    )
    placeholder = re.compile(a.placeholder) if a.placeholder else None
    cond, asked, latest, stray = threading.Condition(), {}, {}, []

    def on_delivery(r):
        if r["via"] in ("typing", "passive") or (  # a reply is booked by who pushed, see below
            placeholder and isinstance(r["content"], str) and placeholder.search(r["content"])
        ):
            return
        with cond:
            m = re.search(r"#q(\d+)", str(r["content"])) if a.marker else None
            qid = int(m.group(1)) if m else latest.get(r["openid"])
            if qid in asked and asked[qid]["openid"] == r["openid"]:
                asked[qid]["answers"].append(
                    (time.monotonic(), r["msgtype"], json.dumps(r["content"], ensure_ascii=False))
                )
            else:
                stray.append(r)  # e.g. another user's answer: a serious fault
            cond.notify_all()

    p.listeners.append(on_delivery)
    tickets, results = queue.Queue(), []

    def push(qid, openid, xml, action=None):
        """Deliver a question; its reply is its own, even when its user has asked on meanwhile."""
        found = hook.push(openid, xml, action)
        text = str(found["content"])
        if found["kind"] != "none" and not (placeholder and placeholder.search(text)):
            with cond:
                other = re.search(r"#q(\d+)", text) if a.marker else None
                if other and int(other[1]) != qid:
                    stray.append(found)
                else:
                    asked[qid]["answers"].append((time.monotonic(), found["kind"], text))
                cond.notify_all()
        return found

    def user(i):
        openid = f"oFAKE{i:023d}"
        while (qid := tickets.get()) is not None:
            text = random.choice(texts) + (f" #q{qid}" if a.marker else "")
            rec = {"openid": openid, "answers": [], "t0": time.monotonic()}
            with cond:
                asked[qid], latest[openid] = rec, qid
            xml = build_xml(a.gh, openid, "text", text)
            if (
                random.random() < a.dup_rate
            ):  # the same message twice at once. GUESS: both passive replies would show
                threading.Thread(target=push, args=(qid, openid, xml), daemon=True).start()
            results.append(push(qid, openid, xml, "message"))
            with cond:
                cond.wait_for(
                    lambda rec=rec: rec["answers"],
                    max(0, rec["t0"] + a.answer_timeout - time.monotonic()),
                )

    threads = [threading.Thread(target=user, args=(i,), daemon=True) for i in range(a.users)]
    for t in threads:
        t.start()
    start, n = time.monotonic(), 0
    while n < a.count and time.monotonic() - start < a.seconds:
        n += 1
        tickets.put(n)
        time.sleep(max(0, start + n / a.rate - time.monotonic()))
    for _ in threads:
        tickets.put(None)
    for t in threads:
        t.join(timeout=a.answer_timeout + a.limit * a.tries + 5)
    time.sleep(a.linger)  # late duplicates
    with cond:
        recs = list(asked.values())
    acks = [r["first_latency"] for r in results]
    ans = [r["answers"][0][0] - r["t0"] for r in recs if r["answers"]]
    faults = sum(any(k == "fault" for _, k, _ in r["answers"]) for r in recs)
    lost = sum(not any(k != "fault" for _, k, _ in r["answers"]) for r in recs)
    heard = [[c for _, k, c in r["answers"] if k != "fault"] for r in recs]
    dups = sum(max(len(h) - a.max_parts, len(h) - len(set(h)), 0) for h in heard)
    pct = {
        f"{k}_p{q}": percentile(xs, q)
        for k, xs in (("ack", acks), ("answer", ans))
        for q in (50, 95, 99)
    }
    out = dict(
        sent=len(recs),
        seconds=round(time.monotonic() - start, 1),
        **pct,
        retried=sum(r["tries"] > 1 for r in results),
        given_up=sum(
            r["tries"] == a.tries and (r["problem"] or "").startswith("no answer") for r in results
        ),
        fault_shown=faults,
        lost=lost,
        duplicates=dups,
        misdelivered=len(stray),
        token_calls=p.token_calls,
        api_errors=dict(Counter(str(c["errcode"]) for c in p.calls if c["errcode"])),
        problems=dict(
            Counter((r["problem"] or "")[:60] for r in results if r["problem"]).most_common(5)
        ),
    )
    print(json.dumps(out, ensure_ascii=False, indent=1))
    return 0 if not (lost or dups or faults or stray) else 1


def options(parser, *specs):
    """specs: (name, default, help); the default gives the type, False a flag, a list repeats."""
    for name, default, text in specs:
        kw = (
            {"action": "store_true"}
            if default is False
            else {"action": "append"}
            if default == []
            else {"type": type(default), "default": default}
        )
        parser.add_argument(
            name,
            help=text + ("" if default in (False, [], "") else f" (default {default})"),
            **kw,
        )
    return parser


def main(argv=None):
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sub, bare = (
        ap.add_subparsers(dest="cmd", required=True),
        lambda: argparse.ArgumentParser(add_help=False),
    )
    acc = options(bare(), ("--appid", "wxfake0000000000", "AppID"))
    hook = options(
        bare(),
        ("--token", "faketoken", "the Token set in the console"),
        ("--aes-key", "", "EncodingAESKey, 43 characters"),
        ("--gh", "gh_fakeaccount0", "the account's original id, ToUserName"),
        ("--limit", 5.0, "seconds before a try is given up"),
        ("--tries", 3, "tries"),
        ("--patient", False, "begin a further try no sooner than --limit after the one before"),
    )
    hook.add_argument("url", help="the bot's webhook, e.g. http://127.0.0.1:5000/wechat")
    hook.add_argument("--mode", choices=("plain", "compat", "safe"), default="plain")
    api = options(
        bare(),
        ("--api-port", 9000, "port of the fake api.weixin.qq.com, on 127.0.0.1"),
        ("--secret", "fakesecret", "AppSecret"),
        ("--token-ttl", 7200, "seconds"),
        (
            "--overlap",
            300,
            "seconds the previous /cgi-bin/token token stays valid; 0 makes token races visible",
        ),
        ("--no-window", False, "do not enforce customer-service windows and counts"),
        (
            "--inject",
            [],
            "PATH:CODE[:COUNT[:SKIP]], e.g. custom/send:45015:2, token:http500:1",
        ),
    )
    sub.add_parser("verify", parents=[acc, hook]).set_defaults(f=cmd_verify)
    s = options(
        sub.add_parser("send", parents=[acc, hook]),
        ("--user", "oFAKEuser0000000000000000001", "openid"),
        (
            "--event",
            "",
            "subscribe, unsubscribe, SCAN, CLICK, VIEW, LOCATION, ...; --text is then the EventKey",
        ),
        ("--text", "", "content"),
        ("--extra", [], "further elements as Tag=value, e.g. bizmsgmenuid=101"),
        ("--xml", "", "send this file instead"),
        ("--copies", 1, "deliver the same message so many times at once"),
        (
            "--api",
            "",
            "tell this running `api` server of the user's action, e.g. http://127.0.0.1:9000",
        ),
        ("--show", False, "print the message XML"),
    )
    s.add_argument(
        "--type", default="text", choices=("text", "image", "voice", "video", "location", "link")
    )
    s.set_defaults(f=cmd_send)
    options(
        sub.add_parser("api", parents=[acc, api]),
        ("--seconds", 3600.0, "stop after"),
        ("--quiet", False, "no line per call"),
    ).set_defaults(f=cmd_api)
    options(
        sub.add_parser("load", parents=[acc, hook, api]),
        ("--users", 20, "users, each with one open question at a time"),
        ("--rate", 10.0, "messages per second, all users together"),
        ("--count", 200, "at most so many messages"),
        ("--seconds", 60.0, "at most so long"),
        ("--answer-timeout", 30.0, "seconds until an answer counts as lost"),
        ("--linger", 2.0, "seconds to wait at the end for late duplicates"),
        ("--texts", "", "file with one question per line"),
        ("--marker", False, "append #q<number>; answers that echo it are attributed exactly"),
        ("--placeholder", "", "regex of notices that are not answers, e.g. 正在查询"),
        ("--max-parts", 1, "messages that one answer may take"),
        ("--dup-rate", 0.0, "share of messages delivered twice at the same moment"),
    ).set_defaults(f=cmd_load)
    a = ap.parse_args(argv)
    return a.f(a)


if __name__ == "__main__":
    sys.exit(main())
