"""Global tables between two regions of one endpoint, as boto3 calls them. Usage: boto3_regions.py ENDPOINT"""
import sys
import time
import uuid

import boto3
from botocore.exceptions import ClientError


def client(region, service="dynamodb"):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name=region, aws_access_key_id="local", aws_secret_access_key="local")


virginia, ireland = client("us-east-1"), client("eu-west-1")
table = "global-" + uuid.uuid4().hex


def refused(code, text, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code and text in error.response["Error"]["Message"], error
        return
    raise AssertionError("not refused: " + code)


def eventually(what, check):
    end = time.monotonic() + 20
    while not check():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def value(dynamodb, key):
    return dynamodb.get_item(TableName=table, Key={"id": {"S": key}}).get("Item", {}).get("v", {}).get("S")


def put(dynamodb, key, v):
    dynamodb.put_item(TableName=table, Item={"id": {"S": key}, "v": {"S": v}})


# A table of one region is not one of the other.
virginia.create_table(
    TableName=table, AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    BillingMode="PAY_PER_REQUEST")
virginia.get_waiter("table_exists").wait(TableName=table)
refused("ResourceNotFoundException", "Table: " + table, ireland.describe_table, TableName=table)
assert table in virginia.list_tables()["TableNames"] and table not in ireland.list_tables()["TableNames"]
put(virginia, "before", "1")

# A replica has what was there, and what is written from then on, both ways.
refused("ValidationException", "local region", virginia.update_table, TableName=table, ReplicaUpdates=[{"Create": {"RegionName": "us-east-1"}}])
virginia.update_table(TableName=table, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
eventually("replica", lambda: [replica["ReplicaStatus"] for replica in virginia.describe_table(TableName=table)["Table"]["Replicas"]] == ["ACTIVE"])
described = ireland.describe_table(TableName=table)["Table"]
assert described["GlobalTableVersion"] == "2019.11.21", described
assert described["Replicas"][0]["RegionName"] == "us-east-1", described
assert described["TableArn"].startswith("arn:aws:dynamodb:eu-west-1:"), described
assert value(ireland, "before") == "1"
put(virginia, "a", "1")
eventually("a", lambda: value(ireland, "a") == "1")
put(ireland, "a", "2")
eventually("a again", lambda: value(virginia, "a") == "2")
ireland.delete_item(TableName=table, Key={"id": {"S": "before"}})
eventually("deletion", lambda: value(virginia, "before") is None)

# Each region has a stream of its own.
for region, dynamodb in (("us-east-1", virginia), ("eu-west-1", ireland)):
    arn = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    assert region in arn, arn
    streams, names = client(region, "dynamodbstreams"), []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator)["Records"]
        assert all(record["awsRegion"] == region for record in records), records
        names += [record["eventName"] for record in records if record["dynamodb"]["Keys"]["id"]["S"] == "a"]
    assert names == ["INSERT", "MODIFY"], (region, names)

# A region that is not there.
refused("InvalidSignatureException", "'ap-south-1'", client("ap-south-1").list_tables)

# The end.
refused("ValidationException", "acted as a source region", virginia.delete_table, TableName=table)
virginia.update_table(TableName=table, ReplicaUpdates=[{"Delete": {"RegionName": "eu-west-1"}}])
eventually("no replica", lambda: "Replicas" not in virginia.describe_table(TableName=table)["Table"])
refused("ResourceNotFoundException", "", ireland.describe_table, TableName=table)
virginia.delete_table(TableName=table)
print("ok")
