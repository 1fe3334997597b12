// The resources of a statement, and what builds an ARN from the types that its actions take.
import { useState } from "preact/hooks";
import { fieldsOf, fill, piecesOf } from "./arn.js";
import { Button, Check, Choice, Combobox, IconButton, TextField, useEditor, useFocus } from "./controls.jsx";
import { addValues, removeValues, setOnly, setValue, turnAround } from "./policy.js";

export function Resources({ resources, actions, path }) {
  const { change, say, words } = useEditor();
  const { key, values } = resources ?? { key: "Resource", values: [] };
  const [building, setBuilding] = useState(false);
  const [built, setBuilt] = useState(false);
  const types = useTypes(actions);
  const every = values.length === 1 && values[0] === "*";
  const element = (root) => [...path(root), key];
  const shown = every && key === "Resource" ? "*" : key;

  // A star that somebody turns away from is taken away at once: the text must not allow more than what is shown.
  const pick = (wanted) => {
    setBuilding(wanted !== "*" && types.length > 0 && (every || !values.length));
    if (wanted === "*" && values.length)
      say(`${values.length} given up for every resource; Undo brings back what was there.`);
    change((edit) => {
      const isNot = wanted === "NotResource";
      if (resources && isNot !== (key === "NotResource")) turnAround(edit, path(edit.root), key);
      const now = [...path(edit.root), isNot ? "NotResource" : "Resource"];
      if (wanted === "*") setOnly(edit, now, "*");
      else if (!resources) addValues(edit, now, []);
      else if (every) removeValues(edit, now, [0]);
    });
  };
  const add = (arn) => change((edit) => addValues(edit, element(edit.root), [arn]));

  return (
    <>
      <Choice
        label="Which resources"
        value={shown}
        options={[
          ["*", "Every resource"],
          ["Resource", "These resources"],
          ["NotResource", "All resources but these"],
        ]}
        onPick={pick}
      />
      {shown !== "*" && (
        <>
          {values.length > 0 && (
            <ul class="values">
              {values.map((value, index) => (
                <li key={index}>
                  <TextField
                    label={`Resource ${index + 1}`}
                    value={value}
                    onCommit={(typed) => change((edit) => setValue(edit, element(edit.root), index, typed.trim()))}
                  />
                  <IconButton
                    icon="x-lg"
                    label={`Remove ${value}`}
                    onClick={() => change((edit) => removeValues(edit, element(edit.root), [index]))}
                  />
                </li>
              ))}
            </ul>
          )}
          {actions?.values.length > 0 && types.known && !types.length && (
            <p class="help">
              The chosen actions take no resource of their own: they are only allowed on every resource.
            </p>
          )}
          {building && types.length > 0 ? (
            <Builder
              types={types}
              onAdd={add}
              onClose={() => {
                setBuilding(false);
                setBuilt(true);
              }}
            />
          ) : (
            <div class="adding resources">
              {types.length > 0 && (
                <Button icon="plus-lg" autoFocus={built} onClick={() => setBuilding(true)}>
                  Build an ARN
                </Button>
              )}
              <Combobox
                label="Add an ARN"
                placeholder={types.length ? "Or type one" : "Add an ARN"}
                free
                load={async (typed) =>
                  (await words.names(nameIn(typed))).map(({ kind, arn }) => ({ value: arn, detail: kind }))
                }
                onPick={(typed) => typed.trim() && add(typed.trim())}
              />
            </div>
          )}
        </>
      )}
    </>
  );
}

// The server searches names, which stand last in an ARN.
export function nameIn(typed) {
  return typed.split(/[:/]/).at(-1).replaceAll("*", "");
}

// Those that the chosen actions take: first what most of them take, and of these what has the fewest parts. `known` once
// all actions are.
function useTypes(actions) {
  const { facts } = useEditor();
  const patterns = actions?.values ?? [];
  const counts = new Map();
  for (const action of facts.chosen(patterns))
    for (const type of action.types) counts.set(type, (counts.get(type) ?? 0) + 1);
  const parts = ({ arn }) => piecesOf(arn).length;
  const types = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || parts(a) - parts(b));
  return Object.assign(types, { known: patterns.every((each) => each.includes(":") && facts.matching(each)) });
}

function Builder({ types, onAdd, onClose }) {
  const { account, say } = useEditor();
  const [type, setType] = useState(types[0]);
  const [values, setValues] = useState(() => initial(types[0], account));
  const [tried, setTried] = useState(false);
  const first = useFocus(true);
  const fields = fieldsOf(type.arn, account);
  const missing = fields.filter(({ place }) => !values[place].trim());
  const arn = fill(
    type.arn,
    values.map((value) => value.trim() || "…"),
  );
  const started = fields.some(({ value, place }) => values[place] !== value);
  const put = (place, value) => setValues(values.with(place, value));

  const choose = (picked) => {
    setType(picked);
    setValues(initial(picked, account));
    setTried(false);
  };
  const add = () => {
    setTried(true);
    if (missing.length) {
      say(`${missing[0].words} is empty: fill it in, or choose any.`);
      return;
    }
    onAdd(arn);
    choose(type);
  };

  return (
    <fieldset
      class="builder"
      data-unfinished={started ? "An ARN is not added yet: add it to the policy, or close its fields." : undefined}
    >
      <legend class="visually-hidden">Build an ARN</legend>
      <label class="labelled builder-type">
        <span>Resource type</span>
        <select form="" class="form-select" ref={first} onChange={(event) => choose(types[event.target.selectedIndex])}>
          {types.map((each) => (
            <option key={each.arn} selected={each === type}>
              {each.arn.split(":")[2]} {each.name}
            </option>
          ))}
        </select>
      </label>
      <div class="builder-fields">
        {fields.map(({ words, place }) => (
          <div class="builder-field" key={`${type.arn} ${place}`}>
            <label class="labelled">
              <span>{words}</span>
              <input
                type="text"
                form=""
                class={`form-control${tried && !values[place].trim() ? " is-invalid" : ""}`}
                autocomplete="off"
                spellcheck={false}
                aria-invalid={tried && !values[place].trim()}
                value={values[place]}
                onInput={(event) => put(place, event.target.value)}
                onKeyDown={(event) => event.key === "Enter" && add()}
              />
            </label>
            <Check checked={values[place] === "*"} onPick={(on) => put(place, on ? "*" : "")}>
              Any<span class="visually-hidden"> {words.toLowerCase()}</span>
            </Check>
          </div>
        ))}
      </div>
      <p class="builder-arn">
        <code>{arn}</code>
      </p>
      {tried && missing.length > 0 && (
        <p class="field-errors">{missing.map(({ words }) => words).join(", ")}: fill in, or choose any.</p>
      )}
      <div class="adding">
        <Button kind="primary" onClick={add}>
          Add this ARN
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </fieldset>
  );
}

function initial(type, account) {
  return fieldsOf(type.arn, account).map(({ value }) => value);
}
