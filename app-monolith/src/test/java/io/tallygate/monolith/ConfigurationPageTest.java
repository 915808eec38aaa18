package io.tallygate.monolith;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.launcher.Setting;
import io.tallygate.launcher.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of {@code docs/configuration.md} are generated from the settings; {@code -Dtallygate.docs.write=true} does it. */
final class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    static List<Arguments> tables() {
        return List.of(Arguments.of("settings", Tallygate.PROGRAM.settings()),
                Arguments.of("settings of the gateway", Settings.SERVICES),
                Arguments.of("settings of the counter service", Settings.DISCOVERY));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void table_always_isTheListOfSettings(String name, List<Setting> settings) throws IOException {
        String page = Files.readString(PAGE);
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- /" + name + " -->";
        assertThat(page).contains(begin, end);
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf(end);

        if (Boolean.getBoolean("tallygate.docs.write")) {
            Files.writeString(PAGE, page.substring(0, from) + table(settings) + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).as("the table '%s' of %s", name, PAGE).isEqualTo(table(settings));
        }
    }

    private static String table(List<Setting> settings) {
        return settings.stream().map(ConfigurationPageTest::row)
                .collect(Collectors.joining("", "| setting | default | meaning |\n|---|---|---|\n", ""));
    }

    private static String row(Setting setting) {
        String byDefault = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
        return "| `%s` | %s | %s |\n".formatted(setting.name().replace("*", "<name>"), byDefault, setting.meaning());
    }
}
