// The JSON protocol by hand: what DAX clients cannot do (tables), and what another application would see.
export const region = 'us-east-1'
export const accessKeyId = process.env.DAX_ACCESS_KEY_ID ?? 'AKIDEXAMPLE'
export const secretAccessKey = process.env.DAX_SECRET_ACCESS_KEY ?? 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

const authorization = 'AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00'

export class Json {
  constructor (endpoint) { this.endpoint = endpoint }

  async call (operation, body) {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': 'DynamoDB_20120810.' + operation,
        'X-Amz-Date': '20260101T000000Z',
        Authorization: authorization
      },
      body: JSON.stringify(body)
    })
    const answer = await response.json()
    if (response.status !== 200) throw Object.assign(new Error(answer.message ?? answer.Message), { name: answer.__type })
    this.cacheStatus = response.headers.get('Cache-Status')
    return answer
  }

  async createTable (TableName, hashType, rangeType, indexes = {}) {
    const attributes = { pk: hashType, ...(rangeType ? { sk: rangeType } : {}) }
    const definitions = { ...attributes, ...Object.fromEntries(Object.values(indexes).map(name => [name, 'S'])) }
    await this.call('CreateTable', {
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
