"""`python -m milepost`: the same as the command `milepost`."""

from milepost.cli import main

if __name__ == "__main__":
    main()
