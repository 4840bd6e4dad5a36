// What is wrong on a page: text that hardly stands out, controls without a name, a page too wide.
() => {
  const wrong = [];
  const channel = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const parsed = (color) => {
    const parts = color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return parts.length > 3 ? parts : [...parts, 1];
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = parsed(getComputedStyle(each).backgroundColor);
      if (color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  let judged = 0;
  for (const element of document.body.querySelectorAll("*")) {
    if (["SCRIPT", "STYLE", "OPTION"].includes(element.tagName) || !element.checkVisibility()) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent).join("").trim() || element.value || "";
    if (!text || element.disabled || element.type === "range") continue;
    judged += 1;
    const [low, high] = [luminance(parsed(getComputedStyle(element).color)), luminance(ground(element))]
      .sort((one, other) => one - other);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)} of ${JSON.stringify(text)}`);
  }
  if (!judged) wrong.push("no text was judged");
  for (const control of document.querySelectorAll("button, input, select, [tabindex='0']")) {
    if (!control.checkVisibility()) continue;
    const labels = [...(control.labels ?? [])].map((label) => label.textContent.trim()).join("");
    const name = control.getAttribute("aria-label") || labels || (control.tagName === "BUTTON" && control.textContent.trim());
    if (!name) wrong.push(`a control without a name: ${control.outerHTML.slice(0, 80).toUpperCase()}`);
  }
  for (const picture of document.querySelectorAll("[role=img]")) {
    if (picture.checkVisibility() && !picture.getAttribute("aria-label")) wrong.push(`a picture without a text: ${picture.id}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) < place);
  if (twice.length) wrong.push(`ids that occur twice: ${twice.slice(0, 5)}`);
  return wrong;
}
