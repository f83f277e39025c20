"""What a camera does to a picture: soft edges, lens and motion blur, exposure, noise, small sizes and compression."""
import math

import torch
import torch.nn.functional as F


class Film:
    """Turns linear colours into recorded pictures; every draw comes from the generator it is given."""

    def __init__(self, generator, device):
        self.g, self.device = generator, device

    def _rand(self, n, low=0.0, high=1.0, chance=1.0, off=0.0):
        x = low + (high - low) * torch.rand(n, generator=self.g)
        return torch.where(torch.rand(n, generator=self.g) < chance, x, torch.tensor(off)).to(self.device)

    def __call__(self, colour, objects, groups):
        """Pictures uint8 [B, T, 3, S, S] with object and group numbers bent in the same way."""
        b, t, _, s, _ = colour.shape
        x = self._develop(colour).flatten(0, 1)
        x = self._smooth_edges(x, groups.flatten(0, 1))
        x, objects, groups = self._bend(x.view(b, t, 3, s, s), objects, groups)
        x = self._blur(x.view(b, t, 3, s, s))
        noise = self._rand(b, 0.003, 0.035, 0.7)[:, None, None, None, None]
        grain = self._normal((b, t, 1, s, s)) * 0.8 + 0.4 * F.interpolate(self._normal((b * t, 3, s // 2, s // 2)), scale_factor=2.0).view(b, t, 3, s, s)
        x = (x + noise * grain * (1.2 - x.mean(2, keepdim=True))).clamp(0, 1)
        x = self._compress(x.flatten(0, 1), self._rand(b, 0.15, 1.0, 0.6).repeat_interleave(t))
        return (x.clamp(0, 1) * 255).round().to(torch.uint8).view(b, t, 3, s, s), objects, groups

    def _normal(self, shape):
        if self.device.type == "cpu":
            return torch.randn(shape, generator=self.g)
        seed = int(torch.randint(1 << 30, (1,), generator=self.g))
        return torch.randn(shape, generator=torch.Generator(self.device).manual_seed(seed), device=self.device)

    def _develop(self, x):
        """Exposure for the whole clip with a slow drift, white balance, vignette, gamma and contrast."""
        b, t, _, s, _ = x.shape

        def each(*a, **k):
            return self._rand(b, *a, **k)[:, None, None, None, None]

        level = x.mean(2).flatten(1).clamp(max=2).mean(1)[:, None, None, None, None]
        time = torch.arange(t, device=self.device)[None, :, None, None, None]
        gain = each(0.13, 0.34) / level.clamp(min=1e-3) * (1 + each(-0.03, 0.03, chance=0.4) * time)
        balance = torch.stack([self._rand(b, 0.88, 1.12) for _ in range(3)], 1)[:, None, :, None, None]
        axis = torch.linspace(-1, 1, s, device=self.device)
        corner = axis[None, :] ** 2 + axis[:, None] ** 2
        x = x * gain * balance * (1 - each(0, 0.25, chance=0.6) * corner)
        x = x / (1 + 0.35 * x * x)  # highlights roll off
        x = (x * 1.2).clamp(1e-5, 1) ** (1 / each(1.9, 2.5))
        return ((x - 0.5) * each(0.75, 1.15) + 0.5 + each(-0.04, 0.06)).clamp(0, 1)

    @staticmethod
    def _smooth_edges(x, groups):
        """Averages neighbours where two things meet, as a lens and small pixels do."""
        g = groups[:, None].float()
        edge = (F.max_pool2d(g, 3, 1, 1) != -F.max_pool2d(-g, 3, 1, 1)).float()
        kernel = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]], device=x.device) / 16
        soft = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), kernel.expand(3, 1, 3, 3), groups=3)
        return x + edge * (soft - x)

    def _bend(self, x, objects, groups):
        """A smooth warp that moves a little from frame to frame: lens distortion, and shapes that are not exact."""
        b, t, _, s, _ = x.shape
        strength = self._rand(b, 0.004, 0.03, 0.5)[:, None, None, None, None]
        still = F.interpolate(torch.randn((b, 2, 5, 5), generator=self.g).to(self.device), size=(s, s), mode="bicubic", align_corners=True)
        moving = F.interpolate(torch.randn((b, 2, 4, 4), generator=self.g).to(self.device), size=(s, s), mode="bicubic", align_corners=True)
        time = torch.arange(t, device=self.device)[None, :, None, None, None]
        field = strength * (still[:, None] + 0.35 * torch.sin(0.7 * time) * moving[:, None])
        axis = (torch.arange(s, device=self.device) + 0.5) / s * 2 - 1
        y, xx = torch.meshgrid(axis, axis, indexing="ij")
        grid = (torch.stack([xx, y])[None, None] + field).flatten(0, 1).permute(0, 2, 3, 1)
        x = F.grid_sample(x.flatten(0, 1), grid, padding_mode="reflection", align_corners=False)
        ids = torch.stack([objects, groups], 2).flatten(0, 1).float()
        ids = F.grid_sample(ids, grid, mode="nearest", padding_mode="reflection", align_corners=False).to(torch.uint8).view(b, t, 2, s, s)
        return x, ids[:, :, 0], ids[:, :, 1]

    def _blur(self, x):
        """Out of focus, or moved during the exposure: one kernel per clip."""
        b, t, _, s, _ = x.shape
        k = 9
        axis = torch.arange(k, device=self.device) - k // 2
        yy, xx = torch.meshgrid(axis, axis, indexing="ij")
        along, across = self._rand(b, 0.25, 1.1, 0.7, 0.2), self._rand(b, 0.0, 2.5, 0.15)
        a = self._rand(b, 0, math.pi)
        u = torch.cos(a)[:, None, None] * xx + torch.sin(a)[:, None, None] * yy
        v = -torch.sin(a)[:, None, None] * xx + torch.cos(a)[:, None, None] * yy
        scale = s / 512
        w = torch.exp(-0.5 * (u / ((along + across) * scale + 0.15)[:, None, None]) ** 2 - 0.5 * (v / (along * scale + 0.15)[:, None, None]) ** 2)
        w = (w / w.sum((1, 2), keepdim=True)).repeat_interleave(3 * t, 0)[:, None]
        y = F.pad(x.reshape(1, b * t * 3, s, s), (4, 4, 4, 4), mode="replicate")
        return F.conv2d(y, w.to(x.dtype), groups=b * t * 3).view(b, t, 3, s, s)

    def _compress(self, x, quality):
        """Blocks of 8 by 8 through a cosine transform with coarse steps, colour at half resolution."""
        n = torch.arange(8, device=x.device, dtype=x.dtype)
        c = torch.cos((2 * n[None] + 1) * n[:, None] * math.pi / 16) * 0.5
        c[0] *= math.sqrt(0.5)
        m = torch.tensor([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]], device=x.device)
        luma = torch.einsum("ij,fjyx->fiyx", m, x)
        colour = F.avg_pool2d(luma[:, 1:], 2)
        step = quality[:, None, None, None, None, None]

        def blocks(z, coarse):
            f, k, h, w = z.shape
            q = z.view(f, k, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5)
            q = c @ q @ c.T
            steps = (0.02 + 0.02 * (n[:, None] + n[None])) * coarse * step + 1e-4
            q = c.T @ (torch.round(q / steps) * steps) @ c
            return q.permute(0, 1, 2, 4, 3, 5).reshape(f, k, h, w)

        y = blocks(luma[:, :1], 1.6)
        colour = F.interpolate(blocks(colour, 2.4), scale_factor=2.0, mode="bilinear", align_corners=False)
        z = torch.einsum("ij,fjyx->fiyx", torch.linalg.inv(m), torch.cat([y, colour], 1))
        return torch.where((quality > 0)[:, None, None, None], z, x)
