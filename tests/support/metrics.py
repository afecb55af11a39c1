# SPDX-License-Identifier: MIT
"""Reads Prometheus's text format, by its definition: an oracle for what ours writes."""

import re
import subprocess

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? ([^ ]+)$')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"')
ESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def metrics_of(text):
    """{(name, ((label, value), …)): number}; what is no metric, or there twice, or not announced, is an error."""
    found, announced, family = {}, {}, None
    assert text.endswith("\n")
    # Not splitlines(), which ends lines at more than line feeds.
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            continue
        if line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert family not in announced and kind in ("gauge", "counter"), line
            announced[family] = kind
            continue
        sample = SAMPLE.match(line)
        assert sample, line
        name, labels, number = sample.groups()
        assert name == family, line
        assert name.endswith("_total") == (announced[name] == "counter"), line
        key = (name, tuple(sorted((label, re.sub(r'\\[\\"n]', lambda m: ESCAPED[m.group()], value))
                                  for label, value in LABEL.findall(labels or ""))))
        assert key not in found, line
        found[key] = float(number)
    return found


def value_of(metrics, name, **labels):
    return metrics.get((name, tuple(sorted(labels.items()))))


def promtool(*arguments, **options):
    """What it says; empty when it is content."""
    done = subprocess.run(["promtool", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60, **options)
    return done.stdout.decode() if done.returncode or done.stdout.strip() else ""
