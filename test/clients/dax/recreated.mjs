// What the clients make of a table that is deleted and created again with another key. They hold the old key for a minute, whatever they are told meanwhile.
// Usage: node recreated.mjs amazon-dax-client|client-dax DAX_ENDPOINT JSON_ENDPOINT
import assert from 'node:assert/strict'
import { connect } from './connect.mjs'
import { Json } from './json.mjs'

const [name, endpoint, http] = process.argv.slice(2)
const json = new Json(http)
const TableName = `recreated-${process.pid}`
const S = text => ({ S: text })
const N = number => ({ N: String(number) })
const call = await connect(name, endpoint)
const put = Item => call('putItem', { TableName, Item })
const get = async Key => (await call('getItem', { TableName, Key })).Item

await json.createTable(TableName, 'S')
await put({ pk: S('old'), v: N(1) })
for (let round = 0; round < 2; round++) assert.deepEqual(await get({ pk: S('old') }), { pk: S('old'), v: N(1) })

await json.call('deleteTable', { TableName })
await json.createTable(TableName, 'N')

// The old key, which the client takes: refused by the server.
await assert.rejects(get({ pk: S('old') }), /The provided key element does not match the schema/)
await assert.rejects(put({ pk: S('old'), v: N(2) }), /The provided key element does not match the schema/)

// The new one: refused by the client, and nothing is sent.
await assert.rejects(get({ pk: N(7) }), /One of the required keys was not given a value/)
await assert.rejects(put({ pk: N(7), v: N(2) }), /One of the required keys was not given a value/)
assert.equal((await json.call('scan', { TableName, ConsistentRead: true })).Count, 0)

const now = Date.now
Date.now = () => now() + 61_000
await put({ pk: N(7), v: N(3) })
assert.deepEqual(await get({ pk: N(7) }), { pk: N(7), v: N(3) })
assert.deepEqual((await json.call('scan', { TableName, ConsistentRead: true })).Items, [{ pk: N(7), v: N(3) }])
console.log(`a table created again, of ${name}: all as expected`)
process.exit(0)
