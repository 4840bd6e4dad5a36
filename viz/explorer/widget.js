// The page inside Jupyter, by anywidget: what is changed here changes in Python, and the other way.

import { Explorer } from "./explore.js";

/**
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void,
 *   save_changes: () => void, on: (event: string, action: (message: any) => void) => void,
 *   off: (event: string, action: (message: any) => void) => void,
 *   send: (message: any) => void}} Model of anywidget
 */

/**
 * Show the page of a model in an element, and keep both alike.
 * @param {Model} model
 * @param {HTMLElement} element
 * @param {import("./engine.js").OperationFunction[]} functions
 * @returns {() => void} what ends it
 */
export function connect(model, element, functions) {
  element.classList.add("chalkgrad-page");
  element.dataset.lmSuppressShortcuts = "true"; // keys pressed here are no commands of JupyterLab
  element.innerHTML = model.get("_body"); // our own file; every label in it is put there as text
  for (const each of element.querySelectorAll("[id]")) rename(element, each, model.get("_key"));
  /** @type {Map<string, (verdict: {ok: boolean, lines: string[]}) => void>} */
  const waiting = new Map();
  const root = /** @type {HTMLElement} */ (element.querySelector(".chalkgrad-explorer"));
  const explorer = new Explorer(root, JSON.parse(model.get("_data")), functions, {
    hasAddress: false,
    changed: (leaves) => model.send({ kind: "changed", leaves: leaves.map(([leaf, x]) => [leaf, String(x).replace("Infinity", "inf")]) }),
    selected: (node) => {
      model.set("_selected", node ?? -1);
      model.save_changes();
    },
    judge: (node, kind, answer) =>
      new Promise((resolve) => {
        const key = `${waiting.size} ${node} ${kind} ${answer}`;
        waiting.set(key, resolve);
        model.send({ kind: "judge", key, node, quantity: kind, answer });
      }),
  });
  const heard = (/** @type {any} */ message) => {
    if (message.kind === "verdict") waiting.get(message.key)?.(message);
    if (message.kind === "leaves") {
      explorer.change(message.leaves.map((/** @type {[number, string]} */ [leaf, x]) => [leaf, Number(x.replace("inf", "Infinity"))]), false);
    }
  };
  model.on("msg:custom", heard);
  return () => {
    explorer.play(false);
    model.off("msg:custom", heard);
  };
}

/**
 * Give an element an id that no other page in the notebook has.
 * @param {HTMLElement} page
 * @param {Element} element
 * @param {string} key
 */
function rename(page, element, key) {
  for (const name of ["for", "list"]) {
    for (const other of page.querySelectorAll(`[${name}="${element.id}"]`)) other.setAttribute(name, element.id + key);
  }
  element.id += key;
}
