package io.tallygate.grpc.connect;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Where a service's instances are known from. */
public sealed interface Target {

    /**
     * A list that does not change.
     *
     * @param instances one or more, no address twice
     */
    record Fixed(List<Instance> instances) implements Target {

        /** @throws IllegalArgumentException when the list is empty or has an address twice */
        public Fixed {
            instances = List.copyOf(instances);
            if (instances.isEmpty()) {
                throw new IllegalArgumentException("no address is given");
            }
            if (instances.stream().map(Instance::address).distinct().count() < instances.size()) {
                throw new IllegalArgumentException("an address is given twice");
            }
        }
    }

    /**
     * The instances of a service whose health checks pass in Consul.
     *
     * @param consul  the agent, such as {@code http://127.0.0.1:8500}
     * @param token   sent with every question to it, up to 1024 visible characters
     * @param service the service's name there
     */
    record Consul(URI consul, Optional<String> token, String service) implements Target {

        /** Without a token. */
        public Consul(URI consul, String service) {
            this(consul, Optional.empty(), service);
        }

        /** @throws IllegalArgumentException when the agent's address, the token or the name cannot be one */
        public Consul {
            if (consul.getHost() == null || !List.of("http", "https").contains(consul.getScheme())) {
                throw new IllegalArgumentException(consul + " is not a URL, such as http://127.0.0.1:8500");
            }
            if (token.isPresent() && !token.get().matches("[!-~]{1,1024}")) {
                throw new IllegalArgumentException("the token is not up to 1024 visible characters");
            }
            if (!service.matches("[A-Za-z0-9_.-]{1,128}")) {
                throw new IllegalArgumentException("\"" + service + "\" is not a service name");
            }
        }

        /** @throws IllegalArgumentException as the constructor */
        Consul withToken(String token) {
            return new Consul(consul, Optional.of(token), service);
        }

        /** @throws IllegalArgumentException as the constructor */
        Consul withService(String service) {
            return new Consul(consul, token, service);
        }

        /** Without the token, which belongs into no log. */
        @Override
        public String toString() {
            return "Consul[" + consul + ", token=" + (token.isPresent() ? "***" : "none") + ", " + service + "]";
        }
    }
}
