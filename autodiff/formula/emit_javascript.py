"""JavaScript for formulas: a function that returns the value and all its derivatives.

>>> from autodiff.formula.parse import parse
>>> tree = parse("x**2", ["x"], {}).result
>>> print(emit_javascript("square", tree, {"x": parse("2 * x", ["x"], {}).result}, frozenset()))
function square(x) {
    const out = x * x;
    return [out, [2.0 * x]];
}
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from .dialects import JAVASCRIPT
from .emit_statements import Elements, write
from .runtime_text import functions_of
from .tree import Expression, Name, substitute

# Words of the language, and names of the generated text.
_RESERVED = """
    arguments await break case catch class const continue debugger default delete do else enum eval
    export extends false finally for function if implements import in instanceof interface let new
    null package private protected public return static super switch this throw true try typeof
    undefined var void while with yield Math Float64Array Infinity NaN Object Number out derivatives
    k
"""
_NUMBERED = re.compile(r"[td]\d+")


def emit_javascript(
    name: str,
    formula: Expression,
    derivatives: Mapping[str, Expression],
    starred: Collection[str],
) -> str:
    """Print a function that returns `[out, [derivative, ...]]`.

    It calls `Math` and functions of the runtime, which `javascript_runtime` gives; it throws
    nothing.

    Args:
        name: of the function.
        formula: the value, in terms of the operands, with operations written out in words.
        derivatives: by every operand in turn, in terms of the operands and `out`.
        starred: the operands that are sequences: arrays or typed arrays. The function returns one
            derivative for each of their elements, in one flat array.
    """
    safe = safe_names(derivatives)
    renamed = {old: Name(new) for old, new in safe.items()}
    operands = {new: new for old, new in safe.items() if old not in starred} | {"out": "out"}
    sequences = {
        safe[each]: Elements(f"{safe[each]}[{{}}]", safe[each], f"{safe[each]}.length")
        for each in derivatives
        if each in starred
    }
    value = write(JAVASCRIPT, [substitute(formula, renamed)], operands, sequences)
    lines = [*value.lines, JAVASCRIPT.let("out", value.results[0])]
    trees = [substitute(tree, renamed) for tree in derivatives.values()]
    found = write(JAVASCRIPT, trees, operands, sequences, prefix="d")
    lines += found.lines
    if sequences:
        lines.append("const derivatives = [];")
        for operand, text in zip(safe.values(), found.results, strict=True):
            push = f"derivatives.push({text.replace('{}', 'k')});"
            if operand in sequences:
                loop = JAVASCRIPT.loop("k", sequences[operand].length)
                lines += [loop, f"    {push}", JAVASCRIPT.end]
            else:
                lines.append(push)
        lines.append("return [out, derivatives];")
    else:
        lines.append(f"return [out, [{', '.join(found.results)}]];")
    inside = "".join(f"    {line}\n" for line in lines)
    return f"function {name}({', '.join(safe.values())}) {{\n{inside}}}"


def javascript_runtime(text: str, *, is_module: bool = False) -> str:
    """Return the functions that a text of emitted functions calls, and those that they call.

    Args:
        text: of emitted functions.
        is_module: whether to keep the word `export` before them.
    """
    found = functions_of("special.js", text)
    return found if is_module else found.replace("export function", "function")


def safe_names(operands: Collection[str], used: Collection[str] = ()) -> dict[str, str]:
    """Return for each operand a name that JavaScript and the emitted text leave free.

    Args:
        operands: their names.
        used: further names of the emitted text.
    """
    taken = {*_RESERVED.split(), *JAVASCRIPT.calls.values(), *used}
    safe: dict[str, str] = {}
    for operand in operands:
        name = operand
        while name in taken or _NUMBERED.fullmatch(name) or (name != operand and name in operands):
            name += "_"
        safe[operand] = name
    return safe
