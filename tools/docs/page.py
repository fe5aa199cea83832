"""A page of Markdown: its blocks of commands, the files that it quotes and links to."""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"```(\w*)$")
QUOTED = re.compile(r"(?://|#) ((?:[\w.-]+/)+[\w.-]+)$")  # the first line of a block that shows a part of a file
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@dataclass
class Command:
    line: int  # of the page, counted from 1
    text: str
    expected: list  # lines of output
    output: list = None  # as the page should show them, once it has run

    @property
    def in_background(self):
        return self.text.endswith(" &")

    def differs(self):
        return self.output is not None and self.output != self.expected


class Page:
    """`text`, in pieces: lines that stay, and commands with their outputs. `name` is its path from the root."""

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.pieces = []  # lines and Commands, in the page's order
        self.blocks = []  # lists of Commands
        self.quotes = []  # (line, path, text)
        self.faults = []  # (line, what is wrong)
        self._read()

    def _read(self):
        lines = self.text.split("\n")
        at = 0
        while at < len(lines):
            fence = FENCE.match(lines[at])
            self.pieces.append(lines[at])
            at += 1
            if not fence:
                continue
            end = next((n for n in range(at, len(lines)) if lines[n] == "```"), len(lines))
            if fence[1] == "console":
                self._read_commands(lines[at:end], at + 1)
            else:
                self._read_other(lines[at:end], at + 1)
            self.pieces += lines[end:end + 1]
            at = end + 1

    def _read_commands(self, lines, first):
        block = []
        for number, line in enumerate(lines, first):
            if line.startswith("$ "):
                block.append(Command(number, line[2:], []))
                self.pieces.append(block[-1])
            elif not block:
                self.faults.append((number, "a console block begins with a command: $ COMMAND"))
                self.pieces.append(line)
            elif line.startswith("> ") and not block[-1].expected:
                block[-1].text += "\n" + line[2:]
            else:
                block[-1].expected.append(line)
        self.blocks.append(block)

    def _read_other(self, lines, first):
        self.pieces += lines
        quoted = QUOTED.match(lines[0]) if lines else None
        if quoted:
            self.quotes.append((first, quoted[1], "\n".join(lines[1:]).strip("\n")))
        self.faults += [(number, "nobody runs this command: its block is not ```console")
                        for number, line in enumerate(lines, first) if line.startswith("$ ")]

    def commands(self):
        return [command for block in self.blocks for command in block]

    def faults_beside(self, root):
        """What is wrong in it by itself, and beside the files that it speaks of."""
        yield from self.faults
        for line, path, text in self.quotes:
            file = Path(root) / path
            if not file.is_file() or text not in file.read_text(encoding="utf-8"):
                yield line, f"this does not stand in {path}"
        for number, line in enumerate(self.text.split("\n"), 1):
            for link in LINK.findall(line):
                if "://" not in link and not (Path(root) / self.name).parent.joinpath(link).exists():
                    yield number, f"a link to {link}, which is not there"

    def anew(self):
        """Its text with the outputs that its commands had."""
        lines = []
        for piece in self.pieces:
            if isinstance(piece, Command):
                lines += ("$ " + piece.text.replace("\n", "\n> ")).split("\n")
                lines += piece.expected if piece.output is None else piece.output
            else:
                lines.append(piece)
        return "\n".join(lines)
