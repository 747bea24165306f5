// A form whose questions stand on pages shows one page at a time; without this file all of them.
const ANSWERLESS = ["revise", "rejected", "dismissed"];

const isAnswered = (field) =>
  [...field.querySelectorAll("input, textarea, select")].some((control) =>
    control.type === "checkbox" ? control.checked : control.value.trim(),
  );

function button(words, isPrimary, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = isPrimary ? "button primary" : "button";
  made.textContent = words;
  made.addEventListener("click", onClick);
  return made;
}

export function turnPages(form) {
  const questions = form?.querySelector("[data-questions]");
  const parts = [...(questions?.querySelectorAll("[data-page]") ?? [])];
  const titles = [...new Set(parts.map((part) => part.dataset.page))];
  if (titles.length < 2) return;
  const place = document.createElement("p");
  place.className = "quiet";
  place.setAttribute("role", "status");
  const turn = document.createElement("p");
  turn.className = "page-turns";
  const of = (index) => parts.filter((part) => part.dataset.page === titles[index]);
  let shown = 0;

  const show = (index) => {
    shown = index;
    for (const part of parts) part.hidden = part.dataset.page !== titles[index];
    place.textContent = `Page ${index + 1} of ${titles.length}: ${titles[index] || "more"}`;
    back.hidden = index === 0;
    next.hidden = index === titles.length - 1;
    const isStale = document.querySelector("[data-stale]:not([hidden])") !== null;
    for (const outcome of form.querySelectorAll(".outcome")) {
      outcome.disabled = isStale || (!next.hidden && !ANSWERLESS.includes(outcome.value));
    }
  };
  const goOn = () => {
    const missing = of(shown).find((part) => "needed" in part.dataset && !isAnswered(part));
    if (!missing) return show(shown + 1);
    place.textContent = `${missing.querySelector("label, legend").firstChild.textContent.trim()} must be answered.`;
    missing.querySelector("input, textarea, select").focus();
  };
  const back = button("Back", false, () => show(shown - 1));
  const next = button("Next page", true, goOn);
  turn.append(back, next);
  questions.before(place);
  questions.after(turn);
  const wrong = parts.find((part) => part.querySelector(".error"));
  show(wrong ? titles.indexOf(wrong.dataset.page) : 0);
}
