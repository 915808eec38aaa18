package io.tallygate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line answers, in this process: exit code, standard output and standard error. */
final class CommandLineTest {

    private static final String SHA256 = "0".repeat(64);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new TreeMap<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void keepDataInTheDirectory() {
        environment.put("TALLYGATE_DATA_DIR", directory.resolve("data").toString());
    }

    @Test
    void help_always_showsEverySettingWithDefaultAndEnvironmentName() {
        assertThat(run("--help")).isEqualTo(Launcher.OK);

        String help = out.toString().replaceAll("\\s+", " ");
        assertThat(Programs.SETTINGS.all()).isNotEmpty().allSatisfy(setting -> assertThat(help)
                .contains(setting.name().replace("*", "<name>")).contains(setting.variable())
                .contains(setting.meaning()).contains(setting.defaultValue().orElse("")));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void help_withPercentSigns_showsThemAndComplainsOfNothing() {
        Setting<Integer> one = Setting.optional("tallygate.one", SettingRule.integer(1, 9),
                "Up to 50 % of what there is");
        Setting<Integer> family = Setting.optional("tallygate.*.more", SettingRule.integer(1, 9), "Above 80 % of it");
        var settings = Settings.of(List.of(new SettingGroup() {
            @Override
            public Part part() {
                return Part.PROCESS;
            }

            @Override
            public String title() {
                return "Shares";
            }

            @Override
            public List<Setting<?>> settings() {
                return List.of(one, family);
            }
        }));
        PrintStream standardError = System.err;
        var complaints = new ByteArrayOutputStream();
        System.setErr(new PrintStream(complaints, true, StandardCharsets.UTF_8));
        try {
            new Launcher(Programs.ALL, settings, environment, new PrintWriter(out, true), new PrintWriter(err, true))
                    .run("--help");
        } finally {
            System.setErr(standardError);
        }
        assertThat(complaints.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(out.toString()).contains("Up to 50 % of what there is.", "Above 80 % of it.");
    }

    @Test
    void version_always_isOneLine() {
        assertThat(run("--version")).isEqualTo(Launcher.OK);
        assertThat(out.toString()).matches("tallygate \\S+\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    TALLYGATE_PORT              | 65536     | tallygate.port is '65536', must be an integer from 0 to 65535
                    TALLYGATE_PORT              | http      | tallygate.port is 'http', must be an integer from 0 to 65535
                    TALLYGATE_STORE             | mongodb   | tallygate.store is 'mongodb', must be one of sqlite, postgresql or redis
                    TALLYGATE_SQLITE_SYNCHRONOUS| OFF       | tallygate.sqlite.synchronous is 'OFF', must be FULL or NORMAL
                    TALLYGATE_COMMIT_TIMEOUT    | 2 seconds | tallygate.commit.timeout is '2 seconds', must be a duration such as 500ms, 2s, 5m or 1h, from 10ms to 60s
                    TALLYGATE_COMMIT_TIMEOUT    | 2h        | tallygate.commit.timeout is '2h', must be a duration such as 500ms, 2s, 5m or 1h, from 10ms to 60s
                    TALLYGATE_COMMIT_QUEUE_MAX  | 0         | tallygate.commit.queue-max is '0', must be an integer from 1 to 10000000
                    TALLYGATE_POSTGRESQL_URL    | postgres  | tallygate.postgresql.url is '…', must be a JDBC URL such as jdbc:postgresql://localhost:5432/tallygate
                    TALLYGATE_HOST              | no.invalid| tallygate.host is 'no.invalid', must be an address or a name that this machine knows
                    TALLYGATE_HOST              | ' '       | tallygate.host is ' ', must not be empty
                    TALLYGATE_STORE             | ${x}      | tallygate.store must not contain ${
                    TALLYGATE_HTTP_TLS_KEY      | k.pem     | tallygate.http.tls.certificate is missing: tallygate.http.tls.key needs it
                    TALLYGATE_HTTP_TLS_CERTIFICATE | c.pem  | tallygate.http.tls.key is missing: tallygate.http.tls.certificate needs it
                    TALLYGATE_GRPC_TLS_CERTIFICATE | c.pem  | tallygate.grpc.tls.key is missing: tallygate.grpc.tls.certificate needs it
                    TALLYGATE_GRPC_TLS_CLIENT_CA   | a.pem  | tallygate.grpc.tls.certificate is missing: tallygate.grpc.tls.client-ca needs it
                    TALLYGATE_HTTP_CORS_ORIGINS | a.example | tallygate.http.cors.origins is 'a.example', must be * or origins such as https://example.com, by comma, without a path
                    """)
    void run_wrongValue_namesTheSettingTheValueAndWhatWouldBeRight(String name, String value, String line) {
        environment.put(name, value);

        assertThat(run()).isEqualTo(Launcher.WRONG_SETTING);
        assertThat(err).hasToString("tallygate: " + line + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void run_misspeltEnvironmentVariable_namesTheNearestSetting() {
        environment.put("TALLYGATE_COMIT_TIMEOUT", "2s");

        assertThat(run()).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("TALLYGATE_COMIT_TIMEOUT is not a setting; did you mean TALLYGATE_COMMIT_TIMEOUT?");
    }

    @Test
    void run_misspeltNameInFile_namesTheNearestSetting() throws IOException {
        Path file = Files.writeString(directory.resolve("own.yml"), "tallygate:\n  dataDir: /tmp\n");

        assertThat(run("--config", file.toString())).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.dataDir is not a setting; did you mean tallygate.data-dir?");
    }

    @ParameterizedTest
    @CsvSource({"--prot,--port", "--prot=8081,--port", "--datadir,--data-dir", "--hepl,--help", "--confg,--config",
            "-v,-h"})
    void run_misspeltOption_namesTheNearest(String argument, String nearest) {
        assertThat(run(argument, "8081")).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine(argument.split("=", 2)[0] + " is not an option; did you mean " + nearest + "? --help lists them");
    }

    @Test
    void run_misspeltOptionOfASecret_doesNotRepeatIt() {
        assertThat(run("--postgresql-pasword", "hush")).isEqualTo(Launcher.WRONG_SETTING);
        assertThat(run("--postgresql-pasword=hush")).isEqualTo(Launcher.WRONG_SETTING);
        assertThat(err.toString()).contains("--postgresql-password").doesNotContain("hush");
    }

    @Test
    void run_formerNameOfAnOption_isTakenAndNotShown() {
        assertThat(run("--cache-ttl", "2", "--port", "0")).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.counter.cache.ttl is '2', must be a duration");
        assertThat(run("--help")).isEqualTo(Launcher.OK);
        assertThat(out.toString()).contains("--counter-cache-ttl").doesNotContain("--cache-ttl");
    }

    @Test
    void run_wordWithoutOption_saysSo() {
        assertThat(run("8081")).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("'8081' belongs to no option");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            absent.yml  |         | must be a file that can be read
            own.json    | {}      | must end in .properties, .yml or .yaml
            own.yml     | a: [    | which is not well-formed
            """)
    void run_unusableFile_saysWhy(String name, String content, String why) throws IOException {
        Path file = directory.resolve(name);
        if (content != null) {
            Files.writeString(file, content);
        }

        assertThat(run("--config", file.toString())).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("--config is '" + file + "'", why);
    }

    @Test
    void run_othersCanReachItAndThereAreNoTokens_saysSo() {
        environment.put("TALLYGATE_HOST", "0.0.0.0");

        assertThat(run()).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.host is '0.0.0.0'", "tallygate.tokens.<name>.sha256");
    }

    @Test
    void run_unusableCertificate_isOneLineThatNamesTheSetting() {
        environment.put("TALLYGATE_HTTP_TLS_CERTIFICATE", directory.resolve("none.pem").toString());
        environment.put("TALLYGATE_HTTP_TLS_KEY", directory.resolve("none.key").toString());

        assertThat(run()).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.http.tls.certificate is '" + directory.resolve("none.pem"), "which does not exist");
    }

    @Test
    void run_tokenWithoutScopes_saysSo() {
        environment.put("TALLYGATE_TOKENS_SHOP_SHA256", SHA256);

        assertThat(run()).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.tokens.shop.scopes is missing");
    }

    @Test
    void run_tokenWithAWrongHash_doesNotRepeatIt() {
        environment.put("TALLYGATE_TOKENS_SHOP_SHA256", "my secret itself");

        assertThat(run()).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.tokens.shop.sha256", "64 hexadecimal digits");
        assertThat(err.toString()).doesNotContain("secret itself");
    }

    @Test
    void run_postgresqlWithoutUrl_saysSo() {
        assertThat(run("--store", "postgresql")).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.postgresql.url is missing");
    }

    @Test
    void run_dataDirectoryIsAFile_saysSo() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(run("--data-dir", file.toString())).isEqualTo(Launcher.WRONG_SETTING);
        assertOneLine("tallygate.data-dir is '" + file + "', must be a directory",
                file + " exists, and is no directory");
        assertThat(err.toString()).doesNotContain("Exception");
    }

    @Test
    void run_dataDirectoryOfAnotherProcess_saysSoWithoutTheNamesOfClasses() throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        try (var channel = FileChannel.open(data.resolve("tallygate.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); var _ = channel.lock()) {
            assertThat(run("--port", "0", "--grpc-port", "0")).isEqualTo(Launcher.WRONG_SETTING);
            assertOneLine("tallygate.data-dir is '" + data + "', which cannot be used: another process has");
            assertThat(err.toString()).doesNotContain("Exception");
        }
    }

    @Test
    void run_portInUse_saysSo() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(run("--port", port)).isEqualTo(Launcher.FAILED);
            assertOneLine("cannot listen on 127.0.0.1:" + port, "tallygate.port", "Address already in use");
        }
    }

    @Test
    void run_grpcPortTaken_namesTheAddressAndTheSetting() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("--port", "0", "--grpc-port", port)).isEqualTo(Launcher.FAILED);
            assertOneLine("cannot listen on 127.0.0.1:" + port, "tallygate.grpc.port", "Address already in use");
        }
    }

    private int run(String... arguments) {
        return new Launcher(Programs.ALL, Programs.SETTINGS, environment, new PrintWriter(out, true),
                new PrintWriter(err, true))
                .run(arguments);
    }

    private void assertOneLine(String... parts) {
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("tallygate: ").contains(parts);
    }
}
