"""`sockeye explain`: recordings, with tshark beside it; `explain session`, running programs of Python's and nc; and
`explain handshake` and `explain close`."""

import json
import os
import pathlib
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, Listening, run

CLIENT = """
import socket, sys
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
client.sendall(b"hello")
client.shutdown(socket.SHUT_WR)
print(client.recv(100).decode())
client.recv(100)
client.close()
sys.exit(3)
"""


def explain(script, *arguments, options=()):
    return run("explain", "session", *options, sys.executable, "-c", script, *map(str, arguments))


class Session(CommandTest):
    def test_a_client_dials_speaks_listens_and_hangs_up(self):
        with Listening("127.0.0.1:0", "--upper") as server:
            done = explain(CLIENT, server.port)
        at = f"127.0.0.1:{server.port}"
        self.assertEqual(done.stdout, b"HELLO\n")
        meanings = [line[39:] for line in done.words.splitlines()]
        expected = ["take a telephone (TCP): nobody is called yet",
                    f"dial {at}: picked up (handshake done)",
                    'speak: "hello"',
                    "say goodbye (FIN), and still listen",
                    'listen: "HELLO"',
                    "the peer has said goodbye (FIN)",
                    f"hang up on {at}"]
        self.assertEqual([one for one in meanings if one in expected], expected, done.words)

    def test_the_programs_exit_code_is_passed_on(self):
        self.assertEqual(explain("import sys; sys.exit(42)").returncode, 42)
        self.assertEqual(explain("import os, signal; os.kill(os.getpid(), signal.SIGTERM)").returncode,
                         128 + signal.SIGTERM)

    def test_a_refused_call(self):
        done = explain("import socket; socket.socket().connect_ex(('127.0.0.1', 1))")
        self.assertIn("dial 127.0.0.1:1: nobody has that number (RST)", done.words)

    def test_files_are_none_of_its_business(self):
        self.assertEqual(explain("print(open('/proc/self/comm').read(), end='')").words, "")

    def test_children_are_followed(self):
        script = "import os, socket\nif os.fork() == 0:\n    socket.socket()\n    os._exit(0)\nos.wait()\n"
        done = explain(script)
        self.assertRegex(done.words, r"\[\d+\] socket\(TCP, IPv4\)|^socket\(TCP, IPv4\)")
        script = ("import socket, subprocess, sys\nsocket.socket()\n"
                  "subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'], check=True)\n")
        self.assertRegex(explain(script).words, r"\n\[\d+\] socket\(TCP, IPv4\)")

    def test_a_thread_is_part_of_its_program(self):
        script = ("import socket, threading\n"
                  "t = threading.Thread(target=lambda: socket.socket())\nt.start()\nt.join()\n")
        self.assertIn("take a telephone (TCP)", explain(script).words)

    def test_udp_writes_letters(self):
        with Listening("udp://127.0.0.1:0", "--echo") as server:
            done = explain("import socket, sys\n"
                           "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                           "s.sendto(b'hi', ('127.0.0.1', int(sys.argv[1])))\n"
                           "s.recvfrom(100)\n", server.port)
        at = f"127.0.0.1:{server.port}"
        self.assertIn(f'post a letter to {at}: "hi"', done.words)
        self.assertIn(f'a letter from {at}: "hi"', done.words)

    def test_json_and_a_file(self):
        with tempfile.TemporaryDirectory() as folder, Listening("127.0.0.1:0", "--upper") as server:
            path = os.path.join(folder, "calls")
            done = explain(CLIENT, server.port, options=("--json", "-o", path))
            with open(path, encoding="utf-8") as file:
                calls = [json.loads(line) for line in file]
        self.assertEqual((done.returncode, done.words), (3, ""))
        dialled = [one for one in calls if one["call"] == "connect" and one["address"] == f"127.0.0.1:{server.port}"]
        self.assertEqual([one["error"] for one in dialled], [None])

    def test_nc(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        with Listening("127.0.0.1:0", "--upper") as server:
            done = run("explain", "session", "nc", "-N", "127.0.0.1", str(server.port), stdin=b"hello\n")
        self.assertEqual(done.stdout, b"HELLO\n")
        self.assertIn(r'speak: "hello\n"', done.words)

    def test_sigterm_is_handed_on(self):
        script = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\nprint('up', flush=True)\ntime.sleep(20)\n"
        with subprocess.Popen([SOCKEYE, "explain", "session", sys.executable, "-c", script],
                              stdout=subprocess.PIPE) as traced:
            traced.stdout.readline()
            traced.terminate()
            self.assertEqual(traced.wait(SECONDS), 9)

    def test_a_stopped_program_goes_on(self):
        script = "import os, signal\nprint(os.getpid(), flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)\nprint('on')\n"
        with subprocess.Popen([SOCKEYE, "explain", "session", sys.executable, "-c", script],
                              stdout=subprocess.PIPE) as traced:
            pid = int(traced.stdout.readline())
            # Whether it has stopped yet cannot be seen: a traced program stops before each signal, too.
            while not select.select([traced.stdout], [], [], 0.1)[0]:
                os.kill(pid, signal.SIGCONT)
            self.assertEqual(traced.stdout.readline(), b"on\n")
            self.assertEqual(traced.wait(SECONDS), 0)


class Recordings(CommandTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = str(self.folder / "run.pcapng")
        self.assertEqual(run("tour", "--record", self.file).returncode, 0)

    def lines(self, file, **options):
        done = run("explain", file, "--lines", **options)
        self.assertEqual((done.returncode, done.words), (0, ""))
        return done.stdout.decode().splitlines()

    def test_a_line_a_frame(self):
        lines = self.lines(self.file)
        self.assertRegex(lines[0], r"^ +1 0\.000000000 ARP who has 10\.0\.0\.1\? tell 10\.0\.0\.2$")
        self.assertEqual([int(line.split()[0]) for line in lines], list(range(1, len(lines) + 1)))

    def test_standard_input_is_a_recording_too(self):
        octets = pathlib.Path(self.file).read_bytes()
        self.assertEqual(self.lines("-", stdin=octets), self.lines(self.file))

    def test_classic_pcap_says_the_same(self):
        """As tcpdump writes it: written here by hand, from what the other form says."""
        frames = [(0, bytes.fromhex("ffffffffffff0200000000020806") + bytes.fromhex(
            "0001080006040001020000000002" "0a0000020000000000000a000001")), (1_500_000, b"\x02" + bytes(59))]
        octets = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)
        for microseconds, frame in frames:
            octets += struct.pack("<IIII", 100 + microseconds // 1_000_000, microseconds % 1_000_000, len(frame),
                                  len(frame)) + frame
        lines = self.lines("-", stdin=octets)
        self.assertEqual(lines[0].split(maxsplit=2)[2], "ARP who has 10.0.0.1? tell 10.0.0.2")
        self.assertEqual([line.split()[1] for line in lines], ["0.000000000", "1.500000000"])

    def test_its_fields_are_those_that_tshark_reads(self):
        if not shutil.which("tshark"):
            self.skipTest("tshark is not installed")
        done = subprocess.run(["tshark", "-r", self.file, "-Y", "tcp", "-T", "fields", "-e", "frame.number", "-e",
                               "tcp.srcport", "-e", "tcp.window_size_value", "-e", "tcp.checksum", "-e", "ip.id"],
                              capture_output=True, timeout=SECONDS, check=True)
        theirs = [line.split("\t") for line in done.stdout.decode().splitlines()]
        ours = []
        for line in run("explain", self.file, "--json").stdout.splitlines():
            frame = json.loads(line)
            fields = {(layer["protocol"], field["name"]): field["value"]
                      for layer in frame["layers"] for field in layer["fields"]}
            if ("TCP", "Source Port") in fields:
                ours.append([str(frame["number"]), fields["TCP", "Source Port"], fields["TCP", "Window"],
                             fields["TCP", "Checksum"], fields["IPv4", "Identification"]])
        self.assertEqual(ours, theirs)

    def test_one_frame_alone(self):
        text = run("explain", self.file, "--frame", "3").stdout.decode()
        self.assertIn("frame 3 ", text)
        self.assertNotIn("frame 4 ", text)
        self.assert_fails(run("explain", self.file, "--frame", "1000"), 1, "no frame 1000")

    def test_mistakes(self):
        for number in ("0", "-1", "first"):
            self.assert_fails(run("explain", self.file, "--frame", number), 2, number)
        self.assert_fails(run("explain", self.file, "--lines", "--json"), 2, "--lines excludes --json")
        self.assert_fails(run("explain"), 2, "which recording?")
        self.assert_fails(run("explain", "/nonexistent"), 1, "/nonexistent")
        self.assert_fails(run("explain", "-", stdin=b"no recording at all"), 1, "no recording")

    def test_one_that_is_cut_off_is_shown_as_far_as_it_goes(self):
        octets = pathlib.Path(self.file).read_bytes()
        done = run("explain", "-", "--lines", stdin=octets[:len(octets) // 2])
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"ARP who has", done.stdout)


class Rituals(CommandTest):
    """`explain handshake` and `explain close`: what happens in a lab, told in steps."""

    def steps(self, *arguments):
        done = run("explain", *arguments, "--json")
        self.assertEqual((done.returncode, done.words), (0, ""))
        scene, *steps = map(json.loads, done.stdout.splitlines())
        self.assertEqual(scene["kind"], "scene")
        return scene, steps

    def segments(self, *arguments):
        return [f"{one['from']} {' '.join(one['flags'])}{' lost' if one['lost'] else ''}"
                for one in (step["segment"] for step in self.steps(*arguments)[1]) if one]

    def test_the_handshake_in_three_steps(self):
        done = run("explain", "handshake")
        self.assertEqual((done.returncode, done.words), (0, ""))
        text = done.stdout.decode()
        for step in ("1  client → server  SYN seq 0\n", "2  server → client  SYN ACK seq 0 ack 1\n",
                     "3  client → server  ACK seq 1 ack 1\n"):
            self.assertIn(step, text)
        for change in ("CLOSED → SYN-SENT", "LISTEN → SYN-RECEIVED", "SYN-SENT → ESTABLISHED",
                       "SYN-RECEIVED → ESTABLISHED"):
            self.assertIn(change, text)
        self.assertNotIn("\x1b", text, "no colour where it is no terminal")
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_is_what_happened_and_not_a_text_that_was_typed_in(self):
        scene, steps = self.steps("handshake", "--seed", "8")
        other, _ = self.steps("handshake", "--seed", "9")
        self.assertNotEqual(scene["ends"][0]["isn"], other["ends"][0]["isn"])
        syn = steps[0]["segment"]
        self.assertIn(f"SYN seq {scene['ends'][0]['isn']} ", syn["on_the_cable"])
        self.assertEqual((scene, steps), self.steps("handshake", "--seed", "8"), "the same seed is the same run")

    def test_ways_that_a_handshake_goes(self):
        self.assertEqual(self.segments("handshake", "--syn-lost"),
                         ["client SYN lost", "client SYN", "server SYN ACK", "client ACK"])
        self.assertEqual(self.segments("handshake", "--refused"), ["client SYN", "server ACK RST"])
        self.assertEqual(self.segments("handshake", "--together")[:2], ["client SYN", "server SYN"])

    def test_ways_that_a_close_goes(self):
        self.assertEqual(self.segments("close"), ["client ACK FIN", "server ACK", "server ACK FIN", "client ACK"])
        self.assertEqual(self.segments("close", "--at-once"), ["client ACK FIN", "server ACK FIN", "client ACK"])
        self.assertEqual(self.segments("close", "--last-ack-lost")[2:],
                         ["server ACK FIN", "client ACK lost", "server ACK FIN", "client ACK"])
        self.assertIn("RST", self.segments("close", "--reset")[0])
        states = {state["after"] for step in self.steps("close", "--together")[1] for state in step["states"]}
        self.assertIn("CLOSING", states)

    def test_mistakes(self):
        self.assert_fails(run("explain", "close", "--reset", "--together"), 2, "excludes")
        self.assert_fails(run("explain", "handshake", "--seed", "-1"), 2, "-1")


class Mistakes(CommandTest):
    def test_without_a_program(self):
        self.assert_fails(run("explain", "session"), 2, "which program?")

    def test_a_program_that_is_not_there(self):
        self.assert_fails(run("explain", "session", "/no/such/program"), 1, "no program /no/such/program")

    def test_where_ptrace_is_not_permitted(self):
        # What is traced already cannot be traced again: the same EPERM as in a container. (Nor can it look
        # for leaks, as the command does when it is built for tests.)
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        done = run("explain", "session", SOCKEYE, "explain", "session", "true", env=environment)
        self.assertEqual(done.returncode, 77, done.words)
        self.assertIn("ptrace is not permitted here", done.words)


if __name__ == "__main__":
    unittest.main()
