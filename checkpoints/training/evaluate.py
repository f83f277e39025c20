"""Figures of a model on a held-out set: `evaluate.py WEIGHTS.safetensors CONFIG.json SET.npz [--out FIGURES.json]`.

Pictures: IoU after one click, after three (corrections in the middle of the largest error) and from a box. Clips: J over the
frames after the first, which got one click or the exact mask; and whether the object score knows that a thing is gone.
"""
import argparse
import json

import cv2
import numpy as np
import torch
from model.architecture import TrainedSam, build, read_config
from model.unroll import normalised
from safetensors.torch import load_file
from torch.nn import functional as F


def depth(mask):
    """Distance of each point of a mask from its rim; the picture's border counts as rim."""
    return cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]


def middle(mask, r):
    """A point (x, y) well inside a mask."""
    far = depth(mask)
    ys, xs = np.nonzero(far >= 0.6 * far.max())
    k = r.integers(len(ys))
    return float(xs[k]), float(ys[k])


def worst(target, shown):
    """The middle of the largest error and the label that corrects it."""
    missing, extra = depth(target & ~shown), depth(shown & ~target)
    far, label = (missing, 1) if missing.max() >= extra.max() else (extra, 0)
    y, x = np.unravel_index(far.argmax(), far.shape)
    return (float(x), float(y)), label


def iou(shown, target):
    """IoU per mask; two empty masks agree."""
    both, either = (shown & target).sum((-2, -1)), (shown | target).sum((-2, -1))
    return np.where(either == 0, 1.0, both / np.maximum(either, 1))


class Judge:
    """One model on one set, at the model's input size; masks are compared at the set's size."""

    def __init__(self, model, device):
        self.model, self.device, self.size = model.eval().to(device), device, model.image_size

    def _features(self, pictures):
        x = torch.from_numpy(pictures).to(self.device).permute(0, 3, 1, 2)
        if x.shape[-1] != self.size:
            x = F.interpolate(x.float(), size=(self.size, self.size), mode="bilinear", antialias=True, align_corners=False)
        backbone = self.model.forward_image(normalised(x))
        return self.model._prepare_backbone_features(backbone)[1:]

    def _points(self, points, side):
        return (torch.tensor(points, dtype=torch.float32, device=self.device) + 0.5) * (self.size / side) - 0.5

    @staticmethod
    def _masks(logits, side):
        return (F.interpolate(logits.float(), size=(side, side), mode="bilinear", align_corners=False) > 0).cpu().numpy()

    @torch.no_grad()
    def pictures(self, images, masks, batch=16):
        """IoU lists by kind of prompt."""
        r, out = np.random.default_rng(5), {"click": [], "click, best of three": [], "three clicks": [], "box": []}
        side = images.shape[1]
        for a in range(0, len(images), batch):
            truth = masks[a:a + batch].astype(bool)
            n, k = truth.shape[:2]
            truth = truth.reshape(n * k, side, side)
            features, _, sizes = self._features(images[a:a + batch])
            rows = torch.arange(n, device=self.device).repeat_interleave(k)
            maps = [x[:, rows].permute(1, 2, 0).reshape(n * k, x.size(2), *z) for x, z in zip(features, sizes)]
            mixed = maps[-1] + self.model.no_mem_embed.view(1, -1, 1, 1)
            points, labels, before = [[middle(t, r)] for t in truth], [[1] for _ in truth], None
            for step in range(3):
                prompt = {"point_coords": self._points(points, side), "point_labels": torch.tensor(labels, dtype=torch.int32, device=self.device)}
                o = self.model._forward_sam_heads(mixed, prompt, before, maps[:-1], self.model._use_multimask(True, prompt))
                shown = self._masks(o[3], side)[:, 0]
                if step == 0:
                    out["click"].append(iou(shown, truth))
                    out["click, best of three"].append(iou(self._masks(o[0], side), truth[:, None]).max(1))
                for i, (t, s) in enumerate(zip(truth, shown)):
                    place, label = worst(t, s)
                    points[i], labels[i] = [*points[i], place], [*labels[i], label]
                before = o[3].float().clamp(-32, 32)
            out["three clicks"].append(iou(shown, truth))
            corners = [[(np.nonzero(t.any(0))[0][e], np.nonzero(t.any(1))[0][e]) for e in (0, -1)] for t in truth]
            prompt = {"point_coords": self._points(np.array(corners, float).tolist(), side),
                      "point_labels": torch.tensor([[2, 3]] * len(truth), dtype=torch.int32, device=self.device)}
            o = self.model._forward_sam_heads(mixed, prompt, None, maps[:-1], False)
            out["box"].append(iou(self._masks(o[3], side)[:, 0], truth))
        return {key: np.concatenate(x) for key, x in out.items()}

    @torch.no_grad()
    def clip(self, frames, masks, r):
        """IoU [T, K] and whether the object was called present [T, K]: first from one click, then from the exact mask on frame 0."""
        features = self._features(frames)
        points = self._points([[middle(m[0], r)] for m in masks.astype(bool)], frames.shape[1])
        click = {"point_coords": points, "point_labels": torch.ones(len(masks), 1, dtype=torch.int32, device=self.device)}
        mask = F.interpolate(torch.from_numpy(masks[:, :1]).float().to(self.device), size=(self.size, self.size), mode="nearest")
        return self._follow(features, masks, click, None), self._follow(features, masks, None, mask)

    def _follow(self, encoded, masks, click, mask):
        features, positions, sizes = encoded
        k, t_all, side = masks.shape[:3]
        bank, scores, present = {"cond_frame_outputs": {}, "non_cond_frame_outputs": {}}, [], []
        for t in range(t_all):
            seen = [x[:, t:t + 1].expand(-1, k, -1) for x in features]
            where = [x[:, t:t + 1].expand(-1, k, -1) for x in positions]
            prompts = (click, mask) if t == 0 else (None, None)
            o = self.model.track_step(t, t == 0, seen, where, sizes, *prompts, bank, t_all)
            bank["cond_frame_outputs" if t == 0 else "non_cond_frame_outputs"][t] = o
            scores.append(iou(self._masks(o["pred_masks"], side)[:, 0], masks[:, t].astype(bool)))
            present.append((o["object_score_logits"][:, 0] > 0).cpu().numpy())
        return np.stack(scores), np.stack(present)

    def figures(self, data, pictures=None, clips=None):
        """All figures of a set, optionally of its first pictures and clips only."""
        out = {key: float(x.mean()) for key, x in self.pictures(data["img"][:pictures], data["imask"][:pictures]).items()}
        print("pictures: " + ", ".join(f"{key} {x:.3f}" for key, x in out.items()), flush=True)
        click, exact, there, called, area = [], [], [], [], []
        r = np.random.default_rng(6)
        for frames, masks in zip(data["clip"][:clips], data["cmask"][:clips]):
            (scores, present), (from_mask, _) = self.clip(frames, masks, r)
            click.append(scores)
            exact.append(from_mask)
            called.append(present[1:])
            there.append(masks.any((2, 3)).T[1:])
            area.append(np.broadcast_to(masks[:, 0].mean((1, 2)), scores[1:].shape))
        click, exact, there, called, area = map(np.stack, (click, exact, there, called, area))
        out["tracking"], out["tracking from exact masks"] = float(click[:, 1:].mean()), float(exact[:, 1:].mean())
        out["tracking by frame"] = [round(float(x), 3) for x in click.mean((0, 2))]
        out["gone and called gone"] = f"{int((~there & ~called).sum())} of {int((~there).sum())}"
        out["there and called there"] = f"{int((there & called).sum())} of {int(there.sum())}"
        for low, high in ((0, 0.005), (0.005, 0.02), (0.02, 0.06), (0.06, 1)):
            k = (area >= low) & (area < high)
            if k.any():
                out[f"tracking, area {low:.1%} to {high:.1%}"] = float(click[:, 1:][k].mean())
        return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("config")
    parser.add_argument("set")
    parser.add_argument("--out")
    parser.add_argument("--pictures", type=int)
    parser.add_argument("--clips", type=int)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    model = build(read_config(a.config), TrainedSam)
    model.load_state_dict({key: x.float() for key, x in load_file(a.weights).items()})
    with np.load(a.set) as data:
        figures = Judge(model, torch.device(a.device)).figures(dict(data), a.pictures, a.clips)
    for key, x in figures.items():
        print(f"{key:32} {x:.3f}" if isinstance(x, float) else f"{key:32} {x}")
    if a.out:
        with open(a.out, "w") as file:
            json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
