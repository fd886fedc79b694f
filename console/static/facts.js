// A field beside its line: the link marks the line at the right; a change is saved where it stands.
const rows = document.getElementById("fact-rows");
const paper = document.getElementById("paper");
const narrow = window.matchMedia("(max-width: 759px)");

function mark(id) {
  for (const old of paper.querySelectorAll(".lit")) old.classList.remove("lit");
  const line = document.getElementById(id);
  if (!line) return;
  line.classList.add("lit");
  if (narrow.matches) line.scrollIntoView({ block: "center" });
  else paper.scrollTo({ top: line.offsetTop - paper.clientHeight / 3, behavior: "smooth" });
}

function wording(form) {
  const button = form.querySelector("button");
  const value = form.elements.value;
  if (!button || !value) return;
  const before = value.dataset.before ?? (value.dataset.before = value.value);
  button.textContent = value.value === before ? (before ? button.dataset.confirm : "确认未写明") : button.dataset.save;
}

function prepare() {
  for (const form of rows.querySelectorAll("form.fact")) wording(form);
}

rows.addEventListener("click", (event) => {
  const link = event.target.closest("a.jump");
  if (!link) return;
  event.preventDefault();
  mark(link.hash.slice(1));
});
rows.addEventListener("focusin", (event) => {
  const link = event.target.closest("form.fact")?.querySelector("a.jump");
  if (link && !narrow.matches) mark(link.hash.slice(1));
});
rows.addEventListener("input", (event) => wording(event.target.closest("form.fact")));

// while a field holds something new, a click on a line of the text names it as what that rests on
let editing = null;
rows.addEventListener("input", (event) => { editing = event.target.closest("form.fact"); });
paper.addEventListener("click", (event) => {
  const line = event.target.closest(".box");
  const value = editing?.isConnected && editing.elements.value;
  if (!line || !value || value.value === value.dataset.before) return;
  editing.elements.line.value = line.firstChild.textContent.trim();
  let said = editing.querySelector(".chosen-line");
  if (!said) {
    said = document.createElement("p");
    said.className = "source chosen-line";
    value.after(said);
  }
  said.textContent = `新出处：${editing.elements.line.value.slice(0, 40)}`;
  mark(line.id);
});

rows.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  // what was typed in other fields and not saved yet is put back after the answer
  const kept = new Map();
  for (const other of rows.querySelectorAll("form.fact")) {
    const value = other.elements.value;
    if (other !== form && value && value.value !== value.dataset.before) kept.set(other.id, value.value);
  }
  const reply = await fetch(`${form.action}?part=1`, { method: "POST", body: new FormData(form) });
  if (![200, 409, 422].includes(reply.status) || reply.redirected) { // what was typed stays
    form.querySelector(".tag").textContent = "没有保存：登录可能已过期，请在另一个窗口登录后再点";
    return;
  }
  rows.innerHTML = await reply.text();
  prepare();
  for (const [id, text] of kept) {
    const other = document.getElementById(id);
    if (!other) continue;
    other.elements.value.value = text;
    wording(other);
  }
  const open = [...rows.querySelectorAll("form.fact")];
  const at = open.findIndex((one) => one.id === form.id);
  const next = reply.ok ? open.slice(at + 1).find((one) => one.matches(".missing, .unconfirmed")) : open[at];
  next?.elements.value?.focus();
});

window.addEventListener("beforeunload", (event) => {
  const unsaved = [...rows.querySelectorAll("form.fact")].some(
    (form) => form.elements.value && form.elements.value.value !== form.elements.value.dataset.before);
  if (unsaved) event.preventDefault();
});
prepare();
