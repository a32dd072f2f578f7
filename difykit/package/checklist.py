"""`CHECKLIST`: every check, in the order in which a reviewer reads a package."""

from difykit.package.checks import code, declaration, dependencies, documents, files
from difykit.package.results import Check

CHECKLIST = (
    Check("manifest.yaml: names, version, times, runner, tags, links", declaration.manifest),
    Check("provider: identity, credentials, tools", declaration.provider),
    Check("tools: identity, parameters, outputs", declaration.tools),
    Check("the code that the declarations name", declaration.sources),
    Check("texts in both languages", declaration.translations),
    Check("icons", declaration.icons),
    Check("permissions: those that are used, no others", declaration.permissions),
    Check("README.md", documents.readme),
    Check("translations of README.md", documents.translated_readmes),
    Check("PRIVACY.md", documents.privacy),
    Check("size", files.sizes),
    Check("no caches, settings, keys or project files", files.strays),
    Check("no programs or archives", files.binaries),
    Check("no secrets", files.secrets),
    Check("requirements.txt", dependencies.requirements),
    Check("what the code imports is there", dependencies.imported),
    Check("no code run from text, no programs started", code.running_code),
    Check("timeouts", code.timeouts),
    Check("credentials in logs and errors", code.leaks),
    Check("words of plugins that move money", code.money),
)

NOT_CHECKED_HERE = (
    "one .difypkg a pull request, with an English title and body",
    "the risk level: Medium for uploaded files and posts to a third party, High for a service URL of the user's",
    "the version is not on the marketplace yet, and above the one that is",
    "known weaknesses of the dependencies",
    "the same package again from Dify's own command line tool (.difyignore says the same; a test holds that)",
)
