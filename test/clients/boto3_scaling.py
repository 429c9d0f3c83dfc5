"""Auto scaling, CloudWatch and DAX's control plane, as boto3 calls them. Usage: boto3_scaling.py ENDPOINT"""
import datetime
import sys
import uuid

import boto3
from botocore.exceptions import ClientError


def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")


dynamodb, scaling, watch, dax = client("dynamodb"), client("application-autoscaling"), client("cloudwatch"), client("dax")
table = "scaling-" + uuid.uuid4().hex
reads = {"ServiceNamespace": "dynamodb", "ResourceId": "table/" + table, "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}


def refused(code, text, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code and text in error.response["Error"]["Message"], error
        return
    raise AssertionError("not refused: " + code)


refused("ValidationException", "DynamoDB table does not exist: table/" + table, scaling.register_scalable_target, MinCapacity=5, MaxCapacity=50, **reads)
dynamodb.create_table(
    TableName=table, AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 3})

# targets
scaling.register_scalable_target(MinCapacity=5, MaxCapacity=50, **reads)
assert dynamodb.describe_table(TableName=table)["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5, "the minimum holds at once"
scaling.register_scalable_target(MaxCapacity=60, SuspendedState={"ScheduledScalingSuspended": True}, **reads)
target = scaling.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=["table/" + table])["ScalableTargets"][0]
assert (target["MinCapacity"], target["MaxCapacity"]) == (5, 60) and target["SuspendedState"]["ScheduledScalingSuspended"], target
assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"), target

# policies and their alarms
tracking = {"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}}
put = scaling.put_scaling_policy(PolicyName="reads", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=tracking, **reads)
assert ":scalingPolicy:" in put["PolicyARN"] and len(put["Alarms"]) == 4, put
policy = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", PolicyNames=["reads"], ResourceId="table/" + table)["ScalingPolicies"][0]
assert policy["TargetTrackingScalingPolicyConfiguration"] == tracking and policy["Alarms"] == put["Alarms"], policy
refused("ValidationException", "Only one TargetTrackingScaling policy for a given metric specification is allowed.", scaling.put_scaling_policy,
        PolicyName="second", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=tracking, **reads)
refused("ValidationException", "StepScaling", scaling.put_scaling_policy, PolicyName="steps", PolicyType="StepScaling",
        StepScalingPolicyConfiguration={"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}, **reads)
alarms = watch.describe_alarms(AlarmNames=[alarm["AlarmName"] for alarm in put["Alarms"]])["MetricAlarms"]
assert sorted(alarm["Threshold"] for alarm in alarms) == [5, 5, 150, 210] and all(alarm["AlarmActions"] == [put["PolicyARN"]] for alarm in alarms), alarms

# schedules
scaling.put_scheduled_action(ScheduledActionName="mornings", Schedule="cron(0 8 ? * MON-FRI *)", Timezone="Europe/Berlin",
                             StartTime=datetime.datetime(2040, 1, 1), ScalableTargetAction={"MinCapacity": 20}, **reads)
action = scaling.describe_scheduled_actions(ServiceNamespace="dynamodb", ScheduledActionNames=["mornings"])["ScheduledActions"][0]
assert action["StartTime"].year == 2040 and action["ScalableTargetAction"] == {"MinCapacity": 20}, action
scaling.delete_scheduled_action(ScheduledActionName="mornings", **reads)
refused("ObjectNotFoundException", "mornings", scaling.delete_scheduled_action, ScheduledActionName="mornings", **reads)
activity = scaling.describe_scaling_activities(ServiceNamespace="dynamodb", ResourceId="table/" + table)["ScalingActivities"][0]
assert (activity["Description"], activity["Cause"]) == ("Setting read capacity units to 5.", "minimum capacity was set to 5"), activity

# metrics
now = datetime.datetime.utcnow()
span = {"StartTime": now - datetime.timedelta(minutes=5), "EndTime": now + datetime.timedelta(minutes=5)}
dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}, "text": {"S": "x" * 3000}})
written = {"Namespace": "AWS/DynamoDB", "MetricName": "ConsumedWriteCapacityUnits", "Dimensions": [{"Name": "TableName", "Value": table}]}
points = watch.get_metric_statistics(Period=300, Statistics=["Sum", "SampleCount"], **span, **written)["Datapoints"]
assert [(point["Sum"], point["SampleCount"], point["Unit"]) for point in points] == [(3.0, 1.0, "Count")], points
data = watch.get_metric_data(MetricDataQueries=[{"Id": "w", "MetricStat": {"Metric": written, "Period": 60, "Stat": "Sum"}}], **span)["MetricDataResults"][0]
assert data["Values"] == [3.0] and data["StatusCode"] == "Complete" and data["Timestamps"][0].second == 0, data
listed = watch.get_paginator("list_metrics").paginate(Namespace="AWS/DynamoDB", Dimensions=[{"Name": "TableName", "Value": table}])
assert {"ConsumedWriteCapacityUnits", "SuccessfulRequestLatency"} <= {metric["MetricName"] for page in listed for metric in page["Metrics"]}
watch.put_metric_data(Namespace="mine", MetricData=[{"MetricName": table, "Values": [1.5, 2], "Counts": [2, 1], "Timestamp": now}])
mine = watch.get_metric_statistics(Namespace="mine", MetricName=table, Period=300, Statistics=["Sum", "Minimum", "Maximum"], **span)["Datapoints"][0]
assert (mine["Sum"], mine["Minimum"], mine["Maximum"]) == (5.0, 1.5, 2.0), mine
refused("InvalidParameterValue", "AWS/", watch.put_metric_data, Namespace="AWS/mine", MetricData=[{"MetricName": "m", "Value": 1}])
refused("InvalidAction", "GetDashboard", watch.get_dashboard, DashboardName="d")

# alarms of one's own
watch.put_metric_alarm(AlarmName=table, Namespace="mine", MetricName=table, Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=4.5,
                       ComparisonOperator="GreaterThanThreshold", Tags=[{"Key": "team", "Value": "blue"}])
watch.set_alarm_state(AlarmName=table, StateValue="ALARM", StateReason="a drill")
alarm = watch.describe_alarms(AlarmNamePrefix=table)["MetricAlarms"][0]
assert (alarm["StateValue"], alarm["StateReason"], alarm["Threshold"]) == ("ALARM", "a drill", 4.5), alarm
assert watch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "team", "Value": "blue"}]
watch.delete_alarms(AlarmNames=[table])
refused("ResourceNotFound", table, watch.delete_alarms, AlarmNames=[table])

# the cluster
cluster = dax.describe_clusters(ClusterNames=["daxproxy"])["Clusters"][0]
assert cluster["Status"] == "available" and cluster["TotalNodes"] == len(cluster["Nodes"]), cluster
refused("ClusterNotFoundFault", "other", dax.describe_clusters, ClusterNames=["other"])
parameters = {p["ParameterName"]: p["ParameterValue"] for p in dax.describe_parameters(ParameterGroupName="daxproxy")["Parameters"]}
assert parameters == {"record-ttl-millis": "300000", "query-ttl-millis": "300000"}, parameters
assert [group["ParameterGroupName"] for group in dax.describe_parameter_groups()["ParameterGroups"]][0] == "daxproxy"
assert dax.describe_subnet_groups()["SubnetGroups"] and dax.describe_events(SourceType="CLUSTER")["Events"], "subnets, events"
assert dax.list_tags(ResourceName=cluster["ClusterArn"])["Tags"] == []

# all gone
scaling.delete_scaling_policy(PolicyName="reads", **reads)
assert watch.describe_alarms(AlarmNamePrefix="TargetTracking-table/" + table)["MetricAlarms"] == []
scaling.deregister_scalable_target(**reads)
refused("ObjectNotFoundException",
        "No scalable target registered for service namespace: dynamodb, resource ID: table/%s, scalable dimension: dynamodb:table:ReadCapacityUnits" % table,
        scaling.deregister_scalable_target, **reads)
dynamodb.delete_table(TableName=table)
print("auto scaling, metrics, the cluster: all as expected")
