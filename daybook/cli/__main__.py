"""`python -m daybook.cli`: the same as `daybook`."""

from daybook.cli.main import main

main(prog_name="daybook")
