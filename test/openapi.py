# SPDX-License-Identifier: Apache-2.0
"""Shared by the scenarios that hold the site to its /openapi.json."""
import re

TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict,
         "array": list, "null": type(None)}


class Api:
    def __init__(self, document):
        self.document = document
        self.operations = {
            o["operationId"]: (method.upper(), path, o)
            for path, methods in document["paths"].items()
            for method, o in methods.items()}

    def successes(self, name):
        """Status: {type: schema or None} of each, and of 422: what could not
        be read has its report, too."""
        responses = self.operations[name][2]["responses"]
        return {int(status): {kind: described.get("schema") for kind, described
                              in said.get("content", {}).items()}
                for status, said in responses.items()
                if status < "400" or status == "422"}

    def headers(self, name, status):
        """Those that such an answer never lacks."""
        said = self.operations[name][2]["responses"][str(status)]
        return [header for header, described in said.get("headers", {}).items()
                if described["required"]]

    def wrong(self, schema, value, where="$"):
        """What of a document does not fit, down to its last member; one that
        is not described does not fit either."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self.document["components"]["schemas"][name]
        if "anyOf" in schema:
            ways = [self.wrong(s, value, where) for s in schema["anyOf"]]
            return min(ways, key=lambda wrong: (bool(wrong), -len(wrong)))
        if not schema:
            return []
        if not isinstance(value, TYPES[schema["type"]]) or \
                isinstance(value, bool) and schema["type"] != "boolean":
            return [f"{where} is {value!r:.60}, no {schema['type']}"]
        if schema.get("format") == "date" and \
                not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return [f"{where} is no date: {value!r:.60}"]
        wrong = []
        if "items" in schema:
            for n, one in enumerate(value):
                wrong += self.wrong(schema["items"], one, f"{where}[{n}]")
        if "properties" in schema:
            wrong += [f"{where}.{n} is missing"
                      for n in schema["required"] if n not in value]
            for n, one in value.items():
                known = schema["properties"].get(n)
                wrong += ([f"{where}.{n} is not described"] if known is None
                          else self.wrong(known, one, f"{where}.{n}"))
        return wrong
