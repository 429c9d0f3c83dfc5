"""The client API of boto3: tables, items, expressions, transactions, batches, paging. Usage: boto3_client.py ENDPOINT

CLIENT_CERTIFICATE names a PEM file with the certificate to show, and its key."""
import os
import sys
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1",
                      aws_access_key_id="local", aws_secret_access_key="local",
                      config=Config(client_cert=os.environ.get("CLIENT_CERTIFICATE")))
table = "boto3-" + uuid.uuid4().hex


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError("not refused: " + code)


client.create_table(
    TableName=table, BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                          {"AttributeName": "kind", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    GlobalSecondaryIndexes=[{"IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                             "Projection": {"ProjectionType": "ALL"}}])
client.get_waiter("table_exists").wait(TableName=table)

client.put_item(TableName=table, Item={
    "pk": {"S": "a"}, "sk": {"N": "1"}, "kind": {"S": "even"}, "blob": {"B": b"\x00\xff"}, "list": {"L": [{"BOOL": True}, {"NULL": True}]},
    "map": {"M": {"é": {"S": "😀"}}}, "strings": {"SS": ["x", "y"]}, "numbers": {"NS": ["1", "2.5"]}})
item = client.get_item(TableName=table, Key={"pk": {"S": "a"}, "sk": {"N": "1.0"}}, ConsistentRead=True)["Item"]
assert item["blob"]["B"] == b"\x00\xff" and item["map"]["M"]["é"]["S"] == "😀" and sorted(item["strings"]["SS"]) == ["x", "y"], item

updated = client.update_item(TableName=table, Key={"pk": {"S": "a"}, "sk": {"N": "1"}},
                             UpdateExpression="SET #c = if_not_exists(#c, :zero) + :one REMOVE #l[1] DELETE strings :x",
                             ExpressionAttributeNames={"#c": "count", "#l": "list"},
                             ExpressionAttributeValues={":zero": {"N": "0"}, ":one": {"N": "1"}, ":x": {"SS": ["x"]}},
                             ReturnValues="ALL_NEW")["Attributes"]
assert updated["count"]["N"] == "1" and len(updated["list"]["L"]) == 1 and updated["strings"]["SS"] == ["y"], updated
error = refused("ConditionalCheckFailedException", client.update_item, TableName=table, Key={"pk": {"S": "a"}, "sk": {"N": "1"}},
                UpdateExpression="SET x = :v", ConditionExpression="attribute_not_exists(pk)",
                ExpressionAttributeValues={":v": {"N": "1"}}, ReturnValuesOnConditionCheckFailure="ALL_OLD")
assert error.response["Item"]["count"]["N"] == "1"

requests = [{"PutRequest": {"Item": {"pk": {"S": "b"}, "sk": {"N": str(i)}, "kind": {"S": "odd" if i % 2 else "even"}}}} for i in range(25)]
assert client.batch_write_item(RequestItems={table: requests})["UnprocessedItems"] == {}
keys = [{"pk": {"S": "b"}, "sk": {"N": str(i)}} for i in range(30)]
assert len(client.batch_get_item(RequestItems={table: {"Keys": keys}})["Responses"][table]) == 25

pages = list(client.get_paginator("query").paginate(
    TableName=table, KeyConditionExpression="pk = :p AND sk BETWEEN :a AND :b", ScanIndexForward=False, PaginationConfig={"PageSize": 4},
    ExpressionAttributeValues={":p": {"S": "b"}, ":a": {"N": "5"}, ":b": {"N": "14"}}))
assert [int(i["sk"]["N"]) for page in pages for i in page["Items"]] == list(range(14, 4, -1)) and len(pages) == 3
even = client.query(TableName=table, IndexName="by-kind", KeyConditionExpression="kind = :k", ExpressionAttributeValues={":k": {"S": "even"}})
assert even["Count"] == 14, even["Count"]
assert sum(page["Count"] for page in client.get_paginator("scan").paginate(TableName=table, PaginationConfig={"PageSize": 7})) == 26

client.transact_write_items(TransactItems=[
    {"Put": {"TableName": table, "Item": {"pk": {"S": "t"}, "sk": {"N": "1"}}}},
    {"ConditionCheck": {"TableName": table, "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "ConditionExpression": "attribute_exists(pk)"}}])
error = refused("TransactionCanceledException", client.transact_write_items, TransactItems=[
    {"Put": {"TableName": table, "Item": {"pk": {"S": "t"}, "sk": {"N": "2"}}}},
    {"Put": {"TableName": table, "Item": {"pk": {"S": "t"}, "sk": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(pk)"}}])
assert [reason["Code"] for reason in error.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
got = client.transact_get_items(TransactItems=[{"Get": {"TableName": table, "Key": {"pk": {"S": "t"}, "sk": {"N": n}}}} for n in "12"])
assert "Item" in got["Responses"][0] and "Item" not in got["Responses"][1]

refused("ValidationException", client.put_item, TableName=table, Item={"pk": {"S": ""}, "sk": {"N": "1"}})
refused("ResourceNotFoundException", client.get_item, TableName="absent", Key={"pk": {"S": "a"}})
client.delete_table(TableName=table)
client.get_waiter("table_not_exists").wait(TableName=table)
print("boto3 client: all as expected")
