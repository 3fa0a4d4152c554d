"""Doing several things at once, and giving up on all of them when one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

from .wait import Abandoned, abandoned

T = TypeVar("T")


def together(jobs: Iterable[Callable[[], T]]) -> list[T]:
    """Run the jobs in threads of their own; return their results in order.

    When one fails, or Ctrl-C comes, the others' waits are cut short, and only then is the
    first error raised: whoever cleans up afterwards is alone.
    """
    jobs = list(jobs)
    with ThreadPoolExecutor(max_workers=max(1, len(jobs))) as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
            if any(future.done() and future.exception() for future in futures):
                abandoned.set()
            wait(futures)
        except BaseException:
            abandoned.set()
            wait(futures)
            raise
        finally:
            abandoned.clear()
    errors = [error for future in futures if (error := future.exception()) is not None]
    if errors:
        raise next((error for error in errors if not isinstance(error, Abandoned)), errors[0])
    return [future.result() for future in futures]
