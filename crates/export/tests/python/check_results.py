"""Opens the result files of a session as a user of them would, and checks every rule of their formats.

    python check_results.py RESULTS_DIR [--pixels]

Prints a JSON summary: the objects, the frames on which each is seen, the area of every mask. With --pixels also every
mask, as hexadecimal of its row-major bits. On any violation it says what is wrong and exits with 1.
Needs numpy and pycocotools; where torch is installed the prompts are read as real tensors.
"""

import argparse
import json
import math
import pickle
import sys
import types
from pathlib import Path

try:
    import numpy as np
    from pycocotools import mask as mask_utils
except ImportError as error:
    sys.exit(f"{error}: run `make setup`, or pip install -r {Path(__file__).with_name('requirements.txt')}")

try:
    import torch

    HAS_TORCH = True
except ImportError:
    # Enough of torch to see what the file asks it to build.
    HAS_TORCH = False
    torch = types.ModuleType("torch")
    torch.FloatTensor = type("FloatTensor", (list,), {})
    torch.IntTensor = type("IntTensor", (list,), {})
    sys.modules["torch"] = torch

SIDES = ("video1", "video2")
DEFORMABILITIES = ("rigid", "deformable")
CHANGE_TYPES = ("added", "removed", "moved", "deformed", "other")
BENCHMARK_KEYS = ["scene_type", "comments", "video1_objects", "video2_objects", "objects"]
BENCHMARK_OBJECT_KEYS = [
    "label",
    "in_video1",
    "in_video2",
    "video1_frame_idx",
    "video1_status",
    "video2_frame_idx",
    "video2_status",
    "original_obj_idx",
    "deformability",
]


class Violation(Exception):
    """A rule of the formats that a file breaks."""


def require(condition, message):
    if not condition:
        raise Violation(message)


def require_type(value, kind, place):
    # bool is a subclass of int, so isinstance() is not enough.
    require(type(value) is kind, f"{place} is {type(value).__name__}, not {kind.__name__}")


def decode(rle, counts_type, table, place):
    """The mask as a height x width array of 0 and 1."""
    require_type(rle, dict, place)
    require(set(rle) == {"size", "counts"}, f"{place} has the keys {sorted(rle)}")
    require_type(rle["counts"], counts_type, f"{place}: counts")
    require_type(rle["size"], list, f"{place}: size")
    size = [table["height"], table["width"]]
    require(rle["size"] == size, f"{place} has the size {rle['size']}, but its video has {size} (height, width)")
    mask = mask_utils.decode(rle)
    require(mask.shape == tuple(size) and mask.dtype == np.uint8, f"{place} decodes to {mask.shape} {mask.dtype}")
    require(mask.any(), f"{place} is empty")
    return mask


def check_frames(frames, table, place):
    """Masks by frame number: in order, within the video, no frame skipped over where the picture stands still."""
    rows = table["source_frames"]
    require(frames, f"{place} has no frame: an object that is not seen has no entry")
    require(list(frames) == sorted(frames), f"{place}: the frames are not in order")
    require(0 <= min(frames) and max(frames) < len(rows), f"{place}: frames behind the end, the video has {len(rows)}")
    for row in range(1, len(rows)):
        if rows[row] == rows[row - 1]:
            here, before = frames.get(row), frames.get(row - 1)
            same = here is before is None or (here is not None and before is not None and np.array_equal(here, before))
            require(same, f"{place}: frames {row - 1} and {row} show the same picture, but their masks differ")


def check_stride(objects, place):
    frames = {frame for by_frame in objects.values() for frame in by_frame}
    step = math.gcd(*frames) if frames else 1
    require(len(frames) < 5 or step == 1, f"{place} holds every {step}th frame only, not every frame")


def check_frame_table(table, place):
    for key in ("width", "height", "fps"):
        require_type(table[key], int, f"{place}: {key}")
    require(table["fps"] == 30, f"{place}: fps is {table['fps']}, not 30")
    rows = table["source_frames"]
    require(len(rows) > 0 and len(rows) == len(table["pts"]), f"{place}: {len(rows)} rows, {len(table['pts'])} pts")
    require(rows == sorted(rows), f"{place}: source frames go backwards")
    require(len(table["time_base"]) == 2, f"{place}: time_base is {table['time_base']}")


def check_documented(data):
    """The documented layout; returns the decoded masks by side, object index and frame number."""
    for key, kind in [("scenetype", str), ("objects", dict), ("schema_version", int), ("comments", dict)]:
        require_type(data[key], kind, key)
    # None for masks that were made elsewhere.
    if data["model"] is not None:
        for key in ("name", "hash"):
            require_type(data["model"][key], str, f"model: {key}")
    names = [f"object_{index + 1}" for index in range(len(data["objects"]))]
    require(list(data["objects"]) == names, f"objects are named {list(data['objects'])}, not {names}")
    for name, fields in data["objects"].items():
        for key, kind in [("label", str), ("in_video1", bool), ("in_video2", bool), ("multiplicity", int)]:
            require_type(fields[key], kind, f"{name}: {key}")
        require(fields["deformability"] in DEFORMABILITIES, f"{name}: deformability is {fields['deformability']!r}")
        require(fields["change_type"] in CHANGE_TYPES, f"{name}: change_type is {fields['change_type']!r}")
    masks = {}
    for side in SIDES:
        table = data["frame_tables"][side]
        check_frame_table(table, f"frame table of {side}")
        masks[side] = {}
        for name, frames in data[f"{side}_objects"].items():
            require(name in names, f"{side}_objects has {name!r}, which is not among the objects")
            require(data["objects"][name][f"in_{side}"], f"{name} has masks in {side}, in which it is not seen")
            decoded = {}
            for frame, entry in frames.items():
                place = f"{side}, {name}, frame {frame!r}"
                require_type(frame, int, f"{place}: the frame number")
                require(set(entry) == {"mask"}, f"{place} has the keys {sorted(entry)}")
                decoded[frame] = decode(entry["mask"], bytes, table, place)
            check_frames(decoded, table, f"{side}, {name}")
            masks[side][names.index(name)] = decoded
        require(list(masks[side]) == sorted(masks[side]), f"{side}_objects is not in order")
        check_stride(masks[side], f"{side}_objects")
    return masks


def check_benchmark_objects(objects):
    require_type(objects, list, "objects")
    for index, fields in enumerate(objects):
        place = f"objects, entry {index}"
        require(list(fields) == BENCHMARK_OBJECT_KEYS, f"{place} has the keys {list(fields)}")
        require(fields["original_obj_idx"] == index, f"{place}: original_obj_idx is {fields['original_obj_idx']}")
        require_type(fields["label"], str, f"{place}: label")
        require(fields["deformability"] in DEFORMABILITIES, f"{place}: deformability is {fields['deformability']!r}")
        for side in SIDES:
            require_type(fields[f"in_{side}"], bool, f"{place}: in_{side}")
            first, status = fields[f"{side}_frame_idx"], fields[f"{side}_status"]
            require_type(first, int, f"{place}: {side}_frame_idx")
            right = (first >= 0 and status == side) or (first == -1 and status is None)
            require(right, f"{place}: {side}_frame_idx is {first}, but {side}_status is {status!r}")


def check_benchmark(data, documented):
    """The benchmark layout; returns the decoded masks by side, object index and frame number."""
    require(list(data) == BENCHMARK_KEYS, f"the keys are {list(data)}, not {BENCHMARK_KEYS}")
    require_type(data["scene_type"], str, "scene_type")
    require_type(data["comments"], dict, "comments")
    check_benchmark_objects(data["objects"])
    require(data["scene_type"] == documented["scenetype"], "scene_type is not that of the documented layout")
    for fields, other in zip(data["objects"], documented["objects"].values(), strict=True):
        label = f"{other['label']}_{other['multiplicity']}"
        require(fields["label"] == label, f"the label is {fields['label']!r}, not {label!r}")
        for key in ("in_video1", "in_video2", "deformability"):
            require(fields[key] == other[key], f"{label}: {key} is not that of the documented layout")
    masks = {}
    for side in SIDES:
        table = documented["frame_tables"][side]
        masks[side] = {}
        for index, frames in data[f"{side}_objects"].items():
            require_type(index, int, f"{side}_objects: the object key {index!r}")
            require(0 <= index < len(data["objects"]), f"{side}_objects has {index}, which is not among the objects")
            decoded = {}
            for frame, rle in frames.items():
                place = f"{side}, object {index}, frame {frame!r}"
                require_type(frame, str, f"{place}: the frame number")
                require(str(int(frame)) == frame, f"{place}: the frame number is not plain digits")
                decoded[int(frame)] = decode(rle, str, table, place)
            masks[side][index] = decoded
    return masks


def check_same_masks(masks, others):
    for side in SIDES:
        require(list(masks[side]) == list(others[side]), f"{side}: the two layouts hold different objects")
        for index, frames in masks[side].items():
            require(list(frames) == list(others[side][index]), f"{side}, object {index}: the layouts hold other frames")
            for frame, mask in frames.items():
                same = np.array_equal(mask, others[side][index][frame])
                require(same, f"{side}, object {index}, frame {frame}: the two layouts hold different masks")


def check_benchmark_folder(folder, documented):
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    require(metadata["scene_type"] == documented["scenetype"], "metadata.json names another scene type")
    require(metadata["num_objects"] == len(documented["objects"]), "metadata.json counts other objects")
    expected = []
    for side, video in zip(SIDES, metadata["videos"], strict=True):
        table = documented["frame_tables"][side]
        size = (video["width"], video["height"], video["num_frames"])
        require(size == (table["width"], table["height"], len(table["pts"])), f"metadata.json: {side} has {size}")
        require(video["file"].startswith(f"original_{side}."), f"metadata.json: {side} is {video['file']!r}")
        expected += [video["file"], video["overlay"]]
    videos = sorted(p.name for p in folder.iterdir() if p.suffix not in (".pkl", ".json"))
    require(videos in ([], sorted(expected)), f"{folder} holds {videos}, not {sorted(expected)}")
    firsts = [name.startswith("original_") for name in videos]
    require(firsts == sorted(firsts, reverse=True), "the original videos do not sort before the overlays")


def tensor(value, kind, place):
    """The tensor without its first dimension, as the original tool's reader takes it."""
    if HAS_TORCH:
        require(isinstance(value, torch.Tensor), f"{place} is {type(value).__name__}, not a tensor")
        array = value[0].cpu().numpy()
        require(array.dtype == {"FloatTensor": np.float32, "IntTensor": np.int32}[kind], f"{place}: {array.dtype}")
    else:
        require(type(value) is getattr(torch, kind), f"{place} is {type(value).__name__}, not torch.{kind}")
        array = np.array(value[0])
    require(len(value) == 1, f"{place} has a first dimension of {len(value)}, not 1")
    return array


def check_prompts(data, pixels, documented, benchmark):
    """The prompts in both files; returns their number by side."""
    require(data["objects"] == benchmark["objects"], "its objects are not those of the benchmark layout")
    require(data["scene_type"] == documented["scenetype"], "its scene type is not that of segments.pkl")
    require_type(data["comments"], dict, "comments")
    counts = {}
    for side in SIDES:
        table, entry = documented["frame_tables"][side], data[side]
        names = [f"{row:05}.jpg" for row in range(len(table["pts"]))]
        require(entry["frame_names"] == names, f"{side}: frame_names are not 00000.jpg to {names[-1]}")
        require_type(entry["frames_dir"], str, f"{side}: frames_dir")
        inputs = entry["point_inputs_per_obj"]
        require(list(entry["obj_idx_to_id"]) == list(inputs), f"{side}: obj_idx_to_id names other objects")
        in_pixels = {obj["id"]: {p["frame"]: p for p in obj["prompts"]} for obj in pixels[side]["objects"]}
        require([entry["obj_idx_to_id"][i] for i in inputs] == list(in_pixels), f"{side}: the JSON names other objects")
        counts[side] = 0
        for index, frames in inputs.items():
            object_id = entry["obj_idx_to_id"][index]
            require(object_id == index + 1, f"{side}: object {index} has SAM 2's id {object_id}, not {index + 1}")
            require(list(frames) == list(in_pixels[object_id]), f"{side}, object {index}: the JSON has other frames")
            first = data["objects"][index][f"{side}_frame_idx"]
            require(min(frames) == first, f"{side}, object {index}: {side}_frame_idx is {first}, not {min(frames)}")
            for frame, points in frames.items():
                place = f"{side}, object {index}, frame {frame}"
                require_type(frame, int, f"{place}: the frame number")
                require(0 <= frame < len(names), f"{place} lies behind the end")
                coords = tensor(points["point_coords"], "FloatTensor", f"{place}: point_coords")
                labels = tensor(points["point_labels"], "IntTensor", f"{place}: point_labels")
                require(coords.shape == (len(labels), 2), f"{place}: {coords.shape} points, {labels.shape} labels")
                prompt = in_pixels[object_id][frame]
                box = prompt.get("box", [])
                wanted = np.array([box[:2], box[2:], *prompt["points"]] if box else prompt["points"], dtype=float)
                wanted *= 1024 / np.array([table["width"], table["height"]])
                require(np.allclose(coords, wanted, atol=1e-3), f"{place}: {coords.tolist()}, not {wanted.tolist()}")
                wanted = [2, 3] * bool(box) + prompt["labels"]
                require(labels.tolist() == wanted, f"{place}: labels {labels.tolist()}, not {wanted}")
                counts[side] += len(labels)
    return counts


def load(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def checked(path, check, *arguments):
    """Runs one check; whatever goes wrong in it is a violation in that file."""
    try:
        return check(*arguments)
    except (Violation, KeyError, TypeError, ValueError, AttributeError) as error:
        kind = "" if isinstance(error, Violation) else f"{type(error).__name__}: "
        sys.exit(f"{path}: {kind}{error}")


def summary(documented, masks, prompts):
    objects = []
    for index, (name, fields) in enumerate(documented["objects"].items()):
        entry = {"id": name, **fields}
        for side in SIDES:
            frames = masks[side].get(index, {})
            entry[side] = {"frames": len(frames), "areas": {frame: int(mask.sum()) for frame, mask in frames.items()}}
        objects.append(entry)
    return {"scene_type": documented["scenetype"], "torch": HAS_TORCH, "objects": objects, "prompts": prompts}


def pixels_of(masks):
    return {
        side: {
            index: {frame: np.packbits(mask).tobytes().hex() for frame, mask in frames.items()}
            for index, frames in objects.items()
        }
        for side, objects in masks.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results_dir", type=Path)
    parser.add_argument("--pixels", action="store_true", help="print every mask as well")
    options = parser.parse_args()
    folder = options.results_dir
    try:
        documented = load(folder / "segments.pkl")
        benchmark = load(folder / "benchmark" / "segments.pkl")
        inference = load(folder / "inference_data.pkl")
        in_pixels = json.loads((folder / "inference_data.json").read_text(encoding="utf-8"))
    except (OSError, pickle.UnpicklingError, ValueError, EOFError) as error:
        sys.exit(f"cannot load the result files: {error}")
    masks = checked("segments.pkl", check_documented, documented)
    others = checked("benchmark/segments.pkl", check_benchmark, benchmark, documented)
    checked("benchmark/segments.pkl", check_same_masks, masks, others)
    checked("benchmark", check_benchmark_folder, folder / "benchmark", documented)
    prompts = checked("inference_data.pkl", check_prompts, inference, in_pixels, documented, benchmark)
    result = summary(documented, masks, prompts)
    if options.pixels:
        result["pixels"] = {"documented": pixels_of(masks), "benchmark": pixels_of(others)}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
