// Actions and condition keys in words: in the list of completions and on hover.
const FEW = 12;

export function describeAction(action) {
  const inShort = action.description ? [["In short", [action.description]]] : [];
  const dependent = action.dependent.length ? [["Needs also", action.dependent]] : [];
  return described(action.fullName, `${action.service} · ${action.level}`, [
    ...inShort,
    ["Resource types", action.types.map((type) => `${type.name}  ${type.arn}`), "none: only on *"],
    ["Condition keys", action.keys.map((key) => key.name), "only the global ones"],
    ...dependent,
  ]);
}

export function describePattern(pattern, actions) {
  const levels = Map.groupBy(actions, (action) => action.level);
  const rows = [...levels].map(([level, of]) => [`${level} (${of.length})`, of.map((action) => action.name)]);
  return described(pattern, `${actions.length} action${actions.length === 1 ? "" : "s"} of ${actions[0].service}`, rows);
}

export function describeKey(key) {
  return described(key.name, `Condition key · ${key.type}${key.multivalued ? ", several values" : ""}`, []);
}

function described(title, subtitle, rows) {
  const box = document.createElement("div");
  box.className = "described";
  box.append(element("strong", title), element("p", subtitle));
  const list = document.createElement("dl");
  for (const [name, values, none] of rows) {
    const shown = values.slice(0, FEW).map((value) => element("dd", value));
    if (values.length > FEW) shown.push(element("dd", `and ${values.length - FEW} more`));
    if (!values.length) shown.push(element("dd", none));
    list.append(element("dt", name), ...shown);
  }
  if (rows.length) box.append(list);
  return box;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
