"""The exception of pictures, beside those that every package shares (`autodiff`)."""

from __future__ import annotations

from autodiff import ChalkgradError


class RenderError(ChalkgradError, RuntimeError):
    """Graphviz could not lay a picture out, or no program on this machine can show it."""
