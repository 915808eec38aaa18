package io.tallygate.contract;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway and instances of the counter service behind it, and of the services of quotas, and of events, where a test needs
 * them, each a program of its own. A caller sees the gateway. They find each other by fixed addresses, or through Consul when
 * there is one.
 */
final class SplitDeployment implements Deployment {

    private static final String GATEWAY_JAR = "app-split/gateway/target/tallygate-gateway.jar";
    static final String COUNTER_JAR = "app-split/counter-service/target/tallygate-counter-service.jar";
    static final String QUOTA_JAR = "app-split/quota-service/target/tallygate-quota-service.jar";
    static final String EVENT_JAR = "app-split/event-service/target/tallygate-event-service.jar";
    static final String RATELIMIT_JAR = "app-split/ratelimit-service/target/tallygate-ratelimit-service.jar";

    /** What all kinds of program are told. */
    private static final List<String> COMMON = List.of(Launch.COMMIT_TIMEOUT, Launch.SHUTDOWN_TIMEOUT);
    private static final String TOKENS = "TALLYGATE_TOKENS_";
    private static final String CONSUL_ADDRESS = "TALLYGATE_CONSUL_ADDRESS";
    private static final String SERVICES = "TALLYGATE_SERVICES_";
    private static final String HTTP = "TALLYGATE_HTTP_";
    private static final String RATELIMIT = "TALLYGATE_RATELIMIT_";
    private static final String QUOTA = "TALLYGATE_QUOTA_";
    private static final String CACHES = "TALLYGATE_MULTICACHE_";
    /** Of every process that has a store. */
    private static final String PUBLISH = "TALLYGATE_EVENTS_PUBLISH";
    private static final String RECOMMENDATIONS = "TALLYGATE_RECOMMENDATIONS_";
    /** What the event service is told, and no other one. */
    private static final List<String> OF_EVENTS = List.of("TALLYGATE_EVENTS_", "TALLYGATE_KAFKA_", RECOMMENDATIONS);

    /** Where an event service asks in vain. */
    static final Map<String, String> NOBODY = Map.of(SERVICES + "COUNTER_ADDRESSES", "127.0.0.1:1",
            SERVICES + "QUOTA_ADDRESSES", "127.0.0.1:1");

    private final Path root;
    private final Launch launch;
    private final @Nullable ConsulServer consul;
    private final int port = FreePorts.next();
    private final JarProcess gateway;
    private final List<Service> services = new ArrayList<>();
    private final List<Service> quotaServices = new ArrayList<>();
    private final List<Service> eventServices = new ArrayList<>();
    /** One, which counts in memory, where a test needs it. */
    private final List<Service> rateLimitServices = new ArrayList<>();
    private final Optional<Path> rules;

    /** An instance of a service, which keeps its port over all its starts. */
    record Service(JarProcess program, int port) {}

    /**
     * @param instances of the service that a test is about: of counters one is enough where that is another one
     * @param consul    where they find each other; without it there is one instance, at a fixed address
     */
    SplitDeployment(Path root, Launch launch, int instances, @Nullable ConsulServer consul) {
        this.root = root;
        this.launch = launch;
        this.consul = consul;
        this.gateway = new JarProcess(root.resolve(GATEWAY_JAR));
        for (int i = 0; i < instances; i++) {
            if (launch.services().contains(Launch.EVENT)) {
                eventServices.add(newService(EVENT_JAR));
            }
            if (launch.services().contains(Launch.QUOTA) && (i == 0 || eventServices.isEmpty())) {
                quotaServices.add(newService(QUOTA_JAR));
            }
            if (i == 0 || (quotaServices.isEmpty() && eventServices.isEmpty())) {
                services.add(newService(COUNTER_JAR));
            }
        }
        if (launch.services().contains(Launch.RATELIMIT)) {
            rateLimitServices.add(newService(RATELIMIT_JAR));
        }
        this.rules = rateLimitServices.stream().findFirst()
                .map(service -> RateLimitRules.directory(service.program()));
    }

    private Service newService(String jar) {
        return new Service(new JarProcess(root.resolve(jar)), FreePorts.next());
    }

    @Override
    public void start() {
        services.forEach(this::launchService);
        quotaServices.forEach(this::launchQuotaService);
        eventServices.forEach(this::launchEventService);
        rateLimitServices.forEach(this::launchRateLimitService);
        launchGateway();
        awaitReady();
    }

    void launchGateway() {
        gateway.launch(gatewaySettings());
    }

    void launchService(Service service) {
        service.program().launch(serviceSettings(service, name -> !name.startsWith(QUOTA)).environment());
    }

    void launchQuotaService(Service service) {
        Launch settings = serviceSettings(service, _ -> true);
        service.program().launch((isOneOfSeveral(quotaServices)
                ? settings.with("TALLYGATE_QUOTA_CACHE_ENTRIES_MAX", "0")
                : settings).environment());
    }

    void launchEventService(Service service) {
        Launch settings = serviceSettings(service, _ -> true)
                .with(pick(SplitDeployment::isOfEvents).environment())
                .with(consul == null ? NOBODY : Map.of()).with(whereabouts("COUNTER", services));
        service.program().launch(
                (quotaServices.isEmpty() ? settings : settings.with(whereabouts("QUOTA", quotaServices)))
                        .environment());
    }

    private void launchRateLimitService(Service service) {
        Launch settings = pick(COMMON::contains).with(RateLimitRules.settings(rules)).grpcPort(service.port())
                .dataDir(service.program().dataDir());
        ConsulServer known = consul;
        service.program().launch(known == null
                ? settings.environment()
                : settings.with("TALLYGATE_CONSUL_REGISTER", "true").with(CONSUL_ADDRESS, known.address())
                        .environment());
    }

    /** Returns when the gateway is ready. */
    void awaitReady() {
        try {
            Readiness.await(baseUrl(), Launch.START_DEADLINE, this::obituary);
            awaitServed(quotaServices, QuotaApi.PATH + "/plans");
            awaitServed(eventServices, EventApi.path(EventApi.COUNTER_EVENTS) + "/lag");
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; its logs end:\n" + gateway.logTail() + "\n"
                    + all().map(service -> service.program().logTail()).collect(Collectors.joining("\n")), e);
        }
    }

    /** The gateway is ready when one of the services can be reached. */
    private void awaitServed(List<Service> some, String path) {
        if (!some.isEmpty()) {
            var api = new Api(baseUrl());
            Await.until(Launch.START_DEADLINE, path + " is served",
                    () -> api.tryGet(path).filter(answer -> answer.status() != 503).isPresent());
        }
    }

    private Stream<Service> all() {
        return Stream.of(services, quotaServices, eventServices, rateLimitServices).flatMap(List::stream);
    }

    private Optional<String> obituary() {
        return all().map(Service::program).filter(program -> !program.isRunning())
                .map(JarProcess::obituary).flatMap(Optional::stream).findFirst().or(gateway::obituary);
    }

    /** Starts one more instance of the counter service, which Consul makes known. */
    Service addService() {
        Service service = newService(COUNTER_JAR);
        services.add(service);
        launchService(service);
        return service;
    }

    /** Those of counters. */
    List<Service> services() {
        return List.copyOf(services);
    }

    List<Service> quotaServices() {
        return List.copyOf(quotaServices);
    }

    List<Service> eventServices() {
        return List.copyOf(eventServices);
    }

    Optional<ConsulServer> consul() {
        return Optional.ofNullable(consul);
    }

    JarProcess gateway() {
        return gateway;
    }

    private Map<String, String> gatewaySettings() {
        Launch settings = pick(name -> COMMON.contains(name) || name.startsWith(TOKENS) || name.startsWith(SERVICES)
                || name.startsWith(HTTP) || name.startsWith(QUOTA) || name.startsWith(RATELIMIT)
                || name.startsWith(CACHES)
                || name.startsWith(RECOMMENDATIONS)).port(port)
                .with(whereabouts("COUNTER", services))
                .with(RateLimitRules.settings(rules));
        if (!rateLimitServices.isEmpty()) {
            settings = settings.with(whereabouts("RATELIMIT", rateLimitServices)).dataDir(gateway.dataDir());
        }
        if (!eventServices.isEmpty()) {
            settings = settings.with(whereabouts("EVENT", eventServices));
        }
        return quotaServices.isEmpty()
                ? settings.environment()
                : settings.with(whereabouts("QUOTA", quotaServices)).environment();
    }

    private Map<String, String> whereabouts(String name, List<Service> instances) {
        ConsulServer known = consul;
        return known == null
                ? Map.of(SERVICES + name + "_ADDRESSES", instances.stream()
                        .map(service -> "127.0.0.1:" + service.port()).collect(Collectors.joining(",")))
                : Map.of(SERVICES + name + "_CONSUL", "tallygate-" + name.toLowerCase(Locale.ROOT), CONSUL_ADDRESS,
                        known.address());
    }

    private Launch serviceSettings(Service service, Predicate<String> wanted) {
        ConsulServer known = consul;
        Launch settings = pick(wanted.and(name -> !name.startsWith(TOKENS) && !name.startsWith(SERVICES)
                && !name.startsWith(HTTP) && !name.startsWith(RATELIMIT) && !name.startsWith(CACHES)
                && !isOfEvents(name)
                && !name.equals(Launch.PORT)))
                .grpcPort(service.port())
                .dataDir(service.program().dataDir());
        if (services.contains(service) && isOneOfSeveral(services)) {
            settings = settings.with("TALLYGATE_COUNTER_CACHE_ENTRIES_MAX", "0")
                    .with("TALLYGATE_LEADERBOARD_ALL_REFRESH", "0s");
        }
        return known == null
                ? settings
                : settings.with("TALLYGATE_CONSUL_REGISTER", "true").with(CONSUL_ADDRESS, known.address());
    }

    /** Then several write: what one of them remembers, another may have changed. */
    private boolean isOneOfSeveral(List<Service> instances) {
        return instances.size() > 1 || consul != null;
    }

    private static boolean isOfEvents(String name) {
        return OF_EVENTS.stream().anyMatch(name::startsWith) && !name.startsWith(PUBLISH);
    }

    private Launch pick(Predicate<String> wanted) {
        return new Launch(launch.environment().entrySet().stream().filter(setting -> wanted.test(setting.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)), launch.services());
    }

    @Override
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public Optional<Path> rules() {
        return rules;
    }

    /** Of the first counter service. */
    @Override
    public Path dataDir() {
        return services.getFirst().program().dataDir();
    }

    @Override
    public void requestStop() {
        gateway.requestStop();
    }

    /** The services are asked when the gateway is gone, as whoever operates them would. */
    @Override
    public int awaitExit(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        int exitCode = gateway.awaitExit(deadline);
        all().forEach(service -> service.program().requestStop());
        for (Service service : all().toList()) {
            int code = service.program().awaitExit(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            exitCode = exitCode == 0 ? code : exitCode;
        }
        return exitCode;
    }

    /** The gateway, then all services at once. */
    @Override
    public int stopsInTurn() {
        return 2;
    }

    @Override
    public void kill() {
        gateway.kill();
        all().forEach(service -> service.program().kill());
    }

    @Override
    public String log() {
        return gateway.log() + all().map(service -> service.program().log()).collect(Collectors.joining());
    }

    @Override
    public void close() {
        gateway.close();
        all().forEach(service -> service.program().close());
        if (consul != null) {
            consul.close();
        }
    }
}
