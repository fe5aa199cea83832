"""What a server of the command stands: crowds, clients that are slow, silent or deaf, and what people mistype."""

import os
import resource
import socket
import tempfile
import unittest

from peers import SECONDS, CommandTest, Listening, connect, read_all, reset, run

MIB = 1 << 20
# What a sanitizer keeps back of what was freed would look like a leak.
KEEPING_LITTLE = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1:thread_local_quarantine_size_kb=64")


def descriptors(process):
    return len(os.listdir("/proc/%d/fd" % process.pid))


def memory(process, what="VmRSS"):
    """In octets; VmHWM: the most that it ever was."""
    with open("/proc/%d/status" % process.pid) as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(what))


class Crowds(CommandTest):
    CLIENTS = 9000

    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < self.CLIENTS + 100:
            self.skipTest("this user may not open so many sockets")
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.CLIENTS + 100, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def come_and_go(self, server, go):
        clients = [connect(server.port) for _ in range(self.CLIENTS)]
        for client in clients:
            client.sendall(b"x")
        for client in clients:
            self.assertEqual(client.recv(10), b"x")
            go(client)
        with connect(server.port) as last:  # answered once those before it have been seen to
            last.sendall(b"last")
            self.assertEqual(last.recv(10), b"last")
            last.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(last), b"")

    def test_9000_connections_leave_neither_descriptors_nor_memory_behind(self):
        with Listening("127.0.0.1:0", "--echo", "--quiet", env=KEEPING_LITTLE) as server:
            server.watchdog.cancel()  # so many take longer than anything else; CTest's limit counts
            before = descriptors(server.process)
            self.come_and_go(server, lambda client: client.close())
            self.assertEqual(descriptors(server.process), before)
            once = memory(server.process, "VmHWM")
            self.come_and_go(server, reset)
            self.assertEqual(descriptors(server.process), before)
            self.assertLess(memory(server.process, "VmHWM"), once + 4 * MIB)
            self.assertEqual(server.stop(), 0)


class OddClients(CommandTest):
    def test_silent_and_slow_ones_hold_up_nobody(self):
        with Listening("127.0.0.1:0", "--upper", "--quiet") as server:
            silent = [connect(server.port) for _ in range(100)]
            slow = [connect(server.port) for _ in range(100)]
            for octet in b"slowly":
                for client in slow:
                    client.sendall(bytes([octet]))
                with connect(server.port) as quick:
                    quick.sendall(b"quickly")
                    self.assertEqual(quick.recv(100), b"QUICKLY")
            for client in slow:
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(read_all(client), b"SLOWLY")
                client.close()
            for client in silent:
                client.close()
            self.assertEqual(server.stop(), 0)

    def test_one_that_never_reads_costs_bounded_memory_and_holds_up_nobody(self):
        with Listening("127.0.0.1:0", "--echo", "--quiet") as server:
            before = memory(server.process)
            with connect(server.port) as deaf:
                deaf.setblocking(False)
                sent = 0
                try:
                    while sent < 256 * MIB:
                        sent += deaf.send(bytes(MIB))
                except BlockingIOError:
                    pass
                self.assertLess(sent, 256 * MIB, "the server takes no more than it gets rid of")
                with connect(server.port) as other:
                    other.sendall(b"hello")
                    self.assertEqual(other.recv(100), b"hello")
                self.assertLess(memory(server.process) - before, 16 * MIB)
            self.assertEqual(server.stop(), 0)


    def test_a_line_of_a_request_that_never_ends_costs_bounded_memory_and_is_431(self):
        with tempfile.TemporaryDirectory() as folder, \
                Listening("127.0.0.1:0", "--http", folder, "--quiet", env=KEEPING_LITTLE) as server, \
                connect(server.port) as endless:
            before = memory(server.process, "VmHWM")
            endless.sendall(b"GET /")
            endless.settimeout(SECONDS)
            try:
                for _ in range(1024):
                    endless.sendall(b"x" * MIB)
            except OSError:
                pass  # it reads on for a while, so that its answer arrives, and then no more
            self.assertEqual(endless.recv(12), b"HTTP/1.1 431")
            self.assertLess(memory(server.process, "VmHWM") - before, 16 * MIB)
            self.assertEqual(server.stop(), 0)

    def test_requests_that_are_never_finished_hold_up_nobody(self):
        with tempfile.TemporaryDirectory() as folder, \
                Listening("127.0.0.1:0", "--http", folder, "--quiet") as server:
            slow = [connect(server.port) for _ in range(100)]
            for client in slow:
                client.sendall(b"GET / HT")
            done = run("http", "get", f"127.0.0.1:{server.port}/none")
            self.assertIn("404", done.words)
            for client in slow:
                client.close()
            self.assertEqual(server.stop(), 0)


class Resets(CommandTest):
    """RST while the server accepts, receives, or sends: the next client is served."""

    def assert_serves(self, server):
        with connect(server.port) as client:
            client.sendall(b"hello")
            self.assertEqual(client.recv(100), b"HELLO")

    def test_before_it_accepts(self):
        with Listening("127.0.0.1:0", "--upper", "--max", "1") as server:
            with connect(server.port) as first:
                first.sendall(b"first")
                self.assertEqual(first.recv(100), b"FIRST")
                waiting = [connect(server.port) for _ in range(10)]
                for number, client in enumerate(waiting):
                    if number % 2 == 0:
                        client.sendall(b"never mind")
                    reset(client)
            self.assert_serves(server)
            self.assertEqual(server.stop(), 0)

    def test_while_it_receives(self):
        with Listening("127.0.0.1:0", "--upper") as server:
            for _ in range(10):
                client = connect(server.port)
                client.sendall(b"half of")
                self.assertEqual(client.recv(100), b"HALF OF")
                reset(client)
                self.assertTrue(server.line().endswith("RST"))
            self.assert_serves(server)

    def test_while_it_sends(self):
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(64 * MIB)
            with Listening("127.0.0.1:0", "--push", file.name) as server:
                for _ in range(10):
                    client = connect(server.port)
                    client.recv(1)
                    reset(client)
                    self.assertTrue(server.line().endswith("RST"))
                with connect(server.port) as whole:
                    self.assertEqual(len(read_all(whole)), 64 * MIB)


class Mistypings(CommandTest):
    ADDRESSES = {
        "10.0.0.1": "has no port",
        "127.0.0.1:65536": "65536",
        "127.0.0.1:-1": "-1",
        "127.0.0.1:http2000": "http2000",
        "127.0.0.1:": "port",
        "::1:9001": "[",
        "[::1:9001": "[::1",
        "tcp:127.0.0.1:9001": "write host:port",
        "ftp://127.0.0.1:21": "ftp",
        "unix:": "unix:",
        "a b:9001": "a b",
        "": "address",
    }

    def test_of_addresses_are_2_and_named(self):
        for verb in (["connect"], ["listen", "--echo"], ["recv"], ["send", __file__], ["chat"], ["bench"],
                     ["lesson", "1.chat", "server", "--at"]):
            for address, words in self.ADDRESSES.items():
                with self.subTest(verb=verb, address=address):
                    self.assert_fails(run(*verb, address), 2, "sockeye %s" % verb[0], words)


if __name__ == "__main__":
    unittest.main()
