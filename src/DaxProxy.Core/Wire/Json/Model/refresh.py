#!/usr/bin/env python3
"""Makes input-shapes.json from the service models that AWS publishes with its SDKs.

Usage: refresh.py DYNAMODB_MODEL STREAMS_MODEL

The models are the files service-2.json of botocore (botocore/data/dynamodb/2012-08-10 and dynamodbstreams/2012-08-10). Operations that
botocore does not have yet are in newer-operations.json, in the same form, and so are members that it does not have yet of operations that
it has; what both have is taken from the model. Only what a request can hold is kept: shapes that an input reaches, and of them what limits
a value. The order of operations is that of their names, the order of shapes that in which the inputs reach them, so that a refresh shows as
a small difference. The models of other services are described by the same functions (see DaxProxy/Services/Model/refresh.py).
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent
KEPT = ("required", "min", "max", "pattern", "enum")


def described(shape):
    kind = shape["type"]
    result = {"type": kind}
    if kind == "structure":
        result["members"] = {name: member["shape"] for name, member in shape["members"].items()}
    elif kind == "list":
        result["member"] = shape["member"]["shape"]
    elif kind == "map":
        result["key"] = shape["key"]["shape"]
        result["value"] = shape["value"]["shape"]
    for name in KEPT:
        if shape.get(name) or shape.get(name) == 0:
            result[name] = shape[name]
    return result


def reached(shape):
    if shape["type"] == "structure":
        return list(shape["members"].values())
    return [shape[name] for name in ("member", "key", "value") if name in shape]


def add(name, model, shapes):
    if name not in shapes:
        shapes[name] = described(model["shapes"][name])
        for other in reached(shapes[name]):
            add(other, model, shapes)


def collect(model, result):
    prefix = model["metadata"]["targetPrefix"]
    for name, operation in sorted(model["operations"].items()):
        target = f"{prefix}.{name}"
        if target in result["operations"]:
            continue
        result["operations"][target] = operation["input"]["shape"]
        add(operation["input"]["shape"], model, result["shapes"])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    dynamodb, streams = (json.loads(pathlib.Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:])
    newer = json.loads((FOLDER / "newer-operations.json").read_text(encoding="utf-8"))
    dynamodb["operations"] = {**newer["operations"], **dynamodb["operations"]}
    dynamodb["shapes"] = {**newer["shapes"], **dynamodb["shapes"]}
    for shape, members in newer["members"].items():
        for name, member in members.items():
            dynamodb["shapes"][shape]["members"].setdefault(name, member)
    result = {"operations": {}, "shapes": {}}
    collect(dynamodb, result)
    collect(streams, result)
    sections = []
    for section, entries in result.items():
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
        sections.append(f' {json.dumps(section)}: {{\n{lines}\n }}')
    (FOLDER / "input-shapes.json").write_text("{\n" + ",\n".join(sections) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
