"""Composes one scene: a furnished room, things on its surfaces, what moves, and a camera that walks through it."""
from dataclasses import dataclass

import numpy as np

from . import furniture, household, people
from .motion import camera_walk, hand_near, thing_path
from .shapes import TEXTURES, Thing, colour, hsv, material, turn

MAX_PARTS = 230
FACES = 6  # the room itself: walls, floor and ceiling come first in the list of parts


@dataclass
class Placed:
    """A thing somewhere in the room, with its place and turn in every frame."""

    thing: Thing
    at: np.ndarray
    rotation: np.ndarray
    visible: np.ndarray


class Composer:
    """Puts a room together from a random generator; `frames` is the length of the clip."""

    def __init__(self, r, frames):
        self.r, self.frames, self.placed, self.circles, self.surfaces = r, frames, [], [], []
        self.half = np.array([r.uniform(1.5, 3.5), r.uniform(1.15, 1.5), r.uniform(1.5, 3.5)])

    def compose(self):
        """Returns the arrays that the renderer takes."""
        r = self.r
        self._furnish()
        focus, reach = self._focus()
        self._small_things(focus, reach)
        eye, rotation, tan = camera_walk(r, self.frames, focus, reach, self.half, self._blocked)
        if r.random() < 0.35:
            self._people(focus)
        for _ in range(r.choice([0, 1, 2], p=[0.72, 0.2, 0.08])):
            self._put(people.hand(r), *hand_near(r, self.frames, eye, rotation, focus))
        return self._arrays(eye, rotation, tan)

    # ---- what stands where

    def _count(self):
        return sum(len(p.thing.parts) for p in self.placed)

    def _put(self, thing, at, rotation, visible=None):
        """Adds a thing, unless the scene is full; a place or turn without a time axis holds for all frames."""
        if self._count() + len(thing.parts) > MAX_PARTS or sum(p.thing.group + 1 for p in self.placed) + thing.group > 230:
            return False
        at = np.broadcast_to(at, (self.frames, 3))
        rotation = np.broadcast_to(rotation, (self.frames, 3, 3))
        self.placed.append(Placed(thing, at, rotation, np.ones(self.frames, bool) if visible is None else visible))
        return True

    def _blocked(self, point):
        """Whether a point lies within a piece of furniture."""
        return any(np.hypot(*(point[[0, 2]] - c)) < k * 0.9 and point[1] < top + 0.1 for c, k, top in self.circles)

    def _furnish(self):
        r, (w, h, d) = self.r, self.half
        for _ in range(r.integers(2, 7)):
            thing = r.choice(furniture.FURNITURE)(r)
            radius, top = thing.extent()
            for _ in range(12):
                against = r.random() < 0.65
                side = r.integers(4)
                yaw = side * np.pi / 2 + (0 if against else r.uniform(-3, 3))
                depth = max(abs(p.at[2]) + p.half[2] for p in thing.parts)
                if against:  # its back to a wall
                    along = r.uniform(-0.8, 0.8)
                    at = [(along * w, -d + depth), (-w + depth, along * d), (along * w, d - depth), (w - depth, along * d)][side]
                    yaw = [0, np.pi / 2, np.pi, -np.pi / 2][side]
                else:
                    at = (r.uniform(-0.6, 0.6) * w, r.uniform(-0.6, 0.6) * d)
                at = np.array(at)
                if all(np.hypot(*(at - c)) > 0.75 * (k + radius) for c, k, _ in self.circles):
                    break
            else:
                continue
            q = turn(yaw)
            if self._put(thing, [at[0], 0, at[1]], q):
                self.circles.append((at, radius, top))
                for centre, half in thing.surfaces:
                    self.surfaces.append((q @ centre + [at[0], 0, at[1]], q, half))
        for _ in range(r.integers(0, 3)):
            self._put(furniture.rug(r), [r.uniform(-0.6, 0.6) * w, 0.002 * len(self.placed), r.uniform(-0.6, 0.6) * d], turn(r.uniform(0, 3)))
        for _ in range(r.integers(0, 6)):
            side = r.integers(4)
            along, yaw = r.uniform(-0.8, 0.8), [0, np.pi / 2, np.pi, -np.pi / 2][side]
            x, z = [(along * w, -d), (-w, along * d), (along * w, d), (w, along * d)][side]
            if r.random() < 0.2:
                self._put(furniture.door(r), [x, 0, z], turn(yaw))
            else:
                self._put(r.choice(furniture.ON_WALL)(r), [x, r.uniform(1.2, 1.7), z], turn(yaw))
        for _ in range(2):  # places on the floor
            self.surfaces.append((np.array([r.uniform(-0.7, 0.7) * w, 0.01, r.uniform(-0.7, 0.7) * d]), turn(), r.uniform(0.3, 0.7, 2)))

    def _focus(self):
        """Where the camera looks: a surface, and how far from it things matter."""
        r = self.r
        at, q, half = self.surfaces[r.integers(len(self.surfaces))]
        place = at + q @ [r.uniform(-0.5, 0.5) * half[0], r.uniform(0, 0.15), r.uniform(-0.5, 0.5) * half[1]]
        return place, float(np.exp(r.uniform(np.log(0.45), np.log(3.0))))

    def _small_things(self, focus, reach):
        """Spreads household things, most of them near the focus, look-alikes among them; decides what moves."""
        r = self.r
        order = sorted(self.surfaces, key=lambda s: np.linalg.norm(s[0] - focus))
        taken, kinds = [], []
        moving = r.choice([0.0, 0.15, 0.5])
        for k in range(int(r.integers(5, 22))):
            at, q, half = order[min(int(r.exponential(0.8)), len(order) - 1)]
            if kinds and r.random() < 0.2:  # a look-alike: the same thing again, sometimes in another colour
                thing = kinds[r.integers(len(kinds))]
                if r.random() < 0.5:
                    thing = self._repainted(thing)
            else:
                thing = r.choice(household.SMALL)(r).scale(float(np.exp(r.normal(0.1, 0.25))))
                if r.random() < 0.15:  # stretched, for shapes between the known ones
                    thing.scale(np.exp(r.normal(0, 0.25, 3)))
            if thing.extent()[1] > 1.0:
                continue
            kinds.append(thing)
            radius, top = thing.extent()
            for _ in range(10):
                place = at + q @ [r.uniform(-1, 1) * half[0], 0, r.uniform(-1, 1) * half[1]]
                if all(np.linalg.norm(place - p) > 0.8 * (k2 + radius) for p, k2 in taken):
                    break
            else:
                if r.random() < 0.6:
                    continue  # else it stands in another one, as clutter does
            taken.append((place, radius))
            tilt = turn(r.uniform(0, 6.3))
            lift = 0.0
            if r.random() < 0.12:  # fallen over
                tilt, lift = tilt @ turn(pitch=np.pi / 2), radius * 0.5
            path, spin, visible, carried = thing_path(r, self.frames, place + [0, lift, 0], moving, reach)
            if not self._put(thing, path, spin @ tilt, visible):
                return
            if carried:
                a = r.uniform(0, 6.3)
                q2 = turn(a, r.uniform(-0.9, 0.1))
                self._put(people.hand(r), path + [0, top * r.uniform(0.4, 1.0), 0] + q2 @ [0, 0, radius * 0.6 + 0.06], q2)

    def _repainted(self, thing):
        r = self.r
        copy = Thing(thing.name)
        copy.group, new = thing.group, {}
        for part in thing.parts:
            m = new.setdefault(id(part.material), type(part.material)(**{**vars(part.material), "tint": tuple(colour(r))}))
            copy.parts.append(type(part)(part.kind, part.at, part.half, part.rotation, part.shape, m, part.group))
        return copy

    def _people(self, focus):
        r = self.r
        for _ in range(r.integers(1, 3)):
            thing = people.figure(r) if r.random() < 0.7 else people.pet(r)
            start = np.array([focus[0] + r.normal(0, 0.8), 0, focus[2] + r.normal(0, 0.8)])
            start = np.clip(start, -self.half * 0.9, self.half * 0.9) * [1, 0, 1]
            step = np.array([r.normal(), 0, r.normal()]) * r.choice([0, 0.04, 0.15])
            t = np.arange(self.frames)[:, None]
            sway = np.stack([turn(0.1 * np.sin(0.9 * k), 0.04 * np.sin(1.3 * k)) for k in range(self.frames)])
            self._put(thing, start + step * t, sway @ turn(r.uniform(0, 6.3)))

    # ---- arrays

    def _arrays(self, eye, rotation, tan):
        r, n = self.r, self._count() + FACES
        kind, group, owner = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
        half, shape, mats = np.zeros((n, 3)), np.zeros((n, 8)), np.zeros((n, 9))
        inverse, centre, radius = np.zeros((self.frames, n, 3, 4)), np.zeros((self.frames, n, 3)), np.zeros((self.frames, n))
        half[:FACES], shape[:FACES, 0] = self.half, 200.0
        mid = np.array([0, self.half[1], 0])
        inverse[:, :FACES] = np.concatenate([np.diag(1 / self.half), -(mid / self.half)[:, None]], 1)
        wall = material(r, "painted")
        wall.keep, wall.gloss = r.uniform(0, 0.4), 0.0
        if r.random() < 0.7:  # most walls are plain and light
            wall.texture, wall.keep, wall.tint = ("plain", wall.texture[1]), 0.1, tuple(hsv(r.random(), r.uniform(0, 0.3), r.uniform(0.5, 1)))
        for k in range(FACES):
            m = material(r, "painted|stone", wall.tint) if k < 4 else wall
            if k < 4 and r.random() < 0.75:
                m = wall
            if k == 4:
                m = material(r, "wood|stone|fabric")
                m.texture = (r.choice(["planks", "planks", "tiles", "carpet", "carpet", "plain", m.texture[0]]), m.texture[1])
                m.keep *= r.uniform(0.2, 1)
                if r.random() < 0.75:
                    m.tint = tuple(hsv(r.normal(0.09, 0.05) % 1, r.uniform(0, 0.5), r.uniform(0.15, 0.9)))
                m.repeats = float(np.exp(r.uniform(np.log(0.3), np.log(1.2))))
            if k == 5:
                m = material(r, "plastic", hsv(0.1, 0.05, r.uniform(0.6, 1)))
            mats[k] = self._row(m)
        i, next_group = FACES, 1
        for number, p in enumerate(self.placed):
            for part in p.thing.parts:
                kind[i], group[i], owner[i] = part.kind, next_group + part.group, number + 1
                half[i], shape[i], mats[i] = part.half, part.shape, self._row(part.material)
                to_part = np.einsum("ij,tkj->tik", part.rotation.T, p.rotation)
                move = np.einsum("tij,tj->ti", to_part, -p.at) - part.rotation.T @ part.at
                inverse[:, i] = np.concatenate([to_part, move[..., None]], 2) / part.half[:, None]
                centre[:, i] = p.at + np.einsum("tij,j->ti", p.rotation, part.at)
                radius[:, i] = np.where(p.visible, np.linalg.norm(part.half * ([1, 1, 0] if part.kind == 2 else 1)), -1e3)
                i += 1
            next_group += p.thing.group + 1
        w, h, d = self.half
        lamp = np.array([r.uniform(-0.9, 0.9) * w, r.uniform(1.2, 2 * h - 0.05), r.uniform(-0.9, 0.9) * d])
        light = [np.append(lamp, r.uniform(0.03, 0.35)), np.array([r.uniform(-0.3, 0.3) * w, 2 * h + 1, r.uniform(-0.3, 0.3) * d, 0.7])]
        warm = hsv(r.choice([0.08, 0.1, 0.6]), r.uniform(0, 0.35), 1.0)
        power = [np.append(warm * r.uniform(0.5, 1.6), 0), np.append(hsv(0.6, r.uniform(0, 0.15), r.uniform(0.2, 0.8)), 0)]
        ambient = np.stack([hsv(r.random(), r.uniform(0, 0.2), r.uniform(0.15, 0.5)), hsv(r.random(), r.uniform(0, 0.3), r.uniform(0.05, 0.3))])
        return dict(kind=kind, group=group, owner=owner, half=half, shape=shape, material=mats, inverse=inverse, centre=centre, radius=radius,
                    eye=eye, camera=rotation, tan=tan, light=np.stack(light), power=np.stack(power)[:, :3], ambient=ambient)

    @staticmethod
    def _row(m):
        return np.array([TEXTURES.index(m.texture[0]), m.texture[1], m.repeats, *m.tint, m.keep, m.gloss, m.glow])


def compose(seed, frames):
    """The scene of a seed, as arrays."""
    return Composer(np.random.default_rng(seed), frames).compose()
