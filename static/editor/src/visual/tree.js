// A JSON text as a tree that knows where each of its values stands.
//
//   {type: "object", from, to, members: [{key, from, to, keyFrom, keyTo, value}, …]}
//   {type: "array", from, to, items: [value, …]}
//   {type: "string" | "number" | "boolean" | "null", from, to, value}
import { jsonLanguage } from "@codemirror/lang-json";

const SCALARS = { String: "string", Number: "number", True: "boolean", False: "boolean", Null: "null" };

// {root} of a JSON object; of any other text {error}, the position of the first thing that is wrong with it.
export function parse(text) {
  const tree = jsonLanguage.parser.parse(text);
  const error = firstError(tree);
  if (error !== null) return { error };
  const root = valueIn(tree, text);
  return root?.type === "object" ? { root } : { error: root?.from ?? 0 };
}

function firstError(tree) {
  let error = null;
  tree.iterate({
    enter({ type, from }) {
      if (type.isError) error ??= from;
      return error === null;
    },
  });
  return error;
}

function valueIn(tree, text) {
  const open = [{ items: [] }]; // the containers that are being read
  const place = (value) => {
    const { items, members } = open.at(-1);
    if (items) items.push(value);
    else members.at(-1).value = value;
  };
  tree.iterate({
    enter({ name, from, to }) {
      if (name === "Object" || name === "Array") {
        const container = {
          type: name.toLowerCase(),
          from,
          to,
          ...(name === "Object" ? { members: [] } : { items: [] }),
        };
        place(container);
        open.push(container);
      } else if (name === "Property") {
        open.at(-1).members.push({ from, to });
      } else if (name === "PropertyName") {
        Object.assign(open.at(-1).members.at(-1), { key: JSON.parse(text.slice(from, to)), keyFrom: from, keyTo: to });
      } else if (name in SCALARS) {
        place({ type: SCALARS[name], from, to, value: JSON.parse(text.slice(from, to)) });
      }
    },
    leave({ name }) {
      if (name === "Object" || name === "Array") open.pop();
    },
  });
  return open[0].items[0];
}

export function childrenOf(container) {
  return container.members ?? container.items;
}

export function memberOf(object, key) {
  return object.members.find((member) => member.key === key);
}

// What is at a path such as ["Statement", 0, "Action"]; undefined where there is nothing.
export function at(root, path) {
  return path.reduce((value, step) => {
    if (value?.type === "object") return memberOf(value, step)?.value;
    return value?.type === "array" ? value.items[step] : undefined;
  }, root);
}

// The strings of an element that holds one or a list of them; null where it holds anything else.
export function stringsOf(value) {
  if (value?.type === "string") return [value.value];
  const strings = value?.type === "array" && value.items.every((item) => item.type === "string");
  return strings ? value.items.map((item) => item.value) : null;
}
