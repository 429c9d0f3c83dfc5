using System.Globalization;
using System.Text.Json;
using DaxProxy.Core.Caching.Group;
using StackExchange.Redis;

namespace DaxProxy.Group;

/// <summary>The channel through a Redis or Valkey server: the list of members is a hash, messages are published.</summary>
/// <remarks>
/// A published message is lost only with a connection, and then <see cref="IGroupListener.OnLost"/> is called. A reply says nothing of the
/// messages published before it, as those are handed over by another way; so a channel is open when a message of its own has come back.
/// </remarks>
internal sealed class RedisGroupChannel : IGroupChannel
{
    private readonly string configuration;
    private readonly GroupTerms terms;
    private readonly TimeProvider time;
    private readonly RedisKey members;
    private readonly string messages;
    private readonly string acks;
    private Connection? connection;

    /// <summary>A channel that is not open.</summary>
    /// <param name="configuration">A StackExchange.Redis configuration string.</param>
    /// <param name="group">Name of the group.</param>
    /// <param name="terms">What its members agree on.</param>
    /// <param name="time">The clock.</param>
    public RedisGroupChannel(string configuration, string group, GroupTerms terms, TimeProvider time)
    {
        this.configuration = configuration;
        this.terms = terms;
        this.time = time;

        // One slot in a cluster.
        string prefix = $"{{dp:{group}}}";
        members = prefix + "members";
        messages = prefix + "inv";
        acks = prefix + "ack:";
    }

    /// <summary>The server, while the channel is open.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public IDatabase Database => connection?.Redis.GetDatabase() ?? throw new InvalidOperationException("The channel is not open.");

    /// <inheritdoc/>
    public async Task OpenAsync(IGroupListener listener, CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        ConfigurationOptions redis = ConfigurationOptions.Parse(configuration);
        redis.AbortOnConnectFail = true;
        redis.ClientName ??= "daxproxy";
        int lease = (int)terms.Lease.TotalMilliseconds;
        redis.ConnectTimeout = Math.Max(lease, 1000);
        redis.ConnectRetry = 0;
        redis.AsyncTimeout = Math.Max(lease, 1000);
        Connection opened = new(await ConnectionMultiplexer.ConnectAsync(redis).ConfigureAwait(false), listener);
        connection = opened;
        ISubscriber subscriber = opened.Redis.GetSubscriber();
        string token = Guid.NewGuid().ToString("N");
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ChannelMessageQueue told = await subscriber.SubscribeAsync(Channel(messages)).ConfigureAwait(false);
        told.OnMessage(message => opened.Take(message.Message, token, open));
        await subscriber.PublishAsync(Channel(messages), token).ConfigureAwait(false);
        await open.Task.WaitAsync(TimeSpan.FromMilliseconds(redis.ConnectTimeout), time, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Membership> JoinAsync(Stay stay)
    {
        ISubscriber subscriber = connection!.Redis.GetSubscriber();
        Connection current = connection;
        ChannelMessageQueue acknowledged = await subscriber.SubscribeAsync(Channel(acks + stay.Incarnation)).ConfigureAwait(false);
        acknowledged.OnMessage(message => current.TakeAck(message.Message));
        RedisResult answer = await Database.ScriptEvaluateAsync(
            RedisScripts.Join, [members], [KeptFor, stay.Node, stay.Incarnation, LeaseTime, Terms]).ConfigureAwait(false);
        return MembershipOf(answer);
    }

    /// <inheritdoc/>
    public async Task<Membership?> RenewAsync(Stay stay, GroupMessage beat)
    {
        RedisResult answer = await Database.ScriptEvaluateAsync(
            RedisScripts.Renew,
            [members],
            [KeptFor, stay.Node, stay.Incarnation, LeaseTime, messages, BytesOf(beat)]).ConfigureAwait(false);
        return answer.IsNull ? null : MembershipOf(answer);
    }

    /// <inheritdoc/>
    public async Task<Membership> AnnounceAsync(GroupMessage message, TimeSpan doubt)
    {
        RedisResult answer = await Database.ScriptEvaluateAsync(
            RedisScripts.Announce,
            [members],
            [KeptFor, messages, BytesOf(message), (long)Math.Ceiling(doubt.TotalMilliseconds)]).ConfigureAwait(false);
        return MembershipOf(answer);
    }

    /// <inheritdoc/>
    public async Task<(StrikeResult Result, TimeSpan Left)> StrikeAsync(Stay stay)
    {
        long left = (long)await Database.ScriptEvaluateAsync(RedisScripts.Strike, [members], [stay.Node, stay.Incarnation])
            .ConfigureAwait(false);
        return left switch
        {
            -1 => (StrikeResult.JoinedAgain, default),
            -2 => (StrikeResult.Absent, default),
            _ => (StrikeResult.Struck, TimeSpan.FromMilliseconds(left + 1)),
        };
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(Stay stay) =>
        await Database.ScriptEvaluateAsync(RedisScripts.Leave, [members], [stay.Node, stay.Incarnation]).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task AckAsync(GroupAck ack) => await connection!.Redis.GetSubscriber()
        .PublishAsync(Channel(acks + ack.To.Incarnation), JsonSerializer.SerializeToUtf8Bytes(ack, GroupJson.Default.GroupAck))
        .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private RedisValue KeptFor => (long)terms.KeptFor.TotalMilliseconds;

    /// <summary>What all members must agree on.</summary>
    private RedisValue Terms => terms.ToString();

    private RedisValue LeaseTime => (long)terms.Lease.TotalMilliseconds;

    private static RedisChannel Channel(string name) => RedisChannel.Literal(name);

    private static byte[] BytesOf(GroupMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, GroupJson.Default.GroupMessage);

    private static Membership MembershipOf(RedisResult answer)
    {
        RedisResult[] parts = (RedisResult[])answer!;
        long now = (long)parts[0];
        List<Member> found = [];
        for (int i = 3; i + 2 < parts.Length; i += 3)
        {
            long ends = long.Parse((string)parts[i + 2]!, CultureInfo.InvariantCulture);
            found.Add(new Member((string)parts[i]!, (string)parts[i + 1]!, TimeSpan.FromMilliseconds(ends - now)));
        }

        return new Membership(found, TimeSpan.FromMilliseconds(now - (long)parts[1]), TimeSpan.FromMilliseconds((long)parts[2]));
    }

    private async Task CloseAsync()
    {
        if (connection is { } old)
        {
            connection = null;
            await old.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One connection, from when it is made until anything of it fails. It is never mended, but replaced.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private readonly IGroupListener listener;
        private volatile bool isOver;

        public Connection(IConnectionMultiplexer redis, IGroupListener listener)
        {
            Redis = redis;
            this.listener = listener;
            redis.ConnectionFailed += OnFailed;
            redis.ConnectionRestored += OnFailed;
        }

        public IConnectionMultiplexer Redis { get; }

        public void Take(RedisValue message, string token, TaskCompletionSource open)
        {
            if (isOver)
            {
                return;
            }

            ReadOnlyMemory<byte> bytes = message;
            if (bytes.Span is not [(byte)'{', ..])
            {
                if (message == token)
                {
                    open.TrySetResult();
                }

                return;
            }

            try
            {
                listener.OnMessage(JsonSerializer.Deserialize(bytes.Span, GroupJson.Default.GroupMessage)!);
            }
            catch (Exception)
            {
                // Whatever it was to say has been missed.
                Lose();
            }
        }

        public void TakeAck(RedisValue message)
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

        public async ValueTask DisposeAsync()
        {
            isOver = true;
            Redis.ConnectionFailed -= OnFailed;
            Redis.ConnectionRestored -= OnFailed;
            await Redis.DisposeAsync().ConfigureAwait(false);
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
}
