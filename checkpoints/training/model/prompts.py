"""Clicks and boxes as people give them, drawn from masks [n, h, w] on the masks' own device."""
import torch
from torch.nn import functional as F


def _rand(shape, g, device):
    return torch.rand(shape, generator=g).to(device)


def _spread(pooled, x, k):
    """A k by k pooling as two of one dimension."""
    return pooled(pooled(x, (1, k), 1, (0, k // 2)), (k, 1), 1, (k // 2, 0))


def inside(masks, g, middle):
    """A place (x, y) in each mask: anywhere, or where `middle` [n] is set well inside. An empty mask gives some place."""
    n, h, w = masks.shape
    x = masks[:, None].float()
    depth = sum(_spread(F.avg_pool2d, x, k) for k in (5, 11, 21, 41))[:, 0] * masks
    deep = (depth >= 0.8 * depth.amax((1, 2), keepdim=True)) & masks
    chosen = torch.where(middle[:, None, None], deep, masks)
    noise = _rand((n, h, w), g, masks.device) if masks.device.type == "cpu" else torch.rand((n, h, w), device=masks.device)
    k = (noise * (0.01 + chosen)).flatten(1).argmax(1)
    return torch.stack([k % w, k // w], -1).float()


def boxes(masks, g, jitter=0.1):
    """Corners [n, 2, 2] of boxes around the masks, a little off as drawn by hand."""
    n, h, w = masks.shape
    columns, rows = masks.any(1), masks.any(2)

    def ends(line):
        size = line.shape[1]
        first = line.float().argmax(1)
        return first, size - 1 - line.flip(1).float().argmax(1)

    x0, x1 = ends(columns)
    y0, y1 = ends(rows)
    box = torch.stack([x0, y0, x1, y1], -1).float()
    side = torch.stack([x1 - x0, y1 - y0, x1 - x0, y1 - y0], -1).float()
    noise = (2 * _rand((n, 4), g, masks.device) - 1) * (side * jitter).clamp(max=0.08 * h)
    return (box + noise).clamp(0, h - 1).view(n, 2, 2)


def first_prompt(kind, masks, g):
    """Points and labels of a prompt: "click", "box" or "clicks" (two or three, some of them negative close by)."""
    n, h, _ = masks.shape
    if kind == "box":
        return boxes(masks, g), torch.tensor([2, 3], dtype=torch.int32, device=masks.device).expand(n, 2).clone()
    points = [inside(masks, g, _rand((n,), g, masks.device) < 0.45)]
    labels = [torch.ones(n, dtype=torch.int32, device=masks.device)]
    if kind == "clicks":
        k = 2 * round(0.06 * h) + 1
        around = (_spread(F.max_pool2d, masks[:, None].float(), k)[:, 0] > 0) & ~masks
        for _ in range(int(torch.randint(1, 3, (1,), generator=g))):
            positive = _rand((n,), g, masks.device) < 0.5
            points.append(inside(torch.where(positive[:, None, None], masks, around), g, torch.zeros_like(positive)))
            labels.append(positive.int())
    return torch.stack(points, 1), torch.stack(labels, 1)


def correction(target, shown, g):
    """One click per object from the region where the shown mask is wrong, positive where something is missing."""
    missing, extra = target & ~shown, shown & ~target
    a, b = missing.sum((1, 2)).float(), extra.sum((1, 2)).float()
    positive = _rand(a.shape, g, a.device) < torch.where(a + b > 0, a / (a + b).clamp(min=1), torch.ones_like(a))
    region = torch.where(positive[:, None, None], missing, extra)
    nothing = ~region.flatten(1).any(1)
    fallback = torch.where(target.flatten(1).any(1)[:, None, None], target, ~target)
    region = torch.where(nothing[:, None, None], fallback, region)
    positive = torch.where(nothing, target.flatten(1).any(1), positive)
    points = inside(region, g, _rand(a.shape, g, a.device) < 0.4)
    return points[:, None], positive.int()[:, None]
