// Pictures follow the theme that a reader chose by the button, as they do inside Jupyter.
const follow = () => {
  const { theme } = document.body.dataset;
  if (theme === "light" || theme === "dark") {
    document.body.dataset.jpThemeLight = String(theme === "light");
  } else {
    delete document.body.dataset.jpThemeLight;
  }
};

document.addEventListener("DOMContentLoaded", () => {
  follow();
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
});
