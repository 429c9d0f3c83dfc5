using System.Text.Json;
using DaxProxy.Core.Caching.Group;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>
/// One stay at a Redis server: a connection for the channel, and one for all else, as large values must not delay a lease. From when they
/// are made until anything of them fails; never mended, but replaced.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly IConnectionMultiplexer channel;
    private readonly IConnectionMultiplexer values;
    private readonly IGroupListener listener;
    private readonly byte[] own;
    private readonly string token = Guid.NewGuid().ToString("N");
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isOver;

    private RedisConnection(IConnectionMultiplexer[] connections, byte[] own, IGroupListener listener)
    {
        (channel, values) = (connections[0], connections[1]);
        this.own = own;
        this.listener = listener;
        foreach (IConnectionMultiplexer connection in connections)
        {
            connection.ConnectionFailed += OnFailed;
        }
    }

    /// <summary>The server: another text after each start of it, and when it has taken over from another.</summary>
    public string Server { get; private set; } = "";

    /// <summary>Connects, and hears what is published on a channel from then on.</summary>
    /// <param name="configuration">A StackExchange.Redis configuration string.</param>
    /// <param name="key">What the server is to hold.</param>
    /// <param name="messages">The channel.</param>
    /// <param name="own">How messages of this process begin, which it need not hear.</param>
    /// <param name="listener">Who hears.</param>
    /// <param name="identifies">Whether <see cref="Server"/> is to be found out.</param>
    /// <param name="timeout">How long each step may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RedisConnection> OpenAsync(
        string configuration,
        RedisKey key,
        string messages,
        byte[] own,
        IGroupListener listener,
        bool identifies,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        RedisConnection opened = new(
            await RedisRoute.ConnectAsync(configuration, key, timeout, count: 2).ConfigureAwait(false), own, listener);
        try
        {
            if (identifies)
            {
                opened.Server = (string?)await opened.RunAsync(RedisScripts.Identify, [key], []).ConfigureAwait(false) ?? "";
                if (opened.Server.Length == 0
                    || opened.Server != (string?)await opened.RunAsideAsync(RedisScripts.Identify, [key], []).ConfigureAwait(false))
                {
                    throw new RedisException("Two connections have led to two servers.");
                }
            }

            ChannelMessageQueue told =
                await opened.channel.GetSubscriber().SubscribeAsync(RedisChannel.Literal(messages)).ConfigureAwait(false);
            told.OnMessage(message => opened.Take(message.Message));
            await opened.EchoAsync(key, messages, "").ConfigureAwait(false);
            await opened.open.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Hears acknowledgements on a channel, too.</summary>
    public async Task HearAcksAsync(string acks)
    {
        ChannelMessageQueue acknowledged = await channel.GetSubscriber().SubscribeAsync(RedisChannel.Literal(acks)).ConfigureAwait(false);
        acknowledged.OnMessage(message => TakeAck(message.Message));
    }

    /// <summary>Runs a script over the connection of the channel.</summary>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        channel.GetDatabase().ScriptEvaluateAsync(script, keys, values, CommandFlags.NoRedirect | CommandFlags.DemandMaster);

    /// <summary>Runs a script over the other connection.</summary>
    public Task<RedisResult> RunAsideAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        this.values.GetDatabase().ScriptEvaluateAsync(script, keys, values, CommandFlags.NoRedirect | CommandFlags.DemandMaster);

    /// <summary>Ends an item over the other connection: what is asked over it later comes behind that.</summary>
    public Task ForgetAsideAsync(RedisKey item) =>
        values.GetDatabase().KeyDeleteAsync(item, CommandFlags.NoRedirect | CommandFlags.DemandMaster);

    /// <summary>Gets a value over the other connection.</summary>
    public Task<RedisValue> GetAsideAsync(RedisKey key) =>
        values.GetDatabase().StringGetAsync(key, CommandFlags.NoRedirect | CommandFlags.DemandMaster);

    /// <summary>Publishes. No answer is waited for.</summary>
    public Task PublishAsync(string name, byte[] message) =>
        channel.GetSubscriber().PublishAsync(RedisChannel.Literal(name), message, CommandFlags.FireAndForget);

    /// <summary>
    /// Publishes a word that this connection alone takes for its own; not if the key is at another server by now, where others announce.
    /// </summary>
    public Task EchoAsync(RedisKey key, string messages, string word) => RunAsync(RedisScripts.Echo, [key], [messages, token + word]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        isOver = true;
        foreach (IConnectionMultiplexer connection in new[] { channel, values })
        {
            connection.ConnectionFailed -= OnFailed;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Take(RedisValue message)
    {
        if (isOver)
        {
            return;
        }

        try
        {
            ReadOnlyMemory<byte> bytes = message;
            if (bytes.Span.StartsWith(own))
            {
                return;
            }

            if (bytes.Span is [(byte)'{', ..])
            {
                listener.OnMessage(JsonSerializer.Deserialize(bytes.Span, GroupJson.Default.GroupMessage)!);
            }
            else if ((string?)message is { } word && word.StartsWith(token, StringComparison.Ordinal))
            {
                open.TrySetResult();
                listener.OnEcho(word[token.Length..]);
            }
        }
        catch (Exception)
        {
            // What it was to say has been missed.
            Lose();
        }
    }

    private void TakeAck(RedisValue message)
    {
        if (isOver)
        {
            return;
        }

        try
        {
            listener.OnAck(JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)message).Span, GroupJson.Default.GroupAck)!);
        }
        catch (Exception)
        {
            Lose();
        }
    }

    private void OnFailed(object? sender, ConnectionFailedEventArgs failure) => Lose();

    private void Lose()
    {
        if (!isOver)
        {
            isOver = true;
            listener.OnLost();
        }
    }
}
