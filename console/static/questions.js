// Lists of questions: J and K go from one to the next; Enter opens it as any link.

import { listen } from "./frame.js";

const links = () => [...document.querySelectorAll(".group h2 a")];

function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.focus();
}

listen({ letters: { j: () => move(1), k: () => move(-1) } });
