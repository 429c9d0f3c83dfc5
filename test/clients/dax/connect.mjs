// A client of the DAX protocol by its name, as a function of an operation and its parameters.
import { region, accessKeyId, secretAccessKey } from './json.mjs'

export async function connect (name, endpoint) {
  if (name === 'client-dax') {
    const { Dax } = await import('@amazon-dax-sdk/client-dax')
    const client = new Dax({ endpoints: [endpoint], region, credentials: { accessKeyId, secretAccessKey } })
    return (operation, parameters) => client[operation](parameters)
  }

  const { default: AmazonDaxClient } = await import('amazon-dax-client')
  const { default: AWS } = await import('aws-sdk')
  const client = new AmazonDaxClient({ endpoints: [endpoint], region, credentials: new AWS.Credentials(accessKeyId, secretAccessKey) })
  return (operation, parameters) => client[operation](parameters).promise()
}
