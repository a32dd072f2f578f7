"""`python -m difykit`: the same as `difykit`."""

from difykit.cli.main import main

main(prog_name="difykit")
