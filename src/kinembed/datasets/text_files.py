"""Pages and other texts."""

from kedro_datasets.text import TextDataset as _TextDataset

from kinembed.datasets.stored_file import StoredFile


class TextDataset(StoredFile, _TextDataset):
    """Kedro's own, written whole, with a digest."""

    def encode(self, data: str) -> bytes:
        """Encode a text.

        Parameters
        ----------
        data : str
            Any text.

        Returns
        -------
        bytes
            The text in UTF-8.
        """
        return data.encode()
