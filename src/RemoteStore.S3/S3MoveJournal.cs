using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using RemoteStore.Drivers;

namespace RemoteStore.S3;

/// <summary>The journal of running moves, one small object each.</summary>
/// <param name="driver">The driver.</param>
/// <param name="prefix">The backend's root within the bucket.</param>
internal sealed class S3MoveJournal(S3Driver driver, string prefix)
{
    private readonly string _folder = prefix + MoveIntent.Folder;

    internal Task RecordAsync(MoveIntent intent, CancellationToken cancellationToken) =>
        S3Driver.Call(
            driver.Client.PutObjectAsync(driver.PutRequest(_folder + intent.Id, new MemoryStream(intent.ToJson())), cancellationToken),
            cancellationToken
        );

    /// <summary>Deletes an entry, if the service allows it. An entry that remains is recovered later, without effect.</summary>
    internal Task ForgetAsync(string id) => driver.DeleteQuietlyAsync(_folder + id);

    internal async Task<MoveIntent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = driver.Bucket, Key = _folder + id };
            var answer = await S3Driver
                .Call(driver.Client.GetObjectAsync(request, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            var body = new S3ReadStream(answer, driver.Options.RequestTimeout);
            await using var closing = body.ConfigureAwait(false);
            using var content = new MemoryStream();
            await body.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            return MoveIntent.Parse(content.ToArray(), id);
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>The moves that were recorded before a time.</summary>
    internal async IAsyncEnumerable<string> IdsAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in driver.ObjectsAsync(_folder, before, cancellationToken).ConfigureAwait(false))
            yield return entry.Key[_folder.Length..];
    }
}
