using System.IO.Pipelines;
using DaxProxy.Frontends;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnreadBodiesTests
{
    private readonly UnreadBodies bodies = new(1000);
    private readonly Pipe pipe = new();
    private readonly DefaultHttpContext context = new();
    private readonly Connection connection = new();
    private bool isAnswered;

    [SetUp]
    public void SetFeatures()
    {
        context.Features.Set<IRequestBodyPipeFeature>(new BodyOf(pipe.Reader));
        context.Features.Set<IHttpRequestLifetimeFeature>(connection);
    }

    [Test]
    public async Task Body_WhoseStreamBreaksBehindTheAnswer_EndsTheConnectionAndIsNoFault()
    {
        await pipe.Writer.WriteAsync(new byte[10]);
        await pipe.Writer.CompleteAsync(new IOException("The request stream was aborted."));
        await AnswerAsync();
        Assert.That((isAnswered, connection.IsAborted), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Body_ThatComesWhole_IsReadPast()
    {
        await pipe.Writer.WriteAsync(new byte[10]);
        await pipe.Writer.CompleteAsync();
        await AnswerAsync();
        Assert.That((isAnswered, connection.IsAborted), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Body_ThatIsTooLong_EndsTheConnectionBeforeItHasCome()
    {
        await pipe.Writer.WriteAsync(new byte[2000]);
        await AnswerAsync();
        Assert.That((isAnswered, connection.IsAborted), Is.EqualTo((true, true)));
    }

    private Task AnswerAsync() => bodies.AnswerKnownAsync(context, () =>
    {
        isAnswered = true;
        return Task.CompletedTask;
    });

    private sealed class BodyOf(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }
}
