using System.Globalization;

namespace RemoteStore.Grains;

/// <summary>The names of stores and the keys of grains.</summary>
public static class GrainKeys
{
    /// <summary>
    /// The number of readers of a path in each silo. A client reaches a grain through one of its gateways, so with
    /// several readers it uses several silos.
    /// </summary>
    public const int Readers = 4;

    /// <summary>The key of a path's owner: the store, a slash, the canonical path.</summary>
    /// <param name="store">The name of the store.</param>
    /// <param name="key">The canonical key.</param>
    public static string Path(string store, string key) => $"{store}/{key}";

    /// <summary>The key of one of a path's readers: its number, a slash, the key of the path's owner.</summary>
    /// <param name="number">Any number from 0 to <see cref="Readers"/> - 1.</param>
    /// <param name="store">The name of the store.</param>
    /// <param name="key">The canonical key.</param>
    public static string Reader(int number, string store, string key) =>
        $"{number.ToString(CultureInfo.InvariantCulture)}/{Path(store, key)}";

    /// <summary>Validates and returns a store name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static string CheckedStoreName(string name) =>
        StoreNames.IsValid(name) ? name : throw new ArgumentException($"The store name {StoreNames.Rule}", nameof(name));

    /// <summary>Parses the key of a path's owner. The key is untrusted input.</summary>
    /// <param name="grainKey">The key.</param>
    /// <returns>The store and the canonical key.</returns>
    /// <exception cref="InvalidPathException">It is not the key of a path.</exception>
    public static (string Store, string Key) Parse(string grainKey)
    {
        ArgumentNullException.ThrowIfNull(grainKey);
        var slash = grainKey.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !StoreNames.IsValid(grainKey[..slash]))
            throw new InvalidPathException("The key is not that of a path of a store.", PathRules.Printable(grainKey));
        return (grainKey[..slash], Canonical(grainKey[(slash + 1)..], grainKey[..slash]));
    }

    /// <summary>Parses the key of a reader. The key is untrusted input.</summary>
    /// <param name="grainKey">The key.</param>
    /// <returns>The store and the canonical key.</returns>
    /// <exception cref="InvalidPathException">It is not the key of a reader.</exception>
    public static (string Store, string Key) ParseReader(string grainKey)
    {
        ArgumentNullException.ThrowIfNull(grainKey);
        return grainKey.Length > 2 && grainKey[1] == '/' && grainKey[0] is >= '0' and < (char)('0' + Readers)
            ? Parse(grainKey[2..])
            : throw new InvalidPathException("The key is not that of a reader of a path.", PathRules.Printable(grainKey));
    }

    /// <summary>Returns a key after checking that it is canonical.</summary>
    /// <param name="key">The key.</param>
    /// <param name="store">The store to name in the error.</param>
    /// <exception cref="InvalidPathException">The key is not canonical.</exception>
    public static string Canonical(string key, string store) =>
        KernelKeys.File(key, store) == key
            ? key
            : throw new InvalidPathException("The key must be canonical.", PathRules.Printable(key), store);
}
