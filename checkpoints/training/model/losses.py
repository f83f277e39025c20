"""The losses of SAM 2.1: focal 20, dice 1, IoU 1 on all masks, object score 1; masks learn through the best of three."""
import torch
from torch import nn
from torch.nn import functional as F

FOCAL, DICE, IOU, SCORE = 20.0, 1.0, 1.0, 1.0


def mask_losses(logits, target, ious, score, balance=0.0):
    """Loss of one prediction of n objects, the IoU of the masks that would be shown, and that of the best masks.

    logits [n, m, h, w], target [n, 1, h, w] of 0 and 1, predicted ious [n, m], object score logits [n, 1]. `balance` mixes in
    a class-balanced cross entropy: from random weights focal and dice alone rest at "everything is background" for long.
    """
    x, t = logits.flatten(2).float(), target.flatten(2).float()
    p, te = x.sigmoid(), t.expand_as(x)
    entropy = F.binary_cross_entropy_with_logits(x, te, reduction="none")
    sure = p * te + (1 - p) * (1 - te)
    focal = ((0.25 * te + 0.75 * (1 - te)) * entropy * (1 - sure) ** 2).mean(-1)
    dice = 1 - (2 * (p * te).sum(-1) + 1) / (p.sum(-1) + te.sum(-1) + 1)
    with torch.no_grad():
        a, b = x > 0, te > 0
        actual = (a & b).sum(-1).float() / (a | b).sum(-1).clamp(min=1).float()
        present = (t.amax(-1) > 0).float()[:, 0]
    per_mask = FOCAL * focal + DICE * dice
    if balance > 0:
        balanced = (entropy * te).sum(-1) / te.sum(-1).clamp(min=1) + (entropy * (1 - te)).sum(-1) / (1 - te).sum(-1).clamp(min=1)
        per_mask = (1 - balance) * per_mask + balance * (dice + balanced)
    rows = torch.arange(len(x), device=x.device)
    n = len(x)
    loss = (per_mask[rows, per_mask.argmin(-1)] * present).sum() / n
    loss = loss + IOU * (((ious - actual).abs().mean(-1)) * present).sum() / n
    loss = loss + SCORE * F.binary_cross_entropy_with_logits(score[:, 0], present)
    there = present.sum().clamp(min=1)
    return loss, (actual[rows, ious.argmax(-1)] * present).sum() / there, (actual.amax(-1) * present).sum() / there


class Helpers(nn.Module):
    """Heads that exist during training only: they make the features say early on what is a thing, where it ends and where its middle is."""

    def __init__(self, width):
        super().__init__()
        self.fine = nn.Conv2d(width // 8, 2, 3, padding=1)
        self.coarse = nn.Conv2d(width, 3 * 16, 1)

    def forward(self, fine, coarse, objects):
        """Loss on the stride 4 and stride 16 features of pictures with object numbers [n, s, s]."""
        ids = objects[:, 2::4, 2::4]
        thing = (ids > 0).float()
        edge = torch.zeros_like(thing)
        down, right = (ids[:, 1:] != ids[:, :-1]).float(), (ids[:, :, 1:] != ids[:, :, :-1]).float()
        edge[:, 1:] += down
        edge[:, :-1] += down
        edge[:, :, 1:] += right
        edge[:, :, :-1] += right
        a, b = self.fine(fine).float(), F.pixel_shuffle(self.coarse(coarse), 4).float()
        loss = F.binary_cross_entropy_with_logits(a[:, 0], thing) + F.binary_cross_entropy_with_logits(b[:, 0], thing)
        loss = loss + F.binary_cross_entropy_with_logits(a[:, 1], edge.clamp(max=1), pos_weight=torch.tensor(3.0, device=a.device))
        way = F.smooth_l1_loss(b[:, 1:], self._to_middle(ids), reduction="none", beta=0.1).sum(1) * thing
        return loss + 4 * way.sum() / thing.sum().clamp(min=1)

    @staticmethod
    def _to_middle(ids):
        """From each point to the middle of its thing, in picture widths."""
        n, s, _ = ids.shape
        axis = (torch.arange(s, device=ids.device) + 0.5) / s
        y, x = torch.meshgrid(axis, axis, indexing="ij")
        key = (ids.long() + 256 * torch.arange(n, device=ids.device)[:, None, None]).flatten()
        size = torch.zeros(256 * n, device=ids.device).index_add_(0, key, torch.ones(key.shape, device=ids.device)).clamp(min=1)
        out = []
        for place in (x, y):
            place = place.expand(n, s, s).flatten()
            middle = torch.zeros(256 * n, device=ids.device).index_add_(0, key, place) / size
            out.append((middle[key] - place).view(n, s, s))
        return torch.stack(out, 1)
