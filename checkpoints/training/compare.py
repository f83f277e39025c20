"""Says whether a model is better than another by every figure that decides: `compare.py OLD.json NEW.json`.

Exit status 0 means better on all of them. What the contact sheet shows is for a person to judge.
"""
import json
import sys

DECIDE = ["click", "three clicks", "tracking"]
SHOW = [*DECIDE, "click, best of three", "box", "tracking from exact masks"]


def share(words):
    """The share in "a of b"."""
    a, b = map(int, words.split(" of "))
    return a / max(b, 1)


def main():
    old, new = (json.load(open(path)) for path in sys.argv[1:3])
    for key in SHOW:
        print(f"{key:28} {old[key]:.3f} -> {new[key]:.3f}  {'better' if new[key] > old[key] else 'NOT better'}{'' if key in DECIDE else ' (not decisive)'}")
    for key in ("gone and called gone", "there and called there"):
        print(f"{key:28} {share(old[key]):.3f} -> {share(new[key]):.3f}  (not decisive)")
    better = all(new[key] > old[key] for key in DECIDE)
    print("better on all deciding figures" if better else "not better on all deciding figures: keep the present model")
    sys.exit(0 if better else 1)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
