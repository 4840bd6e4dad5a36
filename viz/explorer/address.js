// The state of the page as the part of the address after #, so that a link shows the same.

/**
 * @typedef {{step?: number, select?: number, order?: string, open?: string, practice?: boolean,
 *   set: Map<number, number>}} State
 */

const SIMPLE = /^[A-Za-z_][\w.]{0,31}$/;

/**
 * Write a state.
 * @param {State} state
 * @param {string[]} names of the nodes
 */
export function written(state, names) {
  const parts = new URLSearchParams();
  if (state.step !== undefined) parts.set("step", String(state.step));
  if (state.order) parts.set("order", state.order);
  if (state.open) parts.set("open", state.open);
  if (state.select !== undefined) parts.set("select", key(state.select, names));
  if (state.set.size) {
    const pairs = [...state.set].map(([node, value]) => `${key(node, names)}:${value}`);
    parts.set("set", pairs.join(","));
  }
  if (state.practice) parts.set("practice", "1");
  return parts.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%40", "@");
}

/**
 * Read a state; what cannot be read is left out.
 * @param {string} text
 * @param {string[]} names
 * @returns {State}
 */
export function read(text, names) {
  const parts = new URLSearchParams(text.replace(/^#/, ""));
  /** @type {State} */
  const state = { set: new Map() };
  const step = Number(parts.get("step") ?? NaN);
  if (Number.isInteger(step) && step >= 0) state.step = step;
  if (parts.get("order") === "naive") state.order = "naive";
  if (parts.get("open")) state.open = parts.get("open") ?? "";
  const select = found(parts.get("select") ?? "", names);
  if (select >= 0) state.select = select;
  for (const pair of (parts.get("set") ?? "").split(",")) {
    const [name, value] = [pair.slice(0, pair.lastIndexOf(":")), pair.slice(pair.lastIndexOf(":") + 1)];
    const node = found(name, names);
    if (node >= 0 && value !== "" && (value === "NaN" || !Number.isNaN(Number(value)))) state.set.set(node, Number(value));
  }
  if (parts.get("practice") === "1") state.practice = true;
  return state;
}

/**
 * @param {number} node
 * @param {string[]} names
 */
function key(node, names) {
  return SIMPLE.test(names[node]) ? names[node] : `@${node}`;
}

/**
 * @param {string} text
 * @param {string[]} names
 */
function found(text, names) {
  if (!text.startsWith("@")) return names.indexOf(text);
  const node = Number(text.slice(1));
  return Number.isInteger(node) && node >= 0 && node < names.length ? node : -1;
}
