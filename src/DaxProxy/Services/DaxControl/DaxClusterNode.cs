namespace DaxProxy.Services.DaxControl;

/// <summary>One node of a cluster.</summary>
/// <param name="Id">Its name: <c>daxproxy-a</c>.</param>
/// <param name="Address">Where clients reach it.</param>
/// <param name="Port">At which port.</param>
internal sealed record DaxClusterNode(string Id, string Address, int Port);
