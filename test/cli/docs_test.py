"""The guide: its commands say what its pages show, and both languages show the same."""

import os
import pathlib
import subprocess
import sys
import unittest

from peers import SOCKEYE, CommandTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/guide"
MINUTES = 5  # of patience with a busy machine; alone it takes half of one

sys.path.insert(0, str(ROOT / "tools/docs"))

from page import Page


class Lesson073_EachLessonIsAChapterWhoseCommandsAreRunAndWhoseLinksLeadSomewhere(CommandTest):
    def test_every_page_shows_what_its_commands_say(self):
        done = subprocess.run([sys.executable, ROOT / "tools/docs", "--sockeye", os.path.abspath(SOCKEYE)],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60 * MINUTES)
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())

    def test_there_are_five_chapters_in_both_languages(self):
        english, chinese = (sorted(page.name for page in (GUIDE / language).iterdir()) for language in ("en", "zh"))
        self.assertEqual([name[0] for name in english], list("12345"))
        self.assertEqual(english, chinese)

    def test_both_languages_show_the_same_commands_outputs_and_code(self):
        twins = [(chapter, GUIDE / "zh" / chapter.name) for chapter in sorted((GUIDE / "en").iterdir())]
        twins.append((ROOT / "docs/what-tutorials-get-wrong.md", ROOT / "docs/what-tutorials-get-wrong.zh-CN.md"))
        for pages in twins:
            english, chinese = (Page(page.name, page.read_text(encoding="utf-8")) for page in pages)
            with self.subTest(english.name):
                self.assertEqual([(command.text, command.expected) for command in english.commands()],
                                 [(command.text, command.expected) for command in chinese.commands()])
                self.assertEqual([quote[1:] for quote in english.quotes], [quote[1:] for quote in chinese.quotes])


if __name__ == "__main__":
    unittest.main()
