#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs ppmap on captured machines and compares what it says with the files beside this script.

run.py PPMAP [--update] [CASE…]
"""
import difflib
import json
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
MACHINES = os.path.join(HERE, "..", "fixtures", "proc")


def cases():
    with open(os.path.join(HERE, "cases.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield [part.strip() for part in line.split("|", 2)]


def mask(text):
    """What differs from run to run."""
    text = re.sub(rb'"tool_version":"[^"]*"', b'"tool_version":"*"', text)
    return re.sub(rb'"time_ns":\d+', b'"time_ns":0', text)


def say(ppmap, machine, arguments):
    root = os.path.relpath(os.path.join(MACHINES, machine))
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    words = shlex.split(arguments)
    # NAME=VALUE before the options, as a shell has it.
    while re.match(r"[A-Z_]+=", words[0]):
        name, _, environment[name] = words.pop(0).partition("=")
    done = subprocess.run([ppmap, "--proc-root", root, *words], capture_output=True,
                          env=environment, timeout=60, check=False)
    return mask(done.stdout), done.stderr, done.returncode


def differences(name, wanted, got):
    lines = [text.decode("utf-8", "backslashreplace").splitlines() for text in (wanted, got)]
    return "\n".join(difflib.unified_diff(*lines, "expected/" + name, "got", lineterm="", n=1))


def run(ppmap, case, update):
    name, machine, arguments = case
    out, err, code = say(ppmap, machine, arguments)
    if name.endswith(".json"):
        json.loads(out)
    if name.endswith(".svg"):
        xml.etree.ElementTree.fromstring(out)
    got = {name: out}
    if err or code:
        got[name + ".err"] = err + b"exit %d\n" % code
    good = True
    for file in (name, name + ".err"):
        path = os.path.join(HERE, file)
        if update:
            if file in got:
                with open(path, "wb") as stream:
                    stream.write(got[file])
            elif os.path.exists(path):
                os.remove(path)
            continue
        wanted = b""
        if os.path.exists(path):
            with open(path, "rb") as stream:
                wanted = stream.read()
        if wanted != got.get(file, b""):
            good = False
            print(differences(file, wanted, got.get(file, b"")))
    return good


def main(arguments):
    update = "--update" in arguments
    ppmap, *names = [argument for argument in arguments if argument != "--update"]
    ppmap = os.path.abspath(ppmap)
    os.chdir(HERE)
    chosen = [case for case in cases() if not names or case[0] in names]
    if not chosen:
        sys.exit("no such case")
    failed = [case[0] for case in chosen if not run(ppmap, case, update)]
    if failed:
        sys.exit("differs: " + " ".join(failed))


main(sys.argv[1:])
