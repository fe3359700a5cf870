"""Programs that write to a store until they are killed."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def killed(program, store, url, *given, after):
    """Run a program on a store, kill it so many seconds after it says that it is ready, and return the lines it wrote since."""
    command = [sys.executable, "-m", program, str(store.folder), url or "", *map(str, given)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)  # the moment is the point of these tests
        process.kill()
        return process.stdout.read().splitlines()
