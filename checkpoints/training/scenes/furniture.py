"""What a room is furnished with; tables, shelves and seats note the surfaces on which smaller things stand."""
import numpy as np

from .household import UP, book
from .shapes import Thing, hsv, material, turn


def table(r):
    t = Thing("table")
    w, d, h = r.uniform(0.35, 0.9), r.uniform(0.3, 0.5), r.choice([r.uniform(0.35, 0.5), r.uniform(0.68, 0.8)])
    top, legs = material(r, "wood|wood|stone|painted|plastic"), material(r, "wood|metal|painted")
    if r.random() < 0.3:
        d = w
        t.lathe((0, h, 0), w, 0.03, top)
        t.next_group()
        t.lathe((0, h / 2, 0), 0.05, h, legs, 1.2, 0.7, 1)
        t.lathe((0, 0.02, 0), w * 0.5, 0.04, legs, 1, 0.9, 0.4)
    else:
        t.box((0, h, 0), (w, r.uniform(0.01, 0.03), d), top)
        t.next_group()
        k = r.uniform(0.015, 0.04)
        for x in (-1, 1):
            for z in (-1, 1):
                t.box((x * (w - 2 * k), h / 2, z * (d - 2 * k)), (k, h / 2, k), legs)
        if r.random() < 0.4:
            t.next_group()
            t.box((w * 0.5, h * 0.75, 0), (w * 0.4, h * 0.2, d * 0.9), top)
    t.surface((0, h + 0.025, 0), (w * 0.85, d * 0.85))
    if r.random() < 0.25:
        t.next_group()
        t.card((0, h + 0.034, 0), (w * r.uniform(0.4, 0.9), d * r.uniform(0.4, 0.9)), material(r, "fabric"), UP)
    return t


def counter(r):
    t = Thing("counter")
    w, d, h = r.uniform(0.6, 1.4), r.uniform(0.25, 0.35), r.uniform(0.75, 0.95)
    front = material(r, "painted|wood|plastic")
    t.box((0, h / 2, 0), (w, h / 2, d), front)
    t.next_group()
    t.box((0, h, 0), (w * 1.02, 0.02, d * 1.05), material(r, "stone|wood|plastic"))
    n = r.integers(2, 5)
    for k in range(n):
        t.next_group()
        x = -w + (k + 0.5) * 2 * w / n
        t.box((x, h * 0.5, d), (w / n * 0.93, h * 0.42, 0.012), front)
        t.box((x, h * 0.8, d + 0.025), (0.05, 0.008, 0.012), material(r, "metal"))
    t.surface((0, h + 0.021, 0), (w * 0.9, d * 0.85))
    return t


def shelf(r):
    t = Thing("shelf")
    w, d, h, n = r.uniform(0.3, 0.7), r.uniform(0.12, 0.2), r.uniform(0.8, 2.0), r.integers(2, 6)
    a = material(r, "wood|painted")
    for x in (-1, 1):
        t.box((x * w, h / 2, 0), (0.012, h / 2, d), a)
    if r.random() < 0.6:
        t.box((0, h / 2, -d), (w, h / 2, 0.008), a)
    for k in range(n + 1):
        y = 0.05 + (h - 0.06) * k / n
        t.box((0, y, 0), (w, 0.012, d), a)
        t.surface((0, y + 0.012, 0), (w * 0.85, d * 0.7))
    return t


def bookcase(r):
    """A shelf with rows of standing books."""
    t = shelf(r)
    t.name = "bookcase"
    for at, half in t.surfaces[:-1]:
        x, end = at[0] - half[0], at[0] + half[0] * r.uniform(-0.2, 1)
        while x < end:
            k, h = r.uniform(0.008, 0.03), r.uniform(0.08, 0.13)
            t.next_group()
            t.box((x + k, at[1] + h, at[2]), (k * 0.95, h, half[1] * r.uniform(0.8, 1)), material(r, "printed|fabric"))
            x += 2 * k
            if len(t.parts) > 44:
                return t
    return t


def chair(r):
    t = Thing("chair")
    w, h, back = r.uniform(0.19, 0.25), r.uniform(0.4, 0.48), r.uniform(0.2, 0.3)
    a, seat = material(r, "wood|metal|plastic"), material(r, "fabric|wood|plastic")
    for x in (-1, 1):
        for z in (-1, 1):
            t.rod((x * w * 1.05, 0, z * w * 1.05), (x * w * 0.9, h, z * w * 0.9), 0.018, a)
    t.next_group()
    t.box((0, h, 0), (w, r.uniform(0.012, 0.05), w), seat, bevel=6)
    t.next_group()
    q = turn(pitch=-0.12)
    if r.random() < 0.5:
        t.box((0, h + back, -w), (w, back, 0.02), seat, q, bevel=6)
    else:
        for k in range(r.integers(2, 5)):
            t.box((0, h + back * (0.5 + 0.4 * k), -w), (w, 0.03, 0.012), a, q)
        for x in (-1, 1):
            t.box((x * w, h + back, -w), (0.016, back, 0.016), a, q)
    t.surface((0, h + 0.045, 0), (w * 0.6, w * 0.6))
    return t


def sofa(r):
    t = Thing("sofa")
    n = r.integers(1, 4)
    w, d, a = 0.32 * n, r.uniform(0.35, 0.45), material(r, "fabric")
    t.box((0, 0.2, 0), (w, 0.2, d), a, bevel=5)
    t.box((0, 0.5, -d), (w, 0.32, 0.12), a, turn(pitch=-0.15), bevel=4)
    t.next_group()
    for x in (-1, 1):
        t.box((x * (w + 0.08), 0.3, 0), (0.09, 0.3, d), a, bevel=4)
    b = material(r, "fabric") if r.random() < 0.3 else a
    for k in range(n):
        t.next_group()
        t.box((-w + 0.32 * (2 * k + 1), 0.44, 0.06), (0.31, 0.08, d * 0.9), b, bevel=3)
    t.surface((0, 0.52, 0.05), (w * 0.85, d * 0.6))
    return t


def bed(r):
    t = Thing("bed")
    w, d = r.uniform(0.45, 0.9), r.uniform(0.9, 1.05)
    wood = material(r, "wood|painted|fabric")
    t.box((0, 0.18, 0), (w, 0.1, d), wood)
    t.box((0, 0.45, -d), (w, 0.4, 0.03), wood)
    t.next_group()
    t.box((0, 0.36, 0), (w * 0.97, 0.12, d * 0.97), material(r, "fabric"), bevel=4)
    t.next_group()
    t.box((0, 0.46, d * 0.25), (w * 1.01, 0.06, d * 0.74), material(r, "fabric"), bevel=3)
    for x in (-0.5, 0.5) if w > 0.6 else (0,):
        t.next_group()
        t.ball((x * w, 0.53, -d * 0.72), (w * (0.4 if w > 0.6 else 0.7), 0.1, 0.2), material(r, "fabric"))
    t.surface((0, 0.53, d * 0.2), (w * 0.8, d * 0.5))
    return t


def cabinet(r):
    t = Thing("cabinet")
    w, h, d = r.uniform(0.25, 0.6), r.uniform(0.25, 1.0), r.uniform(0.2, 0.3)
    a = material(r, "wood|painted|plastic|metal")
    t.box((0, h, 0), (w, h, d), a)
    rows, cols = r.integers(1, 5), r.integers(1, 3)
    front, knob = (a if r.random() < 0.6 else material(r, "wood|painted")), material(r, "metal|wood")
    for i in range(rows):
        for j in range(cols):
            t.next_group()
            at = np.array([-w + (j + 0.5) * 2 * w / cols, (i + 0.5) * 2 * h / rows, d])
            t.box(at, (w / cols * 0.92, h / rows * 0.9, 0.012), front)
            t.ball(at + [0, 0, 0.02], 0.014, knob)
    if h < 0.7:
        t.surface((0, 2 * h, 0), (w * 0.85, d * 0.8))
    return t


def floor_lamp(r):
    t = Thing("floor lamp")
    h, a = r.uniform(1.2, 1.7), material(r, "metal|wood")
    t.lathe((0, 0.015, 0), 0.15, 0.03, a, 1, 1, 0.9)
    t.rod((0, 0, 0), (0, h, 0), 0.012, a)
    t.next_group()
    shade = material(r, "fabric|painted")
    shade.glow = r.choice([0, 0.8])
    t.lathe((0, h, 0), r.uniform(0.15, 0.25), r.uniform(0.2, 0.35), shade, 1, 0.85, r.uniform(0.5, 1), hole=0.3)
    return t


def screen(r):
    t = Thing("screen")
    w, h = r.uniform(0.2, 0.55), r.uniform(0.14, 0.32)
    a = material(r, "plastic", hsv(0, 0, r.uniform(0.02, 0.4)))
    t.box((0, 0.01, 0), (w * 0.4, 0.01, 0.1), a)
    t.box((0, 0.08, -0.02), (0.03, 0.08, 0.02), a)
    t.next_group()
    t.box((0, 0.12 + h, 0), (w, h, 0.02), a)
    face = material(r, "printed")
    face.glow = r.choice([0.0, 0.6])
    t.card((0, 0.12 + h, 0.0215), (w * 0.95, h * 0.92), face)
    return t


def basket(r):
    t = Thing("basket")
    w, h = r.uniform(0.12, 0.25), r.uniform(0.2, 0.5)
    t.lathe((0, h / 2, 0), w, h, material(r, "fabric|wood|plastic|metal"), r.uniform(0.7, 1), r.uniform(0.85, 1.1), 1, hole=0.9)
    t.lathe((0, h * 0.4, 0), w * 0.9, 0.01, material(r, "fabric|page"))
    for k in range(r.integers(0, 4)):
        t.next_group()
        t.ball((r.normal(0, w * 0.3), h * 0.9, r.normal(0, w * 0.3)), w * r.uniform(0.2, 0.5), material(r, "fabric|page|plastic"))
    return t


def suitcase(r):
    t = Thing("suitcase")
    w, h, d = r.uniform(0.15, 0.35), r.uniform(0.15, 0.35), r.uniform(0.06, 0.14)
    t.box((0, h, 0), (w, h, d), material(r, "plastic|fabric|metal|printed"), bevel=8)
    t.next_group()
    t.lathe((0, 2 * h, 0), w * 0.3, 0.03, material(r, "plastic"), hole=0.8, rotation=turn(pitch=np.pi / 2))
    return t


FURNITURE = [table, table, table, counter, shelf, bookcase, chair, chair, sofa, bed, cabinet, cabinet, floor_lamp, basket, suitcase]


def rug(r):
    t = Thing("rug")
    power = r.choice([2, 40, 40])
    t.card((0, 0.006, 0), r.uniform(0.4, 1.4, 2), material(r, "fabric"), UP, power,
           [(r.integers(2, 8), r.uniform(0, 0.3), r.uniform(0, 6))] if power == 2 else [])
    return t


def picture(r):
    """Hangs on a wall: its back is at z = 0."""
    t = Thing("picture")
    w, h = r.uniform(0.1, 0.5, 2)
    t.box((0, 0, 0.012), (w, h, 0.012), material(r, "wood|metal|painted"))
    t.next_group()
    t.card((0, 0, 0.026), (w * r.uniform(0.75, 0.95), h * r.uniform(0.75, 0.95)), material(r, "printed"))
    return t


def window(r):
    t = Thing("window")
    w, h, a = r.uniform(0.3, 0.8), r.uniform(0.4, 0.7), material(r, "painted|wood", hsv(0.1, r.uniform(0, 0.2), r.uniform(0.5, 1)))
    pane = material(r, "painted", (0.9, 0.95, 1.0))
    pane.texture, pane.repeats, pane.keep, pane.glow = ("view", int(r.integers(1 << 20))), 0.5 / max(w, h), 0.9, r.uniform(0.5, 1.5)
    t.card((0, 0, 0.005), (w, h), pane)
    for x in (-1, 0, 1) if r.random() < 0.6 else (-1, 1):
        t.box((x * w, 0, 0.02), (0.03, h, 0.02), a)
    for y in (-1, 1):
        t.box((0, y * h, 0.02), (w + 0.03, 0.03, 0.03), a)
    if r.random() < 0.6:
        b = material(r, "fabric")
        for x in (-1, 1):
            t.next_group()
            for k in range(3):
                t.lathe((x * (w + 0.05 - 0.09 * k), -0.15, 0.07), 0.06, 2 * h + 0.6, b, 1.1, 0.9, 0.8)
    return t


def door(r):
    t = Thing("door")
    w, h, a = r.uniform(0.38, 0.48), r.uniform(0.95, 1.05), material(r, "painted|wood")
    t.box((0, h, 0.02), (w, h, 0.02), a)
    for y in (0.5, 1.4):
        t.box((0, y * h, 0.04), (w * 0.7, h * 0.32, 0.008), a)
    t.next_group()
    t.rod((w * 0.8, h, 0.05), (w * 0.55, h, 0.08), 0.012, material(r, "metal"))
    return t


ON_WALL = [picture, picture, picture, window]
