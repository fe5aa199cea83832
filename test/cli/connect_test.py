"""`sockeye connect`, with servers in Python."""

import fcntl
import os
import pty
import socket
import struct
import subprocess
import termios
import threading
import time
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, Running, Server, full_listener, read_all, reset, run


class Pipe(CommandTest):
    def test_the_end_of_input_is_a_fin_and_the_late_answer_still_arrives(self):
        def serve(connection):
            request = read_all(connection)
            time.sleep(1.2)  # longer than what others wait for an answer
            connection.sendall(b"late: " + request)

        with Server(serve) as server:
            done = run("connect", server.address, stdin=b"hello")
        self.assertEqual((done.returncode, done.stdout, done.words), (0, b"late: hello", ""))

    def test_it_ends_when_the_peer_closes_though_the_input_goes_on(self):
        with Server(lambda connection: connection.sendall(b"bye\n")) as server, \
                Running("connect", server.address, stdin=subprocess.PIPE) as client:
            self.assertEqual(client.wait(), 0)
            self.assertEqual(client.process.stdout.read(), b"bye\n")

    def test_at_a_terminal_it_ends_when_the_peer_closes(self):
        controller, terminal = pty.openpty()
        with Server(lambda connection: connection.sendall(connection.recv(100).upper())) as server, \
                Running("connect", server.address, stdin=terminal) as client:
            os.write(controller, b"hello\n")
            self.assertEqual(client.process.stdout.read(), b"HELLO\n")
            self.assertEqual(client.wait(), 0)
        os.close(controller)
        os.close(terminal)

    def test_a_terminals_end_of_input_is_a_fin(self):
        controller, terminal = pty.openpty()
        with Server(lambda connection: connection.sendall(read_all(connection)[::-1])) as server, \
                Running("connect", server.address, stdin=terminal) as client:
            os.write(controller, b"abc\n\x04")
            self.assertEqual(client.process.stdout.read(), b"\ncba")
            self.assertEqual(client.wait(), 0)
        os.close(controller)
        os.close(terminal)

    def test_much_goes_both_ways_at_once(self):
        octets = os.urandom(3_000_000)

        def serve(connection):
            while text := connection.recv(65536):
                connection.sendall(text)

        with Server(serve) as server:
            done = run("connect", server.address, stdin=octets)
        self.assertEqual((done.returncode, done.stdout), (0, octets))

    def test_input_from_a_file(self):
        with Server(lambda connection: connection.sendall(read_all(connection)[::-1])) as server, \
                open(__file__, "rb") as file:
            done = subprocess.run([SOCKEYE, "connect", server.address], stdin=file, capture_output=True,
                                  timeout=SECONDS)
            file.seek(0)
            self.assertEqual((done.returncode, done.stdout), (0, file.read()[::-1]))

    def test_each_read_is_a_datagram_and_it_ends_after_a_silence(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            server.settimeout(SECONDS)
            with Running("connect", "udp://127.0.0.1:%d" % server.getsockname()[1], "--timeout", "2s",
                         stdin=subprocess.PIPE) as client:
                client.process.stdin.write(b"one")
                client.process.stdin.close()
                datagram, sender = server.recvfrom(100)
                self.assertEqual(datagram, b"one")
                for answer in (b"first", b"", b"second"):
                    server.sendto(answer, sender)
                self.assertEqual(client.wait(), 0)
                self.assertEqual(client.process.stdout.read(), b"firstsecond")
                client.process.stdin = None


class Options(CommandTest):
    def test_retry_waits_for_the_server_to_start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Running("connect", f"127.0.0.1:{port}", "--retry", "15s") as client:
            time.sleep(0.3)
            with socket.create_server(("127.0.0.1", port)) as server:
                server.settimeout(SECONDS)
                connection, _ = server.accept()
                connection.sendall(b"at last")
                connection.close()
                self.assertEqual(client.process.stdout.read(), b"at last")
                self.assertEqual(client.wait(), 0)

    def test_retry_ends_with_what_the_last_attempt_said(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            done = run("connect", "127.0.0.1:%d" % nobody.getsockname()[1], "--retry", "300ms")
        self.assert_fails(done, 7, "refused")

    def test_crlf_sends_carriage_returns(self):
        received = []
        with Server(lambda connection: received.append(read_all(connection))) as server:
            done = run("connect", server.address, "--crlf", stdin=b"HELO me\nQUIT\r\n")
        self.assertEqual((done.returncode, received), (0, [b"HELO me\r\nQUIT\r\n"]))

    def test_hex_shows_both_directions(self):
        with Server(lambda connection: connection.sendall(read_all(connection).upper() + b"\xff")) as server:
            done = run("connect", server.address, "--hex", stdin=b"hi\n")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.decode(),
                         "> 00000000  68 69 0a                                          |hi.|\n"
                         "< 00000000  48 49 0a ff                                       |HI..|\n")

    def test_source_is_where_it_comes_from(self):
        for source in ("127.0.0.2", "127.0.0.3:0"):
            peers = []
            with Server(lambda connection: peers.append(connection.getpeername())) as server:
                self.assertEqual(run("connect", server.address, "--source", source).returncode, 0)
            self.assertEqual(peers[0][0], source.split(":")[0])

    def test_a_source_that_is_not_this_machines(self):
        done = run("connect", "127.0.0.1:1", "--source", "192.0.2.1")
        self.assert_fails(done, 1, "address not available", "192.0.2.1")
        self.assert_fails(run("connect", "127.0.0.1:1", "--source", "somewhere"), 2, "somewhere")


class Endings(CommandTest):
    def test_refused_is_7(self):
        with socket.socket() as nobody:  # bound, and not listening
            nobody.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % nobody.getsockname()[1]
            self.assert_fails(run("connect", address), 7, f"sockeye connect: refused: {address}", "nothing listens")

    def test_refused_over_udp_is_7(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
            nobody.bind(("127.0.0.1", 0))
            address = "udp://127.0.0.1:%d" % nobody.getsockname()[1]
        self.assert_fails(run("connect", address, stdin=b"anybody?"), 7, "refused")

    def test_a_reset_is_56(self):
        def serve(connection):
            connection.recv(1)
            reset(connection)

        with Server(serve) as server:
            done = run("connect", server.address, stdin=b"hello")
        self.assert_fails(done, 56, "reset", server.address)

    def test_a_reset_in_the_middle_of_sending_is_56(self):
        def serve(connection):
            for _ in range(20):
                connection.recv(65536)
            reset(connection)

        with Server(serve) as server:
            done = run("connect", server.address, stdin=bytes(50_000_000))
        self.assert_fails(done, 56, "reset", server.address)

    def test_what_came_before_a_reset_is_shown(self):
        def serve(connection):
            connection.recv(1)
            connection.sendall(b"before it")
            reset(connection)

        with Server(serve) as server:
            done = run("connect", server.address, stdin=b"hello")
        self.assertEqual((done.returncode, done.stdout), (56, b"before it"), done.words)

    def test_a_peer_that_finishes_while_much_is_still_to_be_sent_is_52(self):
        ended = threading.Event()

        def serve(connection):
            wait_until_it_waits(connection)
            connection.shutdown(socket.SHUT_WR)
            ended.wait(SECONDS)

        with Server(serve) as server:
            done = run("connect", server.address, stdin=bytes(100_000_000))
            ended.set()
        self.assert_fails(done, 52, "closed early", "still to be sent")

    def test_a_connection_that_nobody_accepts_times_out_with_28(self):
        with full_listener() as address:
            self.assert_fails(run("connect", address, "--timeout", "300ms"), 28, "timed out", "--timeout")

    def test_a_peer_that_stays_silent_after_the_end_of_input_times_out_with_28(self):
        ended = threading.Event()
        with Server(lambda connection: (read_all(connection), ended.wait(SECONDS))) as server:
            done = run("connect", server.address, "--timeout", "300ms", stdin=b"hello")
            ended.set()
        self.assert_fails(done, 28, "timed out")

    def test_a_name_is_6(self):
        self.assert_fails(run("connect", "web.example:80"), 6, "name not found", "web.example")

    def test_an_output_that_is_closed_ends_it_with_1(self):
        def serve(connection):
            try:
                while True:
                    connection.sendall(bytes(65536))
            except OSError:
                pass

        with Server(serve) as server, Running("connect", server.address) as client:
            client.process.stdout.read(1)
            client.process.stdout.close()
            self.assertEqual(client.line(), "sockeye connect: standard output is closed")
            self.assertEqual(client.wait(), 1)
            client.process.stdout = None


def wait_until_it_waits(connection):
    """Until every buffer on the way from the peer is full: nothing more has arrived for half a second."""
    waiting, looks = -1, 0
    while waiting <= 0 or looks < 10:
        now = struct.unpack("i", fcntl.ioctl(connection, termios.FIONREAD, bytes(4)))[0]
        waiting, looks = now, looks + 1 if now == waiting else 0
        time.sleep(0.05)


class Mistakes(CommandTest):
    def test_a_missing_port_is_named_and_so_is_the_remedy(self):
        self.assert_fails(run("connect", "10.0.0.1"), 2, "10.0.0.1 has no port", "write 10.0.0.1:")

    def test_nobody_listens_on_port_0(self):
        self.assert_fails(run("connect", "127.0.0.1:0"), 2, "port 0")

    def test_a_missing_address(self):
        self.assert_fails(run("connect"), 2, "ADDRESS")

    def test_a_time_that_is_none(self):
        for time_text in ("soon", "-1s", "1d", "1.s", ".5s", "99999999999s", "5 s"):
            self.assert_fails(run("connect", "127.0.0.1:1", f"--timeout={time_text}"), 2, "is no duration")


if __name__ == "__main__":
    unittest.main()
