"""Counts parameters and operations of a configuration: `python -m model.cost [CONFIG]`.

An operation is a multiplication or an addition, so a multiply-accumulate counts twice. Linear layers and convolutions are
counted by hooks while the official model runs on two pictures; attention (scores and weighted sums) at the function that
all of it goes through.
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

from .architecture import CONFIG, fresh, read_config

LIMIT_BYTES, LIMIT_OPERATIONS = 20e6, 8e9


class Counter:
    """Adds up operations by the part of the model that runs."""

    def __init__(self, model):
        self.counts, self.part, self.model = {}, None, model
        for module in model.modules():
            if isinstance(module, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                module.register_forward_hook(self._layer)
        self._attend = F.scaled_dot_product_attention

    def _add(self, operations):
        self.counts[self.part] = self.counts.get(self.part, 0) + operations

    def _layer(self, module, inputs, output):
        if isinstance(module, nn.Linear):
            self._add(2 * output.numel() * module.in_features)
        elif isinstance(module, nn.Conv2d):
            self._add(2 * output.numel() * module.in_channels // module.groups * module.kernel_size[0] * module.kernel_size[1])
        else:
            self._add(2 * inputs[0].numel() * module.out_channels * module.kernel_size[0] * module.kernel_size[1])

    def _attention(self, q, k, v, *args, **kwargs):
        self._add(2 * q.shape[:-1].numel() * k.shape[-2] * (q.shape[-1] + v.shape[-1]))
        return self._attend(q, k, v, *args, **kwargs)

    def during(self, part, action):
        """Runs an action and counts what it does for the named part."""
        self.part, F.scaled_dot_product_attention = part, self._attention
        try:
            return action()
        finally:
            F.scaled_dot_product_attention = self._attend


@torch.no_grad()
def count(config):
    """Parameters, and operations by part of one tracked frame of one object with a full memory."""
    model = fresh(config, 0).eval()
    size, counter = config["image_size"], Counter(model)
    seen = counter.during("image encoder", lambda: model.forward_image(torch.randn(1, 3, size, size)))
    _, features, positions, sizes = model._prepare_backbone_features(seen)
    shallow = [x.permute(1, 2, 0).view(1, x.size(2), *s) for x, s in zip(features[:-1], sizes[:-1])]
    first = model._prepare_memory_conditioned_features(0, True, features[-1:], positions[-1:], sizes[-1:], {}, 64)
    point = {"point_coords": torch.full((1, 1, 2), size / 2), "point_labels": torch.ones(1, 1, dtype=torch.int32)}
    counter.part = "warm-up"
    output = model._forward_sam_heads(first, point, None, shallow, True)
    memory, place = counter.during("memory encoder", lambda: model._encode_new_memory(features, sizes, output[4], output[6], True))
    kept = {"maskmem_features": memory, "maskmem_pos_enc": place, "obj_ptr": output[5]}
    bank = {"cond_frame_outputs": {0: kept}, "non_cond_frame_outputs": {t: kept for t in range(1, 30)}}
    mixed = counter.during("memory attention", lambda: model._prepare_memory_conditioned_features(
        30, False, features[-1:], positions[-1:], sizes[-1:], bank, 64))
    counter.during("prompt encoder and mask decoder", lambda: model._forward_sam_heads(mixed, None, None, shallow, True))
    counter.counts.pop("warm-up", None)
    return sum(p.numel() for p in model.parameters()), counter.counts


def main():
    config = read_config(*sys.argv[1:2])
    parameters, counts = count(config)
    total = sum(counts.values())
    print(f"{parameters:,} parameters, {2 * parameters / 1e6:.1f} MB in half precision (at most {LIMIT_BYTES / 1e6:.0f})")
    for part, operations in counts.items():
        print(f"{part:32} {operations / 1e9:6.2f} GFLOP")
    print(f"{'one frame, one object':32} {total / 1e9:6.2f} GFLOP (at most {LIMIT_OPERATIONS / 1e9:.0f})")
    if 2 * parameters > LIMIT_BYTES or total > LIMIT_OPERATIONS:
        sys.exit("the configuration is too large")


if __name__ == "__main__":
    main()
