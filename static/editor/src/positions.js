// The server counts lines from 1 and columns in code points from 0; CodeMirror counts UTF-16 units from the start.

export function offsetOf(doc, { line, column }) {
  if (line > doc.lines) return doc.length;
  const { from, text } = doc.line(line);
  return from + [...text].slice(0, column).join("").length;
}

export function rangeOf(doc, { start, end }) {
  return { from: offsetOf(doc, start), to: offsetOf(doc, end) };
}
