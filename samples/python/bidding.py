"""An auction: bidders outbid each other at the same time, only a higher bid may replace the highest, and every accepted one is kept."""
from concurrent.futures import ThreadPoolExecutor

from proxy import ADDRESS, client, finish, recreate_table

TABLE, LOT, HIGHEST = "sample-bids", "painting-17", "highest"
BIDDERS, BIDS_EACH = ["Ada", "Ben", "Cleo", "Dan"], 10


def key(entry):
    return {"lot": {"S": LOT}, "entry": {"S": entry}}


def bid(bidder, amount):
    """Whether the bid was accepted. The condition decides, not what was read before: a stale look can only lose, never win wrongly."""
    try:
        client.update_item(
            TableName=TABLE, Key=key(HIGHEST), UpdateExpression="SET amount = :amount, bidder = :bidder",
            ConditionExpression="attribute_not_exists(amount) OR amount < :amount",
            ExpressionAttributeValues={":amount": {"N": str(amount)}, ":bidder": {"S": bidder}})
    except client.exceptions.ConditionalCheckFailedException:
        return False
    client.put_item(TableName=TABLE, Item={**key(f"bid#{amount:06}"), "amount": {"N": str(amount)}, "bidder": {"S": bidder}})
    return True


def take_part(position):
    """How many bids of a bidder were accepted. Each looks at the highest bid first, as a browser would show it."""
    accepted = 0
    for turn in range(BIDS_EACH):
        client.get_item(TableName=TABLE, Key=key(HIGHEST))
        accepted += bid(BIDDERS[position], 100 + turn * len(BIDDERS) * 10 + (position * 3 + turn) % len(BIDDERS) * 10)
    return accepted


print(f"Bidding: {len(BIDDERS)} bidders, {BIDS_EACH} bids each, at {ADDRESS}.")
recreate_table(
    TABLE,
    KeySchema=[{"AttributeName": "lot", "KeyType": "HASH"}, {"AttributeName": "entry", "KeyType": "RANGE"}],
    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("lot", "entry")])

# 1. All bid at once.
with ThreadPoolExecutor(max_workers=len(BIDDERS)) as pool:
    accepted = sum(pool.map(take_part, range(len(BIDDERS))))
print(f"{accepted} bids were accepted, {len(BIDDERS) * BIDS_EACH - accepted} were too low by then.")

# 2. All bidders look at the result.
for _ in range(20):
    top = int(client.get_item(TableName=TABLE, Key=key(HIGHEST))["Item"]["amount"]["N"])

# 3. The history, oldest first: amounts only rise, its last is the highest, and no accepted bid is missing.
history = client.query(
    TableName=TABLE, KeyConditionExpression="lot = :lot AND begins_with(entry, :bids)",
    ExpressionAttributeValues={":lot": {"S": LOT}, ":bids": {"S": "bid#"}})["Items"]
amounts = [int(item["amount"]["N"]) for item in history]
print(f"The lot goes to {history[-1]['bidder']['S']} for {top}, after {len(amounts)} accepted bids.")
finish(len(amounts) == accepted and amounts == sorted(set(amounts)) and amounts[-1] == top == 100 + (len(BIDDERS) * BIDS_EACH - 1) * 10)
