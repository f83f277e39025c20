"""Processes that compose scenes ahead of the renderer: they load numpy alone, so they start at once and stay small."""
import pickle
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

from .room import compose

SCENES_PER_SEED = 1_000_003
PATIENCE = 120  # seconds


class Composers:
    """Gives the scenes number 0, 1, 2, ... of a seed in order; without workers it composes them on demand."""

    def __init__(self, seed, frames, workers, ahead):
        self.seed, self.frames, self.next, self.queues, self.processes = seed, frames, 0, [], []
        for k in range(workers):
            words = [sys.executable, "-m", "scenes.workers", *map(str, (seed, k, workers, frames))]
            process = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parent.parent)
            waiting = queue.Queue(max(2, ahead // workers))
            threading.Thread(target=self._read, args=(process.stdout, waiting), daemon=True).start()
            self.processes.append(process)
            self.queues.append(waiting)

    @staticmethod
    def _read(pipe, waiting):
        try:
            while True:
                waiting.put(pickle.load(pipe))
        except (EOFError, pickle.UnpicklingError, ValueError):
            return  # the process has ended; take() says so if a scene is still wanted

    def ready(self, count):
        """Whether so many scenes can be had without waiting."""
        n = len(self.queues)
        return all(self.queues[(self.next + k) % n].qsize() >= (count - k + n - 1) // n for k in range(min(n, count)))

    def take(self, count):
        """The next scenes; waits for them."""
        out = []
        for _ in range(count):
            if self.queues:
                try:
                    out.append(self.queues[self.next % len(self.queues)].get(timeout=PATIENCE))
                except queue.Empty:
                    raise RuntimeError(f"no scene for {PATIENCE} s: the composing processes have ended") from None
            else:
                out.append(compose(self.seed * SCENES_PER_SEED + self.next, self.frames))
            self.next += 1
        return out

    def close(self):
        """Ends the processes."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()
        for waiting in self.queues:  # lets the readers go on to the end of their pipes
            while not waiting.empty():
                waiting.get_nowait()


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the trainer is told to stop, and ends its workers itself
    seed, number, step, frames = map(int, sys.argv[1:5])
    while True:
        try:
            pickle.dump(compose(seed * SCENES_PER_SEED + number, frames), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            return
        number += step


if __name__ == "__main__":
    main()
