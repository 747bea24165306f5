// The public chat: says something, waits for the reply. The talk lasts as long as the tab.
const talk = document.querySelector("[data-talk]");
const composer = document.querySelector("[data-composer]");
const field = composer.elements.message;
const suggestions = document.querySelector("[data-suggestions]");
const anew = document.querySelector("[data-anew]");
const MOST_HISTORY = 50;
const MOST_CHARACTERS = 200_000;
const store = `chat ${location.pathname}`;

let state = kept() ?? { session: newName(), entries: [] };
let isBusy = false;

// Not randomUUID, which plain http has not.
function newName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// An entry: {role, content}; of a reply its html and seal too; of one still worked on the reply's address.
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(store));
  } catch {
    return null;
  }
}

function keep() {
  try {
    sessionStorage.setItem(store, JSON.stringify(state));
  } catch {}
}

function bubble(kind) {
  const element = document.createElement("div");
  element.className = `bubble ${kind}`;
  talk.append(element);
  return element;
}

function show(entry) {
  if (entry.role === "user") bubble("own").textContent = entry.content;
  else if (entry.content === "") bubble("quiet").textContent = "There is no reply to this.";
  // The server's own rendering: Markdown with all HTML in it escaped.
  else bubble("prose").innerHTML = entry.html;
}

function toEnd() {
  talk.scrollTop = talk.scrollHeight;
}

function settle() {
  if (suggestions) suggestions.hidden = state.entries.length > 0;
  anew.hidden = state.entries.length === 0;
  toEnd();
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function ask(address, options) {
  const response = await fetch(address, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.message ?? "It did not get through. Please try again.");
  return body;
}

async function say(message) {
  if (isBusy) return;
  isBusy = true;
  const history = saidBefore();
  const spoken = { role: "user", content: message };
  state.entries.push(spoken);
  show(spoken);
  settle();
  const { session } = state;
  const key = newName();
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ message, session, key, history });
  try {
    const { reply, words } = await ask(location.pathname, { method: "POST", headers, body });
    spoken.reply = reply;
    keep();
    await hear(spoken, words);
  } catch (error) {
    fail(error, message);
  }
  isBusy = false;
}

/** As much of the end of the conversation as one message may carry. */
function saidBefore() {
  const entries = state.entries.filter(({ content }) => content !== "").slice(-MOST_HISTORY);
  let left = MOST_CHARACTERS;
  const first = entries.findLastIndex(({ content }) => (left -= content.length) < 0) + 1;
  return entries.slice(first).map(({ role, content, seal }) => ({ role, content, seal }));
}

async function hear(spoken, words) {
  const thinking = bubble("thinking");
  thinking.textContent = "Working on a reply…";
  toEnd();
  talk.setAttribute("aria-busy", "true");
  const stream = words && listen(words, thinking);
  let over = stream ? [stream.over] : [];
  try {
    for (let pause = 300; ; pause = Math.min(pause * 1.3, 4000)) {
      if (await Promise.race([sleep(pause), ...over])) over = [];
      if (!state.entries.includes(spoken)) return;
      const found = await look(spoken.reply);
      if (found === null) continue;
      if (found.state === "waiting") {
        thinking.className = "bubble thinking";
        thinking.textContent = "Somebody has to look at it first. The reply will appear here.";
      }
      if (found.state === "failed") throw new Error("Something went wrong, so there is no reply. Please try again.");
      if (found.state !== "said") continue;
      delete spoken.reply;
      const entry = { role: "assistant", content: found.text, html: found.html, seal: found.seal };
      state.entries.push(entry);
      keep();
      show(entry);
      return;
    }
  } finally {
    stream?.close();
    talk.removeAttribute("aria-busy");
    thinking.remove();
    settle();
  }
}

/** Shows the words of a reply as they come. `over` resolves when there are no more. */
function listen(address, element) {
  const source = new EventSource(address);
  const over = new Promise((resolve) => {
    source.addEventListener("over", () => {
      source.close();
      resolve(true);
    });
  });
  let said = "";
  source.addEventListener("message", ({ data }) => {
    const isAtEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40;
    said += JSON.parse(data);
    element.className = "bubble speaking";
    element.textContent = said;
    if (isAtEnd) toEnd();
  });
  return { over, close: () => source.close() };
}

/** Null when the network is away for a moment: the reply is still worked on. */
async function look(address) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    return null;
  }
  if (response.status === 404) return { state: "failed" };
  return response.ok ? response.json() : null;
}

function fail(error, message) {
  if (state.entries.at(-1)?.role === "user") state.entries.pop();
  keep();
  if (talk.lastElementChild?.matches(".own")) talk.lastElementChild.remove();
  const element = bubble("bad");
  element.setAttribute("role", "alert");
  element.textContent = error instanceof TypeError ? "There is no connection. Please try again." : error.message;
  if (field.value === "") field.value = message;
  settle();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const message = field.value.trim();
  if (message === "" || isBusy) return;
  field.value = "";
  void say(message);
});

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

suggestions?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) void say(button.textContent);
});

anew.addEventListener("click", () => {
  state = { session: newName(), entries: [] };
  isBusy = false;
  keep();
  for (const element of [...talk.querySelectorAll(".bubble")].slice(greets() ? 1 : 0)) element.remove();
  settle();
  field.focus();
});

function greets() {
  return talk.firstElementChild?.matches("[data-greeting]");
}

for (const entry of state.entries) show(entry);
settle();
const last = state.entries.at(-1);
if (last?.reply) {
  isBusy = true;
  hear(last)
    .catch((error) => fail(error, last.content))
    .finally(() => {
      isBusy = false;
    });
} else if (matchMedia("(pointer: fine)").matches) field.focus();
