// The visual side of the editor: the text of the editor as statements to click and type in. It keeps nothing of its own:
// each control makes one small change of the text, and what is drawn is what the text says.
import { isolateHistory, redo, undo } from "@codemirror/commands";
import { forEachDiagnostic } from "@codemirror/lint";
import { render } from "preact";
import { Button, Editor, Icon } from "./controls.jsx";
import { Edit } from "./edit.js";
import { Facts } from "./facts.js";
import { follow } from "./identity.js";
import { addStatement, read, statementsOf } from "./policy.js";
import { Kept, Statement } from "./statement.jsx";
import { parse } from "./tree.js";

const OPEN_AT_FIRST = 3; // of a document with more statements than this, all cards are closed
const SOON = 40; // milliseconds
const ROOT_KEYS = new Set(["Version", "Statement"]);
const BLANK = '{\n    "Version": "2012-10-17",\n    "Statement": []\n}\n';

export class Visual {
  constructor({ panel, view, words, kind, icons, say, showText }) {
    this.panel = panel;
    this.view = view;
    this.shown = false;
    this.statements = []; // {id, text} as last drawn
    this.open = new Set();
    this.cards = new Map();
    this.context = {
      view,
      words,
      account: words.account,
      kind: kind === "trust" ? "trust" : "identity",
      icons,
      say,
      showText,
      facts: new Facts(words, () => this.drawSoon()),
      change: (make) => this.change(make),
      focusOn: (index) => this.focusOn(index),
    };
    panel.parentElement.addEventListener("keydown", (event) => this.shown && this.onKey(event));
  }

  show() {
    this.shown = true;
    this.draw();
  }

  hide() {
    this.shown = false;
  }

  update(update) {
    const marked = update.transactions.some(({ effects }) => effects.length > 0);
    if (this.shown && (update.docChanged || marked)) this.draw();
  }

  change(make) {
    const edit = new Edit(this.view.state.doc.toString(), this.root);
    make(edit);
    if (edit.changes.empty) return;
    this.view.dispatch({ changes: edit.changes, userEvent: "input.visual", annotations: isolateHistory.of("full") });
  }

  // Of a field that is being typed in, undo is the browser's.
  onKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.dataset.typing) return;
    const key = event.key.toLowerCase();
    const run = key === "z" ? (event.shiftKey ? redo : undo) : key === "y" ? redo : null;
    if (!run) return;
    event.preventDefault();
    run(this.view);
  }

  // Opens the card that a position of the text is on; says whether there is one.
  reveal(position) {
    const place = this.places?.findIndex(({ from, to }) => from <= position && position < to) ?? -1;
    if (place < 0) return false;
    this.focusOn(place);
    return true;
  }

  focusOn(place) {
    const statement = this.statements[place];
    if (!statement) {
      this.panel.querySelector("[data-add]")?.focus();
      return;
    }
    this.open.add(statement.id);
    this.draw();
    const head = this.panel.querySelector(`[data-statement="${statement.id}"] .statement-toggle`);
    head.focus();
    head.closest(".statement").scrollIntoView({ block: "nearest" });
  }

  draw() {
    const text = this.view.state.doc.toString();
    const { root, error } = parse(text);
    this.root = root;
    const values = root && statementsOf(root);
    this.places = values ?? [];
    const texts = this.places.map(({ from, to }) => text.slice(from, to));
    const before = new Set(this.statements.map(({ id }) => id));
    this.statements = follow(
      this.statements,
      texts.map((each) => ({ text: each })),
      [(statement) => statement.text],
    );
    const ids = this.statements.map(({ id }) => id);
    const isAnother = !ids.some((id) => before.has(id));
    this.open = new Set(isAnother && ids.length <= OPEN_AT_FIRST ? ids : ids.filter((id) => this.open.has(id)));
    for (const id of before) if (!ids.includes(id)) this.cards.delete(id);
    const focused = focusWithin(this.panel);
    render(<Editor.Provider value={this.context}>{this.page(text, root, error, values)}</Editor.Provider>, this.panel);
    keepFocus(focused);
  }

  // A policy may name two hundred services, whose facts arrive one by one.
  drawSoon() {
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      if (this.shown) this.draw();
    }, SOON);
  }

  page(text, root, error, values) {
    if (!root) return <NoObject text={text} error={error} editor={this.context} start={() => this.start()} />;
    if (!values)
      return (
        <NoObject
          text={text}
          error={root.members.find(({ key }) => key === "Statement").value.from}
          editor={this.context}
          isStatement
        />
      );
    const found = this.findings();
    const others = root.members.filter(
      ({ key }, place) => !ROOT_KEYS.has(key) || root.members.findIndex((each) => each.key === key) !== place,
    );
    return (
      <>
        {this.statements.map((statement, index) => this.card(statement, index, text, found[index]))}
        {!values.length && <p class="empty">This policy has no statement yet, and so allows nothing.</p>}
        {others.length > 0 && (
          <section class="statement statement-others" aria-label="Other elements of the document">
            <Kept rows={others.map(({ key, value }) => [key, text.slice(value.from, value.to)])} />
          </section>
        )}
        <div class="visual-foot">
          <Button icon="plus-lg" small={false} data-add onClick={() => this.add()}>
            Add a statement
          </Button>
          {values.length > 1 && (
            <button type="button" class="link-button" onClick={() => this.toggleAll()}>
              {this.open.size ? "Close all" : "Open all"}
            </button>
          )}
        </div>
      </>
    );
  }

  // The same one again as long as nothing has changed that it shows: only then is it not drawn anew.
  card({ id, text }, index, whole, findings) {
    const isOpen = this.open.has(id);
    const count = this.statements.length;
    const about = [
      text,
      index,
      count,
      isOpen,
      isOpen && this.context.facts.version,
      ...findings.flatMap(({ from, found }) => [from, found.message]),
    ];
    const before = this.cards.get(id);
    if (before?.about.length === about.length && before.about.every((each, place) => each === about[place]))
      return before.card;
    const shown = read(this.places[index], whole);
    const card = (
      <Statement key={id} {...{ id, index, count, text, shown, findings, isOpen }} toggle={() => this.toggle(id)} />
    );
    this.cards.set(id, { about, card });
    return card;
  }

  // Each statement's own, the most serious first as the server gives them.
  findings() {
    const found = this.places.map(() => []);
    forEachDiagnostic(this.view.state, (diagnostic, from, to) => {
      const place = this.places.findIndex((each) => each.from <= from && from < each.to);
      if (place >= 0 && diagnostic.found) found[place].push({ ...diagnostic, from, to });
    });
    for (const each of found) each.sort((a, b) => a.rank - b.rank);
    return found;
  }

  toggle(id) {
    if (!this.open.delete(id)) this.open.add(id);
    this.draw();
  }

  toggleAll() {
    if (this.open.size) this.open.clear();
    else for (const { id } of this.statements) this.open.add(id);
    this.draw();
  }

  add() {
    const { kind, say } = this.context;
    this.change((edit) => addStatement(edit, kind));
    say(`Statement ${this.statements.length} added.`);
    this.focusOn(this.statements.length - 1);
  }

  start() {
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: BLANK },
      userEvent: "input.visual",
    });
    this.add();
  }
}

// The element that has the focus, and what it is in, from the inside out.
function focusWithin(panel) {
  const around = [];
  for (let element = document.activeElement; panel.contains(element); element = element.parentElement)
    around.push(element);
  return around;
}

// What is moved loses the focus on its way; from what is taken away it goes to what stands nearest.
function keepFocus(around) {
  if (!around.length || document.activeElement !== document.body) return;
  for (const element of around.filter((each) => each.isConnected)) {
    const next =
      element === around[0]
        ? element
        : [...element.querySelectorAll("button, input, select")].findLast(
            (each) => each.checkVisibility() && !each.disabled,
          );
    if (!next) continue;
    next.focus({ preventScroll: element === around[0] });
    return;
  }
}

function NoObject({ text, error, editor, isStatement = false, start }) {
  const { view, showText } = editor;
  if (!text.trim()) {
    return (
      <div class="empty">
        <p class="empty-title">There is no text yet</p>
        <p>A policy is a list of statements, each allowing or denying actions on resources.</p>
        <Button icon="plus-lg" small={false} onClick={start}>
          Add a statement
        </Button>
      </div>
    );
  }
  const line = view.state.doc.lineAt(error);
  const place = `line ${line.number}, column ${[...line.text.slice(0, error - line.from)].length + 1}`;
  return (
    <div class="empty" role="alert">
      <Icon name="x-octagon" />
      <p class="empty-title">
        {isStatement
          ? `Statement at ${place} is neither a statement nor a list of them`
          : `The text is no JSON object: see ${place}`}
      </p>
      <p>What is written there can be mended in JSON. The visual side shows the policy as soon as it can be read.</p>
      <Button small={false} onClick={() => showText(error, error)}>
        Show the place in JSON
      </Button>
    </div>
  );
}
