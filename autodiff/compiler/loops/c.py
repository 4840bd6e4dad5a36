"""Programs as C: one file of C99 that needs the mathematical library only, and no heap."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodiff.compiler.ir.equations import Equations
from autodiff.formula.dialects import C
from autodiff.formula.runtime_text import functions_of as runtime_of

from .functions import Functions, functions_of
from .writer import Writer

_TAKEN = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while parameters batch outputs mean gradient example total failed size
    load prepare forward check sweep finish memcpy memset v a s g INFINITY NAN
"""
_HEAD = """\
// By chalkgrad: a program and its gradient, for C99 and the mathematical library (-lm).
//
// parameters and gradient hold {parameters} numbers, outputs {outputs} for every example,
// {sizes} for every example, in rows.
// Both functions return 0, or the number of the comparison that has another outcome than in the
// traced example; guard(number) says which. The working memory is static: one thread at a time.

#include <math.h>
#include <string.h>
"""
_LOAD = """\
static void load(int start, int size, const double *numbers, int example) {
    memcpy(v + start, numbers + (size_t)example * (size_t)size, sizeof(double) * (size_t)size);
}
"""


def to_c(program: Equations, initial: Sequence[float], names: Sequence[str]) -> str:
    """Return a program as the text of a C file; see `Program.to_c`.

    Args:
        program: the equations.
        initial: the parameters.
        names: of the arguments.
    """
    functions = functions_of(program, Writer(C))
    given = _safe_names(names)
    constants = [f"s[{at}] = {C.number(x)};" for at, x in program.constants.items()]
    copied = f"memcpy(s, parameters, sizeof(double) * {program.parameters});"
    lines = [
        _head(program, functions, given),
        f"static double s[{max(1, program.static_size)}];",
        f"static double v[{max(1, program.batched_size)}];",
        *[C.table(name, numbers) for name, numbers in functions.tables.items()],
        "",
        _guards(program),
        _LOAD,
        runtime_of("special.c", functions.text),
        _function(
            "static void prepare(const double *parameters)",
            [copied, *constants, *functions.prepare],
        ),
        _function("static void forward(void)", functions.forward),
        _function("static int check(void)", [*functions.check, "return 0;"]),
        _value(program, functions, given),
    ]
    if functions.sweep:
        lines += _gradient(program, functions, given)
    lines.append(_example(program, functions, initial, given))
    return "\n".join(lines)


def _head(program: Equations, functions: Functions, given: Sequence[str]) -> str:
    sizes = [f"{name} {block.size}" for name, block in zip(given, program.arguments, strict=True)]
    return _HEAD.format(
        parameters=program.parameters, outputs=len(functions.outputs), sizes=", ".join(sizes)
    )


def _guards(program: Equations) -> str:
    texts = [
        f"{text} to be {str(outcome).lower()} ({line})"
        for group in program.guards
        for (text, line), outcome in zip(group.texts, group.outcomes, strict=True)
    ]
    lines = [f"case {number}: return {_quoted(text)};" for number, text in enumerate(texts, 1)]
    body = ["switch (number) {", *lines, 'default: return "";', "}"]
    head = "const char *guard(int number)"
    return f"{head};\n\n{_function(head, body)}"


def _quoted(text: str) -> str:
    """Return a string of C; what is not plain ASCII by its bytes."""
    plain = re.sub(r'["\\?]', r"\\\g<0>", text).encode()
    return '"' + "".join(chr(b) if 32 <= b < 127 else f"\\{b:03o}" for b in plain) + '"'


def _function(head: str, lines: Sequence[str]) -> str:
    return f"{head} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def _run(program: Equations, given: Sequence[str], inside: Sequence[str]) -> list[str]:
    """Return the lines that compute every example, and do something with each."""
    pairs = zip(program.arguments, given, strict=True)
    loads = [f"load({block.start}, {block.size}, {name}, example);" for block, name in pairs]
    return [
        "prepare(parameters);",
        C.loop("example", "batch"),
        *[f"    {line}" for line in (*loads, "forward();", "const int failed = check();")],
        "    if (failed) return failed;",
        *[f"    {line}" for line in inside],
        "}",
    ]


def _signature(name: str, given: Sequence[str], results: Sequence[str]) -> str:
    arguments = ["const double *parameters", "int batch", *[f"const double *{x}" for x in given]]
    return f"int {name}({', '.join([*arguments, *[f'double *{x}' for x in results]])})"


def _value(program: Equations, functions: Functions, given: Sequence[str]) -> str:
    count = len(functions.outputs)
    stores = [
        f"outputs[example * {count} + {place}] = {text};"
        for place, text in enumerate(functions.outputs)
    ]
    head = _signature("value", given, ["outputs"])
    return f"{head};\n\n" + _function(head, [*_run(program, given, stores), "return 0;"])


def _gradient(program: Equations, functions: Functions, given: Sequence[str]) -> list[str]:
    head = _signature("value_and_gradient", given, ["mean", "gradient"])
    inside = [
        f"total += {functions.outputs[0]};",
        "memset(a, 0, sizeof a);",
        "sweep(1.0 / batch);",
    ]
    lines = [
        "double total = 0.0;",
        "memset(g, 0, sizeof g);",
        *_run(program, given, inside),
        "finish();",
        "*mean = total / batch;",
        f"memcpy(gradient, g, sizeof(double) * {program.parameters});",
        "return 0;",
    ]
    return [
        f"static double g[{max(1, program.static_size)}];",
        f"static double a[{max(1, program.batched_size)}];",
        "",
        _function("static void sweep(double seed)", functions.sweep),
        _function("static void finish(void)", functions.finish),
        f"{head};\n\n{_function(head, lines)}",
    ]


def _example(
    program: Equations, functions: Functions, initial: Sequence[float], given: Sequence[str]
) -> str:
    """Return a `main` that runs one example of halves at the present parameters."""
    numbers = ", ".join(map(C.number, initial)) or "0.0"
    data = [
        f"static const double parameters[] = {{{numbers}}};",
        *[
            f"static const double {name}[] = {{{', '.join(['0.5'] * block.size)}}};"
            for name, block in zip(given, program.arguments, strict=True)
        ],
    ]
    run = _differentiated if functions.sweep else _computed
    lines = [*data, *run(program, len(functions.outputs), given), "return 0;"]
    body = _function("int main(void)", lines)
    return f"#ifdef CHALKGRAD_EXAMPLE\n#include <stdio.h>\n\n{body}#endif\n"


def _differentiated(program: Equations, _: int, given: Sequence[str]) -> list[str]:
    """Return the lines that print the value and the gradient."""
    return [
        f"static double gradient[{max(1, program.parameters)}];",
        "double mean = 0.0;",
        *_checked("value_and_gradient", [*given, "&mean", "gradient"]),
        'printf("value %.17g\\n", mean);',
        *_printed("gradient", program.parameters),
    ]


def _computed(_: Equations, count: int, given: Sequence[str]) -> list[str]:
    """Return the lines that print the outputs of a program without a gradient."""
    return [
        f"static double outputs[{count}];",
        *_checked("value", [*given, "outputs"]),
        *_printed("outputs", count),
    ]


def _checked(function: str, arguments: Sequence[str]) -> list[str]:
    return [
        f"const int failed = {function}({', '.join(['parameters', '1', *arguments])});",
        'if (failed) return printf("expected %s\\n", guard(failed)), 1;',
    ]


def _printed(array: str, count: int) -> list[str]:
    return [C.loop("k", str(count)), f'    printf("{array}[%d] %.17g\\n", k, {array}[k]);', "}"]


def _safe_names(names: Sequence[str]) -> list[str]:
    """Return names for arguments that C allows and the text does not use."""
    taken: set[str] = {*_TAKEN.split()}
    safe: list[str] = []
    for number, name in enumerate(names, 1):
        own = name if name.isascii() and not name.startswith("_") else f"argument{number}"
        while own in taken or re.fullmatch(r"T\d+", own):
            own += "_"
        taken.add(own)
        safe.append(own)
    return safe
