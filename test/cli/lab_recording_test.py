"""Recordings of labs: shown again, compared, and taken from a lab that runs; and what else is told as it happens."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from peers import SECONDS, CommandTest, Running, run

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "labs"
OFFICE = str(EXAMPLES / "office.clab.yml")


class Files(CommandTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return str(self.folder / name)

    def record(self, name, *words):
        """What `lab up` has shown of it."""
        done = run("lab", "up", *(words or (OFFICE,)), "--record", self.path(name))
        self.assertEqual((done.returncode, done.words), (0, ""))
        return done.stdout.decode()

    def shown(self, *words):
        done = run("lab", *words)
        self.assertEqual((done.returncode, done.words), (0, ""), words)
        return done.stdout.decode()


class Replay(Files):
    def lines(self, text):
        """Those of frames and notes, without what only the lab itself knows: how often a switch sent one on."""
        return [line.split("  flooded to")[0].rstrip() for line in text.splitlines() if line.startswith("  ")]

    def test_shows_what_was_shown_when_it_was_recorded(self):
        live = self.record("a.pcapng")
        again = self.shown("replay", self.path("a.pcapng"))
        self.assertEqual(self.lines(again), self.lines(live))
        self.assertEqual(again.splitlines()[-1], live.splitlines()[-1])  # the hash

    def test_tells_the_same_story_of_a_host(self):
        live = self.record("a.pcapng", OFFICE, "--story", "alice")
        again = self.shown("replay", self.path("a.pcapng"), "--story", "alice")
        for word in ("ADDRESS", "NEIGHBOUR", "NAME", "HANDSHAKE", "PAGE", "CLOSE", "gw's NAT:"):
            self.assertIn(word, again)
        self.assertEqual(self.lines(again), self.lines(live))

    def test_goes_up_to_a_time_and_through_a_filter(self):
        self.record("a.pcapng")
        lines = [json.loads(line) for line in
                 self.shown("replay", self.path("a.pcapng"), "dhcp", "--to", "3s", "--json").splitlines()]
        self.assertEqual(lines[-1]["kind"], "recording")
        self.assertGreater(lines[-1]["of"], lines[-1]["frames"])
        self.assertTrue(lines[:-1])
        for line in lines[:-1]:
            self.assertLessEqual(line["at_ns"], 3_000_000_000)

    def test_takes_its_time_where_it_is_told_to(self):
        self.record("a.pcapng")
        self.assertIn("hash", self.shown("replay", self.path("a.pcapng"), "--speed", "100"))

    def test_mistakes_are_said_with_their_remedies(self):
        self.record("a.pcapng")
        for words, told in ((["--story", "eve"], "there is no host 'eve'"), (["alcie"], "did you mean alice?"),
                            (["--speed", "fast"], "fast"), (["--to", "soon"], "soon")):
            with self.subTest(words):
                self.assert_fails(run("lab", "replay", self.path("a.pcapng"), *words), 2, told)
        self.assert_fails(run("lab", "replay", self.path("b.pcapng")), 1, "b.pcapng")
        self.assert_fails(run("lab", "replay", OFFICE), 1, "is no recording: neither pcapng nor pcap")


class LadderOfAFile(Files):
    def test_has_a_filter_and_says_why_a_segment_is_sent_again(self):
        faults = self.folder / "bad.faults.yml"
        faults.write_text("faults: [{at: 0s, do: impair, on: [near, far], loss: 40%}]\n")
        lab = str(EXAMPLES / "lossy-link.clab.yml")
        self.record("a.pcapng", lab, "--faults", str(faults), "--seed", "5")
        text = self.shown("ladder", "lost", "or", "again", "--from", self.path("a.pcapng"))
        self.assertIn("x lost", text)
        self.assertIn("again, since ", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_folds_the_time_in_which_nothing_was_to_be_seen(self):
        self.record("a.pcapng")
        self.assertRegex(self.shown("ladder", "alice", "--from", self.path("a.pcapng"), "--last", "1000"), "⋮ .* later")

    def test_is_for_machines_an_object_a_line(self):
        self.record("a.pcapng")
        lines = self.shown("ladder", "--from", self.path("a.pcapng"), "--last", "3", "--json").splitlines()
        self.assertEqual(len(lines), 3)
        self.assertEqual(json.loads(lines[0])["kind"], "line")


class Tables(Files):
    """What hosts knew: the recorded lab runs again, and answers as one that runs."""

    def test_each_tells_what_was_so_at_the_end(self):
        self.record("a.pcapng")
        for words, told in ((["ps"], "alice"), (["arp", "alice"], "REACHABLE|STALE"), (["routes", "alice"], "DHCP"),
                            (["macs", "sw1"], "02:"), (["nat", "gw"], "alice|192.168"), (["leases"], "alice"),
                            (["sockets", "web"], "LISTEN"), (["backlog", "web"], "80"), (["tcb", "web"], "no TCB"),
                            (["explain-send", "alice", "bob"], "AND")):
            with self.subTest(words):
                self.assertRegex(self.shown(*words, "--from", self.path("a.pcapng")), told)

    def test_go_up_to_a_time(self):
        self.record("a.pcapng")
        self.assertEqual(self.shown("leases", "--from", self.path("a.pcapng"), "--to", "0s", "--json"), "")
        lease = json.loads(self.shown("leases", "--from", self.path("a.pcapng"), "--json").splitlines()[0])
        self.assertEqual(lease["kind"], "lease")

    def test_a_trace_is_of_all_states_up_to_then(self):
        self.record("a.pcapng")
        self.assertIn("LISTEN → SYN-RECEIVED", self.shown("trace", "web", "--from", self.path("a.pcapng")))
        facts = [json.loads(line)
                 for line in self.shown("trace", "--from", self.path("a.pcapng"), "--json").splitlines()]
        self.assertEqual((facts[0]["kind"], facts[-1]["kind"]), ("trace", "end"))

    def test_know_of_the_faults_and_of_what_the_environment_said(self):
        folder = self.folder
        (folder / "pair.clab.yml").write_text('''name: pair
topology:
  nodes: {alice: {cmd: "ping ${WHOM} 3"}, bob: {}}
  links: [{endpoints: ["alice:eth0", "bob:eth0"], ipv4: [10.0.0.1/24, 10.0.0.2/24]}]
''')
        (folder / "pair.faults.yml").write_text("faults: [{at: 0s, do: impair, on: [alice, bob], delay: 7ms}]\n")
        done = run("lab", "up", str(folder / "pair.clab.yml"), "--faults", str(folder / "pair.faults.yml"),
                   "--record", self.path("a.pcapng"), env=dict(os.environ, WHOM="10.0.0.2"))
        self.assertEqual((done.returncode, done.words), (0, ""))
        self.assertIn("10.0.0.2", self.shown("arp", "alice", "--from", self.path("a.pcapng")))

    def test_what_cannot_be_told_is_refused_with_what_can(self):
        self.record("a.pcapng")
        whole = (self.folder / "a.pcapng").read_bytes()
        (self.folder / "pcap").write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        (self.folder / "other").write_bytes(whole.replace(b"file name: office", b"file name: o/fice"))
        (self.folder / "seed").write_bytes(whole.replace(b"\nseed 1\n", b"\nseed 2\n"))
        for words, told in ((["--from", "pcap"], "pcap does not hold what it takes to run its lab again"),
                            (["--from", "pcap"], "lab ladder --from"), (["--from", "other"], "'o/fice' is no name"),
                            (["--from", "seed"], "cannot be run again beyond"), (["--from", "none"], "none: ")):
            with self.subTest(words):
                self.assert_fails(run("lab", "ps", words[0], self.path(words[1])), 1, told)
        self.assert_fails(run("lab", "arp", "alcie", "--from", self.path("a.pcapng")), 2, "alcie")
        self.assert_fails(run("lab", "ps", "--from", self.path("a.pcapng"), "--to", "soon"), 2, "--to: ", "soon")

    def test_that_somebody_steered_the_lab_is_said(self):
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder))
        with Running("lab", "up", OFFICE, "--stay", "--quiet", "--record", self.path("a.pcapng"),
                     env=environment) as up:
            self.assertIn("the lab runs at real time", up.line())
            self.assertEqual(run("lab", "ping", "alice", "bob", "--count", "1", env=environment).returncode, 0)
            run("lab", "down", env=environment)
            self.assertEqual(up.wait(), 0)
        self.assert_fails(run("lab", "arp", "alice", "--from", self.path("a.pcapng")), 1, "cannot be run again beyond",
                          "ARP who has 192.168.1.102?", "ask for an earlier --to")
        self.assertIn("192.168", self.shown("arp", "alice", "--from", self.path("a.pcapng"), "--to", "7s"))


class Diff(Files):
    def test_of_the_same_run_twice_is_0(self):
        self.record("a.pcapng")
        self.record("b.pcapng")
        text = self.shown("diff", self.path("a.pcapng"), self.path("b.pcapng"))
        self.assertRegex(text, r"^the same: \d+ frames, seed 1, hash [0-9a-f]{32}\n$")

    def test_of_two_seeds_is_1_with_the_first_frame_and_its_fields(self):
        self.record("a.pcapng")
        self.record("b.pcapng", OFFICE, "--seed", "2")
        done = run("lab", "diff", self.path("a.pcapng"), self.path("b.pcapng"))
        self.assertEqual((done.returncode, done.words), (1, ""))
        text = done.stdout.decode()
        self.assertRegex(text, r"The first frame that differs is \d+")
        self.assertRegex(text, r"  seed +1\n +2\n")
        done = run("lab", "diff", self.path("a.pcapng"), self.path("b.pcapng"), "--json")
        first, *rest = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((done.returncode, first["kind"], first["same"]), (1, "diff", False))
        self.assertIn("difference", {fact["kind"] for fact in rest})

    def test_of_what_is_no_whole_recording_is_2_and_says_why(self):
        self.record("a.pcapng")
        whole = (self.folder / "a.pcapng").read_bytes()
        (self.folder / "cut.pcapng").write_bytes(whole[:-5])
        (self.folder / "pcap").write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        for name, told in (("cut.pcapng", "breaks off behind frame"), ("pcap", "is no lab's recording"),
                           ("none", "none: ")):
            with self.subTest(name):
                self.assert_fails(run("lab", "diff", self.path("a.pcapng"), self.path(name)), 2, told)


class Live(CommandTest):
    """The office, put up and running on."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=folder.name)
        self.up = self.enterContext(Running("lab", "up", OFFICE, "--stay", "--quiet", env=self.environment))
        self.assertIn("the lab runs at real time", self.up.line())

    def lab(self, *words):
        return run("lab", *words, env=self.environment)

    def begin(self, *words):
        """One that shows what happens, once it does."""
        running = self.enterContext(Running("lab", *words, env=self.environment))
        self.assertIn("Ctrl-C ends it", running.line())
        return running

    def ping(self):
        self.assertEqual(self.lab("ping", "alice", "bob", "--count", "1").returncode, 0)

    def end(self, running):
        """Of its own accord: what it has shown."""
        self.assertEqual(running.wait(), 0)
        return running.process.stdout.read().decode()


class Capture(Live):
    def test_shows_a_line_a_frame_in_both_directions_until_there_are_enough(self):
        capture = self.begin("capture", "alice:eth0", "--count", "4")
        self.ping()
        text = self.end(capture)
        self.assertEqual(len(text.splitlines()), 4)
        self.assertIn("alice:eth0 > ", text)
        self.assertIn("alice:eth0 < ", text)

    def test_writes_a_recording_that_can_be_shown_again(self):
        path = str(self.folder / "alice.pcapng")
        capture = self.begin("capture", "alice", "-w", path)
        self.ping()
        self.lab("down")
        self.assertEqual(capture.wait(), 0)
        self.assertRegex(capture.line(), r"^[1-9]\d* frames captured$")
        self.assertEqual(run("lab", "replay", path).returncode, 0)
        self.assertIn("alice", run("lab", "ladder", "icmp", "--from", path).stdout.decode())

    @unittest.skipUnless(shutil.which("tshark"), "no tshark here")
    def test_is_seen_by_tshark_while_it_goes_on(self):
        shown = subprocess.Popen(["tshark", "-l", "-r", "-", "-Y", "icmp"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(shown.stdout.close)
        self.addCleanup(shown.wait, SECONDS)
        capture = self.enterContext(Running("lab", "capture", "alice", "-w", "-", stdout=shown.stdin,
                                            env=self.environment))
        shown.stdin.close()
        self.assertIn("Ctrl-C ends it", capture.line())
        self.ping()
        self.assertIn(b"Echo (ping) request", shown.stdout.readline())
        capture.signal(signal.SIGINT)
        self.assertEqual(capture.wait(), 0)

    def test_ends_by_an_interrupt_with_a_whole_file(self):
        path = str(self.folder / "alice.pcapng")
        capture = self.begin("capture", "alice", "-w", path)
        capture.signal(signal.SIGINT)
        self.assertEqual(capture.wait(), 0)
        done = run("lab", "replay", path)
        self.assertEqual((done.returncode, done.words), (0, ""))

    def test_a_card_that_there_is_not_is_named(self):
        self.assert_fails(self.lab("capture", "alice:eth7"), 2, "alice has no card 'eth7'; there is alice:eth0")
        self.assert_fails(self.lab("capture", "alcie"), 2, "there is no node \"alcie\"")


class Trace(Live):
    def test_tells_each_change_of_a_connections_state_and_its_cause(self):
        trace = self.enterContext(Running("lab", "trace", "web", "--json", env=self.environment))
        facts = [json.loads(trace.process.stdout.readline())]
        self.assertEqual(facts[0]["kind"], "trace")
        self.lab("down")
        self.assertEqual(trace.wait(), 0)
        self.assertEqual(json.loads(trace.process.stdout.read().splitlines()[-1])["kind"], "end")


class Follow(Live):
    def test_shows_the_lines_that_come_and_no_others(self):
        follow = self.enterContext(Running("lab", "ladder", "icmp", "--follow", env=self.environment))
        self.assertIn(b"on the wire", follow.process.stdout.readline())
        self.ping()
        line = follow.process.stdout.readline().decode()
        self.assertIn("alice", line)
        self.assertIn("bob", line)
        follow.signal(signal.SIGINT)
        self.assertEqual(follow.wait(), 0)


class Keep(Files):
    """A lab that stays up keeps its latest frames; a recording has all."""

    def setUp(self):
        super().setUp()
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder))

    def lab(self, *words):
        done = run("lab", *words, env=self.environment)
        self.assertEqual(done.returncode, 0, done.words)
        return done.stdout.decode()

    def frames_after_a_while(self, *words):
        """What the ladder shows, and how many frames the lab tells of at its end."""
        with Running("lab", "up", OFFICE, "--stay", "--json", "--quiet", *words, env=self.environment) as up:
            self.assertIn("the lab runs at real time", up.line())
            for _ in range(3):
                self.lab("ping", "alice", "bob")
            ladder = self.lab("ladder", "--last", "1000")
            self.lab("down")
            self.assertEqual(up.wait(), 0)
            return ladder, json.loads(up.process.stdout.read().splitlines()[-1])

    def test_what_the_ladder_has_lost_is_said(self):
        ladder, lab = self.frames_after_a_while("--keep", "10")
        self.assertIn("frames that left before this are not kept any more", ladder)
        self.assertIn("ICMP", ladder)
        self.assertLess(lab["frames"], 20)
        self.assertFalse(lab["complete"])

    def test_nothing_is_lost_of_a_recording_or_of_a_short_stay(self):
        for words in ([], ["--record", self.path("a.pcapng")]):
            with self.subTest(words):
                ladder, lab = self.frames_after_a_while(*words)
                self.assertNotIn("kept", ladder)
                self.assertTrue(lab["complete"])
        last = json.loads(self.shown("replay", self.path("a.pcapng"), "--json").splitlines()[-1])
        self.assertEqual(last["frames"], lab["frames"])


class Usage(Files):
    def test_what_makes_no_sense_together_is_said(self):
        for words in (["ladder", "--follow", "--from", "x"], ["ladder", "--to", "3s"], ["capture"],
                      ["capture", "alice", "--count", "0"], ["capture", "alice", "-w", "x", "--json"],
                      ["arp", "alice", "--to", "3s"], ["ps", "--from", "x", "--lab", "y"], ["ping", "--from", "x"],
                      ["up", OFFICE, "--keep", "9", "--record", "x"], ["up", OFFICE, "--keep", "0"],
                      ["replay"], ["diff", "a"], ["replay", "a", "--story", "b", "tcp"]):
            with self.subTest(words):
                self.assertEqual(run("lab", *words).returncode, 2)

    def test_no_lab_runs_is_said_with_how_to_start_one(self):
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder))
        for words in (["capture", "alice"], ["trace"], ["ladder"], ["ladder", "--follow"]):
            with self.subTest(words):
                self.assert_fails(run("lab", *words, env=environment), 1, "no lab runs: start one with")


if __name__ == "__main__":
    unittest.main()
