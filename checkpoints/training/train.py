"""Trains the model by the clock: every stage gets its share of the seconds, whatever the machine.

    train.py --run DIR --seconds 480            trains; started again, it goes on where DIR/last.pt ends
    train.py --run DIR --seconds 200 --schedule more.json --start weights.safetensors

After each stage DIR/<stage>.safetensors holds the averaged weights in half precision, DIR/unfinished.safetensors when told to stop.
"""
import argparse
import json
import math
import signal
import time
from contextlib import nullcontext
from pathlib import Path

import torch
from model.architecture import CONFIG, HERE, fresh, read_config
from model.losses import Helpers
from model.state import Average, load, optimiser, save, save_weights, start_from
from model.unroll import Unroll
from pool import Pool
from scenes.clips import Studio

SAVE_EVERY, REPORT_EVERY = 60.0, 5.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--schedule", type=Path, default=HERE / "schedule.json")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true", help="fuse the renderer's intersection functions")
    parser.add_argument("--steps", type=int, default=0, help="stop after so many steps (for rehearsals)")
    return parser.parse_args()


def gaps(g, frames):
    """Places in time of a clip's frames: mostly one after the other, else with gaps, so that every age of a memory is met."""
    if frames == 1 or float(torch.rand(1, generator=g)) > 0.35:
        return list(range(frames))
    later = torch.randperm(max(frames - 1, 12), generator=g)[:frames - 1]
    return [0, *sorted(1 + int(k) for k in later)]


class Run:
    """One training run: the model, what is kept of it, and the clock."""

    def __init__(self, options, plan):
        self.options, self.plan, self.device = options, plan, torch.device(options.device)
        self.model = fresh(read_config(options.config), plan["seed"]).to(self.device).train()
        self.helpers = Helpers(self.model.hidden_dim).to(self.device)
        self.average = Average(self.model, plan["ema"])
        self.optim = optimiser(self.model, self.helpers, plan["weight_decay"])
        self.step, self.stage, self.spent, self.bad, self.stopped = 0, 0, 0.0, 0, False
        self.good = 0.0  # IoU of the best mask lately; the start-up loss fades as it rises
        self.last, self.began = options.run / "last.pt", time.monotonic()
        if self.last.exists():
            kept = load(self.last, self.model, self.helpers, self.average, self.optim)
            self.step, self.stage, self.spent, self.good = kept["step"], kept["stage"], kept["spent"], kept["good"]
            print(f"goes on at step {self.step}, stage {self.stage}, {self.spent:.0%} of it done", flush=True)
        elif options.start:
            start_from(options.start, self.model, self.average)
            self.good = 1.0
        self.g = torch.Generator().manual_seed(plan["seed"] + self.step)
        self.studio = Studio(plan["seed"], 32, self.device, plan["textures_per_kind"])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, *_):
        self.stopped = True

    def save(self):
        save(self.last, self.model, self.helpers, self.average, self.optim, step=self.step, stage=self.stage, spent=self.spent, good=self.good)

    def train(self):
        """All stages that are left; returns whether the plan was finished."""
        stages = self.plan["stages"]
        while self.stage < len(stages):
            stage = stages[self.stage]
            if not self._stage(stage):
                self.save()
                save_weights(self.average.weights, self.options.run / "unfinished.safetensors", stage=stage["name"], step=self.step)
                return False
            save_weights(self.average.weights, self.options.run / f"{stage['name']}.safetensors", stage=stage["name"], step=self.step)
            self.stage, self.spent = self.stage + 1, 0.0
            self.save()
        return True

    def _stage(self, stage):
        o = self.options
        seconds, begin = stage["share"] * o.seconds, time.monotonic() - self.spent * stage["share"] * o.seconds
        pool = Pool(self.studio, self.plan["seed"] + 1000 * (self.stage + 1) + self.step, stage["size"], stage["frames"], stage["pool"], stage["draw"], o.workers, o.compile)
        report = Report(stage["name"])
        saved = time.monotonic()
        try:
            while True:
                self.spent = (time.monotonic() - begin) / seconds
                if self.spent >= 1:
                    return True
                if self.stopped or (o.steps and self.step >= o.steps):
                    return False
                pool.refresh(stage["reuse"])
                report.add(*self._one(stage, pool))
                report.maybe_print(self, pool)
                if time.monotonic() - saved > SAVE_EVERY:
                    self.save()
                    saved = time.monotonic()
        finally:
            pool.close()

    def _one(self, stage, pool):
        """One step on one batch."""
        jobs, g = stage["jobs"], self.g
        job = jobs[int(torch.multinomial(torch.tensor([float(j["weight"]) for j in jobs]), 1, generator=g))]
        high, low = stage["lr"]
        rate = low + 0.5 * (high - low) * (1 + math.cos(math.pi * min(self.spent, 1.0)))
        for group in self.optim.param_groups:
            group["lr"] = rate * min(1.0, (self.step + 1) / 150)
        frames = job["frames"]
        pictures, masks, objects = pool.sample(job["clips"], job["targets"], frames)
        draw = torch.rand(3, generator=g).tolist()
        kinds = {"click": 0.5, "box": 0.12, "clicks": 0.08, "mask": 0.3} if frames > 1 else {"click": 0.65, "box": 0.2, "clicks": 0.15}
        kind = list(kinds)[int(torch.multinomial(torch.tensor(list(kinds.values())), 1, generator=g))]
        corrections = 0 if kind == "mask" else sum(draw[0] > x for x in ((0.4, 0.75) if frames == 1 else (0.75, 0.95)))
        second = 1 + int(draw[2] * (frames - 1)) if frames > 2 and draw[1] < 0.3 else -1
        unroll = Unroll(self.model, self.helpers, g, max(0.0, 1 - self.good / self.plan["balance_until"]), stage["helpers"])
        half = torch.autocast("cuda", torch.bfloat16) if self.device.type == "cuda" else nullcontext()
        with half:
            loss, shown = unroll(pictures, masks, objects, gaps(g, frames), kind, corrections, second)
        self.optim.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_([w for group in self.optim.param_groups for w in group["params"]], self.plan["clip_gradient"])
        self.step += 1
        if "best of three" in shown:
            self.good += 0.02 * (float(shown["best of three"]) - self.good)
        if not bool(torch.isfinite(norm)):
            self.bad += 1
            if self.bad > 30:
                raise RuntimeError("more than 30 steps had no finite gradient: lower the learning rate")
            return job, loss.detach(), shown, rate
        self.optim.step()
        self.average.update(self.model)
        return job, loss.detach(), shown, rate


class Report:
    """Prints every few seconds how it goes."""

    def __init__(self, name):
        self.name, self.since, self.rows, self.frames = name, time.monotonic(), {}, 0

    def add(self, job, loss, shown, rate):
        self.frames += job["clips"] * job["frames"]
        self.rate = rate
        for key, x in {"loss": loss, **shown}.items():
            self.rows.setdefault(key, []).append(x)

    def maybe_print(self, run, pool):
        now = time.monotonic()
        if now - self.since < REPORT_EVERY:
            return
        words = " ".join(f"{key} {float(torch.stack(x).float().mean()):.3f}" for key, x in sorted(self.rows.items()))
        steps, seconds = len(self.rows["loss"]), now - self.since
        memory = f", {torch.cuda.max_memory_allocated() / 2**30:.0f} GiB" if run.device.type == "cuda" else ""
        print(f"{now - run.began:5.0f} s {self.name} {run.spent:4.0%} step {run.step} rate {self.rate:.1e} | {words} | {steps / seconds:.1f} steps/s, "
              f"{self.frames / seconds:.0f} pictures/s, drawn {pool.drawn}, used {pool.sampled / max(pool.drawn, 1):.1f} times{memory}", flush=True)
        self.since, self.rows, self.frames = now, {}, 0


def main():
    options = arguments()
    options.run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    run = Run(options, json.loads(options.schedule.read_text()))
    finished = run.train()
    print(f"{'finished' if finished else 'stopped'} at step {run.step} after {time.monotonic() - run.began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
