"""A hundred programs with one mistake each, and its kind; each ends in a call of `lint`."""

from __future__ import annotations

from . import planted_results, planted_state

PROGRAMS = planted_state.PROGRAMS | planted_results.PROGRAMS

# Mistakes that the graph of one step cannot tell from sound programs.
MISSED = {
    "accumulated gradient: one parameter is not set to 0",
    "accumulated gradient: inputs are Values, lint",
    "accumulated gradient: inputs are Values, nn.lint",
}
