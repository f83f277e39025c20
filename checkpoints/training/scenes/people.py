"""Hands that come into the picture, and figures of people and pets."""
import numpy as np

from .shapes import Thing, material, turn


def hand(r):
    """A hand on a forearm: fingers point to -z, the palm is at the origin, the arm leads to +z."""
    t = Thing("hand")
    skin, sleeve = material(r, "skin"), material(r, "fabric")
    if r.random() < 0.15:
        skin = material(r, "fabric|plastic")  # a glove
    t.ball((0, 0, 0), (0.045, 0.018, 0.05), skin)
    spread, bend = r.uniform(0.05, 0.25), r.uniform(0, 0.9)
    for k, x in enumerate((-0.032, -0.011, 0.011, 0.032)):
        a = (k - 1.5) * spread
        knee = np.array([x + np.sin(a) * 0.04, -np.sin(bend) * 0.02, -0.04 - 0.035])
        tip = knee + np.array([np.sin(a), -np.sin(bend * 1.6), -np.cos(bend * 1.6)]) * r.uniform(0.035, 0.05)
        t.rod((x, 0, -0.03), knee, 0.0105, skin, 0.95)
        t.ball(knee, 0.0105, skin)
        t.rod(knee, tip, 0.01, skin, 0.75)
        t.ball(tip, 0.008, skin)
    side = r.choice([-1, 1])
    t.rod((side * 0.03, -0.005, 0.01), (side * 0.075, -0.02, -0.035), 0.013, skin, 0.75)
    t.ball((side * 0.075, -0.02, -0.035), 0.0105, skin)
    t.rod((0, 0, 0.03), (0, 0.01, 0.14), 0.027, skin, 1.1)
    t.next_group()
    bare = r.random() < 0.4
    t.rod((0, 0.01, 0.13), (r.normal(0, 0.1), r.uniform(0, 0.3), 1.3), 0.034 if bare else 0.045, skin if bare else sleeve, 1.8)
    return t


def figure(r):
    """A standing or sitting person."""
    t = Thing("figure")
    skin, shirt, legs, hair = material(r, "skin"), material(r, "fabric"), material(r, "fabric"), material(r, "fabric")
    h = r.uniform(0.8, 1.1)  # height of the shoulders' middle above the hips' floor, adults and children alike
    hip, neck = 0.55 * h, 0.95 * h
    for x in (-1, 1):
        knee = np.array([x * 0.1 * h, hip * 0.5, r.normal(0, 0.06)])
        foot = np.array([x * 0.1 * h, 0.04, r.normal(0, 0.1)])
        t.rod((x * 0.08 * h, hip, 0), knee, 0.075 * h, legs, 0.8)
        t.rod(knee, foot, 0.06 * h, legs, 0.7)
        t.ball(foot + [0, 0, 0.04], (0.045 * h, 0.04 * h, 0.11 * h), material(r, "plastic"))
    t.next_group()
    t.lathe((0, (hip + neck) / 2, 0), 0.16 * h, neck - hip, shirt, r.uniform(0.8, 1.3), 0.9, 0.95, flat=0.65)
    t.ball((0, neck, 0), (0.17 * h, 0.06 * h, 0.1 * h), shirt)
    for x in (-1, 1):
        elbow = np.array([x * r.uniform(0.18, 0.32), -0.2 * h, r.uniform(-0.1, 0.15)]) * [h, 1, 1] + [0, neck, 0]
        wrist = elbow + np.array([x * r.uniform(-0.15, 0.1), r.uniform(-0.22, 0.2), r.uniform(-0.05, 0.22)]) * h
        t.rod((x * 0.16 * h, neck, 0), elbow, 0.05 * h, shirt, 0.85)
        t.rod(elbow, wrist, 0.042 * h, shirt if r.random() < 0.6 else skin, 0.8)
        t.ball(wrist, 0.045 * h, skin)
    t.next_group()
    t.rod((0, neck, 0), (0, neck + 0.12 * h, 0), 0.05 * h, skin)
    t.ball((0, neck + 0.2 * h, 0.01), (0.085 * h, 0.115 * h, 0.1 * h), skin)
    t.ball((0, neck + 0.24 * h, -0.02), np.array([0.095, 0.1, 0.1]) * h, hair)
    if r.random() < 0.4:
        t.ball((0, neck + 0.12 * h, -0.06 * h), np.array([0.09, 0.17, 0.06]) * h, hair)
    return t


def pet(r):
    """A cat or dog."""
    t = Thing("pet")
    a, s = material(r, "fabric"), r.uniform(0.1, 0.2)
    t.ball((0, s * 1.6, 0), (s * 1.6, s * 0.75, s * 0.6), a)
    for x in (-1, 1):
        for z in (-1, 1):
            t.rod((x * s, s * 1.4, z * s * 0.35), (x * s + r.normal(0, 0.02), 0, z * s * 0.35), s * 0.2, a, 0.8)
    t.rod((-s * 1.4, s * 1.8, 0), (-s * 2.2, s * r.uniform(1.2, 3), r.normal(0, s * 0.4)), s * 0.14, a, 0.6)
    t.next_group()
    t.ball((s * 1.6, s * 2.3, 0), (s * 0.6, s * 0.55, s * 0.5), a)
    t.ball((s * 2.1, s * 2.1, 0), (s * 0.3, s * 0.22, s * 0.24), a)
    for z in (-1, 1):
        t.card((s * 1.5, s * 2.9, z * s * 0.3), (s * 0.2, s * 0.3), a, turn(np.pi / 2), 1.5)
        t.ball((s * 2.05, s * 2.45, z * s * 0.22), s * 0.07, material(r, "plastic", (0.02, 0.02, 0.02)))
    return t
