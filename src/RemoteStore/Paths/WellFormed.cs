namespace RemoteStore;

/// <summary>Checks whether text has a UTF-8 form. Texts with unpaired surrogates would collide once encoded.</summary>
internal static class WellFormed
{
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
