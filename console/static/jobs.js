// Keeps the list of jobs fresh for as long as one of them is running.
const box = document.getElementById("jobs");

async function look() {
  if (box.querySelector('[data-running="yes"]')) {
    const reply = await fetch(box.dataset.rows);
    if (reply.ok && !reply.redirected) box.innerHTML = await reply.text();
  }
  setTimeout(look, 1000);
}

setTimeout(look, 1000);
