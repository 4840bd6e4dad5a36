"""Logarithms of what a stable function computes better: of softmax, of sigmoid.

>>> from autodiff import Value, dot, log, sigmoid, softmax
>>> z = [Value(1.0), Value(2.0)]
>>> loss = -log(dot(softmax(z), [0.0, 1.0])) - log(1 - sigmoid(z[0]))
>>> [finding.mistake.value for finding in unstable_logs(Graph([loss]), {})]
['log of softmax', 'log of sigmoid']
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from autodiff.graph.graph import Graph
from autodiff.graph.node import Node
from autodiff.operations import TABLE

from .findings import Finding, Mistake
from .shapes import kinds_of, region

_LOGS = frozenset(TABLE[name] for name in ("log", "log2", "log10"))
_EXPONENTIALS = frozenset({TABLE["exp"], TABLE["exp_difference"]})
_PADDING = 1e-3  # a number up to here is added to keep a logarithm finite
_EXP, _POW, _ADD, _SUB, _MUL, _DIV, _SUM, _DOT, _PROD, _LOGSUMEXP, _SIGMOID, _RECIPROCAL = (
    TABLE[name]
    for name in (
        *("exp", "pow", "add", "sub", "mul", "div", "sum", "dot", "prod", "logsumexp"),
        *("sigmoid", "reciprocal"),
    )
)
_LIMITS = frozenset(TABLE[name] for name in ("clip", "maximum", "minimum"))
_REMEDIES = {
    Mistake.SOFTMAX_LOG: (
        "the logarithm of softmax is -inf where softmax rounds to 0",
        "log_softmax(z), or nn.cross_entropy(z, targets), of the outputs z themselves",
    ),
    Mistake.SIGMOID_LOG: (
        "the logarithm is -inf where sigmoid rounds to 0, or 1 - sigmoid does",
        "logsigmoid(z) for log(sigmoid(z)), logsigmoid(-z) for log(1 - sigmoid(z))",
    ),
}


def unstable_logs(graph: Graph, names: Mapping[Node, str]) -> Iterator[Finding]:
    """Yield logarithms of an element of softmax, or of sigmoid, also as one term of a sum."""
    logs = [node for node in graph.interior if node.operation in _LOGS]
    kinds, zeros = (kinds_of(graph), _zeros(graph)) if logs else ({}, set[Node]())
    for node in logs:
        mistake = _mistake(node.parents[0], kinds, zeros)
        if mistake is not None:
            yield Finding(mistake, node, names.get(node, "log"), *_REMEDIES[mistake])


def _mistake(node: Node, kinds: Mapping[Node, int], zeros: Container[Node]) -> Mistake | None:
    """Return what a logarithm of this node is, if it is unstable."""
    inner = _inner(node, zeros)
    is_rest = inner.operation is _SUB and inner.operands[0] == 1.0  # 1 - sigmoid(z)
    if is_rest:
        inner = _inner(inner.parents[0], zeros)
    factors = inner.parents if inner.operation in {_MUL, _PROD} else ()
    for x in (inner, *factors):
        if _is_sigmoid(x, kinds) and all(_is_sigmoid(y, kinds) for y in factors if x is not inner):
            return Mistake.SIGMOID_LOG
        if _is_softmax(x, kinds) and all(_is_softmax(y, kinds) for y in factors if x is not inner):
            return None if is_rest else Mistake.SOFTMAX_LOG
    return None


def _inner(node: Node, zeros: Container[Node]) -> Node:
    """Return the only Value that counts: without padding, limits, and terms times 0."""
    while True:
        terms = _terms(node, zeros)
        if len(terms) != 1 or (node.operation is _ADD and not _is_padded(node)):
            return node
        node = terms[0]


def _is_padded(node: Node) -> bool:
    return len(node.parents) > 1 or all(
        isinstance(x, Node) or abs(x) <= _PADDING for x in node.operands
    )


def _terms(node: Node, zeros: Container[Node]) -> list[Node]:
    """Return the Values that a node adds up, each times a number other than 0."""
    operation = node.operation
    if operation is _DOT:
        *pairs, constant = node.operands
        half = len(pairs) // 2
        if isinstance(constant, Node) or abs(constant) > _PADDING:
            return []
        both = zip(pairs[:half], pairs[half:], strict=True)
        return [x for pair in both for x in _factors(pair)]
    if operation is _MUL:
        return _factors(node.operands)
    if operation in _LIMITS and len(node.parents) == 1:
        return list(node.parents)
    if operation not in {_ADD, _SUM}:
        return []
    return [x for x in node.parents if x not in zeros]


def _zeros(graph: Graph) -> set[Node]:
    """Return the products with 0, and what adds them up."""
    found: set[Node] = set()
    for node in graph.interior:
        is_zero = node.operation is _MUL and not _factors(node.operands)
        if is_zero or (node.operation in {_ADD, _SUM} and found.issuperset(node.parents)):
            found.add(node)
    return found


def _factors(operands: tuple[Node | float, ...]) -> list[Node]:
    """Return the Values of a product other than targets of 0 or 1; none if a factor is 0."""
    numbers = [
        x if not isinstance(x, Node) else x.data
        for x in operands
        if not isinstance(x, Node) or (not x.parents and x.data in {0.0, 1.0})
    ]
    if 0.0 in numbers:
        return []
    return [x for x in operands if isinstance(x, Node) and (x.parents or x.data != 1.0)]


def _is_softmax(node: Node, kinds: Mapping[Node, int]) -> bool:
    if node.operation is _EXP:  # exp(x - logsumexp(xs))
        exponent = node.parents[0]
        return exponent.operation is _SUB and exponent.parents[-1].operation is _LOGSUMEXP
    if node.operation not in {_DIV, _MUL} or len(node.parents) != 2:
        return False
    exponential, rest = node.parents
    total = rest if node.operation is _DIV else (rest.parents or (rest,))[0]  # times 1 / total
    if exponential.operation not in _EXPONENTIALS and not _is_power(exponential):
        return False
    added = frozenset({_ADD, _SUM})
    terms = region(total, lambda x: x.parents if x.operation in added else ())
    is_sigmoid = total.operation is _ADD and len(total.parents) == 1
    return not is_sigmoid and any(kinds[term] == kinds[exponential] for term in terms)


def _is_power(node: Node) -> bool:
    """Tell whether a node is a number to the power of a Value."""
    return node.operation is _POW and not isinstance(node.operands[0], Node)


def _is_sigmoid(node: Node, kinds: Mapping[Node, int]) -> bool:
    """Tell whether a node is sigmoid, 1 / (1 + exp(-z)) or exp(z) / (1 + exp(z))."""
    if node.operation is _SIGMOID:
        return True
    if node.operation not in {_DIV, _RECIPROCAL} or not isinstance(node.operands[-1], Node):
        return False
    above, below = node.operands[0], node.operands[-1]
    if below.operation is not _ADD or 1.0 not in below.operands:
        return False
    exponential = below.parents[0]
    if exponential.operation not in _EXPONENTIALS:
        return False
    return node.operation is _RECIPROCAL or (
        kinds[above] == kinds[exponential] if isinstance(above, Node) else above == 1.0
    )
