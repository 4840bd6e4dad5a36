"""The words in which a step is told: in frames, and in pages, which fill in numbers themselves.

>>> told("receives", parent="w", outer="2", factor="(-3)", amount="-6")
'w receives 2 · (-3) = -6'
"""

from __future__ import annotations

WORDS = {
    "place": "{index} of {last}: {text}",
    "given": "the leaves have the numbers that they were given",
    "computed": "{name} = {formula}",
    "computed_numbers": "{name} = {formula} = {numbers} = {value}",
    "computed_several": "{name}: {count} values are computed",
    "seed": "the derivative of {end} by itself is 1",
    "passes": "{givers} passes on its complete adjoint",
    "pass": "{givers} pass on their complete adjoints",
    "passes_early": "{givers} passes on what it has by now",
    "pass_early": "{givers} pass on what they have by now",
    "receives": "{parent} receives {outer} · {factor} = {amount}",
    "in_all": ", in all {total}",
    "complete": ": complete",
    "more": "... and {count} more receive",
    "others": "{count} more",
    "and": "{first} and {last}",
    "done": "every adjoint is complete: {gradients}",
    "right": "all is right here, because nothing passed on before it had everything",
    "wrong": "{names} is wrong: something passed on before it had everything",
    "wrong_several": "{names} are wrong: something passed on before it had everything",
}


def told(key: str, **parts: object) -> str:
    """Return one of the texts with its parts filled in."""
    return WORDS[key].format(**parts)
