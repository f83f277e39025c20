"""What is kept of a run: weights, their running average, the optimiser and how far it got."""
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def optimiser(model, helpers, weight_decay):
    """AdamW; what is no matrix or is looked up by position does not decay."""
    decay, keep = [], []
    for name, weight in [*model.named_parameters(), *helpers.named_parameters()]:
        plain = weight.ndim < 2 or any(word in name for word in ("embed", "token", "tpos"))
        (keep if plain else decay).append(weight)
    groups = [{"params": decay, "weight_decay": weight_decay}, {"params": keep, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), fused=decay[0].device.type == "cuda")


class Average:
    """Exponential running average of the weights; this is what is evaluated and delivered."""

    def __init__(self, model, rate):
        self.rate, self.steps = rate, 0
        self.weights = {key: x.detach().clone().float() for key, x in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model):
        """Takes the present weights in; early on the average is short."""
        self.steps += 1
        rate = min(self.rate, (1 + self.steps) / (10 + self.steps))
        now = model.state_dict()
        mine = list(self.weights.values())
        torch._foreach_mul_(mine, rate)
        torch._foreach_add_(mine, [now[key].float() for key in self.weights], alpha=1 - rate)


def save_weights(weights, path, **about):
    """Half-precision weights with the official key names, as the engine loads them."""
    half = {key: x.detach().half().contiguous().cpu() for key, x in weights.items()}
    temporary = Path(f"{path}.part")
    save_file(half, temporary, metadata={"format": "pt", "dtype": "float16", **{k: str(v) for k, v in about.items()}})
    os.replace(temporary, path)


def save(path, model, helpers, average, optim, **about):
    """Everything that resuming needs, written whole or not at all."""
    state = {"model": model.state_dict(), "helpers": helpers.state_dict(), "average": average.weights, "average_steps": average.steps,
             "optimiser": optim.state_dict(), **about}
    temporary = Path(f"{path}.part")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load(path, model, helpers, average, optim):
    """Restores what `save` wrote and returns the rest of it."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state.pop("model"))
    helpers.load_state_dict(state.pop("helpers"))
    optim.load_state_dict(state.pop("optimiser"))
    average.steps = state.pop("average_steps")
    for key, x in state.pop("average").items():
        average.weights[key].copy_(x)
    return state


def start_from(path, model, average):
    """Begins a new run with the weights of an earlier one."""
    weights = {key: x.float() for key, x in load_file(path).items()}
    model.load_state_dict(weights)
    for key, x in weights.items():
        average.weights[key].copy_(x)
    average.steps = 1000
