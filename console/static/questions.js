// Questions, answers and the day by keyboard: J and K go through a list, letters go where they are
// written. A link opens at once; a field or a button only gets the focus, so that no single letter
// passes on, publishes or gives up anything.

import { listen, say } from "./frame.js";

const links = () => [...document.querySelectorAll(".group h2 a")];
const form = document.querySelector("form.write");

function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.focus();
}

function reach(element) {
  if (element.matches("a")) element.click();
  else element.focus();
}

/** Choose the clause of this place in the list. */
function choose(place) {
  const clause = document.querySelectorAll(".clauses input[type=radio]")[place - 1];
  if (!clause) return;
  clause.checked = true;
  clause.focus();
}

/** The tab beside the one shown. */
function turn(step) {
  const tabs = [...document.querySelectorAll(".tabs a")];
  const next = tabs[tabs.findIndex((tab) => tab.getAttribute("aria-current")) + step];
  if (next) next.click();
  else if (tabs.length) say(step < 0 ? "前面没有了" : "后面没有了");
}

const letters = { j: () => move(1), k: () => move(-1), "[": () => turn(-1), "]": () => turn(1) };
for (let place = 1; place <= 9; place += 1) letters[place] = () => choose(place);
for (const element of document.querySelectorAll("[data-key]")) {
  const { key } = element.dataset;
  // beside the clause chosen stands what is done with that one
  const beside = () => document.activeElement.closest("li")?.querySelector(`[data-beside="${key}"]`);
  letters[key] = () => reach(beside() ?? element);
}

/** In the form of an answer letters are typed: there Alt goes with them. */
const alt = form
  ? {
      KeyB: () => (form.querySelector("[name=basis]:checked") ?? form.querySelector("[name=basis]")).focus(),
      KeyQ: () => form.elements.find.focus(),
      KeyA: () => form.elements.answer.focus(),
    }
  : {};

listen({
  letters,
  alt,
  first({ key, ctrlKey, metaKey }) {
    if (!form || key !== "Enter" || !(ctrlKey || metaKey)) return false;
    form.requestSubmit(form.querySelector("[value=save]"));
    return true;
  },
});
