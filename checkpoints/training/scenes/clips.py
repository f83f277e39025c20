"""Batches of finished clips: compose, render, film."""
import numpy as np
import torch

from .film import Film
from .render import Renderer, batch
from .room import compose
from .textures import Atlas


class Studio:
    """Draws clips of one size and length on one device; the same seeds give the same clips."""

    def __init__(self, seed, size, device="cpu", per_kind=24, compiled=False, atlas=None):
        self.device = torch.device(device)
        self.atlas = atlas or Atlas(seed, per_kind, self.device)
        self.render = Renderer(self.atlas, size, compiled)

    @torch.no_grad()
    def shoot(self, scenes, seed):
        """Pictures uint8 [B, T, 3, S, S], objects and groups uint8 [B, T, S, S] of composed scenes."""
        colour, objects, groups = self.render(batch(scenes, self.device))
        return Film(torch.Generator().manual_seed(seed), self.device)(colour, objects, groups)

    def clips(self, seed, count, frames):
        """Composes and shoots in one go."""
        return self.shoot([compose(seed * 100_003 + k, frames) for k in range(count)], seed)


def palette():
    """Well parted colours for pictures of object numbers; 0 is black."""
    colours = np.random.default_rng(0).integers(40, 255, (256, 3)).astype(np.uint8)
    colours[0] = 0
    return colours
