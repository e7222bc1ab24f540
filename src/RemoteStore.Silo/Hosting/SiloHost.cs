using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using RemoteStore.Grains;

namespace RemoteStore.Silo;

/// <summary>Composes the silo: settings, stores, Orleans, health.</summary>
internal static class SiloHost
{
    internal static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        AddConfiguration(builder.Configuration, args);
        var settings = ReadSettings(builder.Configuration);
        builder.Services.AddSingleton(Options.Create(settings));
        builder.Services.AddRemoteStore(builder.Configuration).AddAzureBackend().AddS3Backend().AddSftpBackend();
        builder.Services.AddSingleton<ISiloStores, ConfiguredStores>();
        builder.Services.Configure<SiloLimits>(settings.Apply);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(settings.ShutdownSeconds));
        builder.Host.UseOrleans(silo =>
            silo.UseClustering(settings)
                .UseTls(settings)
                .GuardPorts(settings)
                .GuardGateway()
                .AddRemoteStoreGrains()
                .AddDashboard(settings)
                .AddTracing(settings)
        );
        builder.Services.AddSingleton<SiloAccess>();
        builder
            .Services.AddHostedService<SingleSiloGuard>()
            .AddHostedService<IsolationGuard>()
            .AddHostedService<TransferDrain>()
            .AddHostedService<StoreProbe>()
            .AddHostedService<StoreMaintenance>()
            .AddOtlp(settings);
        builder.Services.AddSingleton<StoreStates>();
        builder.Services.AddHealthChecks().AddCheck<MembershipHealthCheck>("membership").AddCheck<StoresHealthCheck>("stores");
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlocks>();
        var transfers = new TransferPort(settings);
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.GuardHttp(settings);
            k.Listen(IPAddress.Parse(settings.HttpAddress), settings.HttpPort, l => l.Gate(PortNames.Http));
            transfers.Listen(k);
        });
        return Compose(builder.Build(), settings, transfers);
    }

    private static WebApplication Compose(WebApplication app, SiloSettings settings, TransferPort transfers)
    {
        // Created before any port is open: a misconfigured store must stop the start and not fail the first call.
        var stores = app.Services.GetRequiredService<ISiloStores>();
        app.Services.GetRequiredService<SiloAccess>().Apply();
        transfers.Map(app);
        app.MapHealthChecks(HealthPaths.Live, new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks(HealthPaths.Ready, new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync });
        app.MapDashboard(settings);
        app.Lifetime.ApplicationStarted.Register(() => StartupBanner.Print(settings, stores.Names));
        return app;
    }

    private static void AddConfiguration(ConfigurationManager configuration, string[] args)
    {
        var commandLine = new ConfigurationBuilder().AddCommandLine(args, CommandLine.Switches).Build();
        if (commandLine["config"] is { } file)
            configuration
                .AddJsonFile(ConfigurationFiles.Of(file), Path.GetFileName(file), optional: false, reloadOnChange: true)
                .AddEnvironmentVariables();
        configuration.AddCommandLine(args, CommandLine.Switches);
        if (commandLine[$"{SiloSettings.Section}:{nameof(SiloSettings.PrimarySilo)}"] is not null)
            configuration.AddInMemoryCollection([
                new($"{SiloSettings.Section}:{nameof(SiloSettings.Clustering)}", nameof(ClusteringMode.Localhost)),
            ]);
    }

    /// <summary>Reads and validates the section.</summary>
    /// <exception cref="OptionsValidationException">A key is unknown, or a value is not valid; each message names its key.</exception>
    internal static SiloSettings ReadSettings(IConfiguration configuration)
    {
        var reader = new OptionsReader();
        var settings = reader.Read<SiloSettings>(configuration.GetSection(SiloSettings.Section));
        reader.ThrowOnFaults();
        if (new SiloSettingsValidator().Validate(null, settings) is { Failed: true } result)
            throw new OptionsValidationException(SiloSettings.Section, typeof(SiloSettings), result.Failures);
        return settings;
    }
}
