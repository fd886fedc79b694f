// The look-up desk: results while typing, and a key for everything. The page works without it.

import { copyText } from "./copy.js";
import { hear, isTyping, listen, say } from "./frame.js";

const $ = (id) => document.getElementById(id);
const ask = $("ask");
const box = $("q");
const day = $("day");
const found = $("main");

const PAUSE = 150; // milliseconds without a key before a search begins
const NAMES = { spoken: "口播稿", message: "微信文本", basis: "依据" };

let current = 0; // passage id whose panel is shown
let isChosen = false; // a person picked it, so new results must not move the selection
let isNearOpen = false;
let timer = 0;
let underway = null; // {key, controller, done} of the search that may still change the page

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

function search() {
  clearTimeout(timer);
  timer = 0;
  const key = wanted();
  if (underway?.key === key) return underway.done;
  underway?.controller.abort();
  underway = null;
  if (key === shown) {
    found.classList.remove("stale");
    return Promise.resolve(true);
  }
  const controller = new AbortController();
  const mine = { key, controller, done: null };
  underway = mine;
  mine.done = load(mine).finally(() => {
    if (underway === mine) underway = null;
  });
  return mine.done;
}

/** Fetch and show; false when it failed or something newer was asked meanwhile. */
async function load(mine) {
  let html;
  try {
    const answer = await fetch(`/desk/search?${mine.key}`, { signal: mine.controller.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    html = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError" && underway === mine) say("查询没有成功，请检查网络后再试");
    return false;
  }
  if (underway !== mine) return false;
  found.innerHTML = html;
  shown = mine.key;
  history.replaceState(null, "", mine.key ? `/desk?${mine.key}` : "/desk");
  settle();
  return true;
}

/** After new results: keep what a person picked, by its id; else show the best. */
function settle() {
  const results = $("results");
  // the page may stay open past midnight
  if (day.value === day.dataset.today) day.value = results.dataset.today;
  day.dataset.today = results.dataset.today;
  // somebody may have typed on while these were on their way
  found.classList.toggle("stale", wanted() !== shown);
  const near = found.querySelector(".near");
  if (near && isNearOpen) near.open = true;
  const rows = [...found.querySelectorAll(".row")];
  const kept = isChosen && rows.find((row) => idOf(row) === current);
  isChosen = Boolean(kept);
  const row = kept || rows[0];
  if (kept && near?.contains(kept)) near.open = true;
  if (row) show(row);
  else current = 0;
  hear(`${$("count")?.textContent ?? ""}${row ? `。${nameOf(row)}` : ""}`);
}

/** Mark results that no longer belong to what is typed, and search when the typing pauses. */
function later() {
  found.classList.toggle("stale", wanted() !== shown);
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
}

/** Wait until the results belong to what is typed; false when they cannot be had. */
async function ready() {
  while (timer || underway || wanted() !== shown) {
    const before = wanted();
    if (!(await search()) && wanted() === before && !underway) return false;
  }
  return true;
}

// -- the selection --------------------------------------------------------------------------

const idOf = (row) => Number(row.dataset.id);
const nameOf = (row) => row.querySelector("strong").textContent;
const panelOf = (id) => $(`panel-${id}`);

function visibleRows() {
  return [...found.querySelectorAll(".row")].filter((row) => !row.closest("details:not([open])"));
}

function show(row) {
  current = idOf(row);
  for (const other of found.querySelectorAll(".row > a")) {
    if (other.parentElement === row) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  for (const panel of found.querySelectorAll(".panel")) panel.hidden = panel !== panelOf(current);
  $("panels").scrollTop = 0;
  row.scrollIntoView({ block: "nearest" });
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
  const place = rows.findIndex((row) => idOf(row) === current);
  if (near && place === rows.length - 1 && step > 0) {
    near.open = true;
    rows = visibleRows();
  }
  const row = rows[Math.min(rows.length - 1, Math.max(0, place + step))];
  if (row) choose(row);
}

/** Bring the focus to the panel, where letters are keys. */
async function open(place = 0) {
  if (!(await ready())) return;
  if (place) {
    const row = found.querySelectorAll(".results > .rows > .row")[place - 1];
    if (!row) return;
    show(row);
  }
  const panel = panelOf(current);
  if (!panel) return;
  isChosen = true;
  panel.focus({ preventScroll: true });
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

// -- copying ----------------------------------------------------------------------------

async function copyForm(name) {
  if (!(await ready())) return;
  const form = panelOf(current)?.querySelector(`[data-form="${name}"]`);
  if (!form) return;
  const done = await copyText(form.querySelector("[data-text]").textContent);
  say(done ? `已复制${NAMES[name]}` : "未能复制，请选中文字后复制");
  if (!done) return;
  form.classList.remove("copied");
  void form.offsetWidth; // so that the same form lights up again
  form.classList.add("copied");
}

// -- keys -----------------------------------------------------------------------------------

const LETTERS = {
  "/": nextQuestion,
  j: () => move(1),
  k: () => move(-1),
  c: () => copyForm("spoken"),
  w: () => copyForm("message"),
  ".": () => copyForm("basis"),
  o: () => panelOf(current)?.querySelector(".original").click(),
};
for (let place = 1; place <= 8; place += 1) LETTERS[place] = () => open(place);

listen({
  letters: LETTERS,
  alt: { KeyC: LETTERS.c, KeyW: LETTERS.w, Period: LETTERS["."] },
  first({ target, key, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return false;
    if (key === "Escape") startOver();
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
  if (!event.isComposing) later();
});
box.addEventListener("compositionend", later);
ask.addEventListener("submit", (event) => {
  event.preventDefault();
  open();
});
document.addEventListener("change", (event) => {
  if (event.target.form === ask && event.target !== box) search();
});
// "toggle" does not bubble; where there is nothing else, near misses are open without being asked for
found.addEventListener("toggle", (event) => {
  const isAlone = !found.querySelector(".results > .rows");
  if (event.target.matches(".near") && !isAlone) isNearOpen = event.target.open;
}, true);
found.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask], .row > a");
  const button = event.target.closest("[data-copy]");
  if (button) copyForm(button.dataset.copy);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.ask) {
    box.value = link.dataset.ask;
    box.focus();
    search();
    return;
  }
  show(link.parentElement);
  open();
});
const first = found.querySelector('.row > a[aria-current="true"]');
if (first) current = idOf(first.parentElement);
// typed before this script ran
if (box.value !== box.defaultValue) {
  shown = "";
  later();
}
