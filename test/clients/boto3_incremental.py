"""Exports of changes with boto3, in steps between which the caller lets time pass: an export of changes is of fifteen minutes at least.
Usage: boto3_incremental.py ENDPOINT BUCKET_FOLDER begin|full|change|export, where the folder is that of the bucket named bucket"""
import gzip
import json
import pathlib
import re
import sys
import time

import boto3

client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="local", aws_secret_access_key="local")
bucket = pathlib.Path(sys.argv[2])
table = "incremental"
notes = bucket.parent / "incremental-notes.json"


def put(key, **attributes):
    client.put_item(TableName=table, Item={"pk": {"S": key}, **{name: {"N": str(value)} for name, value in attributes.items()}})


def export(**parameters):
    arn = client.export_table_to_point_in_time(TableArn=table_arn, S3Bucket="bucket", S3Prefix="incremental", **parameters)
    arn = arn["ExportDescription"]["ExportArn"]
    while True:
        description = client.describe_export(ExportArn=arn)["ExportDescription"]
        if "EndTime" in description:
            assert description["ExportStatus"] == "COMPLETED", description
            return description
        time.sleep(0.05)


def lines_of(description):
    summary = json.loads((bucket / description["ExportManifest"]).read_text())
    files = [json.loads(line) for line in (bucket / summary["manifestFilesS3Key"]).read_text().splitlines()]
    lines = [line for file in files for line in gzip.open(bucket / file["dataFileS3Key"], "rt", encoding="utf-8").read().splitlines()]
    assert summary["itemCount"] == description["ItemCount"] == len(lines) == sum(file["itemCount"] for file in files), (summary, lines)
    return summary, files, lines


def image(key, **attributes):
    return {"pk": {"S": key}, **{name: {"N": str(value)} for name, value in attributes.items()}}


if sys.argv[3] == "begin":
    client.create_table(TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    for name in ("stays", "changes", "goes"):
        put(name, n=1)

table_arn = client.describe_table(TableName=table)["Table"]["TableArn"]
if sys.argv[3] == "full":
    full = export(ExportFormat="DYNAMODB_JSON")
    summary, files, lines = lines_of(full)
    assert summary["exportType"] == "FULL_EXPORT" and "exportTime" in summary, summary
    folder = full["ExportManifest"].rsplit("/", 1)[0]
    assert all(file["dataFileS3Key"].startswith(folder + "/data/") for file in files), files
    assert sorted(json.loads(line)["Item"]["pk"]["S"] for line in lines) == ["changes", "goes", "stays"], lines
    notes.write_text(json.dumps({"from": full["ExportTime"].timestamp()}))
elif sys.argv[3] == "change":
    put("changes", n=2)
    put("changes", n=3)
    client.delete_item(TableName=table, Key={"pk": {"S": "goes"}})
    put("comes", n=1)
    put("comes and goes", n=1)
    client.delete_item(TableName=table, Key={"pk": {"S": "comes and goes"}})
elif sys.argv[3] == "export":
    begin = json.loads(notes.read_text())["from"]
    expected = {
        "changes": {"NewImage": image("changes", n=3), "OldImage": image("changes", n=1)},
        "goes": {"OldImage": image("goes", n=1)},
        "comes": {"NewImage": image("comes", n=1)},
    }

    # An item that came and went within the span is in no export of it.
    for view in ("NEW_AND_OLD_IMAGES", "NEW_IMAGE"):
        for export_format in ("DYNAMODB_JSON", "ION"):
            done = export(ExportType="INCREMENTAL_EXPORT", ExportFormat=export_format,
                          IncrementalExportSpecification={"ExportFromTime": begin, "ExportViewType": view})
            assert done["ExportType"] == "INCREMENTAL_EXPORT", done
            specification = done["IncrementalExportSpecification"]
            assert specification["ExportViewType"] == view and specification["ExportFromTime"].timestamp() == int(begin), specification
            summary, files, lines = lines_of(done)
            assert summary["exportType"] == "INCREMENTAL_EXPORT" and summary["outputView"] == view, summary
            assert "exportFromTime" in summary and "exportToTime" in summary and "exportTime" not in summary, summary
            assert re.fullmatch(r"incremental/AWSDynamoDB/\d+-[0-9a-f]+/manifest-summary\.json", done["ExportManifest"]), done
            suffix = "json" if export_format == "DYNAMODB_JSON" else "ion"
            assert all(re.fullmatch(rf"incremental/AWSDynamoDB/data/[a-z2-7]{{26}}\.{suffix}\.gz", file["dataFileS3Key"]) for file in files), files
            if export_format == "DYNAMODB_JSON":
                records = {record["Keys"]["pk"]["S"]: record for record in map(json.loads, lines)}
                for name, images in expected.items():
                    record = records.pop(name)
                    written = int(record.pop("Metadata")["WriteTimestampMicros"]["N"]) / 1e6
                    assert specification["ExportFromTime"].timestamp() <= written < specification["ExportToTime"].timestamp(), written
                    kept = {member: images[member] for member in images if view != "NEW_IMAGE" or member == "NewImage"}
                    assert record == {"Keys": image(name), **kept}, record
                assert not records, records
            else:
                assert all(line.startswith("$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:") for line in lines), lines
                assert len(lines) == len(expected), lines
                assert any(line.endswith('Keys:{pk:"goes"}}}') for line in lines) == (view == "NEW_IMAGE"), lines
                assert any("OldImage" in line for line in lines) == (view == "NEW_AND_OLD_IMAGES"), lines
    client.delete_table(TableName=table)
print("boto3 incremental: all as expected")
