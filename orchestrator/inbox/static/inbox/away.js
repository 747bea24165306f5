// Times are chosen in the reader's own time zone; a week from now stands there to begin with.
import { showLocalTimes } from "./times.js";

showLocalTimes(document);
const form = document.querySelector("form.card");
form.elements.timezone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const words of form.querySelectorAll("[data-zone]")) words.hidden = true;
for (const field of form.querySelectorAll("[type=datetime-local]")) {
  const at = Date.now() - new Date().getTimezoneOffset() * 60_000 + Number(field.dataset.days ?? 0) * 86_400_000;
  field.value ||= new Date(at).toISOString().slice(0, 16);
}
