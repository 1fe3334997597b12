// The conditions of a statement: an operator, a key and its values each.
import { useRef, useState } from "preact/hooks";
import { Button, Check, Combobox, IconButton, useEditor } from "./controls.jsx";
import { follow } from "./identity.js";
import { addCondition, addValues, moveCondition, removeCondition, removeConditionValue, setValue } from "./policy.js";
import { nameIn } from "./resources.jsx";

// What one usually compares a key of a type with.
const USUAL = {
  String: "StringEquals",
  ARN: "ArnLike",
  Bool: "Bool",
  Numeric: "NumericEquals",
  Date: "DateGreaterThan",
  IPAddress: "IpAddress",
};
const ANY_VALUE = "ForAnyValue";
const QUANTIFIED = { ForAllValues: "ForAllValues: all fit", [ANY_VALUE]: "ForAnyValue: one fits" };
const EXAMPLES = { date: "2026-12-31T23:59:59Z", number: "3600", "IP address": "203.0.113.0/24" };

export function Conditions({ rows, actions, path }) {
  const { change, facts } = useEditor();
  const [adding, setAdding] = useState(false);
  const [newest, setNewest] = useState(null); // whose value is to be typed next
  const keys = useKeys(actions);
  const known = useRef([]);
  known.current = follow(known.current, rows, [({ operator, key }) => `${operator} ${key}`, ({ key }) => key]);

  const add = (key) => {
    const { type, multivalued } = keys.find(({ name }) => name.toLowerCase() === key.toLowerCase()) ?? {};
    const operator = `${multivalued ? `${ANY_VALUE}:` : ""}${USUAL[type] ?? "StringEquals"}`;
    setAdding(false);
    setNewest(`${operator} ${key}`);
    change((edit) => addCondition(edit, path(edit.root), operator, key, [type === "Bool" ? "true" : ""]));
  };

  return (
    <>
      {known.current.map((row) => (
        <Condition key={row.id} row={row} keys={keys} path={path} isNew={newest === `${row.operator} ${row.key}`} />
      ))}
      <div class="adding">
        {adding ? (
          <Combobox
            label="Condition key"
            placeholder="Condition key"
            free
            autoFocus
            options={offered(keys)}
            onPick={(key) => key.trim() && add(key.trim())}
            onLeave={() => setAdding(false)}
          />
        ) : (
          <Button icon="plus-lg" onClick={() => setAdding(true)} disabled={!facts.all}>
            Add a condition
          </Button>
        )}
      </div>
    </>
  );
}

function offered(keys) {
  return keys.map(({ name, type, multivalued }) => ({
    value: name,
    detail: type + (multivalued ? ", several values" : ""),
  }));
}

// Those of the chosen actions first, then the global ones.
function useKeys(actions) {
  const { facts } = useEditor();
  const keys = new Map();
  for (const action of facts.chosen(actions?.values ?? [])) for (const key of action.keys) keys.set(key.name, key);
  for (const key of facts.all?.keys ?? []) if (!keys.has(key.name)) keys.set(key.name, key);
  return [...keys.values()];
}

// ForAnyValue:StringLikeIfExists -> {quantifier, name, ifExists}
function spelled(operator, suffix) {
  const [name, quantifier = ""] = operator.split(":").reverse();
  const ifExists = name.endsWith(suffix) && name !== suffix;
  return { quantifier, name: ifExists ? name.slice(0, -suffix.length) : name, ifExists };
}

function Condition({ row, keys, path, isNew }) {
  const { change, facts } = useEditor();
  const { operators = [], quantifiers = [], if_exists: suffix = { suffix: "IfExists" } } = facts.all ?? {};
  const { quantifier, name, ifExists } = spelled(row.operator, suffix.suffix);
  const family = operators.find(([each]) => each === name)?.[1];
  const takesIfExists = family !== suffix.not_for;
  const move = (operator, key) => change((edit) => moveCondition(edit, path(edit.root), row, operator, key));
  const spell = (changed) => {
    const next = { quantifier, name, ifExists, ...changed };
    const may = operators.find(([each]) => each === next.name)?.[1] !== suffix.not_for;
    move(
      `${next.quantifier && `${next.quantifier}:`}${next.name}${next.ifExists && may ? suffix.suffix : ""}`,
      row.key,
    );
  };
  const families = Map.groupBy(operators, ([, each]) => each);

  return (
    <div class="condition" role="group" aria-label={`Condition ${row.operator} ${row.key}`}>
      <div class="condition-head">
        <Combobox
          label="Key"
          showLabel
          free
          value={row.key}
          options={offered(keys)}
          onPick={(key) => key.trim() && move(row.operator, key.trim())}
        />
        <label class="labelled">
          <span>Operator</span>
          <select form="" class="form-select" onChange={(event) => spell({ name: event.target.value })}>
            {!family && <option selected>{name}</option>}
            {[...families].map(([title, of]) => (
              <optgroup key={title} label={title}>
                {of.map(([each]) => (
                  <option key={each} selected={each === name}>
                    {each}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
        <label class="labelled">
          <span>Quantifier</span>
          <select form="" class="form-select" onChange={(event) => spell({ quantifier: event.target.value })}>
            <option value="" selected={!quantifier}>
              None
            </option>
            {quantifier && !quantifiers.includes(quantifier) && <option selected>{quantifier}</option>}
            {quantifiers.map((each) => (
              <option key={each} value={each} selected={each === quantifier}>
                {QUANTIFIED[each] ?? each}
              </option>
            ))}
          </select>
        </label>
        {takesIfExists && (
          <Check
            checked={ifExists}
            title="Without the key in a request, the condition is met"
            onPick={(on) => spell({ ifExists: on })}
          >
            If the key exists
          </Check>
        )}
        <IconButton
          icon="trash"
          label={`Remove the condition on ${row.key}`}
          onClick={() => change((edit) => removeCondition(edit, path(edit.root), row))}
        />
      </div>
      <Values row={row} family={family} path={path} isNew={isNew} keys={keys} />
    </div>
  );
}

function Values({ row, family, path, isNew, keys }) {
  const { change, words } = useEditor();
  const [adding, setAdding] = useState(false);
  const within = (root) => [...path(root), "Condition", row.operator, row.key];
  const isArn = family === "ARN" || keys.find(({ name }) => name === row.key)?.type === "ARN";
  const offers = ["boolean", "null check"].includes(family) ? [{ value: "true" }, { value: "false" }] : [];
  const load = isArn
    ? async (typed) => (await words.names(nameIn(typed))).map(({ kind, arn }) => ({ value: arn, detail: kind }))
    : undefined;
  return (
    <ul class="values">
      {row.values.map((value, index) => (
        <li key={index}>
          <Combobox
            label={row.values.length > 1 ? `Value ${index + 1} of ${row.key}` : `Value of ${row.key}`}
            placeholder={EXAMPLES[family] ?? "Value"}
            free
            autoFocus={isNew && index === 0}
            value={value}
            options={offers}
            load={load}
            onPick={(typed) => change((edit) => setValue(edit, within(edit.root), index, typed))}
          />
          {row.values.length > 1 && (
            <IconButton
              icon="x-lg"
              label={`Remove the value ${value}`}
              onClick={() => change((edit) => removeConditionValue(edit, path(edit.root), row, index))}
            />
          )}
        </li>
      ))}
      <li class="adding">
        {adding ? (
          <Combobox
            label={`Another value of ${row.key}`}
            placeholder="Another value"
            free
            autoFocus
            options={offers}
            load={load}
            onPick={(typed) => change((edit) => addValues(edit, within(edit.root), [typed]))}
            onLeave={() => setAdding(false)}
          />
        ) : (
          <Button icon="plus-lg" onClick={() => setAdding(true)}>
            Add a value
          </Button>
        )}
      </li>
    </ul>
  );
}
