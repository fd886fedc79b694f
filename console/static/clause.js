// Copying the clause with its basis; the page is complete without this.

const button = document.getElementById("copy");
const note = document.getElementById("copied");

// WeChat's browser and plain http have no navigator.clipboard.
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(button.dataset.copy);
    note.textContent = done ? "已复制，含文件名和条款号" : "未能复制，请长按文字选择";
    button.focus();
  });
}
