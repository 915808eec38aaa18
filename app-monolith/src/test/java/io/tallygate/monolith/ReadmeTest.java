package io.tallygate.monolith;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.launcher.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's table of settings says what the code does. */
final class ReadmeTest {

    private static final String BEGIN = "<!-- settings -->\n";
    private static final String END = "<!-- /settings -->";

    @Test
    void settingsTable_always_isTheListOfSettings() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));

        assertThat(readme).contains(BEGIN, END);
        assertThat(readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END)))
                .as("between the markers of README.md must be the following").isEqualTo(table());
    }

    private static String table() {
        return Tallygate.PROGRAM.settings().stream().map(ReadmeTest::row)
                .collect(Collectors.joining("", "| setting | default | meaning |\n|---|---|---|\n", ""));
    }

    private static String row(Setting setting) {
        String byDefault = setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`";
        return "| `%s` | %s | %s |\n".formatted(setting.name().replace("*", "<name>"), byDefault, setting.meaning());
    }
}
