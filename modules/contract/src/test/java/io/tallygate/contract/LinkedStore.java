package io.tallygate.contract;

import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A store that the deployment reaches through a link which can fail.
 *
 * @param server the store itself, well behind the link
 */
record LinkedStore(StoreServer server, FaultyLink link) implements StoreServer {

    static LinkedStore over(StoreServer server, RandomGenerator random) {
        return new LinkedStore(server, new FaultyLink(server.port(), random));
    }

    @Override
    public Map<String, String> settings() {
        return server.settingsThrough(link.port());
    }

    @Override
    public void freeze() {
        server.freeze();
    }

    @Override
    public void thaw() {
        server.thaw();
    }

    @Override
    public void refuseWrites() {
        server.refuseWrites();
    }

    @Override
    public void takeWrites() {
        server.takeWrites();
    }

    @Override
    public void dropSessions() {
        server.dropSessions();
    }

    @Override
    public void close() {
        link.close();
        server.close();
    }
}
