// Where in a policy a position of the text is.
import { syntaxTree } from "@codemirror/language";

const STRINGS = new Set(["String", "PropertyName"]);

// {path, isKey, node, from, to, text}: `from` to `to` is the inside of the string there; without a string `node` is null.
export function placeAt(state, pos) {
  const node = syntaxTree(state).resolveInner(pos, -1);
  if (STRINGS.has(node.name) && pos > node.from && (pos < node.to || !closed(state, node))) {
    const isKey = node.name === "PropertyName";
    const path = pathOf(state, isKey ? node.parent.parent : node);
    const to = node.to - (closed(state, node) ? 1 : 0);
    return { path, isKey, node, from: node.from + 1, to, text: state.sliceDoc(node.from + 1, pos) };
  }
  return { ...betweenStrings(state, node, pos), node: null, from: pos, to: pos, text: "" };
}

// A key belongs after { or , of an object, a value after a colon or in a list.
function betweenStrings(state, node, pos) {
  let around = node;
  while (around && !["Object", "Array"].includes(around.name)) around = around.parent;
  if (!around) return { path: [], isKey: false };
  const path = pathOf(state, around);
  if (around.name === "Array") return { path: [...path, 0], isKey: false };
  const before = state.sliceDoc(around.from, pos);
  const key = before.match(/"((?:[^"\\]|\\.)*)"\s*:\s*$/)?.[1];
  return { path: key === undefined ? path : [...path, key], isKey: /[{,]\s*$/.test(before) };
}

export function closed(state, string) {
  return string.to - string.from > 1 && state.sliceDoc(string.to - 1, string.to) === '"';
}

export function keyOf(state, property) {
  const name = property.getChild("PropertyName");
  return name ? valueOf(state, name) : "";
}

export function valueOf(state, string) {
  const text = state.sliceDoc(string.from, string.to);
  try {
    return JSON.parse(text);
  } catch {
    return text.replace(/^"|"$/g, "");
  }
}

function pathOf(state, node) {
  const path = [];
  for (let child = node; child; child = child.parent) {
    if (child.name === "Property") path.unshift(keyOf(state, child));
    if (child.parent?.name === "Array") path.unshift(valuesOf(child.parent).findIndex((each) => each.from === child.from));
  }
  return path;
}

const VALUES = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);

export function valuesOf(array) {
  const values = [];
  for (let child = array.firstChild; child; child = child.nextSibling) if (VALUES.has(child.name)) values.push(child);
  return values;
}

export function propertyOf(state, object, key) {
  return object.getChildren("Property").find((property) => keyOf(state, property) === key);
}

export function memberOf(state, object, key) {
  const property = propertyOf(state, object, key);
  const value = property?.lastChild;
  return value && VALUES.has(value.name) ? value : null;
}

// The text of the elements of a statement: its strings, whether written as one or as a list.
export function stringsOf(state, statement, key) {
  const value = statement && memberOf(state, statement, key);
  if (!value) return [];
  const nodes = value.name === "Array" ? valuesOf(value) : [value];
  return nodes.filter((node) => node.name === "String").map((node) => valueOf(state, node));
}

export function statementAt(state, pos) {
  let statement = null;
  for (let node = syntaxTree(state).resolveInner(pos, -1); node; node = node.parent) {
    if (node.name === "Object" && isStatement(state, node)) statement = node;
  }
  return statement;
}

function isStatement(state, object) {
  const property = object.parent?.name === "Array" ? object.parent.parent : object.parent;
  return property?.name === "Property" && keyOf(state, property) === "Statement";
}
