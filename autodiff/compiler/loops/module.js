function load(start, size, numbers, example) {
  const first = example * size;
  for (let i = 0; i < size; i++) v[start + i] = numbers[first + i];
}

function demandParameters(numbers) {
  if (numbers.length !== parameterCount) {
    throw new Error(`expected ${parameterCount} parameters, got ${numbers.length}`);
  }
}

function batchOf(given) {
  const batch = given.length ? given[0].length / argumentSizes[0] : 0;
  given.forEach((numbers, place) => {
    const expected = batch * argumentSizes[place];
    if (numbers.length !== expected || !Number.isInteger(batch) || batch < 1) {
      const size = `${argumentSizes[place]} numbers for each example`;
      const rule = "at least one example, and as many for every argument";
      throw new Error(`expected ${size} as ${argumentNames[place]}, ${rule}, got ${numbers.length}`);
    }
  });
  return batch;
}

function fail(number, x, y, example) {
  const [comparison, line, outcome] = guardTexts[number - 1];
  throw new Error(
    `expected ${comparison} to be ${outcome}, as in the traced example (${line}), ` +
      `got ${x} and ${y} in example ${example}`,
  );
}
