// What the clients make of faults on purpose: requests that are throttled, answers that are lost, batches that are done in part.
// Usage: node simulated.mjs amazon-dax-client|client-dax DAX_ENDPOINT JSON_ENDPOINT ADMIN_ENDPOINT
import assert from 'node:assert/strict'
import { connect } from './connect.mjs'
import { Json } from './json.mjs'

const [name, endpoint, http, admin] = process.argv.slice(2)
const json = new Json(http)
const TableName = `simulated-${process.pid}`
const S = text => ({ S: text })
const call = await connect(name, endpoint)
const simulate = faults => fetch(`${admin}/api/simulation`, {
  method: faults ? 'PUT' : 'DELETE', headers: { 'Content-Type': 'application/json' }, body: faults && JSON.stringify({ faults, seed: 4 }),
}).then(reply => assert.equal(reply.status, 200))
const counts = async operation => (await (await fetch(`${admin}/api/simulation`)).json()).requests.find(one => one.operation === operation)
await json.createTable(TableName, 'S')

// Throttled for good: the client gives up with DynamoDB's error, in its own form.
await simulate(`${TableName}/PutItem throttle`)
const refused = await call('putItem', { TableName, Item: { pk: S('never'), a: S('x') } }).then(() => null, error => error)
assert.equal(refused.code ?? refused.name, 'ProvisionedThroughputExceededException')
assert.match(refused.message, /The level of configured provisioned throughput for the table was exceeded/)
assert.equal((await call('getItem', { TableName, Key: { pk: S('never') }, ConsistentRead: true })).Item, undefined)

// Answers that are lost: the client connects again and repeats, or says that it does not know. The write was made.
await simulate(`${TableName}/PutItem lost=0.5`)
for (let n = 0; n < 10; n++) await call('putItem', { TableName, Item: { pk: S(`lost-${n}`), a: S('x') } }).catch(() => {})
assert.ok((await counts('PutItem')).lost > 0)
await simulate()
for (let n = 0; n < 10; n++) assert.deepEqual((await call('getItem', { TableName, Key: { pk: S(`lost-${n}`) } })).Item, { pk: S(`lost-${n}`), a: S('x') })

// A batch that is done in part.
await simulate(`${TableName}/BatchWriteItem unprocessed=0.5`)
const keys = Array.from({ length: 10 }, (_, n) => ({ pk: S(`lost-${n}`) }))
const written = await call('batchWriteItem', { RequestItems: { [TableName]: keys.map(Key => ({ DeleteRequest: { Key } })) } })
const left = written.UnprocessedItems[TableName].map(write => write.DeleteRequest.Key.pk.S)
assert.ok(left.length > 0 && left.length < 10, left.join())
for (const { pk } of keys) {
  const { Item } = await call('getItem', { TableName, Key: { pk }, ConsistentRead: true })
  assert.equal(Item !== undefined, left.includes(pk.S), pk.S)
}
await simulate()
console.log(`simulated faults of ${name}: all as expected`)
process.exit(0)
