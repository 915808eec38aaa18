package io.tallygate.degradation;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.Dependency;
import io.tallygate.kernel.EdgeReadiness;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.Pressure;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WriteHealth;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Wires the features of this process to what it can see of their needs. */
@Factory
final class DegradationFactory {

    /** The environment of a process that may be frozen between two requests, and so does nothing in the background. */
    private static final String FUNCTION = "function";

    /** Nobody runs it: it tells whether what is written can be committed. */
    @Singleton
    @Requires(beans = LedgerStore.class)
    Feature writes() {
        return new Feature("writes", Need.critical(Need.STORE), Need.critical(Need.STORE_WRITES));
    }

    @Singleton
    Book levels() {
        return SharedOverrides.BOOK;
    }

    /** The ledger is taken when there is need to: its own metrics may wait for those of this. */
    @Singleton
    @Requires(beans = LedgerStore.class, notEnv = FUNCTION)
    Overrides sharedOverrides(Provider<Ledger> ledger, LedgerStore store, NodeName node) {
        return new SharedOverrides(ledger::get, store.shared(), node.name(), InstantSource.system());
    }

    @Singleton
    NodeName nodeName() {
        byte[] random = new byte[4];
        RandomGenerator.getDefault().nextBytes(random);
        return new NodeName("node-" + HexFormat.of().formatHex(random));
    }

    /** A server that degrades has answers to give, whatever is away. Nobody chooses among the processes of a function. */
    @Singleton
    @Requires(notEnv = FUNCTION)
    EdgeReadiness edgeReadiness() {
        return new EdgeReadiness();
    }

    /** A server's probes; a function has none. */
    @Singleton
    @Bean(preDestroy = "close")
    @Requires(notEnv = FUNCTION)
    Probes probes(@Nullable LedgerStore store, @Nullable Provider<WriteHealth> writes, List<Dependency> dependencies,
            List<ProbeSettings> addresses, PropertyResolver properties) {
        SettingValues values = values(properties);
        Duration interval = DegradationSettingGroup.PROBE_INTERVAL.in(values);
        Duration timeout = DegradationSettingGroup.PROBE_TIMEOUT.in(values);
        var probes = new ArrayList<Probe>();
        if (store != null) {
            probes.add(new Probe(Need.STORE, true, store::ping, interval, timeout));
        }
        if (store != null && writes != null) {
            probes.add(new Probe(Need.STORE_WRITES, true, () -> requireWrites(writes.get()), interval, timeout));
        }
        dependencies.forEach(dependency -> probes.add(
                new Probe(dependency.name(), false, dependency::ping, interval, timeout)));
        var http = new HttpProbes(timeout);
        for (ProbeSettings address : addresses) {
            URI url = URI.create(address.url());
            probes.add(new Probe(address.name(), address.critical(), () -> http.ping(url), interval, timeout));
        }
        return new Probes(requireDistinct(probes), needs(addresses), http);
    }

    private static List<Probe> requireDistinct(List<Probe> probes) {
        var names = new HashMap<String, Probe>();
        for (Probe probe : probes) {
            if (names.put(probe.name(), probe) != null) {
                throw new IllegalArgumentException(
                        ProbeSettings.PREFIX + "." + probe.name() + ": this process has a probe of that name already");
            }
        }
        return probes;
    }

    private static void requireWrites(WriteHealth writes) {
        writes.failure().ifPresent(failure -> {
            throw new IllegalStateException(failure);
        });
    }

    /** What features need by the settings of addresses. */
    private static Map<String, List<Need>> needs(List<ProbeSettings> addresses) {
        var needs = new HashMap<String, List<Need>>();
        for (ProbeSettings address : addresses) {
            for (String feature : address.features()) {
                needs.computeIfAbsent(feature, name -> new ArrayList<>())
                        .add(new Need(address.name(), address.critical()));
            }
        }
        return needs;
    }

    @Singleton
    @Bean(typed = {Degradation.class, DegradationAdmin.class, Pressure.class, MetricSource.class, HealthNotes.class,
            DegradationService.class})
    DegradationService service(List<Feature> features, @Nullable Probes probes, @Nullable Overrides overrides,
            NodeName node, List<LevelWatcher> watchers, PropertyResolver properties) {
        SettingValues values = values(properties);
        LadderRules rules = LadderRules.DEFAULT.with(DegradationSettingGroup.DWELL.in(values),
                DegradationSettingGroup.STEP.in(values)).ofNode(RandomGenerator.getDefault().nextDouble());
        ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe-", 0).factory());
        var service = new DegradationService(probes == null ? features : probes.added(features),
                probes == null ? List.of() : probes.all(), rules, overrides == null ? new Overrides() : overrides,
                node.name(), InstantSource.system(), System::nanoTime, threads, probes == null);
        watchers.forEach(service::watch);
        return service;
    }

    /** In a server levels are looked at from the start on. */
    @Context
    @Bean(preDestroy = "close")
    @Requires(notEnv = FUNCTION)
    DegradationRounds rounds(DegradationService service) {
        var rounds = new DegradationRounds();
        rounds.start(service);
        return rounds;
    }

    private static SettingValues values(PropertyResolver properties) {
        return name -> properties.getProperty(name, String.class);
    }
}
