"""`no_grad` records nothing: nested, in decorators, threads and tasks."""

from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

import autodiff
from autodiff import Value, no_grad


def is_recorded():
    x = Value(2.0)
    return {bool(y.parents) for y in (-x, x * x, 2 * x, x * 2, autodiff.sum(x, x))}


def test_no_grad_makes_every_kind_of_result_a_leaf():
    x = Value(2.0)
    with no_grad():
        results = [-x, x * x, x * 3, 3 * x, x.exp(), autodiff.dot([x], [x]), np.exp(x)]
    for y in results:
        assert y.operation is None
        assert y.operands == y.parents == y.local_derivatives == ()
    assert results[1].data == 4.0


def test_no_grad_may_be_nested():
    with no_grad():
        with no_grad():
            assert is_recorded() == {False}
        assert is_recorded() == {False}
    assert is_recorded() == {True}


def test_one_no_grad_object_may_be_nested_in_itself():
    quiet = no_grad()
    with quiet:
        with quiet:
            assert is_recorded() == {False}
        assert is_recorded() == {False}
    assert is_recorded() == {True}


def test_an_exception_ends_no_grad_and_passes_through():
    with pytest.raises(KeyError, match="planned"), no_grad():
        raise KeyError("planned")
    assert is_recorded() == {True}


def test_no_grad_decorates_a_function():
    @no_grad()
    def quiet(depth):
        """Say what is recorded."""
        return is_recorded() | (quiet(depth - 1) if depth else set())

    @no_grad()
    def failing():
        raise KeyError("planned")

    assert quiet(3) == {False}
    assert quiet.__doc__ == "Say what is recorded."
    assert is_recorded() == {True}
    with pytest.raises(KeyError, match="planned"):
        failing()
    assert is_recorded() == {True}


def in_a_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join(timeout=10)
    return results[0]


def test_no_grad_is_local_to_the_thread():
    with no_grad():
        assert in_a_thread(is_recorded) == {True}
        assert is_recorded() == {False}
    inside, leave = threading.Event(), threading.Event()

    def stay():
        with no_grad():
            inside.set()
            assert leave.wait(10)
            return is_recorded()

    results = []
    thread = threading.Thread(target=lambda: results.append(stay()))
    thread.start()
    assert inside.wait(10)
    assert is_recorded() == {True}
    leave.set()
    thread.join(timeout=10)
    assert results == [{False}]


def test_a_decorated_function_is_local_to_each_thread_that_runs_it():
    barrier = threading.Barrier(2)

    @no_grad()
    def quiet():
        barrier.wait(10)
        recorded = is_recorded()
        barrier.wait(10)
        return recorded

    results = []
    threads = [threading.Thread(target=lambda: results.append(quiet())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert results == [{False}, {False}]
    assert is_recorded() == {True}


def test_no_grad_is_local_to_the_asyncio_task():
    async def quiet(inside, leave):
        with no_grad():
            inside.set()
            await leave.wait()
            return is_recorded()

    async def loud(inside, leave):
        await inside.wait()
        recorded = is_recorded()
        leave.set()
        return recorded

    async def both():
        inside, leave = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(quiet(inside, leave), loud(inside, leave))

    assert asyncio.run(both()) == [{False}, {True}]
    assert is_recorded() == {True}


def test_a_task_started_inside_no_grad_does_not_depend_on_blocks_elsewhere():
    inside, leave = threading.Event(), threading.Event()

    @no_grad()
    def elsewhere():
        inside.set()
        assert leave.wait(10)

    async def child(left):
        await left.wait()
        alone = is_recorded()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        assert inside.wait(10)
        beside_another = is_recorded()
        leave.set()
        thread.join(timeout=10)
        return alone, beside_another

    async def main():
        left = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(child(left))
        left.set()
        return await task

    alone, beside_another = asyncio.run(main())
    assert alone == beside_another
