using Microsoft.Net.Http.Headers;
using RemoteStore;

namespace ReportService;

/// <summary>The HTTP side of the reports. ETags and conditions mean what they mean in HTTP (RFC 9110, section 13).</summary>
internal static class Reports
{
    internal const string Current = "reports";
    internal const string Archive = "archive";

    internal static void MapReports(this WebApplication app)
    {
        app.MapGet(
            "/reports",
            ([FromKeyedServices(Current)] AsyncStore store, CancellationToken token) =>
                store.ListFilesAsync("", new ListOptions { Recursive = true }, token).Select(f => new { f.Path, f.Size })
        );
        app.MapGet("/reports/{**path}", GetAsync);
        app.MapPut("/reports/{**path}", PutAsync);
        app.MapPost("/reports/{**path}", ArchiveAsync);
        app.MapDelete("/reports/{**path}", DeleteAsync);
    }

    private static async Task<IResult> GetAsync(
        string path,
        [FromKeyedServices(Current)] AsyncStore store,
        HttpResponse response,
        CancellationToken token
    )
    {
        var content = await store.ReadAsync(path, cancellationToken: token);
        response.ContentLength = content.Info.Size;
        return Results.Stream(
            content,
            content.Info.ContentType,
            lastModified: content.Info.LastModified,
            entityTag: TagOf(content.Info.ETag)
        );
    }

    private static async Task<IResult> PutAsync(
        string path,
        [FromKeyedServices(Current)] AsyncStore store,
        HttpRequest request,
        CancellationToken token
    )
    {
        var result = await store.WriteAtomicAsync(path, request.Body, OptionsOf(request.GetTypedHeaders()), token);
        request.HttpContext.Response.GetTypedHeaders().ETag = TagOf(result.ETag);
        return Results.NoContent();
    }

    /// <summary>Copies a report to the archive, then removes exactly the version that was copied.</summary>
    private static async Task<IResult> ArchiveAsync(
        string path,
        [FromKeyedServices(Current)] AsyncStore store,
        [FromKeyedServices(Archive)] AsyncStore archive,
        CancellationToken token
    )
    {
        await using var content = await store.ReadAsync(path, cancellationToken: token);
        await archive.WriteAtomicAsync(path, content, WriteOptions.Replace, token);
        await store.DeleteAsync(path, new DeleteOptions { IfMatch = content.Info.ETag }, token);
        return Results.NoContent();
    }

    private static async Task<IResult> DeleteAsync(
        string path,
        [FromKeyedServices(Current)] AsyncStore store,
        HttpRequest request,
        CancellationToken token
    )
    {
        await store.DeleteAsync(path, new DeleteOptions { IfMatch = ConditionOf(request.GetTypedHeaders().IfMatch) }, token);
        return Results.NoContent();
    }

    private static WriteOptions OptionsOf(Microsoft.AspNetCore.Http.Headers.RequestHeaders headers) =>
        new()
        {
            Overwrite = headers.IfMatch.Count + headers.IfNoneMatch.Count == 0,
            IfMatch = ConditionOf(headers.IfMatch),
            IfNoneMatch = ConditionOf(headers.IfNoneMatch),
        };

    private static string? ConditionOf(IList<EntityTagHeaderValue> tags) => tags.Count == 0 ? null : tags[0].Tag.Value?.Trim('"');

    private static EntityTagHeaderValue? TagOf(string? etag) => etag is null ? null : new EntityTagHeaderValue($"\"{etag.Trim('"')}\"");
}
