// Vector indexes with the AWS SDK for JavaScript v3. Usage: node vectors.mjs ENDPOINT
import assert from 'node:assert/strict'
import { CreateTableCommand, DescribeTableCommand, PutItemCommand, SearchVectorsCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import { client, tableName, deleteTable } from './common.mjs'

const TableName = tableName('vectors')
const vector = (...numbers) => numbers.map(number => ({ N: String(number) }))
const index = (IndexName, DistanceFunction) => ({
  IndexName,
  VectorAttribute: { AttributeName: 'embedding' },
  Dimensions: 3,
  DistanceFunction,
  SearchSchema: [
    { AttributeName: 'tenant', SearchSchemaElementType: 'HASH' },
    { AttributeName: 'kind', SearchSchemaElementType: 'INLINE_FILTER' }
  ],
  Projection: { ProjectionType: 'ALL' }
})
const AttributeDefinitions = ['pk', 'tenant', 'kind'].map(AttributeName => ({ AttributeName, AttributeType: 'S' }))

await client.send(new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions,
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  VectorIndexes: [index('near', 'COSINE')]
}))
for (const [pk, tenant, kind, ...numbers] of [['a', 't1', 'x', 1, 0, 0], ['b', 't1', 'y', 0, 1, 0], ['c', 't2', 'x', 1, 0, 0]]) {
  await client.send(new PutItemCommand({
    TableName,
    Item: { pk: { S: pk }, tenant: { S: tenant }, kind: { S: kind }, embedding: { L: vector(...numbers) } }
  }))
}

const search = (IndexName, more = {}) => client.send(new SearchVectorsCommand({
  TableName,
  IndexName,
  SearchVector: vector(1, 0.5, 0),
  TopK: 10,
  SearchConditionExpression: 'tenant = :t',
  ExpressionAttributeValues: { ':t': { S: 't1' } },
  ReturnConsumedCapacity: 'TOTAL',
  ...more
}))
const found = await search('near')
assert.deepEqual(found.SearchResults.map(result => result.Item.pk.S), ['a', 'b'])
assert.ok(Math.abs(found.SearchResults[0].Score - (1 - 1 / Math.sqrt(1.25))) < 1e-9)
assert.equal(found.SearchResults[0].Item.embedding, undefined)
assert.equal(found.ConsumedCapacity.VectorSearchRequestBytes, 1024)
const filtered = await search('near', {
  SearchConditionExpression: 'tenant = :t AND kind = :k',
  ExpressionAttributeValues: { ':t': { S: 't1' }, ':k': { S: 'y' } },
  ProjectionExpression: 'pk, embedding'
})
assert.deepEqual(filtered.SearchResults[0].Item, { pk: { S: 'b' }, embedding: { L: vector(0, 1, 0) } })
await assert.rejects(search('near', { TopK: 101 }), { name: 'ValidationException' })

await client.send(new UpdateTableCommand({ TableName, AttributeDefinitions, VectorIndexUpdates: [{ Create: index('far', 'EUCLIDEAN') }] }))
const describe = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table.VectorIndexes.find(one => one.IndexName === 'far')
while ((await describe()).IndexStatus !== 'ACTIVE') await new Promise(resolve => setTimeout(resolve, 10))
assert.equal((await search('far')).SearchResults[0].Score, 0.5)
await client.send(new UpdateTableCommand({ TableName, VectorIndexUpdates: [{ Delete: { IndexName: 'far' } }] }))
assert.equal(await describe(), undefined)
await deleteTable(TableName)
console.log('Vector indexes: all as expected')
