// The AWS SDK for JavaScript v3 with lib-dynamodb. Usage: node sdk-v3.mjs ENDPOINT
import assert from 'node:assert/strict'
import { DynamoDBDocumentClient, PutCommand, GetCommand, UpdateCommand, QueryCommand, BatchWriteCommand, BatchGetCommand, TransactWriteCommand, DeleteCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb'
import { client, tableName, createTable, deleteTable } from './common.mjs'

const TableName = tableName('sdk')
const db = DynamoDBDocumentClient.from(client)
await createTable(TableName, true, ['gsi1'])

await db.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1', n: 1, list: [1, 'x', null], set: new Set(['a', 'b']), bin: new Uint8Array([1, 2]), gsi1pk: 'g', gsi1sk: '1' } }))
const { Item } = await db.send(new GetCommand({ TableName, Key: { pk: 'a', sk: '1' } }))
assert.deepEqual(Item.list, [1, 'x', null])
assert.deepEqual(Item.set, new Set(['a', 'b']))
assert.deepEqual([...Item.bin], [1, 2])

const updated = await db.send(new UpdateCommand({ TableName, Key: { pk: 'a', sk: '1' }, UpdateExpression: 'SET #l = list_append(#l, :more), n = n + :one', ExpressionAttributeNames: { '#l': 'list' }, ExpressionAttributeValues: { ':more': ['y'], ':one': 41 }, ReturnValues: 'ALL_NEW' }))
assert.equal(updated.Attributes.n, 42)
await assert.rejects(db.send(new PutCommand({ TableName, Item: { pk: 'a', sk: '1' }, ConditionExpression: 'attribute_not_exists(pk)' })), { name: 'ConditionalCheckFailedException' })

await db.send(new BatchWriteCommand({ RequestItems: { [TableName]: Array.from({ length: 20 }, (_, i) => ({ PutRequest: { Item: { pk: 'b', sk: String(i).padStart(3, '0') } } })) } }))
const batch = await db.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ pk: 'b', sk: '000' }, { pk: 'b', sk: '999' }] } } }))
assert.equal(batch.Responses[TableName].length, 1)
let count = 0
let pages = 0
for await (const page of paginateQuery({ client: db, pageSize: 6 }, { TableName, KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)', ExpressionAttributeValues: { ':p': 'b', ':s': '0' } })) { count += page.Count; pages++ }
assert.equal(count, 20)
assert.equal(pages, 4)
count = 0
for await (const page of paginateScan({ client: db, pageSize: 6 }, { TableName })) count += page.Count
assert.equal(count, 21)
const index = await db.send(new QueryCommand({ TableName, IndexName: 'gsi1', KeyConditionExpression: 'gsi1pk = :g', ExpressionAttributeValues: { ':g': 'g' } }))
assert.equal(index.Count, 1)

await assert.rejects(db.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: { pk: 't', sk: '1' } } }, { Delete: { TableName, Key: { pk: 'zz', sk: '1' }, ConditionExpression: 'attribute_exists(pk)' } }] })), error => {
  assert.deepEqual(error.CancellationReasons.map(reason => reason.Code), ['None', 'ConditionalCheckFailed'])
  return true
})
await db.send(new DeleteCommand({ TableName, Key: { pk: 'a', sk: '1' } }))
await deleteTable(TableName)
console.log('AWS SDK for JavaScript v3: all as expected')
