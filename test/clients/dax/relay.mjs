// Sends requests over the DAX protocol that come in JSON, one a line, and answers a line for each: for comparisons of the two protocols.
// {"id":1,"operation":"getItem","parameters":{...}} is answered by {"id":1,"answer":{...}} or {"id":1,"error":{"name","message"}}; an
// error that the client made itself has "isOwn". Usage: node relay.mjs DAX_ENDPOINT
import { createInterface } from 'node:readline'
import { Dax } from '@amazon-dax-sdk/client-dax'
import { region, accessKeyId, secretAccessKey } from './json.mjs'

const client = new Dax({ endpoints: [process.argv[2]], region, credentials: { accessKeyId, secretAccessKey } })

// Binary values are bytes for the client and Base64 in JSON. Only an attribute value has a text, or texts, under these names.
const toClient = (name, value) => name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64')
  : name === 'BS' && Array.isArray(value) && value.every(one => typeof one === 'string') ? value.map(one => Buffer.from(one, 'base64'))
    : value
function fromClient (name, value) {
  const raw = this[name]
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value
}

const reply = line => process.stdout.write(JSON.stringify(line, fromClient) + '\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { id, operation, parameters } = JSON.parse(line, toClient)
  // Some faults it throws at once.
  Promise.resolve().then(() => client[operation](parameters)).then(
    ({ $metadata, ...answer }) => reply({ id, answer }),
    error => reply({
      id,
      error: {
        name: error.code,
        message: error.message,
        isOwn: !/^\w+$/.test(error.code) || !error.requestId
      }
    }))
}
