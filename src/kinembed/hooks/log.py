"""The log shows no passwords; Kedro lets conf/logging.yml name no filter of ours."""

import logging

from kedro.framework.hooks import hook_impl

from kinembed.core.addresses import WithoutPasswords


class LogHook:
    """Hides passwords in addresses in all that a run logs."""

    @hook_impl
    def after_context_created(self) -> None:
        """From now on, wherever the log goes."""
        for handler in logging.getLogger().handlers:
            if not any(isinstance(one, WithoutPasswords) for one in handler.filters):
                handler.addFilter(WithoutPasswords())
