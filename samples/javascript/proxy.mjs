// A client of the unchanged AWS SDK that speaks to the proxy. Only the address differs from a client of DynamoDB.
import {
  CreateTableCommand, DeleteTableCommand, DynamoDBClient, ResourceNotFoundException, waitUntilTableExists, waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';

const READS = ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'ScanCommand'];
let reads = 0, hits = 0;

export const address = process.argv[2] ?? process.env.AWS_ENDPOINT_URL_DYNAMODB ?? 'http://127.0.0.1:8000';

// The bundled engine knows no accounts; with a real one leave the credentials out and the SDK finds them.
const client = new DynamoDBClient({
  endpoint: address, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

// Counts reads and cache hits by the Cache-Status header (RFC 9211) of the answers.
client.middlewareStack.add((next, context) => async request => {
  const answer = await next(request);
  if (READS.includes(context.commandName)) {
    reads++;
    hits += /; hit/.test(answer.response.headers['cache-status']) ? 1 : 0;
  }
  return answer;
}, { step: 'deserialize', priority: 'low' });

/** The client, with plain values in the place of typed ones. */
export const db = DynamoDBDocument.from(client);

/** Deletes the table and creates it again, so that each run begins with nothing. */
export async function recreateTable(definition) {
  const table = { TableName: definition.TableName }, patience = { client, maxWaitTime: 60, minDelay: 1 };
  try {
    await client.send(new DeleteTableCommand(table));
    await waitUntilTableNotExists(patience, table);
  } catch (fault) {
    if (!(fault instanceof ResourceNotFoundException)) throw fault;
  }
  await client.send(new CreateTableCommand({ BillingMode: 'PAY_PER_REQUEST', ...definition }));
  await waitUntilTableExists(patience, table);
}

/** Says how much the cache did, and ends with 0 if the program's own checks all held. */
export function finish(isRight) {
  console.log(`${hits} of ${reads} reads (${Math.floor(100 * hits / Math.max(1, reads))} %) were answered from the cache.`);
  console.log(isRight ? 'All is as it should be.' : 'Something is not as it should be.');
  process.exitCode = isRight ? 0 : 1;
}
