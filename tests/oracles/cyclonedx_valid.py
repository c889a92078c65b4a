"""Holds CycloneDX documents against the published schemas.

usage: cyclonedx_valid.py DOCUMENT...

Fetches nothing: the schemas are those that the package cyclonedx-python-lib
brings along (pip install 'cyclonedx-python-lib[json-validation]'). Besides the
schema it holds what a schema cannot say: references are unique and lead
somewhere. Exit status 0: all are valid.
"""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

VERSIONS = {"1.6": SchemaVersion.V1_6, "1.7": SchemaVersion.V1_7}


def main(paths):
    if not paths:
        sys.exit("usage: cyclonedx_valid.py DOCUMENT...")
    mistakes = [f"{path}: {mistake}" for path in paths for mistake in mistakes_of(path)]
    for mistake in mistakes:
        print(mistake)
    print(f"{len(paths)} documents, {len(mistakes)} mistakes")
    sys.exit(1 if mistakes else 0)


def mistakes_of(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    document = json.loads(text)
    validator = JsonStrictValidator(VERSIONS[document["specVersion"]])
    for error in validator.validate_str(text, all_errors=True) or ():
        yield str(error)
    yield from loose_references(document)


def loose_references(document):
    components = document.get("components", [])
    known = [component["bom-ref"] for component in components]
    if len(known) != len(set(known)):
        yield "a bom-ref stands twice"
    for name in set(references(document)) - set(known):
        yield f"{name} refers to nothing"


def references(document):
    """Every reference that the document makes."""
    for entry in document.get("dependencies", []):
        yield entry["ref"]
        yield from entry.get("dependsOn", [])
    for composition in document.get("compositions", []):
        yield from composition.get("dependencies", [])
    for component in document.get("components", []):
        for about in component["cryptoProperties"].values():
            if isinstance(about, dict):
                yield from about_references(about)


def about_references(about):
    for name in ("signatureAlgorithmRef", "subjectPublicKeyRef", "algorithmRef"):
        if name in about:
            yield about[name]
    for asset in about.get("relatedCryptographicAssets", []):
        yield asset["ref"]


main(sys.argv[1:])
