// The console's tokens, which know light from dark by themselves.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = EditorView.theme({
  "&": { color: "var(--gb-ink)", backgroundColor: "var(--gb-surface)", fontSize: ".8125rem", width: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--bs-font-monospace)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--gb-ink)", padding: ".5rem 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--gb-ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection":
    { background: "color-mix(in srgb, var(--gb-accent) 22%, transparent)" },
  ".cm-gutters": { backgroundColor: "var(--gb-raised)", color: "var(--gb-muted)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--gb-raised) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--gb-line)", color: "var(--gb-ink)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--gb-accent-ground)",
    outline: "1px solid var(--gb-accent)",
  },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--gb-danger-ground)" },
  ".cm-foldPlaceholder": { border: "0", backgroundColor: "var(--gb-raised)", color: "var(--gb-muted)", padding: "0 .375rem" },
  ".cm-searchMatch": { backgroundColor: "var(--gb-warn-ground)", outline: "1px solid var(--gb-warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--gb-warn) 40%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--gb-info-ground)" },
  ".cm-panels": { backgroundColor: "var(--gb-raised)", color: "var(--gb-ink)", fontFamily: "var(--bs-font-sans-serif)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--gb-line)" },
  ".cm-textfield": { backgroundColor: "var(--gb-surface)", border: "1px solid var(--gb-field-line)", borderRadius: ".25rem", color: "var(--gb-ink)" },
  ".cm-button": { background: "var(--gb-surface)", border: "1px solid var(--gb-field-line)", borderRadius: ".25rem", color: "var(--gb-ink)" },
  ".cm-tooltip": {
    maxWidth: "min(34rem, 90vw)",
    border: "1px solid var(--gb-line)",
    borderRadius: "var(--gb-radius)",
    backgroundColor: "var(--gb-surface)",
    color: "var(--gb-ink)",
    boxShadow: "var(--gb-shadow)",
    fontFamily: "var(--bs-font-sans-serif)",
    overflow: "hidden",
  },
  ".cm-tooltip-lint": { margin: "0", padding: "0", listStyle: "none" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--bs-font-monospace)", fontSize: ".8125rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".125rem .5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--gb-accent-ground)", color: "var(--gb-ink)" },
  ".cm-completionDetail": { color: "var(--gb-muted)", fontStyle: "normal", fontFamily: "var(--bs-font-sans-serif)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: ".5rem .75rem" },
  ".cm-diagnostic": { padding: ".5rem .75rem", borderLeft: "3px solid var(--tone)" },
  ".cm-diagnosticAction": {
    margin: ".25rem .5rem 0 0",
    border: "1px solid var(--gb-accent)",
    backgroundColor: "transparent",
    color: "var(--gb-accent)",
  },
  ...Object.fromEntries(
    Object.entries({ error: "danger", warning: "danger", info: "warn", hint: "info" }).flatMap(([severity, tone]) => [
      [`.cm-diagnostic-${severity}`, { "--tone": `var(--gb-${tone})` }],
      [
        `.cm-lintRange-${severity}`,
        {
          backgroundImage: "none",
          textDecoration: `underline ${severity === "error" ? "wavy" : "dashed"} var(--gb-${tone}) 1px`,
          textUnderlineOffset: "3px",
          textDecorationSkipInk: "none",
        },
      ],
      [`.cm-lintPoint-${severity}::after`, { borderBottomColor: `var(--gb-${tone})` }],
      [`.cm-lint-marker-${severity}`, { content: "none", backgroundColor: `var(--gb-${tone})` }],
    ]),
  ),
  ".cm-lint-marker": { width: ".625rem", height: ".625rem", margin: ".375rem .1875rem" },
  ".cm-lint-marker-error": { borderRadius: "50%" },
  ".cm-lint-marker-warning": { transform: "rotate(45deg)" },
  ".cm-lint-marker-info": { clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--gb-danger-ground)" },
  "&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine": { backgroundColor: "var(--gb-ok-ground)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "color-mix(in srgb, var(--gb-danger) 28%, transparent)",
  },
  "&.cm-merge-b .cm-changedText": { background: "color-mix(in srgb, var(--gb-ok) 30%, transparent)" },
  // Syntax colours on top of these grounds would be too faint.
  ".cm-changedText, .cm-changedText *, .cm-deletedText, .cm-deletedText *": { color: "var(--gb-ink) !important" },
  ".cm-collapsedLines": { background: "var(--gb-raised)", color: "var(--gb-ink)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--gb-info)" },
  { tag: tags.string, color: "var(--gb-accent)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--gb-warn)" },
]);

export const theme = [look, syntaxHighlighting(colours)];
