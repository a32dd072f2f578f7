import importlib.util

if importlib.util.find_spec("plotly") is None:  # these tests run in an environment of their own, see the Makefile
    collect_ignore_glob = ["test_*.py"]
