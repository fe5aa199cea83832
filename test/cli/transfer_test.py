"""`sockeye send` and `sockeye recv`: what arrives, and what happens when one of them is killed."""

import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, Running, Server, connect, read_all, run

BLOCK = 512 * 1024


class Listens(Running):
    """One end that waits for the other: `.address` is where."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.announced = self.line()
        self.port = int(re.match(r"listening on tcp://.*:(\d+)", self.announced)[1])
        self.address = "127.0.0.1:%d" % self.port


class Folders:
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name, "here")
        self.there = pathlib.Path(folder.name, "there")
        self.here.mkdir()
        self.there.mkdir()

    def file(self, name, octets):
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        return path

    def receive(self, *arguments):
        return Listens("recv", "127.0.0.1:0", "--listen", "--into", str(self.there), *arguments)

    def left(self):
        """What stands in the receiver's folder, hidden files too."""
        return sorted(str(path.relative_to(self.there)) for path in self.there.rglob("*"))


class Files(Folders, CommandTest):
    def test_files_of_every_size_arrive_equal_and_nothing_stays_beside_them(self):
        sizes = (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 7)
        files = [self.file("%d.bin" % size, os.urandom(size)) for size in sizes]
        with self.receive() as receiver:
            done = run("send", *map(str, files), receiver.address)
            self.assertEqual((done.returncode, done.stdout), (0, b""), done.words)
            self.assertEqual(receiver.wait(), 0)
        for file in files:
            self.assertEqual((self.there / file.name).read_bytes(), file.read_bytes(), file.name)
        self.assertEqual(len(self.left()), len(files))

    def test_the_sender_may_listen(self):
        file = self.file("a", b"hello")
        with Listens("send", str(file), "127.0.0.1:0", "--listen") as sender:
            done = run("recv", sender.address, "--into", str(self.there))
            self.assertEqual(done.returncode, 0, done.words)
            self.assertEqual(sender.wait(), 0)
        self.assertEqual((self.there / "a").read_bytes(), b"hello")

    def test_an_address_without_a_host_listens(self):
        file = self.file("a", b"hello")
        with Listens("send", str(file), ":0") as sender:
            self.assertEqual(run("recv", sender.address, "--into", str(self.there)).returncode, 0)

    def test_a_directory_arrives_with_modes_and_times_and_without_links(self):
        self.file("d/e/a", b"deep").chmod(0o640)
        os.utime(self.here / "d/e/a", ns=(1, 1_000_000_000_123_456_789))
        os.symlink("/etc/passwd", self.here / "d/link")
        os.utime(self.here / "d", ns=(1, 5_000_000_000))
        with self.receive() as receiver:
            done = run("send", str(self.here / "d") + "/", receiver.address)
            self.assertEqual(done.returncode, 0, done.words)
            self.assertEqual(receiver.wait(), 0)
        self.assertIn("left out, as neither file nor directory: d/link", done.words)
        self.assertEqual(self.left(), ["d", "d/e", "d/e/a"])
        arrived = (self.there / "d/e/a").stat()
        self.assertEqual((arrived.st_mode & 0o777, arrived.st_mtime_ns), (0o640, 1_000_000_000_123_456_789))
        self.assertEqual((self.there / "d").stat().st_mtime_ns, 5_000_000_000)

    def test_a_sparse_file_stays_sparse(self):
        sparse = self.here / "sparse"
        with open(sparse, "wb") as file:
            file.truncate(200 * BLOCK)
            file.seek(100 * BLOCK)
            file.write(b"in the middle")
        with self.receive() as receiver:
            self.assertEqual(run("send", str(sparse), receiver.address).returncode, 0)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual((self.there / "sparse").read_bytes(), sparse.read_bytes())
        self.assertLessEqual((self.there / "sparse").stat().st_blocks * 512, 4 * BLOCK)

    def test_standard_input_to_standard_output(self):
        octets = os.urandom(3 * BLOCK + 1)
        with Listens("send", "-", "127.0.0.1:0", "--listen", stdin=subprocess.PIPE) as sender:
            receiver = subprocess.Popen([SOCKEYE, "recv", sender.address, "--into", "-"],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            sender.process.stdin.write(octets)
            sender.process.stdin.close()
            got, words = receiver.communicate(timeout=SECONDS)
            self.assertEqual((receiver.returncode, got), (0, octets), words)
            self.assertEqual(sender.wait(), 0)
            sender.process.stdin = None

    def test_what_comes_on_standard_input_has_a_name(self):
        for options, name in (((), "stdin"), (("--name", "all.tar"), "all.tar")):
            with self.receive() as receiver:
                done = run("send", "-", receiver.address, *options, stdin=b"octets")
                self.assertEqual((done.returncode, receiver.wait()), (0, 0), done.words)
            self.assertEqual((self.there / name).read_bytes(), b"octets")

    def test_quiet_says_nothing_but_where_it_listens(self):
        file = self.file("a", bytes(1000))
        with self.receive("--quiet") as receiver:
            done = run("send", str(file), receiver.address, "--quiet")
            self.assertEqual((done.returncode, done.stdout, done.words), (0, b"", ""))
            self.assertEqual(receiver.wait(), 0)
            self.assertEqual(receiver.process.stderr.read(), b"")

    def test_json_says_what_was_done(self):
        file = self.file("a", bytes(1000))
        with self.receive("--json") as receiver:
            done = run("send", str(file), receiver.address, "--json")
            said = json.loads(done.stdout)
            self.assertEqual((said["files"], said["octets"], said["present_octets"]), (1, 1000, 0))
            self.assertEqual(json.loads(receiver.process.stdout.read())["octets"], 1000)

    def test_a_terminal_shows_how_far_it_is_and_nothing_else_does(self):
        file = self.file("a", os.urandom(2 * BLOCK))
        with self.receive() as receiver:
            controller, terminal = pty.openpty()
            sender = subprocess.Popen([SOCKEYE, "send", str(file), receiver.address], stderr=terminal)
            self.assertEqual(sender.wait(SECONDS), 0)
            shown = os.read(controller, 65536).decode()
            os.close(controller)
            os.close(terminal)
            self.assertRegex(shown, r"\r\[#+-*\] +\d+ %  \S+ KiB of 1.00 MiB  \S+ \S+/s  \d+ s left")
            self.assertRegex(shown, r"sent 1 file: 1.00 MiB in \S+ s, \S+ \S+/s")
            self.assertEqual(receiver.wait(), 0)
            self.assertNotIn("\r", receiver.process.stderr.read().decode())

    def test_the_bar_stays_within_the_terminals_columns(self):
        file = self.file("a", os.urandom(2 * BLOCK))
        for columns in (80, 30):
            with self.receive("--force") as receiver:
                controller, terminal = pty.openpty()
                fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                sender = subprocess.Popen([SOCKEYE, "send", str(file), receiver.address], stderr=terminal)
                self.assertEqual(sender.wait(SECONDS), 0)
                shown = os.read(controller, 65536).decode()
                os.close(controller)
                os.close(terminal)
                self.assertEqual(receiver.wait(), 0)
            drawn = re.findall(r"\r(\[[^\r\x1b]*)\x1b\[K", shown)
            self.assertTrue(drawn, shown)
            self.assertLess(max(map(len, drawn)), columns)
            (self.there / "a").unlink()

    def test_what_is_there_already_is_not_sent_again(self):
        file = self.file("a", bytes(1000))
        for present in (0, 1):
            with self.receive() as receiver:
                done = run("send", str(file), receiver.address, "--json")
                self.assertEqual(json.loads(done.stdout)["present_files"], present)
                self.assertEqual(receiver.wait(), 0)


class Killed(Folders, CommandTest):
    """kill -9 of either end, wherever it is; then both again."""

    SIZES = (1, 64 * BLOCK + 1, 200 * BLOCK - 1)

    @staticmethod
    def end(receiver):
        try:
            receiver.process.wait(1)
        except subprocess.TimeoutExpired:
            receiver.signal(signal.SIGKILL)
            receiver.wait()

    def killed(self, which, size, seconds):
        for path in self.there.rglob("*"):
            path.unlink()
        file = self.file("file", os.urandom(size))
        with self.receive() as receiver, Running("send", str(file), receiver.address) as sender:
            time.sleep(seconds)
            ends = {"send": sender, "recv": receiver}
            ends[which].signal(signal.SIGKILL)
            ends[which].wait()
            # A receiver whose sender was killed before it had said a word goes on waiting.
            if which == "send":
                self.end(receiver)
            else:
                sender.wait()
        arrived = self.there / "file"
        if arrived.exists():
            self.assertEqual(arrived.read_bytes(), file.read_bytes(), "under its name stands the whole file")
        with self.receive() as receiver:
            done = run("send", str(file), receiver.address, "--json")
            self.assertEqual(done.returncode, 0, done.words)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual(arrived.read_bytes(), file.read_bytes())
        self.assertEqual(self.left(), ["file"])
        return json.loads(done.stdout)["present_octets"]

    def test_the_sender(self):
        for size in self.SIZES:
            for seconds in (0, 0.05, 0.3):
                with self.subTest(size=size, seconds=seconds):
                    self.killed("send", size, seconds)

    def test_the_receiver(self):
        for size in self.SIZES:
            for seconds in (0, 0.05, 0.3):
                with self.subTest(size=size, seconds=seconds):
                    self.killed("recv", size, seconds)

    def test_what_arrived_is_not_sent_again(self):
        file = self.file("file", os.urandom(200 * BLOCK))
        part = self.there / ".file.sockeye-part"
        with self.receive() as receiver, Running("send", str(file), receiver.address) as sender:
            while not part.exists() or part.stat().st_size < 2 * BLOCK:
                time.sleep(0.001)
            receiver.signal(signal.SIGSTOP)  # so that something is left to be sent
            sender.signal(signal.SIGKILL)
            sender.wait()
            receiver.signal(signal.SIGKILL)
            receiver.wait()
        if not part.exists():
            self.skipTest("this machine had sent all of it")
        with self.receive() as receiver:
            done = run("send", str(file), receiver.address, "--json")
            self.assertEqual(receiver.wait(), 0)
        self.assertGreaterEqual(json.loads(done.stdout)["present_octets"], BLOCK)
        self.assertEqual((self.there / "file").read_bytes(), file.read_bytes())

    def test_the_one_that_is_left_says_so_with_52_or_56(self):
        file = self.file("file", os.urandom(300 * BLOCK))
        with self.receive() as receiver, Running("send", str(file), receiver.address) as sender:
            while not (self.there / ".file.sockeye-part").exists():
                time.sleep(0.001)
            receiver.signal(signal.SIGSTOP)
            sender.signal(signal.SIGKILL)
            sender.wait()
            receiver.signal(signal.SIGCONT)
            self.assertIn(receiver.wait(), (52, 56))

    def test_with_retry_the_one_that_is_left_goes_on_with_the_next(self):
        file = self.file("file", os.urandom(300 * BLOCK))
        with self.receive("--retry", "10s") as receiver:
            with Running("send", str(file), receiver.address) as sender:
                while not (self.there / ".file.sockeye-part").exists():
                    time.sleep(0.001)
                sender.signal(signal.SIGKILL)
                sender.wait()
            done = run("send", str(file), receiver.address, "--retry", "10s")
            self.assertEqual(done.returncode, 0, done.words)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual((self.there / "file").read_bytes(), file.read_bytes())


    def test_after_its_file_had_its_name_it_leaves_no_journal(self):
        file = self.file("file", bytes(10))
        shutil.copy2(file, self.there / "file")
        (self.there / ".file.sockeye-journal").write_bytes(b"of a receiver that was killed right then")
        with self.receive() as receiver:
            self.assertEqual(run("send", str(file), receiver.address).returncode, 0)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual(self.left(), ["file"])

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_a_part_that_is_write_protected_already_is_gone_on_with(self):
        file = self.file("file", os.urandom(BLOCK))
        part = self.there / ".file.sockeye-part"
        part.touch(0o444)
        for path in (self.there, part):
            os.chown(path, 65534, 65534)
        for path in (self.here.parent, self.here, self.there):
            path.chmod(0o777)
        with Listens("recv", "127.0.0.1:0", "-l", "--into", str(self.there), user=65534) as receiver:
            self.assertEqual(run("send", str(file), receiver.address).returncode, 0)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual((self.there / "file").read_bytes(), file.read_bytes())


class Faults(Folders, CommandTest):
    def hear(self, process, words):
        line = process.line()
        while words not in line:
            self.assertTrue(line, words)
            line = process.line()

    def test_strangers_do_not_end_whoever_listens(self):
        with self.receive() as receiver:
            connect(receiver.port).close()
            self.hear(receiver, "still waiting")
            with connect(receiver.port) as browser:
                browser.sendall(b"GET / HTTP/1.1\r\n\r\n")
                self.hear(receiver, "no sockeye send or recv); still waiting")
            self.assertEqual(run("send", str(self.file("a", b"hello")), receiver.address).returncode, 0)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual((self.there / "a").read_bytes(), b"hello")

    @unittest.skipUnless(os.geteuid() == 0, "mounting a small disk takes root")
    def test_a_full_disk_is_told_at_both_ends_and_goes_on_once_there_is_room(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", self.there], check=True)
        self.addCleanup(subprocess.run, ["umount", self.there], check=True)
        file = self.file("big", os.urandom(12 * BLOCK + 5))
        with self.receive() as receiver:
            done = run("send", str(file), receiver.address)
            self.assert_fails(done, 1, "no space left", "the other end", "big")
            self.assertEqual(receiver.wait(), 1)
            self.assertIn("sockeye recv: no space left", receiver.process.stderr.read().decode())
        self.assertNotIn("big", self.left())
        subprocess.run(["mount", "-o", "remount,size=64m", self.there], check=True)
        with self.receive() as receiver:
            done = run("send", str(file), receiver.address, "--json")
            self.assertEqual(receiver.wait(), 0)
        self.assertGreaterEqual(json.loads(done.stdout)["present_octets"], 4 * BLOCK)
        self.assertEqual((self.there / "big").read_bytes(), file.read_bytes())

    def test_another_protocol_at_the_other_end_is_named(self):
        file = self.file("a", b"hello")

        def http(connection):
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            try:
                read_all(connection)
            except ConnectionResetError:
                pass  # it had said more than was wanted

        with Server(http) as server:
            self.assert_fails(run("send", str(file), server.address), 1, "no sockeye send or recv")
        with Server(http) as server:
            self.assert_fails(run("recv", server.address, "--into", str(self.there)), 1,
                              "no sockeye send or recv")
        with Server(lambda connection: connection.sendall(connection.recv(100))) as server:
            self.assert_fails(run("send", str(file), server.address), 1, "sends, too")
        with Server(lambda connection: connection.recv(100)) as server:
            self.assert_fails(run("send", str(file), server.address), 52, "closed early")
        self.assertEqual(self.left(), [])

    def test_a_peer_that_says_nothing_times_out_with_28(self):
        file = self.file("a", b"hello")
        with Server(read_all) as server:
            self.assert_fails(run("send", str(file), server.address, "--timeout", "300ms"), 28, "timed out")

    def test_a_name_that_leads_out_is_refused(self):
        def entry(path):
            body = bytes(1 + 4 + 8) + bytes(7) + b"\x01" + path
            body = b"\x01" + body[1:]
            return b"\x01" + len(body).to_bytes(4, "big") + body

        for path in (b"../evil", b"/tmp/evil", b"a/../../evil", b"", b"a\0b"):
            with self.receive() as receiver, socket.create_connection(("127.0.0.1", receiver.port)) as sender:
                sender.sendall(b"SOCKEYE-TRANSFER/1 send\n" + entry(path))
                sender.settimeout(SECONDS)
                read_all(sender)
                sender.close()
                self.assertEqual(receiver.wait(), 1, path)
        self.assertEqual(self.left(), [])

    def test_a_corrupted_block_is_90_and_has_no_name(self):
        def frame(kind, body):
            return bytes([kind]) + len(body).to_bytes(4, "big") + body

        entry = b"\x01" + (0o644).to_bytes(4, "big") + bytes(8) + (5).to_bytes(8, "big") + b"a"
        with self.receive() as receiver, socket.create_connection(("127.0.0.1", receiver.port)) as sender:
            sender.sendall(b"SOCKEYE-TRANSFER/1 send\n" + frame(1, entry) + frame(2, (1).to_bytes(4, "big")) +
                           frame(6, bytes(12)) + frame(7, bytes(16) + b"hello"))
            sender.settimeout(SECONDS)
            self.assertIn(b"corrupted", read_all(sender))
            sender.close()
            self.assertEqual(receiver.wait(), 90)
        self.assertNotIn("a", self.left())

    def test_another_file_of_that_name_stays_unless_forced(self):
        file = self.file("a", b"new")
        (self.there / "a").write_bytes(b"old one")
        with self.receive() as receiver:
            self.assert_fails(run("send", str(file), receiver.address), 1, "exists already")
            self.assertEqual(receiver.wait(), 1)
        self.assertEqual((self.there / "a").read_bytes(), b"old one")
        with self.receive("--force") as receiver:
            self.assertEqual(run("send", str(file), receiver.address).returncode, 0)
            self.assertEqual(receiver.wait(), 0)
        self.assertEqual((self.there / "a").read_bytes(), b"new")

    def test_a_file_that_is_not_there_is_named(self):
        self.assert_fails(run("send", "/no/such/file", "127.0.0.1:1"), 1, "not found", "/no/such/file")

    def test_nobody_there_is_7(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % nobody.getsockname()[1]
            self.assert_fails(run("send", str(self.file("a", b"")), address), 7, "refused")


class TransferMistakes(Folders, CommandTest):
    def test_are_usage_errors_that_say_what_to_write(self):
        file = str(self.file("a", b""))
        self.assert_fails(run("send", file), 2, "ADDRESS")
        self.assert_fails(run("send", file, "10.0.0.1"), 2, "has no port")
        self.assert_fails(run("send", file, "udp://10.0.0.1:9"), 2, "TCP")
        self.assert_fails(run("send", file, "127.0.0.1:0"), 2, "port 0")
        self.assert_fails(run("send", file, file, "127.0.0.1:1"), 2, "two of the files are called a")
        self.assert_fails(run("send", "-", "127.0.0.1:1", "--name", "../a"), 2, "--name")
        # Before any file is looked at, however large or missing it is.
        self.assert_fails(run("send", "/no/such/file", "10.0.0.1:99999"), 2, "99999")
        self.assert_fails(run("recv", "10.0.0.1", "--into", "/no/such/folder"), 2, "has no port")
        self.assert_fails(run("recv", "127.0.0.1:1", "--timeout", "soon"), 2, "--timeout")
        self.assert_fails(run("recv", "127.0.0.1:1", "--into", "-", "--json"), 2, "--json")
        self.assert_fails(run("recv", "127.0.0.1:1", "--into", "-", "--force"), 2, "--force")
        self.assert_fails(run("send", file, "127.0.0.1:1", "--name", "b"), 2, "--name")
        self.assert_fails(run("recv", "127.0.0.1:1", "--into", str(self.here / "none")), 1, "not found")


if __name__ == "__main__":
    unittest.main()
