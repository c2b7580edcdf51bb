"""``python -m kinembed`` is the command ``kinembed``."""

from kinembed.command import kinembed

if __name__ == "__main__":
    kinembed(prog_name="python -m kinembed")
