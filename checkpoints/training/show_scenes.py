"""Writes a sheet of generated clips with their object numbers, to look at: `show_scenes.py OUT.png`."""
import argparse
import time

import numpy as np
import torch
from PIL import Image

from scenes.clips import Studio, palette


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--frames", type=int, default=3)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--per-row", type=int, default=2)
    parser.add_argument("--ids", action=argparse.BooleanOptionalAction, default=True)
    a = parser.parse_args()
    torch.set_num_threads(1)
    start = time.process_time()
    studio = Studio(a.seed, a.size, per_kind=12)
    print(f"atlas: {time.process_time() - start:.1f} s")
    cells = []
    start = time.process_time()
    for k in range(a.clips):
        pictures, objects, _ = studio.clips(a.seed * 1000 + k, 1, a.frames)
        for f in range(a.frames):
            cell = pictures[0, f].permute(1, 2, 0).numpy()
            cells.append(np.concatenate([cell, palette()[objects[0, f].numpy()]], 0) if a.ids else cell)
    spent = time.process_time() - start
    print(f"{a.clips * a.frames} pictures in {spent:.1f} s of one core: {a.clips * a.frames / spent:.1f} a second")
    n = a.frames * a.per_row
    rows = [np.concatenate(cells[i:i + n], 1) for i in range(0, len(cells) - n + 1, n)]
    Image.fromarray(np.concatenate(rows, 0)).save(a.out)


if __name__ == "__main__":
    main()
