"""./dev lint: what no compiler checks. Prints a line for each finding and ends with 1 if there is any."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import checks
import compiled
from cited import Cited
from exceptions import Exceptions
from sources import Finding, read_sources
from table import Table, TableError

HERE = Path(__file__).resolve().parent


def read_findings(root):
    """What the checks find that only read."""
    sources = read_sources(root)
    exceptions = Exceptions((Path(root) / "tools/lint/exceptions.txt").read_text(encoding="utf-8"))
    try:
        table = Table((Path(root) / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    except TableError as error:
        yield Finding("ARCHITECTURE.md", 1, f"include table: {error}")
        return
    without_result = checks.tasks_without_result(sources)
    for source in sources:
        yield from checks.check_includes(source, table)
        yield from checks.check_function_sizes(source, exceptions)
        yield from checks.check_file_size(source, exceptions)
        yield from checks.check_dropped_await(source, without_result)
        yield from checks.check_await_in_condition(source)
        yield from checks.check_determinism(source, table, exceptions)
        yield from checks.check_words(source)
        yield from checks.check_first_line(source)
    yield from Cited(root, sources).findings()
    yield from exceptions.findings()


def compiled_findings(root, options):
    """What the checks find that compile."""
    sources = read_sources(root)
    changed = None if options.all else compiled.changed_files(root, options.base or compiled.find_base(root))
    chosen = [s for s in sources if changed is None or s.path in changed]
    compiled.note(f"clang-tidy on {len(chosen)} of {len(sources)} files, public headers on their own")
    yield from compiled.check_headers(root, sources, options.jobs)
    for readme in ("README.md", "README.zh-CN.md"):
        yield from compiled.check_readme(root, readme)
    yield from compiled.check_tidy(root, chosen, options.jobs)


def self_test():
    """A lint that finds nothing may be blind: first it has to find what was planted."""
    done = subprocess.run([sys.executable, str(HERE / "lint_test.py")], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"lint: its own test fails\n{done.stderr}")


def main():
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    parser.add_argument("--all", action="store_true", help="clang-tidy on every file")
    parser.add_argument("--base", metavar="REF", help="clang-tidy on what changed since REF")
    parser.add_argument("--quick", action="store_true", help="no clang-tidy, no compiler")
    parser.add_argument("--jobs", type=int, default=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    root = HERE.parents[1]
    start = time.monotonic()

    self_test()
    findings = list(read_findings(root))
    if not options.quick:
        findings += compiled_findings(root, options)
    for finding in dict.fromkeys(findings):
        print(finding)
    count = len(set(findings))
    compiled.note(f"{count or 'no'} finding{'' if count == 1 else 's'}, {time.monotonic() - start:.1f} s")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
