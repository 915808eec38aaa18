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

/** The README's tables of settings say what the code does. */
final class ReadmeTest {

    static List<Arguments> tables() {
        return List.of(Arguments.of("settings", Tallygate.PROGRAM.settings()),
                Arguments.of("settings of the gateway", Settings.SERVICES),
                Arguments.of("settings of the counter service", Settings.DISCOVERY));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void table_always_isTheListOfSettings(String name, List<Setting> settings) throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- /" + name + " -->";

        assertThat(readme).contains(begin, end);
        assertThat(readme.substring(readme.indexOf(begin) + begin.length(), readme.indexOf(end)))
                .as("between the markers of README.md must be the following").isEqualTo(table(settings));
    }

    private static String table(List<Setting> settings) {
        return settings.stream().map(ReadmeTest::row)
                .collect(Collectors.joining("", "| setting | default | meaning |\n|---|---|---|\n", ""));
    }

    private static String row(Setting setting) {
        String byDefault = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
        return "| `%s` | %s | %s |\n".formatted(setting.name().replace("*", "<name>"), byDefault, setting.meaning());
    }
}
