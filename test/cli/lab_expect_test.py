"""`sockeye lab test` and `sockeye lab explore`: topology files that say what is to come true."""

import json
import os
import pathlib
import subprocess
import unittest
import xml.etree.ElementTree

from lab_test import EXAMPLES, Files
from peers import SECONDS, SOCKEYE, run

PAIR = """name: pair
topology:
  nodes:
    alice: {}
    web: {cmd: http}
    sw: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "sw:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["web:eth0", "sw:2"], ipv4: [10.0.0.80/24]}
expect:
"""

FAULTS = """faults:
  - {at: 1s, do: impair, on: [web, sw], delay: 1ms, for: 2s}
  - {at: 2s, do: cut, on: [alice, sw], for: 6s}
  - {at: 3s, do: hold, on: [web, sw], for: 100ms}
"""


class ExamplesFiles(Files):
    def test_each_expects_something_and_sees_it_come_true(self):
        for file in sorted(EXAMPLES.glob("*.clab.yml")):
            with self.subTest(file=file.name):
                self.assertIn("\nexpect:\n", file.read_text())
                done = run("lab", "test", str(file))
                self.assertEqual(done.returncode, 0, done.stdout.decode() + done.words)
                for line in done.words.splitlines():
                    self.assertIn(": warning: ", line)


class ExpectFiles(Files):
    def pair(self, *sentences):
        return self.write("pair.clab.yml", PAIR + "".join(f"  - {sentence}\n" for sentence in sentences))

    def test_a_line_an_expectation_and_exit_code_0(self):
        done = run("lab", "test", self.pair("alice reaches web", "alice gets http://web/ within 2s"))
        self.assertEqual((done.returncode, done.words), (0, ""))
        lines = done.stdout.decode().splitlines()
        self.assertEqual(lines[0], "pair: 2 expectations, seed 1")
        self.assertRegex(lines[1], r"^ok      alice reaches web  \(alice, 0\.\d{6} s: answered after .*us\)$")
        self.assertRegex(lines[2], r"^ok      alice gets http://web/ within 2s  \(alice, .*: 200 OK after .*\)$")
        self.assertEqual(lines[3], "all 2 came true")

    def test_a_failure_tells_seed_time_host_packets_and_how_to_see_it_again(self):
        path = self.pair("alice reaches web", "alice connects to web:81 within 1s")
        done = run("lab", "test", path, "--seed", "7")
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()
        self.assertRegex(text, r"(?m)^FAILED  alice connects to web:81 within 1s  \(alice, .* s: .*refused")
        self.assertRegex(text, r"(?m)^seed 7, [\d.]+ s of virtual time, host alice: ")
        self.assertIn("SYN", text)
        self.assertIn("1 of 2 did not come true", text)
        again = [line for line in text.splitlines() if line.startswith("again: ")][0].removeprefix("again: ")
        self.assertIn(f" lab test {path} --seed 7", again)
        repeated = subprocess.run(again, shell=True, capture_output=True, timeout=SECONDS, check=False)
        self.assertEqual(repeated.stdout.decode(), text)

    def test_a_mistake_has_its_place_and_says_what_was_meant(self):
        done = run("lab", "test", self.pair("alice reachs web"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn("pair.clab.yml:11:11: expect: 'reachs web' begins with no verb: did you mean reaches?", done.words)
        done = run("lab", "check", self.pair("alice gets http:///page"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("pair.clab.yml:11:16: expect: ", done.stdout.decode())

    def test_a_file_that_expects_nothing_is_said_to_and_alone_it_fails(self):
        nothing = self.write("nothing.clab.yml", "name: nothing\ntopology: {nodes: {}}\n")
        done = run("lab", "test", nothing)
        self.assertEqual(done.returncode, 1)
        self.assertIn("expects nothing: write a list of sentences under expect:", done.words)
        self.assertEqual(run("lab", "test", nothing, self.pair("alice reaches web")).returncode, 0)

    def test_faults_go_wrong_meanwhile(self):
        faults = self.write("f.yml", FAULTS)
        path = self.pair("alice reaches web at 0s for 10s", "alice does not reach web at 3s for 4s")
        done = run("lab", "test", path, "--faults", faults)
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()
        self.assertIn("FAILED  alice reaches web at 0s for 10s", text)
        self.assertIn("ok      alice does not reach web at 3s for 4s", text)
        self.assertIn(f"--faults {faults}", text)

    def test_junit_is_xml_that_says_the_same(self):
        out = os.path.join(self.folder.name, "out.xml")
        done = run("lab", "test", self.pair("alice reaches web", "\"alice gets http://web/&'x within 1s\""), "--junit", out)
        self.assertEqual(done.returncode, 1)
        suites = xml.etree.ElementTree.parse(out).getroot()
        self.assertEqual((suites.tag, suites.get("tests"), suites.get("failures")), ("testsuites", "2", "1"))
        cases = suites.findall("testsuite/testcase")
        self.assertEqual([case.get("name") for case in cases], ["alice reaches web", "alice gets http://web/&'x within 1s"])
        self.assertIsNone(cases[0].find("failure"))
        self.assertIn("seed 1", cases[1].find("failure").text)
        done = run("lab", "test", self.pair("alice reaches web"), "--junit", "/no/such/folder/o.xml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/no/such/folder/o.xml: No such file or directory", done.words)

    def test_json_is_an_object_a_line(self):
        done = run("lab", "test", self.pair("alice reaches web", "alice reaches 10.0.0.9 within 1s"), "--json")
        good, bad, lab = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((good["kind"], good["held"], good["sentence"], good["line"]), ("expectation", True, "alice reaches web", 11))
        self.assertEqual((bad["held"], bad["host"], bad["decided_ns"]), (False, "alice", 1_000_000_000))
        self.assertEqual((lab["kind"], lab["expectations"], lab["failed"]), ("lab", 2, 1))


class TopoFiles(Files):
    def test_mininets_shapes_need_no_file(self):
        done = run("lab", "check", "--topo", "tree,2,3")
        self.assertEqual(done.stdout.decode(), "tree-2-3: 13 nodes (9 hosts, 4 bridges), 12 cables\n")
        self.assertTrue(run("lab", "graph", "--topo", "linear,3").stdout.startswith(b'graph "linear-3" {\n'))
        up = run("lab", "up", "--topo", "single,2", "--quiet")
        self.assertEqual((up.returncode, up.words), (0, ""))
        test = run("lab", "test", "--topo", "tree,2,2")
        self.assertEqual(test.returncode, 0, test.stdout)
        self.assertIn("ok      every host reaches every other", test.stdout.decode())

    def test_a_mistake_says_what_to_write(self):
        self.assert_fails(run("lab", "check", "--topo", "ring,3"), 2, "there is no 'ring'", "tree,DEPTH,FANOUT")
        self.assert_fails(run("lab", "up", "a.clab.yml", "--topo", "tree,2"), 1, "name a file or --topo, not both")


class ExploreFiles(Files):
    def test_all_seeds_are_well(self):
        path = self.write("pair.clab.yml", PAIR + "  - alice reaches web\n")
        done = run("lab", "explore", path, "--seeds", "1..20", "--jobs", "3")
        self.assertEqual((done.returncode, done.words), (0, ""))
        self.assertEqual(done.stdout.decode(), "pair: all came true under 20 seeds\n")

    def test_the_fewest_faults_are_written_and_repeat_the_failure(self):
        path = self.write("pair.clab.yml", PAIR + "  - alice reaches web at 4s within 2s\n")
        faults = self.write("f.yml", FAULTS)
        done = self.here("lab", "explore", path, "--seeds", "5..20", "--faults", faults)
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()
        self.assertIn("pair: 1 seed tried, 1 failed: 5", text)
        written = pathlib.Path(self.folder.name, "pair.seed-5.faults.yml").read_text()
        kept = [line for line in written.splitlines() if line.startswith("  - ")]
        self.assertEqual(len(kept), 1, written)
        self.assertIn("do: cut, on: [alice, sw], for: ", kept[0])
        again = [line for line in text.splitlines() if line.startswith("again: ")][0].removeprefix("again: ")
        self.assertIn("--seed 5 --faults pair.seed-5.faults.yml", again)
        repeated = self.here("lab", "test", path, "--seed", "5", "--faults", "pair.seed-5.faults.yml")
        self.assertEqual(repeated.returncode, 1)
        self.assertIn("FAILED  alice reaches web at 4s within 2s", repeated.stdout.decode())

    def test_a_cable_that_loses_much_fails_some_seeds_and_not_others(self):
        lossy = PAIR.replace("ipv4: [10.0.0.1/24]}", "ipv4: [10.0.0.1/24], vars: {loss: 30%}}")
        path = self.write("pair.clab.yml", lossy + "  - alice reaches web within 1s\n")
        done = run("lab", "explore", path, "--seeds", "1..40", "--keep-going", "--json")
        self.assertEqual(done.returncode, 1)
        facts = [json.loads(line) for line in done.stdout.splitlines()]
        explored = [fact for fact in facts if fact["kind"] == "exploration"][0]
        self.assertEqual(explored["seeds"], 40)
        self.assertGreater(explored["failed"], 0)
        self.assertLess(explored["failed"], 40)
        first = run("lab", "explore", path, "--seeds", "1..40", "--jobs", "2", "--json")
        self.assertEqual(json.loads(first.stdout.splitlines()[0]), facts[0])

    def test_what_is_no_range_of_seeds_is_a_usage_error(self):
        self.assert_fails(run("lab", "explore", "a.clab.yml", "--seeds", "9..1"), 2, "no range of seeds: write 1..1000")


if __name__ == "__main__":
    unittest.main()
