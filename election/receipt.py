"""A receipt: the entry, and the log's signed word that it stands in the log (SPEC 3.5; C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.checkpoint import Checkpoint
from crypto.errors import EncodingError, ProofError
from crypto.merkle import leaf_hash
from crypto.tlog_proof import TlogProof
from election import canonical
from election.ballot import falsehood
from election.canonical import hex32decode, hex32encode
from election.entries import Cast, Challenge, parse
from election.manifest import Manifest
from election.parameters import Parameters
from election.record import MAX_ENTRY, RecordReader, leaf_of
from election.standing import Ballot
from election.tracker import pseudonym, tracker
from election.witnessing import witnessed

FORMAT = "glassballot/receipt/v1"
MAX_FILE = MAX_ENTRY + 1024 * 1024
_MEMBERS = {"context", "entry", "format", "proof", "pseudonym", "tracker"}


class NotOurReceipt(ProofError):
    """A receipt that proves nothing about this log; it does not say that the board dropped a ballot."""


@dataclass(frozen=True)
class Receipt:
    """context: 32 bytes; entry: a cast, or a challenge that was published; proof: its place in the log."""

    context: bytes
    entry: Ballot
    proof: TlogProof

    @property
    def index(self) -> int:
        return self.proof.index

    @property
    def tracker(self) -> str:
        return tracker(self.entry.body.encoded)

    @property
    def pseudonym(self) -> str:
        """Of whoever cast it, "" for a challenge."""
        return pseudonym(self.entry.credential.to_bytes()) if isinstance(self.entry, Cast) else ""

    @property
    def leaf_hash(self) -> bytes:
        """What the proof is about: SHA-256(00 ‖ the bytes in the log)."""
        return leaf_hash(log_leaf(self.entry))

    def to_bytes(self) -> bytes:
        """The receipt file, canonical JSON and a newline."""
        content = {
            "context": hex32encode(self.context),
            "entry": {"kind": self.entry.kind, **self.entry.to_json()},
            "format": FORMAT,
            "proof": self.proof.to_bytes().decode(),
            "pseudonym": self.pseudonym,
            "tracker": self.tracker,
        }
        return canonical.encode(content) + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Strict: `to_bytes` gives the same file again. Raises EncodingError."""
        value = canonical.decode(data.removesuffix(b"\n"), max_bytes=MAX_FILE)
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise EncodingError("not a receipt of version 1")
        if value.keys() != _MEMBERS:
            odd = sorted(value.keys() ^ _MEMBERS)[0]
            raise EncodingError(f"receipt: {'unknown' if odd in value else 'missing'} member {odd[:64]!r}")
        entry = parse(canonical.encode(value["entry"]))
        if not isinstance(entry, Cast | Challenge):
            raise EncodingError(f"receipt: of a {entry.kind}, not of a ballot")
        proof = value["proof"]
        if not isinstance(proof, str):
            raise EncodingError("receipt: its proof is not a text")
        receipt = cls(
            hex32decode(value["context"], "receipt.context"), entry, TlogProof.parse(proof.encode())
        )
        if (value["tracker"], value["pseudonym"]) != (receipt.tracker, receipt.pseudonym):
            raise EncodingError("receipt: its tracker or pseudonym is not that of its entry")
        return receipt


def log_leaf(entry: Ballot) -> bytes:
    """The bytes in the log: the entry, or the stub of one that is a blob."""
    return leaf_of(entry.to_bytes())


def find_receipt(reader: RecordReader, context: bytes, entry: Ballot, start: int = 0) -> Receipt | None:
    """The receipt of a ballot, if this record holds it from entry `start` on."""
    leaf = log_leaf(entry)
    for index, found in enumerate(reader.leaves(min(start, reader.size)), start):
        if found == leaf:
            proof = TlogProof(index, tuple(reader.inclusion_proof(index)), reader.signed)
            return Receipt(context, entry, proof)
    return None


def check_signed(receipt: Receipt, manifest: Manifest) -> Checkpoint:
    """The checkpoint by which the log has committed itself to the entry. Raises NotOurReceipt."""
    try:
        checkpoint = receipt.proof.verify(receipt.leaf_hash, manifest.log.origin, manifest.log.note_key)
        witnessed(receipt.proof.signed, manifest)
    except ProofError as error:
        raise NotOurReceipt(str(error)) from None
    return checkpoint


def check_receipt(receipt: Receipt, parameters: Parameters) -> Checkpoint:
    """Everything that can be checked without the log: signature, inclusion, election, and the entry's proofs.

    Raises NotOurReceipt; ProofError where the log has signed an entry whose own proofs are false.
    """
    checkpoint = check_signed(receipt, parameters.manifest)
    if receipt.context != parameters.context:
        raise NotOurReceipt(f"it is of the election {receipt.context.hex()}")
    if why := falsehood(parameters, receipt.entry):
        raise ProofError(f"entry {receipt.index} is in the log, but {why}")
    return checkpoint
