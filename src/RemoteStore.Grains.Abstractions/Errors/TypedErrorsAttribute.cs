namespace RemoteStore.Grains;

/// <summary>
/// On a method of a grain: of its failures only typed errors, cancellations and argument mistakes leave the silo. Every method of the
/// contract has it.
/// </summary>
/// <remarks>
/// The requests see to it themselves, not a filter: with one filter in a silo each call of any grain there runs through all of them.
/// </remarks>
[InvokableBaseType(typeof(GrainReference), typeof(ValueTask), typeof(StoreRequest))]
[InvokableBaseType(typeof(GrainReference), typeof(ValueTask<>), typeof(StoreRequest<>))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class TypedErrorsAttribute : Attribute;
