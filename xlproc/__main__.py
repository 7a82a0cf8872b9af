"""``python -m xlproc``: the same as the command ``xlproc``."""

from xlproc.cli import main

if __name__ == "__main__":
    main()
