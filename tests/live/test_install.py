#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `cmake --install` puts where, and a program of somebody else that is built with it."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import runner
from schema import jsonschema, need_validator
from tools import SANITIZED, need_program

BUILD = pathlib.Path(os.environ["PAGELOUPE_BIN"]).parent
SOURCE = HERE.parent.parent
CACHE = dict(re.findall(r"^(\w+):\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE))
PTOP = CACHE.get("PAGELOUPE_PTOP_NAME", "ptop")
TOOLS = ("ppmap", "pstat", PTOP, "tlbprobe")
CONSUMER = HERE.parent / "consumer"
SANITIZERS = [f"-fsanitize={os.environ['PAGELOUPE_SANITIZE']}"] if SANITIZED else []


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=200, check=False,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


class Installed(unittest.TestCase):
    """All of it below a folder, as a packager does it, and the development part by itself as well."""

    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="pageloupe-install-")
        cls.folder = pathlib.Path(cls._folder.name)
        run("cmake", "--install", BUILD, "--prefix", "/opt/loupe", env={**os.environ, "DESTDIR": str(cls.folder / "all")})
        cls.root = cls.folder / "all/opt/loupe"
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "dev", "--component", "dev")
        cls.share = cls.root / "share"

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def files(self, root):
        return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


class Layout(Installed):
    def test_tools_pages_completions_and_documents(self):
        expected = {f"bin/{tool}" for tool in TOOLS} | {f"share/man/man1/{tool}.1" for tool in TOOLS} | {"share/man/man7/pageloupe.7"}
        for tool in TOOLS:
            expected |= {f"share/bash-completion/completions/{tool}", f"share/zsh/site-functions/_{tool}",
                         f"share/fish/vendor_completions.d/{tool}.fish"}
        expected |= {f"share/doc/pageloupe/{name}" for name in ("README.md", "LICENSE", "copyright")}
        found = self.files(self.root)
        self.assertEqual(expected - found, set())
        rest = {name for name in found - expected if not name.startswith(("include/pageloupe/", "lib"))}
        rest = {name for name in rest if not name.startswith(("share/pageloupe/prometheus/", "share/pageloupe/grafana/"))}
        self.assertEqual({name for name in rest if not re.fullmatch(r"share/pageloupe/schema/[a-z.-]+-\d+\.json", name)}, set())

    def test_what_belongs_to_developers_is_a_component(self):
        dev = self.files(self.folder / "dev")
        self.assertTrue(all(name.startswith(("include/pageloupe/", "lib")) for name in dev), dev)
        self.assertFalse([name for name in dev if "systemd" in name])
        self.assertLess(dev, self.files(self.root))
        self.assertIn("include/pageloupe/proc/procfs.h", dev)
        self.assertEqual({name.split("/")[2] for name in dev if name.startswith("include/")},
                         {"base", "proc", "bpf", "perf", "cpu", "probe", "sample", "field"})

    @need_validator
    def test_each_schema_is_one_and_is_named_after_what_it_is_of(self):
        schemas = sorted((self.share / "pageloupe/schema").glob("*.json"))
        self.assertTrue({"ppmap-1.json", "ppmap-groups-1.json", "pstat-1.json", "ptop-1.json", "tlbprobe-1.json"}
                        <= {path.name for path in schemas}, schemas)
        for path in schemas:
            schema = json.loads(path.read_text())
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertEqual(schema["properties"]["schema"]["const"], "pageloupe." + path.stem[:-2] + "/" + path.stem[-1])
        document = json.loads(run(self.root / "bin/ppmap", "--json", os.getpid()))
        schema = json.loads((self.share / "pageloupe/schema/ppmap-1.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(document)

    def test_the_tools_run_and_have_the_projects_version(self):
        version = CACHE["CMAKE_PROJECT_VERSION"]
        for tool in TOOLS:
            self.assertEqual(run(self.root / "bin" / tool, "--version"), f"{tool} (pageloupe) {version}\n")
        self.assertRegex(run(self.root / "bin/pstat", "-o", "rss=", "-p", os.getpid()), r"^\s*\d+\n$")

    @need_program("mandoc")
    def test_the_pages_can_be_read(self):
        for tool in TOOLS:
            page = run("mandoc", "-Tutf8", self.share / f"man/man1/{tool}.1")
            self.assertIn(f"{tool} –", re.sub(".\b", "", page))

    def test_no_path_of_the_build_is_left(self):
        places = [str(path).encode() for path in {BUILD, SOURCE} if len(path.parts) > 2]
        for path in self.root.rglob("*"):
            # The debugger's and the sanitizers' lines name sources.
            if path.is_dir() or (CACHE["CMAKE_BUILD_TYPE"] != "Release" and (path.parent.name == "bin" or path.suffix == ".a")):
                continue
            data = path.read_bytes()
            self.assertEqual([place for place in places if place in data], [], path)


class Library(Installed):
    """tests/consumer, built with the development part alone."""

    def check(self, program):
        word, value = run(program).split()
        self.assertEqual(word, "rss_bytes")
        self.assertTrue(200 << 10 < int(value) < 2 << 30, value)
        self.assertEqual(int(value) % os.sysconf("SC_PAGESIZE"), 0)

    def test_found_by_cmake(self):
        build = self.folder / "consumer"
        run("cmake", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={self.folder / 'dev'}",
            f"-DCMAKE_CXX_COMPILER={CACHE['CMAKE_CXX_COMPILER']}", f"-DCMAKE_CXX_FLAGS={' '.join(SANITIZERS)}",
            env={**os.environ, "DESTDIR": ""})
        run("cmake", "--build", build)
        self.check(build / "consumer")

    @need_program("pkg-config")
    def test_found_by_pkg_config(self):
        [config] = (self.folder / "dev").rglob("pageloupe.pc")
        environment = {**os.environ, "PKG_CONFIG_PATH": str(config.parent), "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1",
                       "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}
        flags = run("pkg-config", "--cflags", "--libs", "pageloupe", env=environment).split()
        self.assertEqual(run("pkg-config", "--modversion", "pageloupe", env=environment).strip(),
                         CACHE["CMAKE_PROJECT_VERSION"])
        program = self.folder / "by-pkg-config"
        run(CACHE["CMAKE_CXX_COMPILER"], "-std=c++23", *SANITIZERS, CONSUMER / "main.cpp", "-o", program, *flags)
        self.check(program)

    def test_the_headers_can_be_included_in_any_order(self):
        include = self.folder / "dev/include/pageloupe"
        headers = sorted(str(path.relative_to(include)) for path in include.rglob("*.h"))
        self.assertGreater(len(headers), 80)
        # One unit for all, since the standard headers are what costs.
        for order in (headers, headers[::-1]):
            unit = self.folder / "headers.cpp"
            unit.write_text("".join(f'#include "{header}"\n' for header in order))
            run(CACHE["CMAKE_CXX_COMPILER"], "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-restrict",
                f"-I{include}", unit)


if __name__ == "__main__":
    runner.main()
