// j k move, a approve, r reject, b send back (asking once), c comment, e edit, u claim, x tick, n next, / search, ? all of them.
import { editedFields, fillDiff } from "./fields.js";
import { toggleTick } from "./ticks.js";

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog[open]");

function move(step) {
  const rows = [...document.querySelectorAll(".row")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const isList = document.body.classList.contains("at-list");
  const next = at < 0 || (isList && step > 0 && at === 0 && rows.length === 1) ? rows[0] : rows[at + step];
  next?.click();
}

function ask(button) {
  const comment = document.querySelector("#comment");
  if (button.value === "revise" && !comment.value.trim()) {
    comment.focus();
    return;
  }
  const dialog = document.querySelector("[data-confirm]");
  const form = button.form;
  const words = button.querySelector("span").textContent;
  dialog.querySelector("h2").textContent = `${words}?`;
  dialog.querySelector("[data-yes] span").textContent = words;
  dialog.querySelector("[data-confirm-changes]").replaceChildren(
    ...editedFields(form).map((field) => {
      const line = document.createElement("div");
      const diff = document.createElement("span");
      diff.className = "diff";
      fillDiff(diff, field);
      line.append(`${field.dataset.label}: `, diff);
      return line;
    }),
  );
  dialog.querySelector("[data-yes]").className = `button outcome ${button.classList.contains("danger") ? "danger sure" : "primary"}`;
  dialog.returnValue = "no";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") form.requestSubmit(button);
    else button.focus();
  };
  dialog.showModal();
}

function focusOn(selector) {
  const element = document.querySelector(selector);
  element?.focus();
  element?.select?.();
  return Boolean(element);
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => focusOn("#comment"),
  e: () => focusOn("[data-field] :is(input, select, textarea), [data-page] :is(input, select, textarea)"),
  u: () => document.querySelector("[data-claim]")?.click(),
  x: toggleTick,
  n: () => document.querySelector("[data-next]")?.click(),
  "?": () => document.querySelector("[data-keys]")?.showModal(),
  "/": () => focusOn(".search input[type=search]"),
};

let isLeaving = false;

// Once another page is on its way, a key is meant for that one, not for the task that is still shown.
function watchLeaving() {
  const leave = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    isLeaving = true;
    setTimeout(() => {
      isLeaving = false;
    }, 10_000);
  };
  addEventListener("click", (event) => event.target.closest?.("a[href]:not([target])") && leave(event));
  addEventListener("submit", (event) => event.target.method !== "dialog" && leave(event));
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
}

function press(key) {
  const button = document.querySelector(`.outcomes .outcome[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  const action = button ? () => ask(button) : ACTIONS[key];
  action?.();
  return Boolean(action);
}

function write(control, text) {
  control.setRangeText(text, control.selectionStart, control.selectionEnd, "end");
  control.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function replay(typed) {
  while (typed.length > 0 && !isLeaving && !document.querySelector("dialog[open]")) {
    const target = document.activeElement;
    if (target?.matches("input, textarea")) {
      write(target, typed.splice(0).map(({ key }) => key).join(""));
    } else press(typed.shift().key);
  }
  if (isLeaving && typed.length > 0) window.typedAhead.keepForNextPage(typed);
}

export function listenForKeys() {
  watchLeaving();
  document.querySelector("[data-keysheet]")?.addEventListener("click", ACTIONS["?"]);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (isLeaving && event.key.length === 1) {
      event.preventDefault();
      window.typedAhead.keepForNextPage([{ key: event.key, at: Date.now() }]);
    } else if (press(event.key)) event.preventDefault();
  });
  replay(window.typedAhead.take());
}
