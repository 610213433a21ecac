"""Asking witnesses to cosign a checkpoint, several at once (C2SP tlog-witness, add-checkpoint)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import urllib3

from crypto.checkpoint import SignedCheckpoint, parse_decimal
from crypto.errors import EncodingError, GlassballotError, ProofError
from crypto.note import NoteKey, NoteSignature, cosignature_time
from crypto.tlog_witness import AddCheckpoint, parse_signatures
from election.witnessing import CLOCK_TOLERANCE

MAX_ANSWER = 64 * 1024
_TRIES = 3

Post = Callable[[str, bytes], tuple[int, bytes]]
"""(URL, body) -> status and body of the answer. Raises OSError where there is none."""

Prove = Callable[[int], Sequence[bytes]]
"""Old size, above 0 -> the consistency proof from there to the checkpoint (RecordReader.consistency_proof)."""


class CosigningError(GlassballotError):
    """A witness that does not cosign, and why."""


class AheadError(CosigningError):
    """The witness has cosigned a larger tree of this log: whoever asks has forgotten something. size: of that tree."""

    def __init__(self, size: int, own: int) -> None:
        # Both arguments go to Exception, so that the error survives the way between two processes.
        super().__init__(size, own)
        self.size, self.own = size, own

    def __str__(self) -> str:
        return f"it has cosigned {self.size} entries of this log, and was asked about {self.own}"


@dataclass(frozen=True)
class Address:
    """A witness and the URL that its protocol's paths begin with."""

    key: NoteKey
    url: str


@dataclass(frozen=True)
class Collected:
    """signatures: good ones, in the order of the witnesses; failures: why there is none, by the witness's name."""

    signatures: tuple[NoteSignature, ...]
    failures: Mapping[str, CosigningError]

    @property
    def ahead(self) -> int:
        """The largest size beyond the checkpoint's that a witness has cosigned, 0 if there is none."""
        sizes = (error.size for error in self.failures.values() if isinstance(error, AheadError))
        return max(sizes, default=0)


class Collector:
    """Asks the same witnesses again and again. now: POSIX seconds, by the clock of whoever asks."""

    def __init__(self, witnesses: Sequence[Address], post: Post, now: Callable[[], int]) -> None:
        self._witnesses, self._post, self._now = witnesses, post, now
        self._sizes: dict[NoteKey, int] = {}

    def collect(
        self, signed: SignedCheckpoint, prove: Prove, *, seconds: float = 10.0, enough: int | None = None
    ) -> Collected:
        """What the witnesses cosign until all, or `enough`, have, or the time is over.

        prove is called by one thread at a time. A request that is late is not waited for, and may still arrive.
        """
        lock = Lock()

        def prove_alone(old: int) -> Sequence[bytes]:
            with lock:
                return prove(old)

        pool = ThreadPoolExecutor(max(1, len(self._witnesses)), "witness")
        asked = {pool.submit(self._ask, signed, witness, prove_alone): witness for witness in self._witnesses}
        _wait(set(asked), seconds, len(asked) if enough is None else enough)
        pool.shutdown(wait=False, cancel_futures=True)
        signatures, failures = [], {}
        for answer, witness in asked.items():
            try:
                signatures.append(_result(answer))
            except CosigningError as error:
                failures[witness.key.name] = error
        return Collected(tuple(signatures), failures)

    def _ask(self, signed: SignedCheckpoint, witness: Address, prove: Prove) -> NoteSignature:
        known = self._sizes.get(witness.key, 0)
        # What was cosigned may have been a larger tree than this one.
        known = min(known, signed.checkpoint.size)
        signature = ask(signed, witness, prove, self._post, now=self._now, known=known)
        self._sizes[witness.key] = signed.checkpoint.size
        return signature


def ask(
    signed: SignedCheckpoint,
    witness: Address,
    prove: Prove,
    post: Post,
    *,
    now: Callable[[], int],
    known: int = 0,
) -> NoteSignature:
    """The witness's cosignature. known: what size it is believed to have cosigned last; it says so if it is another.

    Raises CosigningError; AheadError if that size is above the checkpoint's.
    """
    size = signed.checkpoint.size
    for _ in range(_TRIES):
        request = AddCheckpoint(known, tuple(prove(known)) if 0 < known < size else (), signed)
        try:
            status, body = post(f"{witness.url.rstrip('/')}/add-checkpoint", request.to_bytes())
        except OSError as error:
            raise CosigningError(f"no answer: {error}") from None
        if status == 200:
            return _checked(body, signed, witness.key, now())
        if status != 409:
            text = body[:200].decode(errors="replace").strip()
            raise CosigningError(f"it answers {status}: {text}" if text else f"it answers {status}")
        known = _size(body)
        if known > size:
            raise AheadError(known, size)
    raise CosigningError("it is asked by others at the same time")


def http_post(seconds: float) -> Post:
    """Over HTTP, without redirections; seconds: for the connection, and for every part of the answer."""
    pool = urllib3.PoolManager(timeout=seconds, retries=False)
    headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "glassballot"}

    def post(url: str, body: bytes) -> tuple[int, bytes]:
        try:
            response = pool.request(
                "POST", url, body=body, headers=headers, preload_content=False, redirect=False
            )
            data = response.read(MAX_ANSWER + 1)
        except urllib3.exceptions.HTTPError as error:
            raise OSError(type(error).__name__) from None
        # Only a connection with nothing left in it can be used again.
        response.release_conn() if len(data) <= MAX_ANSWER else response.close()
        return response.status, data

    return post


def _wait(waiting: set[Future[NoteSignature]], seconds: float, enough: int) -> None:
    """Until so many have succeeded, all are done, or the time is over."""
    deadline, good = monotonic() + seconds, 0
    while waiting and good < enough and (left := deadline - monotonic()) > 0:
        done, waiting = wait(waiting, left, FIRST_COMPLETED)
        good += sum(answer.exception() is None for answer in done)


def _result(answer: Future[NoteSignature]) -> NoteSignature:
    if not answer.done() or answer.cancelled():
        raise CosigningError("no answer in time")
    return answer.result()


def _checked(body: bytes, signed: SignedCheckpoint, key: NoteKey, now: int) -> NoteSignature:
    """The line of this witness among those that it answers, if it holds and its time can be right."""
    try:
        for line in parse_signatures(body):
            if (line.name, line.key_id) == (key.name, key.key_id):
                key.verify(signed.checkpoint.text, line.value)
                # With another time it would one day convict us of a clock that ran away (SPEC 9.5).
                off = cosignature_time(line.value) - now
                if abs(off) > CLOCK_TOLERANCE:
                    raise CosigningError(f"its clock differs from ours by {off} seconds")
                return line
    except (EncodingError, ProofError) as error:
        raise CosigningError(f"its cosignature does not hold: {error}") from None
    raise CosigningError("no cosignature of its key is in its answer")


def _size(body: bytes) -> int:
    try:
        return parse_decimal(body.decode("ascii").removesuffix("\n"), "size")
    except (EncodingError, UnicodeDecodeError):
        raise CosigningError("it answers 409 without a size") from None
