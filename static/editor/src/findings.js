// What the server finds in the text as somebody types: marks in the text, and the list below it.
import { forceLinting, linter, lintGutter } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { rangeOf } from "./positions.js";

const SEVERITIES = { ERROR: "error", SECURITY_WARNING: "warning", WARNING: "info", SUGGESTION: "hint" };
const DELAY = 250; // milliseconds without a keystroke

export function findings({ url, token, base, list, status, say, reveal }) {
  let newest = null;
  let current = []; // of the list below: each finding's place, as the text is now

  // A blank policy is incomplete, which nobody needs to be told before typing: the server has not said so either.
  const silent = !list.querySelector(".finding, .findings-none");
  let first = null;

  async function check(view) {
    if (silent && view.state.doc === first) return [];
    newest?.abort();
    newest = new AbortController();
    const { doc } = view.state;
    let answer;
    let found;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token },
        body: new URLSearchParams({ policy_document: doc.toString(), base_document: base }),
        redirect: "manual",
        signal: newest.signal,
      });
      found = answer.ok && (await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") say("The server did not answer, so the text is not checked. What you typed stays here.");
      return [];
    }
    if (answer.type === "opaqueredirect") {
      say("You were signed out. Sign in again in another tab before you save: your text stays here.");
      return [];
    }
    if (!answer.ok) {
      say(`The text could not be checked (${answer.status}). What you typed stays here.`);
      return [];
    }
    if (view.state.doc !== doc) return [];
    say("");
    list.innerHTML = found.html;
    status.textContent = found.counts;
    current = found.findings.map((finding, rank) => ({ ...diagnostic(finding, doc), rank }));
    offerFixes(view);
    return current;
  }

  function diagnostic(finding, doc) {
    const { from, to } = rangeOf(doc, finding);
    return {
      from,
      to,
      severity: SEVERITIES[finding.type],
      message: finding.message,
      renderMessage: () => explanation(finding),
      actions: finding.fix ? [{ name: finding.fix.label, apply: (view) => mend(view, finding.fix, doc) }] : [],
      found: finding,
      fix: finding.fix,
      doc,
    };
  }

  // The lines of the list that have a fix get a button for it; without a script they only name it.
  function offerFixes(view) {
    list.querySelectorAll(".finding").forEach((item, position) => {
      const note = item.querySelector(".finding-fix");
      const found = current[position];
      if (!note || !found?.fix) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-secondary finding-fix";
      button.textContent = found.fix.label;
      button.addEventListener("click", () => mend(view, found.fix, found.doc));
      note.replaceWith(button);
    });
  }

  function jump(view, event) {
    const place = event.target.closest("[data-line]")?.dataset;
    if (!place) return;
    event.preventDefault();
    const start = { line: Number(place.line), column: Number(place.column) };
    const end = { line: Number(place.endLine), column: Number(place.endColumn) };
    const { from, to } = rangeOf(view.state.doc, { start, end });
    if (reveal(from)) return;
    view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    view.focus();
  }

  return {
    extension: [linter(check, { delay: DELAY }), lintGutter()],
    connect(view) {
      first = view.state.doc;
      list.addEventListener("click", (event) => jump(view, event));
    },
  };
}

function mend(view, fix, doc) {
  if (view.state.doc !== doc) {
    forceLinting(view); // the text has moved on; its own findings come in a moment
    return;
  }
  const { from, to } = rangeOf(doc, fix);
  view.dispatch({
    changes: { from, to, insert: fix.replacement },
    selection: { anchor: from + fix.replacement.length },
    scrollIntoView: true,
    userEvent: "input.fix",
  });
  view.focus();
}

function explanation({ type, code, message, url }) {
  const box = document.createElement("div");
  const kind = document.createElement("strong");
  kind.textContent = `${type.charAt(0)}${type.slice(1).toLowerCase().replace("_", " ")}: `;
  const name = document.createElement("code");
  name.className = "finding-code";
  name.textContent = code;
  box.append(kind, `${message} `, name);
  if (url) {
    const link = document.createElement("a");
    Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer", textContent: "Read more" });
    box.append(" ", link);
  }
  return box;
}
