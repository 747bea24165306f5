// Proposed values: shows what an edit changes, offers the way back, and says so on the button.
import { showDiff } from "./diff.js";

const controlOf = (field) => field.querySelector("input, select, textarea");
const shown = (field, value) => {
  const select = field.querySelector("select");
  return select ? ([...select.options].find((option) => option.value === value)?.text ?? value) : value;
};

export function editedFields(form) {
  return [...form.querySelectorAll("[data-field]")].filter((f) => controlOf(f).value !== f.dataset.original);
}

export function fillDiff(target, field) {
  showDiff(target, shown(field, field.dataset.original), shown(field, controlOf(field).value));
}

function update(form) {
  const edited = new Set(editedFields(form));
  for (const field of form.querySelectorAll("[data-field]")) {
    const is = edited.has(field);
    field.classList.toggle("edited", is);
    field.querySelector("[data-change]").hidden = !is;
    if (is) fillDiff(field.querySelector("[data-diff]"), field);
  }
  for (const button of form.querySelectorAll(".outcome.primary")) {
    button.querySelector("span").textContent = button.dataset.words + (edited.size && button.value !== "edited" ? " with edits" : "");
  }
}

export function watchFields(form) {
  if (!form) return;
  // A reload must not bring back half an edit under a fresh nonce.
  form.setAttribute("autocomplete", "off");
  for (const field of form.querySelectorAll("[data-field]")) {
    field.dataset.original = field.dataset.original.replaceAll("\r\n", "\n");
    field.querySelector("[data-undo]").addEventListener("click", () => {
      controlOf(field).value = field.dataset.original;
      update(form);
      controlOf(field).focus();
    });
  }
  const comment = form.querySelector("#comment");
  const onlyComment = form.querySelector("[data-comment]") ?? document.createElement("button");
  form.addEventListener("input", () => {
    update(form);
    onlyComment.hidden = !comment.value.trim();
  });
  onlyComment.hidden = !comment.value.trim();
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => {
    isSent = false;
  });
  update(form);
}
