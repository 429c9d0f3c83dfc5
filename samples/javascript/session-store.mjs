// Sessions of a web site: made once, read with each page, over at a moment that the item itself names.
import { address, db, finish, recreateTable } from './proxy.mjs';

const TableName = 'sample-sessions', sessions = 10, pagesEach = 8;
const now = () => Math.floor(Date.now() / 1000);
const keyOf = session => ({ session: `session-${session}` });

console.log(`Session store: ${sessions} visitors, ${pagesEach} pages each, at ${address}.`);
await recreateTable({
  TableName, KeySchema: [{ AttributeName: 'session', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'session', AttributeType: 'S' }],
});

// 1. Two front ends try to begin every session at once. The condition lets one of them.
const all = [...Array(sessions).keys()];
const outcomes = await Promise.all(all.map(session => Promise.all(['left', 'right'].map(frontEnd => tryBegin(session, frontEnd)))));
let isRight = outcomes.every(pair => pair.filter(won => won).length === 1);
console.log(isRight ? 'Each session was begun exactly once.' : 'A session was begun twice, or not at all.');

// 2. Every page reads its session.
let found = 0;
for (let page = 0; page < pagesEach; page++) {
  for (const session of all) found += await read(session) ? 1 : 0;
}
isRight &&= found === sessions * pagesEach;
console.log(`${found} of ${sessions * pagesEach} pages found their session.`);

// 3. One visitor leaves: the write goes through the proxy, so the next read knows, cached or not.
await db.delete({ TableName, Key: keyOf(0) });
isRight &&= await read(0) === undefined;

// 4. Another's time is over. DynamoDB deletes such items some time later, so readers check.
await db.update({
  TableName, Key: keyOf(1), UpdateExpression: 'SET expiresAt = :past', ExpressionAttributeValues: { ':past': now() - 60 },
});
isRight &&= await read(1) === undefined && await read(2) !== undefined;
console.log('One visitor has left and one session is over; both are gone at once for every reader.');
finish(isRight);

async function tryBegin(session, frontEnd) {
  try {
    await db.put({
      TableName, Item: { ...keyOf(session), frontEnd, expiresAt: now() + 1800 },
      ConditionExpression: 'attribute_not_exists(#session)', ExpressionAttributeNames: { '#session': 'session' },
    });
    return true;
  } catch (fault) {
    if (fault.name !== 'ConditionalCheckFailedException') throw fault;
    return false;
  }
}

async function read(session) {
  const { Item } = await db.get({ TableName, Key: keyOf(session) });
  return Item?.expiresAt > now() ? Item : undefined;
}
