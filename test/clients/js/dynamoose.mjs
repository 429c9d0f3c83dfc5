// Dynamoose, which creates its own tables. Usage: node dynamoose.mjs ENDPOINT
import assert from 'node:assert/strict'
import dynamoose from 'dynamoose'
import { options, tableName, deleteTable } from './common.mjs'

dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB(options))
const name = tableName('dynamoose')
const Cat = dynamoose.model(name, new dynamoose.Schema({
  id: { type: String, hashKey: true },
  born: { type: Number, rangeKey: true },
  colour: { type: String, index: { name: 'by-colour', type: 'global' } },
  toys: { type: Array, schema: [String] }
}), { create: true, waitForActive: true })
new dynamoose.Table(name, [Cat], { create: true, waitForActive: true })

for (let i = 0; i < 8; i++) await new Cat({ id: 'c', born: 2000 + i, colour: i % 2 ? 'black' : 'white', toys: ['ball'] }).save()
await assert.rejects(Cat.create({ id: 'c', born: 2001, colour: 'red' }))
const cat = await Cat.get({ id: 'c', born: 2001 })
assert.equal(cat.colour, 'black')
await Cat.update({ id: 'c', born: 2001 }, { $ADD: { toys: ['mouse'] }, $SET: { colour: 'grey' } })
assert.deepEqual([...(await Cat.get({ id: 'c', born: 2001 })).toys], ['ball', 'mouse'])
assert.equal((await Cat.query('id').eq('c').where('born').between(2002, 2005).exec()).length, 4)
assert.equal((await Cat.query('colour').eq('white').using('by-colour').exec()).length, 4)
assert.equal((await Cat.scan().count().exec()).count, 8)
assert.equal((await Cat.batchGet([{ id: 'c', born: 2000 }, { id: 'c', born: 1900 }])).length, 1)
await dynamoose.transaction([Cat.transaction.delete({ id: 'c', born: 2000 }), Cat.transaction.create({ id: 'd', born: 1, colour: 'white' })])
assert.equal(await Cat.get({ id: 'c', born: 2000 }), undefined)
await deleteTable(name)
console.log('Dynamoose: all as expected')
