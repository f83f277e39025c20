"""Counts the figures of the dashboard line by line, in plain loops over the history; also writes history for tests.

    figures.py DATABASE figures                    prints them as JSON
    figures.py DATABASE note SESSION CHANGE NAME   appends a line, CHANGE as JSON
    figures.py DATABASE fill                       makes sessions with a history of many months
"""

import json
import random
import sqlite3
import statistics
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

HEAPS = {
    "reviewed": "done",
    "needs_review": "in_review",
    "finished_reannotation": "in_review",
    "needs_reannotation": "sent_back",
}
CLICKS = {"click", "box", "drawn mask"}
TO_REVIEW = {"needs_review", "finished_reannotation"}


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def text_of(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def figures(db):
    heaps = Counter({"done": 0, "in_review": 0, "sent_back": 0, "waiting": 0})
    sessions = set()
    for session, status in db.execute("select id, status from sessions where deleted_at is null"):
        heaps[HEAPS.get(status, "waiting")] += 1
        sessions.add(session)
    names = dict(db.execute("select id, name from people"))
    frames_of = Counter()
    for session, frames in db.execute("select session, frames from videos"):
        frames_of[session] += frames
    clicks, by_person, objects, corrections = 0, Counter(), set(), 0
    active, last_of, status_since, ended = 0.0, {}, {}, set()
    good, sent_back, waited = 0, 0, []
    for session, obj, person, at, change in db.execute("select session, object, person, at, change from history order by id"):
        if session not in sessions:
            continue
        change, at = json.loads(change), time_of(at)
        if person is not None:
            before = last_of.get((person, session))
            if before is not None and (at - before).total_seconds() < 60:
                active += (at - before).total_seconds()
            last_of[person, session] = at
        if change["change"] == "edit" and change["step"] == "done" and change["what"] in CLICKS:
            clicks += 1
            by_person[names.get(person)] += 1
            objects.add(obj)
            corrections += session in ended
        if change["change"] == "status":
            if change["to"] in TO_REVIEW:
                ended.add(session)
            if change["from"] in TO_REVIEW | {"reviewed"} and change["to"] in {"reviewed", "needs_reannotation"}:
                good += change["to"] == "reviewed"
                sent_back += change["to"] != "reviewed"
                if change["from"] in TO_REVIEW:
                    waited.append((at - status_since[session]).total_seconds() / 3600)
            status_since[session] = at
    return {
        "heaps": heaps,
        "clicks": clicks,
        "clicks_by_person": by_person,
        "objects": len(objects),
        "active": active,
        "corrections": corrections,
        "frames": sum(frames_of[session] for session in ended),
        "good": good,
        "sent_back": sent_back,
        "turnaround": statistics.median(waited) if waited else None,
    }


class History:
    """Appends lines as the server does."""

    def __init__(self, db):
        self.db, self.last = db, {}

    def note(self, session, person, at, change, obj=None):
        before = self.last.get((person, session)) if person is not None else None
        pause = round((at - before).total_seconds(), 3) if before else None
        self.last[person, session] = at
        self.db.execute(
            "insert into history (session, object, person, at, change, pause) values (?, ?, ?, ?, ?, ?)",
            (session, obj, person, text_of(at), json.dumps(change), pause),
        )

    def status(self, session, person, at, before, after):
        self.note(session, person, at, {"change": "status", "from": before, "to": after})
        self.db.execute(
            "update sessions set status = ?, updated_at = ? where id = ?", (after, text_of(at), session)
        )


def note(db, session, change, name):
    person = db.execute("select id from people where name = ?", (name,)).fetchone()
    person, change = person[0] if person else None, json.loads(change)
    now = datetime.now(timezone.utc)
    if change["change"] == "status":
        History(db).status(session, person, now, change["from"], change["to"])
    else:
        History(db).note(session, person, now, change)


def fill(db):
    rng = random.Random(3)
    now = datetime.now(timezone.utc)
    ids = {}
    people = {"Ann": "annotator", "Bob": "annotator", "Cem": "annotator", "Rea": "reviewer", "Lea": "lead"}
    for name, role in people.items():
        db.execute(
            "insert into people (name, role, password, created_at) values (?, ?, 'x', ?) on conflict do nothing",
            (name, role, text_of(now)),
        )
        ids[name] = db.execute("select id from people where name = ?", (name,)).fetchone()[0]
    history = History(db)
    scenes = ["kitchen"] * 5 + ["office"] * 4 + ["living room"] * 3 + ["attic"] * 2 + ["workshop"]
    starts = sorted(timedelta(days=220 * rng.random() ** 1.4, minutes=90) for _ in range(140))
    lines = []
    for number, ago in enumerate(reversed(starts)):
        at = now - ago
        scene = rng.choice(scenes)
        session = f"{scene.replace(' ', '_')}_before_{scene.replace(' ', '_')}_after_{at:%Y-%m-%d_%H-%M-%S}"
        if db.execute("select 1 from sessions where id = ?", (session,)).fetchone():
            continue
        annotator = rng.choice(["Ann", "Ann", "Bob", "Bob", "Cem", None])
        frames = rng.randrange(300, 1500)
        db.execute(
            "insert into sessions (id, scene_type, status, created_at, updated_at, annotator, reviewer)"
            " values (?, ?, 'draft', ?, ?, ?, ?)",
            (session, scene, text_of(at), text_of(at), ids.get(annotator), ids["Rea"] if annotator else None),
        )
        for side in (1, 2):
            db.execute(
                "insert into videos (session, side, file_name, ingest, width, height, frames)"
                " values (?, ?, ?, '{\"state\":\"ready\"}', 1920, 1080, ?)",
                (session, side, ["before.mp4", "after.mp4"][side - 1], frames),
            )
        lines.append((number, session, annotator, at))
    for number, session, annotator, at in lines:
        work(db, history, rng, now, number, session, annotator, at, ids)
    jobs(db, rng, now)
    queue(db, history, now)


def work(db, history, rng, now, number, session, annotator, at, ids):
    person = ids.get(annotator)
    history.note(session, person, at, {"change": "session_made"})
    objects = [number * 10 + n for n in range(1, rng.randrange(2, 6))]

    def click(count):
        nonlocal at
        for _ in range(count):
            at += timedelta(seconds=rng.choice([2, 3, 4, 5, 8, 15, 30, 90]))
            edit = {"change": "edit", "title": "cup 1", "side": 1, "frame": 3, "what": "click", "step": "done"}
            history.note(session, person, at, edit, rng.choice(objects))

    status = "draft"

    def go(after, who=None, wait=0.0):
        nonlocal at, status
        at += timedelta(hours=wait)
        if at >= now:
            return False
        history.status(session, who, at, status, after)
        status = after
        return True

    if annotator is None or rng.random() < 0.08:
        return
    click(rng.randrange(6, 24))
    if not go("ready", person) or rng.random() < 0.05:
        return
    for attempt in range(3):
        if not (go("queued", person, 0.2) and go("propagating", None, 0.1)):
            return
        if rng.random() < 0.03:
            go("failed", None, 0.1)
            reason = "the GPU has no memory left: choose a smaller model, then press Retry"
            db.execute(
                "insert into jobs (session, kind, state, error, created_at, updated_at) values (?, 'propagate', 'failed', ?, ?, ?)",
                (session, reason, text_of(at), text_of(at)),
            )
            return
        if not go("finished_reannotation" if attempt else "needs_review", None, 0.5):
            return
        if rng.random() < 0.06:
            return
        if rng.random() < (0.25 if attempt == 0 else 0.1):
            if not go("needs_reannotation", ids["Rea"], rng.expovariate(1 / 9)) or rng.random() < 0.15:
                return
            click(rng.randrange(2, 8))
        else:
            go("reviewed", ids["Rea"], rng.expovariate(1 / 9))
            return


def jobs(db, rng, now):
    """Offline jobs that ended well, for the time that one takes."""
    for session, in db.execute("select id from sessions where status = 'reviewed'").fetchall():
        seconds = rng.randrange(200, 900)
        db.execute(
            "insert into jobs (session, kind, state, created_at, started_at, updated_at) values (?, 'propagate', 'done', ?, ?, ?)",
            (session, text_of(now), text_of(now - timedelta(seconds=seconds)), text_of(now)),
        )


def queue(db, history, now):
    """A job that runs and two that wait; no server works on them."""
    ready = "select id from sessions where status in ('draft', 'ready') and annotator is not null order by id limit 3"
    for place, (session,) in enumerate(db.execute(ready).fetchall()):
        at = now - timedelta(minutes=30 - place)
        status, state = ("queued", "queued") if place else ("propagating", "running")
        history.status(session, None, at, "ready", status)
        db.execute(
            "insert into jobs (session, kind, state, done, total, fps, stage, created_at, updated_at)"
            " values (?, 'propagate', ?, ?, ?, ?, ?, ?, ?)",
            (session, state, *([0, 0, 0.0, ""] if place else [812, 2400, 3.4, "video 1, forward"]), text_of(at), text_of(at)),
        )


def main():
    db = sqlite3.connect(sys.argv[1], timeout=20)
    with db:
        match sys.argv[2:]:
            case ["figures"]:
                print(json.dumps(figures(db)))
            case ["note", session, change, name]:
                note(db, session, change, name)
            case ["fill"]:
                fill(db)
            case other:
                sys.exit(f"{other}: see the text at the top of this file")


if __name__ == "__main__":
    main()
