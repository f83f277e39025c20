"""Makes the files that are delivered: `finalize.py WEIGHTS.safetensors FOLDER [--goldens checkpoints/goldens.safetensors]`.

FOLDER gets nano.safetensors (half precision), nano.json and goldens.safetensors: what the official code makes of the drawn clip
and clicks of the present goldens with the new weights. The files are then read back and run once more.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from model.architecture import CONFIG, DEMO, predictor, read_config
from model.state import save_weights
from safetensors.torch import load_file, save_file
from tracking import track

NOTES = {
    "frames": "uint8 [T,H,W,3] RGB; fed to the official loader as lossless images (PIL bicubic resize to image_size, /255, mean/std)",
    "mask_logits": "fp16 [T,obj,H,W], official SAM2VideoPredictor.propagate_in_video, video resolution",
    "object_score_logits": "fp32 [T,obj]",
    "points": "x,y in video pixels, all on frame 0; labels 1 positive 0 negative",
    "weights": "nano.safetensors (fp16 rounded, run in fp32)",
    "postprocessing": json.dumps(DEMO),
    "no_postprocessing": "same without dynamic_multimask_via_stability and binarize_mask_from_pts_for_mem_enc",
}


def goldens(weights, config, clip):
    """The tensors of goldens.safetensors."""
    frames = clip["frames"].numpy()
    prompts = [(k, 0, clip[f"obj{k}_points"].tolist(), clip[f"obj{k}_labels"].tolist()) for k in (1, 2)]
    kept = {key: clip[key] for key in ("frames", "obj1_points", "obj1_labels", "obj2_points", "obj2_labels")}
    for name, demo in (("", True), ("_no_postprocessing", False)):
        model = predictor(weights, config, demo)
        logits, scores, first, images = track(model, frames, prompts)
        kept[f"mask_logits{name}"] = torch.from_numpy(logits).half()
        kept[f"object_score_logits{name}"] = torch.from_numpy(scores)
        if demo:
            kept |= {f"obj{k}_frame0_logits": torch.from_numpy(x)[None].half() for k, x in first.items()}
            kept["input_frame0"] = images[0].cpu().clone()
            with torch.inference_mode():
                levels = model.forward_image(images[:1])["backbone_fpn"]
            kept |= {f"frame0_fpn{i}_f16": x.half().cpu().clone() for i, x in enumerate(levels)}
    return {key: x.contiguous() for key, x in kept.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--goldens", type=Path, default=CONFIG.parent.parent / "goldens.safetensors")
    a = parser.parse_args()
    torch.set_num_threads(1)
    a.folder.mkdir(parents=True, exist_ok=True)
    clip, text = load_file(a.goldens), CONFIG.read_text()
    save_weights(load_file(a.weights), a.folder / "nano.safetensors", model="sam2.1-nano", image_size=read_config()["image_size"])
    (a.folder / "nano.json").write_text(text)
    weights, config = load_file(a.folder / "nano.safetensors"), json.loads(text)["model"]
    save_file(goldens(weights, config, clip), a.folder / "goldens.safetensors", metadata=NOTES)

    written = load_file(a.folder / "goldens.safetensors")
    again = goldens(weights, read_config(a.folder / "nano.json"), written)
    gap = float((again["mask_logits"].float() - written["mask_logits"].float()).abs().max())
    areas = (written["mask_logits"] > 0).sum((2, 3)).T.tolist()
    print(f"{len(weights)} tensors; goldens repeat to {gap:.4f}; areas of the two masks by frame: {areas}")
    if not np.isfinite(gap) or gap > 0.02:
        raise SystemExit("the goldens do not repeat")


if __name__ == "__main__":
    main()
