#!/usr/bin/env bash
# The AWS CLI. Usage: aws_cli.sh ENDPOINT
set -euo pipefail
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=""
db() { aws dynamodb --endpoint-url "$ENDPOINT" --output text "$@"; }
ENDPOINT=$1
table="cli-$RANDOM$RANDOM"
error=$(mktemp)
trap 'rm -f "$error"' EXIT
expect() { if [ "$2" != "$3" ]; then echo "$1: expected '$2', got '$3'" >&2; exit 1; fi; }

db create-table --table-name "$table" --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S \
    --key-schema AttributeName=pk,KeyType=HASH --query TableDescription.TableName > /dev/null
db wait table-exists --table-name "$table"
db put-item --table-name "$table" --item '{"pk":{"S":"a"},"n":{"N":"1"}}'
expect "get-item" 1 "$(db get-item --table-name "$table" --key '{"pk":{"S":"a"}}' --query Item.n.N)"
expect "get-item again" 1 "$(db get-item --table-name "$table" --key '{"pk":{"S":"a"}}' --query Item.n.N)"
expect "update-item" 3 "$(db update-item --table-name "$table" --key '{"pk":{"S":"a"}}' --update-expression 'ADD n :two' \
    --expression-attribute-values '{":two":{"N":"2"}}' --return-values UPDATED_NEW --query Attributes.n.N)"
if db put-item --table-name "$table" --item '{"pk":{"S":"a"}}' --condition-expression 'attribute_not_exists(pk)' 2> "$error"; then
    echo "put-item: the condition should have failed" >&2; exit 1
fi
grep -q ConditionalCheckFailedException "$error"
db batch-write-item --request-items "{\"$table\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"b\"}}}},{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"c\"}}}}]}" > /dev/null
expect "scan" 3 "$(db scan --table-name "$table" --page-size 1 --query 'Items[].pk.S' | tr '\t' '\n' | grep -c '^[abc]$')"
expect "query" 1 "$(db query --table-name "$table" --key-condition-expression 'pk = :p' --expression-attribute-values '{":p":{"S":"b"}}' --query Count)"
db delete-item --table-name "$table" --key '{"pk":{"S":"b"}}'
expect "list-tables" "$table" "$(db list-tables --query "TableNames[?@=='$table'] | [0]")"
db delete-table --table-name "$table" > /dev/null
db wait table-not-exists --table-name "$table"
echo "AWS CLI: all as expected"
