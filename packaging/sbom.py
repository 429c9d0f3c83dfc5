#!/usr/bin/env python3
"""Writes a CycloneDX 1.6 bill of materials of what NuGet restored: python3 sbom.py project.assets.json VERSION"""
import base64
import json
import sys

assets_file, version = sys.argv[1:]
with open(assets_file, encoding="utf-8") as file:
    libraries = json.load(file)["libraries"]

components = [
    {
        "type": "library",
        "bom-ref": f"pkg:nuget/{name}@{number}",
        "name": name,
        "version": number,
        "purl": f"pkg:nuget/{name}@{number}",
        "hashes": [{"alg": "SHA-512", "content": base64.b64decode(library["sha512"]).hex()}],
    }
    for (name, number), library in sorted((key.split("/"), library) for key, library in libraries.items())
    if library["type"] == "package"
]
json.dump(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "name": "daxproxy", "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
    },
    sys.stdout,
    indent=2,
)
print()
