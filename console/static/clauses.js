// The clause tree beside the text as read: what belongs together is marked, cuts are made where the
// cursor stands, and nothing that was typed is left by mistake.
const paper = document.getElementById("paper");
const clauses = document.getElementById("clauses");
const ask = document.getElementById("ask");
let leaving = false;

function mark(clause) {
  for (const old of document.querySelectorAll(".lit")) old.classList.remove("lit");
  clause.classList.add("lit");
  const line = document.getElementById(clause.dataset.read || "");
  if (!line) return;
  line.classList.add("lit");
  if (paper.scrollHeight > paper.clientHeight) {
    paper.scrollTo({ top: line.offsetTop - paper.clientHeight / 3, behavior: "smooth" });
  }
}

function unsaved(except) {
  return [...clauses.querySelectorAll("details[open] form")].filter((form) => form !== except &&
    [...form.elements].some((one) => (one.name === "text" || one.name === "cell") && one.value !== one.defaultValue));
}

clauses.addEventListener("click", (event) => {
  const clause = event.target.closest(".clause");
  if (clause) mark(clause);
});
paper.addEventListener("click", (event) => {
  const line = event.target.closest(".box");
  const clause = line && clauses.querySelector(`[data-read="${line.id}"]`);
  if (clause) {
    mark(clause);
    clause.scrollIntoView({ block: "center" });
  }
});
clauses.addEventListener("submit", (event) => {
  const form = event.target;
  const text = form.elements.text;
  if (event.submitter?.value === "split" && text) {
    if (text.value !== text.defaultValue) {
      event.preventDefault();
      text.setCustomValidity("请先保存文字，再拆开");
      text.reportValidity();
      text.addEventListener("input", () => text.setCustomValidity(""), { once: true });
      return;
    }
    form.elements.place.value = text.selectionStart;
  }
  const others = unsaved(form);
  if (others.length && !window.confirm("另一条有没有保存的修改，会丢失。仍要继续吗？")) {
    event.preventDefault();
    return;
  }
  leaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && unsaved(null).length) event.preventDefault();
});

ask?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const box = document.getElementById("answer");
  box.textContent = "正在查找…";
  const reply = await fetch(ask.action, { method: "POST", body: new FormData(ask) });
  box.innerHTML = reply.ok && !reply.redirected ? await reply.text() : "";
});

const start = document.getElementById(window.location.hash.slice(1));
if (start?.classList.contains("clause")) mark(start);
