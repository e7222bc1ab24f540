using System.Collections;
using System.Numerics;

namespace RemoteStore;

/// <summary>An immutable set of capabilities.</summary>
public readonly struct CapabilitySet : IEquatable<CapabilitySet>, IEnumerable<Capability>
{
    private readonly Capability _flags;

    /// <summary>Creates a set of the given flags.</summary>
    /// <param name="flags">The flags.</param>
    public CapabilitySet(Capability flags) => _flags = flags;

    /// <summary>The set as one flags value.</summary>
    public Capability Flags => _flags;

    /// <summary>All capabilities.</summary>
    public static CapabilitySet All { get; } = new(Enum.GetValues<Capability>().Aggregate((a, b) => a | b));

    /// <summary>Turns flags into a set.</summary>
    /// <param name="flags">The flags.</param>
    public static implicit operator CapabilitySet(Capability flags) => new(flags);

    /// <summary>Turns flags into a set.</summary>
    /// <param name="flags">The flags.</param>
    public static CapabilitySet FromCapability(Capability flags) => new(flags);

    /// <summary>Whether both sets are equal.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(CapabilitySet left, CapabilitySet right) => left._flags == right._flags;

    /// <summary>Whether the sets differ.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(CapabilitySet left, CapabilitySet right) => left._flags != right._flags;

    /// <summary>Whether all of <paramref name="capability"/> is in the set.</summary>
    /// <param name="capability">One or more flags.</param>
    public bool Supports(Capability capability) => (_flags & capability) == capability;

    /// <summary>Throws unless all of <paramref name="capability"/> is in the set.</summary>
    /// <param name="capability">One or more flags.</param>
    /// <param name="path">The path to report in the error.</param>
    /// <param name="backend">The backend to report in the error.</param>
    /// <exception cref="CapabilityNotSupportedException">A capability is missing; the error names it.</exception>
    public void Require(Capability capability, string? path = null, string? backend = null)
    {
        if (!Supports(capability))
            throw new CapabilityNotSupportedException(capability & ~_flags, null, path, backend);
    }

    /// <summary>This set with more capabilities.</summary>
    /// <param name="more">What to add.</param>
    public CapabilitySet With(Capability more) => new(_flags | more);

    /// <summary>This set without some capabilities.</summary>
    /// <param name="less">What to remove.</param>
    public CapabilitySet Without(Capability less) => new(_flags & ~less);

    /// <inheritdoc/>
    public bool Equals(CapabilitySet other) => _flags == other._flags;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CapabilitySet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_flags;

    /// <summary>The single flags of the set, in order of their values.</summary>
    public IEnumerator<Capability> GetEnumerator()
    {
        for (var rest = (uint)_flags; rest != 0; rest &= rest - 1)
            yield return (Capability)(1 << BitOperations.TrailingZeroCount(rest));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The names of the flags.</summary>
    public override string ToString() => _flags.ToString();
}
