"""Addresses with passwords in them, as they may be shown: ``https://user:secret@host``."""

import logging
import re

_SECRET = re.compile(r"\b([A-Za-z][\w+.-]+:/{1,3})(?:[^\s/]*|[^\s/:@]+:\S*)@")
"""What stands between the scheme and the host; a path that was normalised has a single slash."""
HIDDEN = "***"


def without_passwords(text: str) -> str:
    """Hide user names and passwords of addresses.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text with ``***`` between scheme and host: ``s3://***@bucket/file``.
    """
    return _SECRET.sub(rf"\1{HIDDEN}@", text)


class WithoutPasswords(logging.Filter):
    """Hides passwords in addresses that a message of the log holds."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the message by one that may be shown.

        Parameters
        ----------
        record : LogRecord
            What is to be logged.

        Returns
        -------
        bool
            True: it is logged.
        """
        record.msg, record.args = without_passwords(record.getMessage()), None
        return True
