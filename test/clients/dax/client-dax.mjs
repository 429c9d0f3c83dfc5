// The client of the AWS SDK for JavaScript v3. Usage: node client-dax.mjs DAX_ENDPOINT JSON_ENDPOINT [IDLE_SECONDS]
import { Dax } from '@amazon-dax-sdk/client-dax'
import { Json, region, accessKeyId, daxSecretAccessKey as secretAccessKey } from './json.mjs'
import { scenario } from './scenario.mjs'

const [endpoint, http, idleSeconds] = process.argv.slice(2)
const client = new Dax({ endpoints: [endpoint], region, credentials: { accessKeyId, secretAccessKey } })
await scenario({ call: (operation, parameters) => client[operation](parameters) }, new Json(http), { idleSeconds: Number(idleSeconds ?? 0) })
console.log('client-dax: all as expected')
process.exit(0)
