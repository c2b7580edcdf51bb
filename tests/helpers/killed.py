"""A training that is killed, to see that it goes on."""

from kinembed.training.checkpoints import CheckpointFolder


class KilledError(Exception):
    pass


class KilledAfter(CheckpointFolder):
    """A folder whose run is killed right after the checkpoint of step 6 was written."""

    def file(self, sequence, fingerprint):
        file = super().file(sequence, fingerprint)

        class File(type(file)):
            def save(self, checkpoint):
                super().save(checkpoint)
                if checkpoint.step == 6:
                    raise KilledError

        return File(file.path)
