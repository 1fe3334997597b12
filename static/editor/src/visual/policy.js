// A policy as the visual side shows it, and the changes that its controls make to the text.
import { memberOf, stringsOf } from "./tree.js";

const ORDER = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const OPPOSITES = { Action: "NotAction", Resource: "NotResource", Principal: "NotPrincipal" };
const ROOT_ORDER = ["Version", "Id", "Statement"];

// Reading ------------------------------------------------------------------------------------------------------------

// The values of the statements, whether there is a list of them or one alone; null where there is anything else.
export function statementsOf(root) {
  const value = memberOf(root, "Statement")?.value;
  if (!value) return [];
  if (value.type === "object") return [value];
  return value.type === "array" ? value.items : null;
}

export function pathOf(root, index) {
  return memberOf(root, "Statement").value.type === "array" ? ["Statement", index] : ["Statement"];
}

// What the card of a statement shows; null of what is no statement. An element that it has no control for is among the
// `others`, with its text.
export function read(statement, text) {
  if (statement.type !== "object") return null;
  const shown = { sid: null, effect: null, conditions: [], others: [] };
  const seen = new Set();
  for (const member of statement.members) {
    const { key, value } = member;
    if (seen.has(key) || !understood(shown, member)) shown.others.push([key, text.slice(value.from, value.to)]);
    seen.add(key);
  }
  return shown;
}

function understood(shown, { key, value }) {
  switch (key) {
    case "Sid":
    case "Effect":
      if (value.type === "string") shown[key.toLowerCase()] = value.value;
      return value.type === "string";
    case "Condition": {
      const rows = conditionsOf(value);
      if (rows) shown.conditions = rows;
      return Boolean(rows);
    }
    case "Principal":
    case "NotPrincipal":
      return take(shown, "principals", key, principalsOf(value));
    default: {
      const family = { Action: "actions", Resource: "resources" }[key.replace(/^Not/, "")];
      return Boolean(family) && take(shown, family, key, stringsOf(value));
    }
  }
}

// Of an element and its opposite the card has one: the second is among the others.
function take(shown, family, key, values) {
  if (!values || shown[family]) return false;
  shown[family] = { key, values };
  return true;
}

// [[type, values], …]; everyone is [["*", ["*"]]].
function principalsOf(value) {
  if (value.type === "string") return value.value === "*" ? [["*", ["*"]]] : null;
  if (value.type !== "object") return null;
  const rows = value.members.map((member) => [member.key, stringsOf(member.value)]);
  return distinct(value) && rows.every(([, values]) => values) ? rows : null;
}

// [{operator, key, values}, …] in the order of the text; null where there is something else.
function conditionsOf(value) {
  if (value.type !== "object" || !distinct(value)) return null;
  const rows = [];
  for (const { key: operator, value: keys } of value.members) {
    if (keys.type !== "object" || !keys.members.length || !distinct(keys)) return null;
    for (const { key, value: values } of keys.members) {
      const scalars = values.type === "array" ? values.items : [values];
      if (!scalars.every((each) => "value" in each && each.value !== null)) return null;
      rows.push({ operator, key, values: scalars.map((each) => String(each.value)) });
    }
  }
  return rows;
}

function distinct(object) {
  return new Set(object.members.map(({ key }) => key)).size === object.members.length;
}

// Elements -----------------------------------------------------------------------------------------------------------

// null takes the element away.
export function setElement(edit, path, key, value) {
  const there = edit.at([...path, key]);
  if (value === null) edit.remove([...path, key]);
  else if (there) edit.set([...path, key], value);
  else edit.put(path, key, value, ORDER);
}

export function turnAround(edit, path, key) {
  edit.rename([...path, key], opposite(key));
}

function opposite(key) {
  return OPPOSITES[key] ?? key.replace(/^Not/, "");
}

// A first value stands alone; with a second it becomes a list, which it stays.
export function addValues(edit, path, added) {
  const there = edit.at(path);
  if (!there) {
    edit.put(path.slice(0, -1), path.at(-1), added.length === 1 ? added[0] : added, ORDER);
  } else if (there.type === "string" && there.value === "") {
    edit.set(path, added[0]);
    if (added.length > 1) edit.append(path, added.slice(1));
  } else {
    edit.append(path, added);
  }
}

export function setValue(edit, path, index, value) {
  edit.set(edit.at(path).type === "array" ? [...path, index] : path, value);
}

// Without its last value, a list is empty and a value that stood alone becomes an empty list.
export function removeValues(edit, path, indices) {
  if (edit.at(path).type !== "array") edit.set(path, []);
  else edit.removeItems(path, indices);
}

// One value in the place of all that are there, in a list if they were in one.
export function setOnly(edit, path, value) {
  const there = edit.at(path);
  if (!there) return addValues(edit, path, [value]);
  return edit.set(path, there.type === "array" ? [value] : value);
}

// Principals ---------------------------------------------------------------------------------------------------------

export function addPrincipal(edit, path, element, type, value) {
  const there = edit.at([...path, element]);
  if (there?.type === "object") addValues(edit, [...path, element, type], [value]);
  else setElement(edit, path, element, { [type]: value });
}

export function removePrincipal(edit, path, element, type, index) {
  const within = [...path, element, type];
  if (edit.at(within).items?.length > 1) edit.remove([...within, index]);
  else edit.remove(within);
}

// Conditions ---------------------------------------------------------------------------------------------------------

export function addCondition(edit, path, operator, key, values) {
  const within = [...path, "Condition"];
  const value = values.length === 1 ? values[0] : values;
  if (!edit.at(within)) return edit.put(path, "Condition", { [operator]: { [key]: value } }, ORDER);
  if (!edit.at([...within, operator])) return edit.put(within, operator, { [key]: value });
  return addValues(edit, [...within, operator, key], values);
}

// What would be empty without it goes with it.
export function removeCondition(edit, path, { operator, key }) {
  let within = [...path, "Condition", operator, key];
  while (within.length > path.length + 1 && edit.at(within.slice(0, -1)).members.length === 1)
    within = within.slice(0, -1);
  edit.remove(within);
}

// Under another operator or key. Where both are there already, the values go to those that are.
export function moveCondition(edit, path, row, operator, key) {
  const within = [...path, "Condition"];
  if (operator === row.operator && !edit.at([...within, operator, key])) {
    edit.rename([...within, operator, row.key], key);
  } else if (
    key === row.key &&
    !edit.at([...within, operator]) &&
    edit.at([...within, row.operator]).members.length === 1
  ) {
    edit.rename([...within, row.operator], operator);
  } else if (operator !== row.operator || key !== row.key) {
    addCondition(edit, path, operator, key, row.values);
    removeCondition(edit, path, row);
  }
}

export function removeConditionValue(edit, path, row, index) {
  const within = [...path, "Condition", row.operator, row.key];
  if (row.values.length > 1) edit.remove([...within, index]);
  else removeCondition(edit, path, row);
}

// Statements ---------------------------------------------------------------------------------------------------------

const BLANK = {
  identity: { Effect: "Allow", Action: [], Resource: [] },
  trust: { Effect: "Allow", Principal: {}, Action: "sts:AssumeRole" },
};

export function addStatement(edit, kind) {
  if (edit.at(["Statement"])) edit.append(["Statement"], [BLANK[kind]]);
  else edit.put([], "Statement", [BLANK[kind]], ROOT_ORDER);
}

// Of statements that have the same Sid AWS takes none, so the copy gets another.
export function duplicateStatement(edit, index) {
  if (edit.at(["Statement"]).type === "object") asList(edit);
  edit.repeat(["Statement", index]);
  const sid = edit.at(["Statement", index + 1, "Sid"])?.value;
  if (!sid) return;
  const taken = new Set(
    edit.at(["Statement"]).items.map((each) => each.type === "object" && memberOf(each, "Sid")?.value.value),
  );
  const [, stem, number] = sid.match(/^(.*?)(\d*)$/);
  let next = Number(number || 1) + 1;
  while (taken.has(stem + next)) next += 1;
  edit.set(["Statement", index + 1, "Sid"], stem + next);
}

function asList(edit) {
  const { from, to } = edit.at(["Statement"]);
  edit.replace(from, to, `[${edit.text.slice(from, to)}]`);
}

export function moveStatement(edit, index, other) {
  edit.swap(["Statement"], index, other);
}

export function removeStatement(edit, index) {
  if (edit.at(["Statement"]).type === "array") edit.remove(["Statement", index]);
  else edit.set(["Statement"], []);
}
