"""Where rays meet the three kinds of part, and how far rays pass from them; all in the part's own unit space."""
import torch

FAR = 1e6
NEAR = 0.03


def _nearest(t, ok):
    return torch.where(ok & (t > NEAR), t, FAR)


def box(o, d, shape):
    """Entry into the cube [-1, 1]^3; o and d are three tensors each, `shape` eight."""
    low, high = torch.full_like(d[0], -FAR), torch.full_like(d[0], FAR)
    for p, q in zip(o, d):
        inverse = 1 / torch.where(q.abs() < 1e-9, 1e-9, q)
        a, b = (-1 - p) * inverse, (1 - p) * inverse
        low, high = torch.maximum(low, torch.minimum(a, b)), torch.minimum(high, torch.maximum(a, b))
    return _nearest(low, low < high)


def lathe(o, d, shape):
    """Nearest of wall, caps and inner wall of a turned body whose squared radius is c0 + c1 y + c2 y^2."""
    c0, c1, c2, hole = shape[0], shape[1], shape[2], shape[3]
    a = d[0] * d[0] + d[2] * d[2]
    b = o[0] * d[0] + o[2] * d[2]
    c = o[0] * o[0] + o[2] * o[2]
    best = torch.full_like(a, FAR)

    def wall(a, b, c):
        a = torch.where(a.abs() < 1e-9, 1e-9, a)
        root = b * b - a * c
        ok, root = root > 0, root.clamp(min=0).sqrt()
        found = torch.full_like(a, FAR)
        for sign in (-1, 1):
            t = (-b + sign * root) / a
            found = torch.minimum(found, _nearest(t, ok & ((o[1] + t * d[1]).abs() <= 1)))
        return found

    best = torch.minimum(best, wall(a - c2 * d[1] * d[1], b - d[1] * (0.5 * c1 + c2 * o[1]), c - c0 - o[1] * (c1 + c2 * o[1])))
    best = torch.minimum(best, torch.where(hole > 0, wall(a, b, c - hole * hole), FAR))
    slope = torch.where(d[1].abs() < 1e-9, 1e-9, d[1])
    for y in (-1.0, 1.0):
        t = (y - o[1]) / slope
        far = c + t * (2 * b + t * a)
        best = torch.minimum(best, _nearest(t, (far <= c0 + y * c1 + c2) & (far >= hole * hole)))
    return best


def card(o, d, shape):
    """The plane z = 0 inside a superellipse with a wavy rim."""
    t = -o[2] / torch.where(d[2].abs() < 1e-9, 1e-9, d[2])
    return _nearest(t, rim(o[0] + t * d[0], o[1] + t * d[1], shape) <= 1)


def rim(u, v, shape):
    """Distance from the middle of a card, 1 at its rim."""
    power = shape[0]
    angle = torch.atan2(v, u)
    a, b = u.abs().clamp(min=1e-6, max=4), v.abs().clamp(min=1e-6, max=4)
    rounded = (a**power + b**power) ** (1 / power)
    far = torch.where(power > 20, torch.maximum(a, b), rounded)
    depth = 1.0
    for k in (1, 4):
        depth = depth - shape[k + 1] * 0.5 * (1 + torch.cos(shape[k] * angle + shape[k + 2]))
    return far / depth


MEET = [box, lathe, card]


def passing(kind, p, q, soft):
    """How much of a light of relative size `soft` at q is hidden from p (both in unit space): 0 to 1."""
    d = [b - a for a, b in zip(p, q)]
    if kind == 2:
        s = (-p[2] / torch.where(d[2].abs() < 1e-6, 1e-6, d[2]))
        inside = (s > 0) & (s < 1)
        far = torch.maximum((p[0] + s * d[0]).abs(), (p[1] + s * d[1]).abs())
    else:
        along = sum(a * b for a, b in zip(p, d))
        s = (-along / sum(a * a for a in d).clamp(min=1e-9)).clamp(0, 1)
        x = [(a + s * b).abs() for a, b in zip(p, d)]
        power = 2 if kind == 1 else 6
        far = sum(a**power for a in x) ** (1 / power)
        inside = (s > 0) & (s < 1)
    blur = soft * s.clamp(0, 1)
    return torch.where(inside, ((1 + blur - far) / (2 * blur).clamp(min=0.02)).clamp(0, 1), 0.0)
