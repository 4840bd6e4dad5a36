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

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D

from autodiff.extend import mime_bundle, package
from viz.render.notebook import picture_html

from .darkened import darkened

_SETTINGS = {
    "svg.fonttype": "none",  # letters, not outlines: a page can search and copy them
    "svg.hashsalt": "chalkgrad",  # else the ids differ each time
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


class _Shown:
    """What has a figure, and shows it in a notebook."""

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Show the picture in a notebook."""
        makers = {
            "text/html": lambda: picture_html(_svg(self), repr(self)),
            "image/svg+xml": lambda: _svg(self),
            "text/plain": self.__repr__,
        }
        return mime_bundle(makers, include, exclude)


class PlotFigure(_Shown, Figure):
    """A figure of one plot."""


class PlotAxes(_Shown, Axes):
    """The Axes of a flat plot."""


class PlotAxes3D(_Shown, Axes3D):
    """The Axes of a surface."""


def _svg(shown: Any) -> str:
    """Return a figure, or that of Axes, as an SVG that follows light and dark."""
    file = StringIO()
    with package("matplotlib").rc_context(_SETTINGS):
        shown.figure.savefig(file, format="svg", metadata=_NO_METADATA)
    return darkened(file.getvalue())
