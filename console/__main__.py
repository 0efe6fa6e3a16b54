"""`python -m console` is the command `shougao`."""

from console.cli import main

if __name__ == "__main__":
    main()
