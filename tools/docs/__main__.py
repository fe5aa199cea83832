"""./dev docs: runs every command of the guide, and shows where a page promises another output."""

import argparse
import difflib
import os
import subprocess
import sys
import time
from pathlib import Path

from page import Page
from shell import Shell

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def every_page():
    yield from sorted((ROOT / "docs/guide").rglob("*.md"))
    yield from sorted((ROOT / "docs").glob("what-tutorials-get-wrong*.md"))


def self_test():
    """One that finds nothing may be blind: first it has to find what was planted."""
    done = subprocess.run([sys.executable, str(HERE / "docs_test.py")], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"docs: its own test fails\n{done.stderr}")


def on_a_network_of_its_own():
    """Begins anew where no port is taken and nobody listens but the page's own servers, if the system lets it."""
    for own in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if subprocess.run([*own, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            again = [sys.executable, str(HERE), "--here", *sys.argv[1:]]
            os.execvp(own[0], [*own, "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *again])


def run_commands(page, options, ran):
    """Gives each command of a page its output. Of twins, which show the same, one is run."""
    commands = page.commands()
    shown = tuple((command.text, *command.expected) for command in commands)
    if shown not in ran:
        with Shell(ROOT, options.sockeye) as shell:
            for block in page.blocks:
                shell.run_block(block)
        ran[shown] = [command.output for command in commands]
    for command, output in zip(commands, ran[shown]):
        command.output = output


def run_page(path, options, ran):
    """Prints what is wrong in a page. Returns how much that is."""
    name = os.path.relpath(path, ROOT)
    page = Page(name, path.read_text(encoding="utf-8"))
    run_commands(page, options, ran)
    faults = list(page.faults_beside(ROOT))
    for line, fault in faults:
        print(f"{name}:{line}: {fault}")
    differing = [command for command in page.commands() if command.differs()]
    if options.accept:
        path.write_text(page.anew(), encoding="utf-8")
        return len(faults)
    for command in differing:
        print(f"{name}:{command.line}: another output of: {command.text.splitlines()[0]}")
    sys.stdout.writelines(difflib.unified_diff(page.text.splitlines(True), page.anew().splitlines(True), name, name))
    return len(faults) + len(differing)


def main():
    parser = argparse.ArgumentParser(prog="./dev docs", description=__doc__)
    parser.add_argument("pages", nargs="*", metavar="FILE", type=Path, help="these pages alone")
    parser.add_argument("--accept", action="store_true", help="write the outputs anew, and keep what … stands for")
    parser.add_argument("--sockeye", default=os.environ.get("SOCKEYE", ROOT / "build/dev/sockeye"), help=argparse.SUPPRESS)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # on the network that there is
    options = parser.parse_args()
    if not Path(options.sockeye).is_file():
        sys.exit(f"docs: there is no {options.sockeye}; build it with: ./dev build")
    if not options.here:
        self_test()
        on_a_network_of_its_own()
    start = time.monotonic()
    pages = [path.resolve() for path in options.pages] or list(every_page())
    wrong, ran = 0, {}
    for path in pages:
        if not path.is_file():
            sys.exit(f"docs: there is no page {path}")
        wrong += run_page(path, options, ran)
        sys.stdout.flush()
    print(f"docs: {len(pages)} pages, {wrong or 'no'} finding{'' if wrong == 1 else 's'}, "
          f"{time.monotonic() - start:.1f} s", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
