"""python -m glassballot."""

from glassballot.cli import main

if __name__ == "__main__":
    main()
