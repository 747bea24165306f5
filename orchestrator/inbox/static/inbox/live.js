// Keeps the list, the counts and the open task true: by the websocket, or by asking every 10 s.
import { countTicks } from "./ticks.js";
import { showLocalTimes } from "./times.js";

const POLL_MS = 10_000;
const CALM_POLL_MS = 60_000;

const pill = document.querySelector("[data-live]");
const list = document.querySelector("[data-list]");
let isRefreshing = false;
let isAskedAgain = false;

function say(isOn, words) {
  if (!pill || pill.lastElementChild.textContent === words) return;
  pill.classList.toggle("on", isOn);
  pill.lastElementChild.textContent = words;
}

function showCounts(fragment) {
  const waiting = fragment.dataset.open;
  for (const badge of document.querySelectorAll("[data-inbox-open]")) {
    badge.textContent = waiting;
    badge.hidden = !waiting;
  }
  for (const entry of document.querySelectorAll("[data-count]")) {
    const value = fragment.getAttribute(`data-count-${entry.dataset.count}`);
    entry.textContent = value;
    entry.classList.toggle("none", value === "0");
  }
  document.title = document.title.replace(/^(\(\d+\+?\) )?/, waiting ? `(${waiting}) ` : "");
}

const taskOf = (item) => item.querySelector(".row")?.dataset.task;

// The row that is there stays, with its tick, its focus and a click that is half done; only its words are replaced.
function updated(item, fresh) {
  const [row, freshRow] = [item.querySelector(".row"), fresh.querySelector(".row")];
  const [tick, freshTick] = [item.querySelector(".row-tick"), fresh.querySelector(".row-tick")];
  if (Boolean(tick) !== Boolean(freshTick)) return fresh;
  for (const { name, value } of freshRow.attributes) {
    if (name !== "class" && row.getAttribute(name) !== value) row.setAttribute(name, value);
  }
  if (!freshRow.hasAttribute("aria-current")) row.removeAttribute("aria-current");
  row.replaceChildren(...freshRow.childNodes);
  return item;
}

function placeInOrder(rows, items) {
  for (const gone of [...rows.children].filter((item) => !items.includes(item))) gone.remove();
  items.forEach((item, index) => {
    if (rows.children[index] !== item) rows.insertBefore(item, rows.children[index] ?? null);
  });
}

function showRows(fragment) {
  const shown = list.querySelectorAll("[data-fragment]");
  // Pages that were added by hand stay: only the first page is refreshed.
  if (shown.length > 1) return;
  const [rows, freshRows] = [shown[0].querySelector(".rows"), fragment.querySelector(".rows")];
  const known = new Map([...rows.children].map((item) => [taskOf(item), item]));
  const items = [...freshRows.children].map((fresh) => {
    const item = taskOf(fresh) && known.get(taskOf(fresh));
    if (item) return updated(item, fresh);
    fresh.querySelector(".row")?.classList.add("arrived");
    return fresh;
  });
  placeInOrder(rows, items);
  shown[0].querySelector("[data-more]")?.remove();
  shown[0].append(...fragment.querySelectorAll("[data-more]"));
  countTicks();
}

function showTaskState(fragment) {
  const task = document.querySelector("article[data-task]");
  if (!task || !fragment.dataset.status) return;
  const isSame = fragment.dataset.status === task.dataset.status && fragment.dataset.revision === task.dataset.revision;
  const banner = task.querySelector("[data-stale]");
  if (isSame || !banner.hidden) return;
  banner.hidden = false;
  for (const button of task.querySelectorAll(".outcome")) button.disabled = true;
}

async function fetchFragment(query) {
  const answer = await fetch(list.dataset.address + query, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-fragment]");
}

async function refresh() {
  if (isRefreshing) {
    isAskedAgain = true;
    return;
  }
  isRefreshing = true;
  try {
    const current = document.querySelector("article[data-task]")?.dataset.task ?? "";
    const fragment = await fetchFragment(`&task=${encodeURIComponent(current)}`);
    showCounts(fragment);
    showTaskState(fragment);
    showRows(fragment);
    showLocalTimes(list);
  } catch {
    say(false, "offline, trying again");
  } finally {
    isRefreshing = false;
    if (isAskedAgain) {
      isAskedAgain = false;
      refresh();
    }
  }
}

async function showMore(link) {
  link.textContent = "Loading …";
  const fragment = await fetchFragment(`&cursor=${encodeURIComponent(link.dataset.more)}`);
  link.remove();
  list.append(fragment);
}

export function followInbox() {
  if (!list) return;
  list.addEventListener("click", (event) => {
    const link = event.target.closest("[data-more]");
    if (!link) return;
    event.preventDefault();
    showMore(link).catch(() => location.assign(link.href));
  });
  showCounts(list.querySelector("[data-fragment]"));
  let socket;
  let attempt = 0;
  const connect = () => {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`);
    socket.onopen = () => {
      attempt = 0;
      say(true, "live");
      socket.send(JSON.stringify({ op: "subscribe", topic: "inbox" }));
      refresh();
    };
    socket.onmessage = (message) => {
      if (JSON.parse(message.data).op === "inbox") refresh();
    };
    socket.onclose = () => {
      say(false, "updates every 10 s");
      setTimeout(connect, Math.min(30_000, 500 * 2 ** attempt++));
    };
  };
  connect();
  let lastAt = Date.now();
  setInterval(() => {
    const isOpen = socket.readyState === WebSocket.OPEN;
    if (document.hidden || Date.now() - lastAt < (isOpen ? CALM_POLL_MS : POLL_MS)) return;
    lastAt = Date.now();
    refresh();
  }, 2_000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
