using System.Net;
using Microsoft.AspNetCore.Http;
using RemoteStore.Silo;

namespace RemoteStore.Processes.Tests;

public sealed class DashboardTests : ProcessTest
{
    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.NotFound)]
    public async Task The_dashboard_is_there_only_when_it_is_switched_on(bool on, HttpStatusCode status)
    {
        string[] switches = on ? ["--RemoteStore:Silo:Dashboard=true"] : [];
        await using var silo = await SiloProcess.StartReadyAsync(["--data", Folder, .. switches], cancellationToken: Token);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(silo.Http, "dashboard/"), Token);
        Assert.Equal(status, answer.StatusCode);
        using var health = await http.GetAsync(new Uri(silo.Http, "health/ready"), Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task The_dashboard_is_off_on_an_address_that_is_not_loopback()
    {
        await using var silo = await SiloProcess.StartReadyAsync(
            ["--data", Folder, "--RemoteStore:Silo:Dashboard=true", "--RemoteStore:Silo:HttpAddress=0.0.0.0"],
            cancellationToken: Token
        );
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(silo.Http, "dashboard/"), Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await silo.Process.LineAsync("Disabled the dashboard: HttpAddress 0.0.0.0", Token);
    }

    [Theory]
    [InlineData("/dashboard", "127.0.0.1", "localhost:8080", false)]
    [InlineData("/dashboard/api", "::1", "[::1]:8080", false)]
    [InlineData("/dashboard", "127.0.0.1", "127.0.0.1:8080", false)]
    [InlineData("/dashboard", "127.0.0.1", "attacker.example:8080", true)]
    [InlineData("/dashboard", "127.0.0.1", "", true)]
    [InlineData("/dashboard", "10.0.0.7", "localhost:8080", true)]
    [InlineData("/Dashboard/x", "10.0.0.7", "localhost:8080", true)]
    [InlineData("/health/ready", "10.0.0.7", "10.0.0.8:8080", false)]
    public void Only_callers_on_the_machine_see_it(string path, string address, string host, bool hidden)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Request.Host = new HostString(host);
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        Assert.Equal(hidden, SiloDashboard.IsHidden(context));
    }
}
