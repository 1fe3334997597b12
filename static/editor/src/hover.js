// What an action or a condition key is, where the pointer rests.
import { hoverTooltip } from "@codemirror/view";
import { describeAction, describeKey, describePattern } from "./describe.js";
import { placeAt, valueOf } from "./place.js";

export function hover(words) {
  return hoverTooltip(async (view, pos) => {
    const place = placeAt(view.state, pos);
    if (!place.node) return null;
    const dom = await description(words, place, valueOf(view.state, place.node));
    return dom && { pos: place.node.from, end: place.node.to, create: () => ({ dom }) };
  });
}

async function description(words, { path, isKey }, text) {
  const within = path.filter((step) => typeof step === "string");
  if (isKey && within[1] === "Condition" && within.length === 3) {
    const key = await words.condition(text);
    return key && describeKey(key);
  }
  if (isKey || !["Action", "NotAction"].includes(within[1])) return null;
  const actions = await words.actionsMatching(text);
  if (!actions.length) return null;
  return /[*?]/.test(text) ? describePattern(text, actions) : describeAction(actions[0]);
}
