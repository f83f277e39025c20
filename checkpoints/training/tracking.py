"""Runs the official video predictor over frames, as the engine's users do: prompts in, logits of every frame out."""
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image


def track(predictor, frames, prompts):
    """Logits [T, objects, H, W], object scores [T, objects] and the logits right after each prompt.

    frames: uint8 [T, H, W, 3]; prompts: object number, frame, points and labels. The frames reach the official loader without
    loss: as PNG bytes under the names it looks for.
    """
    with tempfile.TemporaryDirectory() as folder:
        for k, frame in enumerate(frames):
            with open(Path(folder) / f"{k:05d}.jpg", "wb") as file:
                Image.fromarray(frame).save(file, format="PNG")
        state = predictor.init_state(folder)
    first, logits = {}, {}
    with torch.inference_mode():
        for number, frame, points, labels in prompts:
            _, ids, masks = predictor.add_new_points_or_box(state, frame, number, points=points, labels=labels)
            first[number] = masks[ids.index(number), 0].float().cpu().numpy()
        for frame, ids, masks in predictor.propagate_in_video(state):
            logits[frame] = masks[:, 0].float().cpu().numpy()
    scores = np.zeros((len(frames), len(ids)), np.float32)
    for k in range(len(ids)):
        outputs = state["output_dict_per_obj"][k]
        for t in range(len(frames)):
            kept = outputs["cond_frame_outputs"].get(t) or outputs["non_cond_frame_outputs"].get(t)
            scores[t, k] = float(kept["object_score_logits"].reshape(-1)[0])
    return np.stack([logits[t] for t in range(len(frames))]), scores, first, state["images"]
