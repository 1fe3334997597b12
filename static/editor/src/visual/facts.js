// What the catalog knows, for a page that is drawn at once: what is not there yet is asked for, and `changed` told of it.
import { split, wildcard } from "../words.js";

export class Facts {
  constructor(words, changed) {
    this.words = words;
    this.changed = changed;
    this.known = new Map();
    this.matched = new Map();
    this.version = 0; // how much is known
  }

  get all() {
    return this.get("", () => this.words.all());
  }

  // A service's actions, types and keys; null where there is no such service, undefined as long as that is not known.
  service(prefix) {
    return this.get(prefix.toLowerCase(), () => this.words.service(prefix));
  }

  title(prefix) {
    return this.all?.services.find(([each]) => each === prefix.toLowerCase())?.[1];
  }

  // The actions of one service that a pattern covers; undefined as long as they are not known.
  matching(pattern) {
    if (this.matched.has(pattern)) return this.matched.get(pattern);
    const [prefix, name] = split(pattern);
    const service = name === undefined ? null : this.service(prefix);
    if (service === undefined) return undefined;
    const like = wildcard(name ?? "");
    const actions = service ? service.actions.filter((action) => like.test(action.name)) : [];
    this.matched.set(pattern, actions);
    return actions;
  }

  // Of all patterns together, each action once.
  chosen(patterns) {
    return [...new Set(patterns.flatMap((pattern) => this.matching(pattern) ?? []))];
  }

  get(name, ask) {
    if (!this.known.has(name)) {
      this.known.set(name, undefined);
      ask().then((answer) => {
        this.known.set(name, answer);
        this.version += 1;
        this.changed();
      });
    }
    return this.known.get(name);
  }
}
