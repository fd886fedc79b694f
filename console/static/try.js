// The chat: what a person taps or types goes out, what the account replies comes in.

import { replyNodes } from "./reply.js";
import { deliver, sign, xmlNodes } from "./wire.js";

const $ = (id) => document.getElementById(id);
const stage = $("stage");
const log = $("log");
const isSealed = stage.dataset.sealed === "yes";
const isNarrow = window.matchMedia("(max-width: 899px)");

const KINDS = { image: "［图片］", voice: "［语音］", video: "［视频］", location: "［位置］中山路地铁站", link: "［链接］一篇文章" };
const EVENTS = { subscribe: "您关注了公众号", unsubscribe: "您取消了关注", CLICK: "您点了菜单" };
const PAUSE_MS = 1500; // between two looks for messages that come after a reply

let selected = null; // the exchange whose XML is shown: {signed, outcome, rows}
let lastStamp = 0;
let queue = Promise.resolve(); // one message at a time, as people type

// -- the log --------------------------------------------------------------------------------

function row(className, ...children) {
  const element = document.createElement("div");
  element.className = className;
  element.append(...children);
  log.append(element);
  log.scrollTop = log.scrollHeight;
  return element;
}

function notice(text) {
  return row("notice", text);
}

function stamp() {
  const now = Date.now();
  if (now - lastStamp > 5 * 60 * 1000) {
    notice(new Date(now).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" }));
  }
  lastStamp = now;
}

function bubble(side, who, body) {
  const avatar = document.createElement("span");
  avatar.className = "avatar";
  avatar.setAttribute("aria-hidden", "true");
  avatar.textContent = who;
  const speaker = document.createElement("span");
  speaker.className = "unseen";
  speaker.textContent = side === "mine" ? "我：" : "公众号：";
  const box = document.createElement("div");
  box.className = "bubble";
  box.append(speaker, body);
  return row(`turn ${side}`, avatar, box);
}

function small(text, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", onClick);
  return button;
}

// -- sending --------------------------------------------------------------------------------

function send(message) {
  queue = queue.then(() => exchange(message)).catch((error) => {
    notice(`没有发出：${error.message}`);
  });
  return queue;
}

async function exchange(message) {
  stamp();
  const mine = message.kind === "event"
    ? notice(message.label ? `${EVENTS[message.event]}：${message.label}` : EVENTS[message.event])
    : bubble("mine", "我", message.kind === "text" ? message.text : KINDS[message.kind]);
  const signed = await sign(message);
  const waiting = row("turn theirs waiting", "…");
  waiting.setAttribute("aria-hidden", "true");
  let outcome;
  try {
    outcome = await deliver(signed, isSealed);
  } catch (error) {
    const late = error.name === "TimeoutError";
    notice(late ? "等待超过 5 秒，微信会提示“该公众号提供的服务出现故障”" : "连不上服务，请稍后再试");
    return;
  } finally {
    waiting.remove();
  }
  const exchanged = { signed, outcome, rows: [mine], at: Date.now() };
  exchanged.rows.push(...shown(exchanged));
  for (const element of exchanged.rows) {
    element.addEventListener("click", () => select(exchanged));
  }
  select(exchanged);
}

/** Show a reply, or why there is none; returns the rows it made. */
function shown(exchanged) {
  const { status, text, ms } = exchanged.outcome;
  if (status !== 200) return [notice(`接收地址返回 ${status}，微信会提示服务出现故障`)];
  if (text === null) return [notice(`公众号对此不作答复（${ms} 毫秒）`)];
  const act = { clause: openClause, say: (words, menuId) => send({ kind: "text", text: words, menu_id: menuId }) };
  const reply = bubble("theirs", "智", replyNodes(text, act));
  const seconds = ms < 1000 ? `${ms} 毫秒` : `${(ms / 1000).toFixed(1)} 秒`;
  const meta = row(
    "meta", `${seconds}`,
    small("报文", () => { select(exchanged); openWire(); }),
    small("重发", () => { select(exchanged); resend(); }),
  );
  // a long answer is read from its beginning
  const turn = exchanged.rows[0];
  if (log.scrollHeight - turn.offsetTop > log.clientHeight) log.scrollTop = turn.offsetTop - 12;
  return [reply, meta];
}

// -- messages that come after the reply -----------------------------------------------------

let newest = 0;

async function lookForLater() {
  try {
    const found = await (await fetch(`/try/inbox?after=${newest}`)).json();
    for (const message of found.messages) {
      newest = message.id;
      const act = { clause: openClause, say: (words, menuId) => send({ kind: "text", text: words, menu_id: menuId }) };
      bubble("theirs", message.staff ? "人" : "智", replyNodes(message.text, act));
      row("meta", message.staff ? `客服消息 · ${message.staff}` : "客服消息");
    }
  } catch {
    // the next look may succeed; a message stays until it was fetched
  }
  setTimeout(lookForLater, PAUSE_MS);
}

async function sendPicture(file) {
  const kept = await fetch("/try/picture", { method: "POST", body: file });
  const answer = await kept.json().catch(() => ({ error: "图片太大，最多 4 MB" }));
  if (!kept.ok) notice(answer.error ?? "图片没有发出");
  else send({ kind: "image", media_id: answer.media_id });
}

async function resend() {
  const exchanged = selected;
  if (!exchanged) return;
  const before = exchanged.outcome;
  let again;
  try {
    again = await deliver(exchanged.signed, isSealed);
  } catch {
    notice("重发没有得到答复，请稍后再试");
    return;
  }
  const which = exchanged.signed.message_id ? `MsgId ${exchanged.signed.message_id}` : "同一事件";
  const seconds = Math.round((Date.now() - exchanged.at) / 1000);
  const verdict = again.text === before.text
    ? `已重发（${which}）：答复与第一次相同，用时 ${again.ms} 毫秒`
    : again.text === null
      ? `已重发（${which}，隔 ${seconds} 秒）：认出是同一条消息，不再重复答复`
      : `已重发（${which}）：这次给出了答复`;
  if (again.text !== null && again.text !== before.text) exchanged.rows.push(...shown({ ...exchanged, outcome: again }));
  notice(verdict);
  $("resend-note").textContent = `${verdict}。`;
}

// -- the wire -------------------------------------------------------------------------------

function select(exchanged) {
  for (const element of selected?.rows ?? []) element.classList.remove("selected");
  selected = exchanged;
  for (const element of exchanged.rows) element.classList.add("selected");
  const { signed, outcome } = exchanged;
  $("wire-hint").hidden = true;
  $("wire-body").hidden = false;
  const mode = isSealed ? "安全模式（加密）" : "明文模式";
  $("wire-sum").textContent = `${mode} · HTTP ${outcome.status} · ${outcome.ms} 毫秒`;
  $("wire-line").textContent = `POST ${signed.url.replace(/[?&]/g, "\n  $&")}`;
  $("wire-request").replaceChildren(xmlNodes(signed.clear));
  $("wire-reply").replaceChildren(xmlNodes(outcome.clear));
  $("wire-sealed").hidden = !isSealed;
  if (isSealed) $("wire-cipher").textContent = `${signed.body}\n\n${outcome.raw}`;
}

let openedFrom = null; // what gets the focus back when a sheet or panel closes

/** Keep the keyboard out of what a sheet or panel covers. */
function cover(isCovered) {
  for (const part of document.querySelectorAll(".phone > :not(.panel)")) part.inert = isCovered;
}

function openWire() {
  if (!isNarrow.matches) {
    $("wire").focus();
    return;
  }
  openedFrom = document.activeElement;
  stage.classList.add("wire-open");
  cover(true);
  $("wire-close").focus();
}

function closeWire() {
  stage.classList.remove("wire-open");
  cover(false);
  openedFrom?.focus();
}

// -- the original ---------------------------------------------------------------------------

function openClause(path, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openedFrom = event.currentTarget;
  $("panel-frame").src = path;
  $("panel-out").href = path;
  $("panel").hidden = false;
  cover(true);
  $("panel-close").focus();
}

function closePanel() {
  $("panel").hidden = true;
  cover(false);
  $("panel-frame").src = "about:blank";
  openedFrom?.focus();
}

// -- controls -------------------------------------------------------------------------------

const text = $("text");

function fit() {
  text.rows = Math.min(4, Math.max(1, text.value.split("\n").length));
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  fit();
  send({ kind: "text", text: words });
});
text.addEventListener("input", fit);
text.addEventListener("keydown", (event) => {
  // Enter while choosing a word of a Chinese input method does not send
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-say], button[data-kind], button[data-event], button[data-pick]");
  if (!button) return;
  const { say, kind, event: name, key, label } = button.dataset;
  if (button.dataset.pick) $("picture").click();
  else if (say) send({ kind: "text", text: say });
  else if (kind) send({ kind });
  else send({ kind: "event", event: name, key: key ?? "", label });
  tray(false);
});

function tray(open) {
  $("tray").hidden = !open;
  $("more").setAttribute("aria-expanded", String(open));
  log.scrollTop = log.scrollHeight;
}

$("picture").addEventListener("change", (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (file) sendPicture(file);
});
$("more").addEventListener("click", () => tray($("tray").hidden));
$("show-wire").addEventListener("click", openWire);
$("wire-close").addEventListener("click", closeWire);
$("resend").addEventListener("click", resend);
$("panel-close").addEventListener("click", closePanel);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!$("panel").hidden) closePanel();
  else if (stage.classList.contains("wire-open")) closeWire();
});

lookForLater();

// ?q=…&q=… asks at once, so that a link can show a conversation.
const asked = new URLSearchParams(location.search).getAll("q").filter((q) => q.trim());
if (asked.length) for (const q of asked) send({ kind: "text", text: q });
else send({ kind: "event", event: "subscribe" });
