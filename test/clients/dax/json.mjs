// The JSON protocol: what DAX clients cannot do (tables), and what another application would see.
import AWS from 'aws-sdk'

export const region = 'us-east-1'
export const accessKeyId = process.env.AWS_ACCESS_KEY_ID
export const secretAccessKey = process.env.AWS_SECRET_ACCESS_KEY

// Another one where a test wants the DAX clients, and only them, to be turned away.
export const daxSecretAccessKey = process.env.DAX_SECRET_ACCESS_KEY ?? secretAccessKey

export class Json {
  constructor (endpoint) {
    this.client = new AWS.DynamoDB({ endpoint, region, credentials: new AWS.Credentials(accessKeyId, secretAccessKey), maxRetries: 0 })
  }

  async call (operation, body) {
    const answer = await this.client[operation](body).promise()
    this.cacheStatus = answer.$response.httpResponse.headers['cache-status']
    return answer
  }

  async createTable (TableName, hashType, rangeType, indexes = {}) {
    const attributes = { pk: hashType, ...(rangeType ? { sk: rangeType } : {}) }
    const definitions = { ...attributes, ...Object.fromEntries(Object.values(indexes).map(name => [name, 'S'])) }
    await this.call('createTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Object.entries(definitions).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, ...(rangeType ? [{ AttributeName: 'sk', KeyType: 'RANGE' }] : [])],
      GlobalSecondaryIndexes: Object.keys(indexes).length
        ? Object.entries(indexes).map(([IndexName, AttributeName]) => (
            { IndexName, KeySchema: [{ AttributeName, KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }))
        : undefined
    })
  }
}
