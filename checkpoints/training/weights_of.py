"""Averaged weights in half precision out of a saved state: `weights_of.py last.pt OUT.safetensors`."""
import sys

import torch
from model.state import save_weights


def main():
    state = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
    save_weights(state["average"], sys.argv[2], stage=state["stage"], step=state["step"])
    print(f"step {state['step']}, stage {state['stage']} ({state['spent']:.0%} of it) in {sys.argv[2]}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
