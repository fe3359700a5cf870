"""Programs of tests that write to a store, each in a process of its own: forked from one that has loaded all they need."""

import multiprocessing
import os
import sys
import time
from contextlib import contextmanager
from importlib import import_module

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["techhealth.actions.ticket", "techhealth.store"])


def _begun(program, told, given):
    """Run a program in this process; what it prints goes to whoever began it."""
    os.dup2(told.fileno(), 1)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    import_module(program).main(*given)
    sys.stdout.flush()


@contextmanager
def running(program, store, url, *given):
    """Run a program on a store beside this process; give the process, and what it prints."""
    heard, told = _FORKS.Pipe(duplex=False)
    arguments = (str(store.folder), url or "", *map(str, given))
    process = _FORKS.Process(target=_begun, args=(program, told, arguments))
    process.start()
    told.close()
    with os.fdopen(os.dup(heard.fileno())) as lines:
        yield process, lines
    heard.close()
    process.join()


def killed(program, store, url, *given, after):
    """Run a program on a store, kill it so many seconds after it says that it is ready, and return the lines it wrote since."""
    with running(program, store, url, *given) as (process, lines):
        assert lines.readline() == "ready\n"
        time.sleep(after)  # the moment is the point of these tests
        process.kill()
        return lines.read().splitlines()
