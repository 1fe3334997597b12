// One statement: a line that says what it is about, and its elements below that.
import { Actions } from "./actions.jsx";
import { Conditions } from "./conditions.jsx";
import { Choice, Icon, IconButton, TextField, useEditor } from "./controls.jsx";
import { Counts, Findings } from "./findings.jsx";
import { duplicateStatement, moveStatement, pathOf, removeStatement, setElement } from "./policy.js";
import { Principals } from "./principals.jsx";
import { Resources } from "./resources.jsx";
import { summary } from "./summary.js";

const KNOWN = {
  sid: "Sid",
  effect: "Effect",
  actions: "Action",
  resources: "Resource",
  principals: "Principal",
  conditions: "Condition",
};

// `shown` is what `read` makes of it.
export function Statement({ id, index, count, text, shown, findings, isOpen, toggle }) {
  const { kind } = useEditor();
  const name = shown?.sid || `Statement ${index + 1}`;
  return (
    <section class={`statement ${isOpen ? "" : "closed"}`} aria-labelledby={`${id}-name`} data-statement={id}>
      <header class="statement-head">
        <h2>
          <button
            type="button"
            class="statement-toggle"
            id={`${id}-name`}
            aria-expanded={isOpen}
            aria-controls={`${id}-body`}
            onClick={toggle}
          >
            <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
            <span class="statement-number">{index + 1}</span>
            {shown?.effect && (
              <span class={`badge tone-${{ Allow: "ok", Deny: "danger" }[shown.effect] ?? "neutral"}`}>
                {shown.effect}
              </span>
            )}
            <span class="statement-name">{name}</span>
            {findings.length > 0 && <Counts findings={findings} />}
          </button>
        </h2>
        <Tools index={index} count={count} name={name} />
        {shown && !isOpen && <p class="statement-summary">{summary(shown)}</p>}
      </header>
      {isOpen && (
        <div class="statement-body" id={`${id}-body`}>
          <Findings findings={findings} />
          {shown ? <Elements shown={shown} index={index} kind={kind} /> : <Kept rows={[["Not a statement", text]]} />}
        </div>
      )}
    </section>
  );
}

function Tools({ index, count, name }) {
  const { change, say, focusOn } = useEditor();
  const move = (other) => {
    if (other < 0 || other >= count) return;
    change((edit) => moveStatement(edit, index, other));
    say(`${name} is now statement ${other + 1} of ${count}.`);
  };
  return (
    <div class="statement-tools">
      <IconButton
        icon="arrow-up"
        label={`Move ${name} up`}
        aria-disabled={index === 0}
        onClick={() => move(index - 1)}
      />
      <IconButton
        icon="arrow-down"
        label={`Move ${name} down`}
        aria-disabled={index === count - 1}
        onClick={() => move(index + 1)}
      />
      <IconButton
        icon="copy"
        label={`Duplicate ${name}`}
        onClick={() => {
          change((edit) => duplicateStatement(edit, index));
          say(`${name} duplicated.`);
          focusOn(index + 1);
        }}
      />
      <IconButton
        icon="trash"
        label={`Remove ${name}`}
        onClick={() => {
          change((edit) => removeStatement(edit, index));
          say(`${name} removed.`);
          focusOn(Math.min(index, count - 2));
        }}
      />
    </div>
  );
}

function Elements({ shown, index, kind }) {
  const { change } = useEditor();
  const path = (root) => pathOf(root, index);
  // An element that is kept as it is has no control beside it.
  const kept = new Set(shown.others.map(([key]) => key.replace(/^Not/, "")));
  const has = (family) =>
    !kept.has(KNOWN[family]) || (family in shown && shown[family] !== null && family !== "conditions");
  return (
    <>
      <Row title="Effect">
        <div class="statement-first">
          {has("effect") && (
            <Choice
              label="Effect"
              value={shown.effect}
              options={[
                ["Allow", "Allow", "ok"],
                ["Deny", "Deny", "danger"],
                ...(shown.effect && !["Allow", "Deny"].includes(shown.effect) ? [[shown.effect, shown.effect]] : []),
              ]}
              onPick={(effect) => change((edit) => setElement(edit, path(edit.root), "Effect", effect))}
            />
          )}
          {has("sid") && (
            <TextField
              label="Sid"
              placeholder="optional"
              showLabel
              value={shown.sid ?? ""}
              onCommit={(sid) => change((edit) => setElement(edit, path(edit.root), "Sid", sid.trim() || null))}
            />
          )}
        </div>
      </Row>
      {(kind === "trust" || shown.principals) && has("principals") && (
        <Row title="Principals">
          <Principals principals={shown.principals} path={path} />
        </Row>
      )}
      {has("actions") && (
        <Row title="Actions">
          <Actions actions={shown.actions} path={path} kind={kind} />
        </Row>
      )}
      {(kind !== "trust" || shown.resources) && has("resources") && (
        <Row title="Resources">
          <Resources resources={shown.resources} actions={shown.actions} path={path} />
        </Row>
      )}
      {has("conditions") && (
        <Row title="Conditions">
          <Conditions rows={shown.conditions} actions={shown.actions} path={path} />
        </Row>
      )}
      {shown.others.length > 0 && (
        <Row title="Other elements">
          <Kept rows={shown.others} />
        </Row>
      )}
    </>
  );
}

function Row({ title, children }) {
  return (
    <div class="statement-row" role="group" aria-label={title}>
      <h3>{title}</h3>
      <div>{children}</div>
    </div>
  );
}

export function Kept({ rows }) {
  return (
    <>
      <p class="help">Kept as they are; they can be changed in JSON.</p>
      <dl class="kept">
        {rows.map(([key, text], place) => (
          <div key={place}>
            <dt>{key}</dt>
            <dd>
              <code>{dedented(text)}</code>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

// Without the indentation that every line but the first has.
function dedented(text) {
  const [first, ...rest] = text.split("\n");
  const least = Math.min(...rest.map((line) => line.match(/^\s*/)[0].length));
  return [first, ...rest.map((line) => line.slice(least))].join("\n");
}
