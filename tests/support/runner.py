# SPDX-License-Identifier: MIT
"""Runs a file of tests: every test that was left out says why; exit code 77 when none could run."""

import sys
import unittest

SKIPPED = 77


def main():
    program = unittest.main(module="__main__", exit=False, verbosity=2,
                            testRunner=unittest.TextTestRunner(stream=sys.stdout, verbosity=2))
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun and len(result.skipped) == result.testsRun:
        print("skipped: " + "; ".join(sorted({reason for _, reason in result.skipped})))
        sys.exit(SKIPPED)
