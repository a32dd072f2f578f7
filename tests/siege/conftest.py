from tests.plugin.conftest import altered, files, plugin, root

__all__ = ["altered", "files", "plugin", "root"]
