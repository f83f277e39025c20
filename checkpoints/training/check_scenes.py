"""Checks in a second, with numpy alone, that scenes follow from their seed and are well formed: `python check_scenes.py`."""
import numpy as np
from scenes.room import FACES, MAX_PARTS, compose
from scenes.shapes import TEXTURES


def check(seed, frames):
    """One scene; an assertion names what is wrong."""
    scene, again = compose(seed, frames), compose(seed, frames)
    for key, x in scene.items():
        assert np.array_equal(x, again[key]), f"scene {seed}: {key} differs from run to run"
        assert np.isfinite(x).all(), f"scene {seed}: {key} is not finite"
    parts = len(scene["kind"])
    assert FACES < parts <= MAX_PARTS + FACES, f"scene {seed}: {parts} parts"
    assert scene["group"].max() < 256 and scene["owner"].max() < 256, f"scene {seed}: numbers beyond a byte"
    assert ((scene["material"][:, 0] >= 0) & (scene["material"][:, 0] < len(TEXTURES))).all(), f"scene {seed}: an unknown texture"
    turns = np.einsum("tij,tkj->tik", scene["camera"], scene["camera"])
    assert np.allclose(turns, np.eye(3), atol=1e-5), f"scene {seed}: the camera is skewed"
    # The parts' frames must undo each other: their middle is the origin of their own space.
    middle = np.einsum("tpij,tpj->tpi", scene["inverse"][..., :3], scene["centre"]) + scene["inverse"][..., 3]
    assert np.abs(middle[:, FACES:]).max() < 1e-6, f"scene {seed}: a part is not where it is said to be"
    return parts


def main():
    parts = [check(seed, frames) for seed, frames in enumerate((1, 2, 4, 8, 8, 3, 1, 5))]
    print(f"{len(parts)} scenes are well formed, {min(parts)} to {max(parts)} parts")


if __name__ == "__main__":
    main()
