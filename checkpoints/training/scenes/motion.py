"""How cameras, things and hands move during a clip."""
import numpy as np

from .shapes import turn


def smooth_noise(r, frames, size, scale):
    """A path of small, smooth random moves, as of a camera held in a hand."""
    t = np.arange(frames)[:, None]
    waves = [r.normal(0, 1, size) * np.sin(t * f + r.uniform(0, 6.3, size)) for f in (0.35, 0.9, 1.9)]
    return scale * (waves[0] + 0.5 * waves[1] + 0.25 * waves[2])


def look_at(eye, target, roll):
    """Camera rotation per frame: columns are right, down and forward."""
    forward = target - eye
    forward /= np.linalg.norm(forward, axis=-1, keepdims=True) + 1e-9
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right, axis=-1, keepdims=True) + 1e-9
    down = np.cross(forward, right)
    c, s = np.cos(roll)[:, None], np.sin(roll)[:, None]
    return np.stack([c * right + s * down, c * down - s * right, forward], -1)


def camera_walk(r, frames, focus, reach, half, blocked):
    """Eyes, rotations and field of view of a camera that walks around, past or away from the focus."""
    u = np.linspace(0, 1, frames)[:, None]
    if r.random() < 0.4:
        u = 0.5 - 0.5 * np.cos(np.pi * u * r.choice([1, 2]))  # there, or there and back
    pace = r.choice([0.1, 0.4, 1.0], p=[0.3, 0.45, 0.25])
    for attempt in range(30):
        a, e = r.uniform(0, 2 * np.pi), r.uniform(0.1, 1.1)
        eye = focus + reach * np.array([np.cos(e) * np.cos(a), np.sin(e), np.cos(e) * np.sin(a)])
        low, high = np.array([-half[0], 0.0, -half[2]]) + 0.2, np.array([half[0], 2 * half[1], half[2]]) - 0.2
        start = np.clip(eye, low, high)
        if blocked(start) or np.linalg.norm(start - focus) < 0.4 * reach:
            continue
        move = pace * reach * r.normal(0, 0.35, 3) * [1, 0.5, 1]
        path = np.clip(start + move * u + smooth_noise(r, frames, 3, 0.012 * reach), low, high)
        if attempt > 20 or not any(blocked(p) for p in path):
            break
    else:
        path = np.clip(np.repeat(start[None], frames, 0) + smooth_noise(r, frames, 3, 0.01), low, high)
    gaze = focus + reach * (r.normal(0, 0.15, 3) + pace * r.normal(0, 0.35, 3) * u * (2.0 if r.random() < 0.15 else 1.0))
    gaze = gaze + smooth_noise(r, frames, 3, 0.015 * reach)
    roll = smooth_noise(r, frames, 1, 0.015)[:, 0] + r.normal(0, 0.06)
    wide = r.uniform(0.35, 0.75)  # tangent of half the larger field of view
    aspect = r.choice([16 / 9, 4 / 3, 1.0, 9 / 16], p=[0.5, 0.25, 0.1, 0.15])  # pictures are squeezed to a square
    tan = np.array([wide, wide / aspect]) if aspect >= 1 else np.array([wide * aspect, wide])
    return path, look_at(path, gaze, roll), tan


def thing_path(r, frames, place, moving, reach):
    """Places, turns and visibility of a small thing, and whether a hand carries it."""
    t = np.arange(frames)
    still = np.repeat(turn()[None], frames, 0)
    path, visible = np.repeat(place[None], frames, 0), np.ones(frames, bool)
    if frames > 1 and r.random() < 0.1:  # taken away, put there, or away for a while
        a, b = sorted(r.integers(1, frames + 1, 2))
        visible = [(t < a) | (t >= b) if b < frames else t < a, t >= a][int(r.random() < 0.15)]
        visible = np.asarray(visible)
        if r.random() < 0.3:
            path = path + np.where(t[:, None] >= b, r.normal(0, 0.15, 3) * [1, 0, 1] * reach, 0)
    if frames == 1 or r.random() >= moving:
        return path, still, visible, False
    kind = r.choice(["carried", "pushed", "thrown"])
    begin, pace = r.integers(0, max(1, frames // 2)), r.choice([0.03, 0.1, 0.2]) * reach
    u = np.clip(t - begin, 0, None)[:, None]
    heading = np.array([r.normal(), 0, r.normal()])
    heading /= np.linalg.norm(heading) + 1e-9
    path = path + heading * pace * u * 0.6
    if kind == "carried":
        path = path + np.array([0, 1, 0]) * pace * np.minimum(u, r.integers(1, 5)) * r.uniform(0.2, 0.9)
    if kind == "thrown":
        path = path + np.array([0, 1, 0]) * np.maximum(reach * 0.08 * u * (1 - u / r.uniform(3, 8)), -place[1])
    spin = r.normal(0, 0.2) * np.clip(t - begin, 0, None)
    tilt = r.normal(0, 0.25) * np.clip(t - begin, 0, 4) * (kind != "pushed")
    turns = np.stack([turn(a, b) for a, b in zip(spin, tilt)])
    return path, turns, visible, kind == "carried" and r.random() < 0.75


def hand_near(r, frames, eye, rotation, focus):
    """A hand that reaches from the camera's side towards the focus, and leaves again."""
    t = np.arange(frames)
    when, length = r.uniform(-1, frames), r.uniform(2, 6)
    near = np.exp(-(((t - when) / length) ** 2))[:, None]
    side = r.uniform(-1, 1)
    start = eye + np.einsum("tij,j->ti", rotation, [side * 0.5, 0.45, 0.25])
    goal = focus + r.normal(0, 0.06, 3)
    at = start + (goal - start) * near * r.uniform(0.5, 1.05)
    d = goal - eye[0]
    yaw = np.arctan2(-d[0], -d[2]) + side * 0.5
    pitch = np.arctan2(d[1], np.hypot(d[0], d[2]))
    return at, turn(yaw, pitch + r.normal(0, 0.2), r.normal(0, 0.4))
