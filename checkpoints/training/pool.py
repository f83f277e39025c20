"""A pool of generated clips on the training device, refreshed while training goes on; batches are sampled from it."""
import torch
from scenes.clips import Studio
from scenes.workers import Composers
from torch.nn import functional as F


class Pool:
    """Clips of one size and length. Which scenes come follows from the seed; how often each is used follows the clock."""

    def __init__(self, studio, seed, size, frames, capacity, batch, workers, compiled=False):
        self.frames, self.batch, self.seed, self.drawn, self.sampled = frames, min(batch, capacity), seed, 0, 0
        self.studio = Studio(seed, size, studio.device, atlas=studio.atlas, compiled=compiled)
        device = studio.device
        self.pictures = torch.zeros((capacity, frames, 3, size, size), dtype=torch.uint8, device=device)
        self.objects = torch.zeros((capacity, frames, size, size), dtype=torch.uint8, device=device)
        self.groups = torch.zeros_like(self.objects)
        self.g = torch.Generator().manual_seed(seed)
        self.composers = Composers(seed, frames, workers, 3 * self.batch)

    def draw(self):
        """Draws one batch of new clips over the oldest ones."""
        numbers = range(self.drawn, self.drawn + self.batch)
        shot = self.studio.shoot(self.composers.take(self.batch), self.seed * 7919 + self.drawn)
        slots = torch.tensor([n % len(self.pictures) for n in numbers], device=self.pictures.device)
        for store, new in zip((self.pictures, self.objects, self.groups), shot):
            store[slots] = new
        self.drawn += self.batch

    def refresh(self, reuse):
        """Draws when clips have been used `reuse` times on average, unless composing lags behind."""
        if self.drawn == 0 or (self.sampled > reuse * self.drawn and self.composers.ready(self.batch)):
            self.draw()

    def close(self):
        """Ends the composing processes and frees the clips."""
        self.composers.close()
        self.pictures = self.objects = self.groups = None

    def _chance(self, p):
        return float(torch.rand(1, generator=self.g)) < p

    def _whole(self, low, high):
        return int(torch.randint(low, high + 1, (1,), generator=self.g))

    def sample(self, count, targets, frames):
        """Pictures [B, T, 3, s, s], masks [B, K, T, s, s] and object numbers of the first frames, varied at random."""
        self.sampled += count
        rows = torch.randint(min(self.drawn, len(self.pictures)), (count,), generator=self.g).to(self.pictures.device)
        stride = 2 if frames > 1 and 2 * frames - 1 <= self.frames and self._chance(0.35) else 1
        start = self._whole(0, self.frames - 1 - (frames - 1) * stride)
        during = slice(start, start + (frames - 1) * stride + 1, stride)
        clip = [z[rows, during] for z in (self.pictures, self.objects, self.groups)]
        if self._chance(0.5):
            clip = [z.flip(-1) for z in clip]
        if self._chance(0.3):
            clip = [z.flip(1) for z in clip]
        if self._chance(0.15):
            clip[0] = clip[0][:, :, torch.randperm(3, generator=self.g).to(clip[0].device)]
        pictures, objects, groups = self._zoom(*clip)
        ids = groups if self._chance(0.25) else objects  # a part of a thing, or the whole
        return pictures, self._targets(ids, targets), objects[:, 0]

    def _zoom(self, pictures, objects, groups):
        """Now and then the same cut-out of every frame, scaled up to the full size."""
        s = pictures.shape[-1]
        if not self._chance(0.4):
            return pictures, objects, groups
        cut = self._whole(s // 2, s)
        a, b = self._whole(0, s - cut), self._whole(0, s - cut)
        pictures, objects, groups = (z[..., a:a + cut, b:b + cut] for z in (pictures, objects, groups))
        n, t = pictures.shape[:2]
        pictures = F.interpolate(pictures.flatten(0, 1).float(), size=(s, s), mode="bilinear").round().to(torch.uint8).view(n, t, 3, s, s)
        objects, groups = (F.interpolate(z.float(), size=(s, s), mode="nearest").to(torch.uint8) for z in (objects, groups))
        return pictures, objects, groups

    def _targets(self, ids, k):
        """Masks of k things per clip that are visible in its first frame; small ones a little less often than large ones."""
        b, _, s, _ = ids.shape
        key = (ids[:, 0].long() + 256 * torch.arange(b, device=ids.device)[:, None, None]).flatten()
        area = torch.bincount(key, minlength=256 * b).view(b, 256).float().cpu()
        area[:, 0] = 0
        weight = torch.where(area > max(0.0008 * s * s, 12), area.clamp(max=0.1 * s * s).sqrt(), torch.zeros(()))
        weight[:, 1] += 1e-6  # so that a picture without things can be drawn from too: its target is empty
        chosen = torch.multinomial(weight, k, replacement=True, generator=self.g).to(ids.device)
        return ids[:, None] == chosen[:, :, None, None, None].to(torch.uint8)
