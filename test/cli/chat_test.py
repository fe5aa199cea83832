"""`sockeye chat` and `sockeye listen --chat`, with nc and Python's socket among those who talk."""

import os
import shutil
import socket
import subprocess
import threading
import time
import unittest

from peers import SECONDS, CommandTest, Listening, Running, Server, connect, full_listener, run, wait_until_served


class Chatting(Running):
    """`sockeye chat`, typed at."""

    def __init__(self, address, *arguments, **options):
        super().__init__("chat", address, *arguments, stdin=subprocess.PIPE, **options)

    def type(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def heard(self):
        return self.process.stdout.readline().decode()

    def notice(self, *words):
        """Reads notices until one has these words in it."""
        while line := self.line():
            if all(word in line for word in words):
                return line
        raise AssertionError(f"no notice has {words} in it")


class Room(CommandTest):
    def test_two_clients_and_nc_hear_each_other(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        with Listening("127.0.0.1:0", "--chat") as room, \
                Chatting(f"127.0.0.1:{room.port}", "--name", "anna") as anna:
            anna.notice("you are anna")
            with Chatting(f"127.0.0.1:{room.port}", "--name", "小明") as ming:
                anna.notice("小明 has joined")
                with subprocess.Popen(["nc", "127.0.0.1", str(room.port)], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE) as nc:
                    anna.notice("guest", "has joined")
                    anna.type("hello\n\n")
                    self.assertEqual((ming.heard(), ming.heard()), ("anna: hello\n", "anna: \n"))
                    nc.stdin.write(b"hello from nc\n")
                    nc.stdin.flush()
                    self.assertRegex(anna.heard(), "^guest[0-9]: hello from nc\n$")
                    ming.heard()
                    ming.type("你好\n")
                    self.assertEqual(anna.heard(), "小明: 你好\n")
                    while nc.stdout.readline().decode() != "小明: 你好\n":
                        pass
                    nc.terminate()
                    anna.notice("guest", "has left")

    def test_a_word_leaves(self):
        with Listening("127.0.0.1:0", "--chat") as room, \
                Chatting(f"127.0.0.1:{room.port}", "--bye", "byebye") as client:
            client.type("hello\nbyebye\nunsaid\n")
            self.assertEqual(client.wait(), 0)
            self.assertIn("13 B in", room.line())

    def test_a_line_of_1_gib_costs_bounded_memory(self):
        # ASan keeps what is freed for a while, which is not what is measured here.
        keeping_little = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1")
        with Listening("127.0.0.1:0", "--chat", env=keeping_little) as room, connect(room.port) as client:
            status = f"/proc/{room.process.pid}/status"
            client.sendall(b"first\n")
            time.sleep(0.2)
            before = peak_kib(status)
            piece = b"x" * (1 << 20)
            for _ in range(1024):
                client.sendall(piece)
            client.sendall(b"\n")
            client.settimeout(SECONDS)
            heard = b""
            while b"only the first 4096 octets" not in heard:
                heard += client.recv(65536)
            self.assertLess(peak_kib(status) - before, 64 * 1024)

    def test_what_is_no_utf_8_and_zero_octets_are_shown_and_not_obeyed(self):
        with Listening("127.0.0.1:0", "--chat") as room, \
                Chatting(f"127.0.0.1:{room.port}", "--name", "anna") as anna, connect(room.port) as rude:
            anna.notice("you are anna")
            rude.sendall(b"\x00\xff\x1b[2J\n")
            self.assertRegex(anna.heard(), "^guest[0-9]: ␀\ufffd␛\\[2J\n$")


    def test_of_a_line_of_1_gib_from_the_peer_the_beginning_is_shown_and_that_is_said(self):
        def serve(connection):
            connection.sendall(b"first\n")
            self.assertTrue(measured.wait(SECONDS))
            piece = b"x" * (1 << 20)
            for _ in range(1024):
                connection.sendall(piece)
            connection.sendall(b"\nlast\n")
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

        measured = threading.Event()
        keeping_little = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1")
        with Server(serve) as server, Chatting(server.address, env=keeping_little) as client:
            self.assertEqual(client.heard(), "first\n")
            status = f"/proc/{client.process.pid}/status"
            before = peak_kib(status)
            measured.set()
            self.assertEqual(client.heard(), "x" * 4096 + "\n")
            self.assertLess(peak_kib(status) - before, 64 * 1024)
            self.assertEqual(client.heard(), "last\n")
            client.notice("only the first 4096 octets")
            self.assertEqual(client.wait(), 0)


def peak_kib(status):
    with open(status, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


class Plain(CommandTest):
    def test_whoever_is_no_room_gets_the_lines_as_they_are(self):
        heard = []

        def serve(connection):
            connection.sendall(b"hi there\n")
            with connection.makefile("rb") as lines:
                heard.extend(lines.readline() for _ in range(2))

        with Server(serve) as server, Chatting(server.address) as client:
            self.assertEqual(client.heard(), "hi there\n")
            client.type("/usr\nbye\n")
            self.assertEqual(client.wait(), 0)
        self.assertEqual(heard, [b"/usr\n", b"bye\n"])

    def test_nc_is_talked_to(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with subprocess.Popen(["nc", "-l", "127.0.0.1", str(port)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as nc:
            wait_until_served(port)
            with Chatting(f"127.0.0.1:{port}") as client:
                client.type("to nc\n")
                self.assertEqual(nc.stdout.readline(), b"to nc\n")
                nc.stdin.write(b"from nc\n")
                nc.stdin.flush()
                self.assertEqual(client.heard(), "from nc\n")
            nc.kill()


    def test_a_peer_that_accepts_nobody_times_out_with_28(self):
        with full_listener() as address:
            self.assert_fails(run("chat", address, "--timeout", "300ms"), 28, "timed out")


class Turns(CommandTest):
    def test_with_the_lessons_server_in_python(self):
        said = ["hello", "how are you?"]
        heard = []

        def serve(connection):
            for text in said:
                connection.send(text.encode())
                heard.append(connection.recv(1024).decode())

        with Server(serve) as server:
            done = run("chat", server.address, "--alternate", "--bye", "byebye", stdin="hi\n\nbyebye\n".encode())
        self.assertEqual((done.returncode, done.stdout), (0, b"hello\nhow are you?\n"))
        self.assertEqual(heard, ["hi", "byebye"])
        self.assertIn("empty line", done.words)

    def test_with_the_lessons_client_in_python_and_then_the_next(self):
        with Listening("127.0.0.1:0", "--alternate", "--bye", "byebye", stdin=subprocess.PIPE) as server:
            for name in ("first", "second"):
                with connect(server.port) as client:
                    server.process.stdin.write(b"who are you?\n")
                    server.process.stdin.flush()
                    self.assertEqual(client.recv(1024), b"who are you?")
                    client.send(name.encode())
                    self.assertEqual(server.process.stdout.readline().decode(), name + "\n")
                    server.process.stdin.write(b"go\n")
                    server.process.stdin.flush()
                    self.assertEqual(client.recv(1024), b"go")
                    client.send(b"byebye")
                    self.assertEqual(client.recv(1024), b"")
                self.assertEqual(server.process.stdout.readline(), b"byebye\n")
                self.assertTrue(server.line().endswith("FIN"))
            self.assertEqual(server.stop(), 0)


    def test_with_a_peer_that_ends_its_lines_as_nc_or_telnet_do(self):
        for end in (b"\n", b"\r\n"):
            with Listening("127.0.0.1:0", "--alternate", "--bye", "bye", "--once", stdin=subprocess.PIPE) as server, \
                    connect(server.port) as client:
                server.process.stdin.write(b"hello\nwell?\n")
                server.process.stdin.flush()
                self.assertEqual(client.recv(1024), b"hello")
                client.sendall(b"fine" + end)
                self.assertEqual(server.process.stdout.readline(), b"fine\n")
                self.assertEqual(client.recv(1024), b"well?")
                client.sendall(b"bye" + end)
                self.assertEqual(server.wait(), 0)

    def test_once_ends_with_its_client(self):
        with Listening("127.0.0.1:0", "--alternate", "--bye", "byebye", "--once", stdin=subprocess.PIPE) as server:
            with connect(server.port) as client:
                server.process.stdin.write(b"hello\n")
                server.process.stdin.flush()
                self.assertEqual(client.recv(1024), b"hello")
                client.send(b"byebye")
                self.assertEqual(client.recv(1024), b"")
            self.assertEqual(server.wait(), 0)


class Mistakes(CommandTest):
    def test_usage(self):
        self.assert_fails(run("chat", "127.0.0.1:1", "--alternate", "--name", "anna"), 2, "--name")
        self.assert_fails(run("chat", "127.0.0.1:1", "--timeout", "soon"), 2, "--timeout")
        self.assert_fails(run("chat", "127.0.0.1:1", "--name", "two words"), 2, "no spaces")
        self.assert_fails(run("chat", "udp://127.0.0.1:1"), 2, "TCP")
        self.assert_fails(run("chat", "127.0.0.1"), 2, "no port")
        self.assert_fails(run("listen", "udp://127.0.0.1:0", "--chat"), 2, "UDP")


if __name__ == "__main__":
    unittest.main()
