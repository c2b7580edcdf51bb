import pytest

from kinembed.core.errors import DataError, KinembedError, SourceError
from kinembed.core.exception_chain import causes, find_cause


def _nested() -> Exception:
    try:
        try:
            raise SourceError("inner")
        except SourceError as inner:
            raise DataError("middle") from inner
    except DataError:
        try:
            raise RuntimeError("outer")
        except RuntimeError as outer:
            return outer


def test_causes_run_from_the_outermost_to_the_first() -> None:
    assert [str(cause) for cause in causes(_nested())] == ["outer", "middle", "inner"]


def test_the_outermost_of_a_kind_is_found() -> None:
    assert str(find_cause(_nested(), KinembedError)) == "middle"
    assert str(find_cause(_nested(), SourceError)) == "inner"
    assert find_cause(_nested(), OSError) is None


def _hiding() -> None:
    try:
        raise DataError("hidden")
    except DataError:
        raise RuntimeError("shown") from None


def test_a_context_that_was_suppressed_is_no_cause() -> None:
    with pytest.raises(RuntimeError, match="shown") as caught:
        _hiding()
    assert find_cause(caught.value, DataError) is None


def test_a_circle_of_errors_ends() -> None:
    first, second = RuntimeError("first"), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first
    assert len(list(causes(first))) == 2
