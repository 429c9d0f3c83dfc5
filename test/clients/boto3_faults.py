"""Faults on purpose, as boto3 meets them. Usage: boto3_faults.py ENDPOINT ADMIN_ENDPOINT"""
import json
import sys
import time
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

endpoint, admin = sys.argv[1:]
text = ("The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.")


def client(attempts):
    return boto3.client(
        "dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}))


def simulate(faults, **more):
    request = urllib.request.Request(
        admin + "/api/simulation", json.dumps({"faults": faults, **more}).encode(), {"Content-Type": "application/json"}, method="PUT")
    return json.load(urllib.request.urlopen(request))


def put(through, key):
    return through.put_item(TableName="faults-boto3", Item={"id": {"S": key}})["ResponseMetadata"]


def there(key):
    return "Item" in once.get_item(TableName="faults-boto3", Key={"id": {"S": key}}, ConsistentRead=True)


once, patient = client(1), client(8)
once.create_table(
    TableName="faults-boto3", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")

# throttled: the SDK's own exception and text, and its own retries
simulate("faults-boto3/PutItem throttle")
try:
    put(once, "never")
    raise AssertionError("not throttled")
except once.exceptions.ProvisionedThroughputExceededException as refused:
    assert refused.response["Error"]["Message"] == text, refused
    assert refused.response["ThrottlingReasons"][0]["reason"] == "TableWriteProvisionedThroughputExceeded", refused.response
    assert refused.response["ResponseMetadata"]["HTTPHeaders"]["cache-status"] == "DaxProxy; fwd=bypass; detail=simulated-throttle", refused.response
assert not there("never"), "what is throttled is not carried out"

simulate("faults-boto3/PutItem throttle=0.5", seed=3)
attempts = [put(patient, "patient")["RetryAttempts"] for _ in range(10)]
assert sum(attempts) > 0, attempts
simulate("faults-boto3/PutItem throttle=0.5", seed=3)
assert [put(patient, "patient")["RetryAttempts"] for _ in range(10)] == attempts, "the same again"

# an internal error, and a lost answer
simulate("faults-boto3/PutItem error")
try:
    put(once, "error")
    raise AssertionError("no error")
except ClientError as failed:
    assert failed.response["Error"] == {"Code": "InternalServerError", "Message": "Internal server error"}, failed.response
    assert failed.response["ResponseMetadata"]["HTTPStatusCode"] == 500
simulate("faults-boto3/PutItem lost")
try:
    put(once, "lost")
    raise AssertionError("not lost")
except ConnectionClosedError:
    assert there("lost"), "it was carried out"

# a counter that is told by no answer has been raised all the same, and is raised again by the SDK: what such a test is for
simulate("faults-boto3/UpdateItem lost=0.5", seed=2)
raised = 0
for _ in range(20):
    raised += 1 + patient.update_item(
        TableName="faults-boto3", Key={"id": {"S": "counter"}}, UpdateExpression="ADD hits :one",
        ExpressionAttributeValues={":one": {"N": "1"}})["ResponseMetadata"]["RetryAttempts"]
hits = int(once.get_item(TableName="faults-boto3", Key={"id": {"S": "counter"}}, ConsistentRead=True)["Item"]["hits"]["N"])
assert hits == raised > 20, (hits, raised)

# late answers
simulate("faults-boto3/GetItem latency=200ms", onHits=True)
once.get_item(TableName="faults-boto3", Key={"id": {"S": "counter"}})
begun = time.monotonic()
once.get_item(TableName="faults-boto3", Key={"id": {"S": "counter"}})
assert time.monotonic() - begun > 0.19

# a batch writer hands in again what was handed back
simulate("faults-boto3/BatchWriteItem unprocessed=0.4")
table = boto3.resource(
    "dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local").Table("faults-boto3")
with table.batch_writer() as batch:
    for n in range(100):
        batch.put_item(Item={"id": f"batch-{n}"})
told = json.load(urllib.request.urlopen(admin + "/api/simulation"))
assert told["requests"][0]["unprocessed"] > 1, told
urllib.request.urlopen(urllib.request.Request(admin + "/api/simulation", method="DELETE"))
assert sum(item["id"].startswith("batch-") for item in table.scan(ConsistentRead=True)["Items"]) == 100

print("boto3: all as expected")
