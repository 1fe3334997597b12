// The palette: Ctrl-K opens it, arrows choose, Enter goes there. The server draws the results; it is asked as htmx would
// ask, which itself writes an error to the console for each request that a newer text makes stale.
(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("[role=combobox]");
  const results = document.getElementById("palette-results");
  const status = palette.querySelector("[role=status]");
  let asked = null; // the request for the text that stands there
  let stale = true; // what is shown is not yet of that text
  let wanted = null; // Enter that was pressed meanwhile

  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const key of document.querySelectorAll("[data-mac]")) key.textContent = key.dataset.mac;
  }

  const options = () => [...results.querySelectorAll("[role=option]")];
  const chosen = () => results.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  function move(by) {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  }

  function go(option, inNewTab) {
    if (!option) return;
    if (option.ariaDisabled) status.textContent = option.innerText;
    else if (inNewTab && option.href) open(option.href, "_blank", "noopener");
    else option.click();
  }

  function ask(delay) {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    stale = true;
    wanted = null;
    setTimeout(() => signal.aborted || load(signal), delay);
  }

  async function load(signal) {
    const headers = { "HX-Request": "true", "HX-Target": results.id, "HX-Current-URL": location.href };
    try {
      const answer = await fetch(`${input.dataset.url}?${new URLSearchParams({ q: input.value })}`, { headers, signal });
      if (answer.headers.has("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect")); // signed out
      if (!answer.ok) throw new Error(answer.statusText);
      const html = await answer.text();
      if (!signal.aborted) draw(html);
    } catch {
      if (!signal.aborted) fail();
    }
  }

  function draw(html) {
    results.innerHTML = html;
    stale = false;
    const all = options();
    input.ariaExpanded = String(all.length > 0);
    choose(all[0]);
    status.textContent = document.getElementById("palette-list").dataset.status;
    if (wanted) go(all[0], wanted.inNewTab);
  }

  function fail() {
    const text = Object.assign(document.createElement("p"), { className: "palette-none" });
    text.textContent = status.textContent = "The server did not answer. Try again.";
    results.replaceChildren(text);
    input.ariaExpanded = "false";
  }

  function show(text = "") {
    if (palette.open) return;
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    input.value = text;
    palette.showModal();
    ask(0);
  }

  palette.addEventListener("close", () => {
    if (palette.open) return; // again, before this event came
    asked.abort();
    results.replaceChildren();
    input.value = status.textContent = "";
    input.ariaExpanded = "false";
  });

  addEventListener("pagehide", () => palette.close()); // or Back would show it again

  input.addEventListener("input", () => ask(80));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const inNewTab = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Home" && !event.shiftKey) choose(options()[0]);
    else if (event.key === "End" && !event.shiftKey) choose(options().at(-1));
    else if (event.key === "Enter" && stale) wanted = { inNewTab };
    else if (event.key === "Enter") go(chosen(), inNewTab);
    else return;
    event.preventDefault();
  });
  results.addEventListener("pointermove", (event) => {
    // Not when the list moves below a pointer that rests: the arrows did that.
    const moved = event.movementX || event.movementY;
    const option = moved && event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });

  addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show();
  });
  // The box in the bar is a form that leads to the page of results; who clicks into it gets the palette.
  const box = document.querySelector(".bar-search");
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", () => show(box.elements.q.value));
})();
