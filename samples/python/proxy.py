"""A client of the unchanged AWS SDK that speaks to the proxy. Only the address differs from a client of DynamoDB."""
import os
import sys
import threading

import boto3

ADDRESS = next(iter(sys.argv[1:]), None) or os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")

# The bundled engine knows no accounts; with a real one leave the credentials out and the SDK finds them.
client = boto3.client("dynamodb", endpoint_url=ADDRESS, region_name="us-east-1",
                      aws_access_key_id="local", aws_secret_access_key="local")
PATIENCE = {"Delay": 1, "MaxAttempts": 60}
_lock = threading.Lock()
_reads = _hits = 0


def _count(http_response, model, **_):
    """Counts reads and cache hits by the Cache-Status header (RFC 9211) of the answers."""
    global _reads, _hits
    if model.name in ("GetItem", "BatchGetItem", "Query", "Scan"):
        with _lock:
            _reads += 1
            _hits += "; hit" in http_response.headers.get("Cache-Status", "")


client.meta.events.register("after-call.dynamodb", _count)


def recreate_table(name, **definition):
    """Deletes the table and creates it again, so that each run begins with nothing."""
    try:
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=PATIENCE)
    except client.exceptions.ResourceNotFoundException:
        pass
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **definition)
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=PATIENCE)


def finish(is_right):
    """Says how much the cache did, and ends with 0 if the program's own checks all held."""
    print(f"{_hits} of {_reads} reads ({100 * _hits // max(1, _reads)} %) were answered from the cache.")
    print("All is as it should be." if is_right else "Something is not as it should be.")
    sys.exit(0 if is_right else 1)
