// The actions of a statement, by service: those that are chosen as chips, and the others by access level.
import { useState } from "preact/hooks";
import { split } from "../words.js";
import { Button, Check, Choice, Combobox, Icon, TextField, useEditor, useFocus } from "./controls.jsx";
import { addValues, removeValues, setOnly, turnAround } from "./policy.js";

const LEVELS = ["List", "Read", "Write", "Permissions management", "Tagging"];

export function Actions({ actions, path, kind }) {
  const { change, facts, say } = useEditor();
  const { key, values } = actions ?? { key: "Action", values: [] };
  const [added, setAdded] = useState([]); // services of which nothing is chosen yet
  const services = Map.groupBy(
    values.map((value, index) => ({ value, index })),
    ({ value }) => serviceOf(value),
  );
  for (const prefix of added) if (!services.has(prefix)) services.set(prefix, []);
  const element = (root) => [...path(root), key];

  const edits = {
    add: (names) => change((edit) => addValues(edit, element(edit.root), names)),
    remove: (indices) => change((edit) => removeValues(edit, element(edit.root), indices)),
    only: (name) => change((edit) => setOnly(edit, element(edit.root), name)),
  };
  const choose = (prefix) => {
    setAdded([...added, prefix]);
    say(`Choose actions of ${facts.title(prefix) ?? prefix}.`);
  };
  const every = services.has("*");

  return (
    <>
      {actions && (
        <Choice
          label="Which actions"
          value={key}
          options={[
            ["Action", "These actions"],
            ["NotAction", "All actions but these"],
          ]}
          onPick={() => change((edit) => turnAround(edit, path(edit.root), key))}
        />
      )}
      {[...services].map(([prefix, chosen]) =>
        prefix === "*" ? (
          <Every key="*" chosen={chosen} edits={edits} />
        ) : (
          <Service key={prefix} prefix={prefix} chosen={chosen} edits={edits} startsOpen={added.includes(prefix)} />
        ),
      )}
      <div class="adding">
        <Combobox
          label="Add a service"
          placeholder="Add a service"
          options={(facts.all?.services ?? [])
            .map(([prefix, title]) => ({ value: prefix, label: title, detail: prefix }))
            .filter(({ value }) => !services.has(value))}
          onPick={choose}
        />
        {!values.length && kind === "identity" && !every && (
          <Button onClick={() => edits.only("*")}>Every action of every service</Button>
        )}
      </div>
    </>
  );
}

function serviceOf(action) {
  const [prefix, name] = split(action);
  if (action === "*" || prefix === "*") return "*";
  return name === undefined ? "" : prefix.toLowerCase();
}

function Every({ chosen, edits }) {
  return (
    <div class="service">
      <div class="service-head">
        <h4>Every service</h4>
      </div>
      <Chips>
        {chosen.map(({ value, index }) => (
          <Chip key={index} text={value} note="every action" tone="accent" onRemove={() => edits.remove([index])} />
        ))}
      </Chips>
    </div>
  );
}

function Service({ prefix, chosen, edits, startsOpen }) {
  const { facts } = useEditor();
  const [open, setOpen] = useState(startsOpen);
  const service = facts.service(prefix);
  const covered = new Set(facts.chosen(chosen.map(({ value }) => value)));
  const title = service?.name ?? facts.title(prefix);
  return (
    <div class="service" role="group" aria-label={title ?? prefix}>
      <div class="service-head">
        <h4>
          {title ?? (prefix || "No service")} {title && <code>{prefix}</code>}
        </h4>
        {service && (
          <span class="count">
            {covered.size} of {service.actions.length} actions
          </span>
        )}
        {service && (
          <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? "chevron-down" : "chevron-right"} />
            Choose actions
          </button>
        )}
      </div>
      {service === null && <p class="help">The catalog has no service of this name.</p>}
      <Chips>
        {chosen.map(({ value, index }) => (
          <Pattern key={index} value={value} service={service} onRemove={() => edits.remove([index])} />
        ))}
      </Chips>
      {open && service && <Picker service={service} chosen={chosen} covered={covered} edits={edits} />}
    </div>
  );
}

function Pattern({ value, service, onRemove }) {
  const { facts } = useEditor();
  const [, name = value] = split(value);
  const matched = service ? facts.matching(value) : null;
  const wild = /[*?]/.test(name);
  const note = wild && matched ? `${matched.length} action${matched.length === 1 ? "" : "s"}` : null;
  const unknown = matched && !matched.length;
  return (
    <Chip
      text={name}
      full={value}
      note={unknown ? (wild ? "no actions" : "no such action") : note}
      tone={unknown ? "warn" : wild ? "accent" : null}
      onRemove={onRemove}
    />
  );
}

function Chips({ children }) {
  return children.length ? <ul class="chips">{children}</ul> : null;
}

function Chip({ text, full = text, note, tone, onRemove }) {
  return (
    <li class={`chip ${tone ? `tone-${tone}` : ""}`}>
      <code>{text}</code>
      {note && <span class="chip-note">{note}</span>}
      <button type="button" aria-label={`Remove ${full}`} title={`Remove ${full}`} onClick={onRemove}>
        ×
      </button>
    </li>
  );
}

function Picker({ service, chosen, covered, edits }) {
  const [filter, setFilter] = useState("");
  const field = useFocus(true);
  const written = new Map(chosen.map(({ value, index }) => [value.toLowerCase(), index]));
  const wanted = filter.toLowerCase().trim();
  const shown = wanted ? service.actions.filter(({ name }) => name.toLowerCase().includes(wanted)) : service.actions;
  const levels = Map.groupBy(shown, ({ level }) => level);
  const all = `${service.prefix}:*`;
  const state = {
    isWritten: (action) => written.has(action.fullName.toLowerCase()),
    isCovered: (action) => covered.has(action),
    add: (actions) => edits.add(actions.map(({ fullName }) => fullName)),
    remove: (actions) => edits.remove(actions.map(({ fullName }) => written.get(fullName.toLowerCase()))),
  };
  return (
    <div class="picker">
      <div class="picker-tools">
        <input
          type="search"
          form=""
          class="form-control"
          placeholder="Filter actions"
          aria-label={`Filter actions of ${service.name}`}
          ref={field}
          value={filter}
          onInput={(event) => setFilter(event.target.value)}
        />
        <TextField
          label={`Action or wildcard of ${service.name}`}
          placeholder="Or type one: Get*"
          value=""
          onCommit={(typed) => typed.trim() && edits.add([full(service.prefix, typed.trim())])}
        />
        <Check checked={written.has(all)} onPick={(on) => (on ? edits.add([all]) : edits.remove([written.get(all)]))}>
          All actions <code>{all}</code>
        </Check>
      </div>
      {LEVELS.filter((level) => levels.has(level)).map((level) => (
        <Level key={level} level={level} actions={levels.get(level)} state={state} opened={Boolean(wanted)} />
      ))}
      {!shown.length && <p class="help">No action has “{filter}” in its name.</p>}
    </div>
  );
}

function full(prefix, typed) {
  return typed.includes(":") ? typed : `${prefix}:${typed}`;
}

function Level({ level, actions, state, opened }) {
  const [open, setOpen] = useState(false);
  const isOpen = open || opened;
  const chosen = actions.filter(state.isCovered);
  const all = chosen.length === actions.length;
  // What a wildcard covers is not taken away here: that is the wildcard's to give up.
  const toggle = (on) =>
    on ? state.add(actions.filter((each) => !state.isCovered(each))) : state.remove(actions.filter(state.isWritten));
  return (
    <div class="level">
      <div class="level-head">
        <Check
          checked={all}
          mixed={chosen.length > 0 && !all}
          disabled={all && !actions.some(state.isWritten)}
          onPick={toggle}
        >
          <span class="visually-hidden">All of </span>
          {level}
        </Check>
        <span class="count">
          {chosen.length} of {actions.length}
        </span>
        <button
          type="button"
          class="link-button"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} ${level} actions`}
          onClick={() => setOpen(!open)}
        >
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        </button>
      </div>
      {isOpen && (
        <div class="level-actions" role="group" aria-label={`${level} actions`} tabIndex={0}>
          {actions.map((action) => {
            const byWildcard = state.isCovered(action) && !state.isWritten(action);
            return (
              <Check
                key={action.name}
                checked={state.isCovered(action)}
                disabled={byWildcard}
                title={byWildcard ? "Covered by a wildcard" : undefined}
                onPick={(on) => (on ? state.add([action]) : state.remove([action]))}
              >
                {action.name}
              </Check>
            );
          })}
        </div>
      )}
    </div>
  );
}
