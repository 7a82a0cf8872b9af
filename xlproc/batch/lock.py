"""One run at a time in a folder; the system frees the lock of a process that ended, however it ended."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = ".xlproc.lock"

_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


class LockedError(Exception):
    """Another run is at work in the folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one run.

    Where files cannot be locked (some network folders) or the folder is closed, it goes on without a lock: writing
    says what is wrong. The lock's file stays: to remove it would let two runs hold two files of one name.

    Raises:
        LockedError: Another run holds it.
    """
    handle = _opened(folder)
    try:
        if handle is not None:
            _hold(handle)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _opened(folder: Path) -> int | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        return None


def _hold(handle: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            raise LockedError from error
