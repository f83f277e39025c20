"""Runs the model over a batch of pictures or clips as a person would use it, and adds up the losses."""
import torch
from torch.nn import functional as F

from . import prompts
from .losses import mask_losses

MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
STD = torch.tensor([0.229, 0.224, 0.225])[:, None, None]


def normalised(pictures):
    """uint8 [..., 3, s, s] as the model takes them."""
    return (pictures.float() / 255 - MEAN.to(pictures.device)) / STD.to(pictures.device)


class Unroll:
    """One batch: `pictures` [B, T, 3, s, s], target masks [B, K, T, s, s] (bool), object numbers of the first frames.

    The first frame is prompted; with some probability a second one is corrected later, as a person would. `times` are the
    frames' places in time: gaps train all codes of the memory's age.
    """

    def __init__(self, model, helpers, g, balance, helper_weight):
        self.model, self.helpers, self.g = model, helpers, g
        self.balance, self.helper_weight = balance, helper_weight

    def _chance(self, p):
        return float(torch.rand(1, generator=self.g)) < p

    def __call__(self, pictures, masks, objects, times, kind, corrections, second):
        b, t, _, s, _ = pictures.shape
        k = masks.shape[1]
        model, device = self.model, pictures.device
        if model.image_size != s:
            model.set_size(s)
        target = masks.permute(2, 0, 1, 3, 4).reshape(t, b * k, s, s)
        half = F.avg_pool2d(target.float(), 2) >= 0.5
        backbone = model.forward_image(normalised(pictures).flatten(0, 1))
        extra = self.helpers(backbone["backbone_fpn"][0][::t], backbone["backbone_fpn"][2][::t], objects)
        _, features, positions, sizes = model._prepare_backbone_features(backbone)
        owner = torch.arange(b, device=device).repeat_interleave(k)
        bank = {"cond_frame_outputs": {}, "non_cond_frame_outputs": {}}
        losses, shown = [], {"helpers": extra.detach()}
        for f in range(t):
            rows = owner * t + f
            seen = [x[:, rows] for x in features]
            where = [x[:, rows] for x in positions]
            deep = [x.permute(1, 2, 0).reshape(b * k, x.size(2), *z) for x, z in zip(seen[:-1], sizes[:-1])]
            if f == 0 and kind == "mask":
                loss, out = None, self._given(seen, sizes, deep, target[0])
            else:
                loss, out, iou, best = self._predicted(f, times[f], seen, where, sizes, deep, bank, target[f], half[f], kind,
                                                 corrections if f == 0 else int(f == second))
                shown.update({f"{'first' if f == 0 else 'later'} {i}": x for i, x in enumerate(iou)})
                if f == 0:
                    shown["best of three"] = best
                losses.append(loss)
            high, score, pointer = out
            if t > 1:
                feats, code = model._encode_new_memory(seen, sizes, high.float(), score, False)
                kept = {"maskmem_features": feats, "maskmem_pos_enc": code, "obj_ptr": pointer}
                bank["cond_frame_outputs" if f in (0, second) else "non_cond_frame_outputs"][times[f]] = kept
        # all frames count alike, and the first no less than in a single picture
        return torch.stack(losses).sum() / max(1.0, len(losses) ** 0.5) + self.helper_weight * extra, shown

    def _given(self, seen, sizes, deep, target):
        """The person gave the mask itself: only its pointer comes from the model."""
        plain = seen[-1].permute(1, 2, 0).reshape(len(target), -1, *sizes[-1])
        mask = target[:, None].float()
        pointer = self.model._forward_sam_heads(plain, mask_inputs=self.model.mask_downsample(mask), high_res_features=deep)[5]
        return mask * 20 - 10, torch.full((len(target), 1), 10.0, device=target.device), pointer

    def _predicted(self, f, time, seen, where, sizes, deep, bank, target, half, kind, corrections):
        model, s = self.model, target.shape[-1]
        mixed = model._prepare_memory_conditioned_features(
            frame_idx=time, is_init_cond_frame=f == 0, current_vision_feats=seen[-1:], current_vision_pos_embeds=where[-1:],
            feat_sizes=sizes[-1:], output_dict=bank, num_frames=64)
        points = None
        if f == 0:
            places, labels = prompts.first_prompt(kind, target, self.g)
            points = {"point_coords": places, "point_labels": labels}
        before, losses, ious, bests = None, [], [], []
        for step in range(corrections + 1):
            raw, _, iou, best, high, pointer, score = model._forward_sam_heads(mixed, points, before, deep, model._use_multimask(f == 0, points))
            up = F.interpolate(raw, size=(s // 2, s // 2), mode="bilinear", align_corners=False)
            loss, good, best_of_three = mask_losses(up, half[:, None], iou, score, self.balance)
            losses.append(loss)
            ious.append(good)
            bests.append(best_of_three)
            if step < corrections:
                with torch.no_grad():
                    shown = F.interpolate(best.float(), size=(s // 2, s // 2), mode="bilinear", align_corners=False)[:, 0] > 0
                    places, labels = prompts.correction(half, shown, self.g)
                    places = places * 2 + 0.5
                if points is not None:
                    places = torch.cat([points["point_coords"], places], 1)
                    labels = torch.cat([points["point_labels"], labels], 1)
                points = {"point_coords": places, "point_labels": labels}
                before = best.detach().float().clamp(-32, 32)
        return torch.stack(losses).mean() * (1 + 0.5 * corrections), (high, score, pointer), ious, bests[0]
