// What the clients make of a backend that does not do everything at once, and of an authorization that ends early. The backend behind the endpoint is
// the test's: it refuses the first read of the key `throttled`, leaves the last part of every batch undone, and moves the server's clock past the life of every
// authorization when the key `later` is read. Usage: node faults.mjs amazon-dax-client|client-dax DAX_ENDPOINT JSON_ENDPOINT
import assert from 'node:assert/strict'
import { connect } from './connect.mjs'
import { Json } from './json.mjs'

const [name, endpoint, http] = process.argv.slice(2)
const json = new Json(http)
const TableName = `faults-${process.pid}`
const S = text => ({ S: text })
const call = await connect(name, endpoint)
await json.createTable(TableName, 'S')
for (const pk of ['throttled', 'later', 'b1', 'b2']) await call('putItem', { TableName, Item: { pk: S(pk), a: S('x') } })

assert.deepEqual((await call('getItem', { TableName, Key: { pk: S('throttled') }, ConsistentRead: true })).Item, { pk: S('throttled'), a: S('x') })

for (let round = 0; round < 2; round++) {
  await call('getItem', { TableName, Key: { pk: S('later') }, ConsistentRead: true })
  assert.deepEqual((await call('getItem', { TableName, Key: { pk: S('b1') } })).Item, { pk: S('b1'), a: S('x') })
}

const keys = [{ pk: S('b1') }, { pk: S('b2') }]
const read = await call('batchGetItem', { RequestItems: { [TableName]: { Keys: keys, ConsistentRead: true } } })
assert.deepEqual(read.Responses[TableName], [{ pk: S('b1'), a: S('x') }])
assert.deepEqual(read.UnprocessedKeys[TableName].Keys, [{ pk: S('b2') }])
const written = await call('batchWriteItem', { RequestItems: { [TableName]: keys.map(Key => ({ DeleteRequest: { Key } })) } })
assert.deepEqual(written.UnprocessedItems[TableName], [{ DeleteRequest: { Key: { pk: S('b2') } } }])
assert.equal((await call('getItem', { TableName, Key: { pk: S('b1') } })).Item, undefined)
assert.deepEqual((await call('getItem', { TableName, Key: { pk: S('b2') } })).Item, { pk: S('b2'), a: S('x') })
console.log(`faults of ${name}: all as expected`)
process.exit(0)
