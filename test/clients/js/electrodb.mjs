// ElectroDB. Usage: node electrodb.mjs ENDPOINT
import assert from 'node:assert/strict'
import { Entity } from 'electrodb'
import { client, tableName, createTable, deleteTable } from './common.mjs'

const table = tableName('electro')
await createTable(table, true, ['gsi1'])
const Task = new Entity({
  model: { entity: 'task', version: '1', service: 'work' },
  attributes: { team: { type: 'string', required: true }, id: { type: 'string', required: true }, points: { type: 'number' }, tags: { type: 'set', items: 'string' }, status: { type: ['open', 'done'], default: 'open' } },
  indexes: {
    byTeam: { pk: { field: 'pk', composite: ['team'] }, sk: { field: 'sk', composite: ['id'] } },
    byStatus: { index: 'gsi1', pk: { field: 'gsi1pk', composite: ['status'] }, sk: { field: 'gsi1sk', composite: ['points', 'id'] } }
  }
}, { client, table })

for (let i = 0; i < 12; i++) await Task.create({ team: 'red', id: `t${i}`, points: i, tags: ['a'] }).go()
await assert.rejects(Task.create({ team: 'red', id: 't1', points: 1 }).go())
const all = await Task.query.byTeam({ team: 'red' }).go({ pages: 'all', limit: 5 })
assert.equal(all.data.length, 12)
await Task.update({ team: 'red', id: 't1' }).set({ status: 'done', points: 5 }).add({ tags: ['b'] }).go()
const done = await Task.query.byStatus({ status: 'done' }).where(({ points }, { gt }) => gt(points, 1)).go()
assert.deepEqual(done.data.map(task => task.id), ['t1'])
assert.deepEqual(done.data[0].tags.sort(), ['a', 'b'])
const batch = await Task.get([{ team: 'red', id: 't1' }, { team: 'red', id: 'absent' }]).go()
assert.equal(batch.data.length, 1)
await Task.delete({ team: 'red', id: 't1' }).go()
assert.equal((await Task.get({ team: 'red', id: 't1' }).go()).data, null)
await deleteTable(table)
console.log('ElectroDB: all as expected')
