// The chain rule as a sum over paths: how many there are, and those with the largest products.

/**
 * @typedef {{nodes: number[], places: number[], product: number}} Path from the end to the node
 * @typedef {{node: number, place?: number, from?: Trail, product: number}} Trail a path as its last
 *   step and the path before it: those to thousands of nodes share what they begin with
 * @typedef {import("./engine.js").Engine} Engine
 */

/**
 * Find the paths from the end of a graph to a node.
 *
 * Paths are never walked one by one, for there may be exponentially many: the count and the largest
 * products go from node to node, in one reverse sweep.
 * @param {Engine} engine
 * @param {number} node
 * @param {number} most how many of the largest to list
 * @returns {{number: bigint, largest: Path[]}}
 */
export function pathsTo(engine, node, most) {
  const isOnPath = descendants(engine, node);
  /** @type {Map<number, {number: bigint, largest: Trail[]}>} */
  const found = new Map();
  const one = { node: engine.end, product: 1 };
  if (isOnPath[engine.end]) found.set(engine.end, { number: 1n, largest: [one] });
  for (let giver = engine.end; giver > node; giver--) {
    const tails = found.get(giver);
    if (!tails) continue;
    for (const place of engine.places(giver)) {
      const parent = engine.at[place];
      if (!isOnPath[parent]) continue;
      const longer = tails.largest.map((trail) => ({
        node: parent,
        place,
        from: trail,
        product: trail.product * engine.slopes[place],
      }));
      const others = found.get(parent) ?? { number: 0n, largest: [] };
      const largest = [...others.largest, ...longer].sort(bySize).slice(0, most);
      found.set(parent, { number: others.number + tails.number, largest });
    }
    found.delete(giver);
  }
  const { number, largest } = found.get(node) ?? { number: 0n, largest: [] };
  return { number, largest: largest.map(pathOf) };
}

/**
 * @param {Trail} trail
 * @returns {Path}
 */
function pathOf(trail) {
  const [nodes, places] = [[trail.node], /** @type {number[]} */ ([])];
  for (let at = trail; at.from; at = at.from) {
    nodes.push(at.from.node);
    places.push(/** @type {number} */ (at.place));
  }
  return { nodes: nodes.reverse(), places: places.reverse(), product: trail.product };
}

/**
 * Tell for each node whether it was computed from a node, or is that node.
 * @param {Engine} engine
 * @param {number} node
 */
function descendants(engine, node) {
  const found = new Uint8Array(engine.count);
  found[node] = 1;
  for (let user = node + 1; user < engine.count; user++) {
    for (let k = engine.starts[user]; k < engine.starts[user + 1] && !found[user]; k++) {
      if (engine.at[k] < engine.count) found[user] = found[engine.at[k]];
    }
  }
  return found;
}

/**
 * @param {{product: number}} one
 * @param {{product: number}} other
 */
function bySize(one, other) {
  const [size, otherSize] = [Math.abs(one.product), Math.abs(other.product)];
  if (Number.isNaN(size) || Number.isNaN(otherSize)) {
    return Number(Number.isNaN(otherSize)) - Number(Number.isNaN(size));
  }
  return otherSize > size ? 1 : otherSize < size ? -1 : 0;
}
