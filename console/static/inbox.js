// The inbox: the list and the conversation refresh themselves; a key for everything.
// Forms are sent as forms, so that all of it works without this script.

import { hear, listen, say } from "./frame.js";

const $ = (id) => document.getElementById(id);
const talk = $("talk");
const reply = $("reply");
const text = $("text");
const picker = $("picker");

const EVERY_MS = 4000; // between two looks for news
const HIDDEN_MS = 20_000; // the same while the page is not seen
const here = talk ? talk.dataset.id : "";
const draft = `desk-draft-${here}`;

// -- news -----------------------------------------------------------------------------------

let lastRows = $("rows").innerHTML;

/** Ids of the conversations that a colleague has passed on and that nobody has touched since. */
const passed = () => [...$("rows").querySelectorAll(".passed")].map((mark) => mark.closest(".row").dataset.id);

/** The text of one of our pages; null when it is not to be had, with the status where there is one. */
async function get(address) {
  try {
    const answer = await fetch(address);
    if (answer.redirected) location.assign(location.href); // signed out: sign in, come back here
    return { status: answer.status, html: await answer.text() };
  } catch {
    return null;
  }
}

function count(number) {
  document.title = number ? `（${number}）会话` : "会话";
}

async function refreshRows() {
  const news = await get("/desk/inbox/rows");
  if (news?.status !== 200 || news.html === lastRows) return;
  lastRows = news.html;
  const before = passed();
  const focused = document.activeElement?.closest?.("#rows .row")?.dataset.id;
  $("rows").innerHTML = news.html;
  mark();
  if (focused) $("rows").querySelector(`.row[data-id="${focused}"] a`)?.focus();
  count(Number($("waiting").textContent));
  const fresh = passed().find((id) => !before.includes(id));
  if (fresh) say($("rows").querySelector(`.row[data-id="${fresh}"] .passed`).textContent);
}

function mark() {
  $("rows").querySelector(`.row[data-id="${here}"] a`)?.setAttribute("aria-current", "true");
}

async function refreshTalk() {
  const news = await get(`/desk/inbox/${here}`);
  if (news?.status === 403) {
    say("这段会话刚由同事接管");
    setTimeout(() => location.assign("/desk/inbox"), 2000);
    return;
  }
  if (news?.status !== 200) return;
  const page = new DOMParser().parseFromString(news.html, "text/html");
  const lines = page.getElementById("lines");
  const state = page.getElementById("state");
  if (lines.innerHTML !== $("lines").innerHTML) showLines(lines);
  if (state.dataset.place !== talk.dataset.place) moved(state);
  // a number being typed is not to be taken away
  else if (!$("state").contains(document.activeElement)) {
    for (const part of ["p", "#pass-on select"]) {
      const fresh = state.querySelector(part);
      if (fresh) $("state").querySelector(part)?.replaceWith(document.importNode(fresh, true));
    }
  }
}

function showLines(lines) {
  const old = $("lines");
  const isAtEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 60;
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  const before = old.children.length;
  old.innerHTML = lines.innerHTML;
  old.querySelectorAll("details").forEach((one, place) => {
    one.open = Boolean(open[place]);
  });
  if (isAtEnd) old.scrollTop = old.scrollHeight;
  const last = old.lastElementChild;
  if (old.children.length > before && last.matches(".talent")) {
    hear(`咨询人：${last.querySelector(".words").textContent}`);
  }
}

/** Somebody or something else changed who answers; what is written stays to be copied. */
function moved(state) {
  talk.dataset.place = state.dataset.place;
  $("state").replaceWith(document.importNode(state, true));
  say(state.querySelector(".owner")?.textContent ?? "");
  const send = reply?.querySelector("[type=submit]");
  if (send) send.disabled = state.dataset.place !== "mine";
}

async function look() {
  await refreshRows();
  if (here) await refreshTalk();
  setTimeout(look, document.hidden ? HIDDEN_MS : EVERY_MS);
}

// -- the reply ------------------------------------------------------------------------------

function measure() {
  const size = new TextEncoder().encode(text.value.trim()).length;
  const most = $("meter").max;
  $("meter").value = size;
  $("size").textContent = size;
  text.setCustomValidity(size > most ? `共 ${size} 字节，最多 ${most} 字节` : "");
}

function keep() {
  try {
    if (text.value) sessionStorage.setItem(draft, text.value);
    else sessionStorage.removeItem(draft);
  } catch {
    // a browser that keeps nothing
  }
}

if (reply) {
  try {
    if (!text.value) text.value = sessionStorage.getItem(draft) ?? "";
  } catch {
    // as above
  }
  measure();
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
  text.addEventListener("input", (event) => {
    measure();
    keep();
    if (!event.isComposing) opened();
  });
  text.addEventListener("compositionend", opened);
  reply.addEventListener("submit", (event) => {
    const send = reply.querySelector("[type=submit]");
    if (send.disabled || !text.value.trim()) {
      event.preventDefault();
      return;
    }
    sessionStorage.removeItem(draft);
    send.disabled = true; // one press, one message
  });
  for (const button of reply.querySelectorAll("[data-live]")) button.hidden = false;
  $("insert-clause").addEventListener("click", () => pick("clauses"));
  $("insert-text").addEventListener("click", () => pick("texts"));
}

// -- inserting ------------------------------------------------------------------------------

const PICKERS = {
  clauses: { mark: /(?:\?\?|？？)$/, title: "插入条款：输入要查的内容" },
  texts: { mark: /(?:::|：：)$/, title: "插入常用语" },
};
let picking = "";
let place = 0; // in the text, where the choice goes
let asked = "";

/** Open a picker when its mark has just been typed; the mark goes. */
function opened() {
  const before = text.value.slice(0, text.selectionStart);
  for (const [kind, { mark: pattern }] of Object.entries(PICKERS)) {
    if (pattern.test(before)) {
      text.setRangeText("", before.length - 2, before.length, "end");
      measure();
      pick(kind);
      return;
    }
  }
}

function pick(kind) {
  picking = kind;
  place = text.selectionStart;
  $("picker-title").textContent = PICKERS[kind].title;
  $("picker-q").value = kind === "clauses" ? ($("state").querySelector("h2").dataset.topic ?? "") : "";
  $("picker-list").replaceChildren();
  asked = null;
  picker.showModal();
  $("picker-q").select();
  list();
}

/** Fill the list with what is typed; the newest question has the last word. */
async function list() {
  const question = $("picker-q").value.trim();
  const isFixed = picking === "texts";
  if (isFixed && asked !== null) {
    filter(question);
    return;
  }
  if (!isFixed && question === asked) return;
  asked = question;
  const mine = picking;
  const news = await get(`/desk/inbox/${mine}?${new URLSearchParams({ q: question })}`);
  if (picking !== mine || (!isFixed && asked !== question)) return;
  $("picker-list").innerHTML = news?.status === 200 ? news.html : "<li class=hint>没有查到，请检查网络</li>";
  if (isFixed) filter($("picker-q").value.trim());
  select(0);
}

function filter(words) {
  for (const option of options(true)) option.hidden = !option.textContent.includes(words);
  select(0);
}

function options(all = false) {
  return [...$("picker-list").querySelectorAll("[role=option]")].filter((one) => all || !one.hidden);
}

function select(index) {
  const shown = options();
  for (const one of options(true)) one.setAttribute("aria-selected", String(one === shown[index]));
  $("picker-q").setAttribute("aria-activedescendant", shown[index]?.id ?? "");
  shown[index]?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const shown = options();
  const now = shown.findIndex((one) => one.getAttribute("aria-selected") === "true");
  select(Math.min(shown.length - 1, Math.max(0, now + by)));
}

function insert(option) {
  picker.close();
  const isClause = option.dataset.id !== "0";
  const onNewLine = isClause && place && text.value[place - 1] !== "\n" ? "\n" : "";
  text.setRangeText(onNewLine + option.dataset.text, place, place, "end");
  if (isClause) $("passages").value += `${option.dataset.id} `;
  measure();
  keep();
}

$("picker-q").addEventListener("input", (event) => {
  if (!event.isComposing) list();
});
$("picker-q").addEventListener("compositionend", list);
picker.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(-1);
  else return;
  event.preventDefault();
});
$("picker-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = $("picker-list").querySelector("[aria-selected=true]");
  if (chosen) insert(chosen);
});
$("picker-list").addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) insert(option);
});
picker.addEventListener("close", () => {
  picking = "";
  text.focus();
});

// -- passing on ------------------------------------------------------------------------------

const passOn = () => $("pass-on"); // comes and goes with the conversation's state

/** Open the form, or make ready one that was opened by hand. */
function preparePass() {
  const form = passOn();
  if (!form) {
    say("现在没有可以转交的会话或同事");
    return;
  }
  form.open = true;
  $("unsent").hidden = !text?.value.trim();
  form.querySelector("select").focus(); // at once: what is typed next is no reply
}

// "toggle" does not bubble
talk?.addEventListener("toggle", ({ target }) => {
  const isFresh = target === passOn() && target.open && !target.contains(document.activeElement);
  if (isFresh) preparePass();
}, true);

/** Unfold or fold the clauses that the bot's last answer rested on. */
function toggleBases() {
  const last = [...($("lines")?.querySelectorAll("details") ?? [])].at(-1);
  if (!last) {
    say("机器人没有给出依据");
    return;
  }
  last.open = !last.open;
  last.scrollIntoView({ block: "nearest" });
}

// -- keys -----------------------------------------------------------------------------------

function go(by) {
  const links = [...$("rows").querySelectorAll(".row a")];
  const now = links.findIndex((link) => link.getAttribute("aria-current"));
  links[now < 0 ? 0 : Math.min(links.length - 1, Math.max(0, now + by))]?.click();
}

function press(key) {
  const button = $("state")?.querySelector(`[data-key="${key}"]`);
  if (button) button.click();
  else say("这段会话现在不能这样做");
}

listen({
  alt: {
    KeyJ: () => go(1),
    KeyK: () => go(-1),
    KeyT: () => press("T"),
    KeyB: () => press("B"),
    KeyE: () => press("E"),
    KeyF: () => press("F"),
    KeyP: preparePass,
    KeyN: () => $("state")?.querySelector("[name=ticket]")?.select(),
    KeyL: toggleBases,
    KeyR: () => text?.focus(),
  },
  first({ key, ctrlKey, metaKey, target }) {
    if (key === "Escape" && passOn()?.open) {
      passOn().open = false;
      text.focus();
      return true;
    }
    if (key === "Enter" && target.matches("#pass-on select")) {
      target.form.requestSubmit(); // a choice alone is enough; browsers send from text fields only
      return true;
    }
    if (key !== "Enter" || !(ctrlKey || metaKey) || target !== text) return false;
    reply?.requestSubmit();
    return true;
  },
});

mark();
count(Number($("waiting").textContent));
if ($("lines")) $("lines").scrollTop = $("lines").scrollHeight;
setTimeout(look, EVERY_MS);
