"""`python -m daybook.dify run`: the same as `daybook run`; ``info`` shows which app the key belongs to."""

from daybook.cli.run import dify

if __name__ == "__main__":
    dify(prog_name="python -m daybook.dify")
