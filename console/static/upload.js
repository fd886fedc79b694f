// Sends files in slices as soon as they are chosen, dropped or pasted; one that was cut short goes
// on where it stopped when the same file is chosen again. A browser keeps no file over a reload,
// so the server tells what it holds, and the checksum of it tells whether this is the same file.
const form = document.getElementById("upload");
const input = form.querySelector('input[type="file"]');
const list = document.getElementById("chosen");
const drop = document.getElementById("drop");
const typed = document.querySelector("#typed form");
const token = document.querySelector('meta[name="csrf-token"]').content;
const slice = Number(form.dataset.slice);
const TRIES = 5;
const LOOK_MS = 1000;
const waiting = []; // files whose slices are still to be sent: {file, id, held, shown}
const reading = new Map(); // job id -> the row that shows it
let sending = false;

function row(file) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  name.className = "name";
  name.textContent = `${file.name}（${(file.size / 1024 / 1024).toFixed(1)} MB）`;
  bar.max = file.size || 1;
  bar.value = 0;
  said.textContent = "等待上传";
  item.append(name, bar, said);
  list.append(item);
  return { item, bar, said };
}

function tell(shown, words, bad) {
  shown.said.textContent = words;
  shown.said.className = bad ? "bad" : "";
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
      if (tried === TRIES) return { error: `网络中断，请重新选择这个文件（${fault.message}）` };
      await new Promise((go) => setTimeout(go, 500 * 2 ** tried));
    }
  }
}

// CRC-32 (ISO 3309), the same as the server's; it needs no secure context, unlike crypto.subtle
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

async function checksum(blob) {
  let crc = 0xffffffff;
  for (let at = 0; at < blob.size; at += slice) {
    for (const byte of new Uint8Array(await blob.slice(at, at + slice).arrayBuffer())) {
      crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

async function begun(file) {
  for (const item of document.querySelectorAll("#unfinished li")) {
    const { id, name, size, held, checksum: theirs } = item.dataset;
    if (name !== file.name || Number(size) !== file.size) continue;
    if (await checksum(file.slice(0, Number(held))) !== Number(theirs)) continue;
    item.remove();
    if (!document.querySelector("#unfinished li")) document.getElementById("unfinished").remove();
    return { id, held: Number(held) };
  }
  const about = JSON.stringify({ name: file.name, size: file.size });
  return ask(form.dataset.begin, about, "application/json");
}

async function take(files) {
  const shown = [...files].map((file) => ({ file, shown: row(file) }));
  // all are announced first, so that a reload loses the name of none
  for (const one of shown) {
    const said = await begun(one.file);
    if (said.error) {
      tell(one.shown, said.error, true);
    } else {
      one.shown.bar.value = said.held;
      waiting.push({ ...one, ...said });
    }
  }
  if (!sending) send();
}

async function send() {
  sending = true;
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    tell(one.shown, one.held ? "从断开处继续" : "正在上传");
    for (;;) {
      const part = one.file.slice(one.held, one.held + slice);
      const address = `${form.dataset.begin}/${one.id}?offset=${one.held}`;
      const said = await ask(address, part, "application/octet-stream");
      if (said.error) {
        tell(one.shown, said.error, true);
        break;
      }
      one.held = said.held;
      one.shown.bar.value = said.held;
      if (said.job) {
        tell(one.shown, "已接收，等待读取");
        reading.set(String(said.job), one.shown);
        break;
      }
    }
  }
  sending = false;
}

function tellJob(shown, job) {
  tell(shown, job.words, job.bad);
  if (job.href) {
    const link = document.createElement("a");
    link.href = job.href;
    link.className = "button small main";
    link.textContent = "核对";
    shown.item.append(link);
  }
  for (const note of job.ended ? job.notes || [] : []) {
    const line = document.createElement("small");
    line.className = "note";
    line.textContent = note;
    shown.item.append(line);
  }
}

async function look() {
  if (reading.size) {
    const ids = [...reading.keys()].slice(0, 100);
    const reply = await fetch(`${form.dataset.states}?ids=${ids}`).catch(() => null);
    const jobs = reply?.ok && !reply.redirected ? (await reply.json()).jobs : {};
    for (const [id, job] of Object.entries(jobs)) {
      tellJob(reading.get(id), job);
      if (job.ended) reading.delete(id);
    }
  }
  setTimeout(look, LOOK_MS);
}

form.classList.add("live");
input.addEventListener("change", () => {
  take(input.files);
  input.value = "";
});
// wherever a file is let go on the page: beside the box it would be opened instead of this page
document.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) take(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) {
    event.preventDefault();
    take(event.clipboardData.files);
  } else if (!event.target.closest("input, textarea")) {
    document.getElementById("typed").open = true;
    typed.elements.text.value = event.clipboardData.getData("text/plain");
    typed.elements.title.focus();
  }
});
typed.addEventListener("submit", (event) => {
  event.preventDefault();
  const title = typed.elements.title.value.trim();
  const text = typed.elements.text.value.trim();
  const whole = text.startsWith(title) ? text : `${title}\n${text}`;
  take([new File([whole], `${title}.txt`, { type: "text/plain" })]);
  typed.reset();
  document.getElementById("typed").open = false;
});
window.addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});
setTimeout(look, LOOK_MS);
