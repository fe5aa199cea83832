"""`sockeye dns`, with a name server in Python that shares no code with it."""

import json
import socket
import struct
import threading
import unittest

from peers import SECONDS, CommandTest, run

A, CNAME, SOA, PTR, TXT, AAAA = 1, 5, 6, 12, 16, 28


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def record(name, kind, data, ttl=60):
    return encoded(name) + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


class NameServer:
    """Over UDP and TCP. `zone` has octets of records by (name, type); `mangle` says what to send for a datagram."""

    def __init__(self, zone, mangle=lambda reply: reply, code=None):
        self.zone, self.mangle, self.code, self.asked = zone, mangle, code, []
        while True:  # until a port is free for both
            self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.datagrams.bind(("127.0.0.1", 0))
            try:
                self.streams = socket.create_server(self.datagrams.getsockname())
                break
            except OSError:
                self.datagrams.close()
        self.address = "127.0.0.1:%d" % self.datagrams.getsockname()[1]
        for serve in (self.serve_datagrams, self.serve_streams):
            threading.Thread(target=serve, daemon=True).start()

    def reply(self, query, over):
        identity, flags, questions = struct.unpack(">HHH", query[:6])
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack(">H", query[at + 1:at + 3])[0]
        name = ".".join(labels)
        self.asked.append((name, kind, over))
        answers = self.zone.get((name, kind), [])
        exists = any(known == name for known, _ in self.zone)
        code = self.code if self.code is not None else 0 if exists else 3
        header = struct.pack(">HHHHHH", identity, 0x8180 | code, 1, len(answers), 0, 0)
        return header + query[12:at + 5] + b"".join(answers)

    def serve_datagrams(self):
        while True:
            try:
                query, peer = self.datagrams.recvfrom(1500)
            except OSError:
                return
            replies = self.mangle(self.reply(query, "udp"))
            for reply in replies if isinstance(replies, list) else [replies]:
                self.datagrams.sendto(reply, peer)

    def serve_streams(self):
        while True:
            try:
                connection, _ = self.streams.accept()
            except OSError:
                return
            with connection:
                length = struct.unpack(">H", connection.recv(2, socket.MSG_WAITALL))[0]
                reply = self.reply(connection.recv(length, socket.MSG_WAITALL), "tcp")
                connection.sendall(struct.pack(">H", len(reply)) + reply)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.streams.close()
        self.datagrams.close()


ZONE = {
    ("web.example", A): [record("web.example", A, bytes([192, 0, 2, 1]), 300)],
    ("web.example", AAAA): [record("web.example", AAAA, socket.inet_pton(socket.AF_INET6, "2001:db8::1"), 200)],
    ("four.example", A): [record("four.example", A, bytes([192, 0, 2, 4]))],
    ("www.example", A): [record("www.example", CNAME, encoded("web.example"), 30),
                         record("web.example", A, bytes([192, 0, 2, 1]), 300)],
    ("7.2.0.192.in-addr.arpa", PTR): [record("7.2.0.192.in-addr.arpa", PTR, encoded("host.example"))],
    ("text.example", TXT): [record("text.example", TXT, b"\x0ba \"b\" \x1b[31m")],
}


class Answers(CommandTest):
    def ask(self, *arguments, **options):
        with NameServer(ZONE, **options) as server:
            done = run("dns", *arguments, "--server", server.address)
            self.asked = server.asked
        return done

    def rows(self, done):
        return [line.split()[:4] for line in done.stdout.decode().splitlines()[1:]]

    def test_a_name_has_addresses_of_both_families_each_with_its_ttl(self):
        done = self.ask("web.example")
        self.assertEqual((done.returncode, done.words), (0, ""))
        self.assertEqual(self.rows(done), [["web.example", "A", "300", "192.0.2.1"],
                                           ["web.example", "AAAA", "200", "2001:db8::1"]])
        self.assertRegex(done.stdout.decode().splitlines()[1], r"\d (ms|us|s)$")

    def test_an_address_has_a_name(self):
        self.assertEqual(self.rows(self.ask("192.0.2.7")),
                         [["7.2.0.192.in-addr.arpa", "PTR", "60", "host.example"]])

    def test_aliases_are_shown_on_the_way(self):
        self.assertEqual(self.rows(self.ask("www.example", "--type", "a")),
                         [["www.example", "CNAME", "30", "web.example"], ["web.example", "A", "300", "192.0.2.1"]])

    def test_one_family_is_enough(self):
        done = self.ask("four.example")
        self.assertEqual(done.returncode, 0)
        self.assertIn("(has none)", done.stdout.decode())

    def test_a_truncated_answer_is_asked_for_over_tcp(self):
        def cut(reply):
            return reply[:2] + bytes([reply[2] | 2]) + reply[3:6] + b"\0\0" + reply[8:]  # TC, no answers counted

        done = self.ask("web.example", "--type", "A", mangle=cut)
        self.assertEqual(self.rows(done), [["web.example", "A", "300", "192.0.2.1"]])
        self.assertIn("TCP", done.stdout.decode())
        self.assertEqual([over for _, _, over in self.asked], ["udp", "tcp"])

    def test_what_is_no_answer_to_the_question_is_passed_over(self):
        forged = []

        def forge(reply):
            forged.append(bytes([reply[0] ^ 1]) + reply[1:-4] + bytes([6, 6, 6, 6]))
            return [forged[-1], b"no DNS at all", reply]

        done = self.ask("web.example", "--type", "A", mangle=forge)
        self.assertEqual(self.rows(done), [["web.example", "A", "300", "192.0.2.1"]])
        self.assertIn("6.6.6.6", ".".join(map(str, forged[0][-4:])))

    def test_a_lost_question_is_asked_again(self):
        lost = []

        def lose_the_first(reply):
            lost.append(reply)
            return reply if len(lost) > 1 else []

        done = self.ask("web.example", "--type", "A", mangle=lose_the_first)
        self.assertEqual(done.returncode, 0)
        self.assertIn("asked 2 times", done.stdout.decode())

    def test_text_from_outside_does_not_steer_the_terminal(self):
        done = self.ask("text.example", "--type", "TXT")
        self.assertIn(rb'"a \"b\" \027[31m"', done.stdout)

    def test_json_has_an_object_a_question(self):
        done = self.ask("web.example", "--json")
        first, second = map(json.loads, done.stdout.splitlines())
        self.assertEqual((first["type"], first["code"], first["over"], first["questions"]), ("A", 0, "udp", 1))
        self.assertEqual(first["records"], [{"name": "web.example", "type": "A", "ttl": 300, "data": "192.0.2.1"}])
        self.assertGreater(first["nanoseconds"], 0)
        self.assertEqual(second["records"][0]["data"], "2001:db8::1")


class Endings(CommandTest):
    def test_a_name_that_does_not_exist_is_6(self):
        with NameServer(ZONE) as server:
            done = run("dns", "nobody.example", "--server", server.address)
        self.assertEqual(done.returncode, 6)
        self.assertIn("nobody.example: no such name", done.words)

    def test_silence_is_28(self):
        with NameServer(ZONE, mangle=lambda reply: []) as server:
            self.assert_fails(run("dns", "web.example", "--server", server.address, "--timeout", "200ms"), 28,
                              "web.example", "timed out", server.address)

    def test_nobody_there_is_7(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        self.assert_fails(run("dns", "web.example", "--server", address), 7, "refused")

    def test_a_server_that_fails_is_1(self):
        with NameServer(ZONE, code=2) as server:
            done = run("dns", "web.example", "--server", server.address)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the server failed", done.words)

    def test_mistakes_are_2_and_named(self):
        for arguments, words in ((["a..b"], "a..b"), (["web.example", "--type", "Q"], "type 'Q'"),
                                 (["web.example", "--server", "nowhere"], "--server"), (["192.0.2.256"], "256"),
                                 (["web.example", "--timeout", "soon"], "--timeout"), ([], "NAME")):
            done = run("dns", *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.words)


class Names(CommandTest):
    """The other verbs, by name."""

    def test_connect_to_localhost_finds_a_server_of_ipv4_alone(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(SECONDS)

            def serve():
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"hello")

            thread = threading.Thread(target=serve)
            thread.start()
            done = run("connect", "localhost:%d" % listener.getsockname()[1])
            thread.join(SECONDS)
        self.assertEqual((done.returncode, done.stdout), (0, b"hello"))


if __name__ == "__main__":
    unittest.main()
