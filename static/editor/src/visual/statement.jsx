// One statement: a line that says what it is about, and its elements below that.
import { useState } from "preact/hooks";
import { Actions } from "./actions.jsx";
import { Conditions } from "./conditions.jsx";
import { Choice, Icon, IconButton, Marked, TextField, useEditor } from "./controls.jsx";
import { duplicateStatement, moveStatement, pathOf, removeStatement, setElement } from "./policy.js";
import { Principals } from "./principals.jsx";
import { Resources } from "./resources.jsx";

const FEW = 3;
const KNOWN = { sid: "Sid", effect: "Effect", actions: "Action", resources: "Resource", principals: "Principal", conditions: "Condition" };

// `shown` is what `read` makes of it.
export function Statement({ id, index, count, text, shown, findings, isOpen, toggle }) {
  const { kind } = useEditor();
  const name = shown?.sid || `Statement ${index + 1}`;
  return (
    <section class={`statement ${isOpen ? "" : "closed"}`} aria-labelledby={`${id}-name`} data-statement={id}>
      <header class="statement-head">
        <h2>
          <button type="button" class="statement-toggle" id={`${id}-name`} aria-expanded={isOpen} aria-controls={`${id}-body`} onClick={toggle}>
            <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
            <span class="statement-number">{index + 1}</span>
            {shown?.effect && <span class={`badge tone-${{ Allow: "ok", Deny: "danger" }[shown.effect] ?? "neutral"}`}>{shown.effect}</span>}
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
      <IconButton icon="arrow-up" label={`Move ${name} up`} aria-disabled={index === 0} onClick={() => move(index - 1)} />
      <IconButton icon="arrow-down" label={`Move ${name} down`} aria-disabled={index === count - 1} onClick={() => move(index + 1)} />
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
  const has = (family) => !kept.has(KNOWN[family]) || (family in shown && shown[family] !== null && family !== "conditions");
  return (
    <>
      <Row title="Effect">
        <div class="statement-first">
          {has("effect") && (
            <Choice
              label="Effect"
              value={shown.effect}
              options={[["Allow", "Allow", "ok"], ["Deny", "Deny", "danger"], ...(shown.effect && !["Allow", "Deny"].includes(shown.effect) ? [[shown.effect, shown.effect]] : [])]}
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

// In one line: s3: GetObject, PutObject · on arn:aws:s3:::reports/* · 1 condition
function summary({ actions, resources, principals, conditions }) {
  const parts = [];
  if (principals) parts.push(`${principals.key === "NotPrincipal" ? "all but " : ""}${few(principals.values.flatMap(([type, values]) => values.map((value) => (type === "*" ? "everyone" : value))))}`);
  if (actions) parts.push(`${actions.key === "NotAction" ? "all actions but " : ""}${few(actions.values) || "no actions"}`);
  if (resources) parts.push(`on ${resources.key === "NotResource" ? "all but " : ""}${resources.values.join() === "*" ? "every resource" : few(resources.values) || "no resource"}`);
  if (conditions.length) parts.push(`${conditions.length} condition${conditions.length > 1 ? "s" : ""}`);
  return parts.join(" · ");
}

function few(values) {
  const shown = values.slice(0, FEW).join(", ");
  return values.length > FEW ? `${shown} and ${values.length - FEW} more` : shown;
}

// Findings -----------------------------------------------------------------------------------------------------------

const ICONS = { ERROR: "x-octagon", SECURITY_WARNING: "shield-exclamation", WARNING: "exclamation-triangle", SUGGESTION: "lightbulb" };

const MOST = 5; // findings that a card shows before it is asked for all

function inWords(type) {
  return type.toLowerCase().replace("_", " ");
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Counts({ findings }) {
  const kinds = Map.groupBy(findings, ({ found }) => found.type);
  return (
    <span class="statement-counts">
      {Object.keys(ICONS).filter((type) => kinds.has(type)).map((type) => {
        const { length } = kinds.get(type);
        return (
          <span key={type} data-type={type}>
            <Icon name={ICONS[type]} />
            {length} {inWords(type)}
            {length > 1 && "s"}
          </span>
        );
      })}
    </span>
  );
}

function Findings({ findings }) {
  const { view, showText } = useEditor();
  const [all, setAll] = useState(false);
  if (!findings.length) return null;
  const shown = all ? findings : findings.slice(0, MOST);
  return (
    <ul class="findings statement-findings">
      {shown.map(({ found, from, to, actions }, place) => (
        <li key={place} class="finding" data-type={found.type}>
          <Icon name={ICONS[found.type]} />
          <span class="finding-type">{capital(inWords(found.type))}</span>{" "}
          <Marked text={found.message} />{" "}
          {actions.map((fix) => (
            <button key={fix.name} type="button" class="btn btn-sm btn-outline-secondary finding-fix" onClick={() => fix.apply(view, from, to)}>
              {fix.name}
            </button>
          ))}
          <button type="button" class="link-button" onClick={() => showText(from, to)}>
            line {view.state.doc.lineAt(from).number}
          </button>{" "}
          {found.url ? (
            <a class="finding-code" href={found.url} target="_blank" rel="noopener noreferrer">
              {found.code}
            </a>
          ) : (
            <code class="finding-code">{found.code}</code>
          )}
        </li>
      ))}
      {shown.length < findings.length && (
        <li class="finding">
          <button type="button" class="link-button" onClick={() => setAll(true)}>
            Show {findings.length - shown.length} more
          </button>
        </li>
      )}
    </ul>
  );
}
