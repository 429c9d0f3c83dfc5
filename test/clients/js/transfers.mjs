// Export, import and bulk put with the AWS SDK for JavaScript v3. Usage: node transfers.mjs ENDPOINT BUCKET_FOLDER, where the folder is that
// of the bucket named bucket.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  BatchWriteItemCommand, CancelBulkOperationCommand, CreateTableCommand, DescribeBulkOperationCommand, DescribeExportCommand, DescribeImportCommand,
  ExportTableToPointInTimeCommand, GetItemCommand, ImportTableCommand, ListBulkOperationsCommand, ListExportsCommand, ListImportsCommand, ScanCommand,
  StartBulkPutItemsCommand, UpdateContinuousBackupsCommand
} from '@aws-sdk/client-dynamodb'
import { client, tableName, deleteTable } from './common.mjs'

const bucket = process.argv[3]
const TableName = tableName('transfers')
const copy = tableName('transfers-copy')
const key = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }]
}
const put = (name, lines) => {
  mkdirSync(path.dirname(path.join(bucket, name)), { recursive: true })
  writeFileSync(path.join(bucket, name), gzipSync(lines.map(line => JSON.stringify(line) + '\n').join('')))
}
const ended = async (command, member) => {
  for (;;) {
    const description = (await client.send(command))[member]
    if (description.EndTime) return description
    await setTimeout(50)
  }
}

const { TableDescription: { TableArn } } = await client.send(new CreateTableCommand({ TableName, ...key }))
await client.send(new BatchWriteItemCommand({
  RequestItems: { [TableName]: [...Array(20).keys()].map(n => ({ PutRequest: { Item: { pk: { S: `${n}` }, n: { N: `${n}` } } } })) }
}))
await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }))

const exporting = (await client.send(new ExportTableToPointInTimeCommand({
  TableArn,
  S3Bucket: 'bucket',
  S3Prefix: 'js',
  FilterSpecification: { FilterExpression: 'n >= :n', ExpressionAttributeValues: { ':n': { N: '10' } } }
}))).ExportDescription
const exported = await ended(new DescribeExportCommand({ ExportArn: exporting.ExportArn }), 'ExportDescription')
assert.equal(exported.ExportStatus, 'COMPLETED')
assert.equal(exported.ItemCount, 10)
assert.equal(exported.FilterSpecification.FilterExpression, 'n >= :n')
const data = path.join(path.dirname(exported.ExportManifest), 'data')
const lines = readdirSync(path.join(bucket, data)).flatMap(file => gunzipSync(readFileSync(path.join(bucket, data, file))).toString().split('\n').filter(Boolean))
assert.deepEqual(lines.map(line => Number(JSON.parse(line).Item.n.N)).sort((a, b) => a - b), [...Array(10).keys()].map(n => n + 10))
assert((await client.send(new ListExportsCommand({ TableArn }))).ExportSummaries.some(one => one.ExportArn === exporting.ExportArn))

const importing = (await client.send(new ImportTableCommand({
  S3BucketSource: { S3Bucket: 'bucket', S3KeyPrefix: `${data}/` },
  InputFormat: 'DYNAMODB_JSON',
  InputCompressionType: 'GZIP',
  TableCreationParameters: { TableName: copy, ...key }
}))).ImportTableDescription
assert.equal(importing.ImportStatus, 'IN_PROGRESS')
const imported = await ended(new DescribeImportCommand({ ImportArn: importing.ImportArn }), 'ImportTableDescription')
assert.equal(imported.ImportStatus, 'COMPLETED')
assert.equal(imported.ImportedItemCount, 10)
assert((await client.send(new ListImportsCommand({}))).ImportSummaryList.some(one => one.ImportArn === importing.ImportArn))

// Read before, so that a cache holds what the bulk put changes.
const read = async pk => (await client.send(new GetItemCommand({ TableName: copy, Key: { pk: { S: pk } } }))).Item
assert.equal((await read('10')).n.N, '10')
assert.equal(await read('1'), undefined)
assert.equal((await client.send(new ScanCommand({ TableName: copy }))).Count, 10)
put('js/in/1.json.gz', [
  { Item: { pk: { S: '10' }, n: { N: '-1' } } },
  { Item: { pk: { S: '1' } }, ConditionExpression: 'attribute_not_exists(pk)' },
  { Item: { pk: { S: '11' } }, ConditionExpression: 'attribute_not_exists(pk)' },
  { Item: { pk: { N: '1' } } }
])
const request = {
  ClientToken: tableName('token'),
  TableName: copy,
  InputS3Configuration: { S3Bucket: 'bucket', S3KeyPrefix: 'js/in/', InputFormat: 'DYNAMODB_JSON', InputCompressionType: 'GZIP' },
  OutputS3Configuration: { S3Bucket: 'bucket', S3KeyPrefix: 'js/out', OutputType: ['ERROR', 'CONDITION_CHECK_FAILURE'] },
  MaxWriteRequestUnits: 100000
}
const { BulkOperationArn } = (await client.send(new StartBulkPutItemsCommand(request))).BulkOperationDescription
assert.equal((await client.send(new StartBulkPutItemsCommand(request))).BulkOperationDescription.BulkOperationArn, BulkOperationArn)
const bulk = await ended(new DescribeBulkOperationCommand({ BulkOperationArn }), 'BulkOperationDescription')
assert.equal(bulk.BulkOperationStatus, 'COMPLETED_WITH_ERRORS')
assert.equal(bulk.ProcessedItemCount, 4)
assert.equal(bulk.FailedItemCount, 1)
assert.equal(bulk.TableDetails[0].TableName, copy)
assert.equal(bulk.BulkOperationUsage[0].TableName, copy)
assert.equal((await read('10')).n.N, '-1')
assert.deepEqual(await read('1'), { pk: { S: '1' } })
assert.equal((await read('11')).n.N, '11')
assert.equal((await client.send(new ScanCommand({ TableName: copy }))).Count, 11)
const id = BulkOperationArn.split('/').at(-1)
const failure = JSON.parse(readFileSync(path.join(bucket, 'js/out/AWSDynamoDB', id, 'CONDITION_CHECK_FAILURE.json')))
assert.equal(failure.ExistingItem.n.N, '11')
assert((await client.send(new ListBulkOperationsCommand({}))).BulkOperationsSummaryList.some(one => one.BulkOperationArn === BulkOperationArn))
await assert.rejects(client.send(new CancelBulkOperationCommand({ BulkOperationArn: BulkOperationArn + '0' })), { name: 'ResourceNotFoundException' })
await assert.rejects(client.send(new StartBulkPutItemsCommand({ ...request, MaxWriteRequestUnits: 2000 })), { name: 'IdempotentParameterMismatchException' })

await deleteTable(TableName)
await deleteTable(copy)
console.log('transfers.mjs: all as expected')
