"""Programs as JavaScript: one ES module without imports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from autodiff.compiler.ir.equations import Equations
from autodiff.formula.dialects import JAVASCRIPT
from autodiff.formula.emit_javascript import javascript_runtime, safe_names

from .functions import Functions, functions_of
from .writer import Writer

_TAKEN = (
    "parameters gradient outputs values batch example total load demandParameters batchOf fail "
    "prepare forward check sweep finish kept v a s g"
)


def to_javascript(program: Equations, initial: Sequence[float], names: Sequence[str]) -> str:
    """Return a program as the text of a module; see `Program.to_js`.

    Args:
        program: the equations.
        initial: the parameters.
        names: of the arguments.
    """
    functions = functions_of(program, Writer(JAVASCRIPT))
    is_differentiable = bool(functions.sweep)
    given = list(safe_names(names, _TAKEN.split()).values())
    loads = [
        f"    load({block.start}, {block.size}, {name}, example);"
        for block, name in zip(program.arguments, given, strict=True)
    ]
    lines = [
        *_data(program, initial, names),
        *[JAVASCRIPT.table(name, numbers) for name, numbers in functions.tables.items()],
        javascript_runtime(functions.text),
        (Path(__file__).parent / "module.js").read_text(encoding="utf-8"),
        _function("prepare", "parameters", ["s.set(parameters);", *functions.prepare]),
        _function("forward", "", functions.forward),
        _function("check", "example", functions.check),
        *_value(functions, given, loads),
        *(_value_and_grad(functions, given, loads) if is_differentiable else []),
    ]
    return "\n".join(lines) + "\n"


def _data(program: Equations, initial: Sequence[float], names: Sequence[str]) -> list[str]:
    sizes = [block.size for block in program.arguments]
    guards = [
        [*texts, outcome]
        for group in program.guards
        for texts, outcome in zip(group.texts, group.outcomes, strict=True)
    ]
    numbers = ", ".join(map(JAVASCRIPT.number, initial))
    return [
        "// By chalkgrad. value(parameters, ...arguments) returns the output of every example,",
        "// valueAndGrad(parameters, gradient, ...arguments) their mean, and fills the gradient.",
        f"const parameterCount = {program.parameters};",
        f"const argumentNames = {json.dumps([*names])};",
        f"const argumentSizes = {json.dumps(sizes)};",
        f"const guardTexts = {json.dumps(guards)};",
        "export { parameterCount as parameters };",
        f"export const initialParameters = Float64Array.of({numbers});",
        f"const s = new Float64Array({program.static_size});",
        f"const g = new Float64Array({program.static_size});",
        f"const v = new Float64Array({program.batched_size});",
        f"const a = new Float64Array({program.batched_size});",
        *[f"s[{at}] = {JAVASCRIPT.number(x)};" for at, x in program.constants.items()],
        "let kept = new Float64Array(0);",
        "",
    ]


def _function(name: str, arguments: str, lines: Sequence[str], export: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"{export}function {name}({arguments}) {{\n{body}}}\n"


def _value(functions: Functions, given: Sequence[str], loads: Sequence[str]) -> list[str]:
    count = len(functions.outputs)
    place = f"example * {count}"
    lines = [
        "demandParameters(parameters);",
        f"const batch = batchOf([{', '.join(given)}]);",
        f"if (kept.length !== batch * {count}) kept = new Float64Array(batch * {count});",
        "prepare(parameters);",
        JAVASCRIPT.loop("example", "batch"),
        *loads,
        "    forward();",
        "    check(example);",
        *[f"    kept[{place} + {n}] = {text};" for n, text in enumerate(functions.outputs)],
        "}",
        "return kept;",
    ]
    return [_function("value", ", ".join(["parameters", *given]), lines, "export ")]


def _value_and_grad(functions: Functions, given: Sequence[str], loads: Sequence[str]) -> list[str]:
    lines = [
        "demandParameters(parameters);",
        "demandParameters(gradient);",
        f"const batch = batchOf([{', '.join(given)}]);",
        "prepare(parameters);",
        "g.fill(0);",
        "let total = 0;",
        JAVASCRIPT.loop("example", "batch"),
        *loads,
        "    forward();",
        "    check(example);",
        f"    total += {functions.outputs[0]};",
        "    a.fill(0);",
        "    sweep(1 / batch);",
        "}",
        "finish();",
        "gradient.set(g.subarray(0, parameterCount));",
        "return total / batch;",
    ]
    return [
        _function("sweep", "seed", functions.sweep),
        _function("finish", "", functions.finish),
        _function("valueAndGrad", ", ".join(["parameters", "gradient", *given]), lines, "export "),
    ]
