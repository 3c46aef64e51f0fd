"""``python -m rasid``."""

from rasid.cli import main

if __name__ == "__main__":
    main()
