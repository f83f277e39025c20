"""Strips of real film with the masks of one or more models: `contact_sheet.py VIDEOS OUT.jpg NAME=WEIGHTS,CONFIG ...`.

VIDEOS is a folder with bedroom.mp4, cups_before.mp4 and cups_after.mp4. Every thing gets one click on the first frame.
"""
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from model.architecture import predictor, read_config
from safetensors.torch import load_file
from tracking import track

# Video, and one click per thing as shares of width and height.
CLICKS = {
    "bedroom": [(0.415, 0.43), (0.225, 0.52), (0.62, 0.63), (0.915, 0.73)],
    "cups_before": [(0.305, 0.56), (0.81, 0.53)],
    "cups_after": [(0.62, 0.63), (0.54, 0.18)],
}
STEP, FRAMES, SHOWN, WIDTH = 3, 21, [0, 1, 4, 8, 12, 16, 20], 240
COLOURS = np.array([[31, 119, 180], [255, 127, 14], [44, 160, 44], [214, 39, 40]], np.float32)


def read(path):
    """Every third frame, 640 pixels wide."""
    video, frames = cv2.VideoCapture(str(path)), []
    while len(frames) < FRAMES * STEP:
        ok, frame = video.read()
        if not ok:
            break
        frames.append(frame)
    frames = frames[::STEP]
    if not frames:
        sys.exit(f"cannot read {path}")
    height = round(640 * frames[0].shape[0] / frames[0].shape[1])
    return np.stack([cv2.resize(f, (640, height), interpolation=cv2.INTER_AREA)[..., ::-1] for f in frames])


def painted(frame, masks, clicks):
    """A frame with masks laid over it, small."""
    out = frame.astype(np.float32)
    for mask, colour in zip(masks, COLOURS):
        out[mask] = 0.45 * out[mask] + 0.55 * colour
        rim = mask.astype(np.uint8) - cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8))
        out[rim > 0] = colour
    out = np.ascontiguousarray(out.astype(np.uint8))
    for x, y in clicks:
        cv2.circle(out, (round(x), round(y)), 9, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(out, (round(x), round(y)), 9, (0, 0, 0), 2, cv2.LINE_AA)
    return cv2.resize(out, (WIDTH, round(WIDTH * out.shape[0] / out.shape[1])), interpolation=cv2.INTER_AREA)


def main():
    folder, out, *models = sys.argv[1:]
    torch.set_num_threads(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    made = []
    for model in models:
        name, _, files = model.partition("=")
        weights, config = files.split(",")
        made.append((name, predictor(load_file(weights), read_config(config)).to(device)))
    rows = []
    for video, places in CLICKS.items():
        frames = read(Path(folder) / f"{video}.mp4")
        height, width = frames.shape[1:3]
        points = [(x * width, y * height) for x, y in places]
        for name, model in made:
            logits, scores, _, _ = track(model, frames, [(k + 1, 0, [list(p)], [1]) for k, p in enumerate(points)])
            row = np.concatenate([painted(frames[t], logits[t] > 0, points if t == 0 else []) for t in SHOWN], 1)
            bar = np.full((20, row.shape[1], 3), 245, np.uint8)
            words = f"{video}, {name}: frames {', '.join(str(t * STEP) for t in SHOWN)}"
            cv2.putText(bar, words, (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (30, 30, 30), 1, cv2.LINE_AA)
            rows += [bar, row]
            shares = (logits > 0).mean((2, 3)).T
            print(f"{video:12} {name:8} mask areas (% of the frame) of the first and last frame: "
                  + ", ".join(f"{100 * s[0]:.1f} -> {100 * s[-1]:.1f}" for s in shares))
    cv2.imwrite(out, np.concatenate(rows, 0)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main()
