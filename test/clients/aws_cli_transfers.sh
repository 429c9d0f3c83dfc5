#!/usr/bin/env bash
# Export and import with the AWS CLI. Usage: aws_cli_transfers.sh ENDPOINT BUCKET_FOLDER, where the folder is that of the bucket named bucket
set -euo pipefail
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=""
db() { aws dynamodb --endpoint-url "$ENDPOINT" --output text "$@"; }
ENDPOINT=$1
BUCKET=$2
table="cli-$RANDOM$RANDOM"
expect() { if [ "$2" != "$3" ]; then echo "$1: expected '$2', got '$3'" >&2; exit 1; fi; }

key="AttributeDefinitions=[{AttributeName=pk,AttributeType=S}],KeySchema=[{AttributeName=pk,KeyType=HASH}],BillingMode=PAY_PER_REQUEST"
arn=$(db create-table --table-name "$table" --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S \
    --key-schema AttributeName=pk,KeyType=HASH --query TableDescription.TableArn)
db put-item --table-name "$table" --item '{"pk":{"S":"a"},"n":{"N":"1"}}'
db update-continuous-backups --table-name "$table" --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true > /dev/null
export=$(db export-table-to-point-in-time --table-arn "$arn" --s3-bucket bucket --s3-prefix cli --query ExportDescription.ExportArn)
db wait export-completed --export-arn "$export" 2> /dev/null \
    || until [ "$(db describe-export --export-arn "$export" --query ExportDescription.ExportStatus)" = COMPLETED ]; do sleep 0.1; done
manifest=$(db describe-export --export-arn "$export" --query ExportDescription.ExportManifest)
grep -q '"itemCount":1' "$BUCKET/$manifest"
expect "the exported line" '{"Item":{"pk":{"S":"a"},"n":{"N":"1"}}}' "$(cat "$BUCKET/${manifest%/*}"/data/*.json.gz | gunzip)"
expect "list-exports" "$export" "$(db list-exports --table-arn "$arn" --query 'ExportSummaries[0].ExportArn')"
import=$(db import-table --s3-bucket-source "S3Bucket=bucket,S3KeyPrefix=${manifest%/*}/data/" --input-format DYNAMODB_JSON \
    --input-compression-type GZIP --table-creation-parameters "TableName=$table-copy,$key" --query ImportTableDescription.ImportArn)
db wait table-exists --table-name "$table-copy"
expect "describe-import" COMPLETED "$(db describe-import --import-arn "$import" --query ImportTableDescription.ImportStatus)"
expect "get-item" 1 "$(db get-item --table-name "$table-copy" --key '{"pk":{"S":"a"}}' --query Item.n.N)"
db delete-table --table-name "$table" > /dev/null
db delete-table --table-name "$table-copy" > /dev/null
echo "AWS CLI transfers: all as expected"
