"""Memory that a run frees and asks for again."""

from kedro.framework.hooks import hook_impl

from kinembed.core.allocator import keep_freed_memory


class MemoryHook:
    """Has a run keep the memory that its networks free and ask for again."""

    @hook_impl
    def before_pipeline_run(self) -> None:
        """From the first node on."""
        keep_freed_memory()
