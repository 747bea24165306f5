// Moments come as UTC; people read them in their own time, and as "12 min ago" when near.
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

function wordsFor(at, style) {
  const seconds = (Date.now() - at) / 1000;
  const isToday = at.toDateString() === new Date().toDateString();
  if (style === "ago" && seconds >= 0 && seconds < 60) return "just now";
  if (style === "ago" && seconds >= 0 && seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return isToday ? `at ${clock.format(at)}` : day.format(at);
}

export function showLocalTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    element.textContent = wordsFor(at, element.dataset.style);
    element.title = full.format(at);
  }
}

setInterval(() => showLocalTimes(document), 30_000);
