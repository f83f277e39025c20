"""Small things of a household, each put together from a few parts."""
import numpy as np

from .shapes import Thing, material, turn

UP = turn(pitch=-np.pi / 2)  # lays a card flat on the table, face up
SIDE = turn(pitch=np.pi / 2)  # turns a lathe's axis from y to z


def cup(r):
    t = Thing("cup")
    a = material(r, "ceramic|plastic")
    h, w = r.uniform(0.07, 0.13), r.uniform(0.03, 0.05)
    t.lathe((0, h / 2, 0), w, h, a, r.uniform(0.6, 1), r.uniform(0.8, 1.05), 1, hole=0.86)
    t.lathe((0, h * r.uniform(0.1, 0.85), 0), w * 0.85, 0.004, material(r, "plastic"), 1, 1, 1)
    if r.random() < 0.7:
        t.next_group()
        t.lathe((w * 1.05, h / 2, 0), h * 0.3, 0.012, a, 1, 1, 1, hole=0.65, rotation=SIDE)
    return t


def bowl(r):
    t = Thing("bowl")
    h, w = r.uniform(0.04, 0.1), r.uniform(0.06, 0.14)
    t.lathe((0, h / 2, 0), w, h, material(r, "ceramic|wood|metal"), 0.5, 0.88, 1, hole=0.42)
    for _ in range(r.integers(0, 6)):
        t.next_group()
        a, k = r.uniform(0, 6.3), w * r.uniform(0.2, 0.35)
        t.ball((np.cos(a) * w * 0.4, h * 0.9, np.sin(a) * w * 0.4), k, material(r, "painted"))
    return t


def plate(r):
    t = Thing("plate")
    w = r.uniform(0.08, 0.15)
    t.lathe((0, 0.01, 0), w, 0.02, material(r, "ceramic"), 0.6, 0.85, 1)
    t.lathe((0, 0.0205, 0), w * 0.65, 0.002, material(r, "ceramic"))
    if r.random() < 0.4:
        t.next_group()
        t.ball((0, 0.03, 0), (w * 0.45, r.uniform(0.01, 0.04), w * 0.35), material(r, "painted|stone"))
    return t


def bottle(r):
    t = Thing("bottle")
    a, h, w = material(r, "plastic|painted|metal"), r.uniform(0.12, 0.26), r.uniform(0.025, 0.05)
    body, neck = h * r.uniform(0.5, 0.72), r.uniform(0.25, 0.5)
    t.lathe((0, body / 2, 0), w, body, a, 1, r.uniform(0.85, 1.05), 1)
    t.lathe((0, (body + h * 0.88) / 2, 0), w, h * 0.88 - body, a, 1, (1 + neck) / 2 * r.uniform(0.8, 1), neck)
    t.next_group()
    t.lathe((0, h * 0.94, 0), w * neck * 1.15, h * 0.12, material(r, "plastic|metal"))
    t.next_group()
    t.lathe((0, body * 0.5, 0), w * 1.01, body * r.uniform(0.3, 0.7), material(r, "printed"))
    return t


def tin(r):
    t = Thing("tin")
    h, w = r.uniform(0.05, 0.18), r.uniform(0.03, 0.06)
    t.lathe((0, h / 2, 0), w, h, material(r, "printed|metal|plastic"))
    t.next_group()
    t.lathe((0, h, 0), w * 1.04, h * r.uniform(0.05, 0.2), material(r, "metal|plastic|wood"))
    if r.random() < 0.4:
        t.ball((0, h * 1.1, 0), w * 0.2, material(r, "wood|metal"))
    return t


def turned(r):
    """A stack of turned bodies: vases, candlesticks, chess men, lamps, jugs."""
    t = Thing("turned body")
    a, b = material(r, "ceramic|wood|metal|plastic"), material(r, "ceramic|painted")
    y, w, radius = 0.0, r.uniform(0.02, 0.06), r.uniform(0.5, 1.2)
    for k in range(r.integers(2, 6)):
        h, nxt = r.uniform(0.015, 0.1), r.uniform(0.2, 1.2)
        t.lathe((0, y + h / 2, 0), w, h, a if r.random() < 0.75 else b, radius, (radius + nxt) / 2 * r.uniform(0.7, 1.35), nxt)
        y, radius = y + h, nxt * r.uniform(0.8, 1.1)
        if r.random() < 0.3:
            t.next_group()
    return t


def wine_glass(r):
    t = Thing("glass")
    a, h, w = material(r, "plastic|metal"), r.uniform(0.12, 0.2), r.uniform(0.025, 0.045)
    t.lathe((0, 0.003, 0), w, 0.006, a)
    t.lathe((0, h * 0.25, 0), 0.005, h * 0.5, a)
    t.next_group()
    t.lathe((0, h * 0.75, 0), w, h * 0.5, a, 0.3, r.uniform(0.9, 1.2), 0.9, hole=0.25)
    return t


def book(r, at=(0, 0, 0), yaw=0.0, t=None):
    t = t or Thing("book")
    w, d, h = r.uniform(0.06, 0.12), r.uniform(0.09, 0.16), r.uniform(0.008, 0.03)
    cover, q = material(r, "printed"), turn(yaw)
    y = at[1] + h
    for sign in (-1, 1):
        t.box((at[0], y + sign * h * 0.93, at[2]), (w, h * 0.07, d), cover, q)
    t.box((at[0], y, at[2]), (w * 0.97, h * 0.86, d * 0.97), material(r, "page", (0.9, 0.88, 0.8)), q)
    t.box(np.array([at[0], y, at[2]]) + q @ [-w * 0.99, 0, 0], (w * 0.02, h, d), cover, q)
    return t


def books(r):
    t, y = Thing("pile of books"), 0.0
    for _ in range(r.integers(2, 6)):
        book(r, (r.normal(0, 0.01), y, r.normal(0, 0.01)), r.normal(0, 0.15), t)
        y = t.parts[-1].at[1] + t.parts[-1].half[1]
        t.next_group()
    return t


def carton(r):
    t = Thing("box")
    h = np.exp(r.uniform(np.log(0.02), np.log(0.2), 3))
    t.box((0, h[1], 0), h, material(r, "printed|painted|plastic|wood"), bevel=r.choice([8, 24, 60]))
    if r.random() < 0.5:
        t.next_group()
        t.box((0, h[1], 0), (h[0] * 1.01, h[1] * 1.01, h[2] * r.uniform(0.08, 0.3)), material(r, "plastic|printed"))
    elif r.random() < 0.5:
        t.next_group()
        t.box((0, h[1] * 1.9, 0), (h[0] * 1.03, h[1] * 0.15, h[2] * 1.03), material(r, "painted|wood"))
    return t


def laptop(r):
    t = Thing("laptop")
    a, w, d = material(r, "metal|plastic"), r.uniform(0.14, 0.2), r.uniform(0.1, 0.13)
    t.box((0, 0.009, 0), (w, 0.009, d), a)
    t.card((0, 0.0185, 0.01), (w * 0.9, d * 0.6), material(r, "printed", (0.1, 0.1, 0.1)), UP)
    t.next_group()
    q = turn(pitch=r.uniform(-0.6, 0.1))
    t.box(np.array([0, 0.01, -d]) + q @ [0, d, 0], (w, d, 0.005), a, q)
    screen = material(r, "printed")
    screen.glow = r.uniform(0, 0.8)
    t.card(np.array([0, 0.01, -d]) + q @ [0, d, 0.006], (w * 0.94, d * 0.9), screen, q)
    return t


def slab(r):
    """A phone, remote control, tablet, notebook or soap."""
    t = Thing("slab")
    w, d, h = r.uniform(0.02, 0.12), r.uniform(0.05, 0.14), r.uniform(0.003, 0.014)
    t.box((0, h, 0), (w, h, d), material(r, "plastic|printed|painted"), bevel=8)
    if r.random() < 0.7:
        t.next_group()
        t.card((0, 2 * h + 5e-4, 0), (w * 0.9, d * r.uniform(0.3, 0.9)), material(r, "printed|plastic"), UP)
    for k in range(r.integers(0, 5)):
        t.ball((0, 2 * h, d * (0.8 - 0.3 * k)), (w * 0.25, 0.004, w * 0.25), material(r, "plastic"))
    return t


def ball(r):
    t = Thing("ball")
    w = r.uniform(0.02, 0.13)
    t.ball((0, w, 0), w, material(r, "plastic|printed|painted|fabric"), turn(*r.uniform(0, 6, 3)))
    return t


def fruit(r):
    t = Thing("fruit")
    w = r.uniform(0.025, 0.05)
    t.ball((0, w * 0.9, 0), (w, w * 0.9, w * r.uniform(0.8, 2.2)), material(r, "painted"), turn(r.uniform(0, 6)))
    t.rod((0, w * 1.7, 0), (r.normal(0, 0.006), w * 2.2, 0), 0.003, material(r, "wood"))
    return t


def plush(r):
    """A soft toy: body, head, ears, limbs."""
    t = Thing("soft toy")
    a, b, s = material(r, "fabric"), material(r, "fabric"), r.uniform(0.06, 0.14)
    t.ball((0, s, 0), (s * 0.8, s, s * 0.7), a)
    for x in (-1, 1):
        t.rod((x * s * 0.5, s * 0.4, 0), (x * s * r.uniform(0.6, 1.1), s * 0.2, s * r.uniform(0.5, 1.1)), s * 0.28, a, 0.9)
        t.rod((x * s * 0.6, s * 1.4, 0), (x * s * r.uniform(0.9, 1.4), s * r.uniform(0.7, 1.9), s * 0.4), s * 0.22, a, 0.9)
    t.next_group()
    t.ball((0, s * 2.3, s * 0.1), s * r.uniform(0.6, 0.8), a)
    t.ball((0, s * 2.15, s * 0.65), s * 0.3, b)
    for x in (-1, 1):
        t.ball((x * s * 0.5, s * 2.85, 0), s * np.array([0.25, r.uniform(0.2, 0.7), 0.12]), b)
        t.ball((x * s * 0.28, s * 2.5, s * 0.62), s * 0.08, material(r, "plastic", (0.03, 0.03, 0.03)))
    return t


def toy_car(r):
    t = Thing("toy car")
    a, s = material(r, "plastic|metal|wood"), r.uniform(0.03, 0.08)
    t.box((0, s * 0.6, 0), (s * 1.8, s * 0.35, s * 0.8), a, bevel=6)
    t.box((s * r.uniform(-0.5, 0.3), s * 1.15, 0), (s * 0.9, s * 0.35, s * 0.7), material(r, "plastic"), bevel=6)
    t.next_group()
    for x in (-1, 1):
        for z in (-1, 1):
            t.lathe((x * s * 1.1, s * 0.35, z * s * 0.75), s * 0.36, s * 0.25, material(r, "plastic", (0.06, 0.06, 0.06)), rotation=SIDE)
    return t


def blocks(r):
    t, s = Thing("building blocks"), r.uniform(0.015, 0.035)
    for k in range(r.integers(2, 7)):
        t.box((r.normal(0, s), s * (1 + 2 * (k // 2)), r.normal(0, s)), s * r.choice([1, 1, 2]) * np.array([1, 1 / r.choice([1, 2]), 1]),
              material(r, "wood|plastic|printed"), turn(r.uniform(0, 3)), bevel=10)
        t.next_group()
    return t


def plant(r):
    t = Thing("plant")
    w, h = r.uniform(0.05, 0.1), r.uniform(0.08, 0.16)
    t.lathe((0, h / 2, 0), w, h, material(r, "ceramic|wood|plastic"), 0.7, r.uniform(0.8, 1.1), 1, hole=0.8)
    t.lathe((0, h * 0.85, 0), w * 0.8, 0.01, material(r, "stone", (0.15, 0.1, 0.06)))
    t.next_group()
    leaf = material(r, "leaf")
    broad, size = r.uniform(0.15, 0.6), r.uniform(0.6, 1.6) * h
    for k in range(r.integers(5, 14)):
        q = turn(r.uniform(0, 6.3), r.uniform(-1.2, -0.1))
        foot = np.array([0, h * 0.9, 0])
        tip = foot + q @ [0, size * r.uniform(0.5, 1.1), 0]
        t.rod(foot, tip, 0.003, leaf)
        t.card(tip, (size * broad, size * 0.5), leaf, q, 1.6, [(r.choice([0, 3, 5]), r.uniform(0, 0.4), 1.57)])
    return t


def lamp(r):
    t = Thing("lamp")
    h, a = r.uniform(0.2, 0.45), material(r, "metal|wood|ceramic")
    t.lathe((0, 0.012, 0), h * 0.22, 0.024, a, 1, 0.9, 0.6)
    t.lathe((0, h / 2, 0), h * r.uniform(0.02, 0.12), h, a, 1, r.uniform(0.4, 1.2), 0.6)
    t.next_group()
    shade = material(r, "fabric|painted")
    shade.glow = r.choice([0, 0, 0.8])
    t.lathe((0, h, 0), h * r.uniform(0.25, 0.4), h * r.uniform(0.3, 0.5), shade, 1, r.uniform(0.7, 0.95), r.uniform(0.4, 0.9), hole=0.3)
    return t


def clock(r):
    t = Thing("clock")
    w = r.uniform(0.04, 0.14)
    t.lathe((0, w, 0), w, 0.03, material(r, "plastic|wood|metal"), rotation=SIDE)
    t.lathe((0, w, 0.016), w * 0.88, 0.004, material(r, "ceramic", (0.9, 0.9, 0.85)), rotation=SIDE)
    for k in range(2):
        a = r.uniform(0, 6.3)
        t.rod((0, w, 0.021), (np.sin(a) * w * 0.7, w + np.cos(a) * w * 0.7, 0.021), 0.003, material(r, "plastic", (0.05, 0.05, 0.05)))
    return t


def frame(r):
    t = Thing("picture frame")
    w, h, q = r.uniform(0.05, 0.15), r.uniform(0.06, 0.2), turn(pitch=-0.2)
    t.box(q @ [0, h, 0], (w, h, 0.008), material(r, "wood|metal|painted"), q)
    t.next_group()
    t.card(q @ [0, h, 0.01], (w * 0.85, h * 0.87), material(r, "printed"), q)
    return t


def pot(r):
    t = Thing("pot")
    a, w, h = material(r, "metal|painted"), r.uniform(0.07, 0.14), r.uniform(0.06, 0.14)
    t.lathe((0, h / 2, 0), w, h, a, r.uniform(0.8, 1), 1, 1, hole=0.9)
    t.lathe((0, h * r.uniform(0.2, 0.9), 0), w * 0.9, 0.006, material(r, "stone|painted"))
    t.next_group()
    if r.random() < 0.5:
        t.rod((w, h * 0.85, 0), (w * 2.3, h * r.uniform(0.9, 1.2), 0), 0.012, material(r, "plastic|wood"))
    else:
        for x in (-1, 1):
            t.lathe((x * w * 1.05, h * 0.8, 0), 0.03, 0.012, a, hole=0.6)
    if r.random() < 0.4:
        t.next_group()
        t.lathe((0, h * 1.08, 0), w, h * 0.16, a, 1, 0.8, 0.2)
        t.ball((0, h * 1.22, 0), 0.015, material(r, "plastic"))
    return t


def shoe(r):
    t = Thing("shoe")
    a, s = material(r, "fabric|plastic"), r.uniform(0.09, 0.14)
    t.box((0, s * 0.1, 0), (s, s * 0.1, s * 0.36), material(r, "plastic"), bevel=6)
    t.next_group()
    t.ball((s * 0.35, s * 0.25, 0), (s * 0.6, s * 0.3, s * 0.34), a)
    t.ball((-s * 0.35, s * 0.35, 0), (s * 0.6, s * 0.42, s * 0.34), a)
    t.lathe((-s * 0.45, s * 0.6, 0), s * 0.36, s * 0.5, a, 1, 0.95, 0.95, hole=0.8)
    return t


def bag(r):
    t = Thing("bag")
    w, h, d = r.uniform(0.1, 0.2), r.uniform(0.1, 0.2), r.uniform(0.04, 0.09)
    a = material(r, "fabric|plastic|printed")
    t.box((0, h, 0), (w, h, d), a, bevel=r.uniform(3, 10))
    t.next_group()
    t.lathe((0, 2 * h, 0), w * r.uniform(0.4, 0.7), 0.02, material(r, "fabric|plastic"), hole=0.85, rotation=SIDE)
    if r.random() < 0.5:
        t.next_group()
        t.box((0, h * 0.8, d), (w * 0.7, h * 0.5, d * 0.25), a, bevel=4)
    return t


def cloth(r):
    """A towel, shirt, napkin or sheet of paper lying about."""
    t = Thing("cloth")
    w, d = r.uniform(0.05, 0.25, 2)
    waves = [(r.integers(1, 6), r.uniform(0, 0.35), r.uniform(0, 6)), (r.integers(3, 9), r.uniform(0, 0.15), r.uniform(0, 6))]
    a = material(r, "fabric|page")
    for k in range(r.integers(1, 4)):
        t.card((r.normal(0, 0.01), 0.004 + 0.01 * k, r.normal(0, 0.01)), (w * (1 - 0.2 * k), d * (1 - 0.2 * k)), a,
               turn(r.normal(0, 0.2), -np.pi / 2 + r.normal(0, 0.03)), r.choice([2, 4, 40]), waves if r.random() < 0.7 else [])
    return t


def cushion(r):
    t = Thing("cushion")
    s, q = r.uniform(0.12, 0.22), turn(pitch=r.uniform(-1.3, 0.1))
    a = material(r, "fabric")
    t.ball(q @ [0, s, 0] + [0, 0.02, 0], (s, s * r.uniform(0.7, 1), s * 0.35), a, q)
    t.box(q @ [0, s, 0] + [0, 0.02, 0], (s * 0.84, s * 0.75, s * 0.2), a, q, bevel=3)
    return t


def sticks(r):
    """Pens, cutlery, brushes, tools: long thin things."""
    t = Thing("stick")
    n = r.choice([1, 1, 2])
    for k in range(n):
        length, a = r.uniform(0.05, 0.2), r.uniform(0, 6.3)
        d = np.array([np.cos(a), 0, np.sin(a)]) * length / 2
        w = r.uniform(0.003, 0.012)
        t.rod(-d + [0, w, 0], d + [0, w, 0], w, material(r, "metal|plastic|wood"), r.uniform(0.4, 1.2))
        if r.random() < 0.6:
            t.ball(d + [0, w, 0], (w * r.uniform(1.5, 3), w, w * 3), material(r, "metal|plastic"), turn(-a))
    return t


def gadget(r):
    """Camera, speaker, toaster, radio, scales: a box with knobs."""
    t = Thing("gadget")
    h = r.uniform(0.03, 0.13, 3)
    a = material(r, "plastic|metal|wood|painted")
    t.box((0, h[1], 0), h, a, bevel=r.uniform(5, 30))
    for _ in range(r.integers(1, 4)):
        t.next_group()
        w = min(h[0], h[1]) * r.uniform(0.15, 0.7)
        at = (r.uniform(-1, 1) * (h[0] - w), h[1] + r.uniform(-1, 1) * (h[1] - w), h[2] + 0.005)
        if r.random() < 0.7:
            t.lathe(at, w, r.uniform(0.01, 0.08), material(r, "plastic|metal"), rotation=SIDE, hole=r.choice([0, 0.6]))
        else:
            t.card(at, (w, w * 0.6), material(r, "printed"))
    return t


def hat(r):
    t = Thing("hat")
    a, w = material(r, "fabric"), r.uniform(0.08, 0.12)
    t.lathe((0, 0.01, 0), w * r.uniform(1.2, 1.9), 0.015, a, 1, 1, 0.9)
    t.next_group()
    t.lathe((0, w * 0.4, 0), w, w * 0.8, a, 1, r.uniform(0.9, 1), r.uniform(0.3, 0.9))
    return t


def odd(r):
    """Something without a name: parts of all kinds stuck together."""
    t = Thing("odd thing")
    mats = [material(r, "plastic|wood|metal|fabric|painted|printed|ceramic") for _ in range(r.integers(1, 4))]
    s = r.uniform(0.02, 0.08)
    for _ in range(r.integers(2, 7)):
        at, a, q = np.array([r.normal(0, s), s + abs(r.normal(0, s)), r.normal(0, s)]), mats[r.integers(len(mats))], turn(*r.uniform(0, 6, 3))
        k = r.random()
        if k < 0.35:
            t.box(at, s * r.uniform(0.3, 1.2, 3), a, q, bevel=r.choice([4, 24]))
        elif k < 0.6:
            t.ball(at, s * r.uniform(0.3, 1.2, 3), a, q)
        elif k < 0.85:
            t.lathe(at, s * r.uniform(0.3, 1), s * r.uniform(0.3, 2.5), a, *r.uniform(0.3, 1.2, 3), hole=r.choice([0, 0, 0.5]), rotation=q)
        else:
            t.card(at, s * r.uniform(0.5, 1.8, 2), a, q, r.choice([1.5, 2, 40]), [(r.integers(2, 7), r.uniform(0, 0.5), r.uniform(0, 6))])
    return t


SMALL = [cup, cup, bowl, plate, bottle, bottle, tin, turned, turned, wine_glass, book, books, carton, carton, laptop, slab, slab, ball,
         fruit, plush, toy_car, blocks, plant, lamp, clock, frame, pot, shoe, bag, cloth, cloth, cushion, sticks, gadget, gadget, hat, odd, odd]
