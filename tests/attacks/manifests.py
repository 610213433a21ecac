"""Manifests as an office, or whoever has its key, can sign them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from election import manifest as m
from tests.attacks.museum import Museum
from tests.world import World, approval


def manifest(world: World, **members: Any) -> m.Manifest:
    """Signed by the office, whatever it says."""
    signed: m.Manifest = m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **{**world.members, **members})
    return signed


def refused(museum: Museum, reason: str, world: World | None = None, **members: Any) -> None:
    """An election that cannot begin."""
    world = world or World()
    n = world.put(manifest(world, **members))
    museum.refused(world, 1, n, reason)


def contest(**changes: Any) -> tuple[m.Contest, ...]:
    return (replace(approval(), **changes),)
