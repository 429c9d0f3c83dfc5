"""What Terraform's aws_dynamodb_table and its companions call to create, read, change and delete a table. Usage: boto3_terraform.py ENDPOINT"""
import json
import sys
import uuid

import boto3
from botocore.exceptions import ClientError

client, scaling = (boto3.client(service, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")
                   for service in ("dynamodb", "application-autoscaling"))
table = "terraform-" + uuid.uuid4().hex


def refused(code, text, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code and text in error.response["Error"]["Message"], error
        return
    raise AssertionError("not refused: " + code)


def read(arn):
    """One refresh: every call that the provider makes for a table and the resources beside it."""
    state = client.describe_table(TableName=table)["Table"]
    assert state["TableStatus"] == "ACTIVE" and all(i["IndexStatus"] == "ACTIVE" for i in state.get("GlobalSecondaryIndexes", [])), state
    state["pitr"] = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    state["ttl"] = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    state["tags"] = {t["Key"]: t["Value"] for page in client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn) for t in page["Tags"]}
    state["insights"] = client.describe_contributor_insights(TableName=table)
    state["kinesis"] = client.describe_kinesis_streaming_destination(TableName=table)["KinesisDataStreamDestinations"]
    try:
        state["policy"] = client.get_resource_policy(ResourceArn=arn)["Policy"]
    except client.exceptions.PolicyNotFoundException:
        state["policy"] = None
    return state


refused("ResourceNotFoundException", "Requested resource not found: Table: ", client.describe_table, TableName=table)
refused("TableNotFoundException", "Table not found: ", client.describe_continuous_backups, TableName=table)

# create
arn = client.create_table(
    TableName=table, BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "managed-by", "Value": "terraform"}], DeletionProtectionEnabled=True,
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "gk", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    GlobalSecondaryIndexes=[{"IndexName": "by-gk", "KeySchema": [{"AttributeName": "gk", "KeyType": "HASH"}],
                             "Projection": {"ProjectionType": "KEYS_ONLY"}}],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})["TableDescription"]["TableArn"]
client.get_waiter("table_exists").wait(TableName=table)
first = read(arn)
assert first["pitr"] == {"PointInTimeRecoveryStatus": "DISABLED"} and first["ttl"] == {"TimeToLiveStatus": "DISABLED"}, first
assert first["tags"] == {"managed-by": "terraform"} and first["policy"] is None and first["kinesis"] == [], first
assert first["insights"]["ContributorInsightsStatus"] == "DISABLED" and first["LatestStreamArn"].startswith(arn), first

# the rest of a first apply, and an update
client.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 14})
client.update_contributor_insights(TableName=table, ContributorInsightsAction="ENABLE")
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                                                  "Action": "dynamodb:GetItem", "Resource": arn}]}
revision = client.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))["RevisionId"]
client.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}])
client.untag_resource(ResourceArn=arn, TagKeys=["managed-by"])
second = read(arn)
assert second["pitr"]["PointInTimeRecoveryStatus"] == "ENABLED" and second["pitr"]["RecoveryPeriodInDays"] == 14, second
assert second["ttl"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"} and second["tags"] == {"team": "blue"}, second
assert second["insights"]["ContributorInsightsStatus"] == "ENABLED" and json.loads(second["policy"]) == policy, second
assert {k: v for k, v in read(arn).items() if k not in ("pitr", "ResponseMetadata", "insights")} == \
    {k: v for k, v in second.items() if k not in ("pitr", "ResponseMetadata", "insights")}, "a plan without changes"

# what the engine does not have is refused in words, after the table was looked for
refused("ValidationException", "not supported", client.update_table, TableName=table, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
refused("ResourceNotFoundException", "Global table with name: ", client.describe_table_replica_auto_scaling, TableName=table)
assert client.list_backups(TableName=table)["BackupSummaries"] == [] and client.list_exports(TableArn=arn)["ExportSummaries"] == []

# destroy
refused("ValidationException", "protected against deletion", client.delete_table, TableName=table)
client.update_table(TableName=table, DeletionProtectionEnabled=False)
assert client.delete_resource_policy(ResourceArn=arn)["RevisionId"] == revision
client.update_contributor_insights(TableName=table, ContributorInsightsAction="DISABLE")
client.delete_table(TableName=table)
client.get_waiter("table_not_exists").wait(TableName=table)


# a provisioned table with aws_appautoscaling_target and aws_appautoscaling_policy for its writes and for those of an index
def read_target(dimension, resource):
    """One refresh of a target and its policy."""
    targets = scaling.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=[resource], ScalableDimension=dimension)["ScalableTargets"]
    policies = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId=resource, ScalableDimension=dimension,
                                                 PolicyNames=["DynamoDBWriteCapacityUtilization:" + resource])["ScalingPolicies"]
    return targets[0] if targets else None, policies[0] if policies else None


def capacity(of_index=False):
    described = client.describe_table(TableName=table)["Table"]
    return (described["GlobalSecondaryIndexes"][0] if of_index else described)["ProvisionedThroughput"]


table += "-scaled"
key = [{"AttributeName": "pk", "KeyType": "HASH"}]
arn = client.create_table(
    TableName=table, BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "gk", "hk")], KeySchema=key,
    GlobalSecondaryIndexes=[
        {"IndexName": name, "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
         "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}} for name, attribute in (("by-gk", "gk"), ("by-hk", "hk"))],
    SSESpecification={"Enabled": True}, Tags=[{"Key": "managed-by", "Value": "terraform"}])["TableDescription"]["TableArn"]
client.get_waiter("table_exists").wait(TableName=table)
assert client.describe_table(TableName=table)["Table"]["SSEDescription"]["Status"] == "ENABLED"

# an index is dropped and another made, throughput and encryption are changed, one call each as the provider does
client.update_table(TableName=table, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-hk"}}])
client.update_table(TableName=table, ProvisionedThroughput={"ReadCapacityUnits": 6, "WriteCapacityUnits": 5})
client.update_table(TableName=table, GlobalSecondaryIndexUpdates=[
    {"Update": {"IndexName": "by-gk", "ProvisionedThroughput": {"ReadCapacityUnits": 6, "WriteCapacityUnits": 5}}}])
client.update_table(TableName=table, SSESpecification={"Enabled": False})
state = client.describe_table(TableName=table)["Table"]
assert [index["IndexName"] for index in state["GlobalSecondaryIndexes"]] == ["by-gk"] and "SSEDescription" not in state, state
assert capacity()["ReadCapacityUnits"] == 6 and capacity(of_index=True)["ReadCapacityUnits"] == 6

resources = {"dynamodb:table:WriteCapacityUnits": "table/" + table, "dynamodb:index:WriteCapacityUnits": f"table/{table}/index/by-gk"}
tracking = {"TargetValue": 70.0, "ScaleInCooldown": 60, "ScaleOutCooldown": 60, "DisableScaleIn": False,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}}
for dimension, resource in resources.items():
    where = {"ServiceNamespace": "dynamodb", "ResourceId": resource, "ScalableDimension": dimension}
    name = "DynamoDBWriteCapacityUtilization:" + resource
    assert read_target(dimension, resource) == (None, None)

    # create
    scaling.register_scalable_target(MinCapacity=5, MaxCapacity=50, **where)
    put = scaling.put_scaling_policy(PolicyName=name, PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=tracking, **where)
    target, policy = read_target(dimension, resource)
    assert target["RoleARN"] and (target["MinCapacity"], target["MaxCapacity"]) == (5, 50), target
    assert policy["PolicyARN"] == put["PolicyARN"] and policy["PolicyType"] == "TargetTrackingScaling", policy
    assert policy["TargetTrackingScalingPolicyConfiguration"] == tracking and policy["Alarms"] == put["Alarms"], policy
    assert read_target(dimension, resource) == (target, policy), "a plan without changes"

    # update: the policy keeps its name and its ARN, the minimum raises the capacity
    scaling.register_scalable_target(MinCapacity=8, MaxCapacity=80, **where)
    assert capacity(of_index="index" in resource)["WriteCapacityUnits"] == 8
    again = scaling.put_scaling_policy(PolicyName=name, PolicyType="TargetTrackingScaling",
                                       TargetTrackingScalingPolicyConfiguration={**tracking, "TargetValue": 50.0}, **where)
    assert again["PolicyARN"] == put["PolicyARN"]
    target, policy = read_target(dimension, resource)
    assert (target["MinCapacity"], target["MaxCapacity"]) == (8, 80) and policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50, policy

# destroy: policies, targets, the table
for dimension, resource in resources.items():
    where = {"ServiceNamespace": "dynamodb", "ResourceId": resource, "ScalableDimension": dimension}
    scaling.delete_scaling_policy(PolicyName="DynamoDBWriteCapacityUtilization:" + resource, **where)
    scaling.deregister_scalable_target(**where)
    assert read_target(dimension, resource) == (None, None)
    refused("ObjectNotFoundException", "No scalable target registered for service namespace: dynamodb", scaling.deregister_scalable_target, **where)

# billing is switched, and back; then the table goes
client.update_table(TableName=table, BillingMode="PAY_PER_REQUEST")
assert client.describe_table(TableName=table)["Table"]["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
client.update_table(TableName=table, BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": "by-gk", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}}])
assert capacity()["WriteCapacityUnits"] == 5 and capacity(of_index=True)["WriteCapacityUnits"] == 5
client.delete_table(TableName=table)
client.get_waiter("table_not_exists").wait(TableName=table)
print("terraform's calls: all as expected")
