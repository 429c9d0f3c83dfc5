// The client of the AWS SDK for JavaScript v2. Usage: node amazon-dax-client.mjs DAX_ENDPOINT JSON_ENDPOINT [IDLE_SECONDS]
import AmazonDaxClient from 'amazon-dax-client'
import AWS from 'aws-sdk'
import { Json, region, accessKeyId, daxSecretAccessKey as secretAccessKey } from './json.mjs'
import { scenario } from './scenario.mjs'

const [endpoint, http, idleSeconds] = process.argv.slice(2)
const client = new AmazonDaxClient({ endpoints: [endpoint], region, credentials: new AWS.Credentials(accessKeyId, secretAccessKey) })
await scenario({ call: (operation, parameters) => client[operation](parameters).promise() }, new Json(http), { idleSeconds: Number(idleSeconds ?? 0) })
console.log('amazon-dax-client: all as expected')
process.exit(0)
