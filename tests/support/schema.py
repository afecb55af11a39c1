# SPDX-License-Identifier: MIT
"""Documents held against the schema that the tool prints of itself, by an independent validator."""

import json
import unittest

try:
    import jsonschema
    ValidationError = jsonschema.ValidationError
except ImportError:
    jsonschema, ValidationError = None, Exception

need_validator = unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")


def validator(tool, which):
    """For `TOOL --describe WHICH`, which must be a schema itself."""
    schema = json.loads(tool.run("--describe", which, check=0).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)
