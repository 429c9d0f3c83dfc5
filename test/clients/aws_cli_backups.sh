#!/usr/bin/env bash
# Backups, restores and point-in-time recovery with the AWS CLI. Usage: aws_cli_backups.sh ENDPOINT
set -euo pipefail
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=""
db() { aws dynamodb --endpoint-url "$ENDPOINT" --output text "$@"; }
ENDPOINT=$1
table="cli-backups-$RANDOM$RANDOM"
expect() { if [ "$2" != "$3" ]; then echo "$1: expected '$2', got '$3'" >&2; exit 1; fi; }
state() { db get-item --table-name "$1" --consistent-read --key '{"pk":{"S":"a"}}' --query Item.state.S; }

db create-table --table-name "$table" --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S \
    --key-schema AttributeName=pk,KeyType=HASH > /dev/null
db wait table-exists --table-name "$table"
db put-item --table-name "$table" --item '{"pk":{"S":"a"},"state":{"S":"first"}}'
arn=$(db create-backup --table-name "$table" --backup-name nightly --query BackupDetails.BackupArn)
db put-item --table-name "$table" --item '{"pk":{"S":"a"},"state":{"S":"second"}}'
until [ "$(db describe-backup --backup-arn "$arn" --query BackupDescription.BackupDetails.BackupStatus)" = AVAILABLE ]; do sleep 0.2; done
expect "list-backups" "$arn" "$(db list-backups --table-name "$table" --query 'BackupSummaries[].BackupArn')"

expect "restore-table-from-backup" 7 "$(db restore-table-from-backup --target-table-name "$table-1" --backup-arn "$arn" \
    --billing-mode-override PROVISIONED --provisioned-throughput-override ReadCapacityUnits=7,WriteCapacityUnits=1 \
    --query TableDescription.ProvisionedThroughput.ReadCapacityUnits)"
db wait table-exists --table-name "$table-1"
expect "the backup's item" first "$(state "$table-1")"

expect "update-continuous-backups" ENABLED "$(db update-continuous-backups --table-name "$table" \
    --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true \
    --query ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus)"
sleep 2
before=$(date +%s)
sleep 1
db put-item --table-name "$table" --item '{"pk":{"S":"a"},"state":{"S":"third"}}'
db restore-table-to-point-in-time --source-table-name "$table" --target-table-name "$table-2" --restore-date-time "$before" > /dev/null
db wait table-exists --table-name "$table-2"
expect "the item before" second "$(state "$table-2")"

db delete-table --table-name "$table" > /dev/null
db wait table-not-exists --table-name "$table"
db restore-table-from-backup --target-table-name "$table" --backup-arn "$arn" > /dev/null
db wait table-exists --table-name "$table"
expect "the item under the old name" first "$(state "$table")"
expect "delete-backup" DELETED "$(db delete-backup --backup-arn "$arn" --query BackupDescription.BackupDetails.BackupStatus)"
for name in "$table" "$table-1" "$table-2"; do db delete-table --table-name "$name" > /dev/null; done
echo "AWS CLI backups: all as expected"
