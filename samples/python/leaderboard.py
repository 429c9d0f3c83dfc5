"""A game: many matches at once add to the players' scores with atomic counters, and an index ranks the players."""
from concurrent.futures import ThreadPoolExecutor

from proxy import ADDRESS, client, finish, recreate_table

TABLE, INDEX = "sample-leaderboard", "by-score"
PLAYERS, MATCHES_EACH = ["Ada", "Ben", "Cleo", "Dan", "Eve"], 20


def points(match, player):
    return (match + 1) * (player + 3) * 7 % 11 + player


def play(match_and_player):
    match, player = match_and_player
    client.update_item(
        TableName=TABLE, Key={"player": {"S": PLAYERS[player]}},
        UpdateExpression="SET game = :game ADD score :points, matches :one",
        ExpressionAttributeValues={":game": {"S": "chess"}, ":points": {"N": str(points(match, player))}, ":one": {"N": "1"}})


print(f"Leaderboard: {len(PLAYERS)} players, {MATCHES_EACH} matches each, at {ADDRESS}.")
recreate_table(
    TABLE,
    KeySchema=[{"AttributeName": "player", "KeyType": "HASH"}],
    AttributeDefinitions=[
        {"AttributeName": name, "AttributeType": kind} for name, kind in [("player", "S"), ("game", "S"), ("score", "N")]
    ],
    GlobalSecondaryIndexes=[{
        "IndexName": INDEX, "Projection": {"ProjectionType": "ALL"},
        "KeySchema": [{"AttributeName": "game", "KeyType": "HASH"}, {"AttributeName": "score", "KeyType": "RANGE"}]}])

# 1. Every match is an update of its own; none reads before it writes, so none can undo another.
matches = [(match, player) for match in range(MATCHES_EACH) for player in range(len(PLAYERS))]
with ThreadPoolExecutor(max_workers=10) as pool:
    list(pool.map(play, matches))
expected = {name: sum(points(match, player) for match in range(MATCHES_EACH)) for player, name in enumerate(PLAYERS)}
print(f"{len(matches)} matches were played at the same time.")

# 2. Players look at their own scores again and again; that is what the cache is for.
is_right = True
for _ in range(5):
    for name in PLAYERS:
        item = client.get_item(TableName=TABLE, Key={"player": {"S": name}})["Item"]
        is_right &= item["score"]["N"] == str(expected[name]) and item["matches"]["N"] == str(MATCHES_EACH)
print("Every score is the sum of its matches." if is_right else "A match was lost.")

# 3. The ranking.
ranking = client.query(
    TableName=TABLE, IndexName=INDEX, KeyConditionExpression="game = :game",
    ExpressionAttributeValues={":game": {"S": "chess"}}, ScanIndexForward=False, Limit=3)["Items"]
for item in ranking:
    print(f"  {item['player']['S']}: {item['score']['N']}")
finish(is_right and [int(item["score"]["N"]) for item in ranking] == sorted(expected.values(), reverse=True)[:3])
