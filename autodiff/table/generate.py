"""Writes what follows from the rows of the table: functions, methods, public names.

    make generated

A row of `autodiff/operations.py` becomes a function in `autodiff/value/functions.py`, a method in
`autodiff/value/value_methods.py` if it has one operand, and a public name in
`autodiff/__init__.py`; +, - and * become `autodiff/value/operators.py`; rows of one or two numbers
become C in `autodiff/native/table.h`. A test compares these files with what is written here.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

AUTODIFF = Path(__file__).parents[1]
FUNCTIONS = AUTODIFF / "value" / "functions.py"
METHODS = AUTODIFF / "value" / "value_methods.py"
OPERATORS = AUTODIFF / "value" / "operators.py"
PUBLIC = AUTODIFF / "__init__.py"
NATIVE = AUTODIFF / "native" / "table.h"

# Operators of floats that never raise: their formulas are written into the method.
PLAIN_OPERATORS = ("add", "sub", "mul")

# Python has signs or names of its own for these; the last two take sequences (in value/).
WITHOUT_FUNCTION = {"add", "sub", "mul", "div", "neg", "abs", "dot", "take"}

# Words whose results in C are, bit for bit, those of Python's math module: both call the C library.
WORDS_OF_C = {
    *("add", "sub", "mul", "div", "neg", "abs", "sqrt", "exp", "expm1", "log", "log1p", "log10"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh"),
    *("acosh", "atanh", "cbrt", "pow", "maximum", "minimum", "where", "less", "less_equal"),
    *("greater", "greater_equal", "equal", "erf", "erfc", "floor"),
}

NATIVE_HEAD = """\
/* The rows of the table of one or two numbers. Written by `make generated`: do not edit. */

static double maximum(double x, double y) { return isnan(x) || isnan(y) ? NAN : x < y ? y : x; }
static double minimum(double x, double y) { return isnan(x) || isnan(y) ? NAN : y < x ? y : x; }

"""

FUNCTIONS_HEAD = '''\
"""The operations of the table as functions. Written by `make generated`: do not edit.

Every function takes any mix of Values and numbers. Given numbers only, it returns a float, so a
program written with these functions also runs without a graph.

>>> from autodiff import Value
>>> exp(0.0), exp(Value(0.0))
(1.0, Value(data=1.0, grad=0.0))
"""

from __future__ import annotations

from typing import overload

from autodiff.graph.node import unary
from autodiff.operations import TABLE

from .function_types import Function, Operand, Reduction, apply_to
from .value import Value
'''

METHODS_HEAD = '''\
"""The operations of one operand as methods of a Value. Written by `make generated`: do not edit.

NumPy calls these methods, by its own names (`arcsin`), when a function such as `np.exp` meets
an array of Values.

>>> from autodiff import Value
>>> Value(0.0).tanh().data
0.0
"""

from __future__ import annotations

from typing import Self

from autodiff.graph.node import Node, unary, variadic
from autodiff.operations import TABLE


class Elementary(Node):
    """A node with the operations of one operand as methods."""

    __slots__: dict[str, str] = {}
'''

OPERATORS_HEAD = '''\
"""The operators + - * of a Value. Written by `make generated`: do not edit.

Most nodes of a graph are made here, so each method computes the value and the local derivatives
itself, by the formulas of its row, and fills the slots of the node: two thirds of the time that
calling the functions of the row takes.

>>> from autodiff import Value
>>> Value(2.0) * Value(3.0)
Value(data=6.0, grad=0.0)
"""

# pyright: basic
from __future__ import annotations

from typing import Self

from autodiff.graph.grad_mode import state
from autodiff.graph.node import finish, new, reflected, with_number
from autodiff.operations import TABLE

from .value_methods import Elementary

'''


def files() -> dict[Path, str]:
    """Return the text that each generated file should have.

    Raises:
        FormulaError: if a text of a row cannot be read; nothing was written.
    """
    operations = import_module("autodiff.operations")
    for row in operations.TABLE.values():
        row.compile()
    public = operations.BUILT_IN - operations.HELPERS
    rows = [row for row in operations._ROWS if row.name in public]  # noqa: SLF001 in the order of the file
    functions = [row for row in rows if row.name not in WITHOUT_FUNCTION]
    return {
        FUNCTIONS: functions_text(functions),
        METHODS: methods_text(rows),
        OPERATORS: operators_text([operations.TABLE[name] for name in PLAIN_OPERATORS]),
        PUBLIC: public_text({row.name for row in functions}, PUBLIC.read_text()),
        NATIVE: native_text([operations.TABLE[name] for name in sorted(operations.BUILT_IN)]),
    }


def functions_text(rows: list[Any]) -> str:
    """Return the functions: a class for each list of operands, and an instance for each row."""
    of_function = import_module("autodiff.table.documentation").of_function
    plain = [row for row in rows if not row.starred]
    classes = dict.fromkeys(function_class(row) for row in plain)
    instances: list[str] = []
    for row in rows:
        kind = "Reduction" if row.starred else class_name(row)
        made = f'{row.name} = {kind}(TABLE["{row.name}"])'
        instances.append(f"{made}\n{docstring(of_function(row))}")
    return "\n\n".join([FUNCTIONS_HEAD, *classes, "\n".join(instances)])


def class_name(row: Any) -> str:
    """Return the name of the class of functions that take the operands of a row."""
    return "FunctionOf" + "".join(operand.capitalize() for operand in row.operands)


def function_class(row: Any) -> str:
    """Return the class of functions that take the operands of a row."""
    shortcut = """\
        if len(operands) == 1 and isinstance(operands[0], Value):
            return unary(self.operation, operands[0])
"""
    floats, operands = (parameters(row, row.operands, kind) for kind in ("float", "Operand"))
    ignored = "# pyright: ignore"
    return f'''\
class {class_name(row)}(Function):
    """An operation called with ({", ".join(row.operands)})."""

    @overload
    def __call__(self, {floats}, /) -> float: ...  {ignored}[reportOverlappingOverload]
    @overload
    def __call__(self, {operands}, /) -> Value: ...
    def __call__(self, *operands: Operand) -> Operand:  {ignored}[reportIncompatibleMethodOverride]
        """Apply the operation to Values and numbers."""
{shortcut if len(row.operands) == 1 else ""}\
        return apply_to(self.operation, operands)
'''


def parameters(row: Any, operands: tuple[str, ...], kind: str) -> str:
    """Return operands as parameters of a function, with their defaults."""
    defaults = dict(zip(reversed(row.operands), reversed(row.defaults), strict=False))
    return ", ".join(
        f"{x}: {kind} = {defaults[x]!r}" if x in defaults else f"{x}: {kind}" for x in operands
    )


def methods_text(rows: list[Any]) -> str:
    """Return the methods, and the names by which NumPy calls some of them."""
    of_method = import_module("autodiff.table.documentation").of_method
    words = import_module("autodiff.formula.words").WORDS
    parts = [METHODS_HEAD]
    for row in rows:
        others = row.operands[1:]
        is_word = row.name in words  # those of two operands too: NumPy has them as methods
        if row.starred or (len(others) > len(row.defaults) and not is_word):
            continue
        heading = ", ".join(filter(None, ["self", parameters(row, others, "Self | float")]))
        call = f"variadic({{}}, (self, {', '.join(others)}))" if others else "unary({}, self)"
        row_of_table = f'TABLE["{row.name}"]'
        parts.append(
            f"    def {row.name}({heading}) -> Self:\n"
            f"{textwrap.indent(docstring(of_method(row), 92), ' ' * 8)}"
            f"        return {call.format(row_of_table)}\n"
        )
        if is_word and words[row.name].numpy != row.name:
            parts.append(f"    {words[row.name].numpy} = {row.name}\n")
    return "\n".join(parts)


def operators_text(rows: list[Any]) -> str:
    """Return the operators that never raise, with the formulas of their rows written out."""
    constants = "".join(f'_{row.name.upper()} = TABLE["{row.name}"]\n' for row in rows)
    heading = (
        "class Arithmetic(Elementary):\n"
        '    """A node with + - *."""\n\n'
        "    __slots__: dict[str, str] = {}\n"
    )
    return "\n".join([OPERATORS_HEAD + constants + "\n", heading, *map(operator_text, rows)])


def operator_text(row: Any) -> str:
    """Return an operator of two operands, and its reflection."""
    emit = import_module("autodiff.formula.emit_python").emit
    *lines, result = emit(*row.expanded(), frozenset())
    derivatives = ast.parse(result.removeprefix("return ")).body[0].value.elts[1]
    by_first, by_second = (ast.unparse(each) for each in derivatives.elts)
    row_of_table = f"_{row.name.upper()}"
    computed = "".join(f"        {line}\n" for line in lines)
    return f"""\
    def __{row.name}__(self, other: Self | float) -> Self:
        kind = self.__class__
        if other.__class__ is not kind:
            return with_number({row_of_table}, self, other, (True, False))
        x, y = self._data, other._data  # pyright: ignore[reportAttributeAccessIssue]
{computed}        node = new(kind)
        node._data = out
        node._first = self
        node._second = other
        node._by_first = {by_first}
        node._by_second = {by_second}
        node.operation = {row_of_table}
        node._grad = 0.0
        node.label = None
        if state.blocks:
            finish(node, 3)
        return node

    def __r{row.name}__(self, other: float) -> Self:
        return reflected({row_of_table}, other, self)
"""


def native_text(rows: list[Any]) -> str:
    """Return the C functions of rows, and a list of them for one operand and for two."""
    chosen = [row for row in rows if not row.starred and len(row.operands) <= 2 and in_c(row)]
    parts = [NATIVE_HEAD, *map(native_function, chosen)]
    for kind, name in (("Unary", "UNARY"), ("Binary", "BINARY")):
        names = [row.name for row in chosen if len(row.operands) == 1 + (kind == "Binary")]
        lines = "".join(f'    {{"{each}", row_of_{each}}},\n' for each in names)
        parts.append(
            f"static const struct {{ const char *name; {kind} function; }} {name}[] = {{\n"
            f"{lines}    {{NULL, NULL}},\n}};\n\n"
        )
    return "".join(parts).rstrip("\n") + "\n"


def in_c(row: Any) -> bool:
    """Tell whether formula and derivatives of a row use words of C alone."""
    tree = import_module("autodiff.formula.tree")
    value, derivatives = row.expanded()
    words: set[str] = set()

    def note(each: Any, _: list[Any]) -> None:
        if isinstance(each, tree.Call):
            words.add(each.function)

    for each in (value, *derivatives.values()):
        tree.fold(each, tree.arguments_of, note)
    return words <= WORDS_OF_C


def native_function(row: Any) -> str:
    """Return the C function that computes a row: the value, and the derivative by each operand."""
    write = import_module("autodiff.formula.emit_statements").write
    c = import_module("autodiff.formula.dialects").C
    value, derivatives = row.expanded()
    names = {name: name for name in row.operands}
    first = write(c, [value], names, {})
    then = write(c, [*derivatives.values()], names | {"out": "out"}, {}, prefix="d")
    parameters = ", ".join(f"double {name}" for name in row.operands)
    places = ", ".join(f"double *by_{name}" for name in row.operands)
    lines = [
        *first.lines,
        f"const double out = {first.results[0]};",
        *then.lines,
        "*value = out;",
        *(f"*by_{name} = {text};" for name, text in zip(names, then.results, strict=True)),
    ]
    unused = "".join(f"    (void){name};\n" for name in row.operands)
    body = "".join(f"    {line}\n" for line in lines)
    head = f"static void row_of_{row.name}({parameters}, double *value, {places})\n"
    return f"{head}{{\n{unused}{body}}}\n\n"


def docstring(text: str, width: int = 100) -> str:
    """Return a text as a docstring, its lines wrapped."""
    lines = text.splitlines()
    for index, line in enumerate(lines):
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        lines[index] = textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False)
    return '"""' + "\n".join(lines) + '\n"""\n'


def public_text(functions: set[str], text: str) -> str:
    """Return the face of the package with the functions imported and listed."""
    block = re.compile(r"from \.value\.functions import \(\n(.*?)\)\n", re.DOTALL)
    before = block.search(text)
    assert before is not None
    gone = set(re.findall(r"\w+", before[1])) - functions
    names = "".join(f"    {name},\n" for name in sorted(functions, key=in_order))
    text = block.sub(f"from .value.functions import (\n{names})\n", text)
    start = text.index("__all__ = ") + len("__all__ = ")
    end = text.index("]\n", start) + 1
    listed = set(ast.literal_eval(text[start:end])) - gone | functions
    names = "".join(f'    "{name}",\n' for name in sorted(listed, key=in_order))
    return f"{text[:start]}[\n{names}]{text[end:]}"


def in_order(name: str) -> tuple[object, ...]:
    """Return ruff's key for sorting: constants, classes, functions; log2 before log10."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, [int(x) if x.isdigit() else x for x in re.split(r"(\d+)", name)]


def main() -> None:
    """Write the files, without importing `autodiff/__init__`, which needs them."""
    package = ModuleType("autodiff")
    package.__path__ = [str(AUTODIFF)]
    sys.modules["autodiff"] = package
    write()


def write() -> None:
    """Write the files; all texts are made before the first is written."""
    for path, text in files().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
