"""A hundred sound programs, each of which ends in a call of `lint`; none has a finding."""

from __future__ import annotations

from . import sound_results, sound_training

PROGRAMS = sound_training.PROGRAMS | sound_results.PROGRAMS
