// What is wrong on a page of the explorer: text that hardly stands out, controls without a name.
() => {
  const wrong = [];
  const channel = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parsed = (color) => {
    const parts = (color.match(/-?[\d.]+(?:e-?\d+)?/g) ?? [0, 0, 0, 0]).map(Number);
    const unit = color.startsWith("color(") ? 1 : 255;
    return [...parts.slice(0, 3).map((x) => x / unit), parts[3] ?? 1];
  };
  const ground = (element, x, y) => {
    for (const each of document.elementsFromPoint(x, y)) {
      if (each.tagName === "text" || each.tagName === "tspan") continue;
      const isShape = each instanceof SVGElement && each.tagName !== "svg";
      const style = getComputedStyle(each);
      const color = parsed(isShape ? style.fill : style.backgroundColor);
      const isPainted = !isShape || (["rect", "path", "circle"].includes(each.tagName) && style.fill !== "none");
      if (isPainted && color[3] === 1) return color;
    }
    return [1, 1, 1];
  };
  let judged = 0;
  for (const element of document.body.querySelectorAll("*")) {
    if (["SCRIPT", "STYLE", "OPTION"].includes(element.tagName) || !element.checkVisibility({ visibilityProperty: true })) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent).join("").trim() || element.value || "";
    if (!text || element.disabled || element.getAttribute("aria-disabled") === "true" || element.type === "range" || element.type === "checkbox") continue;
    const box = element.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const at = document.elementsFromPoint(x, y);
    if (!at.some((each) => each === element || element.contains(each))) continue; // scrolled out
    judged += 1;
    const style = getComputedStyle(element);
    const color = parsed(element.tagName === "text" ? style.fill : style.color);
    const [low, high] = [luminance(color), luminance(ground(element, x, y))].sort((one, other) => one - other);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)} of ${JSON.stringify(text)}`);
  }
  if (judged < 10) wrong.push(`only ${judged} texts were judged`);
  for (const control of document.querySelectorAll("button, input, select, summary, [role=button], [tabindex='0']")) {
    const labels = [...(control.labels ?? [])].map((label) => label.textContent.trim()).join("");
    if (!control.getAttribute("aria-label") && !labels && !control.textContent.trim()) {
      wrong.push(`a control without a name: ${control.outerHTML.slice(0, 80)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) < place);
  if (twice.length) wrong.push(`ids that occur twice: ${twice.slice(0, 5)}`);
  return wrong;
}
