#!/usr/bin/env python3
"""Makes service-shapes.json from the service models that AWS publishes with its SDKs.

Usage: refresh.py AUTO_SCALING_MODEL CLOUDWATCH_MODEL DAX_MODEL

The models are the files service-2.json of botocore (botocore/data/application-autoscaling/2016-02-06, cloudwatch/2010-08-01 and
dax/2017-04-19). Of each service all names of operations are kept, and the inputs of those in SUPPORTED: the shapes that they reach, and of
them what limits a value. A pattern that means "any text that XML can hold" is left out, as JSON can hold no other.
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent
KEPT = ("required", "min", "max", "pattern", "enum")
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
        value = shape.get(name)
        if (value or value == 0) and not (name == "pattern" and value.startswith(ANY_TEXT)):
            result[name] = value.replace("\\p{Print}", "[^\\p{C}]") if name == "pattern" else value
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
