"""The exit codes: each one as a script meets it, and the list of them in `sockeye --help`."""

import os
import re
import socket
import tempfile
import unittest

from peers import SECONDS, CommandTest, Listening, Running, Server, reset, run

CODES = {0: "ok", 1: "other", 2: "usage", 6: "name not found", 7: "refused", 28: "timed out", 48: "address in use",
         52: "closed early", 56: "reset", 65: "unreachable", 77: "permission", 90: "integrity"}
# Who is root becomes nobody, for whom some things are not allowed.
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}


def closed_port():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % nobody.getsockname()[1]


class ExitCodes(CommandTest):
    def test_the_help_lists_these_and_no_others(self):
        listed = re.search(r"Exit codes: (.*?)\.\n", run("--help").stdout.decode() + "\n", re.DOTALL)[1]
        pairs = re.findall(r"(\d+)\s+([^,]+)", listed.replace("\n", " "))
        self.assertEqual({int(number): words for number, words in pairs}, CODES)

    def test_0_ok(self):
        with Listening("127.0.0.1:0", "--upper") as server:
            done = run("connect", f"127.0.0.1:{server.port}", stdin=b"hello")
        self.assertEqual((done.returncode, done.stdout, done.words), (0, b"HELLO", ""))

    def test_1_other(self):
        self.assert_fails(run("listen", "192.0.2.1:0", "--echo"), 1, "address not available")

    def test_2_usage(self):
        done = run("connect", "127.0.0.1")
        self.assert_fails(done, 2, "has no port")
        self.assertTrue(done.words.endswith("try: sockeye connect --help\n"))

    def test_6_name_not_found(self):
        self.assert_fails(run("connect", "nobody.invalid:80"), 6, "name not found", "nobody.invalid")

    def test_7_refused(self):
        for verb in ("connect", "chat", "bench", "check", "recv"):
            with self.subTest(verb):
                self.assertEqual(run(verb, closed_port()).returncode, 7)
        self.assertEqual(run("http", "get", closed_port()).returncode, 7)

    def test_28_timed_out(self):
        silent = Server(lambda connection: connection.recv(100) and connection.recv(100))
        with silent:
            done = run("http", "get", silent.address, "--timeout", "200ms")
        self.assert_fails(done, 28, "timed out", silent.address)

    def test_48_address_in_use_and_by_whom(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            for words in (["listen", address, "--echo"], ["recv", address, "--listen"],
                          ["bench", "--serve", address]):
                with self.subTest(words[0]):
                    self.assert_fails(run(*words), 48, "address in use", address, f"PID {os.getpid()}")

    def test_52_closed_early(self):
        with Server(lambda connection: connection.recv(100)) as server:
            self.assert_fails(run("recv", server.address), 52, "closed early")

    def test_56_reset(self):
        def serve(connection):
            connection.recv(1)
            reset(connection)

        for verb in ("connect", "chat"):
            with self.subTest(verb), Server(serve) as server:
                self.assert_fails(run(verb, server.address, stdin=b"hello\n"), 56, "reset", server.address)

    def test_65_unreachable(self):
        # TCP goes to no broadcast address, whatever routes there are.
        self.assert_fails(run("connect", "255.255.255.255:80"), 65, "unreachable", "255.255.255.255:80")

    def test_77_permission(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o555)
            try:
                done = run("listen", f"unix:{folder}/here", "--echo", **NOBODY)
            except PermissionError:
                self.skipTest("nobody else may run the command")
        self.assert_fails(done, 77, "permission denied", f"unix:{folder}/here")

    def test_90_integrity(self):
        def frame(kind, body):
            return bytes([kind]) + len(body).to_bytes(4, "big") + body

        entry = b"\x01" + (0o644).to_bytes(4, "big") + bytes(8) + (5).to_bytes(8, "big") + b"a"
        with tempfile.TemporaryDirectory() as folder, \
                Running("recv", "127.0.0.1:0", "--listen", "--into", folder) as receiver:
            port = int(receiver.line().rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port), SECONDS) as sender:
                sender.sendall(b"SOCKEYE-TRANSFER/1 send\n" + frame(1, entry) + frame(2, (1).to_bytes(4, "big")) +
                               frame(6, bytes(12)) + frame(7, bytes(16) + b"hello"))
                self.assertEqual(receiver.wait(), 90)
            self.assertIn("corrupted", receiver.process.stderr.read().decode())


if __name__ == "__main__":
    unittest.main()
