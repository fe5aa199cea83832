"""The verbs that calculate: `sockeye subnet`, `mac` and `port`."""

import ipaddress
import json
import socket
import subprocess
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, run


def text(*arguments):
    """What the command prints when all is well."""
    done = run(*arguments)
    assert (done.returncode, done.words) == (0, ""), (done.returncode, done.words)
    return done.stdout.decode()


def objects(*arguments):
    return [json.loads(line) for line in run(*arguments, "--json").stdout.decode().splitlines()]


class Subnet(CommandTest):
    def test_show_names_the_mask_the_ends_and_the_hosts(self):
        self.assertEqual(text("subnet", "show", "192.168.1.77/24"),
                         "address    192.168.1.77\n"
                         "netmask    255.255.255.0 (/24)\n"
                         "network    192.168.1.0/24\n"
                         "broadcast  192.168.1.255\n"
                         "hosts      254\n"
                         "first      192.168.1.1\n"
                         "last       192.168.1.254\n")
        self.assertEqual(text("subnet", "show", "192.168.1.77/255.255.255.0"), text("subnet", "show", "192.168.1.77/24"))

    def test_show_says_why_there_is_no_broadcast_address(self):
        self.assertIn("none: a link between two hosts (RFC 3021)", text("subnet", "show", "10.0.0.0/31"))
        self.assertIn("none: a single address", text("subnet", "show", "10.0.0.0/32"))
        self.assertIn("none: IPv6 has multicast instead", text("subnet", "show", "2001:db8::/64"))

    def test_show_as_json(self):
        self.assertEqual(objects("subnet", "show", "192.168.1.77/24"), [{
            "kind": "subnet", "network": "192.168.1.0/24", "netmask": "255.255.255.0", "broadcast": "192.168.1.255",
            "first": "192.168.1.1", "last": "192.168.1.254", "hosts": 254, "address": "192.168.1.77"}])

    def test_ipv6_counts_are_strings_in_json_RFC7493_2_2(self):
        shown, = objects("subnet", "show", "2001:db8::7/64")
        self.assertEqual(shown["hosts"], str(2**64 - 1))
        self.assertIsNone(shown["broadcast"])
        self.assertEqual(shown["netmask"], "ffff:ffff:ffff:ffff::")

    def test_same_is_0_and_shows_the_calculation(self):
        self.assertEqual(text("subnet", "same", "192.168.1.1/24", "192.168.1.200/24"),
                         "own network     192.168.1.1 AND 255.255.255.0 = 192.168.1.0\n"
                         "peer's network  192.168.1.200 AND 255.255.255.0 = 192.168.1.0\n"
                         "compare         equal: the peer is reached directly\n")
        self.assertIn("= 2001:db8::\n", text("subnet", "same", "2001:db8::1/64", "2001:db8::2/64"))

    def test_a_peer_without_a_mask_has_ones_own(self):
        self.assertEqual(text("subnet", "same", "10.0.0.1/25", "10.0.0.2"), text("subnet", "same", "10.0.0.1/25", "10.0.0.2/25"))
        self.assertEqual(run("subnet", "same", "10.0.0.1/25", "10.0.0.200").returncode, 1)

    def test_same_is_1_where_networks_differ_and_says_how(self):
        for own, peer, word in (("192.168.1.1/24", "192.168.2.1/24", "through a router"),
                                ("10.0.0.1/24", "10.0.0.200/25", "the masks disagree, and only 10.0.0.1 takes"),
                                ("10.0.0.200/25", "10.0.0.1/24", "the masks disagree, and only 10.0.0.1 takes"),
                                ("10.0.0.1/24", "2001:db8::1/64", "one is IPv4, the other IPv6")):
            done = run("subnet", "same", own, peer)
            self.assertEqual((done.returncode, done.words), (1, ""))
            self.assertIn(word, done.stdout.decode())

    def test_same_where_masks_differ_but_each_takes_the_other_for_near(self):
        done = run("subnet", "same", "10.0.0.1/24", "10.0.0.2/25")
        self.assertEqual(done.returncode, 1)
        self.assertIn("different: the masks disagree, though each reaches the other", done.stdout.decode())

    def test_same_as_json(self):
        self.assertEqual(objects("subnet", "same", "10.0.0.1/24", "10.0.1.1"), [{
            "kind": "comparison", "own": "10.0.0.1/24", "peer": "10.0.1.1/24",
            "own_network": "10.0.0.0/24", "peer_network": "10.0.1.0/24", "same": False}])

    def test_split_into_equal_parts_is_what_python_makes(self):
        for network, into in (("192.168.1.0/24", 4), ("10.0.0.0/8", 256), ("2001:db8::/32", 16), ("10.0.0.0/30", 4)):
            whole = ipaddress.ip_network(network)
            parts = list(whole.subnets(into.bit_length() - 1))
            self.assertEqual([part["network"] for part in objects("subnet", "split", network, "--into", str(into))],
                             [str(part) for part in parts])

    def test_split_into_no_power_of_two_makes_the_next_and_says_so(self):
        done = run("subnet", "split", "192.168.1.0/24", "--into", "3")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.count(b"/26"), 4)
        self.assertIn("3 asked for", done.words)

    def test_split_by_hosts_as_json(self):
        parts = objects("subnet", "split", "192.168.1.0/24", "--hosts", "10,100,50")
        self.assertEqual([(part["kind"], part["network"], part.get("wanted")) for part in parts],
                         [("subnet", "192.168.1.0/25", 100), ("subnet", "192.168.1.128/26", 50),
                          ("subnet", "192.168.1.192/28", 10), ("free", "192.168.1.208/28", None),
                          ("free", "192.168.1.224/27", None)])

    def test_an_ipv6_subnet_smaller_than_64_is_made_with_a_warning(self):
        done = run("subnet", "split", "2001:db8::/64", "--into", "2")
        self.assertEqual(done.returncode, 0)
        self.assertIn("RFC 4862", done.words)

    def test_the_widest_ipv4_table_fits_80_columns(self):
        for arguments in (["--into", "2"], ["--hosts", "60,30"]):
            table = text("subnet", "split", "223.223.223.128/25", *arguments)
            self.assertLessEqual(max(map(len, table.splitlines())), 80, table)

    def test_mistakes_are_2_and_name_the_remedy(self):
        for arguments, *words in (
                (["show", "192.168.1.1"], "no prefix length: write 192.168.1.1/24"),
                (["show", "192.168.1.1/33"], "'33'", "0 to 32"),
                (["show", "192.168.1.1/255.0.255.0"], "netmask", "255.255.255.0"),
                (["show", "01.2.3.4/24"], "leading zero"),
                (["show"], "NET"),
                (["same", "10.0.0.1", "10.0.0.2"], "write 10.0.0.1/24"),
                (["same", "10.0.0.1/24", "2001:db8::1"], "write 2001:db8::1/64"),
                (["same", "10.0.0.1/24"], "PEER"),
                (["split", "10.0.0.0/24"], "--into 4", "--hosts 100,50,10"),
                (["split", "10.0.0.0/24", "--into", "4", "--hosts", "1"], "one of them"),
                (["split", "10.0.0.0/24", "--into", "four"], "--into four", "write --into 4"),
                (["split", "10.0.0.0/24", "--into", "0"], "1 subnet or more"),
                (["split", "10.0.0.0/24", "--into", "-4"], "-4"),
                (["split", "10.0.0.0/30", "--into", "8"], "it has 4 addresses"),
                (["split", "10.0.0.0/8", "--into", "99999999"], "in two steps"),
                (["split", "10.0.0.0/8", "--into", "99999999999999999999"], "no number of subnets"),
                (["split", "10.0.0.0/24", "--hosts", "100,,3"], "'' in --hosts 100,,3", "write --hosts 100,50,10"),
                (["split", "10.0.0.0/24", "--hosts", "300"], "10.0.0.0/24 has: 254"),
                (["split", "10.0.0.0/24", "--hosts", "120,100,1"], "for 1 host, who needs a /32")):
            with self.subTest(arguments):
                self.assert_fails(run("subnet", *arguments), 2, "sockeye subnet " + arguments[0], *words)


class Mac(CommandTest):
    def test_json_has_the_forms_and_the_bits(self):
        self.assertEqual(objects("mac", "3C52.824F.019A"), [{
            "kind": "mac", "address": "3c:52:82:4f:01:9a", "hyphens": "3C-52-82-4F-01-9A", "dots": "3c52.824f.019a",
            "oui": "3C-52-82", "group": False, "local": False, "broadcast": False}])
        own, = objects("mac", "ff-ff-ff-ff-ff-ff")
        self.assertEqual((own["oui"], own["group"], own["local"], own["broadcast"]), (None, True, True, True))

    def test_mistakes_are_2_and_show_the_forms(self):
        for wrong in ("3c:52:82:4f:01", "3c:52-82:4f:01:9a", "3g:52:82:4f:01:9a", "", "a" * 10_000, "\033[2J"):
            done = run("mac", wrong)
            self.assert_fails(done, 2, "sockeye mac: ", "02:00:00:00:00:65")
            self.assertLess(len(done.words), 300)
            self.assertNotIn("\033", done.words)


class Port(CommandTest):
    def test_info_as_json(self):
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            first, last = map(int, file.read().split())
        system, dynamic = objects("port", "info", "80", "65000")
        self.assertEqual(system, {
            "kind": "port", "port": 80, "class": "system", "range": {"first": 0, "last": 1023}, "ephemeral": False,
            "ephemeral_range": {"first": first, "last": last},
            "services": [{"name": "http", "protocol": "tcp", "aliases": ["www"]}]})
        self.assertEqual((dynamic["class"], dynamic["ephemeral"], dynamic["services"]),
                         ("dynamic", first <= 65000 <= last, []))

    def test_name_has_every_protocol_and_the_aliases(self):
        domain = objects("port", "name", "domain")
        self.assertEqual([(one["port"], one["protocol"]) for one in domain], [(53, "tcp"), (53, "udp")])
        self.assertEqual(objects("port", "name", "www"), [{
            "kind": "service", "asked": "www", "name": "http", "aliases": ["www"], "port": 80, "protocol": "tcp",
            "class": "system"}])

    def test_names_are_those_of_getservbyname(self):
        for name in ("ftp", "tftp", "telnet", "smtp", "http", "ssh", "mysql", "https"):
            for one in objects("port", "name", name):
                self.assertEqual(one["port"], socket.getservbyname(name, one["protocol"]))

    def test_capitals_do_not_matter(self):
        self.assertEqual(text("port", "name", "HTTP"), text("port", "name", "http"))

    def test_an_unknown_name_is_6_and_the_known_ones_are_answered(self):
        done = run("port", "name", "htpp", "ssh")
        self.assertEqual(done.returncode, 6)
        self.assertIn("sockeye port name: no service 'htpp': did you mean http?", done.words)
        self.assertIn(b"ssh   22", done.stdout)
        self.assertIn("did you mean domain?", run("port", "name", "dns").words)
        self.assert_fails(run("port", "name", "\033[2J" + "x" * 100_000), 6, "no service '?[2J")

    def test_mistakes_are_2_and_name_the_remedy(self):
        for arguments, *words in ((["info", "65536"], "65536 is no port: write 0 to 65535"),
                                  (["info", "080"], "leading zeros"),
                                  (["info", "http"], "write sockeye port name http"),
                                  (["info", ""], "no port number"),
                                  (["info"], "PORT"),
                                  (["name"], "NAME")):
            with self.subTest(arguments):
                self.assert_fails(run("port", *arguments), 2, "sockeye port " + arguments[0], *words)


class Parts(CommandTest):
    """A verb of several verbs."""

    def test_a_missing_one_is_2_and_they_are_named(self):
        self.assert_fails(run("subnet"), 2, "sockeye subnet: ", "show, same, split", "sockeye subnet --help")
        self.assert_fails(run("port"), 2, "sockeye port: ", "info, name")

    def test_a_misspelt_one_is_2_and_they_are_named(self):
        self.assert_fails(run("subnet", "shwo", "10.0.0.1/24"), 2, "sockeye subnet: no verb 'shwo'", "show, same, split")

    def test_an_option_they_do_not_have_is_2(self):
        self.assert_fails(run("subnet", "show", "10.0.0.1/24", "--bogus"), 2, "sockeye subnet show: ", "--bogus")

    def test_a_full_disk_is_1(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([SOCKEYE, "subnet", "show", "10.0.0.1/24"], stdout=full, stderr=subprocess.PIPE,
                                  timeout=SECONDS)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)


if __name__ == "__main__":
    unittest.main()
