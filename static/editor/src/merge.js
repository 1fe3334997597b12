// Two texts side by side, or one below the other where there is no room; over the table that the server wrote.
import { json } from "@codemirror/lang-json";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { theme } from "./theme.js";

const WIDE = matchMedia("(min-width: 48rem)");
const CONTEXT = { margin: 3, minSize: 6 };

export function mountMerge(root) {
  const { left, right, left_label, right_label } = JSON.parse(document.getElementById(root.dataset.merge).textContent);
  const reading = (label) => [
    lineNumbers(),
    json(),
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
    theme,
  ];
  const place = document.createElement("div");
  place.className = "merge";
  root.before(place);
  root.hidden = true;
  let shown;

  function show() {
    shown?.destroy();
    place.replaceChildren();
    if (WIDE.matches) {
      shown = new MergeView({
        a: { doc: left, extensions: reading(left_label) },
        b: { doc: right, extensions: reading(right_label) },
        parent: place,
        collapseUnchanged: CONTEXT,
      });
    } else {
      const merge = unifiedMergeView({ original: left, mergeControls: false, collapseUnchanged: CONTEXT });
      const label = `${left_label} compared with ${right_label}`;
      shown = new EditorView({ doc: right, extensions: [reading(label), merge], parent: place });
    }
  }

  show();
  WIDE.addEventListener("change", show);
}
