package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each artifact is made of: our modules by name, and none of the libraries that only others need. */
@StoreDoesNotMatter
@OneDeploymentIsEnough
class ArtifactsIT {

    /** What the protocol compiler writes is the gRPC API's, whichever domain it is named after. */
    private static final Pattern OUR_PACKAGE = Pattern
            .compile("io/tallygate/((?:events/kafka|grpc/client|grpc/connect|storage/\\w+|\\w+))/(?!v\\d+/).*\\.class");
    private static final String SETTING_GROUPS = "META-INF/services/io.tallygate.kernel.SettingGroup";
    /** By their names; but for the interface, and for a base of others. */
    private static final Pattern SETTING_GROUP = Pattern
            .compile("(io/tallygate/(?:\\w+/)+(?!ServiceSettingGroup)\\w+SettingGroup)\\.class");
    private static final Pattern OUR_LIBRARY = Pattern.compile("lib/tallygate-(.+)-\\d+\\.\\d+\\.\\d+.*\\.jar");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|',
            textBlock = """
                    app-monolith/target/tallygate.jar                              | access cache counter degradation event events/kafka grpc handlers health http kernel launcher ledger monolith payment quota ratelimit recommendation storage/redis storage/sql telemetry tls
                    app-split/gateway/target/tallygate-gateway.jar                 | access cache counter degradation event gateway grpc/client grpc/connect handlers health http kernel launcher ledger payment quota ratelimit recommendation telemetry tls
                    app-split/counter-service/target/tallygate-counter-service.jar | access counter counterservice discovery grpc health kernel launcher ledger storage/redis storage/sql telemetry tls
                    app-split/quota-service/target/tallygate-quota-service.jar     | access cache quota quotaservice discovery grpc health kernel launcher ledger storage/redis storage/sql telemetry tls
                    app-split/ratelimit-service/target/tallygate-ratelimit-service.jar | access discovery grpc health kernel launcher ledger ratelimit ratelimitservice storage/redis telemetry tls
                    app-split/event-service/target/tallygate-event-service.jar     | access cache counter discovery event events/kafka eventservice grpc grpc/client grpc/connect handlers health kernel launcher ledger payment quota recommendation storage/redis storage/sql telemetry tls
                    """)
    void aProgramHoldsItsOwnModulesAlone(String jar, String modules) throws IOException {
        assertThat(matches(jar, OUR_PACKAGE)).containsExactlyInAnyOrder(modules.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|',
            textBlock = """
                    functions/http/target/tallygate-function-http.zip     | access cache counter degradation event event-handlers functions-http functions-runtime health http-api kernel ledger payment quota ratelimit recommendation storage-redis storage-sql telemetry tls
                    functions/direct/target/tallygate-function-direct.zip | access cache counter degradation event event-handlers functions-direct functions-runtime http-api kernel ledger payment quota recommendation storage-redis storage-sql tls
                    """)
    void aFunctionHoldsItsOwnModulesAlone(String zip, String modules) throws IOException {
        assertThat(matches(zip, OUR_LIBRARY)).containsExactlyInAnyOrder(modules.split(" "));
    }

    /**
     * Each module names its group of settings in a file of the same path: one that replaced the others would hide
     * theirs.
     */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"app-monolith/target/tallygate.jar", "app-split/gateway/target/tallygate-gateway.jar",
            "app-split/counter-service/target/tallygate-counter-service.jar",
            "app-split/quota-service/target/tallygate-quota-service.jar",
            "app-split/ratelimit-service/target/tallygate-ratelimit-service.jar",
            "app-split/event-service/target/tallygate-event-service.jar"})
    void aProgramOffersTheSettingsOfAllItsModules(String jar) throws IOException {
        Set<String> offered = new TreeSet<>();
        try (var zip = new ZipFile(Deployments.root().resolve(jar).toFile());
                var names = new BufferedReader(new InputStreamReader(zip.getInputStream(zip.getEntry(SETTING_GROUPS)),
                        StandardCharsets.UTF_8))) {
            names.lines().forEach(name -> offered.add(name.replace('.', '/')));
        }

        assertThat(offered).hasSizeGreaterThan(5).isEqualTo(matches(jar, SETTING_GROUP));
    }

    @ParameterizedTest(name = "{0} without {1}")
    @CsvSource(delimiter = ';',
            textBlock = """
                    app-split/gateway/target/tallygate-gateway.jar ; (org/sqlite|org/postgresql|com/zaxxer/hikari|io/lettuce)/
                    app-split/counter-service/target/tallygate-counter-service.jar ; (io/micronaut/http/server/netty|io/envoyproxy)/|io/tallygate/quota/[A-Z]
                    app-split/quota-service/target/tallygate-quota-service.jar ; io/micronaut/http/server/netty/|io/tallygate/counter/[A-Z]
                    app-split/ratelimit-service/target/tallygate-ratelimit-service.jar ; (io/micronaut/http/server/netty|org/sqlite|io/envoyproxy/envoy/admin)/
                    app-split/event-service/target/tallygate-event-service.jar ; (io/micronaut/http/server/netty|io/envoyproxy)/|io/tallygate/ratelimit/[A-Z]
                    functions/http/target/tallygate-function-http.zip ; lib/(sqlite-jdbc|micronaut-http-server-netty|grpc-).*
                    functions/direct/target/tallygate-function-direct.zip ; lib/(sqlite-jdbc|micronaut-http-server-netty|grpc-).*
                    """)
    void whatOnlyOthersNeedIsNotThere(String artifact, String unwanted) throws IOException {
        assertThat(matches(artifact, Pattern.compile("(" + unwanted + ").*"))).isEmpty();
    }

    /** The first group of every entry's name that matches. */
    private static Set<String> matches(String artifact, Pattern pattern) throws IOException {
        Path file = Deployments.root().resolve(artifact);
        try (var zip = new ZipFile(file.toFile())) {
            var found = new TreeSet<String>();
            zip.stream().forEach(entry -> {
                Matcher matcher = pattern.matcher(entry.getName());
                if (matcher.matches()) {
                    found.add(matcher.group(1));
                }
            });
            return found;
        }
    }
}
