"""Sessions of a web site: made once, read with each page, over at a moment that the item itself names."""
import time
from concurrent.futures import ThreadPoolExecutor

from proxy import ADDRESS, client, finish, recreate_table

TABLE, SESSIONS, PAGES_EACH = "sample-sessions", 10, 8


def key(session):
    return {"session": {"S": f"session-{session}"}}


def begin(session_and_front_end):
    """Whether this front end has begun the session: the condition lets one of them."""
    session, front_end = session_and_front_end
    try:
        client.put_item(
            TableName=TABLE, ConditionExpression="attribute_not_exists(#session)", ExpressionAttributeNames={"#session": "session"},
            Item={**key(session), "frontEnd": {"S": front_end}, "expiresAt": {"N": str(int(time.time()) + 1800)}})
        return True
    except client.exceptions.ConditionalCheckFailedException:
        return False


def read(session):
    """The session; None if there is none, or its time is over. DynamoDB deletes such items some time later, so readers check."""
    item = client.get_item(TableName=TABLE, Key=key(session)).get("Item")
    return item if item and int(item["expiresAt"]["N"]) > time.time() else None


print(f"Session store: {SESSIONS} visitors, {PAGES_EACH} pages each, at {ADDRESS}.")
recreate_table(
    TABLE, KeySchema=[{"AttributeName": "session", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "session", "AttributeType": "S"}])

# 1. Two front ends try to begin every session at once.
attempts = [(session, front_end) for session in range(SESSIONS) for front_end in ("left", "right")]
with ThreadPoolExecutor(max_workers=10) as pool:
    won = list(pool.map(begin, attempts))
is_right = all(sum(won[at:at + 2]) == 1 for at in range(0, len(won), 2))
print("Each session was begun exactly once." if is_right else "A session was begun twice, or not at all.")

# 2. Every page reads its session.
found = sum(read(session) is not None for _ in range(PAGES_EACH) for session in range(SESSIONS))
is_right &= found == SESSIONS * PAGES_EACH
print(f"{found} of {SESSIONS * PAGES_EACH} pages found their session.")

# 3. One visitor leaves: the write goes through the proxy, so the next read knows, cached or not.
client.delete_item(TableName=TABLE, Key=key(0))
is_right &= read(0) is None

# 4. Another's time is over.
client.update_item(
    TableName=TABLE, Key=key(1), UpdateExpression="SET expiresAt = :past",
    ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 60)}})
is_right &= read(1) is None and read(2) is not None
print("One visitor has left and one session is over; both are gone at once for every reader.")
finish(is_right)
