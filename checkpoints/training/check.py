"""Checks in seconds, before a run, that this machine can draw, train and save; prints how fast it draws and trains."""
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import torch
from model.architecture import TrainedSam, build, fresh, read_config
from model.losses import Helpers
from model.state import Average, load, optimiser, save, save_weights
from model.unroll import Unroll
from pool import Pool
from safetensors.torch import load_file
from scenes.clips import Studio


def clock(device):
    """Seconds, with all work of the device done."""
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    gpu = device == "cuda"
    print(f"torch {torch.__version__} on {torch.cuda.get_device_name() if gpu else 'the CPU'}", flush=True)
    size, frames, clips = (256, 8, 16) if gpu else (64, 3, 2)
    torch.set_num_threads(1)
    begin = clock(device)
    pool = Pool(Studio(1, 32, device, per_kind=4), 1, size, frames, clips, clips, workers=8 if gpu else 0)
    pool.draw()
    middle = clock(device)
    pool.draw()
    print(f"atlas and first clips {middle - begin:.1f} s, then {clips * frames / (clock(device) - middle):.0f} pictures/s of {size} pixels", flush=True)
    model = fresh(read_config(), 1).to(device).train()
    helpers = Helpers(model.hidden_dim).to(device)
    average, optim = Average(model, 0.9), optimiser(model, helpers, 0.01)
    unroll = Unroll(model, helpers, torch.Generator().manual_seed(1), 0.5, 0.5)
    for kind, corrections, second in (("click", 2, -1), ("box", 0, 1), ("clicks", 1, -1), ("mask", 0, -1), ("click", 1, 2)):
        pictures, masks, objects = pool.sample(clips, 2, frames)
        begin = clock(device)
        with torch.autocast("cuda", torch.bfloat16) if gpu else nullcontext():
            loss, _ = unroll(pictures, masks, objects, list(range(frames)), kind, corrections, second)
        optim.zero_grad()
        loss.backward()
        optim.step()
        average.update(model)
        if not bool(torch.isfinite(loss)):
            raise SystemExit(f"the loss of a step prompted by {kind} is not finite")
        print(f"step prompted by {kind}: loss {float(loss):.3f}, {clips * frames / (clock(device) - begin):.0f} pictures/s", flush=True)
    missing = [name for name, w in model.named_parameters() if w.grad is None]
    print(f"weights that no step has reached: {missing or 'none'}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder) / "a.pt", model, helpers, average, optim, step=1)
        load(Path(folder) / "a.pt", model, helpers, average, optim)
        save_weights(average.weights, Path(folder) / "a.safetensors")
        build(read_config(), TrainedSam).load_state_dict({k: x.float() for k, x in load_file(Path(folder) / "a.safetensors").items()})
    pool.close()
    print("everything works", flush=True)


if __name__ == "__main__":
    main()
