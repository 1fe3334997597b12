// The small parts that the cards are made of. None belongs to the form: Enter in them sends nothing.
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export const Editor = createContext(null);

export function useEditor() {
  return useContext(Editor);
}

export function Icon({ name }) {
  const { icons } = useEditor();
  return (
    <svg class="icon" width="16" height="16" aria-hidden="true" focusable="false">
      <use href={`${icons}#${name}`} />
    </svg>
  );
}

export function Button({
  icon,
  label,
  children,
  small = true,
  kind = "outline-secondary",
  autoFocus = false,
  ...rest
}) {
  const button = useFocus(autoFocus);
  return (
    <button
      type="button"
      ref={button}
      class={`btn ${small ? "btn-sm " : ""}btn-${kind}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function IconButton({ icon, label, ...rest }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

let made = 0;

// Preact's own useId begins anew each time the page is drawn from the top.
function useName() {
  return useState(() => `control-${++made}`)[0];
}

// Code between backticks, as the findings have it.
export function Marked({ text }) {
  const pieces = text.split("`");
  return pieces.length % 2
    ? pieces.map((piece, place) => (place % 2 ? <code key={place}>{piece}</code> : piece))
    : text;
}

// One of a few, side by side.
export function Choice({ label, value, options, onPick }) {
  const name = useName();
  return (
    <div class="choice" role="radiogroup" aria-label={label}>
      {options.map(([each, words, tone]) => (
        <label key={each} class={tone && `tone-${tone}`}>
          <input type="radio" form="" name={name} checked={each === value} onChange={() => onPick(each)} />
          <span>{words}</span>
        </label>
      ))}
    </div>
  );
}

export function Check({ checked, mixed = false, disabled = false, onPick, children, title }) {
  return (
    <label class="tick" title={title}>
      <input
        type="checkbox"
        form=""
        class="form-check-input"
        checked={checked}
        indeterminate={mixed}
        disabled={disabled}
        onChange={(event) => onPick(event.target.checked)}
      />
      <span>{children}</span>
    </label>
  );
}

// A line of text that counts once it is left or Enter is pressed. Escape takes back what was typed.
export function TextField({ label, value, onCommit, showLabel = false, autoFocus = false, ...rest }) {
  const [draft, setDraft, takeDraft] = useDraft();
  const input = useFocus(autoFocus);
  const commit = () => {
    const typed = takeDraft();
    if (typed !== null && typed !== value) onCommit(typed);
  };
  return (
    <label class={showLabel ? "labelled" : "unlabelled"}>
      <span class={showLabel ? "" : "visually-hidden"}>{label}</span>
      <input
        type="text"
        form=""
        class="form-control"
        autocomplete="off"
        spellcheck={false}
        ref={input}
        value={draft ?? value}
        data-typing={draft !== null || undefined}
        onInput={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setDraft(null);
        }}
        {...rest}
      />
    </label>
  );
}

export function useFocus(wanted) {
  const element = useRef(null);
  useLayoutEffect(() => {
    if (wanted) element.current?.focus();
  }, []);
  return element;
}

// What is typed and does not count yet; null for nothing. It is taken once, though Enter may take away the field, which
// is then left as well.
function useDraft() {
  const [draft, draw] = useState(null);
  const latest = useRef(null);
  const set = (typed) => {
    latest.current = typed;
    draw(typed);
  };
  const take = () => {
    const typed = latest.current;
    set(null);
    return typed;
  };
  return [draft, set, take];
}

const MOST = 80; // options that are drawn at once; typing finds the others
const PAUSE = 150; // milliseconds without a keystroke before names are asked for

// A field with suggestions: `options` are {value, label, detail}, `load` finds more of them for what is typed. Without
// `free` only a suggestion can be taken.
export function Combobox({
  label,
  value = "",
  options = [],
  load,
  free = false,
  showLabel = false,
  autoFocus = false,
  onPick,
  onLeave,
  ...rest
}) {
  const id = useName();
  const [draft, setDraft, takeDraft] = useDraft();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [loaded, setLoaded] = useState([]);
  const input = useFocus(autoFocus);
  const list = useRef(null);
  const typed = draft ?? value;

  useEffect(() => {
    if (!load || !open) return undefined;
    const waiting = setTimeout(() => load(draft ?? "").then(setLoaded), PAUSE);
    return () => clearTimeout(waiting);
  }, [open, draft]);
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const found = open ? matching([...options, ...loaded], draft ?? "") : [];
  const shown = found.slice(0, MOST);
  const at = Math.min(active, shown.length - 1);

  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const pick = (picked) => {
    close();
    setDraft(null);
    if (picked !== value) onPick(picked);
  };
  const leave = () => {
    const left = takeDraft();
    if (free && left !== null) pick(left);
    else close();
    onLeave?.();
  };
  const move = (event, step) => {
    event.preventDefault();
    setOpen(true);
    if (shown.length) setActive((at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length);
    else setActive(0);
  };
  const keys = {
    ArrowDown: (event) => move(event, 1),
    ArrowUp: (event) => move(event, -1),
    Enter: () => {
      if (open && shown[at]) pick(shown[at].value);
      else if (free && draft) pick(draft);
    },
    Escape: (event) => {
      if (!open && draft === null) return;
      event.stopPropagation();
      close();
      setDraft(null);
    },
  };

  return (
    <div class={`combobox ${showLabel ? "labelled" : "unlabelled"}`}>
      <label class={showLabel ? "" : "visually-hidden"} for={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        form=""
        class="form-control"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-autocomplete="list"
        aria-expanded={open && shown.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && at >= 0 ? `${id}-${at}` : undefined}
        ref={input}
        value={typed}
        data-typing={draft !== null || undefined}
        onInput={(event) => {
          setDraft(event.target.value);
          setOpen(true);
          setActive(free ? -1 : 0);
        }}
        onClick={() => setOpen(true)}
        onBlur={leave}
        onKeyDown={(event) => keys[event.key]?.(event)}
        {...rest}
      />
      <ul class="options" id={`${id}-list`} role="listbox" aria-label="Suggestions" hidden={!shown.length} ref={list}>
        {shown.map((option, place) => (
          <li
            key={option.value}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            onMouseDown={(event) => {
              event.preventDefault(); // or the field is left before the click arrives
              pick(option.value);
            }}
          >
            <span>{option.label ?? option.value}</span>
            {option.detail && <span class="option-detail">{option.detail}</span>}
          </li>
        ))}
      </ul>
      {open && !free && draft && !shown.length && <p class="options options-none">Nothing like “{draft}”.</p>}
    </div>
  );
}

// Those that have every word of what is typed, first those that begin with it.
function matching(options, typed) {
  const wanted = typed.toLowerCase().trim();
  if (!wanted) return options;
  const pieces = wanted.split(/\s+/);
  const texts = new Map(
    options.map((each) => [each, `${each.value} ${each.label ?? ""} ${each.detail ?? ""}`.toLowerCase()]),
  );
  const rank = (option) => (option.value.toLowerCase() === wanted ? 0 : texts.get(option).startsWith(wanted) ? 1 : 2);
  return options
    .filter((each) => pieces.every((piece) => texts.get(each).includes(piece)))
    .sort((a, b) => rank(a) - rank(b));
}
