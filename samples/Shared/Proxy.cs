using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace DaxProxy.Samples;

/// <summary>A client of the unchanged AWS SDK that speaks to the proxy. Only the address differs from a client of DynamoDB.</summary>
internal sealed class Proxy : IDisposable
{
    private const string DefaultAddress = "http://127.0.0.1:8000";

    private readonly CacheCounter counter = new();

    /// <summary>Takes the address from the first argument, else from the environment, else the proxy's default.</summary>
    public Proxy(string[] arguments)
    {
        Address = arguments.FirstOrDefault() ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_DYNAMODB") ?? DefaultAddress;
        AmazonDynamoDBConfig config = new() { ServiceURL = Address, AuthenticationRegion = "us-east-1", HttpClientFactory = counter };

        // The bundled engine knows no accounts; with a real one leave the credentials out and the SDK finds them.
        Client = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
    }

    /// <summary>Where the proxy is.</summary>
    public string Address { get; }

    /// <summary>The client.</summary>
    public AmazonDynamoDBClient Client { get; }

    /// <summary>How many reads there were, and how many the cache answered.</summary>
    public (int Reads, int Hits) Figures => (counter.Reads, counter.Hits);

    /// <summary>Deletes the table and creates it again, so that each run begins with nothing.</summary>
    public async Task RecreateTableAsync(CreateTableRequest table)
    {
        try
        {
            await Client.DeleteTableAsync(table.TableName);
        }
        catch (ResourceNotFoundException)
        {
            // It was not there.
        }

        table.BillingMode = BillingMode.PAY_PER_REQUEST;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await Client.CreateTableAsync(table);
                break;
            }
            catch (ResourceInUseException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }

        while ((await Client.DescribeTableAsync(table.TableName)).Table.TableStatus != TableStatus.ACTIVE)
        {
            await Task.Delay(100);
        }
    }

    /// <summary>Says how much the cache did, and returns the exit code: 0 if the program's own checks all held.</summary>
    public int Finish(bool isRight)
    {
        (int reads, int hits) = Figures;
        Console.WriteLine($"{hits} of {reads} reads ({(reads == 0 ? 0 : 100 * hits / reads)} %) were answered from the cache.");
        Console.WriteLine(isRight ? "All is as it should be." : "Something is not as it should be.");
        return isRight ? 0 : 1;
    }

    public void Dispose()
    {
        Client.Dispose();
        counter.Dispose();
    }
}
