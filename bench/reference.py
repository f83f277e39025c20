"""Measures the official code (package `sam2`) on what `bench` hands over, and answers as JSON on standard output.

Called by `bench --reference PYTHON`; by hand:
    reference.py --config FILE --checkpoint FILE --frames FOLDER --objects 1,4,8 --clicks JSON --threads N
"""

import argparse
import contextlib
import json
import statistics
import sys
import time

LEAST, MOST, SECONDS = 3, 30, 3.0


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True, help="YAML or JSON with the official keys")
    parser.add_argument("--checkpoint", required=True, help=".pt or safetensors")
    parser.add_argument("--frames", required=True, help="folder of 00000.jpg, 00001.jpg, ...")
    parser.add_argument("--clicks", required=True, help="JSON: number of objects to a list of [x, y]")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="f32", choices=["f32", "bf16", "f16"])
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--runs", type=int, default=1, help="whole films")
    return parser.parse_args()


def main():
    args = arguments()
    try:
        import torch
        import sam2
    except ImportError as error:
        return {"missing": str(error)}
    if args.device == "cuda" and not torch.cuda.is_available():
        return {"missing": "PyTorch finds no GPU"}
    torch.set_num_threads(args.threads)
    if args.precision != "f32":
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    modes = {}
    for mode in ["eager", "compiled"] if args.device == "cuda" else ["eager"]:
        modes[mode] = Official(args, compiled=mode == "compiled").measure()
    return {
        "versions": {"torch": torch.__version__, "sam2": getattr(sam2, "__version__", "1.0")},
        "modes": modes,
    }


class Official:
    """The official predictor with its weights."""

    def __init__(self, args, compiled):
        import torch
        from hydra.utils import instantiate
        from omegaconf import OmegaConf

        self.torch, self.args = torch, args
        config = OmegaConf.load(args.config)
        name = "SAM2VideoPredictorVOS" if compiled else "SAM2VideoPredictor"
        OmegaConf.update(config, "model._target_", f"sam2.sam2_video_predictor.{name}")
        # What `build_sam2_video_predictor` adds, without hole filling, which needs an extension of its own.
        extra = "model.sam_mask_decoder_extra_args"
        OmegaConf.update(config, f"{extra}.dynamic_multimask_via_stability", True, force_add=True)
        OmegaConf.update(config, f"{extra}.dynamic_multimask_stability_delta", 0.05, force_add=True)
        OmegaConf.update(config, f"{extra}.dynamic_multimask_stability_thresh", 0.98, force_add=True)
        OmegaConf.update(config, "model.binarize_mask_from_pts_for_mem_enc", True, force_add=True)
        if compiled:
            OmegaConf.update(config, "model.compile_image_encoder", True, force_add=True)
        # Some versions announce on standard output that they compile.
        with contextlib.redirect_stdout(sys.stderr):
            self.model = instantiate(config.model, _recursive_=True)
        self.model.load_state_dict(self.weights())
        self.model = self.model.to(args.device).eval()

    def weights(self):
        if self.args.checkpoint.endswith(".safetensors"):
            from safetensors.torch import load_file

            return load_file(self.args.checkpoint)
        return self.torch.load(self.args.checkpoint, map_location="cpu", weights_only=True)["model"]

    def measure(self):
        torch = self.torch
        types = {"bf16": torch.bfloat16, "f16": torch.float16}
        precision = contextlib.nullcontext()
        if self.args.precision in types:
            precision = torch.autocast(self.args.device, dtype=types[self.args.precision])
        with torch.inference_mode(), precision, contextlib.redirect_stdout(sys.stderr):
            stages = self.stages()
            # The first film compiles and tunes.
            films = {}
            for objects, clicks in json.loads(self.args.clicks).items():
                if self.args.device == "cuda":
                    self.film(clicks)
                films[objects] = max(self.film(clicks) for _ in range(self.args.runs))
        return {"stages": stages, "fps": films}

    def synchronise(self):
        if self.args.device == "cuda":
            self.torch.cuda.synchronize()

    def time(self, work):
        work()
        self.synchronise()
        runs, begun = [], time.perf_counter()
        while len(runs) < LEAST or (len(runs) < MOST and time.perf_counter() - begun < SECONDS):
            start = time.perf_counter()
            work()
            self.synchronise()
            runs.append((time.perf_counter() - start) * 1e3)
        return {"best": min(runs), "median": statistics.median_high(runs)}

    def stages(self):
        import io

        import numpy
        from PIL import Image
        from sam2.modeling.sam2_utils import get_1d_sine_pe

        torch, model, device = self.torch, self.model, self.args.device
        functional = torch.nn.functional
        with open(f"{self.args.frames}/00000.jpg", "rb") as file:
            jpeg = file.read()
        mean = torch.tensor((0.485, 0.456, 0.406))[:, None, None]
        deviation = torch.tensor((0.229, 0.224, 0.225))[:, None, None]

        def decode():
            picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
            picture.load()
            return picture

        picture = decode()
        size = (picture.height, picture.width)

        def preprocess():
            square = numpy.array(picture.resize((model.image_size, model.image_size)))
            planes = torch.from_numpy(square / 255.0).permute(2, 0, 1).float()
            return ((planes - mean) / deviation)[None].to(device)

        image = preprocess()
        output = model.forward_image(image)
        _, features, positions, sizes = model._prepare_backbone_features(output)
        maps = output["backbone_fpn"][:2]
        fresh = (features[-1] + model.no_mem_embed).permute(1, 2, 0).reshape(1, -1, *sizes[-1])

        def decoder(points=None):
            return model._forward_sam_heads(
                backbone_features=fresh,
                point_inputs=points,
                high_res_features=maps,
                multimask_output=True,
            )

        _, _, _, low_res, high_res, pointer, _ = decoder()
        score = torch.ones(1, 1, device=device)

        def encode_memory(from_points=False):
            return model._encode_new_memory(features, sizes, high_res, score, from_points)

        memory, memory_position = encode_memory(True)
        # As the predictor keeps it.
        memory = memory.to(torch.bfloat16)
        tokens = memory.flatten(2).permute(2, 0, 1)
        place = memory_position[-1].flatten(2).permute(2, 0, 1)
        pieces = model.hidden_dim // model.mem_dim

        def attention(memories, pointers):
            banks = [tokens.to(device) for _ in range(memories)]
            places = [place + model.maskmem_tpos_enc[model.num_maskmem - 1 - i] for i in range(memories)]
            times = torch.arange(pointers, device=device) / 15
            codes = model.obj_ptr_tpos_proj(get_1d_sine_pe(times, dim=model.hidden_dim))
            codes = codes[:, None].expand(-1, 1, model.mem_dim).repeat_interleave(pieces, 0)
            pointer_tokens = torch.stack([pointer] * pointers).reshape(-1, 1, pieces, model.mem_dim)
            pointer_tokens = pointer_tokens.permute(0, 2, 1, 3).flatten(0, 1)
            return model.memory_attention(
                curr=features[-1:],
                curr_pos=positions[-1:],
                memory=torch.cat([*banks, pointer_tokens]),
                memory_pos=torch.cat([*places, codes]),
                num_obj_ptr_tokens=pointers * pieces,
            )

        def mask(low_res):
            whole = functional.interpolate(low_res.float(), size=size, mode="bilinear", align_corners=False)
            return (whole > 0).cpu().numpy()

        [x, y] = json.loads(self.args.clicks)["1"][0]
        scale = [model.image_size / size[1], model.image_size / size[0]]
        points = {
            "point_coords": torch.tensor([[[x * scale[0], y * scale[1]]]], device=device),
            "point_labels": torch.ones(1, 1, dtype=torch.int32, device=device),
        }
        work = {
            "decode": decode,
            "preprocess": preprocess,
            "encode": lambda: model.forward_image(image),
            "attention_1": lambda: attention(1, 1),
            "attention_7": lambda: attention(model.num_maskmem, model.max_obj_ptrs_in_encoder),
            "decoder": decoder,
            "memory_encoder": encode_memory,
            "mask": lambda: mask(low_res),
            "click": lambda: mask(decoder(points)[3]),
        }
        return {stage: self.time(run) for stage, run in work.items()}

    def film(self, clicks):
        """Frames per second from JPEG files to masks of bits."""
        torch, model = self.torch, self.model
        start = time.perf_counter()
        state = model.init_state(self.args.frames)
        for number, (x, y) in enumerate(clicks, 1):
            points = torch.tensor([[x, y]], dtype=torch.float32)
            labels = torch.ones(1, dtype=torch.int32)
            model.add_new_points_or_box(state, 0, number, points=points, labels=labels)
        frames = 0
        for _, _, masks in model.propagate_in_video(state):
            (masks > 0).cpu().numpy()
            frames += 1
        self.synchronise()
        return frames / (time.perf_counter() - start)


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
