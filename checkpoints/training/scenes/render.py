"""Ray-casts batches of scenes in torch: which part each pixel sees, then colour, light and soft shadows."""
import numpy as np
import torch
import torch.nn.functional as F

from . import rays

TILE = 32
SHADOW_STEP = 2  # shadows are soft: every second pixel is enough


def batch(scenes, device):
    """Stacks scenes of different length in parts; the padding is invisible."""
    n = max(len(s["kind"]) for s in scenes)

    def pad(x, axis, value):
        width = [(0, 0)] * x.ndim
        width[axis] = (0, n - x.shape[axis])
        return np.pad(x, width, constant_values=value)

    out = {}
    for key in scenes[0]:
        if key in ("inverse", "centre", "radius"):
            values = [pad(s[key], 1, -1e3 if key == "radius" else 0) for s in scenes]
        elif key in ("kind", "group", "owner", "half", "shape", "material"):
            values = [pad(s[key], 0, 1 if key in ("half", "shape") else 0) for s in scenes]
        else:
            values = [s[key] for s in scenes]
        x = torch.from_numpy(np.stack(values))
        out[key] = (x if x.dtype == torch.int64 else x.float()).to(device)
    return out


class Renderer:
    """Draws `batch`es at one size. `compiled` fuses the intersection functions (worth it on a GPU)."""

    def __init__(self, atlas, size, compiled=False):
        self.atlas, self.size = atlas, size
        self.meet = [torch.compile(f, dynamic=True) for f in rays.MEET] if compiled else rays.MEET

    def __call__(self, scene):
        """Returns linear colours [B, T, 3, S, S], object and group numbers [B, T, S, S]."""
        b, t, p = scene["radius"].shape
        s = self.size
        flat = self._per_frame(scene, b, t)
        directions = self._directions(flat)
        depth, part = self._first_hits(flat, directions)
        depth, part = self._untile(depth), self._untile(part)
        view = torch.stack([self._untile(d) for d in directions], -1)
        colour = self._shade(flat, view, depth, part)
        pick = (part + torch.arange(b * t, device=part.device)[:, None, None] * p).view(-1)
        owner, group = flat["owner"].reshape(-1)[pick], flat["group"].reshape(-1)[pick]
        return (colour.permute(0, 3, 1, 2).view(b, t, 3, s, s), owner.view(b, t, s, s).to(torch.uint8), group.view(b, t, s, s).to(torch.uint8))

    @staticmethod
    def _per_frame(scene, b, t):
        """Everything with one leading axis of B*T frames."""
        flat = {}
        for key, x in scene.items():
            flat[key] = x.flatten(0, 1) if key in ("inverse", "centre", "radius", "eye", "camera") else x.repeat_interleave(t, 0)
        flat["origin"] = torch.einsum("fpij,fj->fpi", flat["inverse"][..., :3], flat["eye"]) + flat["inverse"][..., 3]
        # What the camera is inside of would hide everything.
        inside = (flat["origin"].abs() < 1.1).all(-1)
        inside[:, :6] = False
        flat["radius"] = torch.where(inside, -1e3, flat["radius"])
        return flat

    def _directions(self, flat):
        """World directions of all rays, as three tensors [frames * tiles, pixels of a tile]."""
        s, device = self.size, flat["eye"].device
        axis = (torch.arange(s, device=device) + 0.5) / s * 2 - 1
        y, x = torch.meshgrid(axis, axis, indexing="ij")
        x, y = self._tile(x[None]), self._tile(y[None])
        x = x[None] * flat["tan"][:, 0, None, None]
        y = y[None] * flat["tan"][:, 1, None, None]
        m = flat["camera"]
        return [(m[:, k, 0, None, None] * x + m[:, k, 1, None, None] * y + m[:, k, 2, None, None]).flatten(0, 1) for k in range(3)]

    def _tile(self, x):
        f, s = x.shape[0], self.size
        n = s // TILE
        return x.view(f, n, TILE, n, TILE).transpose(2, 3).reshape(f * n * n, TILE * TILE)

    def _untile(self, x, tile=TILE):
        n = self.size // TILE
        return x.view(-1, n, n, tile, tile).transpose(2, 3).reshape(-1, n * tile, n * tile)

    def _first_hits(self, flat, d):
        """Depth and part number of what each ray meets first, tile by tile, testing only parts near the tile's cone."""
        tiles = (self.size // TILE) ** 2
        frames, parts = flat["radius"].shape
        frame = torch.arange(frames, device=d[0].device).repeat_interleave(tiles)
        m, o = flat["inverse"], flat["origin"]
        # the room, seen from inside: the nearest of its planes in front
        local = [sum(m[frame, 0, k, j, None] * d[j] for j in range(3)) for k in range(3)]
        exits = torch.stack([((q.sign() - o[frame, 0, k, None]) / torch.where(q.abs() < 1e-9, 1e-9, q)) for k, q in enumerate(local)])
        depth, axis = exits.min(0)
        sign = torch.stack([q > 0 for q in local]).gather(0, axis[None])[0]
        # walls 0-3 (x and z), floor 4, ceiling 5
        part = torch.where(axis == 0, sign.long(), torch.where(axis == 2, 2 + sign.long(), 4 + sign.long()))
        near = self._near_cone(flat, d, frame)
        for kind, meet in enumerate(self.meet):
            self._each(near & (flat["kind"] == kind)[frame], lambda rows, column: self._hit(meet, flat, frame, rows, column, d, depth, part))
        return depth, part

    @staticmethod
    def _near_cone(flat, d, frame):
        length = torch.sqrt(sum(x * x for x in d))
        unit = torch.stack([x / length for x in d], -1)
        middle = F.normalize(unit.mean(1), dim=-1)
        corners = [0, TILE - 1, TILE * (TILE - 1), TILE * TILE - 1]
        spread = torch.einsum("nk,nck->nc", middle, unit[:, corners]).amin(1).clamp(-1, 1).acos() + 0.01
        to = flat["centre"] - flat["eye"][:, None]
        far = to.norm(dim=-1).clamp(min=1e-6)
        angle = torch.einsum("nk,npk->np", middle, (to / far[..., None])[frame]).clamp(-1, 1).acos()
        own = (flat["radius"] / far).clamp(-1, 1).asin()
        near = (angle < spread[:, None] + own[frame]) & (flat["radius"] > 0)[frame] | ((far < flat["radius"])[frame])
        near[:, :6] = False
        return near

    @staticmethod
    def _each(mask, action):
        """Calls action(rows, parts) so that every marked (row, part) pair is seen once, many rows at a time."""
        count = mask.sum(1)
        order = count.argsort(descending=True)
        sizes = torch.bincount(count, minlength=2).flip(0).cumsum(0).flip(0)[1:].tolist()
        if not sizes or sizes[0] == 0:
            return
        columns = mask[order[:sizes[0]]].to(torch.uint8).sort(dim=1, descending=True, stable=True)[1]
        for k, n in enumerate(sizes):
            if n:
                action(order[:n], columns[:n, k])

    def _hit(self, meet, flat, frame, rows, column, d, depth, part):
        f = frame[rows]
        m, o, shape = flat["inverse"][f, column], flat["origin"][f, column], flat["shape"][f, column]
        x, y, z = d[0][rows], d[1][rows], d[2][rows]
        local = [m[:, k, 0, None] * x + m[:, k, 1, None] * y + m[:, k, 2, None] * z for k in range(3)]
        t = meet([o[:, k, None] for k in range(3)], local, [shape[:, k, None] for k in range(8)])
        old = depth[rows]
        closer = t < old
        depth[rows] = torch.where(closer, t, old)
        part[rows] = torch.where(closer, column[:, None], part[rows])

    # ---- colour

    def _shade(self, flat, view, depth, part):
        f, s = depth.shape[0], self.size
        parts = flat["radius"].shape[1]
        pick = (part + torch.arange(f, device=part.device)[:, None, None] * parts).view(-1)

        def of(key, width):
            return flat[key].reshape(f * parts, width)[pick].view(f, s, s, width)

        m = of("inverse", 12).view(f, s, s, 3, 4)
        local = of("origin", 3) + depth[..., None] * torch.einsum("fyxij,fyxj->fyxi", m[..., :3], view)
        kind, shape = of("kind", 1)[..., 0], of("shape", 8)
        slope = self._normal(kind, shape, local)
        normal = F.normalize(torch.einsum("fyxij,fyxi->fyxj", m[..., :3], slope), dim=-1)
        facing = (normal * view).sum(-1, keepdim=True)
        normal = torch.where(facing > 0, -normal, normal)
        looking = F.normalize(view, dim=-1)
        albedo, material = self._albedo(kind, shape, local, slope, of("half", 3), of("material", 9), depth, (normal * looking).sum(-1).abs(), flat)
        point = flat["eye"][:, None, None] + depth[..., None] * view
        lit = self._shadows(flat, point, part)
        up, down = flat["ambient"][:, 0, None, None], flat["ambient"][:, 1, None, None]
        light = down + (up - down) * (0.5 + 0.5 * normal[..., 1:2])
        gleam = 0.0
        for k in range(2):
            to = flat["light"][:, k, None, None, :3] - point
            far = to.norm(dim=-1, keepdim=True)
            to = to / far
            shine = lit[:, k, ..., None] * flat["power"][:, k, None, None] * 2.2 / (1 + 0.35 * far * far)
            light = light * (0.75 + 0.25 * lit[:, k, ..., None]) + shine * (normal * to).sum(-1, keepdim=True).clamp(min=0)
            half = F.normalize(to - looking, dim=-1)
            gloss = material[..., 7:8]
            gleam = gleam + gloss * shine * (normal * half).sum(-1, keepdim=True).clamp(min=0) ** (8 + 120 * gloss)
        return albedo * albedo * (light + material[..., 8:9]) + 0.7 * gleam

    @staticmethod
    def _normal(kind, shape, local):
        """Slope of the surface in the part's unit space."""
        u = local.clamp(-1, 1)
        box = u.sign() * u.abs() ** shape[..., :1].clamp(min=1)
        x, y, z = local.unbind(-1)
        round_ = torch.stack([2 * x, -shape[..., 1] - 2 * shape[..., 2] * y, 2 * z], -1)
        radius = torch.hypot(x, z)
        inner = (shape[..., 3] > 0) & (radius < shape[..., 3] * 1.02 + 1e-3)
        round_ = torch.where(inner[..., None], torch.stack([-x, 0 * x, -z], -1), round_)
        flat = torch.stack([0 * x, y.sign(), 0 * x], -1)
        ends = (shape[..., 0] + y.sign() * shape[..., 1] + shape[..., 2]) > 0.01
        round_ = torch.where(((y.abs() > 0.999) & ends)[..., None], flat, round_)
        card = torch.stack([0 * x, 0 * x, 1 + 0 * x], -1)
        return torch.where((kind == 0)[..., None], box, torch.where((kind == 1)[..., None], round_, card))

    def _albedo(self, kind, shape, local, slope, half, material, depth, facing, flat):
        at = local * half
        x, y, z = at.unbind(-1)
        main = slope.abs().argmax(-1)
        u = torch.where(main == 0, z, x)
        v = torch.where(main == 1, z, y)
        wrapped = (kind == 1) & (main != 1)
        u = torch.where(wrapped, torch.atan2(local[..., 0], local[..., 2]) * half[..., 0], u)
        # a cover or a view is fitted to its surface, everything else repeats
        fitted = ((material[..., 0] == 12) | (material[..., 0] == 13)) & ~wrapped
        side_u = torch.where(main == 0, half[..., 2], half[..., 0]) * 2
        side_v = torch.where(main == 1, half[..., 2], half[..., 1]) * 2
        shift = material[..., 1] * 0.618
        repeats = material[..., 2]
        u = torch.where(fitted, u / side_u + 0.5, u * repeats + shift)
        v = torch.where(fitted, v / side_v + 0.5, v * repeats + shift * 1.7)
        grain = torch.where(fitted, 1 / torch.minimum(side_u, side_v), repeats)
        pixel = 2 * flat["tan"].amax(1)[:, None, None] / self.size
        level = torch.log2((depth * pixel * grain * 256 / facing.clamp(min=0.15)).clamp(min=1e-3))
        texel = self.atlas.fetch(material[..., 0], material[..., 1], u, -v, level)
        tint, keep = material[..., 3:6], material[..., 6:7]
        bright = texel.mean(-1, keepdim=True)
        return (keep * texel + (1 - keep) * tint * (0.6 + 0.8 * bright)).clamp(0.01, 0.98), material

    def _shadows(self, flat, point, part):
        """How much of each light reaches each point, [F, 2, S, S]."""
        k = SHADOW_STEP
        small = TILE // k
        n = self.size // TILE
        f = point.shape[0]

        def tile(x):
            return x[:, ::k, ::k].reshape(f, n, small, n, small, -1).transpose(2, 3).reshape(f * n * n, small * small, -1)

        p, own = tile(point), tile(part[..., None])[..., 0]
        frame = torch.arange(f, device=p.device).repeat_interleave(n * n)
        low, high = p.amin(1), p.amax(1)
        middle, reach = (low + high) / 2, (high - low).norm(dim=-1) / 2
        out = []
        for light in range(2):
            source, size = flat["light"][:, light, :3][frame], flat["light"][:, light, 3][frame]
            lit = torch.ones_like(p[..., 0])
            way = source - middle
            to = flat["centre"][frame] - middle[:, None]
            s = (torch.einsum("npk,nk->np", to, way) / (way * way).sum(-1, keepdim=True)).clamp(0, 1)
            gap = (to - s[..., None] * way[:, None]).norm(dim=-1)
            radius = flat["radius"][frame]
            glowing = flat["material"][..., 8][frame] > 0
            near = (gap < radius * (1 + size[:, None]) + reach[:, None]) & (radius > 0.004) & ~glowing
            near[:, :6] = False

            def dim(rows, column, kind):
                g = frame[rows]
                m = flat["inverse"][g, column]
                a = [(m[:, None, i, :3] * p[rows]).sum(-1) + m[:, i, 3, None] for i in range(3)]
                b = [((m[:, i, :3] * source[rows]).sum(-1) + m[:, i, 3])[:, None] for i in range(3)]
                soft = (size[rows] * way[rows].norm(dim=-1) / flat["radius"][g, column].clamp(min=0.01))[:, None].clamp(0.05, 3)
                hidden = rays.passing(kind, a, b, soft)
                strength = (1 / (1 + 0.5 * soft)).clamp(0.3, 1)
                lit[rows] *= 1 - torch.where(own[rows] == column[:, None], 0.0, hidden * strength)

            for kind in range(3):
                self._each(near & (flat["kind"] == kind)[frame], lambda rows, column, kind=kind: dim(rows, column, kind))
            out.append(self._untile(lit, small))
        return F.interpolate(torch.stack(out, 1), size=(self.size, self.size), mode="bilinear", align_corners=False)
