// An S3 server with an empty bucket named "bucket", which knows the access key S3RVER with the secret S3RVER. Says its port, and ends with its
// standard input. Usage: node server.mjs FOLDER
import S3rver from 's3rver'

const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: process.argv[2], configureBuckets: [{ name: 'bucket' }] })
const { port } = await server.run()
console.log(port)
process.stdin.on('end', () => process.exit(0)).resume()
