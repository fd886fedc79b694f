// The office's own questions, asked of the base as it is and as it would be.
const box = document.getElementById("questions");
const button = document.getElementById("try-questions");

button?.addEventListener("click", async () => {
  button.disabled = true;
  button.textContent = "正在试…";
  const reply = await fetch(box.dataset.address);
  if (reply.ok && !reply.redirected) box.innerHTML = await reply.text();
  else button.textContent = "没有试成，请刷新后再试";
});
