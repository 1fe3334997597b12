// An edit of a JSON text that changes what it is about and leaves every other character where it is: one step for undo.
// What is put in is laid out like what stands around it.
import { ChangeSet } from "@codemirror/state";
import { at, childrenOf, memberOf, parse } from "./tree.js";

export class Edit {
  // `root` is the text's tree, where somebody has it already.
  constructor(text, root) {
    this.text = text;
    this.parsed = root && { text, root };
    this.changes = ChangeSet.empty(text.length);
  }

  get root() {
    if (this.parsed?.text !== this.text) this.parsed = { text: this.text, root: parse(this.text).root };
    return this.parsed.root;
  }

  at(path) {
    return at(this.root, path);
  }

  replace(from, to, insert) {
    const change = ChangeSet.of({ from, to, insert }, this.text.length);
    this.changes = this.changes.compose(change);
    this.text = this.text.slice(0, from) + insert + this.text.slice(to);
  }

  // Another value for what is there.
  set(path, value) {
    const { from, to } = this.at(path);
    const around = path.slice(0, -1);
    this.replace(from, to, this.written(value, this.indentAt(from), this.isSpread(this.at(around), around)));
  }

  rename(path, key) {
    const { keyFrom, keyTo } = memberOf(this.at(path.slice(0, -1)), path.at(-1));
    this.replace(keyFrom, keyTo, JSON.stringify(key));
  }

  // A new member of an object: behind those that come before it in `order`, or as its last one.
  put(path, key, value, order = []) {
    const object = this.at(path);
    const earlier = order.slice(0, order.indexOf(key));
    const last = order.includes(key)
      ? object.members.findLastIndex((member) => earlier.includes(member.key))
      : object.members.length - 1;
    const colon = this.isCompact() ? ":" : ": ";
    this.insert(path, last + 1, (indent, spread) => [
      JSON.stringify(key) + colon + this.written(value, indent, spread),
    ]);
  }

  // New last values of a list. A value that stands alone becomes a list with them.
  append(path, values) {
    const node = this.at(path);
    if (node.type !== "array") {
      const around = path.slice(0, -1);
      const { open, close } = this.gapsIn(node.from, this.isSpread(this.at(around), around));
      this.replace(node.from, node.to, `[${open}${this.text.slice(node.from, node.to)}${close}]`);
    }
    const write = (indent, spread) => values.map((value) => this.written(value, indent, spread));
    this.insert(path, this.at(path).items.length, write);
  }

  // The same text once more, behind the value of a list that it is taken from.
  repeat(path) {
    const { from, to } = this.at(path);
    const text = this.text.slice(from, to);
    this.insert(path.slice(0, -1), path.at(-1) + 1, () => [text]);
  }

  swap(path, index, other) {
    const [first, second] = [index, other].sort((a, b) => a - b).map((each) => this.at([...path, each]));
    const texts = [first, second].map(({ from, to }) => this.text.slice(from, to));
    this.replace(second.from, second.to, texts[0]);
    this.replace(first.from, first.to, texts[1]);
  }

  remove(path) {
    const container = this.at(path.slice(0, -1));
    const key = path.at(-1);
    this.cut(container, [container.items ? key : container.members.findIndex((member) => member.key === key)]);
  }

  removeItems(path, indices) {
    this.cut(this.at(path), indices);
  }

  // Each child with the comma before it; the first ones of a container with the comma behind them.
  cut(container, indices) {
    const children = childrenOf(container);
    const gone = new Set(indices);
    const first = children.findIndex((_, index) => !gone.has(index));
    if (first < 0) {
      this.replace(container.from + 1, container.to - 1, "");
      return;
    }
    for (let index = children.length - 1; index > first; index--) {
      if (gone.has(index)) this.replace(children[index - 1].to, children[index].to, "");
    }
    if (first) this.replace(children[0].from, children[first].from, "");
  }

  // Layout -------------------------------------------------------------------------------------------------------------

  // `write` gives the texts of new children, from the indentation of their lines and whether each child has its own.
  insert(path, index, write) {
    const container = this.at(path);
    const children = childrenOf(container);
    const spread = this.isSpread(container, path);
    if (!children.length) {
      const { indent, open, close } = this.gapsIn(container.from, spread);
      const inside = write(indent, spread).join(`,${open || (this.isCompact() ? "" : " ")}`);
      this.replace(container.from + 1, container.to - 1, open + inside + close);
      return;
    }
    const comma = `,${this.gapOf(container)}`;
    const inside = write(this.indentAt(children[0].from), spread).join(comma);
    const { from } = children[0];
    const { to } = children[index - 1] ?? {};
    if (index) this.replace(to, to, comma + inside);
    else this.replace(from, from, inside + comma);
  }

  // The white space before the last child of a container.
  gapOf(container) {
    const children = childrenOf(container);
    const from = children.length > 1 ? children.at(-2).to : container.from + 1;
    const gap = this.text.slice(from, children.at(-1).from).replace(/^\s*,/, "");
    return children.length > 1 || gap.includes("\n") || this.isCompact() ? gap : " ";
  }

  // The white space around the first child of a container that begins at `from`.
  gapsIn(from, spread) {
    const outer = this.indentAt(from);
    const indent = outer + this.unit();
    return { indent, open: spread ? `\n${indent}` : "", close: spread ? `\n${outer}` : "" };
  }

  // Whether a container has its children on lines of their own; an empty one goes by what it is in.
  isSpread(container, path) {
    const children = childrenOf(container);
    if (children.length) return this.text.slice(container.from, children[0].from).includes("\n");
    const around = path.slice(0, -1);
    return path.length ? this.isSpread(this.at(around), around) : true;
  }

  // As in {"a":1}, without a space after a colon.
  isCompact() {
    const first = this.root.members[0];
    return Boolean(first) && first.value.from === first.keyTo + 1;
  }

  indentAt(position) {
    return this.text.slice(this.text.lastIndexOf("\n", position - 1) + 1).match(/^[ \t]*/)[0];
  }

  unit() {
    const first = this.root.members[0];
    return (first && this.text.slice(this.root.from, first.from).match(/\n([ \t]+)$/)?.[1]) ?? "    ";
  }

  written(value, indent, spread) {
    if (spread) return JSON.stringify(value, null, this.unit()).replaceAll("\n", `\n${indent}`);
    if (this.isCompact()) return JSON.stringify(value);
    const text = JSON.stringify(value, null, 1); // a line break in it is never inside of a string
    return text
      .replace(/([[{])\n\s*/g, "$1")
      .replace(/\n\s*([\]}])/g, "$1")
      .replace(/\n\s*/g, " ");
  }
}
