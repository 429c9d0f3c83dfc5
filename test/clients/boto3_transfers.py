"""Export and import with boto3. Usage: boto3_transfers.py ENDPOINT BUCKET_FOLDER, where the folder is that of the bucket named bucket"""
import gzip
import json
import pathlib
import sys
import time
import uuid

import boto3
from botocore.exceptions import ClientError

client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="local", aws_secret_access_key="local")
bucket = pathlib.Path(sys.argv[2])
table, copy = ("boto3-" + uuid.uuid4().hex for _ in range(2))
key = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
       "BillingMode": "PAY_PER_REQUEST"}


def ended(describe, member, **arn):
    while True:
        description = describe(**arn)[member]
        if "EndTime" in description:
            return description
        time.sleep(0.05)


client.create_table(TableName=table, **key)
client.get_waiter("table_exists").wait(TableName=table)
for i in range(100):
    client.put_item(TableName=table, Item={"pk": {"S": str(i)}, "n": {"N": str(i)}, "b": {"B": bytes([i])}, "s": {"SS": ["a", "é"]}})

table_arn = client.describe_table(TableName=table)["Table"]["TableArn"]
try:
    client.export_table_to_point_in_time(TableArn=table_arn, S3Bucket="bucket")
    raise AssertionError("not refused")
except ClientError as error:
    assert error.response["Error"]["Code"] == "PointInTimeRecoveryUnavailableException", error

client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
for export_format in ("DYNAMODB_JSON", "ION"):
    started = client.export_table_to_point_in_time(
        TableArn=table_arn, S3Bucket="bucket", S3Prefix="boto3", ExportFormat=export_format)["ExportDescription"]
    assert started["ExportStatus"] == "IN_PROGRESS" and started["ExportFormat"] == export_format, started
    export = ended(client.describe_export, "ExportDescription", ExportArn=started["ExportArn"])
    assert export["ExportStatus"] == "COMPLETED" and export["ItemCount"] == 100, export
    summary = json.loads((bucket / export["ExportManifest"]).read_text())
    files = [json.loads(line) for line in (bucket / summary["manifestFilesS3Key"]).read_text().splitlines()]
    assert summary["itemCount"] == sum(file["itemCount"] for file in files) == 100, summary
    lines = [line for file in files for line in gzip.open(bucket / file["dataFileS3Key"], "rt", encoding="utf-8").read().splitlines()]
    assert len(lines) == 100, lines
    if export_format == "DYNAMODB_JSON":
        assert sorted(int(json.loads(line)["Item"]["n"]["N"]) for line in lines) == list(range(100))
    assert started["ExportArn"] in [listed["ExportArn"] for page in [client.list_exports(TableArn=table_arn)] for listed in page["ExportSummaries"]]

    name = copy + export_format.lower()
    data = files[0]["dataFileS3Key"].rsplit("/", 1)[0] + "/"
    imported = client.import_table(
        S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": data}, InputFormat=export_format, InputCompressionType="GZIP",
        TableCreationParameters={"TableName": name, **key})["ImportTableDescription"]
    done = ended(client.describe_import, "ImportTableDescription", ImportArn=imported["ImportArn"])
    assert done["ImportStatus"] == "COMPLETED" and done["ImportedItemCount"] == 100 and done["ErrorCount"] == 0, done
    scan = lambda of: sorted(client.scan(TableName=of)["Items"], key=lambda item: item["pk"]["S"])
    assert scan(name) == scan(table)
    assert imported["ImportArn"] in [listed["ImportArn"] for listed in client.list_imports(PageSize=25)["ImportSummaryList"]]
    client.delete_table(TableName=name)

# A past state. An export of changes is of fifteen minutes at least, for which nothing here waits.
recovery = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
past = max(int(time.time()), int(recovery["EarliestRestorableDateTime"].timestamp())) + 1
while time.time() < past + 0.1:
    time.sleep(0.05)
client.put_item(TableName=table, Item={"pk": {"S": "0"}, "n": {"N": "1000"}})
client.delete_item(TableName=table, Key={"pk": {"S": "1"}})
started = client.export_table_to_point_in_time(TableArn=table_arn, S3Bucket="bucket", S3Prefix="past", ExportTime=past)["ExportDescription"]
export = ended(client.describe_export, "ExportDescription", ExportArn=started["ExportArn"])
assert export["ItemCount"] == 100 and export["ExportTime"].timestamp() == past, export
data = bucket / export["ExportManifest"].rsplit("/", 1)[0] / "data"
lines = [line for file in data.iterdir() for line in gzip.open(file, "rt", encoding="utf-8").read().splitlines()]
assert sorted(int(json.loads(line)["Item"]["n"]["N"]) for line in lines) == list(range(100)), lines
try:
    client.export_table_to_point_in_time(
        TableArn=table_arn, S3Bucket="bucket", ExportType="INCREMENTAL_EXPORT",
        IncrementalExportSpecification={"ExportFromTime": past, "ExportViewType": "NEW_AND_OLD_IMAGES"})
    raise AssertionError("not refused")
except ClientError as error:
    assert error.response["Error"]["Code"] == "InvalidExportTimeException" and "less than 15 minutes" in str(error), error

(bucket / "csv").mkdir(exist_ok=True)
(bucket / "csv" / "1.csv").write_text('pk,n\na,1\n"b, ""c""",2\n', encoding="utf-8")
imported = client.import_table(S3BucketSource={"S3Bucket": "bucket", "S3KeyPrefix": "csv/"}, InputFormat="CSV",
                               TableCreationParameters={"TableName": copy, **key})["ImportTableDescription"]
assert ended(client.describe_import, "ImportTableDescription", ImportArn=imported["ImportArn"])["ImportedItemCount"] == 2
assert client.get_item(TableName=copy, Key={"pk": {"S": 'b, "c"'}})["Item"]["n"] == {"S": "2"}
for name in (table, copy):
    client.delete_table(TableName=name)
print("boto3 transfers: all as expected")
