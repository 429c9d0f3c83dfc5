#!/usr/bin/env python3
"""Makes service-shapes.json from the service models that AWS publishes with its SDKs.

Usage: refresh.py AUTO_SCALING_MODEL CLOUDWATCH_MODEL DAX_MODEL

The models are the files service-2.json of botocore (botocore/data/application-autoscaling/2016-02-06, cloudwatch/2010-08-01 and
dax/2017-04-19). Of each service all names of operations are kept, and the inputs of those in SUPPORTED: the shapes that they reach, and of
them what limits a value. A pattern that means "any text that XML can hold" is left out, as JSON can hold no other.
"""
import importlib.util
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
SPEC = importlib.util.spec_from_file_location("shared", FOLDER.parents[2] / "DaxProxy.Core/Wire/Json/Model/refresh.py")
shared = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(shared)

ANY_TEXT = "[\\u0020-\\uD7FF"
SUPPORTED = {
    "application-autoscaling": None,
    "cloudwatch": [
        "DeleteAlarms", "DescribeAlarms", "DescribeAlarmsForMetric", "DisableAlarmActions", "EnableAlarmActions", "GetMetricData",
        "GetMetricStatistics", "ListMetrics", "ListTagsForResource", "PutMetricAlarm", "PutMetricData", "SetAlarmState", "TagResource",
        "UntagResource",
    ],
    "dax": [
        "DescribeClusters", "DescribeDefaultParameters", "DescribeEvents", "DescribeParameterGroups", "DescribeParameters",
        "DescribeSubnetGroups", "ListTags",
    ],
}


def add(name, model, shapes):
    known = set(shapes)
    shared.add(name, model, shapes)
    for other in set(shapes) - known:
        pattern = shapes[other].get("pattern", "")
        if pattern.startswith(ANY_TEXT):
            del shapes[other]["pattern"]
        elif pattern:
            shapes[other]["pattern"] = pattern.replace("\\p{Print}", "[^\\p{C}]")


def collect(name, model):
    shapes, operations = {}, {}
    for operation, description in sorted(model["operations"].items()):
        operations[operation] = None
        if SUPPORTED[name] is None or operation in SUPPORTED[name]:
            operations[operation] = description["input"]["shape"]
            add(description["input"]["shape"], model, shapes)
    return {"target": model["metadata"]["targetPrefix"], "operations": operations, "shapes": shapes}


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    services = []
    for name, path in zip(SUPPORTED, sys.argv[1:]):
        service = collect(name, json.loads(pathlib.Path(path).read_text(encoding="utf-8")))
        sections = []
        for section in ("operations", "shapes"):
            lines = ",\n".join(f"   {json.dumps(entry)}: {json.dumps(value)}" for entry, value in service[section].items())
            sections.append(f'  {json.dumps(section)}: {{\n{lines}\n  }}')
        services.append(f' {json.dumps(name)}: {{\n  "target": {json.dumps(service["target"])},\n' + ",\n".join(sections) + "\n }")
    (FOLDER / "service-shapes.json").write_text("{\n" + ",\n".join(services) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
