using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Hosting;
using DaxProxy.Hosting.Transport;
using DaxProxy.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

/// <summary>Connections that read and write their socket themselves: what a protocol on top of them may rely on.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DirectConnectionTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    [TestCase(1, 1)]
    [TestCase(1023, 100)]
    [TestCase(1024, 1024)]
    [TestCase(1025, 7)]
    [TestCase(300_000, 4096)]
    public async Task Bytes_ThatAreNotConsumed_AreKeptInOrder_HoweverManyComeAtOnce(int length, int pieceBytes)
    {
        // Consumes nothing until all is there, then half, then the rest: the memory grows, moves and shrinks.
        TaskCompletionSource<byte[]> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Served served = await Served.StartAsync(async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ReadResult read = await input.ReadAsync();
            while (read.Buffer.Length < length)
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                read = await input.ReadAsync();
            }

            byte[] first = read.Buffer.Slice(0, length / 2).ToArray();
            input.AdvanceTo(read.Buffer.GetPosition(length / 2));
            Assert.That(input.TryRead(out read), "what was examined no more than consumed is at hand");
            byte[] second = read.Buffer.ToArray();
            input.AdvanceTo(read.Buffer.End);
            Assert.That(input.TryRead(out _), Is.False);
            seen.SetResult([.. first, .. second]);
            await input.ReadAsync();
        });
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        for (int at = 0; at < length; at += pieceBytes)
        {
            await served.Client.SendAsync(sent.AsMemory(at, Math.Min(pieceBytes, length - at)));
        }

        Assert.That(await seen.Task.WaitAsync(LongEnough), Is.EqualTo(sent));
    }

    [Test]
    public async Task Bytes_ThatAreReadWhileTheEndIsLookedFor_AreNotTakenForIt()
    {
        const int Bytes = 20_000;
        TaskCompletionSource<bool> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Served served = await Served.StartAsync(async connection =>
        {
            PipeReader input = connection.Transport.Input;
            using CancellationTokenSource done = new();
            Task looking = Task.Factory.StartNew(
                () =>
                {
                    while (!done.IsCancellationRequested)
                    {
                        ((DirectConnection)connection).NoticeEnd();
                    }
                },
                TaskCreationOptions.LongRunning);
            for (long read = 0; read < Bytes;)
            {
                ReadResult result = await input.ReadAsync();
                read += result.Buffer.Length;
                input.AdvanceTo(result.Buffer.End);
                await connection.Transport.Output.WriteAsync(new byte[1]);
            }

            await done.CancelAsync();
            await looking;
            ended.SetResult(connection.ConnectionClosed.IsCancellationRequested);
        });
        byte[] one = new byte[1];
        for (int i = 0; i < Bytes; i++)
        {
            // One at a time, as a client sends requests: the socket is empty again after each.
            await served.Client.SendAsync(one);
            await served.Client.ReceiveAsync(one);
        }

        Assert.That(await ended.Task.WaitAsync(LongEnough), Is.False);
    }

    [Test]
    public async Task Bytes_WrittenInParts_ArriveWhenTheyAreFlushed_HoweverMany()
    {
        byte[] answer = new byte[3_000_000];
        new Random(1).NextBytes(answer);
        await using Served served = await Served.StartAsync(async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            for (int at = 0, part = 1; at < answer.Length; at += part, part = Math.Min(2 * part, answer.Length - at))
            {
                output.Write(answer.AsSpan(at, part));
            }

            Assert.That(output.UnflushedBytes, Is.EqualTo(answer.Length));
            await output.FlushAsync();
            Assert.That(output.UnflushedBytes, Is.Zero);
        });

        Assert.That(await served.ReadToEndAsync(), Is.EqualTo(answer));
    }

    [Test]
    public async Task Read_ThatIsCancelled_SaysSoOnce_AndTheNextOneGoesOn()
    {
        TaskCompletionSource<PipeReader> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> reads = [];
        await using Served served = await Served.StartAsync(async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ValueTask<ReadResult> pending = input.ReadAsync();
            waiting.SetResult(input);
            ReadResult read = await pending;
            reads.Add($"{read.IsCanceled} {read.IsCompleted} {read.Buffer.Length}");
            input.AdvanceTo(read.Buffer.End);
            connection.Transport.Output.Write("go on"u8);
            await connection.Transport.Output.FlushAsync();
            for (bool isAtEnd = false; !isAtEnd; isAtEnd = read.IsCompleted)
            {
                read = await input.ReadAsync();
                reads.Add($"{read.IsCanceled} {read.IsCompleted} {read.Buffer.Length}");
                input.AdvanceTo(read.Buffer.End);
            }
        });

        (await waiting.Task.WaitAsync(LongEnough)).CancelPendingRead();
        await served.Client.ReceiveAsync(new byte[5]).WaitAsync(LongEnough);
        await served.Client.SendAsync("abc"u8.ToArray());
        served.Client.Shutdown(SocketShutdown.Send);
        await served.ReadToEndAsync();

        Assert.That(reads, Is.EqualTo(["True False 0", "False False 3", "False True 0"]));
    }

    [Test]
    public async Task Read_WithATokenThatSaysStop_IsGivenUp_AndTheNextOneGoesOn()
    {
        bool wasGivenUp = false;
        string next = "";
        await using Served served = await Served.StartAsync(async connection =>
        {
            PipeReader input = connection.Transport.Input;
            using CancellationTokenSource stop = new();
            ValueTask<ReadResult> pending = input.ReadAsync(stop.Token);
            await stop.CancelAsync();
            try
            {
                await pending;
            }
            catch (OperationCanceledException)
            {
                wasGivenUp = true;
            }

            connection.Transport.Output.Write("go on"u8);
            await connection.Transport.Output.FlushAsync();
            next = (await input.ReadAsync()).Buffer.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        });

        await served.Client.ReceiveAsync(new byte[5]).WaitAsync(LongEnough);
        await served.Client.SendAsync("abc"u8.ToArray());
        await served.ReadToEndAsync();

        Assert.That((wasGivenUp, next), Is.EqualTo((true, "3")));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Client_ThatLeavesWhileItIsBeingAnswered_IsNoticed(bool isReset)
    {
        TaskCompletionSource noticed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Served served = await Served.StartAsync(async connection =>
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            await using CancellationTokenRegistration onClosed = connection.ConnectionClosed.Register(noticed.SetResult);
            await noticed.Task;
        });

        await served.Client.SendAsync("?"u8.ToArray());
        served.Client.LingerState = new LingerOption(isReset, 0);
        served.Client.Dispose();

        await noticed.Task.WaitAsync(LongEnough);
    }

    [Test]
    public async Task Client_ThatStays_IsNotTakenForGone_WhateverItSends()
    {
        TaskCompletionSource isDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<bool> wasClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Served served = await Served.StartAsync(async connection =>
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            await isDone.Task;
            wasClosed.SetResult(connection.ConnectionClosed.IsCancellationRequested);
        });

        await served.Client.SendAsync("?"u8.ToArray());

        // The heartbeat of another connection, whose client leaves, has looked at this one, too.
        await served.UntilAnotherClientIsNoticedAsync();
        await served.Client.SendAsync("more"u8.ToArray());
        await served.UntilAnotherClientIsNoticedAsync();
        isDone.SetResult();

        Assert.That(await wasClosed.Task.WaitAsync(LongEnough), Is.False);
    }

    [Test]
    public async Task Abort_EndsAReadAndAWriteThatWait()
    {
        TaskCompletionSource<bool> readEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<bool> writeEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Served served = await Served.StartAsync(async connection =>
        {
            ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
            connection.Transport.Output.Write(new byte[64 << 20]);
            ValueTask<FlushResult> writing = connection.Transport.Output.FlushAsync();
            Assert.That(writing.IsCompleted, Is.False, "no reader takes so much");
            connection.Abort(new ConnectionAbortedException());
            readEnded.SetResult((await reading).IsCompleted);
            bool isOver = (await writing).IsCompleted;
            writeEnded.SetResult(isOver && (await connection.Transport.Output.WriteAsync(new byte[1])).IsCompleted);
        });

        Assert.That(await readEnded.Task.WaitAsync(LongEnough));
        Assert.That(await writeEnded.Task.WaitAsync(LongEnough), "who writes is told that nothing is read any more");
    }

    [Test]
    public async Task Port_InUse_IsSaid()
    {
        await using Served served = await Served.StartAsync(_ => Task.CompletedTask);

        IOException? taken = await Assert.ThrowsAsync<IOException>(
            () => Served.ListenAsync(ListenerPort.Raw(served.Port, _ => Task.CompletedTask)));

        Assert.That(taken!.Message, Does.Contain($"127.0.0.1:{served.Port} is in use by another process"));
    }

    /// <summary>A listener with one such port, and a client that has connected to it.</summary>
    private sealed class Served : IAsyncDisposable
    {
        private readonly Listener listener;
        private readonly ListenerPort port;

        private Served(Listener listener, ListenerPort port)
        {
            this.listener = listener;
            this.port = port;
        }

        public Socket Client { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public int Port => port.EndPoint.Port;

        private TaskCompletionSource<ConnectionContext>? Next { get; set; }

        /// <summary>Serves the first connection with this, and others until their end.</summary>
        public static async Task<Served> StartAsync(ConnectionDelegate handler)
        {
            Served? served = null;
            int count = 0;
            ListenerPort port = ListenerPort.Raw(0, connection =>
                Interlocked.Increment(ref count) == 1 ? handler(connection) : ServeAnotherAsync(served!, connection));
            served = new Served(await ListenAsync(port), port);
            await served.Client.ConnectAsync(port.EndPoint);
            return served;
        }

        public static Task<Listener> ListenAsync(ListenerPort port) => Listener.StartAsync(
            IPAddress.Loopback, [port], new ListenOptions(), NullLoggerFactory.Instance, TimeProvider.System, _ => Task.CompletedTask,
            default);

        public async Task<byte[]> ReadToEndAsync()
        {
            using MemoryStream all = new();
            byte[] piece = new byte[64 * 1024];
            for (int count; (count = await Client.ReceiveAsync(piece).WaitAsync(LongEnough)) > 0;)
            {
                all.Write(piece, 0, count);
            }

            return all.ToArray();
        }

        /// <summary>
        /// Two heartbeats: the one that notices has perhaps looked at the first connection before, the other one has not.
        /// </summary>
        public async Task UntilAnotherClientIsNoticedAsync()
        {
            for (int i = 0; i < 2; i++)
            {
                Next = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await other.ConnectAsync(port.EndPoint);
                await other.SendAsync("?"u8.ToArray());
                ConnectionContext connection = await Next.Task.WaitAsync(LongEnough);
                TaskCompletionSource noticed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await using CancellationTokenRegistration onClosed = connection.ConnectionClosed.Register(noticed.SetResult);
                other.Dispose();
                await noticed.Task.WaitAsync(LongEnough);
            }
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await listener.DisposeAsync();
        }

        private static async Task ServeAnotherAsync(Served served, ConnectionContext connection)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration onClosed = connection.ConnectionClosed.Register(closed.SetResult);
            served.Next!.SetResult(connection);
            await closed.Task;
        }
    }
}
