"""`sockeye --on lab:HOST VERB`: the verbs as programs of the hosts of a lab that runs, which each test puts up."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

from lab_live_test import EXAMPLES, Live
from peers import Running, run

WEB = "198.51.100.80"


class OfficeLive(Live):
    """The office, put up and running on."""

    def setUp(self):
        super().setUp()
        self.up = self.put_up(EXAMPLES / "office.clab.yml")

    def put_up(self, topology):
        up = self.enterContext(
            Running("lab", "up", str(topology), "--stay", "--quiet", env=self.environment))
        self.assertIn("the lab runs at real time", up.line())
        return up

    def on(self, host, *words, **options):
        return run("--on", f"lab:{host}", *words, env=self.environment, **options)

    def running_on(self, host, *words, **options):
        return self.enterContext(Running("--on", f"lab:{host}", *words, env=self.environment, **options))

    def listening_on(self, host, *words, **options):
        listener = self.running_on(host, "listen", *words, **options)
        self.assertRegex(listener.line(), "listening on ")
        return listener


class Talking(OfficeLive):
    def test_a_program_of_one_host_serves_one_of_another(self):
        self.listening_on("web", ":9001", "--upper", "-q")
        for _ in range(2):
            done = self.on("alice", "connect", f"{WEB}:9001", stdin=b"hello\n")
            self.assertEqual((done.returncode, done.stdout, done.words), (0, b"HELLO\n", ""))

    def test_and_each_sees_the_addresses_of_the_lab(self):
        listener = self.listening_on("web", ":9001", "--upper")
        self.on("alice", "connect", f"{WEB}:9001", stdin=b"hello\n")
        self.assertIn("203.0.113.2", listener.line(), "the router's, which translates")

    def test_so_does_one_of_the_host_itself(self):
        self.listening_on("web", ":9001", "--upper", "-q")
        self.assertEqual(self.on("web", "connect", "127.0.0.1:9001", stdin=b"hi").stdout, b"HI")

    def test_datagrams_come_and_go(self):
        self.listening_on("web", "udp://:9002", "--upper", "-q")
        done = self.on("alice", "connect", f"udp://{WEB}:9002", "--timeout", "2s", stdin=b"hello")
        self.assertEqual((done.returncode, done.stdout), (0, b"HELLO"))

    def test_a_lot_arrives_as_it_was_sent(self):
        text = os.urandom(300_000)
        self.listening_on("web", ":9001", "--echo", "-q")
        self.assertEqual(self.on("carol", "connect", f"{WEB}:9001", stdin=text).stdout, text)

    def test_people_of_several_hosts_meet_in_the_labs_chat(self):
        room = "198.51.100.90:9000"
        alice = self.running_on("alice", "chat", room, "--name", "alice", stdin=subprocess.PIPE)
        while "you are alice" not in (notice := alice.line()):
            self.assertTrue(notice, "alice has not come in")
        self.assertEqual(self.on("bob", "chat", room, "--name", "bob", stdin=b"hi all\n").returncode, 0)
        self.assertEqual(alice.process.stdout.readline(), b"bob: hi all\n")


class Asking(OfficeLive):
    def test_a_page_of_a_labs_server_is_fetched(self):
        done = self.on("alice", "http", "get", "http://web.example/")
        self.assertEqual((done.returncode, done.words), (0, ""))
        self.assertIn(b"<", done.stdout)

    def test_ports_are_open_or_closed(self):
        self.assertEqual(self.on("alice", "check", WEB, "80").returncode, 0)
        done = self.on("alice", "check", WEB, "80,81", "--json")
        states = {row["port"]: row["state"] for row in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(states, {80: "open", 81: "closed"})

    def test_names_are_asked_of_the_hosts_own_server(self):
        done = self.on("alice", "dns", "web.example")
        self.assertEqual(done.returncode, 0, done.words)
        self.assertIn(WEB, done.stdout.decode())

    def test_another_server_can_be_named(self):
        self.assertEqual(self.on("web", "dns", "web.example", "--server", "198.51.100.53").returncode, 0)


class Sending(OfficeLive):
    def test_a_file_goes_from_host_to_host(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        film, there = folder / "film.mkv", folder / "there"
        film.write_bytes(os.urandom(400_000))
        there.mkdir()
        sender = self.running_on("web", "send", str(film), ":9000")
        while ":9000" not in (line := sender.line()):
            self.assertTrue(line)
        done = self.on("alice", "recv", f"{WEB}:9000", "--into", str(there))
        self.assertEqual(done.returncode, 0, done.words)
        self.assertEqual((there / "film.mkv").read_bytes(), film.read_bytes())
        self.assertEqual(sender.wait(), 0)


class Failing(OfficeLive):
    def test_the_exit_codes_are_those_of_the_verbs_elsewhere(self):
        for code, words in ((7, ["connect", f"{WEB}:81"]), (6, ["connect", "nobody.example:80"]),
                            (28, ["connect", "192.168.1.77:80", "--timeout", "200ms"]),
                            (2, ["connect", WEB])):
            with self.subTest(words):
                self.assertEqual(self.on("alice", *words).returncode, code)
        done = self.on("web", "listen", ":80", "--echo")
        self.assertEqual(done.returncode, 48)
        self.assertNotIn("held by", done.words, "this machine's programs are not the lab's")

    def test_no_such_host_is_said_with_those_that_there_are(self):
        done = self.on("alcie", "check", WEB, "80")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.words, "alcie.*alice")
        self.assertEqual(self.on("sw1", "check", WEB, "80").returncode, 2)

    def test_no_such_lab_is_said(self):
        done = run("--on", "lab/home:alice", "check", WEB, "80", env=self.environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no lab named home runs: there is office", done.words)

    def test_a_verb_about_this_machine_is_refused(self):
        self.assertIn("that is about this machine", self.on("alice", "who").words)


class Ending(OfficeLive):
    def test_when_the_lab_goes_down_its_programs_do(self):
        listener = self.listening_on("web", ":9001", "--upper", "-q")
        self.assertEqual(self.lab("down").returncode, 0)
        self.assertEqual(listener.wait(), 52)
        self.assertIn("the lab office has ended", listener.process.stderr.read().decode())

    def test_when_the_lab_is_killed_too(self):
        listener = self.listening_on("web", ":9001", "--upper", "-q")
        client = self.running_on("alice", "connect", f"{WEB}:9001", stdin=subprocess.PIPE)
        client.process.stdin.write(b"hello\n")
        client.process.stdin.flush()
        self.assertEqual(client.process.stdout.readline(), b"HELLO\n")
        self.up.signal(signal.SIGKILL)
        self.assertEqual((listener.wait(), client.wait()), (52, 52))

    def test_an_interrupt_ends_one_that_waits_for_a_lab_which_does_not_answer(self):
        listener = self.running_on("web", "listen", ":9001", stdin=subprocess.PIPE)
        self.assertRegex(listener.line(), "listening on ")
        client = self.running_on("alice", "connect", f"{WEB}:9001", stdin=subprocess.PIPE)
        client.process.stdin.write(b"hello\n")
        client.process.stdin.flush()
        self.assertEqual(listener.process.stdout.readline(), b"hello\n")
        self.up.signal(signal.SIGSTOP)
        self.addCleanup(self.up.signal, signal.SIGCONT)
        listener.process.stdin.write(b"HELLO\n")  # a call that nobody answers
        listener.process.stdin.flush()
        listener.signal(signal.SIGINT)
        self.assertEqual(listener.wait(), 0)
        self.assertNotIn("has not answered", listener.process.stderr.read().decode())
        self.up.signal(signal.SIGCONT)

    def test_when_the_host_is_switched_off_its_programs_end_and_the_others_go_on(self):
        off = self.listening_on("web", ":9001", "--upper", "-q")
        self.listening_on("chat", ":9001", "--upper", "-q")
        self.assertEqual(self.lab("fault", "add", "web", "crash").returncode, 0)
        self.assertEqual(off.wait(), 52)
        self.assertIn("web was switched off", off.process.stderr.read().decode())
        self.assertEqual(self.on("alice", "connect", "198.51.100.90:9001", stdin=b"hi").stdout, b"HI")
        self.assertIn("web is switched off", self.on("web", "check", WEB, "80").words)

    def test_what_a_killed_program_left_open_is_closed(self):
        listener = self.listening_on("web", ":9001", "--upper", "-q")
        listener.process.kill()
        listener.wait()
        for _ in range(100):  # until the lab has heard of it
            if self.on("alice", "connect", f"{WEB}:9001").returncode == 7:
                return
        self.fail("the port is still open")


class SeveralLabsRun(OfficeLive):
    def setUp(self):
        super().setUp()
        home = self.folder / "home.clab.yml"
        office = (EXAMPLES / "office.clab.yml").read_text(encoding="utf-8")
        home.write_text(re.sub("^name: office$", "name: home", office, flags=re.MULTILINE), encoding="utf-8")
        self.put_up(home)

    def test_and_one_is_named(self):
        done = self.on("alice", "check", WEB, "80")
        self.assertEqual(done.returncode, 1)
        self.assertIn("2 labs run: say which, with --on lab/home:alice", done.words)
        for lab in ("home", "office"):
            done = run("--on", f"lab/{lab}:alice", "check", WEB, "80", env=self.environment)
            self.assertEqual(done.returncode, 0, done.words)


class NoLabRuns(Live):
    def test_is_said_with_how_to_start_one(self):
        done = run("--on", "lab:web", "check", "10.0.0.1", "80", env=self.environment)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.words, "sockeye check: no lab runs: start one with `sockeye lab up FILE`\n")

    def test_a_host_has_to_be_named(self):
        for words in ("lab:", "lab/office:"):
            done = run("--on", words, "check", "10.0.0.1", "80", env=self.environment)
            self.assertEqual(done.returncode, 2)
            self.assertIn("names no host: write lab:HOST", done.words)


if __name__ == "__main__":
    unittest.main()
