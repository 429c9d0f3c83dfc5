#!/bin/bash
# Auto scaling, CloudWatch and DAX's control plane, as the AWS CLI calls them. Usage: aws_cli_scaling.sh ENDPOINT
set -euo pipefail
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_PAGER= AWS_DEFAULT_OUTPUT=text
table=cli-scaling-$$
resource=(--service-namespace dynamodb --resource-id "table/$table" --scalable-dimension dynamodb:table:WriteCapacityUnits)
aws() { command aws --endpoint-url "$ENDPOINT" "$@"; }
expect() { [ "$1" = "$2" ] || { echo "expected '$1', got '$2'"; exit 1; }; }
ENDPOINT=$1

aws dynamodb create-table --table-name "$table" --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH \
  --provisioned-throughput ReadCapacityUnits=3,WriteCapacityUnits=3 > /dev/null
aws application-autoscaling register-scalable-target "${resource[@]}" --min-capacity 5 --max-capacity 50 > /dev/null
aws application-autoscaling put-scaling-policy "${resource[@]}" --policy-name writes --policy-type TargetTrackingScaling \
  --target-tracking-scaling-policy-configuration \
  '{"TargetValue":70.0,"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"}}' > /dev/null
expect 5 "$(aws dynamodb describe-table --table-name "$table" --query Table.ProvisionedThroughput.WriteCapacityUnits)"
expect 70.0 "$(printf '%.1f' "$(aws application-autoscaling describe-scaling-policies --service-namespace dynamodb \
  --resource-id "table/$table" --query 'ScalingPolicies[].TargetTrackingScalingPolicyConfiguration.TargetValue')")"
expect "Setting write capacity units to 5." "$(aws application-autoscaling describe-scaling-activities --service-namespace dynamodb \
  --resource-id "table/$table" --query 'ScalingActivities[].Description')"
aws dynamodb put-item --table-name "$table" --item '{"id":{"S":"a"}}'
# Versions of the CLI read numbers from XML, JSON or CBOR, and print them with or without a fraction.
expect 1.0 "$(printf '%.1f' "$(aws cloudwatch get-metric-statistics --namespace AWS/DynamoDB --metric-name ConsumedWriteCapacityUnits --dimensions Name=TableName,Value="$table" \
  --start-time "$(date -u -d '-5 minutes' +%FT%TZ)" --end-time "$(date -u -d '+5 minutes' +%FT%TZ)" --period 300 --statistics Sum --query 'Datapoints[].Sum')")"
expect 4 "$(aws cloudwatch describe-alarms --alarm-name-prefix "TargetTracking-table/$table" --query 'length(MetricAlarms)')"
expect available "$(aws dax describe-clusters --query 'Clusters[].Status')"
aws application-autoscaling deregister-scalable-target "${resource[@]}"
expect 0 "$(aws cloudwatch describe-alarms --alarm-name-prefix "TargetTracking-table/$table" --query 'length(MetricAlarms)')"
aws dynamodb delete-table --table-name "$table" > /dev/null
echo "auto scaling by the CLI: all as expected"
