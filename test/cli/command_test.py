"""The command as a whole: its help, its usage errors, the office it tells of without a verb, and the tour."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from peers import SOCKEYE, CommandTest, Running, connect, every_verb, run


class Help(CommandTest):
    def test_every_help_has_examples_and_fits_80_columns(self):
        for verb in [(), *every_verb()]:
            with self.subTest(verb):
                done = run(*verb, "--help")
                self.assertEqual((done.returncode, done.words), (0, ""))
                text = done.stdout.decode()
                self.assertIn("Examples:", text)
                self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])
                self.assertNotIn("WORDS", text)
                self.assertNotRegex(text, r"Excludes:|:INT|POSITIVE|:\{")

    def test_what_is_told_to_no_verb_is_2_before_one(self):
        for option in (["--seed", "9"], ["--story", "bob"], ["--record", "/nonexistent/file"], ["--json"]):
            with self.subTest(option):
                self.assert_fails(run(*option, "mac", "02:00:00:00:00:01"), 2, option[0], "before a verb")

    def test_version(self):
        self.assertRegex(run("--version").stdout.decode(), r"^sockeye \d+\.\d+\.\d+\n$")

    def test_mistakes_are_2_and_short(self):
        self.assert_fails(run("lisen", ":0"), 2, "sockeye: no verb 'lisen'", "listen", "connect")
        self.assert_fails(run("--sed", "7"), 2, "--sed")
        self.assert_fails(run("--seed", "seven"), 2, "seven")
        self.assert_fails(run("--seed", "-1"), 2, "-1")
        self.assert_fails(run("connect", "127.0.0.1:1", "--bogus"), 2, "sockeye connect: ", "--bogus")
        self.assert_fails(run("connect", "127.0.0.1:1", "127.0.0.1:2"), 2, "127.0.0.1:2")


class Office(CommandTest):
    """What the command tells without a verb."""

    def test_it_tells_a_laptops_story_in_80_columns_and_ends(self):
        done = run()
        self.assertEqual((done.returncode, done.words), (0, ""))
        text = done.stdout.decode()
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
        chapters = re.findall("^[A-Z]{4,}", text, re.MULTILINE)
        self.assertEqual(chapters, ["ADDRESS", "NEIGHBOUR", "NAME", "HANDSHAKE", "PAGE", "CLOSE"])
        for word in ("DHCP DISCOVER", "the address is alice's alone", "ask for the gateway", "gw's NAT:", "SYN-SENT",
                     "HTTP/1.1 200 OK", "TIME-WAIT", "ms for the page", "none lost", "hash"):
            self.assertIn(word, text)
        self.assertNotIn("\033", text)

    def test_the_same_seed_is_the_same_lab_and_another_is_another(self):
        def lab_hash(seed):
            return re.search("hash ([0-9a-f]{32})", run("--seed", seed).stdout.decode())[1]

        self.assertEqual(lab_hash("7"), lab_hash("7"))
        self.assertNotEqual(lab_hash("7"), lab_hash("8"))

    def test_another_host_has_another_story(self):
        text = run("--story", "bob").stdout.decode()
        self.assertIn("bob has no address and knows nobody", text)
        self.assert_fails(run("--story", "eve"), 2, "--story: there is no host 'eve' in the office")

    def test_json_is_an_object_a_line(self):
        done = run("--json", "--seed", "9")
        self.assertEqual(done.returncode, 0)
        facts = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual({fact["kind"] for fact in facts}, {"chapter", "line", "note", "lab"})
        self.assertEqual(facts[-1]["seed"], 9)
        self.assertEqual(facts[-1]["lost"], 0)

    def test_on_a_terminal_it_runs_on_until_ctrl_c(self):
        controller, terminal = pty.openpty()
        with tempfile.TemporaryDirectory() as folder, Running(
                stdout=terminal, env=dict(os.environ, XDG_RUNTIME_DIR=folder)) as office:
            os.close(terminal)
            text = b""
            while b"ms for the page" not in text:
                text += os.read(controller, 4096)
            self.assertIn("Ctrl-C ends it", office.line())
            self.assertEqual(os.listdir(os.path.join(folder, "sockeye")), ["office.sock"])
            office.signal(signal.SIGINT)
            while b"hash" not in text:
                text += os.read(controller, 4096)
            self.assertEqual(office.wait(), 0)
            self.assertIn(b"\033[1mHANDSHAKE", text)
            self.assertEqual(os.listdir(os.path.join(folder, "sockeye")), [])
        os.close(controller)

    @unittest.skipUnless(shutil.which("tshark"), "no tshark here")
    def test_its_recording_shows_the_whole_way_in_order_and_nothing_malformed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "office.pcapng")
            self.assertEqual(run("--record", path).returncode, 0)

            def first(display_filter):
                shown = subprocess.run(["tshark", "-r", path, "-Y", display_filter, "-T", "fields", "-e", "frame.number"],
                                       capture_output=True, timeout=60, check=True).stdout.split()
                return int(shown[0]) if shown else None

            way = [first(f) for f in ("dhcp.option.dhcp == 1", "dhcp.option.dhcp == 5", "arp.src.proto_ipv4 == 192.168.1.101",
                                      "dns.flags.response == 0 && ip.src == 192.168.1.101",
                                      "tcp.flags.syn == 1 && ip.src == 192.168.1.101",
                                      "http.request && ip.src == 192.168.1.101",
                                      "http.response.code == 200 && ip.dst == 192.168.1.101",
                                      "tcp.flags.fin == 1 && ip.addr == 192.168.1.101")]
            self.assertNotIn(None, way)
            self.assertEqual(way, sorted(way))
            self.assertIsNone(first("_ws.malformed"))
            self.assertIsNone(first("ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0"))


class Tour(CommandTest):
    def test_it_tells_of_both_networks_in_80_columns_and_ends(self):
        done = run("tour")
        self.assertEqual((done.returncode, done.words), (0, ""))
        text = done.stdout.decode()
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
        for word in ('"HELLO"', "SYN", "x lost", "again", "hash", "connect 127.0.0.1:", "nc -N", "python3"):
            self.assertIn(word, text)
        self.assertNotIn("\033", text)

    def test_the_same_seed_is_the_same_lab_and_another_is_another(self):
        def lab_hash(seed):
            return re.search("hash ([0-9a-f]{32})", run("tour", "--seed", seed).stdout.decode())[1]

        self.assertEqual(lab_hash("7"), lab_hash("7"))
        self.assertNotEqual(lab_hash("7"), lab_hash("8"))

    def test_json_is_an_object_a_line(self):
        done = run("tour", "--json", "--seed", "9")
        self.assertEqual(done.returncode, 0)
        facts = [json.loads(line) for line in done.stdout.decode().splitlines()]
        kinds = {fact["kind"] for fact in facts}
        self.assertEqual(kinds, {"server", "exchange", "frame", "lab", "end"})
        lab = next(fact for fact in facts if fact["kind"] == "lab")
        frames = [fact for fact in facts if fact["kind"] == "frame"]
        self.assertEqual(lab["seed"], 9)
        self.assertEqual(lab["frames"], sum(frame["origin"] == frame["number"] for frame in frames))
        self.assertEqual(lab["lost"], sum(frame["lost"] == "cable cut" for frame in frames))
        self.assertGreater(lab["lost"], 0)
        for fact in facts:
            if fact["kind"] == "exchange":
                self.assertEqual(fact["received"], fact["sent"].upper())

    def test_the_recording_is_a_pcapng_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "lab.pcapng")
            self.assertEqual(run("tour", "--record", path).returncode, 0)
            with open(path, "rb") as file:
                self.assertEqual(file.read(4), b"\x0a\x0d\x0d\x0a")

    def test_a_recording_that_cannot_be_written_is_1(self):
        done = run("tour", "--record", "/nonexistent/lab.pcapng")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/lab.pcapng", done.words)

    def test_the_server_that_stays_can_be_joined_until_the_signal(self):
        with Running("tour", "--stay") as story:
            for line in story.process.stdout:
                if b"Ctrl-C" in line:
                    break
                if found := re.search(rb"connect 127\.0\.0\.1:(\d+)", line):
                    port = int(found[1])
            with connect(port) as client:
                client.sendall(b"hello")
                self.assertEqual(client.recv(5), b"HELLO")
            story.signal(signal.SIGINT)
            self.assertEqual(story.wait(), 0)

    def test_on_a_terminal_the_server_stays_up_until_ctrl_c(self):
        controller, terminal = pty.openpty()
        with Running("tour", stdout=terminal) as story:
            os.close(terminal)
            text = b""
            while b"Ctrl-C" not in text:
                text += os.read(controller, 4096)
            self.assertIn(b"\033[1mLAB\033[0m", text)
            story.signal(signal.SIGINT)
            self.assertEqual(story.wait(), 0)
        os.close(controller)

    def test_what_it_says_to_type_works(self):
        with Running("tour", "--stay") as story:
            text = ""
            while "Ctrl-C" not in text:
                text += story.process.stdout.readline().decode()
            python = re.search(r"python3 -c '.*?'", text, re.DOTALL)[0]
            done = subprocess.run(["bash", "-c", python], capture_output=True, timeout=20, check=True)
            self.assertEqual(done.stdout, b"b'HELLO'\n")
            command = re.search(r"(\S+) connect (\S+)", text)
            done = subprocess.run([command[1], "connect", command[2]], input=b"hello", capture_output=True, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (0, b"HELLO"))


if __name__ == "__main__":
    unittest.main()
