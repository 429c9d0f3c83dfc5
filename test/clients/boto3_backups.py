"""Backups, restores and point-in-time recovery with boto3. Usage: boto3_backups.py ENDPOINT"""
import datetime
import sys
import time
import uuid

import boto3

client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="local", aws_secret_access_key="local")
table, restored, earlier, again = ("backups-" + uuid.uuid4().hex for _ in range(4))


def wait_for_backup(arn):
    while True:
        description = client.describe_backup(BackupArn=arn)["BackupDescription"]
        if description["BackupDetails"]["BackupStatus"] == "AVAILABLE":
            return description
        time.sleep(0.05)


def items(name):
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return sorted((item["pk"]["S"], item["n"]["N"]) for page in pages for item in page["Items"])


def put(key, n):
    client.put_item(TableName=table, Item={"pk": {"S": key}, "n": {"N": str(n)}})


client.create_table(TableName=table, BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
                    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                    GlobalSecondaryIndexes=[{"IndexName": "by-n", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                                             "Projection": {"ProjectionType": "ALL"}}])
client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
try:
    client.create_backup(TableName="absent-" + table, BackupName="none")
    raise AssertionError("a backup of no table")
except client.exceptions.TableNotFoundException:
    pass

# A backup holds what was there when it was asked for.
put("a", 1)
put("b", 2)
arn = client.create_backup(TableName=table, BackupName="first")["BackupDetails"]["BackupArn"]
put("a", 3)
client.delete_item(TableName=table, Key={"pk": {"S": "b"}})
source = wait_for_backup(arn)
assert source["SourceTableDetails"]["TableName"] == table and source["SourceTableDetails"]["BillingMode"] == "PAY_PER_REQUEST", source
assert [i["IndexName"] for i in source["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"]] == ["by-n"], source
listed = [b for page in client.get_paginator("list_backups").paginate(TableName=table) for b in page["BackupSummaries"]]
assert [b["BackupArn"] for b in listed] == [arn], listed

description = client.restore_table_from_backup(TargetTableName=restored, BackupArn=arn)["TableDescription"]
assert description["TableStatus"] == "CREATING" and description["RestoreSummary"]["RestoreInProgress"] is True, description
assert items(restored) == [("a", "1"), ("b", "2")]
found = client.query(TableName=restored, IndexName="by-n", KeyConditionExpression="n = :n", ExpressionAttributeValues={":n": {"N": "2"}})
assert found["Count"] == 1, found
try:
    client.restore_table_from_backup(TargetTableName=restored, BackupArn=arn)
    raise AssertionError("restored over a table")
except client.exceptions.TableAlreadyExistsException:
    pass
assert client.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "DELETED"
try:
    client.describe_backup(BackupArn=arn)
    raise AssertionError("described a backup that is gone")
except client.exceptions.BackupNotFoundException:
    pass

# Times are sent in whole seconds.
try:
    client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=earlier, UseLatestRestorableTime=True)
    raise AssertionError("restored without recovery")
except client.exceptions.PointInTimeRecoveryUnavailableException:
    pass
recovery = client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={
    "PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 3})["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
assert recovery["PointInTimeRecoveryStatus"] == "ENABLED" and recovery["RecoveryPeriodInDays"] == 3, recovery
time.sleep(2.1)
before = datetime.datetime.now(datetime.timezone.utc)
time.sleep(1.1)
put("a", 4)
put("c", 5)
client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=earlier, RestoreDateTime=before)
client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=again, UseLatestRestorableTime=True)
assert items(earlier) == [("a", "3")]
assert items(again) == [("a", "4"), ("c", "5")]
try:
    client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName="late-" + table,
                                          RestoreDateTime=before - datetime.timedelta(days=1))
    raise AssertionError("restored a time before the past was kept")
except client.exceptions.InvalidRestoreTimeException:
    pass

# What is left of a deleted table.
client.delete_table(TableName=table)
client.get_waiter("table_not_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
left = client.list_backups(TableName=table, BackupType="SYSTEM")["BackupSummaries"]
assert [b["BackupName"] for b in left] == [table + "$DeletedTableBackup"], left
client.restore_table_from_backup(TargetTableName=table, BackupArn=left[0]["BackupArn"])
assert items(table) == [("a", "4"), ("c", "5")]
for name in (table, restored, earlier, again):
    client.delete_table(TableName=name)
print("boto3 backups: all as expected")
