// Loads the page again as soon as the run that it waits for is done.
const told = document.querySelector("[data-state]");

async function look() {
  const reply = await fetch(told.dataset.state);
  if (reply.ok && !reply.redirected && !(await reply.json()).running) location.reload();
  else setTimeout(look, 1500);
}

if (told) setTimeout(look, 1000);
