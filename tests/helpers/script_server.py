"""Runs scripts of readers in forks of itself: libraries are imported once for thousands of files.

It is a script, ``python script_server.py <address>``, and ends with the process that started it.
"""

import os
import resource
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing.connection import Connection, Listener
from pathlib import Path

LIBRARIES = ("ezc3d", "h5py", "numpy", "scipy.io")
CALLS = {
    "c3d_child.py": lambda script, given: script.main(*given),
    "hdf5_child.py": lambda script, given: script.main(given[0], *map(int, given[1:])),
    "mat_child.py": lambda script, given: script.main(*given[:2], given[2:]),
}


def main(address: str) -> None:
    for name in LIBRARIES:
        with suppress(ImportError):
            import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    threading.Thread(target=end_with_parent, daemon=True).start()
    with Listener(address, "AF_UNIX") as listener:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            with listener.accept() as client:
                if os.fork() == 0:
                    answer(client)
                    os._exit(0)


def end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def answer(client: Connection) -> None:
    """What the script says, empty if it ends well, its processor seconds and bytes of memory."""
    path, *given = client.recv()
    client.send(os.getpid())
    before, said = resource.getrusage(resource.RUSAGE_SELF), ""
    try:
        CALLS[Path(path).name](load(path), given)
    except BaseException as problem:
        said = f"{problem}".strip() or "it crashed"
    after = resource.getrusage(resource.RUSAGE_SELF)
    memory = 1024 * (after.ru_maxrss - before.ru_maxrss)
    client.send((said.splitlines()[-1] if said else "", after.ru_utime + after.ru_stime, memory))


def load(path: str):
    spec = spec_from_file_location(Path(path).stem, path)
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


if __name__ == "__main__":
    main(sys.argv[1])
