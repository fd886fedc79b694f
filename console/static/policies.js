// Ticks in the list: all, and a range with Shift; the button says how many.
const form = document.getElementById("batch");
const all = document.getElementById("all");
const count = document.getElementById("chosen-count");
const boxes = form ? [...form.querySelectorAll('input[name="document"]')] : [];
let last = -1;

function tell() {
  const chosen = boxes.filter((box) => box.checked).length;
  if (count) count.textContent = chosen ? `已选 ${chosen} 份` : "勾选后可一起处理";
  if (all) all.checked = chosen > 0 && chosen === boxes.length;
}

boxes.forEach((box, at) => box.addEventListener("click", (event) => {
  if (event.shiftKey && last >= 0) {
    for (let i = Math.min(at, last); i <= Math.max(at, last); i += 1) boxes[i].checked = box.checked;
  }
  last = at;
  tell();
}));
all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  tell();
});
tell();
