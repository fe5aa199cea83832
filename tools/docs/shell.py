"""Runs a page's commands in a folder of its own, each by a shell of its own."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from compare import anew, reaches

SECONDS = 60  # what no command needs
PATIENCE = 30  # seconds for which a server may take to say what the page expects, or to end


class Shell:
    """A folder with `examples` in it, and `sockeye` in PATH; gone at its end."""

    def __init__(self, root, sockeye):
        self.temporary = tempfile.TemporaryDirectory(prefix="docs-")
        top = Path(self.temporary.name)
        self.folder, programs = top / "page", top / "bin"
        for made in (self.folder, programs, top / "run"):
            made.mkdir(mode=0o700)
        (self.folder / "examples").symlink_to(Path(root).resolve() / "examples")
        (programs / "sockeye").symlink_to(Path(sockeye).resolve())
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(top / "run"),
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONUNBUFFERED": "1",
            "ASAN_OPTIONS": "detect_leaks=0",  # looking for leaks and `explain session` both take ptrace
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def start(self, text):
        # In a session of its own, so that it ends with all that it started.
        return subprocess.Popen(["bash", "-c", text], cwd=self.folder, env=self.environment, start_new_session=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run_block(self, block):
        """Gives each Command its output. What runs in the background ends with the block."""
        background = []
        try:
            for command in block:
                if command.in_background:
                    background.append(Background(self.start(command.text.removesuffix(" &"))))
                    command.output = background[-1].output(command.expected)
                else:
                    command.output = anew(command.expected, self._run(command.text))
        finally:
            for one in background:
                one.end()

    def _run(self, text):
        process = self.start(text)
        try:
            return lines_of(process.communicate(timeout=SECONDS)[0])
        except subprocess.TimeoutExpired:
            end(process)
            return [*lines_of(process.communicate()[0]), f"(ended after {SECONDS} s)"]


class Background:
    """A command that runs on; its output is read as it comes."""

    def __init__(self, process):
        self.process = process
        self.said = b""
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.said += line

    def output(self, expected):
        """Waits until it has said what is expected of it; what it says later is nobody's business."""
        until = time.monotonic() + PATIENCE
        while True:
            ended = not self.thread.is_alive()
            lines = lines_of(self.said)
            if reaches(expected, lines):
                return expected
            if ended or time.monotonic() > until:
                return anew(expected, lines)
            time.sleep(0.01)

    def end(self):
        end(self.process)
        self.thread.join()
        self.process.stdout.close()


def end(process):
    """Ends it and what it started, kindly first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(PATIENCE)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            pass


def lines_of(octets):
    lines = octets.decode(errors="replace").split("\n")
    return [line.rstrip() for line in (lines if lines[-1] else lines[:-1])]
