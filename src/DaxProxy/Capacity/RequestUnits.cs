namespace DaxProxy.Capacity;

/// <summary>Units that requests consume. Pure functions. Source: the service's documentation of its capacity units.</summary>
internal static class RequestUnits
{
    private const int ReadBytes = 4096;
    private const int WriteBytes = 1024;

    /// <summary>The units of one item of a request, or of its page.</summary>
    public static double Of(CapacityRequest request, CapacityItem item) => IsWrite(request)
        ? Begun(item.Bytes, WriteBytes) * (request.IsTransaction ? 2 : 1)
        : Begun(item.Bytes, ReadBytes) * (request.IsTransaction ? 2 : request.IsConsistent ? 1 : 0.5);

    /// <summary>Whether a request consumes write units.</summary>
    public static bool IsWrite(CapacityRequest request) => request.Kind is CapacityKind.Write or CapacityKind.Delete;

    private static int Begun(int bytes, int unit) => Math.Max(1, (int)(((long)bytes + unit - 1) / unit));
}
