#!/bin/bash
# Faults on purpose, as the AWS CLI meets them. Usage: aws_cli_faults.sh ENDPOINT ADMIN_ENDPOINT
set -euo pipefail
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 AWS_PAGER= AWS_DEFAULT_OUTPUT=text
aws() { command aws --endpoint-url "$ENDPOINT" "$@"; }
simulate() { curl -sf -o /dev/null -X PUT -H 'Content-Type: application/json' "$ADMIN/api/simulation" -d "{\"faults\":\"$1\"}"; }
put() { aws dynamodb put-item --table-name faults-cli --item "{\"id\":{\"S\":\"$1\"}}" 2>&1; }
there() { aws dynamodb get-item --table-name faults-cli --key "{\"id\":{\"S\":\"$1\"}}" --consistent-read --query Item.id.S; }
expect() { [ "$1" = "$2" ] || { echo "expected '$1', got '$2'"; exit 1; }; }
holds() { [[ "$2" == *"$1"* ]] || { echo "expected '$1' in '$2'"; exit 1; }; }
ENDPOINT=$1 ADMIN=$2

aws dynamodb create-table --table-name faults-cli --attribute-definitions AttributeName=id,AttributeType=S \
  --key-schema AttributeName=id,KeyType=HASH --billing-mode PAY_PER_REQUEST > /dev/null
simulate 'faults-cli/PutItem throttle'
holds '(ProvisionedThroughputExceededException) when calling the PutItem operation (reached max retries: 0): The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.' \
  "$(AWS_MAX_ATTEMPTS=1 put a || true)"
expect None "$(there a)"
simulate 'faults-cli/PutItem lost'
holds 'Connection was closed before we received a valid response' "$(AWS_MAX_ATTEMPTS=1 put b || true)"
expect b "$(there b)"
simulate 'faults-cli/PutItem error=0.5'
for n in 1 2 3; do AWS_MAX_ATTEMPTS=10 put "c$n"; expect "c$n" "$(there "c$n")"; done
curl -sf "$ADMIN/api/simulation" | grep -q '"error":' || { echo "no error was met"; exit 1; }
curl -sf -o /dev/null -X DELETE "$ADMIN/api/simulation"
aws dynamodb delete-table --table-name faults-cli > /dev/null
echo "AWS CLI: all as expected"
