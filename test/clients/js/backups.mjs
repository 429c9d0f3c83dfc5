// Backups, restores and point-in-time recovery with the AWS SDK for JavaScript v3. Usage: node backups.mjs ENDPOINT
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateBackupCommand, CreateTableCommand, DeleteBackupCommand, DeleteItemCommand, DescribeBackupCommand, DescribeContinuousBackupsCommand, ListBackupsCommand,
  PutItemCommand, RestoreTableFromBackupCommand, RestoreTableToPointInTimeCommand, ScanCommand, UpdateContinuousBackupsCommand, waitUntilTableExists
} from '@aws-sdk/client-dynamodb'
import { client, tableName, deleteTable } from './common.mjs'

const TableName = tableName('backups')
const put = (pk, n) => client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, n: { N: String(n) } } }))
const items = async (name) => {
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: name })
  const page = await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }))
  return page.Items.map(item => `${item.pk.S}=${item.n.N}`).sort().join(' ')
}

await client.send(new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }]
}))
await put('a', 1)
await put('b', 2)
const created = await client.send(new CreateBackupCommand({ TableName, BackupName: 'nightly' }))
const BackupArn = created.BackupDetails.BackupArn
assert.equal(created.BackupDetails.BackupStatus, 'CREATING')
await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'a' } } }))
let backup
do {
  backup = (await client.send(new DescribeBackupCommand({ BackupArn }))).BackupDescription
} while (backup.BackupDetails.BackupStatus !== 'AVAILABLE')
assert.ok(Math.abs(backup.BackupDetails.BackupCreationDateTime - Date.now()) < 60_000)
assert.equal(backup.SourceTableDetails.ItemCount, 2)
assert.deepEqual((await client.send(new ListBackupsCommand({ TableName }))).BackupSummaries.map(one => one.BackupArn), [BackupArn])
const first = `${TableName}-1`
const restoring = await client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: first }))
assert.equal(restoring.TableDescription.RestoreSummary.SourceBackupArn, BackupArn)
assert.equal(await items(first), 'a=1 b=2')

await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }))
const recovery = (await client.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription.PointInTimeRecoveryDescription
await sleep(Math.max(0, recovery.EarliestRestorableDateTime - Date.now()) + 50)
await put('c', 3)
await sleep(20)
const between = new Date()
await sleep(20)
await put('c', 4)
const second = `${TableName}-2`
await client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: second, RestoreDateTime: between }))
assert.equal(await items(second), 'b=2 c=3')
await assert.rejects(
  client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: `${TableName}-3`, RestoreDateTime: new Date(0) })),
  { name: 'InvalidRestoreTimeException' })
await client.send(new DeleteBackupCommand({ BackupArn }))
await assert.rejects(client.send(new DescribeBackupCommand({ BackupArn })), { name: 'BackupNotFoundException' })
for (const name of [TableName, first, second]) {
  await deleteTable(name)
}

console.log('AWS SDK for JavaScript, backups: all as expected')
