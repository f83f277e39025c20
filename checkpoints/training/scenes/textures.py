"""The texture atlas: every kind of surface drawn many times from a seed, with smaller copies for distant surfaces."""
import math

import torch
import torch.nn.functional as F

from .shapes import TEXTURES

SIDE, LEVELS = 256, 6


class Painter:
    """Draws n tileable fields in [0, 1] at a time."""

    def __init__(self, seed, n, device):
        self.g = torch.Generator().manual_seed(seed)
        self.n, self.device = n, device
        axis = (torch.arange(SIDE, device=device) + 0.5) / SIDE
        self.v, self.u = torch.meshgrid(axis, axis, indexing="ij")

    def rand(self, low=0.0, high=1.0, size=None):
        """Uniform numbers, one per texture unless a size is given."""
        x = torch.rand(size or (self.n, 1, 1), generator=self.g).to(self.device)
        return low + (high - low) * x

    def whole(self, low, high):
        """Whole numbers, so that patterns close at the seams."""
        return torch.floor(self.rand(low, high + 1))

    def noise(self, cells, stretch=1):
        """Smooth tileable noise with the given number of cells per side."""
        x = torch.rand((self.n, 1, max(2, cells // stretch), cells), generator=self.g).to(self.device)
        x = F.interpolate(F.pad(x, (2, 2, 2, 2), mode="circular"), scale_factor=(SIDE / x.shape[2], SIDE / cells), mode="bicubic")
        py, px = round(2 * SIDE / max(2, cells // stretch)), round(2 * SIDE / cells)
        return x[:, 0, py:py + SIDE, px:px + SIDE].clamp(0, 1)

    def fractal(self, cells=2, octaves=5, fall=0.55, stretch=1):
        """Noise over several octaves, stretched to [0, 1]."""
        x = sum(fall**k * self.noise(min(cells * 2**k, SIDE // 2), stretch) for k in range(octaves))
        low, high = x.amin((1, 2), keepdim=True), x.amax((1, 2), keepdim=True)
        return (x - low) / (high - low + 1e-6)

    def hashed(self, a, b):
        """A random value per cell of a grid."""
        x = torch.sin(a * 127.1 + b * 311.7 + self.rand(0, 99)) * 43758.5453
        return x - torch.floor(x)

    # ---- one method per kind of texture

    def plain(self):
        return 0.5 + self.rand(0, 0.16) * (self.fractal() - 0.5)

    def wood(self):
        x = self.fractal(2, 3, 0.5, 2)
        rings = self.u * self.whole(2, 9) + x * self.rand(0.3, 2.5)
        return (0.6 * (rings - torch.floor(rings)) + 0.4 * self.noise(128, 16)) * self.rand(0.4, 1) + 0.2

    def planks(self):
        rows, cols = self.whole(3, 10), self.whole(1, 3)
        row = torch.floor(self.v * rows)
        x = self.u * cols + self.hashed(row, row * 0)
        x = x - torch.floor(x / cols) * cols
        cell = self.hashed(row, torch.floor(x))
        gap = ((self.v * rows) % 1 > 0.04) & (x % 1 > 0.008)
        return (0.35 + 0.4 * cell + 0.25 * self.fractal(4, 4, 0.6, 4).transpose(1, 2)) * (0.25 + 0.75 * gap)

    def tiles(self):
        k = self.whole(2, 6)
        a, b = self.u * k, self.v * k
        w = self.rand(0.02, 0.08)
        joint = (a % 1 > w) & (b % 1 > w)
        check = self.rand() < 0.3
        tone = torch.where(check, ((torch.floor(a) + torch.floor(b)) % 2) * 0.7, self.hashed(torch.floor(a), torch.floor(b)) * self.rand(0.05, 0.5))
        return torch.where(joint, 0.25 + tone * 0.6 + 0.15 * self.fractal(), torch.where(self.rand() < 0.5, 0.05, 0.95))

    def bricks(self):
        rows = self.whole(3, 8) * 2
        row = torch.floor(self.v * rows)
        a = self.u * torch.floor(rows / 2) + 0.5 * (row % 2)
        w = self.rand(0.05, 0.14)
        joint = (a % 1 > w / 2) & ((self.v * rows) % 1 > w)
        return torch.where(joint, 0.2 + 0.5 * self.hashed(torch.floor(a % torch.floor(rows / 2)), row) + 0.3 * self.fractal(8, 4), 0.9)

    def weave(self):
        k = self.whole(24, 60)
        x = torch.sin(2 * math.pi * self.u * k) * torch.sin(2 * math.pi * self.v * k)
        return 0.5 + 0.25 * x * self.rand() + 0.3 * (self.fractal(3, 5, 0.7) - 0.5)

    def stripes(self):
        x = self.u * self.whole(2, 16) + self.v * self.whole(0, 3) * (self.rand() < 0.3)
        x = (x + self.rand(0, 0.4) * self.noise(3) * (self.rand() < 0.3)) % 1
        return torch.where(self.rand() < 0.6, (x > self.rand(0.2, 0.8)).float(), torch.floor(x * 4) / 3)

    def checks(self):
        k = self.whole(2, 10)
        a, b = (self.u * k) % 1, (self.v * k) % 1
        w = self.rand(0.15, 0.6)
        return 0.5 * (a < w).float() + 0.5 * (b < w).float()

    def dots(self):
        k = self.whole(3, 12)
        a, b = self.u * k, self.v * k
        shift = 0.5 * (torch.floor(b) % 2)
        far = torch.hypot((a + shift) % 1 - 0.5, b % 1 - 0.5)
        return torch.where(far < self.rand(0.12, 0.4), 0.9, 0.1)

    def marble(self):
        return (1 - (2 * self.fractal(2, 6, 0.6) - 1).abs()) ** self.rand(1, 6)

    def print(self):
        """Lines of something like text, with gaps, headings and pictures."""
        rows = self.whole(8, 28)
        row = torch.floor(self.v * rows)
        letters = (self.hashed(torch.floor(self.u * 90), row) > 0.35) & (self.hashed(torch.floor(self.u * 14), row) > 0.2)
        line = ((self.v * rows) % 1 < 0.6) & (self.u > 0.08) & (self.u < 0.5 + 0.45 * self.hashed(row, row * 0 + 3))
        page = torch.where(letters & line, 0.05, 0.95)
        y, h = self.rand(0, 0.7), self.rand(0.05, 0.4)
        picture = (self.v > y) & (self.v < y + h) & (self.u > self.rand(0, 0.3)) & (self.u < self.rand(0.5, 1)) & (self.rand() < 0.6)
        return torch.where(picture, self.fractal(3, 5), page)

    def cover(self):
        """A package or book cover: fields of colour, bands, a badge and lettering on top of each other."""
        x = self.rand().expand(self.n, SIDE, SIDE) + 0.25 * (self.fractal() - 0.5) * (self.rand() < 0.5)
        for _ in range(4):
            a, b, w, h = self.rand(-0.2, 0.8), self.rand(-0.2, 0.8), self.rand(0.1, 0.9), self.rand(0.05, 0.5)
            inside = (self.u > a) & (self.u < a + w) & (self.v > b) & (self.v < b + h)
            round_ = torch.hypot((self.u - a - w / 2), (self.v - b - h / 2)) < h / 1.6
            x = torch.where(torch.where(self.rand() < 0.6, inside, round_) & (self.rand() < 0.8), self.rand(), x)
        rows = self.whole(5, 14)
        row = torch.floor(self.v * rows)
        letters = (self.hashed(torch.floor(self.u * self.whole(10, 40)), row) > 0.4) & ((self.v * rows) % 1 < 0.65)
        return torch.where(letters & (self.hashed(row, row * 0 + 1) < 0.35) & (self.u > 0.1) & (self.u < 0.9), self.rand(), x)

    def view(self):
        """A landscape: sky, hills, blurred trees."""
        x = 1 - 0.35 * self.v
        for k in range(3):
            hill = self.rand(0.3, 0.8) + 0.3 * (self.noise(3 + 2 * k)[:, :1] - 0.5)
            x = torch.where(self.v > hill, self.rand(0.1, 0.7) + 0.3 * (self.fractal(6, 4) - 0.5), x)
        return x

    def cells(self):
        """Irregular cells: stones, leather, leaves."""
        k = 24
        best = torch.full((self.n, SIDE, SIDE), 9.0, device=self.device)
        second, tone = best.clone(), torch.zeros_like(best)
        points, shade = self.rand(size=(self.n, k, 2)), self.rand(size=(self.n, k))
        for i in range(k):
            dx = (self.u - points[:, i, 0, None, None] + 0.5) % 1 - 0.5
            dy = (self.v - points[:, i, 1, None, None] + 0.5) % 1 - 0.5
            far = torch.hypot(dx, dy)
            nearer = far < best
            second = torch.where(nearer, best, torch.minimum(second, far))
            tone = torch.where(nearer, shade[:, i, None, None], tone)
            best = torch.minimum(best, far)
        return torch.where(second - best < self.rand(0.005, 0.03), 0.0, 0.25 + 0.75 * tone)

    def carpet(self):
        return 0.5 * self.fractal(3, 3) + 0.5 * self.noise(128)


def coloured(painter, field, loud):
    """Maps a field to colours through a palette of four, drawn together so that they go with each other."""
    n, rand = painter.n, painter.rand
    base = rand(0.1, 0.9, (n, 1, 3)) * (0.35 + 0.65 * rand(size=(n, 1, 3)) ** 0.5)
    grey = base.mean(-1, keepdim=True)
    base = grey + (base - grey) * rand(0.1, 1.2, (n, 1, 1))
    spread = torch.where(rand(size=(n, 1, 1)) < loud, 0.38, 0.13)
    palette = (base + spread * torch.randn((n, 4, 3), generator=painter.g).to(painter.device)).clamp(0.02, 0.98)
    x = field.clamp(0, 1) * 3
    k = x.floor().clamp(max=2).long()
    f = (x - k)[..., None]
    rows = torch.arange(n, device=painter.device)[:, None, None]
    return palette[rows, k] * (1 - f) + palette[rows, k + 1] * f


class Atlas:
    """All textures as one list of texels per level; `fetch` reads it."""

    def __init__(self, seed, per_kind, device):
        layers = []
        for k, kind in enumerate(TEXTURES):
            painter = Painter(seed * 100 + k, per_kind, device)
            loud = {"cover": 0.9, "print": 0.2, "view": 0.7, "stripes": 0.5, "checks": 0.5, "dots": 0.6, "fractal": 0.4}.get(kind, 0.15)
            layers.append(coloured(painter, getattr(painter, kind)(), loud))
        x = torch.cat(layers).permute(0, 3, 1, 2)
        self.per_kind, self.starts, texels, start = per_kind, [], [], 0
        for _ in range(LEVELS):
            self.starts.append(start)
            start += x.shape[0] * x.shape[2] * x.shape[3]
            texels.append((x.permute(0, 2, 3, 1).reshape(-1, 3) * 255).to(torch.uint8))
            x = F.avg_pool2d(x, 2)
        self.texels = torch.cat(texels)
        self.starts = torch.tensor(self.starts, device=device)

    def fetch(self, kind, number, u, v, level):
        """Colours at (u, v), which repeat; `level` 0 is the finest."""
        level = level.round().clamp(0, LEVELS - 1).long()
        side = SIDE >> level
        start = self.starts[level] + (kind.long() * self.per_kind + number.long() % self.per_kind) * side * side
        x, y = (u - u.floor()) * side - 0.5, (v - v.floor()) * side - 0.5
        x0, y0 = x.floor(), y.floor()
        fx, fy = (x - x0)[..., None], (y - y0)[..., None]
        x0, y0 = x0.long() % side, y0.long() % side
        x1, y1 = (x0 + 1) % side, (y0 + 1) % side

        def read(a, b):
            return self.texels[start + b * side + a].float()

        top = read(x0, y0) * (1 - fx) + read(x1, y0) * fx
        return (top * (1 - fy) + (read(x0, y1) * (1 - fx) + read(x1, y1) * fx) * fy) / 255
