// An auction: bidders outbid each other at the same time, only a higher bid may replace the highest, and every accepted one is kept.
import { address, db, finish, recreateTable } from './proxy.mjs';

const TableName = 'sample-bids', lot = 'painting-17', highest = 'highest', bidders = ['Ada', 'Ben', 'Cleo', 'Dan'], bidsEach = 10;

console.log(`Bidding: ${bidders.length} bidders, ${bidsEach} bids each, at ${address}.`);
await recreateTable({
  TableName,
  KeySchema: [{ AttributeName: 'lot', KeyType: 'HASH' }, { AttributeName: 'entry', KeyType: 'RANGE' }],
  AttributeDefinitions: ['lot', 'entry'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
});

// 1. All bid at once; each looks at the highest bid first, as a browser would show it.
let accepted = 0;
await Promise.all(bidders.map(async (bidder, at) => {
  for (let turn = 0; turn < bidsEach; turn++) {
    await db.get({ TableName, Key: { lot, entry: highest } });
    const amount = 100 + turn * bidders.length * 10 + (at * 3 + turn) % bidders.length * 10;
    if (await tryBid(bidder, amount)) accepted++;
  }
}));
console.log(`${accepted} bids were accepted, ${bidders.length * bidsEach - accepted} were too low by then.`);

// 2. All bidders look at the result.
let top = 0;
for (let look = 0; look < 20; look++) top = (await db.get({ TableName, Key: { lot, entry: highest } })).Item.amount;

// 3. The history, oldest first: amounts only rise, its last is the highest, and no accepted bid is missing.
const history = (await db.query({
  TableName,
  KeyConditionExpression: 'lot = :lot AND begins_with(entry, :bids)',
  ExpressionAttributeValues: { ':lot': lot, ':bids': 'bid#' },
})).Items;
console.log(`The lot goes to ${history.at(-1).bidder} for ${top}, after ${history.length} accepted bids.`);
finish(history.length === accepted && history.every((bid, at) => at === 0 || history[at - 1].amount < bid.amount)
  && history.at(-1).amount === top && top === 100 + (bidders.length * bidsEach - 1) * 10);

// The condition decides, not what was read before: a stale look at the highest bid can only lose, never win wrongly.
async function tryBid(bidder, amount) {
  try {
    await db.update({
      TableName, Key: { lot, entry: highest }, UpdateExpression: 'SET amount = :amount, bidder = :bidder',
      ConditionExpression: 'attribute_not_exists(amount) OR amount < :amount',
      ExpressionAttributeValues: { ':amount': amount, ':bidder': bidder },
    });
  } catch (fault) {
    if (fault.name !== 'ConditionalCheckFailedException') throw fault;
    return false;
  }
  await db.put({ TableName, Item: { lot, entry: `bid#${String(amount).padStart(6, '0')}`, amount, bidder } });
  return true;
}
