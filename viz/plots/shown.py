"""Figures and Axes of matplotlib that show themselves in a notebook, light or dark like the page.

They need neither pyplot nor `%matplotlib inline`. This file imports matplotlib; a plot imports it.

>>> ax = PlotFigure().add_subplot(axes_class=PlotAxes)
>>> sorted(ax._repr_mimebundle_())
['image/svg+xml', 'text/html', 'text/plain']
"""

from __future__ import annotations

from collections.abc import Container
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D  # pyright: ignore[reportMissingTypeStubs]

from autodiff.extend import mime_bundle
from viz.render.notebook import picture_html

from .darkened import darkened

_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters, not outlines: a page can search and copy them
    "svg.hashsalt": "chalkgrad",  # else the ids differ each time
    "font.family": ["DejaVu Sans", "Verdana", "sans-serif"],
}


class _Shown:
    """What has a figure, and shows it in a notebook."""

    figure: Any

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show the picture in a notebook."""
        makers = {
            "text/html": lambda: picture_html(_svg(self.figure), repr(self)),
            "image/svg+xml": lambda: _svg(self.figure),
            "text/plain": self.__repr__,
        }
        return mime_bundle(makers, include, exclude)


class PlotFigure(_Shown, Figure):
    """A figure of one plot."""


class PlotAxes(_Shown, Axes):
    """The Axes of a flat plot."""


class PlotAxes3D(_Shown, Axes3D):
    """The Axes of a surface."""


def _svg(figure: Any) -> str:
    """Return a figure as an SVG that follows light and dark."""
    file = StringIO()
    with mpl.rc_context(_SETTINGS):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return darkened(file.getvalue())
