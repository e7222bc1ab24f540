namespace RemoteStore.Grains;

/// <summary>
/// Marks a grain method whose failures leave the silo only as typed errors, cancellations and argument mistakes.
/// Required on every method of the contract.
/// </summary>
/// <remarks>
/// The requests implement this themselves, without a filter: a single filter in a silo slows down every call of every grain there.
/// </remarks>
[InvokableBaseType(typeof(GrainReference), typeof(ValueTask), typeof(StoreRequest))]
[InvokableBaseType(typeof(GrainReference), typeof(ValueTask<>), typeof(StoreRequest<>))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class TypedErrorsAttribute : Attribute;
