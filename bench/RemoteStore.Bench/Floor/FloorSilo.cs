using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RemoteStore.Bench;

/// <summary>
/// The process that the silo is measured against: bare Orleans and bare Kestrel, which do the transport and nothing else.
/// </summary>
internal static class FloorSilo
{
    internal const string Ready = "The floor is ready";
    private static readonly byte[] Small = new byte[Sizes.Small];

    internal static async Task RunAsync(string[] args)
    {
        var options = new ConfigurationBuilder().AddCommandLine(args).Build();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Host.UseOrleans(silo =>
            silo.UseLocalhostClustering(
                Port(options, "silo-port"),
                Port(options, "gateway-port"),
                null,
                FloorClient.ClusterId,
                FloorClient.ClusterId
            )
        );
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, Port(options, "http-port"));
            k.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        app.MapGet("/small", SendSmallAsync);
        app.MapGet("/file", context => SendFileAsync(context, options["file"]!));
        app.MapPut("/file", context => ReceiveFileAsync(context, options["file"]! + ".put"));
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(Ready));
        await app.RunAsync();
    }

    private static int Port(IConfiguration options, string name) => options.GetValue<int>(name);

    private static Task SendSmallAsync(HttpContext context)
    {
        context.Response.ContentLength = Small.Length;
        return context.Response.Body.WriteAsync(Small).AsTask();
    }

    private static async Task SendFileAsync(HttpContext context, string path)
    {
        await using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        context.Response.ContentLength = file.Length;
        await file.CopyToAsync(context.Response.Body, Sizes.Block);
    }

    /// <summary>Makes the same promise as an atomic write: staged, synced, renamed.</summary>
    private static async Task ReceiveFileAsync(HttpContext context, string path)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var staged = $"{path}.{Guid.NewGuid():N}";
        await using (
            var file = new FileStream(
                staged,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    BufferSize = 0,
                }
            )
        )
        {
            await context.Request.Body.CopyToAsync(file, Sizes.Block);
            file.Flush(flushToDisk: true);
        }

        File.Move(staged, path, overwrite: true);
    }
}
