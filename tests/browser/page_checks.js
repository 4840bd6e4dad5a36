// What is wrong on the page: pictures that are empty or too wide, text that hardly stands out.
// The window is as high as the page, so that every element can be found at its place.
() => {
  const channel = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const parsed = (color) => {
    const found = /^rgba?\(([^)]*)\)$/.exec(color);
    if (!found) return [0, 0, 0, 0];
    const parts = found[1].split(/[\s,/]+/).map(Number);
    return parts.length > 3 ? parts : [...parts, 1];
  };
  const over = ([r, g, b, a], below) =>
    [r, g, b].map((x, i) => x * a + below[i] * (1 - a));
  const ground = (element) => {
    const style = getComputedStyle(element);
    if (!(element instanceof SVGElement) || element.tagName === "svg") {
      return parsed(style.backgroundColor);
    }
    if (["text", "tspan", "g", "a", "use", "image"].includes(element.tagName)) return [0, 0, 0, 0];
    const [r, g, b, a] = parsed(style.fill);
    return [r, g, b, a * style.fillOpacity * style.opacity];
  };
  const behind = (element, at) => {
    const grounds = at.filter((each) => !element.contains(each)).map(ground);
    return grounds.reverse().reduce((below, color) => over(color, below), [255, 255, 255]);
  };
  const wrong = [];
  let judged = 0;
  const judge = (element, color, text) => {
    const box = element.getBoundingClientRect();
    const at = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!at.some((each) => element.contains(each))) return; // scrolled out, or in a hidden frame
    judged += 1;
    const below = behind(element, at);
    const [low, high] = [luminance(over(color, below)), luminance(below)].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)} of ${JSON.stringify(text)}`);
  };
  for (const output of document.querySelectorAll(".jp-OutputArea-output")) {
    const faded = output.closest(".jp-Cell")?.textContent.includes("highlight=");
    for (const text of faded ? [] : output.querySelectorAll("svg text")) {
      const style = getComputedStyle(text);
      const [r, g, b, a] = parsed(style.fill);
      const color = [r, g, b, a * style.fillOpacity * style.opacity];
      if (text.textContent.trim()) judge(text, color, text.textContent);
    }
    for (const element of output.querySelectorAll("p, pre, td, th, caption, div")) {
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const text = own.map((node) => node.textContent).join("").trim();
      if (text) judge(element, parsed(getComputedStyle(element).color), text);
    }
    for (const svg of output.querySelectorAll("svg")) {
      const box = svg.getBoundingClientRect();
      if (!box.width) continue; // a frame that is not shown
      if (box.width < 60 || box.height < 20) wrong.push(`a picture of ${box.width} x ${box.height}`);
      if (box.width > output.clientWidth + 1) wrong.push(`a picture wider than its cell`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  const ids = [...document.querySelectorAll(".jp-OutputArea-output [id]")].map((each) => each.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) < place);
  if (twice.length) wrong.push(`ids that occur twice: ${twice.slice(0, 5)}`);
  if (!judged) wrong.push("no text was judged");
  return wrong;
}
