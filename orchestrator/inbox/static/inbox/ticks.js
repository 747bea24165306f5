// Ticking several tasks: the bar counts them.
const bar = document.querySelector("[data-bulk]");

const ticks = () => [...document.querySelectorAll(".row-tick input")];

export function countTicks() {
  if (!bar) return;
  const count = ticks().filter((tick) => tick.checked).length;
  bar.hidden = count === 0;
  bar.querySelector("[data-bulk-count]").textContent = `${count} ticked`;
  document.body.classList.toggle("is-ticking", count > 0);
}

export function toggleTick() {
  const row = document.querySelector(".row[aria-current]") ?? document.querySelector(".row");
  row?.closest("li").querySelector(".row-tick input")?.click();
}

export function watchTicks() {
  if (!bar) return;
  document.querySelector("[data-list]").addEventListener("change", countTicks);
  addEventListener("pageshow", countTicks);
  countTicks();
}
