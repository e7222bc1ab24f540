using System.Text;

namespace RemoteStore;

/// <summary>The encoding of text operations: UTF-8 without a byte-order mark. It throws on text that it cannot represent.</summary>
internal static class TextEncoding
{
    internal static Encoding Default { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
