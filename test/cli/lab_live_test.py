"""`sockeye lab ps`, `lab arp` and the like, with a lab that this test plays: what they ask, and what they tell."""

import json
import os
import pathlib
import signal
import socket
import tempfile
import threading
import unittest

from peers import SECONDS, CommandTest, Running, run

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "labs"


class PlayedLab:
    """A control socket that answers every request with `answer`, and remembers the requests."""

    def __init__(self, path, answer):
        self.answer = answer
        self.requests = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rw", encoding="utf-8") as lines:
                line = lines.readline()
                if line:
                    self.requests.append(json.loads(line))
                    lines.write(json.dumps(self.answer) + "\n")


class Live(CommandTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name, "sockeye")
        self.folder.mkdir(mode=0o700)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=folder.name)

    def lab(self, *words):
        return run("lab", *words, env=self.environment)

    def play(self, name="office", **answer):
        played = PlayedLab(str(self.folder / f"{name}.sock"), {"exit": 0, "text": "", "data": [], **answer})
        self.addCleanup(played.listener.close)
        return played


class NoLab(Live):
    def test_is_said_with_how_to_start_one(self):
        done = self.lab("arp", "alice")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.words, "sockeye lab arp: no lab runs: start one with `sockeye lab up FILE`\n")

    def test_is_no_failure_of_a_list(self):
        done = self.lab("list")
        self.assertEqual((done.returncode, done.stdout),
                         (0, b"no lab runs: start one with `sockeye lab up FILE`\n"))
        self.assertEqual(self.lab("list", "--json").stdout, b"")

    def test_a_socket_that_a_killed_lab_left_counts_for_nothing(self):
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(self.folder / "office.sock"))
        self.assertIn("no lab runs", self.lab("ps").words)


class OneLab(Live):
    def test_needs_no_name(self):
        played = self.play(text="address  MAC\n10.0.0.3 -", data=[{"kind": "neighbour", "address": "10.0.0.3"}])
        done = self.lab("arp", "alice")
        self.assertEqual((done.returncode, done.stdout), (0, b"address  MAC\n10.0.0.3 -\n"))
        self.assertEqual(played.requests, [{"verb": "arp", "host": "alice"}])

    def test_json_is_an_object_a_line(self):
        self.play(data=[{"kind": "neighbour", "address": "10.0.0.3"}, {"kind": "neighbour", "address": "一"}])
        lines = self.lab("arp", "alice", "--json").stdout.splitlines()
        self.assertEqual([json.loads(line)["address"] for line in lines], ["10.0.0.3", "一"])

    def test_a_result_that_is_a_failure_is_told_on_stdout_and_by_the_exit_code(self):
        self.play(exit=28, text="1 sent, 0 answered", data=[{"kind": "pong"}])
        done = self.lab("ping", "alice", "bob", "--count", "1")
        self.assertEqual((done.returncode, done.stdout, done.words), (28, b"1 sent, 0 answered\n", ""))

    def test_a_mistake_is_told_on_stderr(self):
        self.play(exit=2, text="there is no node \"alcie\"; there are: alice")
        done = self.lab("arp", "alcie")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.words, "sockeye lab arp: there is no node \"alcie\"; there are: alice\n")

    def test_each_verb_asks_for_what_it_was_told(self):
        played = self.play()
        for words, request in [
                (["explain-send", "alice", "10.0.0.1"], {"host": "alice", "target": "10.0.0.1"}),
                (["ping", "alice", "bob", "--count", "2", "--timeout", "5s"],
                 {"host": "alice", "target": "bob", "count": 2, "timeout": "5s"}),
                (["step", "10ms"], {"words": ["10ms"]}),
                (["step"], {}),
                (["dig", "alice", "www.example", "--type", "MX"],
                 {"host": "alice", "target": "www.example", "words": ["MX"]}),
                (["ladder"], {"last": 40}),
                (["ladder", "alice", "or", "tcp", "--last", "7"], {"words": ["alice", "or", "tcp"], "last": 7}),
                (["fault", "add", "alice", "lan", "loss=20%", "--one-way"],
                 {"words": ["add", "alice", "lan", "loss=20%", "one-way"]}),
                (["fault", "list"], {"words": ["list"]}),
                (["down"], {})]:
            with self.subTest(words):
                self.assertEqual(self.lab(*words).returncode, 0)
                self.assertEqual(played.requests[-1], {"verb": words[0], **request})

    def test_of_another_name_is_said(self):
        self.play()
        self.assertIn("no lab named home runs: there is office", self.lab("ps", "--lab", "home").words)


class SeveralLabs(Live):
    def test_need_a_name(self):
        self.play("home", text="home: 2 nodes")
        office = self.play("office", text="office: 12 nodes")
        done = self.lab("ps")
        self.assertEqual(done.returncode, 1)
        self.assertIn("2 labs run: say which, with --lab home; there are home, office", done.words)
        self.assertEqual(self.lab("ps", "--lab", "office").returncode, 0)
        self.assertEqual(office.requests, [{"verb": "ps"}])

    def test_are_listed(self):
        self.play("home", text="home: 2 nodes")
        self.play("office", text="office: 12 nodes")
        self.assertEqual(self.lab("list").stdout, b"home: 2 nodes\noffice: 12 nodes\n")


class Rubbish(Live):
    def answer_with(self, octets):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.folder / "office.sock"))
        listener.listen()

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    if connection.recv(8192):
                        connection.sendall(octets)
        threading.Thread(target=serve, daemon=True).start()

    def test_from_the_lab_is_said(self):
        self.answer_with(b"hello\n")
        self.assertIn("that is no answer of a lab's", self.lab("ps").words)

    def test_of_a_lab_that_hangs_up_is_said(self):
        self.answer_with(b"")
        done = self.lab("ps")
        self.assertEqual(done.returncode, 52)
        self.assertIn("office", done.words)


class Usage(Live):
    def test_each_verb_says_what_is_missing(self):
        for words in (["arp"], ["ping", "alice"], ["explain-send", "alice"], ["fault"],
                      ["ping", "alice", "bob", "--count", "0"], ["ping", "alice", "bob", "--timeout", "soon"]):
            with self.subTest(words):
                done = self.lab(*words)
                self.assertEqual(done.returncode, 2)
                self.assertIn("try: sockeye lab", done.words)


class RunningOffice(Live):
    """The office, put up and running on."""

    def setUp(self):
        super().setUp()
        self.up = self.enterContext(Running("lab", "up", str(EXAMPLES / "office.clab.yml"), "--stay", "--quiet",
                                            env=self.environment))
        self.assertIn("the lab runs at real time", self.up.line())

    def text(self, *words):
        done = self.lab(*words)
        self.assertEqual((done.returncode, done.words), (0, ""), words)
        return done.stdout.decode()

    def test_can_be_looked_into(self):
        for words, told in ((["list"], "office"), (["ps"], "alice"), (["arp", "alice"], "192.168.1.1"),
                            (["routes", "alice"], "0.0.0.0/0"), (["macs", "sw1"], "02:00:00:00:00:01"),
                            (["nat", "gw"], "192.168.1.101"), (["leases"], "192.168.1.101"),
                            (["sockets", "web"], "LISTEN"), (["backlog", "web"], "80"), (["tcb", "alice"], "TIME-WAIT"),
                            (["ladder", "alice", "--last", "9"], "alice")):
            with self.subTest(words):
                text = self.text(*words)
                self.assertIn(told, text)
                self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
                json.loads(self.lab(*words, "--json").stdout.splitlines()[0])

    def test_lesson_022_explains_where_a_packet_goes(self):
        text = self.text("explain-send", "alice", "198.51.100.80")
        for word in ("192.168.1.0", "255.255.255.0", "192.168.1.1"):
            self.assertIn(word, text)

    def test_its_hosts_can_be_sent_on_errands(self):
        self.assertIn("198.51.100.80", self.text("dig", "alice", "web.example"))
        self.assertIn("198.51.100.80", self.text("ping", "alice", "web", "--count", "1"))
        hops = self.text("traceroute", "alice", "web")
        for router in ("192.168.1.1", "203.0.113.1", "198.51.100.80"):
            self.assertIn(router, hops)

    def test_stands_still_while_it_is_paused_and_goes_on_step_by_step(self):
        def now():
            return json.loads(self.lab("pause", "--json").stdout)["now_ns"]

        self.text("pause")
        before = now()
        self.assertEqual(now(), before)
        self.text("step", "10ms")
        self.assertEqual(now(), before + 10_000_000)
        self.text("resume")

    def test_what_goes_wrong_can_be_said_while_it_runs(self):
        self.text("fault", "add", "alice", "sw1", "cut")
        self.assertEqual(self.lab("ping", "alice", "web", "--count", "1", "--timeout", "3s").returncode, 28)
        self.text("fault", "clear", "alice", "sw1")
        self.assertIn("198.51.100.80", self.text("ping", "alice", "web", "--count", "1"))

    def test_ends_when_it_is_told_to_and_tells_its_hash(self):
        self.text("down")
        self.assertEqual(self.up.wait(), 0)
        self.assertRegex(self.up.process.stdout.read().decode(), "hash [0-9a-f]{32}")
        self.assertEqual(self.lab("ps").returncode, 1)

    def test_ends_by_a_signal_too(self):
        self.up.signal(signal.SIGINT)
        self.assertEqual(self.up.wait(), 0)

    def test_has_its_name_for_itself(self):
        done = run("lab", "up", str(EXAMPLES / "office.clab.yml"), "--stay", "--quiet", env=self.environment)
        self.assertEqual(done.returncode, 48)
        self.assertIn("office", done.words)


if __name__ == "__main__":
    unittest.main()
