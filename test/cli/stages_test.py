"""`sockeye send` and `sockeye recv`, broken off at every stage of what they say to each other: by `kill -9` of
either end, and by a RST in the middle of the connection; then both again."""

import json
import os
import pathlib
import re
import select
import signal
import socket
import tempfile
import threading
import unittest

from peers import SECONDS, CommandTest, Running, reset, run

BLOCK = 512 * 1024
GREETING = 24
FILES = {"first": 2 * BLOCK + 3, "second": 7, "third": 3 * BLOCK}


class Relay:
    """A connection's middle: passes so many octets on in one direction, then none, and says so.

    `limits` are those of (sender to receiver, receiver to sender); None: all. `.passed` counts."""

    def __init__(self, receiver, limits=(None, None)):
        self.receiver = receiver
        self.limits = limits
        self.passed = [0, 0]
        self.reached = threading.Event()
        self.halted = threading.Event()
        self.ends = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(SECONDS)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with self.listener:
            sender, _ = self.listener.accept()
        sender.settimeout(SECONDS)
        self.ends = [sender, socket.create_connection(("127.0.0.1", self.receiver), SECONDS)]
        ways = {0, 1}
        while ways and not self.halted.is_set():
            if any(self.passed[way] == self.limits[way] for way in (0, 1)):
                self.reached.set()
            ways -= {way for way in ways if self.passed[way] == self.limits[way]}
            readable = select.select([self.ends[way] for way in ways], [], [], 0.02)[0]
            try:
                ways -= {way for way in ways if self.ends[way] in readable and not self._pass(way)}
            except OSError:
                return  # one of the ends is gone

    def _pass(self, way):
        """@returns False: that end has finished"""
        limit = self.limits[way]
        octets = self.ends[way].recv(65536 if limit is None else min(65536, limit - self.passed[way]))
        if not octets:
            self.ends[1 - way].shutdown(socket.SHUT_WR)
            return False
        self.ends[1 - way].sendall(octets)
        self.passed[way] += len(octets)
        return True

    def halt(self):
        self.halted.set()
        self.thread.join(SECONDS)

    def reset(self):
        self.halt()
        for end in self.ends:
            reset(end)

    def close(self):
        self.halt()
        for end in self.ends:
            end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Stages:
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name, "here")
        self.there = pathlib.Path(folder.name, "there")
        self.here.mkdir()
        self.there.mkdir()
        self.files = {}
        for name, size in FILES.items():
            self.files[name] = os.urandom(size)
            (self.here / name).write_bytes(self.files[name])

    def receiver(self):
        receiver = Running("recv", "127.0.0.1:0", "--listen", "--into", str(self.there))
        receiver.port = int(re.match(r"listening on tcp://.*:(\d+)", receiver.line())[1])
        return receiver

    def sender(self, address):
        return Running("send", *(str(self.here / name) for name in FILES), address)

    def whole(self):
        """How many octets a transfer that nothing disturbs is, each way."""
        with self.receiver() as receiver, Relay(receiver.port) as relay, self.sender(relay.address) as sender:
            self.assertEqual((sender.wait(), receiver.wait()), (0, 0))
        self.assert_all_arrived()
        return relay.passed

    def stages(self):
        """(sender to receiver, receiver to sender): where to stop, in octets."""
        to_receiver, to_sender = self.whole()
        points = {0, 1, GREETING - 1, GREETING, GREETING + 1}
        head = to_receiver - sum(FILES.values())  # of the greeting, the list and the frames: a little
        points |= {GREETING + head // 4, BLOCK // 2, BLOCK + head // 2, 2 * BLOCK + head, 4 * BLOCK}
        points |= {to_receiver - step for step in (BLOCK, 30, 6, 5, 1, 0)}
        yield from ((point, None) for point in sorted(points))
        yield from ((None, point) for point in sorted({0, 1, GREETING, GREETING + 1, to_sender - 1, to_sender}))

    def empty(self):
        for path in self.there.iterdir():
            path.unlink()

    def assert_all_arrived(self):
        self.assertEqual(sorted(path.name for path in self.there.iterdir()), sorted(self.files))
        for name, octets in self.files.items():
            self.assertEqual((self.there / name).read_bytes(), octets, name)

    def assert_nothing_is_half_written(self):
        for name, octets in self.files.items():
            if (self.there / name).exists():
                self.assertEqual((self.there / name).read_bytes(), octets, name)

    def again(self):
        """The same two commands once more. @returns how many octets had been there already."""
        with self.receiver() as receiver:
            done = run("send", *(str(self.here / name) for name in FILES), "127.0.0.1:%d" % receiver.port, "--json")
            self.assertEqual((done.returncode, receiver.wait()), (0, 0), done.words)
        self.assert_all_arrived()
        return json.loads(done.stdout)["present_octets"]

    def break_off(self, limits, how):
        """@returns how many octets were there already the next time"""
        self.empty()
        with self.receiver() as receiver, Relay(receiver.port, limits) as relay, \
                self.sender(relay.address) as sender:
            self.assertTrue(relay.reached.wait(SECONDS), limits)
            how(sender, receiver, relay)
        self.assert_nothing_is_half_written()
        return self.again()


def kill(one):
    one.signal(signal.SIGKILL)
    one.wait()


class Endings:
    def assert_ends(self, one, limits):
        """Whoever was sent to says what happened, or had everything already."""
        self.assertIn(one.wait(), (0, 52, 56), limits)

    def assert_ends_or_waits(self, receiver, limits):
        """A receiver that had heard no greeting yet goes on waiting for its sender."""
        line = receiver.line()
        while line and "still waiting" not in line:
            line = receiver.line()
        if not line:  # it has ended
            self.assert_ends(receiver, limits)
            return
        self.assertTrue(limits[0] is None or limits[0] <= GREETING + 1, limits)
        kill(receiver)


class KilledSender(Stages, Endings, CommandTest):
    def test_at_every_stage_the_next_one_goes_on(self):
        def how(sender, receiver, relay):
            kill(sender)
            relay.close()
            self.assert_ends_or_waits(receiver, relay.limits)

        for limits in list(self.stages()):
            with self.subTest(limits=limits):
                present = self.break_off(limits, how)
                if limits[0] is not None and limits[0] >= 4 * BLOCK:
                    self.assertGreaterEqual(present, 3 * BLOCK, "what arrived is not sent again")


class KilledReceiver(Stages, Endings, CommandTest):
    def test_at_every_stage_the_next_one_goes_on(self):
        def how(sender, receiver, relay):
            kill(receiver)
            relay.close()
            self.assert_ends(sender, relay.limits)

        for limits in list(self.stages()):
            with self.subTest(limits=limits):
                self.break_off(limits, how)


class Resets(Stages, Endings, CommandTest):
    def test_at_every_stage_both_say_so_and_go_on_when_repeated(self):
        def how(sender, receiver, relay):
            relay.reset()
            self.assert_ends(sender, relay.limits)
            self.assert_ends_or_waits(receiver, relay.limits)

        for limits in list(self.stages()):
            with self.subTest(limits=limits):
                self.break_off(limits, how)


if __name__ == "__main__":
    unittest.main()
