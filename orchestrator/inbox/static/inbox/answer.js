// The page behind a signed link works without this file; with it, edits are shown as they are made.
import { watchFields } from "./fields.js";
import { showLocalTimes } from "./times.js";

showLocalTimes(document);
watchFields(document.querySelector("[data-decide]"));
