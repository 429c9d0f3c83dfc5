// A game: many matches at once add to the players' scores with atomic counters, and an index ranks the players.
import { address, db, finish, recreateTable } from './proxy.mjs';

const TableName = 'sample-leaderboard', IndexName = 'by-score', players = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'], matchesEach = 20;
const points = (match, player) => (match + 1) * (player + 3) * 7 % 11 + player;

console.log(`Leaderboard: ${players.length} players, ${matchesEach} matches each, at ${address}.`);
await recreateTable({
  TableName,
  KeySchema: [{ AttributeName: 'player', KeyType: 'HASH' }],
  AttributeDefinitions: [['player', 'S'], ['game', 'S'], ['score', 'N']]
    .map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
  GlobalSecondaryIndexes: [{
    IndexName, Projection: { ProjectionType: 'ALL' },
    KeySchema: [{ AttributeName: 'game', KeyType: 'HASH' }, { AttributeName: 'score', KeyType: 'RANGE' }],
  }],
});

// 1. Every match is an update of its own; none reads before it writes, so none can undo another.
const expected = players.map(() => 0), matches = [];
for (let match = 0; match < matchesEach; match++) {
  players.forEach((player, at) => {
    expected[at] += points(match, at);
    matches.push(db.update({
      TableName, Key: { player }, UpdateExpression: 'SET game = :game ADD score :points, matches :one',
      ExpressionAttributeValues: { ':game': 'chess', ':points': points(match, at), ':one': 1 },
    }));
  });
}
await Promise.all(matches);
console.log(`${matches.length} matches were played at the same time.`);

// 2. Players look at their own scores again and again; that is what the cache is for.
let isRight = true;
for (let look = 0; look < 5; look++) {
  for (const [at, player] of players.entries()) {
    const { Item } = await db.get({ TableName, Key: { player } });
    isRight &&= Item.score === expected[at] && Item.matches === matchesEach;
  }
}
console.log(isRight ? 'Every score is the sum of its matches.' : 'A match was lost.');

// 3. The ranking.
const ranking = (await db.query({
  TableName, IndexName, KeyConditionExpression: 'game = :game', ExpressionAttributeValues: { ':game': 'chess' },
  ScanIndexForward: false, Limit: 3,
})).Items;
ranking.forEach(item => console.log(`  ${item.player}: ${item.score}`));
const best = expected.toSorted((a, b) => b - a).slice(0, 3);
finish(isRight && ranking.length === 3 && ranking.every((item, at) => item.score === best[at]));
