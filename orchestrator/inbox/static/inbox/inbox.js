// The inbox page works without this file; with it, it is live and quick by keyboard.
import { watchFields } from "./fields.js";
import { listenForKeys } from "./keys.js";
import { followInbox } from "./live.js";
import { turnPages } from "./pages.js";
import { watchTicks } from "./ticks.js";
import { showLocalTimes } from "./times.js";

showLocalTimes(document);
watchFields(document.querySelector("[data-decide]"));
turnPages(document.querySelector("[data-decide]"));
listenForKeys();
followInbox();
watchTicks();

// The row of the open task stays in sight when the page is loaded anew.
document.querySelector(".row[aria-current]")?.scrollIntoView({ block: "nearest" });
