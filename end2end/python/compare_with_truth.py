"""Compares a downloaded segments.pkl with the truth about the generated clips.

Usage: compare_with_truth.py segments.pkl truth.json
Prints {"video1": {"ball 1": 0.71, ...}, "video2": {...}} as JSON: the mean intersection over union of each object over
all frames of the video; a frame on which either side lacks a mask counts as 0.
"""

import json
import pickle
import sys

import numpy as np
from pycocotools import mask as coco


def decode(rle):
    return coco.decode({"size": rle["size"], "counts": rle["counts"]}).astype(bool)


def iou(a, b):
    return np.logical_and(a, b).sum() / np.logical_or(a, b).sum()


def compare(found, frames, index):
    """Mean IoU of one object over the frames of one video."""
    values = []
    for number, truths in enumerate(frames):
        true = next((entry["mask"] for entry in truths if entry["object"] == index), None)
        mine = found.get(number)
        if true is None and mine is None:
            continue
        if true is None or mine is None:
            values.append(0.0)
        else:
            values.append(iou(decode(mine["mask"]), decode(true)))
    extra = set(found) - set(range(len(frames)))
    if extra:
        raise SystemExit(f"frames {sorted(extra)[:5]} do not exist: the video has {len(frames)}")
    return float(np.mean(values))


def main(segments_path, truth_path):
    with open(segments_path, "rb") as file:
        segments = pickle.load(file)
    with open(truth_path, encoding="utf-8") as file:
        truth = json.load(file)

    report = {}
    for clip in truth["clips"]:
        name = f"video{clip['side']}"
        report[name] = {}
        for index, fields in enumerate(truth["objects"]):
            key = f"object_{index + 1}"
            listed = segments["objects"][key]
            assert listed["label"].startswith(fields["label"]), listed
            assert listed[f"in_{name}"] == fields[f"in_{name}"], listed
            found = segments[f"{name}_objects"].get(key, {})
            if fields[f"in_{name}"]:
                title = f"{fields['label']} {fields['multiplicity']}"
                report[name][title] = compare(found, clip["frames"], index)
            else:
                assert not found, f"{key} is not in {name}, but has masks there"
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
