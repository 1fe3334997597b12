// A statement in one line: s3:GetObject, s3:PutObject · on arn:aws:s3:::reports/* · 1 condition

const FEW = 3;

export function summary({ actions, resources, principals, conditions }) {
  const parts = [];
  if (principals) parts.push(butFor(principals, "all but ") + few(principals.values.flatMap(named)));
  if (actions) parts.push(butFor(actions, "all actions but ") + (few(actions.values) || "no actions"));
  if (resources) parts.push(`on ${butFor(resources, "all but ")}${few(resources.values.map(worded)) || "no resource"}`);
  if (conditions.length) parts.push(`${conditions.length} condition${conditions.length > 1 ? "s" : ""}`);
  return parts.join(" · ");
}

function butFor({ key }, words) {
  return key.startsWith("Not") ? words : "";
}

function named([type, values]) {
  return type === "*" ? ["everyone"] : values;
}

function worded(resource) {
  return resource === "*" ? "every resource" : resource;
}

function few(values) {
  const shown = values.slice(0, FEW).join(", ");
  return values.length > FEW ? `${shown} and ${values.length - FEW} more` : shown;
}
