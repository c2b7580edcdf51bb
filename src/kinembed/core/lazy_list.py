"""A list whose items are loaded whenever they are asked for, so that memory holds one at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

Item = TypeVar("Item")


class LazyList(Sequence[Item]):
    """Items that are loaded at each access, also when the list is gone through again.

    Parameters
    ----------
    loaders : sequence of callable
        Loader of each item; picklable where workers are processes.
    """

    def __init__(self, loaders: Sequence[Callable[[], Item]]) -> None:
        self._loaders = loaders

    def __len__(self) -> int:
        return len(self._loaders)

    def __iter__(self) -> Iterator[Item]:
        # That of a Sequence would end, without a word, at a loader that raises an IndexError.
        return (load() for load in self._loaders)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> "LazyList[Item]": ...
    def __getitem__(self, index: int | slice) -> "Item | LazyList[Item]":
        if isinstance(index, slice):
            return LazyList(self._loaders[index])
        return self._loaders[index]()
