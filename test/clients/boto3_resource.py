"""The resource API of boto3: native types, conditions as objects, batch writer. Usage: boto3_resource.py ENDPOINT"""
import sys
import uuid
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key

dynamodb = boto3.resource("dynamodb", endpoint_url=sys.argv[1], region_name="us-east-1",
                          aws_access_key_id="local", aws_secret_access_key="local")
table = dynamodb.create_table(
    TableName="resource-" + uuid.uuid4().hex, BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
    KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}])
table.wait_until_exists()

with table.batch_writer(overwrite_by_pkeys=["user", "at"]) as batch:
    for i in range(60):
        batch.put_item(Item={"user": "u", "at": i, "price": Decimal("1.10") * i, "tags": {"a", "b"}, "nested": {"n": [i, None, True]}})
assert table.scan(Select="COUNT")["Count"] == 60

found = table.query(KeyConditionExpression=Key("user").eq("u") & Key("at").between(10, 20), FilterExpression=Attr("price").gt(Decimal("13.2")) & Attr("tags").contains("a"))
assert [int(item["at"]) for item in found["Items"]] == [10 + i for i in range(11)][3:], found
item = table.get_item(Key={"user": "u", "at": 3})["Item"]
assert item["price"] == Decimal("3.3") and item["nested"]["n"] == [3, None, True] and item["tags"] == {"a", "b"}, item

table.update_item(Key={"user": "u", "at": 3}, UpdateExpression="ADD price :p SET #n.x = :x", ExpressionAttributeNames={"#n": "nested"},
                  ExpressionAttributeValues={":p": Decimal("0.7"), ":x": "y"}, ConditionExpression=Attr("price").exists())
assert table.get_item(Key={"user": "u", "at": 3})["Item"]["price"] == 4
try:
    table.put_item(Item={"user": "u", "at": 3}, ConditionExpression=Attr("user").not_exists())
    raise AssertionError("not refused")
except dynamodb.meta.client.exceptions.ConditionalCheckFailedException:
    pass
table.load()
assert table.item_count == 60 and table.table_status == "ACTIVE"
table.delete()
print("boto3 resource: all as expected")
