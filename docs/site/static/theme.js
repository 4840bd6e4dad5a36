// Pictures and pages in frames follow the theme that a reader chose by the button, as they do inside
// Jupyter.
const follow = () => {
  const { theme } = document.body.dataset;
  const chosen = theme === "light" || theme === "dark";
  if (chosen) {
    document.body.dataset.jpThemeLight = String(theme === "light");
  } else {
    delete document.body.dataset.jpThemeLight;
  }
  const root = `<html lang="en"${chosen ? ` data-jp-theme-light="${theme === "light"}"` : ""}>`;
  for (const frame of document.querySelectorAll("iframe[srcdoc]")) {
    const content = frame.srcdoc.replace(/<html lang="en"[^>]*>/, root);
    if (content !== frame.srcdoc) frame.srcdoc = content;
  }
};

document.addEventListener("DOMContentLoaded", () => {
  follow();
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
});
