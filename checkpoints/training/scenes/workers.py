"""Processes that compose scenes ahead of the renderer; they know nothing of torch, so they start quickly."""
import multiprocessing
import queue

from .room import compose

SCENES_PER_SEED = 1_000_003


def _work(out, seed, first, step, frames):
    number = first
    while True:
        out.put(compose(seed * SCENES_PER_SEED + number, frames))
        number += step


class Composers:
    """Gives the scenes number 0, 1, 2, ... of a seed in order; without workers it composes them on demand."""

    def __init__(self, seed, frames, workers, ahead):
        self.seed, self.frames, self.next, self.queues, self.processes = seed, frames, 0, [], []
        context = multiprocessing.get_context("spawn")
        for k in range(workers):
            waiting = context.Queue(maxsize=max(2, ahead // workers))
            process = context.Process(target=_work, args=(waiting, seed, k, workers, frames), daemon=True)
            process.start()
            self.queues.append(waiting)
            self.processes.append(process)

    def ready(self, count):
        """Whether so many scenes can be had without waiting."""
        if not self.queues:
            return True
        n = len(self.queues)
        return all(self.queues[(self.next + k) % n].qsize() >= (count - k + n - 1) // n for k in range(min(n, count)))

    def take(self, count):
        """The next scenes; waits for them, at most two minutes."""
        out = []
        for _ in range(count):
            if self.queues:
                try:
                    out.append(self.queues[self.next % len(self.queues)].get(timeout=120))
                except queue.Empty:
                    raise RuntimeError("no scene for two minutes: the composing processes have died") from None
            else:
                out.append(compose(self.seed * SCENES_PER_SEED + self.next, self.frames))
            self.next += 1
        return out

    def close(self):
        """Ends the processes."""
        for process in self.processes:
            process.terminate()
