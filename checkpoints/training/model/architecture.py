"""Builds the model from a configuration with the official key names, and gives fresh weights a good start."""
import importlib
import json
from pathlib import Path

import torch
from sam2.modeling.sam2_base import NO_OBJ_SCORE, SAM2Base
from sam2.sam2_video_predictor import SAM2VideoPredictor
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent.parent
CONFIG = HERE / "nano.json"

# What the official demo switches on besides the configuration; the goldens and evaluations use it.
DEMO = {"sam_mask_decoder_extra_args": {"dynamic_multimask_via_stability": True, "dynamic_multimask_stability_delta": 0.05,
                                        "dynamic_multimask_stability_thresh": 0.98},
        "binarize_mask_from_pts_for_mem_enc": True}


def read_config(path=CONFIG):
    """The part of a configuration file that describes the model."""
    return json.loads(Path(path).read_text())["model"]


def with_size(config, size):
    """The same configuration for another input size."""
    config = json.loads(json.dumps(config))
    config["image_size"] = size
    for kind in ("self_attention", "cross_attention"):
        config["memory_attention"]["layer"][kind]["feat_sizes"] = [size // 16] * 2
    return config


def build(config, cls=None, **extra):
    """Makes the objects named by `_target_`, as the official code does through its configuration library."""
    if isinstance(config, list):
        return [build(x) for x in config]
    if not isinstance(config, dict):
        return config
    config = dict(config)
    module, _, name = config.pop("_target_").rpartition(".")
    made = {key: build(x) if not isinstance(x, dict) or "_target_" in x else x for key, x in config.items()}
    return (cls or getattr(importlib.import_module(module), name))(**made, **extra)


class TrainedSam(SAM2Base):
    """SAM2Base that keeps the raw small logits of all masks for the losses, and enlarges only the chosen one."""

    def _forward_sam_heads(self, backbone_features, point_inputs=None, mask_inputs=None, high_res_features=None, multimask_output=False):
        if not self.training:
            return super()._forward_sam_heads(backbone_features, point_inputs, mask_inputs, high_res_features, multimask_output)
        n, device, prompts = backbone_features.size(0), backbone_features.device, self.sam_prompt_encoder
        if point_inputs is not None:
            points = point_inputs["point_coords"], point_inputs["point_labels"]
        else:
            points = torch.zeros(n, 1, 2, device=device), -torch.ones(n, 1, dtype=torch.int32, device=device)
        if mask_inputs is not None and mask_inputs.shape[-2:] != prompts.mask_input_size:
            mask_inputs = F.interpolate(mask_inputs.float(), size=prompts.mask_input_size, align_corners=False, mode="bilinear", antialias=True)
        sparse, dense = prompts(points=points, boxes=None, masks=mask_inputs)
        raw, ious, tokens, score = self.sam_mask_decoder(
            image_embeddings=backbone_features, image_pe=prompts.get_dense_pe(), sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense, multimask_output=multimask_output, repeat_image=False, high_res_features=high_res_features)
        raw, present, rows = raw.float(), score > 0, torch.arange(n, device=device)
        chosen = ious.argmax(-1) if multimask_output else torch.zeros_like(rows)
        token = tokens[rows, chosen if tokens.size(1) > 1 else 0]
        best = torch.where(present[:, :, None, None], raw[rows, chosen].unsqueeze(1), NO_OBJ_SCORE)
        high = F.interpolate(best, size=(self.image_size, self.image_size), mode="bilinear", align_corners=False)
        there = present.to(token.dtype)
        pointer = there * self.obj_ptr_proj(token) + (1 - there) * self.no_obj_ptr
        return raw, None, ious.float(), best, high, pointer, score.float()

    def set_size(self, size):
        """Takes pictures of another size from now on; no weight depends on it."""
        cells = size // self.backbone_stride
        self.image_size, self.sam_image_embedding_size = size, cells
        prompts = self.sam_prompt_encoder
        prompts.image_embedding_size, prompts.input_image_size, prompts.mask_input_size = (cells, cells), (size, size), (4 * cells, 4 * cells)


def fresh(config, seed):
    """A model with random weights. Prompt tokens start small enough for the positional code to be visible beside them."""
    torch.manual_seed(seed)
    model = build(config, TrainedSam)
    for name, weight in model.named_parameters():
        if name.endswith(("pos_embed", "pos_embed_window")):
            nn.init.trunc_normal_(weight, std=0.02)
        if name.endswith("gamma"):
            weight.data.fill_(0.1)
    prompts = model.sam_prompt_encoder
    for token in [*prompts.point_embeddings, prompts.not_a_point_embed, prompts.no_mask_embed]:
        nn.init.normal_(token.weight, std=0.3)
    return model


def predictor(weights, config, demo=True):
    """The official video predictor with the given weights, for evaluation and goldens."""
    made = build(config, SAM2VideoPredictor, **(DEMO if demo else {}))
    made.load_state_dict({key: x.float() for key, x in weights.items()}, strict=True)
    return made.eval()
