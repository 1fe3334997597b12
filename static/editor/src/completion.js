// What can be written where the cursor is: elements, services, actions, ARNs, operators, condition keys, variables.
import { insertCompletionText, pickedCompletion, snippet } from "@codemirror/autocomplete";
import { describeAction, describeKey } from "./describe.js";
import { placeAt, statementAt, stringsOf } from "./place.js";
import { split } from "./words.js";

const STATEMENT_KEYS = {
  identity: ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"],
  trust: ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"],
};
const VARIABLE = /\$\{[^{}]*$/;

export function completions(words, kind) {
  return async (context) => {
    const { state, pos, explicit } = context;
    const place = placeAt(state, pos);
    if (!place.node && !explicit) return null;
    const variable = place.node && !place.isKey && place.text.match(VARIABLE);
    if (variable && inValues(place.path)) return variables(words, place.from + variable.index);
    const options = place.isKey ? await keys(words, kind, state, pos, place) : await values(words, state, pos, place, context);
    if (!options?.length) return null;
    return {
      from: place.from,
      options: options.map((option) => ({ ...option, apply: applied(option, place) })),
      validFor: place.path.at(-1) === "Action" || !place.text.includes(":") ? /^[^":$]*$/ : undefined,
    };
  };
}

// Written with its quotation marks, and a key with its colon, whatever of them is there already.
function applied({ label, template }, place) {
  return (view, completion, from, pos) => {
    const after = view.state.sliceDoc(place.node ? place.node.to : pos).match(/^\s*:/);
    const to = place.node ? Math.max(pos, view.state.sliceDoc(pos, pos + 1) === '"' ? pos : place.to) : pos;
    const open = place.node ? "" : '"';
    const close = view.state.sliceDoc(to, to + 1) === '"' && place.node ? "" : '"';
    if (template) return snippet(`${open}${template}${close}`)(view, completion, from, to);
    const text = `${open}${label}${close}`;
    const spec = insertCompletionText(view.state, text, from, to);
    const end = from + text.length + (close ? 0 : 1);
    const colon = place.isKey && !after ? { changes: { from: end, insert: ": " }, selection: { anchor: end + 2 } } : null;
    view.dispatch({ ...spec, annotations: pickedCompletion.of(completion) });
    if (colon) view.dispatch(colon);
  };
}

function inValues(path) {
  return ["Resource", "NotResource", "Condition"].some((element) => path.includes(element));
}

// Keys ---------------------------------------------------------------------------------------------------------------

async function keys(words, kind, state, pos, { path }) {
  const within = path.filter((step) => typeof step === "string");
  if (within.length === 0) return plain(["Version", "Id", "Statement"]);
  if (within[0] !== "Statement") return null;
  switch (within.length) {
    case 1:
      return plain(STATEMENT_KEYS[kind] ?? STATEMENT_KEYS.identity);
    case 2:
      if (within[1] === "Condition") return operators(await words.all());
      return within[1].endsWith("Principal") ? plain(["AWS", "Service", "Federated", "CanonicalUser"]) : null;
    default:
      return within[1] === "Condition" ? conditionKeys(words, statementAt(state, pos), state, within[2]) : null;
  }
}

function plain(labels) {
  return labels.map((label, order) => ({ label, type: "keyword", boost: -order }));
}

function operators(all) {
  if (!all) return null;
  const { operators: known, quantifiers, if_exists: suffix } = all;
  return known.flatMap(([name, family]) => [
    { label: name, detail: family, type: "keyword", boost: 2 },
    ...(family === suffix.not_for ? [] : [{ label: name + suffix.suffix, detail: `${family}, or no such key`, type: "keyword" }]),
    ...quantifiers.map((each) => ({ label: `${each}:${name}`, detail: `${family}, several values`, type: "keyword", boost: -1 })),
  ]);
}

const FAMILY_TYPES = { Bool: "Bool", Numeric: "Numeric", Date: "Date", Ip: "IPAddress", NotIp: "IPAddress", Arn: "ARN", String: "String" };

// Those that the statement's actions know come first, and of these those that the operator is for.
async function conditionKeys(words, statement, state, operator) {
  const all = await words.all();
  const base = operator.replace(/^.*:/, "");
  const type = Object.entries(FAMILY_TYPES).find(([prefix]) => base.startsWith(prefix))?.[1];
  const own = new Map();
  for (const action of await chosen(words, state, statement)) for (const key of action.keys) own.set(key.name, key);
  const options = (list, boost) =>
    list.map((key) => ({
      label: key.name,
      ...(key.name.includes("${") && { template: key.name }),
      detail: key.type + (key.multivalued ? ", several values" : ""),
      type: "property",
      boost: boost + (type === key.type ? 2 : 0),
      info: () => describeKey(key),
    }));
  return [...options([...own.values()], 1), ...options((all?.keys ?? []).filter((key) => !own.has(key.name)), 0)];
}

async function chosen(words, state, statement) {
  const patterns = [...stringsOf(state, statement, "Action"), ...stringsOf(state, statement, "NotAction")];
  return (await Promise.all(patterns.map((pattern) => words.actionsMatching(pattern)))).flat();
}

// Values -------------------------------------------------------------------------------------------------------------

async function values(words, state, pos, place, context) {
  const within = place.path.filter((step) => typeof step === "string");
  const element = within[0] === "Statement" ? within[1] : within[0];
  switch (element) {
    case "Version":
      return plain(["2012-10-17", "2008-10-17"]);
    case "Effect":
      return plain(["Allow", "Deny"]);
    case "Action":
    case "NotAction":
      return actions(words, place.text);
    case "Resource":
    case "NotResource":
      return [...(await formats(words, state, pos)), ...(await ownArns(words, place.text, context))];
    case "Principal":
    case "NotPrincipal":
      return within[2] === "AWS" ? principals(words, place.text, context) : null;
    case "Condition":
      return conditionValues(words, within, place, context);
    default:
      return null;
  }
}

async function actions(words, typed) {
  const [prefix, name] = split(typed);
  if (name === undefined) {
    const all = await words.all();
    return all?.services.map(([each, title]) => ({ label: `${each}:`, detail: title, type: "namespace" }));
  }
  const service = await words.service(prefix);
  return service?.actions.map((action) => ({
    label: action.fullName,
    detail: action.level,
    type: "function",
    info: () => describeAction(action),
  }));
}

// The formats that the chosen actions take; what is to be filled in is a field to step through with Tab.
async function formats(words, state, pos) {
  const types = new Map();
  for (const action of await chosen(words, state, statementAt(state, pos))) for (const type of action.types) types.set(type.arn, type);
  const options = [...types.values()].map((type) => {
    const template = type.arn.replace("${Partition}", "aws").replace("${Account}", words.account).replace("${Region}", "*");
    return { label: template, template, detail: type.name, type: "class", boost: 1 };
  });
  return [{ label: "*", detail: "every resource", type: "constant", boost: 2 }, ...options];
}

// Asked for as one pauses; by the last part of what is typed, since the server searches names.
async function ownArns(words, typed, context) {
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (context.aborted) return [];
  const search = typed.split(/[:/]/).at(-1).replaceAll("*", "");
  return (await words.names(search)).map(({ kind, arn }) => ({ label: arn, detail: kind, type: "variable" }));
}

async function principals(words, typed, context) {
  const root = { label: `arn:aws:iam::${words.account}:root`, detail: "this account", type: "constant", boost: 1 };
  const arns = await ownArns(words, typed, context);
  return [root, ...arns.filter(({ detail }) => ["user", "role"].includes(detail))];
}

async function conditionValues(words, within, place, context) {
  const key = within[3] ?? "";
  const type = (await words.condition(key))?.type;
  if (type === "Bool" || within[2]?.includes("Null")) return plain(["true", "false"]);
  return type === "ARN" ? ownArns(words, place.text, context) : null;
}

async function variables(words, from) {
  const all = await words.all();
  if (!all) return null;
  const options = all.keys
    .filter(({ multivalued }) => !multivalued)
    .map((key) => ({
      label: `\${${key.name.replace("${TagKey}", "TAG")}}`,
      detail: key.type,
      type: "variable",
      boost: key.name === "aws:username" ? 2 : 0,
      apply: (view, completion, start, pos) => {
        const to = view.state.sliceDoc(pos, pos + 1) === "}" ? pos + 1 : pos;
        view.dispatch(insertCompletionText(view.state, completion.label, start, to));
      },
    }));
  return { from, options, validFor: /^\$\{[^{}"]*$/ };
}
