using System.Text;
using Microsoft.AspNetCore.Http;

namespace DaxProxy.Bench.Micro;

/// <summary>One request through a handler without any server: for preparing, not for measuring.</summary>
internal static class SocketlessCall
{
    /// <summary>Runs a request made for the wire; a refusal throws.</summary>
    public static void Run(RequestDelegate handler, byte[] request)
    {
        byte[] body = ProxyRig.BodyOf(request);
        DefaultHttpContext context = new();
        context.Request.Method = "POST";
        context.Request.Path = "/";
        foreach (string line in Encoding.ASCII.GetString(request.AsSpan(0, request.Length - body.Length - 4)).Split("\r\n").Skip(1))
        {
            string[] header = line.Split(": ", 2);
            context.Request.Headers[header[0]] = header[1];
        }

        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        handler(context).GetAwaiter().GetResult();
        if (context.Response.StatusCode != StatusCodes.Status200OK)
        {
            throw new InvalidOperationException($"Refused: {Encoding.ASCII.GetString(body)}");
        }
    }
}
