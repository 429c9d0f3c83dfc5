// DynamoDB-Toolbox. Usage: node dynamodb-toolbox.mjs ENDPOINT
import assert from 'node:assert/strict'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Table, Entity, item, string, number, set, list, PutItemCommand, GetItemCommand, UpdateItemCommand, DeleteItemCommand, QueryCommand, ScanCommand, $add, $append } from 'dynamodb-toolbox'
import { client, tableName, createTable, deleteTable } from './common.mjs'

const name = tableName('toolbox')
await createTable(name)
const table = new Table({ documentClient: DynamoDBDocumentClient.from(client), name, partitionKey: { name: 'pk', type: 'string' }, sortKey: { name: 'sk', type: 'string' } })
const Pet = new Entity({ name: 'PET', table, schema: item({ pk: string().key(), sk: string().key(), age: number().optional(), names: set(string()).optional(), log: list(string()).optional() }) })

for (const sk of ['a', 'b', 'c']) await Pet.build(PutItemCommand).item({ pk: 'p', sk, age: 1, names: new Set(['x']), log: [] }).send()
await Pet.build(UpdateItemCommand).item({ pk: 'p', sk: 'a', age: $add(4), log: $append(['grew']) }).send()
const { Item } = await Pet.build(GetItemCommand).key({ pk: 'p', sk: 'a' }).send()
assert.equal(Item.age, 5)
assert.deepEqual(Item.log, ['grew'])
const { Items } = await table.build(QueryCommand).query({ partition: 'p', range: { gte: 'b' } }).entities(Pet).options({ limit: 5 }).send()
assert.deepEqual(Items.map(pet => pet.sk), ['b', 'c'])
await assert.rejects(Pet.build(PutItemCommand).item({ pk: 'p', sk: 'a' }).options({ condition: { attr: 'pk', exists: false } }).send(), { name: 'ConditionalCheckFailedException' })
await Pet.build(DeleteItemCommand).key({ pk: 'p', sk: 'a' }).send()
assert.equal((await table.build(ScanCommand).entities(Pet).send()).Items.length, 2)
await deleteTable(name)
console.log('DynamoDB-Toolbox: all as expected')
