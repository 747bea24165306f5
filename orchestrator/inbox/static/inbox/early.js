// Keys that are pressed while a page is on its way, or before its modules have come, are kept for it.
(() => {
  const LONGEST_MS = 10_000;
  const STORE = "keys-typed-ahead";
  let keys = [];
  try {
    keys = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
    sessionStorage.removeItem(STORE);
  } catch {}
  const keep = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length > 1) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
    event.preventDefault();
    keys.push({ key: event.key, at: Date.now() });
  };
  addEventListener("keydown", keep);
  window.typedAhead = {
    take() {
      removeEventListener("keydown", keep);
      return keys.splice(0).filter(({ at }) => Date.now() - at < LONGEST_MS);
    },
    keepForNextPage(typed) {
      try {
        const kept = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
        sessionStorage.setItem(STORE, JSON.stringify([...kept, ...typed]));
      } catch {}
    },
  };
})();
