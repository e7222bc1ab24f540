namespace RemoteStore.Grains;

/// <summary>Marks a grain method that only silos may call. A gateway refuses it from clients.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SiloOnlyAttribute : Attribute;
