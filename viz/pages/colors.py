"""The colours of the themes as custom properties of CSS, which follow light and dark.

The style obeys `prefers-color-scheme` and, inside Jupyter, the theme of the notebook.

>>> rules = color_rules(".page").splitlines()
>>> rules[0][:29], "--leaf-band: #" in rules[0]
('.page { color-scheme: light; ', True)
"""

from __future__ import annotations

from viz.themes import DARK_PLOTS, PLOTS, THEMES, PlotTheme, Theme


def color_rules(selector: str) -> str:
    """Return rules that set every colour of the themes for the elements of a selector.

    Args:
        selector: of the outermost element of a page.

    Returns:
        Properties such as `--leaf-band`, `--network-positive` and `--series-0`.
    """
    light, dark = _declared("light", PLOTS), _declared("dark", DARK_PLOTS)
    return "\n".join(
        [
            f"{selector} {{ {light} }}",
            f"@media (prefers-color-scheme: dark) {{ {selector} {{ {dark} }} }}",
            f'[data-jp-theme-light="true"] {selector} {{ {light} }}',
            f'[data-jp-theme-light="false"] {selector} {{ {dark} }}',
        ]
    )


def _declared(name: str, plots: PlotTheme) -> str:
    theme: Theme = THEMES[name]
    colors: dict[str, object] = {"color-scheme": name}
    colors |= {f"--{key}": value for key, value in theme._asdict().items()}
    colors |= {f"--network-{key}": value for key, value in theme.network._asdict().items()}
    colors |= {f"--series-{index}": color for index, color in enumerate(plots.series)}
    colors["--grid"] = plots.grid
    return "; ".join(
        f"{key.replace('_', '-')}: {value}"
        for key, value in colors.items()
        if isinstance(value, str)
    )
