// Small helpers for elements of the page; every text becomes text, never HTML.

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, text] of Object.entries(attributes)) made.setAttribute(name, text);
  made.append(...children);
  return made;
}

/** Make a button. @param {string} label @param {() => void} act @param {Record<string, string>} [attributes] */
export function button(label, act, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/**
 * Make a table whose first column names the rows.
 * @param {string} caption
 * @param {string[]} columns
 * @param {(Node | string)[][]} rows
 */
export function table(caption, columns, rows) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.map(([first, ...others]) =>
    element(
      "tr", {}, element("th", { scope: "row" }, first),
      ...others.map((cell) => element("td", { class: "number" }, cell)),
    ),
  );
  return element(
    "table", {}, element("caption", {}, caption),
    element("thead", {}, head), element("tbody", {}, ...body),
  );
}

/** Return the element of an id. @param {string} id @returns {any} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`expected an element ${id}, got none`);
  return found;
}

/** Write a number to three significant digits. @param {number} x @param {number} [digits] */
export function short(x, digits = 3) {
  if (!Number.isFinite(x)) return `${x}`;
  const rounded = Number(x.toPrecision(digits));
  const isSmall = rounded !== 0 && Math.abs(rounded) < 1e-4;
  return (isSmall ? rounded.toExponential() : `${rounded}`).replaceAll("-", "\u2212");
}

/**
 * Fill a select with choices.
 * @param {HTMLSelectElement} select
 * @param {{value: string, text: string}[]} choices
 * @param {string} chosen
 */
export function fill(select, choices, chosen) {
  select.replaceChildren(
    ...choices.map(({ value, text }) => {
      const option = new Option(text, value);
      option.selected = value === chosen;
      return option;
    }),
  );
}
