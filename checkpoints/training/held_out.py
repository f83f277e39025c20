"""Draws the fixed held-out set: `held_out.py OUT.npz`. Its seeds and textures are used nowhere in training.

Keys: img [n, s, s, 3], imask [n, 2, s, s] single pictures; clip [m, 8, s, s, 3], cmask [m, 2, 8, s, s] clips; two objects each.
"""
import argparse

import numpy as np
import torch
from scenes.clips import Studio
from scenes.room import compose

SEED, FIRST_SCENE, OBJECTS, FRAMES = 777, 1 << 40, 2, 8


def usable(objects, r):
    """Masks of two things seen in the first frame at no less than 0.15 % of it, or nothing."""
    area = np.bincount(objects[0].ravel(), minlength=256)
    area[0] = 0
    seen = np.flatnonzero(area >= 0.0015 * objects[0].size)
    if len(seen) < OBJECTS:
        return None
    return np.stack([objects == k for k in r.choice(seen, OBJECTS, replace=False)]).astype(np.uint8)


def draw(studio, count, frames, first):
    """`count` clips with their masks; scenes without two visible things are passed over."""
    pictures, masks, number = [], [], first
    while len(pictures) < count:
        x, objects, _ = studio.shoot([compose(number, frames)], number)
        m = usable(objects[0].cpu().numpy(), np.random.default_rng(number))
        number += 1
        if m is not None:
            pictures.append(x[0].permute(0, 2, 3, 1).cpu().numpy())
            masks.append(m)
    return np.stack(pictures), np.stack(masks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--pictures", type=int, default=96)
    parser.add_argument("--clips", type=int, default=32)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    studio = Studio(SEED, a.size, a.device, per_kind=8)
    pictures, one = draw(studio, a.pictures, 1, FIRST_SCENE)
    clips, many = draw(studio, a.clips, FRAMES, FIRST_SCENE + 100_000)
    np.savez_compressed(a.out, img=pictures[:, 0], imask=one[:, :, 0], clip=clips, cmask=many)
    print(f"{len(pictures)} pictures and {len(clips)} clips of {FRAMES} frames in {a.out}; "
          f"{(many.any((3, 4))[:, :, 1:] == 0).mean():.1%} of the tracked masks are empty")


if __name__ == "__main__":
    main()
