// The words of the language as the server's catalog has them, each asked for once; and names of the account.

const LEVELS = { R: "Read", W: "Write", L: "List", T: "Tagging", P: "Permissions management" };

export class Words {
  constructor({ wordsUrl, serviceUrl, namesUrl, account }) {
    this.urls = { words: wordsUrl, service: serviceUrl, names: namesUrl };
    this.account = account;
    this.services = new Map();
  }

  // {services, operators, quantifiers, if_exists, keys}; nothing where the server does not answer.
  all() {
    this.asked ??= fetched(this.urls.words).then((words) => {
      if (!words) return null;
      return { ...words, keys: words.keys.map(([name, type, multivalued]) => ({ name, type, multivalued })) };
    });
    return this.asked;
  }

  service(prefix) {
    const name = prefix.toLowerCase();
    if (!/^[a-z0-9-]+$/.test(name)) return Promise.resolve(null);
    if (!this.services.has(name)) {
      this.services.set(name, fetched(this.urls.service.replace("PREFIX", name)).then((found) => found && read(found)));
    }
    return this.services.get(name);
  }

  // The actions that a pattern such as s3:Get* covers, of the services known by name.
  async actionsMatching(pattern) {
    const [prefix, name] = split(pattern);
    const service = name === undefined ? null : await this.service(prefix);
    if (!service) return [];
    const like = wildcard(name);
    return service.actions.filter((action) => like.test(action.name));
  }

  async condition(key) {
    const [prefix] = split(key);
    const [words, service] = await Promise.all([this.all(), this.service(prefix)]);
    const wanted = key.toLowerCase();
    return [...(words?.keys ?? []), ...(service?.keys ?? [])].find(({ name }) => keyPattern(name).test(wanted));
  }

  async names(search) {
    const found = await fetched(`${this.urls.names}?${new URLSearchParams({ q: search })}`);
    return found?.names ?? [];
  }
}

export function split(action) {
  const colon = action.indexOf(":");
  return colon < 0 ? [action] : [action.slice(0, colon), action.slice(colon + 1)];
}

// Whether names fit a pattern with * and ?, whatever their case. A regular expression would take hours over some patterns.
export function wildcard(pattern) {
  const wanted = pattern.toLowerCase();
  return { test: (name) => fits(name.toLowerCase(), wanted) };
}

// Where a piece does not fit, only the last star takes one character more: the ones before it need not be tried again.
function fits(name, wanted) {
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    if (wanted[place] === "*") {
      star = place++;
      resume = at;
    } else if (wanted[place] === "?" || wanted[place] === name[at]) {
      place += 1;
      at += 1;
    } else if (star >= 0) {
      place = star + 1;
      at = ++resume;
    } else return false;
  }
  return [...wanted.slice(place)].every((each) => each === "*");
}

function keyPattern(name) {
  const parts = name.toLowerCase().split(/\$\{[^}]*\}/);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`);
}

async function fetched(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // there is nothing to offer, and the text can be written without
  }
}

// From the layout of the catalog's file, where things are named by their position, to objects.
function read({ prefix, name, actions, levels, descriptions = [], details: [rawKeys, rawTypes, rawActions] }) {
  const keys = rawKeys.map(([key, type, multivalued]) => ({ name: key, type, multivalued: Boolean(multivalued) }));
  const at = (positions) => positions.map((position) => keys[position]);
  const types = rawTypes.map(([type, arn, positions]) => ({ name: type, arn, keys: at(positions) }));
  return {
    prefix,
    name,
    keys,
    types,
    actions: actions.map((action, index) => {
      const [resources, positions, dependent] = rawActions[index];
      return {
        service: name,
        name: action,
        fullName: `${prefix}:${action}`,
        level: LEVELS[levels[index]] ?? levels[index],
        description: descriptions[index] ?? "",
        types: resources.map(([position]) => types[position]),
        keys: [...new Set([...at(positions), ...resources.flatMap(([position, , own]) => [...at(own), ...types[position].keys])])],
        dependent,
      };
    }),
  };
}
