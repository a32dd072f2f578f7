#!/bin/sh
# Makes a virtual environment on Python 3.12 and installs requirements files into it:
#   scripts/venv.sh FOLDER REQUIREMENTS...
# PYTHON names the interpreter to use; without it the usual names are tried.
set -eu

folder=$1
shift

is_python_312() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 12))' >/dev/null 2>&1
}

python=
for candidate in ${PYTHON:-python3.12 python3 python "$HOME"/.pyenv/versions/3.12*/bin/python}; do
    if is_python_312 "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    cat >&2 <<'MESSAGE'
Daybook needs Python 3.12 with its venv module, and none was found. Install it:
  Debian, Ubuntu   apt install python3.12 python3.12-venv
  macOS            brew install python@3.12
  anywhere         pyenv install 3.12
or say where it is: make PYTHON=... test
MESSAGE
    exit 1
fi

echo "Setting up $folder from $* ($("$python" --version))"
"$python" -m venv "$folder"
# Python compiles what it imports when it does; to compile all of it here would take nearly as long as the rest.
# One call a file: where one has hashes, as requirements.txt does, pip wants them of all in the call.
for requirements in "$@"; do
    "$folder/bin/python" -m pip install -qq --no-compile --disable-pip-version-check -r "$requirements"
done
