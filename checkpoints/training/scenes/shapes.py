"""Parts, materials and the builder that objects are put together with."""
from dataclasses import dataclass

import numpy as np

BOX, LATHE, CARD = 0, 1, 2

# Kinds of texture in the atlas; `textures.py` draws each of them.
TEXTURES = ["plain", "wood", "planks", "tiles", "bricks", "weave", "stripes", "checks", "dots", "marble",
            "fractal", "print", "cover", "view", "cells", "carpet"]

# What a thing can be made of: textures, repeats per metre, gloss, and how much of the texture's own colour stays.
SUBSTANCES = {
    "plastic": (["plain"], (0.5, 3), (0.2, 0.6), (0.1, 0.5)),
    "painted": (["plain", "plain", "fractal", "stripes", "dots"], (0.5, 4), (0.0, 0.35), (0.1, 0.9)),
    "wood": (["wood"], (0.4, 2), (0.0, 0.25), (0.5, 1.0)),
    "fabric": (["weave", "weave", "stripes", "checks", "dots", "plain", "carpet"], (1, 6), (0.0, 0.03), (0.3, 1.0)),
    "ceramic": (["plain", "plain", "dots", "stripes", "fractal", "cells"], (1, 6), (0.3, 0.7), (0.1, 1.0)),
    "metal": (["plain", "marble", "fractal"], (0.5, 3), (0.5, 1.0), (0.05, 0.4)),
    "printed": (["cover", "print", "cover", "view", "stripes"], (2, 8), (0.0, 0.4), (0.6, 1.0)),
    "page": (["print"], (3, 6), (0.0, 0.05), (0.8, 1.0)),
    "stone": (["marble", "cells", "fractal", "tiles"], (0.5, 3), (0.0, 0.5), (0.5, 1.0)),
    "leaf": (["fractal", "stripes", "marble"], (2, 6), (0.0, 0.3), (0.1, 0.4)),
    "skin": (["plain", "fractal"], (1, 3), (0.0, 0.15), (0.05, 0.15)),
}


@dataclass
class Material:
    """How a surface looks; `texture` is a kind in TEXTURES and a number that the atlas takes modulo its size."""

    texture: tuple
    repeats: float
    tint: tuple
    keep: float
    gloss: float
    glow: float = 0.0


def hsv(h, s, v):
    """A colour from hue, saturation and value in 0..1."""
    k = (np.array([5.0, 3.0, 1.0]) + h * 6) % 6
    return v - v * s * np.clip(np.minimum(k, 4 - k), 0, 1)


def colour(r):
    """A colour as rooms have them: mostly muted, now and then loud."""
    kind = r.random()
    if kind < 0.45:
        return hsv(r.normal(0.09, 0.06) % 1, r.uniform(0, 0.35), r.uniform(0.08, 0.98))
    if kind < 0.8:
        return hsv(r.random(), r.uniform(0.15, 0.6), r.uniform(0.2, 0.9))
    return hsv(r.random(), r.uniform(0.6, 1.0), r.uniform(0.35, 1.0))


def material(r, substance, tint=None):
    """A material of the given substance; of two substances joined by a bar one is drawn."""
    kinds, repeats, gloss, keep = SUBSTANCES[r.choice(substance.split("|"))]
    if tint is None:
        tint = colour(r)
        if substance == "wood":
            tint = hsv(r.uniform(0.04, 0.12), r.uniform(0.15, 0.7), r.uniform(0.15, 0.9))
        elif substance == "leaf":
            tint = hsv(r.uniform(0.2, 0.4), r.uniform(0.3, 0.8), r.uniform(0.15, 0.7))
        elif substance == "skin":
            tint = hsv(r.uniform(0.03, 0.09), r.uniform(0.2, 0.6), r.uniform(0.3, 0.95))
        elif substance == "metal":
            tint = hsv(r.random(), r.uniform(0, 0.25), r.uniform(0.2, 0.9))
    low, high = np.log(repeats)
    return Material((str(r.choice(kinds)), int(r.integers(1 << 20))), float(np.exp(r.uniform(low, high))), tuple(tint),
                    float(r.uniform(*keep)), float(r.uniform(*gloss)))


def turn(yaw=0.0, pitch=0.0, roll=0.0):
    """Rotation about y (yaw), then x (pitch), then z (roll), applied from the right."""
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    return (np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
            @ np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]]))


@dataclass
class Part:
    """One primitive of an object: its unit shape lies in [-1, 1] in all directions."""

    kind: int
    at: np.ndarray
    half: np.ndarray
    rotation: np.ndarray
    shape: tuple
    material: Material
    group: int


class Thing:
    """An object under construction: y points up, the floor or table top is y = 0, lengths in metres."""

    def __init__(self, name):
        self.name, self.parts, self.group, self.surfaces = name, [], 0, []

    def next_group(self):
        """What is added from here on is another part that a person may want alone."""
        self.group += 1

    def _add(self, kind, at, half, mat, rotation, shape):
        half = np.maximum(np.broadcast_to(np.asarray(half, float), 3), 1e-4)
        self.parts.append(Part(kind, np.asarray(at, float), half, turn() if rotation is None else rotation, shape, mat, self.group))

    def box(self, at, half, mat, rotation=None, bevel=24.0):
        """A box; a low `bevel` makes its shading rounder."""
        self._add(BOX, at, half, mat, rotation, (bevel, 0, 0, 0, 0, 0, 0, 0))

    def lathe(self, at, radius, height, mat, bottom=1.0, middle=1.0, top=1.0, hole=0.0, rotation=None, flat=1.0):
        """A turned body about y: relative radii at its bottom, middle and top, and of the hole through it."""
        b, m, t = bottom**2, middle**2, top**2
        self._add(LATHE, at, (radius, height / 2, radius * flat), mat, rotation, (m, (t - b) / 2, (t + b) / 2 - m, hole, 0, 0, 0, 0))

    def ball(self, at, half, mat, rotation=None):
        """A ball or ellipsoid."""
        self._add(LATHE, at, half, mat, rotation, (1.0, 0.0, -1.0, 0.0, 0, 0, 0, 0))

    def rod(self, a, b, radius, mat, end=1.0):
        """A round rod from a to b; `end` is the relative radius at b."""
        a, b = np.asarray(a, float), np.asarray(b, float)
        axis = b - a
        length = np.linalg.norm(axis) + 1e-9
        y = axis / length
        x = np.cross(y, [0.0, 0.0, 1.0] if abs(y[2]) < 0.9 else [1.0, 0.0, 0.0])
        x /= np.linalg.norm(x)
        self.lathe((a + b) / 2, radius, length, mat, 1.0, (1 + end) / 2, end, rotation=np.stack([x, y, np.cross(x, y)], 1))

    def card(self, at, half, mat, rotation=None, power=40.0, waves=()):
        """A flat shape facing z: superellipse of the given power, its rim moved by (count, depth, phase) waves."""
        flat = [v for wave in list(waves)[:2] for v in wave] + [0.0] * (6 - 3 * min(len(waves), 2))
        self._add(CARD, at, (half[0], half[1], 1e-3), mat, rotation, (power, *flat, 0.0))

    def surface(self, at, half):
        """Notes a level place on which smaller things can stand: its middle and half sizes in x and z."""
        self.surfaces.append((np.asarray(at, float), np.asarray(half, float)))

    def scale(self, factor):
        """Makes everything larger or smaller, in all or in each direction (before parts are turned)."""
        for part in self.parts:
            part.at, part.half = part.at * factor, part.half * factor
        self.surfaces = [(at * factor, half * factor) for at, half in self.surfaces]
        return self

    def extent(self):
        """Radius around the y axis and height, of the parts' bounding boxes."""
        reach = [np.abs(p.rotation) @ p.half for p in self.parts]
        flat = max(np.hypot(*(np.abs(p.at[[0, 2]]) + e[[0, 2]])) for p, e in zip(self.parts, reach))
        return float(flat), float(max(p.at[1] + e[1] for p, e in zip(self.parts, reach)))
