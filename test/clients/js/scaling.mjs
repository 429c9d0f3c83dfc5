// Auto scaling and CloudWatch, as the AWS SDK for JavaScript calls them. Usage: scaling.mjs ENDPOINT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  ApplicationAutoScalingClient, DeregisterScalableTargetCommand, DescribeScalableTargetsCommand, ListTagsForResourceCommand,
  PutScalingPolicyCommand, RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand, GetMetricDataCommand, GetMetricStatisticsCommand, ListMetricsCommand,
  PutMetricAlarmCommand, PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const options = { endpoint: process.argv[2], region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const dynamodb = new DynamoDBClient(options), scaling = new ApplicationAutoScalingClient(options);
const table = "js-scaling-" + randomUUID();
const reads = { ServiceNamespace: "dynamodb", ResourceId: "table/" + table, ScalableDimension: "dynamodb:table:ReadCapacityUnits" };
const refused = async (name, call) => assert.rejects(call, error => { assert.equal(error.name, name, error); return true; });

await dynamodb.send(new CreateTableCommand({
  TableName: table, AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }], KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 10 },
}));

// auto scaling, with the members that older clients do not know
const { ScalableTargetARN } = await scaling.send(new RegisterScalableTargetCommand({ ...reads, MinCapacity: 5, MaxCapacity: 50, Tags: { team: "blue" } }));
const target = (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb", ResourceIds: ["table/" + table] }))).ScalableTargets[0];
assert.equal(target.ScalableTargetARN, ScalableTargetARN);
assert.ok(Math.abs(target.CreationTime - Date.now()) < 600_000);
assert.deepEqual((await scaling.send(new ListTagsForResourceCommand({ ResourceARN: ScalableTargetARN }))).Tags, { team: "blue" });
const policy = await scaling.send(new PutScalingPolicyCommand({
  ...reads, PolicyName: "reads", PolicyType: "TargetTrackingScaling",
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 70, PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" } },
}));
assert.equal(policy.Alarms.length, 4);

// CloudWatch, in JSON, which is this client's own protocol, and in CBOR, which is that of others
await dynamodb.send(new PutItemCommand({ TableName: table, Item: { id: { S: "a" } } }));
const span = { StartTime: new Date(Date.now() - 300_000), EndTime: new Date(Date.now() + 300_000) };
const written = { Namespace: "AWS/DynamoDB", MetricName: "ConsumedWriteCapacityUnits", Dimensions: [{ Name: "TableName", Value: table }] };
for (const protocol of [undefined, AwsSmithyRpcV2CborProtocol]) {
  const watch = new CloudWatchClient({ ...options, ...(protocol ? { protocol } : {}) }), metric = table + (protocol ? "-cbor" : "-json");
  const data = await watch.send(new GetMetricDataCommand({ ...span, MetricDataQueries: [{ Id: "w", MetricStat: { Metric: written, Period: 60, Stat: "Sum" } }] }));
  assert.deepEqual(data.MetricDataResults[0].Values, [1]);
  assert.equal(data.MetricDataResults[0].Timestamps[0].getSeconds(), 0);
  const statistics = await watch.send(new GetMetricStatisticsCommand({ ...span, ...written, Period: 300, Statistics: ["Sum", "Average"] }));
  assert.equal(statistics.Datapoints[0].Average, 1);
  assert.ok((await watch.send(new ListMetricsCommand({ Dimensions: [{ Name: "TableName", Value: table }] }))).Metrics.length >= 2);
  await watch.send(new PutMetricDataCommand({ Namespace: "mine", MetricData: [{ MetricName: metric, Value: 0.5, Timestamp: new Date() }] }));
  await watch.send(new PutMetricAlarmCommand({
    AlarmName: metric, Namespace: "mine", MetricName: metric, Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 1.5, ComparisonOperator: "GreaterThanThreshold",
  }));
  const alarm = (await watch.send(new DescribeAlarmsCommand({ AlarmNames: [metric] }))).MetricAlarms[0];
  assert.equal(alarm.Threshold, 1.5);
  assert.ok(alarm.StateUpdatedTimestamp instanceof Date);
  await watch.send(new DeleteAlarmsCommand({ AlarmNames: [metric] }));
  await refused("ResourceNotFound", watch.send(new DeleteAlarmsCommand({ AlarmNames: [metric] })));
  await refused("InvalidParameterValueException", watch.send(new PutMetricDataCommand({ Namespace: "AWS/x", MetricData: [{ MetricName: "m", Value: 1 }] })));
}

await scaling.send(new DeregisterScalableTargetCommand(reads));
await refused("ObjectNotFoundException", scaling.send(new DeregisterScalableTargetCommand(reads)));
await dynamodb.send(new DeleteTableCommand({ TableName: table }));
console.log("auto scaling and metrics by JavaScript: all as expected");
