"""Notebooks, executed by kernels that need not import the libraries again."""

import os
import tempfile
from pathlib import Path
from types import MappingProxyType

import nbformat
from helpers.forked import start_module
from helpers.projects import ROOT
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient


class _Process:
    """A forked process, with what Jupyter asks of one that it started itself."""

    stdin = stdout = stderr = None

    def __init__(self, process):
        self._process, self.pid = process, process.pid

    def poll(self):
        return self._process.exitcode

    def wait(self):
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number):
        os.kill(self.pid, number)


class _Forked(LocalProvisioner):
    async def launch_kernel(self, cmd, **given):
        _python, _m, module, *arguments = cmd
        self.written = tempfile.TemporaryDirectory()
        folders = given["cwd"], given["env"], Path(self.written.name)
        self.process = _Process(start_module(module, [module, *arguments], *folders))
        self.pid = self.process.pid
        return self.connection_info


class _Manager(AsyncKernelManager):
    async def _async_pre_start_kernel(self, **given):
        self.provisioner = _Forked(kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**given)


def execute(name, folder, cuts=MappingProxyType({})):
    """Execute a notebook in a folder, with what `cuts` puts in the place of parts of its cells."""
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    for given, short in cuts.items():
        (cell,) = (cell for cell in notebook.cells if given in cell["source"])
        cell["source"] = cell["source"].replace(given, short)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, timeout=300, resources=resources, kernel_manager_class=_Manager
    )
    return client.execute()


def outputs(notebook):
    """What the cells showed, one after the other."""
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def kinds(shown):
    """Media types of outputs."""
    return [kind for output in shown for kind in output.get("data", {})]
