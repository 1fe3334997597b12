// The two sides of the editor as tabs. Which one was last used is remembered by the browser's tab, for a form that comes
// back with a mistake in it.
import { redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { Visual } from "./visual.jsx";

const REMEMBERED = "editor-side";

export function mountSides(root, { view, words, kind, say }) {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const panels = new Map(tabs.map((tab) => [tab.value, document.getElementById(tab.getAttribute("aria-controls"))]));
  const steps = { undo: root.querySelector("[value=undo]"), redo: root.querySelector("[value=redo]") };
  const announce = root.querySelector(".visual-said");
  const visual = new Visual({
    panel: panels.get("visual"),
    view,
    words,
    kind,
    icons: root.dataset.icons,
    say: (text) => (announce.textContent = text),
    showText(from, to) {
      select("json");
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
      view.focus();
    },
  });

  function select(side) {
    for (const tab of tabs) {
      const chosen = tab.value === side;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      panels.get(tab.value).hidden = !chosen;
    }
    for (const part of root.querySelectorAll("[data-json-only]")) part.hidden = side !== "json";
    for (const part of root.querySelectorAll("[data-visual-only]")) part.hidden = side !== "visual";
    if (side === "visual") visual.show();
    else {
      visual.hide();
      view.requestMeasure();
    }
    sessionStorage.setItem(REMEMBERED, side);
  }

  // Not disabled, or the focus would be lost with the last step.
  function markSteps() {
    steps.undo.setAttribute("aria-disabled", !undoDepth(view.state));
    steps.redo.setAttribute("aria-disabled", !redoDepth(view.state));
  }

  // What is on no card is shown in the text.
  function reveal(position) {
    if (!visual.reveal(position)) select("json");
    return visual.shown;
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => select(tab.value));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      select(next.value);
      next.focus();
    });
  }
  for (const [button, run] of [
    [steps.undo, undo],
    [steps.redo, redo],
  ])
    button.addEventListener("click", () => run(view));

  root.closest("form").addEventListener("submit", (event) => {
    const unfinished = visual.shown && root.querySelector("[data-unfinished]");
    if (!unfinished) return;
    event.preventDefault();
    say(unfinished.dataset.unfinished);
    unfinished.querySelector("input").focus();
  });
  panels.get("json").setAttribute("role", "tabpanel");
  panels.get("json").setAttribute("aria-labelledby", tabs.find(({ value }) => value === "json").id);
  markSteps();
  select(sessionStorage.getItem(REMEMBERED) === "visual" ? "visual" : "json");
  return {
    update(update) {
      visual.update(update);
      markSteps();
    },
    reveal: (position) => visual.shown && reveal(position),
  };
}
