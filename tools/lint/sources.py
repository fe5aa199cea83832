"""The tree's C++ files, with their comments and texts blanked out for the checks to read."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_COMMENT_OR_TEXT = re.compile(
    r'(?P<raw>R"(?P<mark>[^(\s"\\]*)\((?:.|\n)*?\)(?P=mark)")'
    r'|(?P<comment>//(?:\\\n|[^\n])*|/\*(?:.|\n)*?\*/)'
    r'|(?P<text>"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])(?:u8|u|U|L)?\'(?:\\.|[^\'\\\n])+\')'
)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and (in the message) what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    angled: bool


def _blank(text):
    """As many characters and lines, and nothing in them."""
    return re.sub(r"[^\n]", " ", text)


class Source:
    def __init__(self, path, text):
        self.path = path  # from the root, with /
        self.text = text

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def without_comments(self):
        return _COMMENT_OR_TEXT.sub(lambda m: m[0] if m["text"] else _blank(m[0]), self.text)

    @cached_property
    def code(self):
        """Neither comments, nor texts, nor preprocessor lines."""
        return _DIRECTIVE.sub(lambda m: _blank(m[0]), _COMMENT_OR_TEXT.sub(lambda m: _blank(m[0]), self.text))

    @cached_property
    def includes(self):
        found = _INCLUDE.finditer(self.without_comments)
        return [Include(self.line_at(m.start(2)), m[2], m[1] == "<") for m in found]

    def line_at(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def has_comment(self, line):
        """Whether a comment stands on this line (counted from 1)."""
        return 0 < line <= len(self.lines) and ("//" in self.lines[line - 1] or "/*" in self.lines[line - 1])

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    @property
    def is_public(self):
        return self.path.startswith("include/")

    @property
    def is_test(self):
        return self.path.startswith("test/") or self.path.endswith("_test.cpp")


def read_sources(root):
    """Every .hpp and .cpp under `root` but build/ and hidden folders, in order of path."""
    found = []
    for path in sorted(Path(root).rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix not in (".hpp", ".cpp") or parts[0] == "build" or any(p.startswith(".") for p in parts):
            continue
        found.append(Source("/".join(parts), path.read_text(encoding="utf-8", errors="replace")))
    return found
