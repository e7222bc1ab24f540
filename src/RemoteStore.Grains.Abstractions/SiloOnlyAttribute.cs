namespace RemoteStore.Grains;

/// <summary>On a method of a grain: only silos may call it. A gateway refuses it from clients.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SiloOnlyAttribute : Attribute;
