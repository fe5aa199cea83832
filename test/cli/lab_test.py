"""`sockeye lab check` and `sockeye lab graph`: topology files as people write them."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from peers import SECONDS, SOCKEYE, CommandTest, run

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "labs"


class Files(CommandTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = pathlib.Path(self.folder.name, name)
        path.write_text(text)
        return str(path)

    def here(self, *words):
        return subprocess.run([os.path.abspath(SOCKEYE), *words], cwd=self.folder.name, capture_output=True, timeout=SECONDS)


class Check(Files):
    def test_every_example_is_without_a_mistake(self):
        files = sorted(EXAMPLES.glob("*.clab.yml"))
        self.assertGreaterEqual(len(files), 9)
        for file in files:
            with self.subTest(file=file.name):
                done = run("lab", "check", str(file))
                self.assertEqual(done.returncode, 0, done.stdout)
                name = file.name.removesuffix(".clab.yml")
                self.assertIn(f"{name}: ", done.stdout.decode())

    def test_the_office_is_counted(self):
        done = run("lab", "check", str(EXAMPLES / "office.clab.yml"))
        self.assertEqual(done.stdout.decode(),
                         "office: 12 nodes (6 hosts, 3 bridges, 1 router, 1 nat, 1 dns), 11 cables\n")

    def test_a_mistake_has_its_place_and_exit_code_1(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {kind: hots}}\n")
        done = run("lab", "check", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}:3:11: node x: there is no kind 'hots': did you mean host?\n", done.stdout.decode())
        self.assertTrue(done.stdout.decode().endswith("a: 1 node (1 host), 0 cables; 1 mistake; 1 warning\n"))

    def test_json_is_an_object_a_line(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {image: y}}\n")
        done = run("lab", "check", path, "--json")
        *remarks, topology = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(topology, {"kind": "topology", "name": "a", "nodes": 1, "cables": 0, "mistakes": 0,
                                    "warnings": len(remarks)})
        self.assertIn({"kind": "warning", "file": path, "line": 3, "column": 15,
                       "words": "node x: 'image' means nothing in a lab"}, remarks)

    def test_the_one_file_of_the_folder_need_not_be_named(self):
        none = self.here("lab", "check")
        self.assertEqual(none.returncode, 1)
        self.assertIn(b"no *.clab.yml is in this folder: name a file", none.stderr)
        self.write("a.clab.yml", "name: a\ntopology: {nodes: {}}\n")
        self.assertEqual(self.here("lab", "check").stdout, b"a: 0 nodes, 0 cables\n")
        self.assertEqual(run("lab", "check", self.folder.name).stdout, b"a: 0 nodes, 0 cables\n")
        self.write("b.clab.yml", "name: b\ntopology: {nodes: {}}\n")
        two = self.here("lab", "check")
        self.assertEqual(two.returncode, 1)
        self.assertIn(b"2 files in this folder end in .clab.yml: name one, such as a.clab.yml", two.stderr)

    def test_a_file_that_cannot_be_read_is_named(self):
        self.assert_fails(run("lab", "check", "/no/such.clab.yml"), 1, "/no/such.clab.yml: No such file or directory")
        self.assert_fails(run("lab", "check", self.folder.name), 1, f"no *.clab.yml is in {self.folder.name}: name a file")
        office = str(EXAMPLES / "office.clab.yml")
        self.assert_fails(run("lab", "up", office, "--faults", self.folder.name), 1,
                          f"sockeye lab up: {self.folder.name}: Is a directory")

    def test_the_environment_fills_in(self):
        path = self.write("a.clab.yml", "name: ${LAB_NAME:=plain}\ntopology: {nodes: {}}\n")
        self.assertEqual(run("lab", "check", path).stdout, b"plain: 0 nodes, 0 cables\n")
        named = run("lab", "check", path, env={**os.environ, "LAB_NAME": "fancy"})
        self.assertEqual(named.stdout, b"fancy: 0 nodes, 0 cables\n")

    def test_rubbish_is_no_yaml_and_no_crash(self):
        path = self.write("a.clab.yml", "{[}\x07")
        done = run("lab", "check", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("this is no YAML", done.stdout.decode())


class Graph(Files):
    def test_graphviz_reads_what_is_drawn(self):
        done = run("lab", "graph", str(EXAMPLES / "office.clab.yml"))
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.startswith(b'graph "office" {\n'))
        if shutil.which("dot"):
            drawn = subprocess.run(["dot", "-Tsvg"], input=done.stdout, capture_output=True, timeout=SECONDS)
            self.assertEqual(drawn.returncode, 0, drawn.stderr)

    def test_mermaid_is_asked_for(self):
        done = run("lab", "graph", str(EXAMPLES / "storm.clab.yml"), "--mermaid")
        self.assertTrue(done.stdout.startswith(b"graph TD\n"))
        self.assertIn(b'n2["left"]', done.stdout)

    def test_a_file_with_mistakes_is_not_drawn(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {kind: hots}}\n")
        done = run("lab", "graph", path)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"there is no kind 'hots'", done.stderr)


class Up(Files):
    def test_every_example_runs_and_the_same_seed_is_the_same_lab(self):
        for file in sorted(EXAMPLES.glob("*.clab.yml")):
            with self.subTest(file=file.name):
                first, again = (run("lab", "up", str(file), "--quiet", "--seed", "3") for _ in range(2))
                storm = file.name.startswith("storm")  # which a lab of that name is to show
                self.assertEqual(first.returncode, 1 if storm else 0, first.words)
                self.assertEqual("storm" in first.words, storm, first.words)
                said = first.stdout.decode().splitlines()
                self.assertRegex(said[-1], "^hash [0-9a-f]{32}$")
                self.assertEqual(said[-1], again.stdout.decode().splitlines()[-1])

    def test_every_frame_is_shown_in_80_columns(self):
        done = run("lab", "up", str(EXAMPLES / "lossy-link.clab.yml"))
        text = done.stdout.decode()
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
        for word in ("SYN", "near: said ", "FIN", "frames"):
            self.assertIn(word, text)

    def test_until_is_how_long_it_runs(self):
        done = run("lab", "up", str(EXAMPLES / "two-lans.clab.yml"), "--until", "90s", "--json")
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["virtual_ns"], 90_000_000_000)
        self.assert_fails(run("lab", "up", str(EXAMPLES / "two-lans.clab.yml"), "--until", "soon"), 2, "--until")

    def test_the_one_file_of_this_folder_is_found_and_standard_input_is_read(self):
        topology = "name: a\ntopology:\n  nodes: {x: {cmd: upper}}\n"
        self.write("a.clab.yml", topology)
        self.assertEqual(self.here("lab", "up").returncode, 0)
        self.assertIn("a: 1 node (1 host), 0 cables", run("lab", "up", "-", stdin=topology.encode()).stdout.decode())

    def test_what_goes_wrong_is_shown(self):
        done = run("lab", "up", str(EXAMPLES / "office.clab.yml"), "--faults", str(EXAMPLES / "office.faults.yml"))
        self.assertEqual(done.returncode, 0, done.words)
        text = done.stdout.decode()
        for word in ("x lost", "cable cut: gw:eth0 -- isp:eth0", "cable healed: gw:eth0 -- isp:eth0", "again"):
            self.assertIn(word, text)

    def test_every_example_of_faults_is_without_a_mistake(self):
        for faults in sorted(EXAMPLES.glob("*.faults.yml")):
            with self.subTest(file=faults.name):
                topology = str(faults).replace(".faults.", ".clab.")
                done = run("lab", "up", topology, "--faults", str(faults), "--quiet")
                self.assertEqual((done.returncode, done.words), (0, ""))

    def test_routers_find_another_way_while_a_cable_is_cut(self):
        file = str(EXAMPLES / "three-routers.clab.yml")
        text = run("lab", "up", file, "--faults", file.replace(".clab.", ".faults.")).stdout.decode()
        answers = [line for line in text.splitlines() if "left: ping 10.2.0.1: answered after" in line]
        for by_the_short_way, by_the_long_way in ((answers[4], answers[8]), (answers[-1], answers[9])):
            self.assertRegex(by_the_short_way, r"after [0-9.]+us$")
            self.assertRegex(by_the_long_way, r"after [0-9.]+ms$")

    def test_a_pool_that_is_exhausted_leaves_the_last_one_without(self):
        text = run("lab", "up", str(EXAMPLES / "dhcp-exhausted.clab.yml"), "--until", "50s").stdout.decode()
        self.assertIn("anna: 10.0.0.2/24 by DHCP", text)
        self.assertIn("bert: 10.0.0.3/24 by DHCP", text)
        self.assertNotIn("carl: 10.0.0.", text)

    def test_a_mistake_in_the_faults_has_its_place(self):
        faults = self.write("f.yml", "faults:\n  - {do: crash, on: nobody}\n")
        done = run("lab", "up", str(EXAMPLES / "office.clab.yml"), "--faults", faults)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{faults}:2:5: fault: crash: there is no node 'nobody'", done.words)

    def test_a_fault_after_the_end_is_warned_of(self):
        done = run("lab", "up", str(EXAMPLES / "office.clab.yml"), "--until", "5s", "--quiet",
                   "--faults", str(EXAMPLES / "office.faults.yml"))
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: crash web comes at 12 s, after the end", done.words)

    def test_a_mistake_in_the_topology_or_its_programs_keeps_it_from_running(self):
        path = self.write("a.clab.yml", "name: a\ntopology:\n  nodes: {x: {cmd: htpp}}\n")
        done = run("lab", "up", path)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn("there is no program 'htpp' in a lab: did you mean http?", done.words)

    def test_a_story_is_of_a_host_that_there_is(self):
        self.assert_fails(run("lab", "up", str(EXAMPLES / "office.clab.yml"), "--story", "eve"), 2, "no host 'eve'")
        text = run("lab", "up", str(EXAMPLES / "lossy-link.clab.yml"), "--story", "near").stdout.decode()
        self.assertIn("HANDSHAKE", text)


if __name__ == "__main__":
    unittest.main()
