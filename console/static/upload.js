// Sends files in slices, so that a bad line costs one slice and not the file.
const form = document.getElementById("upload");
const input = form.querySelector('input[type="file"]');
const list = document.getElementById("chosen");
const drop = document.getElementById("drop");
const token = document.querySelector('meta[name="csrf-token"]').content;
const slice = Number(form.dataset.slice);
const TRIES = 5;

function row(file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  name.textContent = `${file.name}（${(file.size / 1024 / 1024).toFixed(1)} MB）`;
  bar.max = file.size || 1;
  bar.value = 0;
  item.append(name, bar, said);
  list.append(item);
  return { bar, said };
}

async function ask(address, body, type) {
  for (let tried = 1; ; tried += 1) {
    try {
      const reply = await fetch(address, {
        method: "POST", body, headers: { "X-CSRFToken": token, "Content-Type": type },
      });
      if (reply.status >= 500) throw new Error(`服务器忙（${reply.status}）`);
      const said = reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : {};
      if (!reply.ok) return { error: said.error || "没有权限或登录已过期，请重新登录" };
      return said;
    } catch (fault) {
      if (tried === TRIES) return { error: `网络中断，请重试（${fault.message}）` };
      await new Promise((go) => setTimeout(go, 500 * 2 ** tried));
    }
  }
}

async function send(file, same, shown) {
  const begun = await ask(form.dataset.begin, JSON.stringify({ size: file.size }), "application/json");
  if (begun.error) return begun;
  let held = 0;
  for (;;) {
    const values = new URLSearchParams({ offset: held, size: file.size, name: file.name, same });
    const part = file.slice(held, held + slice);
    const said = await ask(`${form.dataset.begin}/${begun.id}?${values}`, part, "application/octet-stream");
    if (said.error || said.job) return said;
    held = said.held;
    shown.bar.value = held;
  }
}

drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  input.files = event.dataTransfer.files;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  list.replaceChildren();
  const same = form.querySelector('input[name="same"]:checked').value;
  const files = [...input.files].map((file) => [file, row(file)]);
  let faults = 0;
  for (const [file, shown] of files) {
    const said = await send(file, same, shown);
    shown.bar.value = shown.bar.max;
    shown.said.textContent = said.error || "已接收";
    shown.said.className = said.error ? "bad" : "";
    faults += said.error ? 1 : 0;
  }
  button.disabled = false;
  if (!faults) window.location = form.dataset.jobs;
});
