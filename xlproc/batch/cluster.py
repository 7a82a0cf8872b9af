"""Past one machine: the same parts as in several processes, given out to the workers of a dask scheduler.

A worker does a part in a process of its own beside it, as one machine does: what hangs or dies there takes neither the
worker nor another part along. The part of a worker that is lost is done again by another.
"""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import platform
import secrets
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from xlproc.batch.manifest import program
from xlproc.batch.workers import given_out, limit, spread
from xlproc.forms import words
from xlproc.model.words import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from distributed import Client

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 10.0
"""Seconds to wait for a scheduler, and for a first worker."""
GONE = 60.0
"""Seconds to wait for workers to come back, once there is none."""
TOKEN = ".xlproc.cluster"
"""A file in the outbox while a run lasts: who sees it sees the outbox."""


class ClusterError(Exception):
    """A cluster that cannot be used, or no longer.

    Attributes:
        why: What is wrong and what to do.
    """

    def __init__(self, why: Phrase) -> None:
        """Keep what is wrong."""
        super().__init__(why.key)
        self.why = why


@dataclass(frozen=True, slots=True)
class Asked:
    """What every worker must have as the first process has it.

    Attributes:
        same: What the same results stand on: see :func:`_same`.
        token: A file in the outbox.
        content: What stands there.
        inputs: Some of the inputs, and their sizes.
    """

    same: str
    token: Path
    content: str
    inputs: tuple[tuple[Path, int], ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """A worker that does not do.

    Attributes:
        worker: Its address.
        why: What it lacks: a part of the key of a phrase.
    """

    worker: str
    why: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Workers that fit.

    Attributes:
        address: The scheduler's.
        client: The connection.
        asked: What every worker must have; also those that join later.
        processes: How many work at a time, at first.
    """

    address: str
    client: Client
    asked: Asked
    processes: int

    def spread(
        self,
        work: Callable[[Sequence[T]], R],
        parts: Sequence[Sequence[T]],
        limit: Callable[[int], float] = limit,
    ) -> Iterator[tuple[Sequence[T], R | None]]:
        """Do the parts' work on the workers; see :func:`xlproc.batch.workers.spread`.

        Raises:
            ClusterError: The connection is lost, the workers are gone, or one that joined does not fit.
        """
        from distributed import KilledWorker, wait

        seen = time.monotonic()

        def start(part: Sequence[T]) -> Any:
            do = partial(_do, work, part, words.in_force(), self.asked, limit)
            return self.client.submit(do, pure=False)

        def done(running: Iterable[Any]) -> Iterable[Any]:
            nonlocal seen
            while True:
                if self._hands():
                    seen = time.monotonic()
                elif time.monotonic() - seen > GONE:
                    raise ClusterError(phrase("cluster.gone", address=self.address))
                with suppress(TimeoutError), self.client.as_current():
                    found: Iterable[Any] = wait([*running], timeout=5, return_when="FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
                    return found

        def given(some: Sequence[Sequence[T]]) -> Iterator[tuple[Sequence[T], Any]]:
            return given_out(some, start, done, self._hands, (KilledWorker,))

        suspects: list[Sequence[T]] = []
        try:
            for part, did in given(parts):
                if did is None:
                    suspects.append(part)
                    continue
                yield from self._placed(part, did)
            for (
                suspect
            ) in suspects:  # dask blames all that a worker had at hand: only what dies alone is at fault
                for part, did in given([suspect]):
                    yield from self._placed(part, [([0], None)] if did is None else did)
        except CancelledError as error:  # dask cancels what is under way when the connection is lost
            raise ClusterError(phrase("cluster.lost", address=self.address)) from error

    def _placed(self, part: Sequence[T], did: Any) -> Iterator[tuple[Sequence[T], Any]]:
        """Give our own ones of a part with what came of them."""
        if isinstance(did, Unfit):
            raise ClusterError(_told(did.why, (did.worker,), self.asked))
        for places, result in did:
            yield [part[place] for place in places], result

    def _hands(self) -> int:
        try:
            return _count(self.client)
        except (OSError, RuntimeError) as error:
            raise ClusterError(phrase("cluster.lost", address=self.address)) from error


@contextmanager
def joined(address: str, outbox: Path, inputs: Sequence[Path]) -> Iterator[Cluster]:
    """Connect to a scheduler, and see that all its workers fit.

    Args:
        address: The scheduler's, ``tcp://…`` or ``tls://…``; for the latter dask's configuration names the certificates.
        outbox: The results' folder, which exists; as the workers see it.
        inputs: The inputs; as the workers see them.

    Raises:
        ClusterError: There is no such scheduler, it has no workers, or one of them does not fit.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ClusterError(phrase("cluster.missing")) from error
    for name in ("distributed", "distributed.client"):  # what goes wrong is told by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_answers(address))
        client = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TypeError, ValueError, AssertionError) as error:
        raise ClusterError(phrase("cluster.unreachable", address=address, why=str(error))) from error
    try:
        with _asked(outbox, inputs) as asked:
            yield Cluster(address, client, asked, _first(client, address, asked))
    finally:
        client.close(timeout=2)  # type: ignore[no-untyped-call]


async def _answers(address: str) -> None:
    """Say a word with a scheduler: a client that fails to connect cannot be closed."""
    from distributed.comm.core import connect
    from distributed.security import Security

    comm = await connect(address, PATIENCE, **Security().get_connection_args("client"))  # type: ignore[no-untyped-call]
    await comm.close()


@contextmanager
def _asked(outbox: Path, inputs: Sequence[Path]) -> Iterator[Asked]:
    """Lay the token out while a run lasts."""
    asked = Asked(_same(), outbox / TOKEN, secrets.token_hex(), tuple(_sizes((inputs[0], inputs[-1]))))
    try:
        asked.token.write_text(asked.content, "ascii")
    except OSError as error:
        raise ClusterError(_told("closed", (phrase("cluster.here"),), asked)) from error
    try:
        yield asked
    finally:
        with suppress(OSError):
            asked.token.unlink(missing_ok=True)


def _sizes(paths: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    for path in paths:
        with suppress(OSError):
            yield path, path.stat().st_size


def _first(client: Client, address: str, asked: Asked) -> int:
    """See that there are workers and that all fit; give how many parts they do at a time."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise ClusterError(phrase("cluster.idle", address=address)) from error
    told = client.run(unfit, asked, on_error="return")
    for why in ("version", "outbox", "inputs", "closed"):
        bad = tuple(
            sorted(at for at, what in told.items() if (what if isinstance(what, str) else "version") == why)
        )
        if bad:
            raise ClusterError(_told(why, bad, asked))
    return _count(client)


def _count(client: Client) -> int:
    """Count how many parts the workers do at a time."""
    return sum(client.nthreads().values())  # type: ignore[no-untyped-call]


def _told(why: str, workers: tuple[Phrase | str, ...], asked: Asked) -> Phrase:
    inbox = next((path.parent for path, _ in asked.inputs), "")
    return phrase(f"cluster.{why}", workers=workers, outbox=asked.token.parent, inbox=inbox)


def unfit(asked: Asked) -> str:
    """Say what a worker lacks; runs there.

    Returns:
        "" for nothing; ``version``, ``outbox`` (is not seen), ``inputs`` (are not seen) or ``closed`` (the outbox cannot
        be written to).
    """
    if asked.same != _same():
        return "version"
    try:
        if asked.token.read_text("ascii") != asked.content:
            return "outbox"
    except (OSError, ValueError):
        return "outbox"
    try:
        if any(path.stat().st_size != size for path, size in asked.inputs):
            return "inputs"
    except OSError:
        return "inputs"
    try:
        mine = asked.token.with_name(f".xlproc-{secrets.token_hex(8)}.tmp")
        mine.touch(exist_ok=False)
        mine.unlink()
    except OSError:
        return "closed"
    return ""


_unfit_once = cache(unfit)
"""A worker is looked at once a run."""


@cache
def _same() -> str:
    """Give what the same results stand on: the program as it was loaded, Python, and what packs files."""
    import zlib

    return json.dumps([program(), platform.python_version_tuple()[:2], zlib.ZLIB_RUNTIME_VERSION])


def _do(
    work: Callable[[Sequence[T]], R],
    part: Sequence[T],
    added: Sequence[Mapping[str, Any]],
    asked: Asked,
    limit: Callable[[int], float],
) -> list[tuple[list[int], R | None]] | Unfit:
    """Do a part in a process beside this one, on a worker; give places in the part and what came of those together."""
    from distributed import get_worker

    if why := _unfit_once(asked):
        return Unfit(get_worker().address, why)
    multiprocessing.current_process().daemon = (
        False  # as a daemon, which dask makes of it, it could start none
    )
    place = {id(one): number for number, one in enumerate(part)}
    done = spread(work, [part], 1, limit, added)
    return [([place[id(one)] for one in some], result) for some, result in done]
