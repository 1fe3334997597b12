// Lays a document out with one element a line. Only white space between tokens changes: no string is spelt anew, no key
// is lost, and the cursor and the undo history stay what they are.
import { syntaxTree } from "@codemirror/language";

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const INDENT = "    ";

export function isWellFormed(state) {
  let well = true;
  syntaxTree(state).iterate({ enter: (node) => (well &&= !node.type.isError) });
  return well;
}

export function format(view) {
  if (!isWellFormed(view.state)) return false;
  const text = view.state.doc.toString();
  const changes = [];
  let depth = 0;
  let end = 0;
  let before = "";
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if ("}]".includes(token)) depth -= 1;
    const gap = gapBetween(before, token, depth);
    if (text.slice(end, match.index) !== gap) changes.push({ from: end, to: match.index, insert: gap });
    if ("{[".includes(token)) depth += 1;
    end = match.index + token.length;
    before = token;
  }
  if (changes.length) view.dispatch({ changes, userEvent: "input.format", scrollIntoView: true });
  return true;
}

function gapBetween(before, token, depth) {
  if (before === "" || ",:".includes(token)) return "";
  if (before === ":") return " ";
  if ("{[".includes(before) && "}]".includes(token)) return "";
  return `\n${INDENT.repeat(depth)}`;
}
