// An asynchronous microservice: reports over HTTP, kept in a store of a running cluster. Bodies stream both ways and are never whole in
// memory. Settings: Gateway (host:port of a silo), Store (the store's name), and the usual ones of ASP.NET Core (--urls).
using RemoteStore;
using ReportService;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRemoteStoreClient(options =>
{
    options.Gateways.Clear();
    options.Gateways.Add(builder.Configuration["Gateway"] ?? "127.0.0.1:30000");
});

// Two keyed stores below one store of the cluster. A store of another name, or another backend, would be asked for in the same way.
var store = builder.Configuration["Store"] ?? "main";
foreach (var folder in new[] { Reports.Current, Reports.Archive })
    builder.Services.AddKeyedSingleton(folder, (services, _) => services.GetRequiredKeyedService<AsyncStore>(store).Child(folder));

var app = builder.Build();
app.Use(StoreErrors.AnswerAsync);
app.MapReports();
app.Run();
