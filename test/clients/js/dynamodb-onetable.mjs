// DynamoDB OneTable, which creates its own tables. Usage: node dynamodb-onetable.mjs ENDPOINT
import assert from 'node:assert/strict'
import { Table } from 'dynamodb-onetable'
import { client, tableName } from './common.mjs'

const table = new Table({
  client,
  name: tableName('onetable'),
  partial: true,
  schema: {
    format: 'onetable:1.1.0',
    version: '0.0.1',
    indexes: { primary: { hash: 'pk', sort: 'sk' }, gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' } },
    models: {
      Account: { pk: { type: String, value: 'account:${name}' }, sk: { type: String, value: 'account:' }, id: { type: String, generate: 'ulid' }, name: { type: String, required: true, unique: true }, balance: { type: Number, default: 0 }, gs1pk: { type: String, value: 'account:' }, gs1sk: { type: String, value: 'account:${name}' } }
    },
    params: { isoDates: true, timestamps: true }
  }
})
await table.createTable()
const Account = table.getModel('Account')
for (const name of ['a', 'b', 'c']) await Account.create({ name })
await assert.rejects(Account.create({ name: 'a' }))
await Account.update({ name: 'a' }, { add: { balance: 5 } })
assert.equal((await Account.get({ name: 'a' })).balance, 5)
assert.equal((await Account.find({}, { index: 'gs1', limit: 2 })).length, 2)
const transaction = {}
await Account.update({ name: 'a', balance: 1 }, { transaction })
await Account.update({ name: 'b', balance: 9 }, { transaction })
await table.transact('write', transaction)
assert.equal((await Account.get({ name: 'b' })).balance, 9)
await Account.remove({ name: 'c' })
assert.equal((await Account.scan()).length, 2)
await table.deleteTable('DeleteTableForever')
console.log('DynamoDB OneTable: all as expected')
