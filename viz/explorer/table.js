// The text alternative of the picture: the trace as a table, or the boxes of a folded graph.

import { html } from "./dom.js";
import { formula, slopeName } from "./formulas.js";
import { digits, extent, rangeText } from "./numbers.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./picture.js").Picture} Picture
 */

/**
 * Return the table of what a picture shows.
 * @param {Engine} engine
 * @param {Picture} picture
 * @param {boolean} isFolded
 * @param {(node: number) => void} select
 * @param {number} significant
 */
export function tableOf(engine, picture, isFolded, select, significant) {
  const columns = isFolded
    ? ["box", "values", "data", "gradients"]
    : ["name", "expression", "value", "local derivatives", "adjoint"];
  const head = html("tr", {}, ...columns.map((text) => html("th", { scope: "col" }, text)));
  const rows = picture.cards.map((card) => {
    const chosen = card.box.values ?? card.box.nodes;
    const [node] = chosen;
    const name = isFolded ? card.box.title || engine.program.names[node] : engine.program.names[node];
    const button = html("button", { type: "button", class: "link" }, html("bdi", {}, name));
    button.addEventListener("click", () => select(node));
    const data = picture.hidden.has(node) ? "?" : rangeText(extent(engine.values, chosen), significant);
    const grad = picture.hiddenGradients.has(node) ? "?" : rangeText(extent(engine.adjoints, chosen), significant);
    const cells = isFolded
      ? [card.box.nodes.length.toLocaleString("en"), data, grad]
      : [formula(engine, node), data, picture.hiddenGradients.size ? "?" : slopes(engine, node, significant), grad];
    return html("tr", {}, html("th", { scope: "row" }, button), ...cells.map((text) => html("td", {}, text)));
  });
  return html("table", { class: "number" }, html("thead", {}, head), html("tbody", {}, ...rows));
}

/**
 * @param {Engine} engine
 * @param {number} node
 * @param {number} significant
 */
function slopes(engine, node, significant) {
  const found = engine.places(node).slice(0, 6).map((place) => {
    const below = slopeName(engine, node, place).split("/∂").slice(1).join("/∂");
    return `∂/∂${below} = ${digits(engine.slopes[place], significant)}`;
  });
  return found.join(", ");
}
