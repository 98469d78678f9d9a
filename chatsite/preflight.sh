#!/bin/sh
# Prints, in one line, what keeps `make` from starting here; nothing where all is well.
# A shell script, since what it looks at first is whether there is a Python to speak of.
# Arguments: the Python to use, the directory of the data, then optionally a host and a port to listen on.
python=$1 var=$2 host=$3 port=$4

say() {
    echo "$*"
    exit
}

version=$("$python" --version 2>&1 | head -n 1)
case $version in
    "Python 3.1"[1-9]* | "Python 3."[2-9][0-9]*) ;;
    "Python "*) say "Python 3.11 or newer is needed, and $python is ${version#Python }. Name another one: make run PYTHON=python3.12" ;;
    *) say "Python 3.11 or newer is needed, and $python does not run here. Name another one: make run PYTHON=python3.12" ;;
esac

if [ ! -e .venv/runtime.stamp ] || [ ! -e .env ]; then
    [ -w . ] || say "This folder cannot be written to: $(pwd)"
fi
mkdir -p "$var" 2>/dev/null && [ -w "$var" ] || say "The folder of the data cannot be written to: $var"

if [ ! -x .venv/bin/python ]; then
    "$python" -c "import ensurepip, venv" 2>/dev/null ||
        say "$python lacks its venv module (on Debian and Ubuntu: apt install python3-venv)"
fi

if [ $# -gt 2 ]; then
    "$python" -E -S chatsite/preflight.py "$host" "$port" 2>&1 | tail -n 1
fi
