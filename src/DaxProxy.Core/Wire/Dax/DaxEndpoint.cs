using System.Net;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>A node of the cluster as clients are told of it.</summary>
/// <param name="NodeId">Its number; the same at each asking.</param>
/// <param name="Address">Where clients reach it: IPv4, as most clients understand no other.</param>
/// <param name="Port">The port there.</param>
/// <param name="IsLeader">Whether writes should go there. Some clients send them anywhere.</param>
/// <param name="AvailabilityZone">Where it is; never empty.</param>
/// <param name="LeaderSessionId">Changes when another node becomes the leader.</param>
public sealed record DaxEndpoint(long NodeId, IPAddress Address, int Port, bool IsLeader, string AvailabilityZone, long LeaderSessionId);
