// What every page of the desk shares: its keys, the sheet that names them, words said and heard.

const $ = (id) => document.getElementById(id);
const sheet = $("keys");
const lettersOff = $("letters-off");
const KEPT = "desk-letters-off";

// a Chinese keyboard in full-width punctuation sends these
const HALF = { "／": "/", "、": "/", "。": ".", "？": "?", "【": "[", "】": "]" };

let page = { letters: {}, alt: {}, first: () => false };

/**
 * The keys of a page. Letters work outside of fields, and not where somebody has switched them off.
 * @param {{letters?: Object<string, () => void>, alt?: Object<string, () => void>,
 *   first?: (event: KeyboardEvent) => boolean}} keys
 *   letters by the character ("c", "C" with Shift, "."), alt by KeyboardEvent.code with Alt held,
 *   first sees every key before them and says whether it has acted.
 */
export function listen(keys) {
  page = { ...page, ...keys };
}

export function isTyping(element) {
  return element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

let quiet = 0;

/** Show words for a moment; they are read out too. */
export function say(text) {
  const said = $("said");
  said.textContent = text;
  said.classList.add("seen");
  clearTimeout(quiet);
  quiet = setTimeout(() => said.classList.remove("seen"), 3000);
}

/** Words for screen readers only. */
export function hear(text) {
  $("heard").textContent = text;
}

/** Post a form's fields to one of our addresses; the answer is the caller's to judge. */
export function post(address, fields = {}) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  return fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": token },
    body: new URLSearchParams(fields),
  });
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if (sheet.open) {
    if ((HALF[event.key] ?? event.key) === "?") sheet.close();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (page.first(event) || press(event)) event.preventDefault();
});

/** Do what a key means here; false leaves it to the browser. */
function press(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey) return false;
  if (event.altKey) {
    const place = /^Digit(\d)$/.exec(event.code)?.[1];
    const link = place && document.querySelector(`#navigation [data-place="${place}"]`);
    const action = link ? () => link.click() : page.alt[event.code];
    action?.();
    return Boolean(action);
  }
  if (isTyping(target)) return false;
  const letter = HALF[key] ?? key;
  if (letter === "?") {
    sheet.showModal();
    return true;
  }
  const action = lettersOff.checked ? null : page.letters[letter];
  action?.();
  return Boolean(action);
}

// -- who waits --------------------------------------------------------------------------------

const COUNT_MS = 15_000; // between two looks at how many wait

/** Show beside a place of the navigation how many wait there, and go on looking. */
async function count(link) {
  if (!document.hidden) {
    try {
      const answer = await fetch(link.dataset.count);
      if (!answer.ok || answer.redirected) return; // signed out: the next page says so
      mark(link, Number(await answer.text()));
    } catch {
      // no network just now
    }
  }
  setTimeout(count, COUNT_MS, link);
}

function mark(link, number) {
  const shown = link.querySelector(".count-mark");
  const before = Number(shown?.textContent ?? 0);
  shown?.remove();
  if (!number) return;
  const sign = document.createElement("span");
  sign.className = "count-mark";
  sign.textContent = number;
  link.append(sign);
  if (number > before) hear(`${link.firstChild.textContent}：有${number}位等待`);
}

for (const link of document.querySelectorAll("#navigation [data-count]")) count(link);

$("keys-open").addEventListener("click", () => sheet.showModal());
try {
  lettersOff.checked = localStorage.getItem(KEPT) === "1";
  lettersOff.addEventListener("change", () => localStorage.setItem(KEPT, lettersOff.checked ? "1" : ""));
} catch {
  // a browser that keeps nothing: the box holds for this page
}
document.body.classList.add("live");
