"""The exception of pictures; the others are those of `autodiff`."""

from __future__ import annotations

from autodiff import ChalkgradError


class RenderError(ChalkgradError, RuntimeError):
    """Graphviz could not lay out a picture, or no program on this machine can show it."""
