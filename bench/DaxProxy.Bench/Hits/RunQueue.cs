using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace DaxProxy.Bench.Hits;

/// <summary>
/// How long the thread that made this was ready to run while others had the processors. Always zero where Linux does not tell.
/// </summary>
internal sealed class RunQueue : IDisposable
{
    private const string Path = "/proc/thread-self/schedstat";

    private readonly SafeFileHandle? file = File.Exists(Path) ? File.OpenHandle(Path) : null;

    /// <summary>The second of three numbers: nanoseconds.</summary>
    public TimeSpan Waited
    {
        get
        {
            Span<byte> text = stackalloc byte[64];
            if (file is null)
            {
                return TimeSpan.Zero;
            }

            text = text[..RandomAccess.Read(file, text, 0)];
            text = text[(text.IndexOf((byte)' ') + 1)..];
            return Utf8Parser.TryParse(text, out long nanoseconds, out _)
                ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
                : TimeSpan.Zero;
        }
    }

    public void Dispose() => file?.Dispose();
}
