"""What the person at the terminal reads."""

import os
import sys


def say(text: str) -> None:
    """Print a line at once. A reader that has gone away is no reason to stop."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
