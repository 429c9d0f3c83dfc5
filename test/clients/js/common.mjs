import { DynamoDBClient, CreateTableCommand, waitUntilTableExists, DeleteTableCommand } from '@aws-sdk/client-dynamodb'

export const endpoint = process.argv[2]
export const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
export const client = new DynamoDBClient(options)
export const tableName = prefix => `${prefix}-${Date.now()}-${process.pid}`

export async function createTable (TableName, range = true, indexes = []) {
  const names = ['pk', ...(range ? ['sk'] : []), ...indexes.flatMap(i => [`${i}pk`, `${i}sk`])]
  const key = (hash, sort) => [{ AttributeName: hash, KeyType: 'HASH' }, ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' }] : [])]
  await client.send(new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: key('pk', range && 'sk'),
    GlobalSecondaryIndexes: indexes.length
      ? indexes.map(i => ({ IndexName: i, KeySchema: key(`${i}pk`, `${i}sk`), Projection: { ProjectionType: 'ALL' } }))
      : undefined
  }))
  await waitUntilTableExists({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 60 }, { TableName })
}

export const deleteTable = TableName => client.send(new DeleteTableCommand({ TableName }))
