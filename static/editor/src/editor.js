// One policy editor: CodeMirror over the form's textarea, which stays what is submitted.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { completions } from "./completion.js";
import { findings } from "./findings.js";
import { format } from "./format.js";
import { hover } from "./hover.js";
import { theme } from "./theme.js";
import { mountSides } from "./visual/sides.js";
import { Words } from "./words.js";

export function mountEditor(root) {
  const textarea = root.querySelector("textarea");
  const label = root.querySelector("label");
  const words = new Words(root.dataset);
  const kind = new URL(root.dataset.checkUrl, location).searchParams.get("kind");
  const notice = root.querySelector(".editor-notice");
  const say = (text) => (notice.textContent = text);
  let sides = null;
  const found = findings({
    url: root.dataset.checkUrl,
    token: textarea.form.elements.csrfmiddlewaretoken.value,
    base: textarea.form.elements.base_document?.value ?? "", // what the text is a new version of
    list: root.querySelector(".findings"),
    status: root.querySelector(".findings-status"),
    say,
    reveal: (position) => sides.reveal(position),
  });
  const focused = document.activeElement === textarea;
  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      lineNumbers(),
      found.extension,
      foldGutter(),
      history(),
      json(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [completions(words, kind)] }),
      hover(words),
      search(),
      highlightSelectionMatches(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      drawSelection(),
      keymap.of([
        { key: "Shift-Alt-f", run: format },
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
        ...completionKeymap,
        ...lintKeymap,
        indentWithTab,
      ]),
      EditorView.contentAttributes.of(attributesFrom(textarea, label)),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) textarea.value = update.state.doc.toString();
        sides?.update(update);
      }),
      theme,
    ],
  });
  view.setTabFocusMode(true); // Tab leaves the editor, until Ctrl-M makes it indent
  takeOver(root, textarea, label, view);
  found.connect(view);
  sides = mountSides(root, { view, words, kind, say });
  root.querySelector("[data-format]").addEventListener("click", () => {
    if (!format(view)) notice.textContent = "The text cannot be laid out before it is well-formed JSON.";
    view.focus();
  });
  if (focused) view.focus();
}

// The name, the help and the error of the textarea; links to it lead here.
function attributesFrom(textarea, label) {
  label.id ||= `${textarea.id}_label`;
  const described = [textarea.getAttribute("aria-describedby"), `${textarea.id}_keys`].filter(Boolean).join(" ");
  const attributes = { id: textarea.id, tabindex: "0", "aria-labelledby": label.id, "aria-describedby": described };
  if (textarea.ariaInvalid) attributes["aria-invalid"] = textarea.ariaInvalid;
  return attributes;
}

function takeOver(root, textarea, label, view) {
  textarea.hidden = true;
  textarea.id = `${textarea.id}_text`;
  textarea.removeAttribute("aria-invalid");
  label.removeAttribute("for");
  label.addEventListener("click", () => view.focus());
  textarea.before(view.dom);
  root.classList.add("enhanced");
  for (const part of root.querySelectorAll("[data-enhanced]")) part.hidden = false;
}
