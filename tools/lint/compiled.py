"""The checks that need a compiler: clang-tidy on what changed, and public headers on their own."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sources import Finding


def _git(root, *arguments):
    done = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout.strip() if done.returncode == 0 else None


def find_base(root):
    """The commit to compare with: where this branch left the default branch; on the default branch
    itself the commit before the last; None if there is none to be found (then all counts as changed)."""
    head = _git(root, "rev-parse", "HEAD")
    default = os.environ.get("GITHUB_BASE_REF")
    for name in [f"origin/{default}"] * bool(default) + ["origin/HEAD", "origin/main", "main"]:
        base = _git(root, "merge-base", "HEAD", name)
        if base and base != head:
            return base
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD^")


def changed_files(root, base):
    """Paths that differ from `base`, in commits or not yet; None: all of them."""
    if base is None:
        return None
    committed = _git(root, "diff", "--name-only", "--diff-filter=d", base)
    untracked = _git(root, "ls-files", "--others", "--exclude-standard")
    if committed is None or untracked is None:
        return None
    paths = set(committed.splitlines()) | set(untracked.splitlines())
    # The rules themselves changed: they hold for every file.
    return None if ".clang-tidy" in paths else paths


def _run_all(jobs, function, items):
    with ThreadPoolExecutor(jobs) as pool:
        for findings in pool.map(function, items):
            yield from findings


_DIAGNOSTIC = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):\d+: (?:fatal )?(?:error|warning): (?P<message>.*)$", re.M)


def _diagnostics(root, output, fallback):
    found = []
    for match in _DIAGNOSTIC.finditer(output):
        path = os.path.relpath(match["path"], root) if os.path.isabs(match["path"]) else match["path"]
        found.append(Finding(path, int(match["line"]), match["message"]))
    return found or [Finding(fallback, 1, output.strip()[-2000:])]


def _commands_without_precompiled_headers(root):
    """A folder with build/dev's list of how files are compiled, by which nothing has to be built before."""
    with open(os.path.join(root, "build/dev/compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    for entry in commands:
        entry["command"] = re.sub(r"-Xclang -include-pch -Xclang \S+ ", "", entry["command"])
    folder = os.path.join(root, "build/dev/lint")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(commands, file)
    return folder


def check_tidy(root, sources, jobs):
    """clang-tidy as .clang-tidy says. A header is read as a file of its own."""
    commands = _commands_without_precompiled_headers(root)

    def tidy(source):
        # Tests are to be plain, not fast: they copy so that there is a copy.
        checks = ["--checks=-performance-*"] if source.is_test else []
        done = subprocess.run(
            ["clang-tidy-19", "--quiet", "-p", commands, *checks, source.path],
            cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )
        return [] if done.returncode == 0 else _diagnostics(root, done.stdout + done.stderr, source.path)

    yield from _run_all(jobs, tidy, sources)


def check_headers(root, sources, jobs):
    """Each public header compiles by itself, with nothing but include/ to find others in."""

    def compile_header(source):
        done = subprocess.run(
            ["g++", "-std=c++23", "-Wall", "-Wextra", "-Iinclude", "-fsyntax-only", "-x", "c++",
             "-include", source.path, "/dev/null"],
            cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )
        return [] if done.returncode == 0 else _diagnostics(root, done.stderr, source.path)

    yield from _run_all(jobs, compile_header, [s for s in sources if s.is_public and s.is_header])


_BLOCK = re.compile(r"^```cpp\n(.*?)^```", re.M | re.S)


def check_readme(root, name):
    """What a README shows compiles: its first block is a program, those after it stand in a function
    of that program."""
    with open(os.path.join(root, name), encoding="utf-8") as file:
        text = file.read()
    blocks = list(_BLOCK.finditer(text))
    if not blocks:
        return
    parts = ["#include <fstream>\n#include <iostream>\n#include <sockeye/lab.hpp>\n"]
    for number, block in enumerate(blocks):
        line = text.count("\n", 0, block.start(1)) + 1
        body = f'#line {line} "{name}"\n{block[1]}'
        parts.append(body if number == 0 else f"void block_{number}() {{\n{body}}}\n")
    done = subprocess.run(["g++", "-std=c++23", "-Wall", "-Wextra", "-Iinclude", "-fsyntax-only", "-x", "c++", "-"],
                          cwd=root, capture_output=True, text=True, input="".join(parts))
    if done.returncode != 0:
        yield from _diagnostics(root, done.stderr, name)


def note(text):
    print(f"lint: {text}", file=sys.stderr)
