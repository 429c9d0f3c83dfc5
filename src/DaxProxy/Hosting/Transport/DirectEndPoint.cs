using System.Net;

namespace DaxProxy.Hosting.Transport;

/// <summary>An address that <see cref="DirectTransport"/> listens at.</summary>
internal sealed class DirectEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
