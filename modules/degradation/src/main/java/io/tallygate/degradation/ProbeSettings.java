package io.tallygate.degradation;

import io.micronaut.context.annotation.ConfigurationInject;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An address that is probed: {@code tallygate.degradation.probes.<name>}. Immutable. */
@EachProperty(ProbeSettings.PREFIX)
final class ProbeSettings {

    /** What the names of all these settings start with. */
    static final String PREFIX = "tallygate.degradation.probes";

    private final String name;
    private final @Nullable String url;
    private final boolean critical;
    private final List<String> features;

    /**
     * Wired by the framework.
     *
     * @param features that need it; none by default
     */
    @ConfigurationInject
    ProbeSettings(@Parameter String name, @Nullable String url, @Nullable Boolean critical,
            @Nullable List<String> features) {
        this.name = name;
        this.url = url;
        this.critical = critical != null && critical;
        this.features = features == null ? List.of() : features.stream().map(String::strip).toList();
    }

    String name() {
        return name;
    }

    String url() {
        if (url == null) {
            throw new IllegalArgumentException(PREFIX + "." + name + ".url is missing");
        }
        return url;
    }

    boolean critical() {
        return critical;
    }

    List<String> features() {
        return features;
    }
}
