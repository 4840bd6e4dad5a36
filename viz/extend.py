"""What `chalkgrad` builds on, beside what users import from `viz`."""

from __future__ import annotations

from .themes import THEMES

__all__ = ["THEMES"]
