using System.IO.Pipelines;

namespace DaxProxy.Bench.Micro;

/// <summary>One end of a connection made of two pipes.</summary>
internal sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
