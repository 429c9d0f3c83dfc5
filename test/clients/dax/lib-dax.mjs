// Its document client. Usage: node lib-dax.mjs DAX_ENDPOINT JSON_ENDPOINT
import assert from 'node:assert/strict'
import { DaxDocument, daxPaginateQuery } from '@amazon-dax-sdk/lib-dax'
import { Json, region, accessKeyId, daxSecretAccessKey as secretAccessKey } from './json.mjs'

const [endpoint, http] = process.argv.slice(2)
const json = new Json(http)
const client = new DaxDocument({ endpoints: [endpoint], region, credentials: { accessKeyId, secretAccessKey } })
const TableName = `dax-doc-${Date.now()}-${process.pid}`
await json.createTable(TableName, 'S', 'N')
for (let sk = 0; sk < 5; sk++) await client.put({ TableName, Item: { pk: 'a', sk, list: [1, 'x', null], map: { deep: true }, set: new Set(['a', 'b']) } })
const { Item } = await client.get({ TableName, Key: { pk: 'a', sk: 3 } })
assert.deepEqual(Item, { pk: 'a', sk: 3, list: [1, 'x', null], map: { deep: true }, set: new Set(['a', 'b']) })
const updated = await client.update({ TableName, Key: { pk: 'a', sk: 3 }, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 1.5 }, ReturnValues: 'ALL_NEW' })
assert.equal(updated.Attributes.n, 1.5)
let count = 0
for await (const page of daxPaginateQuery({ client, pageSize: 2 }, { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'a' } })) count += page.Items.length
assert.equal(count, 5)
const batch = await client.batchGet({ RequestItems: { [TableName]: { Keys: [{ pk: 'a', sk: 0 }, { pk: 'a', sk: 9 }] } } })
assert.equal(batch.Responses[TableName].length, 1)
await client.transactWrite({ TransactItems: [{ Delete: { TableName, Key: { pk: 'a', sk: 0 } } }] })
assert.equal((await client.get({ TableName, Key: { pk: 'a', sk: 0 } })).Item, undefined)
await client.delete({ TableName, Key: { pk: 'a', sk: 1 } })
assert.equal((await client.scan({ TableName })).Count, 3)
await json.call('deleteTable', { TableName })
console.log('lib-dax: all as expected')
process.exit(0)
