// What every client of the DAX protocol must be able to do, whatever its generation. `dax.call(operation, parameters)` gives a promise of the
// answer in DynamoDB's own form (attribute values, not documents), `json` speaks the JSON protocol to the same proxy.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

const run = `${Date.now()}-${process.pid}`
const S = text => ({ S: text })
const N = number => ({ N: String(number) })
const bytes = value => [...value]
const rejectsWith = (promise, code, check) => assert.rejects(promise, error => {
  assert.equal(error.code ?? error.name, code, `${error}`)
  check?.(error)
  return true
})

export async function scenario (dax, json, { idleSeconds = 0 } = {}) {
  const T = { s: `dax-s-${run}`, n: `dax-n-${run}`, b: `dax-b-${run}`, ss: `dax-ss-${run}`, sn: `dax-sn-${run}`, sb: `dax-sb-${run}` }
  await json.createTable(T.s, 'S')
  await json.createTable(T.n, 'N')
  await json.createTable(T.b, 'B')
  await json.createTable(T.ss, 'S', 'S', { byOwner: 'owner' })
  await json.createTable(T.sn, 'S', 'N')
  await json.createTable(T.sb, 'S', 'B')
  const steps = { plain, types, keys, updates, conditions, queries, indexes, scans, batches, transactions, errors, legacy, sharing, crowd }
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step()
    } catch (error) {
      error.message = `${name}: ${error.message}`
      throw error
    }
  }

  if (idleSeconds > 0) {
    await sleep(idleSeconds * 1000)
    await plain()
  }

  for (const TableName of Object.values(T)) await json.call('deleteTable', { TableName })

  async function plain () {
    const Key = { pk: S('k1') }
    assert.deepEqual(await get(T.s, { pk: S('nothing here') }), undefined)
    await dax.call('putItem', { TableName: T.s, Item: { ...Key, a: S('hello'), n: N(42) } })
    assert.deepEqual(await get(T.s, Key), { ...Key, a: S('hello'), n: N(42) })
    assert.deepEqual(await get(T.s, Key, { ConsistentRead: true }), { ...Key, a: S('hello'), n: N(42) })
    assert.deepEqual(await get(T.s, Key, { ProjectionExpression: 'n, nothere' }), { n: N(42) })
    const consumed = await dax.call('getItem', { TableName: T.s, Key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' })
    assert.equal(consumed.ConsumedCapacity.TableName, T.s)
    assert.equal(consumed.ConsumedCapacity.CapacityUnits, 1)
    await dax.call('putItem', { TableName: T.s, Item: { pk: S('alone') } })
    assert.deepEqual(await get(T.s, { pk: S('alone') }), { pk: S('alone') })
    const old = await dax.call('putItem', { TableName: T.s, Item: { ...Key, a: S('again') }, ReturnValues: 'ALL_OLD' })
    assert.deepEqual(old.Attributes, { ...Key, a: S('hello'), n: N(42) })
    const gone = await dax.call('deleteItem', { TableName: T.s, Key, ReturnValues: 'ALL_OLD' })
    assert.deepEqual(gone.Attributes, { ...Key, a: S('again') })
    assert.equal((await dax.call('deleteItem', { TableName: T.s, Key, ReturnValues: 'ALL_OLD' })).Attributes, undefined)
    assert.equal(await get(T.s, Key), undefined)
  }

  async function types () {
    const Item = {
      pk: S('types'),
      s: S('ä€😀'),
      empty: S(''),
      b: { B: Buffer.from([0, 1, 255]) },
      yes: { BOOL: true },
      no: { BOOL: false },
      nothing: { NULL: true },
      list: { L: [S('a'), N(1), { NULL: true }, { L: [] }, { M: {} }] },
      map: { M: { x: { L: [{ M: { deep: { BOOL: true } } }] }, y: N('-7') } },
      ss: { SS: ['a', 'bc'] },
      ns: { NS: ['-3', '1', '2.5'] },
      bs: { BS: [Buffer.from([1]), Buffer.from([2, 3])] }
    }
    const numbers = ['0', '-1', '24', '255', '65536', '4294967296', '-4294967297', '9007199254740991', '3.14', '-0.5', '0.1234567890123456789',
      '0.001', '100000', '123456.789']
    numbers.forEach((text, index) => { Item['n' + index] = N(text) })
    await dax.call('putItem', { TableName: T.s, Item })
    const first = await get(T.s, { pk: S('types') })
    same(first, Item)
    same(await get(T.s, { pk: S('types') }), Item)
    const { Item: told } = await json.call('getItem', { TableName: T.s, Key: { pk: S('types') } })
    for (let index = 0; index < numbers.length; index++) assert.equal(told['n' + index].N, numbers[index])
    assert.deepEqual(bytes(told.b.B), [0, 1, 255])

    // Digits that no double holds must not be lost on the way, however a client shows them.
    const exact = ['12345678901234567890123456789012345678', '1.2345678901234567890123456789012345678', '9007199254740993', '-18446744073709551616',
      '1E125', '-9.99E-130', '1E-130']
    await dax.call('putItem', { TableName: T.s, Item: { pk: S('exact'), ...Object.fromEntries(exact.map((text, index) => ['e' + index, N(text)])) } })
    const { Item: digits } = await json.call('getItem', { TableName: T.s, Key: { pk: S('exact') } })
    assert.deepEqual(exact.map((_, index) => digits['e' + index].N), ['12345678901234567890123456789012345678', '1.2345678901234567890123456789012345678',
      '9007199254740993', '-18446744073709551616', '1' + '0'.repeat(125), '-0.' + '0'.repeat(129) + '999', '0.' + '0'.repeat(129) + '1'])
  }

  function same (actual, expected) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort())
    for (const [name, value] of Object.entries(expected)) {
      const [type, content] = Object.entries(value)[0]
      const found = actual[name][type]
      if (type === 'B') assert.deepEqual(bytes(found), bytes(content), name)
      else if (type === 'BS') assert.deepEqual(found.map(bytes).sort(), content.map(bytes).sort(), name)
      else if (type === 'NS') assert.deepEqual(found.map(Number).sort(), content.map(Number).sort(), name)
      else if (type === 'SS') assert.deepEqual([...found].sort(), [...content].sort(), name)
      else if (type === 'N') assert.equal(Number(found), Number(content), name)
      else assert.deepEqual(actual[name], value, name)
    }
  }

  async function keys () {
    const cases = [
      [T.n, { pk: N(12345) }], [T.n, { pk: N('3.14') }], [T.n, { pk: N('-1') }], [T.n, { pk: N('0') }], [T.n, { pk: N('100000000000000000000') }],
      [T.b, { pk: { B: Buffer.from([0, 255, 7]) } }],
      [T.ss, { pk: S('p'), sk: S('abc') }],
      [T.sn, { pk: S('p'), sk: N(10) }], [T.sn, { pk: S('p'), sk: N('-0.5') }], [T.sn, { pk: S('p'), sk: N(0) }], [T.sn, { pk: S('p'), sk: N('1E125') }],
      [T.sb, { pk: S('p'), sk: { B: Buffer.from([1, 2]) } }]
    ]
    for (const [TableName, Key] of cases) {
      await dax.call('putItem', { TableName, Item: { ...Key, v: S('here') } })
      assert.deepEqual((await get(TableName, Key)).v, S('here'), JSON.stringify(Key))
      assert.deepEqual((await get(TableName, Key)).v, S('here'), JSON.stringify(Key))
    }

    // The same number, spelt otherwise, is the same key.
    assert.deepEqual((await get(T.n, { pk: N('3.140') })).v, S('here'))
    assert.deepEqual((await get(T.sn, { pk: S('p'), sk: N('10.0') })).v, S('here'))
    const page = await dax.call('query', {
      TableName: T.sn, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': S('p') }
    })
    assert.deepEqual(page.Items.map(item => Number(item.sk.N)), [-0.5, 0, 10, 1e125])
  }

  async function updates () {
    const Key = { pk: S('u') }
    const made = await dax.call('updateItem', {
      TableName: T.s,
      Key,
      UpdateExpression: 'SET a = :a, #c = :one, l = :l, m = :m ADD tags :t',
      ExpressionAttributeNames: { '#c': 'count' },
      ExpressionAttributeValues: { ':a': S('x'), ':one': N(1), ':l': { L: [N(1)] }, ':m': { M: { k: S('v') } }, ':t': { SS: ['red', 'blue'] } },
      ReturnValues: 'ALL_NEW'
    })
    assert.deepEqual(made.Attributes.count, N(1))
    const changed = await dax.call('updateItem', {
      TableName: T.s,
      Key,
      UpdateExpression: 'SET #c = #c + :n, l = list_append(l, :more), m.#k = :w, z = if_not_exists(z, :a) REMOVE a DELETE tags :t',
      ExpressionAttributeNames: { '#c': 'count', '#k': 'k' },
      ExpressionAttributeValues: { ':n': N(4), ':more': { L: [S('two')] }, ':w': S('w'), ':t': { SS: ['red'] }, ':a': S('zed') },
      ReturnValues: 'UPDATED_NEW'
    })
    assert.deepEqual(changed.Attributes, { count: N(5), l: { L: [N(1), S('two')] }, m: { M: { k: S('w') } }, z: S('zed'), tags: { SS: ['blue'] } })
    const before = await dax.call('updateItem', {
      TableName: T.s, Key, UpdateExpression: 'SET z = :z', ExpressionAttributeValues: { ':z': S('new') }, ReturnValues: 'UPDATED_OLD'
    })
    assert.deepEqual(before.Attributes, { z: S('zed') })
    assert.equal((await dax.call('updateItem', {
      TableName: T.s, Key, UpdateExpression: 'SET z = :z', ExpressionAttributeValues: { ':z': S('newer') }
    })).Attributes, undefined)
    assert.deepEqual(await get(T.s, Key), {
      ...Key, count: N(5), l: { L: [N(1), S('two')] }, m: { M: { k: S('w') } }, z: S('newer'), tags: { SS: ['blue'] }
    })
    assert.deepEqual(await get(T.s, Key, { ProjectionExpression: 'l[1], m.k, nothere' }), { l: { L: [S('two')] }, m: { M: { k: S('w') } } })
  }

  async function conditions () {
    const Key = { pk: S('c') }
    await dax.call('putItem', { TableName: T.s, Item: { ...Key, n: N(5) }, ConditionExpression: 'attribute_not_exists(pk)' })
    await rejectsWith(dax.call('putItem', { TableName: T.s, Item: { ...Key, n: N(6) }, ConditionExpression: 'attribute_not_exists(pk)' }),
      'ConditionalCheckFailedException')
    await rejectsWith(dax.call('deleteItem', {
      TableName: T.s, Key, ConditionExpression: 'n > :x OR (size(n) > :x AND NOT begins_with(pk, :c))', ExpressionAttributeValues: { ':x': N(9), ':c': S('c') }
    }), 'ConditionalCheckFailedException')
    await dax.call('updateItem', {
      TableName: T.s,
      Key,
      UpdateExpression: 'SET n = :n',
      ConditionExpression: 'n BETWEEN :low AND :high AND attribute_type(n, :t) AND pk IN (:a, :c) AND contains(pk, :c) AND n <> :zero',
      ExpressionAttributeValues: { ':n': N(7), ':low': N(1), ':high': N(5), ':t': S('N'), ':a': S('a'), ':c': S('c'), ':zero': N(0) }
    })
    assert.deepEqual(await get(T.s, Key), { ...Key, n: N(7) })
  }

  async function queries () {
    for (let index = 0; index < 7; index++) {
      await dax.call('putItem', { TableName: T.ss, Item: { pk: S('q'), sk: S('k' + index), n: N(index), d: { M: { x: { L: [N(index), S('y')] } } } } })
    }

    const TableName = T.ss
    const values = { ':p': S('q') }
    const all = await query({ KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: values })
    assert.deepEqual(all.Items.map(item => item.sk.S), ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6'])
    assert.equal(all.Count, 7)
    assert.equal(all.ScannedCount, 7)
    assert.equal(all.LastEvaluatedKey, undefined)
    assert.deepEqual((await query({ KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: values })).Items, all.Items)
    const some = await query({
      KeyConditionExpression: 'pk = :p AND sk BETWEEN :a AND :b', FilterExpression: 'n <> :n', ExpressionAttributeValues: { ...values, ':a': S('k1'), ':b': S('k4'), ':n': N(2) }
    })
    assert.deepEqual(some.Items.map(item => item.sk.S), ['k1', 'k3', 'k4'])
    assert.equal(some.ScannedCount, 4)
    const begins = await query({ KeyConditionExpression: 'pk = :p AND begins_with(sk, :k)', ExpressionAttributeValues: { ...values, ':k': S('k6') } })
    assert.equal(begins.Count, 1)
    const projected = await query({ KeyConditionExpression: 'pk = :p', ProjectionExpression: 'sk, d.x[1], d.x[0], nothere', Limit: 1, ExpressionAttributeValues: values })
    assert.deepEqual(projected.Items, [{ sk: S('k0'), d: { M: { x: { L: [N(0), S('y')] } } } }])
    const counted = await query({ KeyConditionExpression: 'pk = :p', Select: 'COUNT', ExpressionAttributeValues: values })
    assert.equal(counted.Count, 7)

    const seen = []
    let ExclusiveStartKey
    do {
      const page = await query({ KeyConditionExpression: 'pk = :p', ScanIndexForward: false, Limit: 3, ExclusiveStartKey, ExpressionAttributeValues: values })
      seen.push(...page.Items.map(item => item.sk.S))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
    assert.deepEqual(seen, ['k6', 'k5', 'k4', 'k3', 'k2', 'k1', 'k0'])

    // What DAX does not do: a cached answer goes when a write changes it.
    await dax.call('putItem', { TableName, Item: { pk: S('q'), sk: S('k7') } })
    assert.equal((await query({ KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: values })).Count, 8)

    function query (rest) { return dax.call('query', { TableName, ...rest }) }
  }

  async function indexes () {
    for (let index = 0; index < 5; index++) {
      await dax.call('putItem', { TableName: T.ss, Item: { pk: S('i' + index), sk: S('x'), owner: S('me'), n: N(index) } })
    }

    const found = []
    let ExclusiveStartKey
    do {
      const page = await dax.call('query', {
        TableName: T.ss, IndexName: 'byOwner', KeyConditionExpression: '#o = :o', ExpressionAttributeNames: { '#o': 'owner' }, ExpressionAttributeValues: { ':o': S('me') }, Limit: 2, ExclusiveStartKey
      })
      found.push(...page.Items.map(item => item.pk.S))
      ExclusiveStartKey = page.LastEvaluatedKey
      if (ExclusiveStartKey) assert.deepEqual(Object.keys(ExclusiveStartKey).sort(), ['owner', 'pk', 'sk'])
    } while (ExclusiveStartKey)
    assert.deepEqual(found.sort(), ['i0', 'i1', 'i2', 'i3', 'i4'])
    const scanned = await dax.call('scan', { TableName: T.ss, IndexName: 'byOwner', FilterExpression: 'n >= :n', ExpressionAttributeValues: { ':n': N(3) } })
    assert.deepEqual(scanned.Items.map(item => item.pk.S).sort(), ['i3', 'i4'])
  }

  async function scans () {
    let count = 0
    for (let Segment = 0; Segment < 2; Segment++) {
      let ExclusiveStartKey
      do {
        const page = await dax.call('scan', { TableName: T.ss, Segment, TotalSegments: 2, Limit: 3, ExclusiveStartKey })
        count += page.Count
        ExclusiveStartKey = page.LastEvaluatedKey
      } while (ExclusiveStartKey)
    }

    const whole = await dax.call('scan', { TableName: T.ss, Select: 'COUNT' })
    assert.equal(count, whole.Count)
    const { Count } = await json.call('scan', { TableName: T.ss, Select: 'COUNT' })
    assert.equal(count, Count)
  }

  async function batches () {
    const put = (pk, a) => ({ PutRequest: { Item: { pk: S(pk), a: S(a) } } })
    const written = await dax.call('batchWriteItem', {
      RequestItems: {
        [T.s]: [put('b1', 'A'), put('b2', 'B'), { DeleteRequest: { Key: { pk: S('b0') } } }],
        [T.ss]: [{ PutRequest: { Item: { pk: S('b'), sk: S('1'), v: N(1) } } }]
      }
    })
    assert.deepEqual(Object.keys(written.UnprocessedItems ?? {}), [])
    const read = await dax.call('batchGetItem', {
      RequestItems: {
        [T.s]: { Keys: [{ pk: S('b1') }, { pk: S('b2') }, { pk: S('b9') }] },
        [T.ss]: { Keys: [{ pk: S('b'), sk: S('1') }], ProjectionExpression: 'sk, v', ConsistentRead: true }
      },
      ReturnConsumedCapacity: 'TOTAL'
    })
    assert.deepEqual([...read.Responses[T.s]].sort((x, y) => x.pk.S < y.pk.S ? -1 : 1), [{ pk: S('b1'), a: S('A') }, { pk: S('b2'), a: S('B') }])
    assert.deepEqual(read.Responses[T.ss], [{ sk: S('1'), v: N(1) }])
    assert.deepEqual(Object.keys(read.UnprocessedKeys ?? {}), [])
    assert.equal(read.ConsumedCapacity.length, 2)
  }

  async function transactions () {
    const TransactItems = [
      { Put: { TableName: T.s, Item: { pk: S('t1'), v: S('A') } } },
      { Update: { TableName: T.s, Key: { pk: S('t2') }, UpdateExpression: 'SET z = :z', ExpressionAttributeValues: { ':z': N(9) } } },
      { Delete: { TableName: T.ss, Key: { pk: S('p'), sk: S('abc') } } },
      { ConditionCheck: { TableName: T.s, Key: { pk: S('t3') }, ConditionExpression: 'attribute_not_exists(pk)' } }
    ]
    await dax.call('transactWriteItems', { TransactItems, ClientRequestToken: `token-${run}` })
    await dax.call('transactWriteItems', { TransactItems, ClientRequestToken: `token-${run}` })
    const { Responses } = await dax.call('transactGetItems', {
      TransactItems: [
        { Get: { TableName: T.s, Key: { pk: S('t1') } } },
        { Get: { TableName: T.s, Key: { pk: S('missing') } } },
        { Get: { TableName: T.s, Key: { pk: S('t2') }, ProjectionExpression: 'z' } }
      ]
    })
    assert.deepEqual(Responses[0].Item, { pk: S('t1'), v: S('A') })
    assert.ok(!Responses[1].Item)
    assert.deepEqual(Responses[2].Item, { z: N(9) })
    assert.equal(await get(T.ss, { pk: S('p'), sk: S('abc') }), undefined)
    await rejectsWith(dax.call('transactWriteItems', {
      TransactItems: [
        { Put: { TableName: T.s, Item: { pk: S('t4') } } },
        { ConditionCheck: { TableName: T.s, Key: { pk: S('t1') }, ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': S('B') }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }
      ]
    }), 'TransactionCanceledException', error => {
      const reasons = error.cancellationReasons ?? error.CancellationReasons
      assert.deepEqual(reasons.map(reason => reason.Code), ['None', 'ConditionalCheckFailed'])
      assert.deepEqual(reasons[1].Item, { pk: S('t1'), v: S('A') })
    })
    assert.equal(await get(T.s, { pk: S('t4') }), undefined)
  }

  async function errors () {
    await rejectsWith(get('no-such-table', { pk: S('x') }), 'ResourceNotFoundException')
    await rejectsWith(dax.call('query', {
      TableName: T.s, KeyConditionExpression: 'a = :a', ExpressionAttributeValues: { ':a': S('x') }
    }), 'ValidationException', error => assert.match(error.message, /Query condition missed key schema element: pk/))
    await rejectsWith(dax.call('updateItem', {
      TableName: T.s, Key: { pk: S('types') }, UpdateExpression: 'SET s = s + :n', ExpressionAttributeValues: { ':n': N(1) }
    }), 'ValidationException')
    assert.equal(await get(T.s, { pk: S('still there?') }), undefined)
  }

  async function legacy () {
    await dax.call('putItem', { TableName: T.s, Item: { pk: S('old'), n: N(1), a: S('x') }, Expected: { pk: { Exists: false } } })
    assert.deepEqual(await get(T.s, { pk: S('old') }, { AttributesToGet: ['a'] }), { a: S('x') })
    await dax.call('updateItem', { TableName: T.s, Key: { pk: S('old') }, AttributeUpdates: { n: { Action: 'ADD', Value: N(2) }, a: { Action: 'DELETE' } } })
    assert.deepEqual(await get(T.s, { pk: S('old') }), { pk: S('old'), n: N(3) })
    const page = await dax.call('query', {
      TableName: T.ss,
      KeyConditions: { pk: { ComparisonOperator: 'EQ', AttributeValueList: [S('q')] }, sk: { ComparisonOperator: 'GE', AttributeValueList: [S('k6')] } },
      QueryFilter: { n: { ComparisonOperator: 'NOT_NULL' } }
    })
    assert.deepEqual(page.Items.map(item => item.sk.S), ['k6'])
  }

  async function sharing () {
    const Key = { pk: S('shared') }
    await json.call('putItem', { TableName: T.s, Item: { ...Key, by: S('json') } })
    assert.deepEqual(await get(T.s, Key), { ...Key, by: S('json') })
    await dax.call('putItem', { TableName: T.s, Item: { ...Key, by: S('dax') } })
    const { Item } = await json.call('getItem', { TableName: T.s, Key })
    assert.deepEqual(Item, { ...Key, by: S('dax') })
    assert.match(json.cacheStatus, /hit/)
    await json.call('deleteItem', { TableName: T.s, Key })
    assert.equal(await get(T.s, Key), undefined)
  }

  async function crowd () {
    await dax.call('putItem', { TableName: T.s, Item: { pk: S('crowd'), v: N(1) } })
    const found = await Promise.all(Array.from({ length: 20 }, () => get(T.s, { pk: S('crowd') })))
    found.forEach(item => assert.deepEqual(item, { pk: S('crowd'), v: N(1) }))
  }

  async function get (TableName, Key, options) {
    return (await dax.call('getItem', { TableName, Key, ...options })).Item
  }
}
