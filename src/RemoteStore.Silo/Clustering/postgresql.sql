-- The membership table of RemoteStore's silos in PostgreSQL, and the statements with which Orleans' provider reads and changes it.
-- A silo runs this file at the start if its role has the permissions; otherwise run it yourself. Running it again has no effect.
--
-- A change of the membership succeeds only if the version is the one that its silo has read. Every change first locks the row of
-- the version and checks it again under the lock, so that one of two concurrent silos wins, at the default isolation level.

CREATE SCHEMA IF NOT EXISTS remotestore;

CREATE TABLE IF NOT EXISTS remotestore.cluster (
    cluster_id text PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS remotestore.silo (
    cluster_id text NOT NULL REFERENCES remotestore.cluster ON DELETE CASCADE,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    status integer NOT NULL,
    gateway_port integer NOT NULL,
    suspicions text,
    started timestamptz NOT NULL,
    alive timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

-- Orleans requires the name OrleansQuery, and the names of columns and parameters below.
CREATE OR REPLACE VIEW remotestore.orleansquery (querykey, querytext) AS VALUES
    ('RemoteStoreSchema', '1'),

    ('InsertMembershipVersionKey', $$
        WITH added AS (
            INSERT INTO remotestore.cluster (cluster_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
        SELECT count(*) FROM added
    $$),

    ('InsertMembershipKey', $$
        WITH won AS (
            UPDATE remotestore.cluster c SET version = version + 1
            WHERE cluster_id = @DeploymentId AND version = @Version
                AND NOT EXISTS (
                    SELECT FROM remotestore.silo s
                    WHERE s.cluster_id = c.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
            RETURNING cluster_id),
        added AS (
            INSERT INTO remotestore.silo (cluster_id, address, port, generation, name, host, status, gateway_port, started, alive)
            SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM won
            RETURNING 1)
        SELECT count(*) FROM added
    $$),

    ('UpdateMembershipKey', $$
        WITH won AS (
            UPDATE remotestore.cluster c SET version = version + 1
            WHERE cluster_id = @DeploymentId AND version = @Version
                AND EXISTS (
                    SELECT FROM remotestore.silo s
                    WHERE s.cluster_id = c.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
            RETURNING cluster_id),
        changed AS (
            UPDATE remotestore.silo s SET status = @Status, suspicions = @SuspectTimes, alive = @IAmAliveTime FROM won
            WHERE s.cluster_id = won.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
            RETURNING 1)
        SELECT count(*) FROM changed
    $$),

    ('UpdateIAmAlivetimeKey', $$
        UPDATE remotestore.silo SET alive = @IAmAliveTime
        WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    $$),

    ('MembershipReadAllKey', $$
        SELECT s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName, s.status AS Status,
            s.gateway_port AS ProxyPort, s.suspicions AS SuspectTimes, s.started AS StartTime, s.alive AS IAmAliveTime, c.version AS Version
        FROM remotestore.cluster c LEFT JOIN remotestore.silo s USING (cluster_id)
        WHERE c.cluster_id = @DeploymentId
    $$),

    ('MembershipReadRowKey', $$
        SELECT s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName, s.status AS Status,
            s.gateway_port AS ProxyPort, s.suspicions AS SuspectTimes, s.started AS StartTime, s.alive AS IAmAliveTime, c.version AS Version
        FROM remotestore.cluster c
            LEFT JOIN remotestore.silo s ON s.cluster_id = c.cluster_id AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
        WHERE c.cluster_id = @DeploymentId
    $$),

    ('GatewaysQueryKey', $$
        SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation FROM remotestore.silo
        WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0
    $$),

    ('DeleteMembershipTableEntriesKey', $$
        DELETE FROM remotestore.cluster WHERE cluster_id = @DeploymentId
    $$),

    -- Status 6 of Orleans is a dead silo.
    ('CleanupDefunctSiloEntriesKey', $$
        DELETE FROM remotestore.silo WHERE cluster_id = @DeploymentId AND status = 6 AND alive < @IAmAliveTime
    $$),

    ('CleanupDefunctSiloEntryKey', $$
        DELETE FROM remotestore.silo
        WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
            AND status = 6 AND started = @StartTime AND alive = @IAmAliveTime AND suspicions IS NOT DISTINCT FROM @SuspectTimes
    $$);
