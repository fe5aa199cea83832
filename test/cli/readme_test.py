"""What README.md, its Chinese twin and the command's own help promise, held against each other."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from peers import SECONDS, SOCKEYE, CommandTest, every_verb, help_of, run, verbs_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")


def options_of(*verb):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(*verb)))


def table_of(readme):
    """{verbs of a row: the whole row}, from the table of verbs."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    table = re.search(r"^\|.*\n\|---\|---\|\n((?:\|.*\n)+)", text, re.MULTILINE)[1]
    rows = {}
    for row in table.splitlines():
        first = row.split("|")[1]
        rows[tuple(code.split()[0] for code in re.findall(r"`([^`]+)`", first))] = row
    return rows


class VerbTable(CommandTest):
    def test_has_each_verb_of_the_help_and_no_other(self):
        for readme in READMES:
            with self.subTest(readme):
                self.assertEqual({verb for row in table_of(readme) for verb in row}, set(verbs_of()))

    def test_names_no_option_and_no_part_of_a_verb_that_there_is_not(self):
        for readme in READMES:
            for verbs, row in table_of(readme).items():
                parts = re.findall(r"`(\w+) ([a-z]+)\b", row)
                known = set().union(*(options_of(verb) for verb in verbs), *(options_of(*part) for part in parts))
                for option in re.findall(r"--[a-z-]+", row):
                    with self.subTest(readme, verbs=verbs, option=option):
                        self.assertIn(option, known)
                for verb, part in parts:
                    with self.subTest(readme, verb=verb, part=part):
                        self.assertIn(part, verbs_of(verb))

    def test_names_every_role_of_listen(self):
        roles = {"--echo", "--upper", "--hello", "--reply", "--push", "--save", "--exec", "--discard", "--chat", "--http"}
        self.assertLessEqual(roles, options_of("listen"))
        for readme in READMES:
            table = "\n".join(table_of(readme).values())
            self.assertEqual({role for role in roles if role not in table}, set(), readme)

    def test_is_the_same_in_both_languages(self):
        english, chinese = map(table_of, READMES)
        self.assertEqual(list(english), list(chinese))
        for verbs, row in english.items():
            self.assertEqual(re.findall(r"--[a-z-]+", row), re.findall(r"--[a-z-]+", chinese[verbs]))


class Transcript(CommandTest):
    def test_of_the_lab_is_what_the_command_prints(self):
        told = run().stdout.decode()
        for readme in READMES:
            text = (ROOT / readme).read_text(encoding="utf-8")
            shown = re.search(r"^```\n(  time .*?)^```", text, re.MULTILINE | re.DOTALL)[1]
            self.assertIn(shown, told, f"{readme} shows another run than sockeye's: put the new one there")


class FiveMinutes(CommandTest):
    """The commands of the README's first block of use, as they stand there, on a network of their own."""

    @unittest.skipUnless(os.geteuid() == 0, "a network of one's own takes root")
    def test_work(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        server, client = (block for block in re.findall(r"^```\n(\$.*?)^```", text, re.MULTILINE | re.DOTALL)
                          if "sockeye" in block and "g++" not in block)
        announced = re.search(r"^(listening on .*)$", server, re.MULTILINE)[1]
        listen = re.search(r"^\$ (sockeye listen [^#\n]*)", server, re.MULTILINE)[1]
        commands = re.findall(r"^\$ ([^#\n]*?) *(?:#.*)?$", client, re.MULTILINE)
        script = ("ip link set lo up\n%s 2>&1 &\nserver=$!\nsockeye check 127.0.0.1:9001 --wait 10s >/dev/null\n"
                  "%s\nkill $server\nwait $server\n" % (listen, "\n".join(commands)))
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.abspath(SOCKEYE), f"{folder}/sockeye")
            done = subprocess.run(["unshare", "--net", "sh", "-c", script], stdin=subprocess.DEVNULL,
                                  env=dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"),
                                  capture_output=True, timeout=SECONDS)
        said = done.stdout.decode()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(said.startswith(announced), said)
        for line in re.findall(r"^(?!\$)(.+)$", client, re.MULTILINE):
            self.assertIn(line, said)
        self.assertIn("LISTEN", said)


@unittest.skipUnless(shutil.which("g++"), "no g++ here")
class Programs(CommandTest):
    """The README's programs are read by the compiler; what links them is CMake's business."""

    def assert_compiles(self, program):
        done = subprocess.run(["g++", "-std=c++23", "-fsyntax-only", f"-I{ROOT}/include", "-x", "c++", "-"],
                              input=program.encode(), capture_output=True, timeout=SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr.decode())

    def test_compile_as_they_stand_there(self):
        for readme in READMES:
            text = (ROOT / readme).read_text(encoding="utf-8")
            kernel, lab = re.findall(r"^```cpp\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
            self.assert_compiles(kernel)
            program = kernel[:kernel.index("int main()")]
            self.assert_compiles("#include <sockeye/lab.hpp>\n#include <fstream>\n#include <iostream>\n"
                                 + program + "int main() {\n" + lab + "}\n")

    def test_are_linked_against_the_libraries_that_cmake_says(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        command = re.search(r"^\$ g\+\+ .*$", text, re.MULTILINE)[0]
        cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        self.assertIn("-std=c++23 -Iinclude program.cpp build/release/libsockeye.a", command)
        for library in re.findall(r"-l([a-z]+)", command):
            self.assertIn(library, cmake.lower())


class Twins(CommandTest):
    """The two READMEs show the same commands, outputs, programs and links, each to pages of its language."""

    @staticmethod
    def blocks(readme):
        text = (ROOT / readme).read_text(encoding="utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        return [re.sub(r" *(#(?!include)|//).*", "", block) for block in blocks]

    def test_show_the_same(self):
        self.assertEqual(*map(self.blocks, READMES))

    def test_link_to_files_that_there_are(self):
        links = []
        for readme in READMES:
            text = (ROOT / readme).read_text(encoding="utf-8")
            links.append([link for link in re.findall(r"\]\(([^)]+)\)", text) if link not in READMES])
            for link in links[-1]:
                self.assertTrue((ROOT / link).exists(), link)
        self.assertEqual(links[0], [link.replace(".zh-CN", "") for link in links[1]])


class DevCommands(CommandTest):
    def test_that_are_written_about_are_there(self):
        listed = subprocess.run([ROOT / "dev", "help"], capture_output=True, timeout=SECONDS, check=True).stdout.decode()
        known = set(re.findall(r"^  ([a-z]+)", listed, re.MULTILINE))
        self.assertIn("test", known)
        for document in (*READMES, "CONTRIBUTING.md", "ARCHITECTURE.md"):
            text = (ROOT / document).read_text(encoding="utf-8")
            self.assertEqual(set(re.findall(r"\./dev ([a-z]+)", text)) - known, set(), document)


class Examples(CommandTest):
    """Each example of each --help is a command line that the command takes."""

    @staticmethod
    def examples(text):
        listed = text[text.index("Examples:"):].splitlines()[1:]
        for line in listed:
            if not line.startswith("  "):
                break
            # What it does stands behind two spaces or more.
            command = re.split(r"  +", line.strip())[0]
            if re.search(r"(^|\| )sockeye", command):
                yield command

    @staticmethod
    def words_of(command):
        """What it says on a network and in a folder of its own, in its first two seconds."""
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.abspath(SOCKEYE), f"{folder}/sockeye")
            process = subprocess.Popen(
                ["unshare", "--net", "sh", "-c", f"ip link set lo up; cd {folder}; PATH={folder}:$PATH; {command}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
            try:
                return process.communicate(timeout=2)[1].decode()
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                return process.communicate(timeout=SECONDS)[1].decode()

    @unittest.skipUnless(os.geteuid() == 0, "a network of one's own takes root")
    def test_are_no_usage_errors(self):
        commands = [command for verb in [(), *every_verb()] for command in self.examples(help_of(*verb))]
        with ThreadPoolExecutor(4) as at_once:  # most wait
            for command, words in zip(commands, at_once.map(self.words_of, commands)):
                with self.subTest(command):
                    self.assertNotIn("try: sockeye", words)


if __name__ == "__main__":
    unittest.main()
