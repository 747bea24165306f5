// Ticking several tasks: the bar counts them; a refreshed list keeps what was ticked.
const bar = document.querySelector("[data-bulk]");

const ticks = () => [...document.querySelectorAll(".row-tick input")];

export const ticked = () => ticks().filter((tick) => tick.checked).map((tick) => tick.value);

function show() {
  const count = ticked().length;
  bar.hidden = count === 0;
  bar.querySelector("[data-bulk-count]").textContent = `${count} ticked`;
  document.body.classList.toggle("is-ticking", count > 0);
}

export function restoreTicks(wanted) {
  for (const tick of ticks()) tick.checked = wanted.includes(tick.value);
  if (bar) show();
}

export function toggleTick() {
  const row = document.querySelector(".row[aria-current]") ?? document.querySelector(".row");
  row?.closest("li").querySelector(".row-tick input")?.click();
}

export function watchTicks() {
  if (!bar) return;
  document.querySelector("[data-list]").addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}
