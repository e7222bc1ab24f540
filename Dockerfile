# The silo's image. It starts from nothing: build/image puts the program, the .NET runtime, ssh and the few system libraries they load into
# artifacts/image/root, and builds this with that folder as context. There is no shell and no package manager in it.
FROM scratch
COPY root/ /
ENV PATH=/usr/bin \
    DOTNET_ROOT=/usr/share/dotnet \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    HOME=/tmp
WORKDIR /app
EXPOSE 11111 30000 30001 8080
USER 10001:10001
ENTRYPOINT ["/usr/share/dotnet/dotnet", "/app/RemoteStore.Silo.dll"]
