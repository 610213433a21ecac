"""What every proof of one election is made over: manifest, context, key and compiled layouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crypto import ballot_argument
from crypto.group import Points
from election.layout import Layout, compile_layout
from election.manifest import Manifest


@dataclass(frozen=True)
class Parameters:
    """context: 32 bytes, the manifest's entry hash; K: the election key."""

    manifest: Manifest
    context: bytes
    K: Points

    @cached_property
    def layouts(self) -> Mapping[str, Layout]:
        """Style id -> compiled layout."""
        return {style.id: compile_layout(self.manifest, style.id) for style in self.manifest.styles}

    @cached_property
    def basis(self) -> Mapping[str, Points]:
        """The points that all batch verification of this election shares."""
        return ballot_argument.basis(self.K, max(layout.relation.bits for layout in self.layouts.values()))
