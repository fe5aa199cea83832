"""What the tests of the command share: the command itself, running, and peers that are not ours."""

import contextlib
import os
import re
import select
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

SOCKEYE = os.environ.get("SOCKEYE", "build/dev/sockeye")
SECONDS = 60  # what no test should ever need; a hang is a failure, not a wait for ever


def run(*arguments, stdin=b"", **options):
    """Runs the command to its end. Output is octets; `.words` is what it said on stderr."""
    done = subprocess.run([SOCKEYE, *arguments], input=stdin, capture_output=True, timeout=SECONDS, **options)
    done.words = done.stderr.decode()
    return done


def help_of(*verb):
    return run(*verb, "--help").stdout.decode()


def verbs_of(*verb):
    """The verbs that a --help lists, in its order."""
    listed = re.search(r"^Verbs:\n((?:  .*\n)+)", help_of(*verb), re.MULTILINE)
    return re.findall(r"^  ([\w-]+)", listed[1], re.MULTILINE) if listed else []


def every_verb():
    """("listen",), ("http",), ("http", "get"), …"""
    for verb in verbs_of():
        yield (verb,)
        for part in verbs_of(verb):
            yield (verb, part)


class Running:
    """The command in the background; its stderr is read line by line."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **options):
        self.process = subprocess.Popen(
            [SOCKEYE, *arguments], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, **options)
        self.watchdog = threading.Timer(SECONDS, self.process.kill)
        self.watchdog.start()

    def line(self):
        """The next line on stderr; empty at its end."""
        return self.process.stderr.readline().decode().rstrip("\n")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.watchdog.cancel()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


class Listening(Running):
    """`sockeye listen`, ready: `.port` is where."""

    def __init__(self, address, *arguments, **options):
        super().__init__("listen", address, *arguments, **options)
        self.announced = self.line()
        found = re.match(r"listening on (?:tcp|udp)://.*:(\d+)", self.announced)
        self.port = int(found[1]) if found else 0

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()


class Server:
    """A TCP server in Python for one client; `serve(connection)` is what it does with it."""

    def __init__(self, serve):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(SECONDS)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.serve = serve
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with self.listener:
            connection, _ = self.listener.accept()
        with connection:
            connection.settimeout(SECONDS)
            self.serve(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.thread.join(SECONDS)


def wait_until_served(port, kind=socket.SOCK_STREAM):
    """Until somebody listens on 127.0.0.1 for TCP, or has bound it for UDP; without disturbing them."""
    table, state = ("/proc/net/tcp", "0A") if kind == socket.SOCK_STREAM else ("/proc/net/udp", "07")
    wanted = "0100007F:%04X" % port
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with open(table) as rows:
            if any(row.split()[1] == wanted and row.split()[3] == state for row in rows):
                return
        time.sleep(0.01)
    raise AssertionError(f"nobody serves {port}")


@contextlib.contextmanager
def full_listener():
    """An address where Linux answers no SYN, for its queue of connections to be accepted is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        while select.select([full], [], [], 0.1)[0] == []:
            pass
        time.sleep(0.1)  # what the others' SYNs do is nothing that could be waited for
        yield "127.0.0.1:%d" % full.getsockname()[1]
        for one in waiting:
            one.close()


def connect(port, host="127.0.0.1"):
    return socket.create_connection((host, port), SECONDS)


def read_all(connection):
    """Everything until the peer's FIN."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def reset(connection):
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class CommandTest(unittest.TestCase):
    def assert_fails(self, done, code, *words):
        """It ended with `code` and said so in at most two lines that have these words in them."""
        self.assertEqual(done.returncode, code, done.words)
        self.assertLessEqual(done.words.count("\n"), 2, done.words)
        self.assertEqual(done.stdout, b"")
        for word in words:
            self.assertIn(word, done.words)
