// Copying the clause with its basis, and the phone's own way to share; the page is complete without.

import { copyText } from "./copy.js";

const copy = document.getElementById("copy");
const share = document.getElementById("share");
const note = document.getElementById("copied");

if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const done = await copyText(copy.dataset.copy);
    note.textContent = done ? "已复制，含文件名和条款号" : "未能复制，请长按文字选择";
    copy.focus();
  });
}

if (share) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    const address = location.href.split("#")[0];
    if (navigator.share) {
      // somebody who closes the phone's sheet has decided not to
      navigator.share({ title: share.dataset.title, url: address }).catch(() => {});
      return;
    }
    // WeChat's browser shares by its own menu, which no page may open
    const done = await copyText(`${share.dataset.title}\n${address}`);
    note.textContent = done ? "链接已复制，可粘贴给对方；在微信里也可点右上角“…”转发" : "请点右上角“…”转发";
    share.focus();
  });
}
