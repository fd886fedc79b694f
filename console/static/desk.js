// The look-up desk: results while typing, and a key for everything. The page works without it.

import { copyText } from "./copy.js";
import { hear, isTyping, listen, post, say } from "./frame.js";

const $ = (id) => document.getElementById(id);
const ask = $("ask");
const box = $("q");
const day = $("day");
const found = $("main");
const note = $("note");

const SLOW = 300; // milliseconds after which a search is given up for a newer one
const PATIENCE = 10_000; // milliseconds after which a search has failed
const PAUSE = 400; // milliseconds without a key before results are read out, compared, kept in the address
const AGAIN = 800; // milliseconds within which a second "." counts as "twice"
const DIFFERS = "；另有文件规定不同，请看提示";
const NOT_COMPARED = "；未能核对其他文件是否另有规定";
const NOWHERE = { "[": "前面没有了", "]": "后面没有了", D: "没有查到规定不同的现行文件" };
const NAMES = { spoken: "口播稿", message: "微信文本", basis: "依据", text: "原文和依据" };

let current = 0; // passage id whose panel is shown
let rowId = 0; // passage id of the row that it was reached from
let isChosen = false; // a person picked it, so new results must not move the selection
let isNearOpen = false;
let timer = 0;
let underway = null; // {key, controller, since} of the search that is on its way
let running = null; // settles when the results belong to what is typed
let resting = 0; // the timer until the panel shown is held against other papers
const opened = new Set(); // passages whose opening is on record already
const comparing = new WeakMap(); // panel -> settles when it names the papers that say otherwise

ask.elements.sent.remove(); // says that the browser sent the form, not this script

// -- searching ------------------------------------------------------------------------------

/** The query string of what the form says now; defaults left out, so that addresses stay short. */
function wanted() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(ask)) {
    const isDefault = name === "day" && (value === day.dataset.today || !value);
    if (!isDefault && (name !== "q" || value.trim())) fields.append(name, value);
  }
  return fields.toString();
}

let shown = wanted(); // the query string that the results on the page belong to

/** Bring the results to what is typed. One search at a time, so none overwrites a newer one's. */
function search() {
  found.classList.toggle("stale", wanted() !== shown);
  if (underway && underway.key !== wanted() && performance.now() - underway.since > SLOW) {
    underway.controller.abort();
  }
  running ??= catchUp().finally(() => {
    running = null;
  });
  return running;
}

async function catchUp() {
  while (wanted() !== shown) {
    const mine = { key: wanted(), controller: new AbortController(), since: performance.now() };
    underway = mine;
    const late = setTimeout(() => mine.controller.abort(), PATIENCE);
    try {
      const answer = await fetch(`/desk/search?${mine.key}`, { signal: mine.controller.signal });
      if (answer.redirected) return leave();
      if (!answer.ok) throw new Error(String(answer.status));
      settle(mine.key, await answer.text());
    } catch (error) {
      if (wanted() === mine.key) {
        say("查询没有成功，请检查网络后再试");
        return false;
      }
    } finally {
      clearTimeout(late);
      underway = null;
    }
  }
  found.classList.remove("stale");
  return true;
}

/** The sign-in has ended: sign in and come back to this very look-up. */
function leave() {
  location.assign(`/desk?${wanted()}`);
  return false;
}

/** Show new results: keep what a person picked, by its id; else show the best. */
function settle(key, html) {
  found.innerHTML = html;
  shown = key;
  const results = $("results");
  // the page may stay open past midnight
  if (day.value === day.dataset.today) day.value = results.dataset.today;
  day.dataset.today = results.dataset.today;
  // somebody may have typed on while these were on their way
  found.classList.toggle("stale", wanted() !== shown);
  const near = found.querySelector(".near");
  if (near && isNearOpen) near.open = true;
  const rows = [...found.querySelectorAll(".row")];
  const kept = isChosen && rows.find((row) => idOf(row) === rowId);
  isChosen = Boolean(kept);
  const row = kept || rows[0];
  if (kept && near?.contains(kept)) near.open = true;
  if (row) show(row);
  else current = rowId = 0;
  clearTimeout(timer);
  timer = setTimeout(() => {
    history.replaceState(null, "", shown ? `/desk?${shown}` : "/desk");
    hear(`${$("count")?.textContent ?? ""}${row ? `。${nameOf(row)}` : ""}`);
  }, PAUSE);
}

// -- the selection --------------------------------------------------------------------------

const idOf = (row) => Number(row.dataset.id);
const nameOf = (row) => row.querySelector("strong").textContent;
const panelOf = (id) => $(`panel-${id}`);
const rowOf = (id) => found.querySelector(`.row[data-id="${id}"]`);

function visibleRows() {
  return [...found.querySelectorAll(".row")].filter((row) => !row.closest("details:not([open])"));
}

function show(row) {
  rowId = idOf(row);
  for (const other of found.querySelectorAll(".row > a")) {
    if (other.parentElement === row) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  showPanel(rowId);
  row.scrollIntoView({ block: "nearest" });
}

function showPanel(id) {
  current = id;
  for (const panel of found.querySelectorAll(".panel")) panel.hidden = panel !== panelOf(id);
  $("panels").scrollTop = 0;
  clearTimeout(resting);
  resting = setTimeout(() => compare(panelOf(id)), PAUSE);
}

/** Hold a panel against other papers in force, once; never while somebody types or goes down a list. */
function compare(panel) {
  if (!panel || "compared" in panel.dataset) return Promise.resolve();
  if (!comparing.has(panel)) comparing.set(panel, compared(panel));
  return comparing.get(panel);
}

async function compared(panel) {
  try {
    const whole = await part(`/desk/clause/${panel.dataset.id}?${shown}`, ".panel");
    panel.dataset.compared = "";
    const notice = whole.querySelector(".differs");
    if (!notice) return;
    for (const form of whole.querySelectorAll("[data-form]")) {
      const old = panel.querySelector(`[data-form="${form.dataset.form}"]`);
      for (const name of ["[data-text]", ".meter"]) {
        const fresh = form.querySelector(name);
        if (fresh) old.querySelector(name).replaceWith(fresh);
      }
    }
    panel.querySelector("header").after(notice);
    if (panelOf(current) === panel) hear(notice.textContent);
  } catch {
    comparing.delete(panel); // the next key tries again
    if (panelOf(current) === panel) say("未能核对其他文件是否另有规定，请按 Enter 再试");
  }
}

function choose(row) {
  isChosen = true;
  show(row);
  if (document.activeElement === box) hear(nameOf(row));
  else row.querySelector("a").focus({ preventScroll: true });
}

function move(step) {
  let rows = visibleRows();
  const near = found.querySelector(".near:not([open])");
  const place = rows.findIndex((row) => idOf(row) === rowId);
  if (near && place === rows.length - 1 && step > 0) {
    near.open = true;
    rows = visibleRows();
  }
  const row = rows[Math.min(rows.length - 1, Math.max(0, place + step))];
  if (row) choose(row);
}

/** Bring the focus to the panel, where letters are keys. */
async function open(place = 0) {
  found.focus({ preventScroll: true }); // at once: a key pressed right after Enter is no letter
  if (!(await search())) return;
  if (place) {
    const row = found.querySelectorAll(".results > .rows > .row")[place - 1];
    if (!row) return;
    show(row);
  }
  const panel = panelOf(current);
  if (!panel) return;
  isChosen = true;
  panel.focus({ preventScroll: true });
  compare(panel);
  if (opened.has(current)) return;
  opened.add(current);
  use("opened");
}

/** Show the clause before or behind the one shown, found by the search or not. */
async function step(key) {
  const link = panelOf(current)?.querySelector(`[data-step="${key}"]`);
  if (!link) {
    say(NOWHERE[key]);
    return;
  }
  const id = Number(link.dataset.id);
  const row = rowOf(id);
  if (row) {
    const near = row.closest("details");
    if (near) near.open = true;
    show(row);
  } else {
    if (!panelOf(id)) {
      const panel = await part(link.href, ".panel").catch(() => null);
      if (!panel) {
        say("没有打开，请刷新页面后再试");
        return;
      }
      panel.hidden = true;
      $("panels").append(panel);
    }
    showPanel(id);
  }
  isChosen = true;
  panelOf(id).focus({ preventScroll: true });
  hear($(`title-${id}`).textContent);
}

/** An element of another of our pages; throws when it cannot be had. */
async function part(address, selector) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return document.importNode(page.querySelector(selector), true);
}

/** Go to the next kind of filter: topic, level, kind, day. */
function narrow() {
  const kinds = ["topic", "level", "kind", "day"];
  const firsts = kinds.map((name) => document.querySelector(`[form=ask][name=${name}]`)).filter(Boolean);
  const now = firsts.findIndex((one) => one.name === document.activeElement.name);
  firsts[(now + 1) % firsts.length].focus();
}

function startOver() {
  isChosen = false;
  isNearOpen = false;
  box.value = "";
  box.focus();
  search();
}

function nextQuestion() {
  isChosen = false;
  box.focus();
  box.select();
}

// -- copying, judging, noting ---------------------------------------------------------------

let lastBasis = 0;

async function copyForm(name) {
  if (!(await search())) return;
  const panel = panelOf(current);
  const form = panel?.querySelector(`[data-form="${name}"]`);
  if (!form) return;
  await compare(panel); // what leaves the desk says what other papers say otherwise
  const twice = name === "basis" && performance.now() - lastBasis < AGAIN && panel.dataset.link;
  lastBasis = name === "basis" && !twice ? performance.now() : 0;
  const text = form.querySelector("[data-text]").textContent;
  const done = await copyText(twice ? `${text}\n${panel.dataset.link}` : text);
  const isCompared = "compared" in panel.dataset;
  const also = panel.querySelector(".differs") ? DIFFERS : isCompared ? "" : NOT_COMPARED;
  say(done ? `已复制${NAMES[name]}${twice ? "和原文链接" : ""}${also}` : "未能复制，请选中文字后复制");
  if (!done) return;
  form.classList.remove("copied");
  void form.offsetWidth; // so that the same form lights up again
  form.classList.add("copied");
  use(name);
}

/** Put on record what was done with the passage shown; whether that worked. */
async function use(form) {
  try {
    const answer = await post(`/desk/clause/${current}/use`, { form, question: box.value });
    return answer.ok && !answer.redirected;
  } catch {
    return false; // a record that could not be kept is no reason to hold up a call
  }
}

async function judge(form) {
  if (!panelOf(current)) return;
  const words = form === "good" ? "已标为合适" : "已标为不合适";
  say((await use(form)) ? words : "没有记下，请检查网络后再试");
}

function noteQuestion() {
  const fields = $("note-form").elements;
  fields.question.value = box.value.trim();
  fields.note.value = "";
  note.returnValue = "";
  note.showModal();
  (fields.question.value ? fields.note : fields.question).focus();
}

note.addEventListener("close", async () => {
  if (note.returnValue !== "keep") return;
  const { question, note: remark } = $("note-form").elements;
  try {
    const answer = await post("/desk/unanswered-question", {
      question: question.value, note: remark.value,
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    say("已记入未解答");
  } catch {
    say("没有记下，请检查网络后再按 U");
  }
});

/** Write an answer of the office to this question, from the clause shown, in a window of its own. */
function propose() {
  const link = panelOf(current)?.querySelector(".propose");
  if (link) link.click();
  else say(panelOf(current) ? "登录后才能写问答" : "先查到一条再按 F；查不到的按 U 记下");
}

function togglePast() {
  const past = panelOf(current)?.querySelector("[data-past]");
  if (!past) return;
  past.open = !past.open;
  if (past.open) past.querySelector("summary").focus();
}

// -- keys -----------------------------------------------------------------------------------

/** An act upon what is shown, once that belongs to what is typed. */
const then = (act) => async () => {
  if (await search()) act();
};

const LETTERS = {
  "/": nextQuestion,
  j: () => move(1),
  k: () => move(-1),
  c: () => copyForm("spoken"),
  C: () => copyForm("text"),
  w: () => copyForm("message"),
  ".": () => copyForm("basis"),
  o: then(() => panelOf(current)?.querySelector(".original").click()),
  "[": then(() => step("[")),
  "]": then(() => step("]")),
  d: then(async () => {
    await compare(panelOf(current));
    step("D");
  }),
  v: then(togglePast),
  g: then(() => judge("good")),
  b: then(() => judge("bad")),
  u: noteQuestion,
  l: () => ask.elements.lapsed.click(),
  t: narrow,
  f: then(propose),
};
for (let place = 1; place <= 8; place += 1) LETTERS[place] = () => open(place);

listen({
  letters: LETTERS,
  alt: { KeyC: LETTERS.c, KeyW: LETTERS.w, Period: LETTERS["."], KeyU: LETTERS.u },
  first({ target, key, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return false;
    if (key === "Escape" && target.getAttribute("form") === "ask") open(); // back to what is read
    else if (key === "Escape") startOver();
    else if (isTyping(target) && target !== box) return false;
    else if (key === "ArrowDown") move(1);
    else if (key === "ArrowUp") move(-1);
    else if (key === "Enter" && target === box) open();
    else if (key === "Enter" && !target.closest("a, button, summary, input")) open();
    else return false;
    return true;
  },
});

// -- the rest -------------------------------------------------------------------------------

box.addEventListener("input", (event) => {
  // half-typed pinyin is no question
  if (!event.isComposing) search();
});
box.addEventListener("compositionend", search);
ask.addEventListener("submit", (event) => {
  event.preventDefault();
  open();
});
document.addEventListener("change", (event) => {
  if (event.target.form === ask && event.target !== box) search();
});
// "toggle" does not bubble; where there is nothing else, near misses are open without being asked for
found.addEventListener("toggle", async ({ target }) => {
  const isAlone = !found.querySelector(".results > .rows");
  if (target.matches(".near") && !isAlone) isNearOpen = target.open;
  if (target.matches("[data-past]") && target.open) {
    const address = target.querySelector("a")?.href ?? target.dataset.address;
    target.dataset.address = address;
    try {
      target.querySelector("[data-past-body]").replaceChildren(await part(address, "#history"));
    } catch {
      say("没有打开，请刷新页面后再试");
    }
  }
}, true);
found.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask], .row > a, a[data-step]");
  const button = event.target.closest("[data-copy], [data-judge]");
  if (button?.dataset.copy) copyForm(button.dataset.copy);
  if (button?.dataset.judge) judge(button.dataset.judge);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.step) step(link.dataset.step);
  else if (link.dataset.ask) {
    box.value = link.dataset.ask;
    box.focus();
    search();
  } else {
    show(link.parentElement);
    open();
  }
});

const first = found.querySelector('.row > a[aria-current="true"]');
if (first) current = rowId = idOf(first.parentElement);
// typed before this script ran
if (box.value !== box.defaultValue) {
  shown = "";
  search();
} else if (new URLSearchParams(location.search).has("sent")) {
  // Enter was pressed before this script ran, on the page before
  history.replaceState(null, "", shown ? `/desk?${shown}` : "/desk");
  if (shown) open();
}
