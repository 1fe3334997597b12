// What the server finds in a statement, on its card: as a count, and one by one.
import { useState } from "preact/hooks";
import { Icon, Marked, useEditor } from "./controls.jsx";

const ICONS = {
  ERROR: "x-octagon",
  SECURITY_WARNING: "shield-exclamation",
  WARNING: "exclamation-triangle",
  SUGGESTION: "lightbulb",
};

const MOST = 5; // findings that a card shows before it is asked for all

function inWords(type) {
  return type.toLowerCase().replace("_", " ");
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function Counts({ findings }) {
  const kinds = Map.groupBy(findings, ({ found }) => found.type);
  return (
    <span class="statement-counts">
      {Object.keys(ICONS)
        .filter((type) => kinds.has(type))
        .map((type) => {
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

export function Findings({ findings }) {
  const { view, showText } = useEditor();
  const [all, setAll] = useState(false);
  if (!findings.length) return null;
  const shown = all ? findings : findings.slice(0, MOST);
  return (
    <ul class="findings statement-findings">
      {shown.map(({ found, from, to, actions }, place) => (
        <li key={place} class="finding" data-type={found.type}>
          <Icon name={ICONS[found.type]} />
          <span class="finding-type">{capital(inWords(found.type))}</span> <Marked text={found.message} />{" "}
          {actions.map((fix) => (
            <button
              key={fix.name}
              type="button"
              class="btn btn-sm btn-outline-secondary finding-fix"
              onClick={() => fix.apply(view, from, to)}
            >
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
