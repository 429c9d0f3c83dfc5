using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace DaxProxy.Hosting;

/// <summary>Hands requests of a server straight to one handler: no routing, no activity, no scope, nothing allocated per request.</summary>
internal sealed class ContextApplication(RequestDelegate handler) : IHttpApplication<DefaultHttpContext>
{
    /// <inheritdoc/>
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is IHostContextContainer<DefaultHttpContext> container)
        {
            DefaultHttpContext context = container.HostContext ??= new DefaultHttpContext();
            context.Initialize(contextFeatures);
            return context;
        }

        return new DefaultHttpContext(contextFeatures);
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(DefaultHttpContext context) => handler(context);

    /// <inheritdoc/>
    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
}
