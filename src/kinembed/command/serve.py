"""A report in the browser, from a server of this machine that nobody else reaches."""

import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

PAGE = "report.html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def find_report(folder: Path) -> Path:
    """Find the report in a folder of results, the newest where there are several.

    Parameters
    ----------
    folder : Path
        A project, or the folder that the report lies in.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ClickException
        When there is none.
    """
    pages = [*folder.glob(PAGE), *folder.glob(f"data/08_reporting/*/{PAGE}")]
    if not pages:
        raise click.ClickException(
            f"{folder} holds no report; kinembed discover FOLDER --out {folder} makes one"
        )
    return max(pages, key=lambda page: page.stat().st_mtime)


def server_of(page: Path) -> ThreadingHTTPServer:
    """Prepare a server for the folder of a page, at a free port of this machine.

    Parameters
    ----------
    page : Path
        The page.

    Returns
    -------
    ThreadingHTTPServer
        It answers once it is started.
    """
    return ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(page.parent)))


def serve(page: Path, *, browser: bool) -> None:
    """Serve a page until the user presses Ctrl-C.

    Parameters
    ----------
    page : Path
        The page.
    browser : bool
        Whether it is opened in the browser.
    """
    with server_of(page) as server:
        address = f"http://127.0.0.1:{server.server_port}/{page.name}"
        click.echo(f"{page} is at {address} (Ctrl-C ends it)")
        if browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo()
