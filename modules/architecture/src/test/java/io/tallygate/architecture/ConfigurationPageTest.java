package io.tallygate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.architecture.Reactor.Module;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The tables of {@code docs/configuration.md} are generated from what the modules offer, and which programs have it;
 * {@code -Dtallygate.docs.write=true} does it.
 */
final class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "configuration.md");
    private static final String BEGIN = "<!-- settings -->\n";
    private static final String END = "<!-- /settings -->";

    private final SequencedMap<String, List<Setting<?>>> sections = Offers.of(Reactor.modules()).sections();
    private final SequencedMap<String, Settings> servers = programs(Layer.APPLICATION);
    private final SequencedMap<String, Settings> functions = programs(Layer.FUNCTION);

    private static SequencedMap<String, Settings> programs(Layer layer) {
        var programs = new LinkedHashMap<String, Settings>();
        Reactor.programs().stream().filter(program -> program.layer() == layer).forEach(program -> programs.put(
                program.name().replaceFirst(".*/", "").replace("app-", "").replace('-', ' '),
                Offers.of(Reactor.parts(program))));
        return programs;
    }

    @Test
    void tables_always_areWhatTheModulesOffer() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(BEGIN, END);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);

        if (Boolean.getBoolean("tallygate.docs.write")) {
            Files.writeString(PAGE, page.substring(0, from) + tables() + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).as("the tables of %s", PAGE).isEqualTo(tables());
        }
    }

    private String tables() {
        return overview() + sections.entrySet().stream()
                .map(section -> "\n### " + section.getKey() + "\n\n" + table(section.getValue()))
                .collect(Collectors.joining()) + ofFunctions();
    }

    private String overview() {
        return head("settings", servers.keySet().stream().map("in the %s"::formatted).toList())
                + sections.keySet().stream()
                        .filter(title -> servers.values().stream()
                                .anyMatch(program -> program.sections().containsKey(title)))
                        .map(title -> row("[" + title + "](#" + anchor(title) + ")",
                                servers.values().stream().map(program -> has(program, title)).toList()))
                        .collect(Collectors.joining());
    }

    /** Of a section that several modules have settings in, a program may have some. */
    private String has(Settings program, String title) {
        List<Setting<?>> there = program.sections().getOrDefault(title, List.of());
        if (there.size() == sections.getOrDefault(title, List.of()).size()) {
            return "yes";
        }
        return there.stream().map(setting -> "`" + setting + "`").collect(Collectors.joining(", "));
    }

    private static String table(List<Setting<?>> settings) {
        String table = head("setting", List.of("default", "meaning")) + settings.stream()
                .filter(setting -> setting.general().isEmpty())
                .map(setting -> row(code(setting.name()), List.of(byDefault(setting), meaning(setting))))
                .collect(Collectors.joining());
        return table + settings.stream().filter(setting -> setting.general().isPresent()).findFirst()
                .map(one -> "\nEach setting of all services can also be set for this one alone: `" + one
                        + "` is its `" + one.general().orElseThrow() + "`, and so on.\n")
                .orElse("");
    }

    private static String meaning(Setting<?> setting) {
        return setting.meaning() + setting.formerName().map(name -> "; formerly `" + name + "`").orElse("");
    }

    private String ofFunctions() {
        var all = new LinkedHashMap<String, Setting<?>>();
        functions.values().forEach(function -> function.ofFunctions().all()
                .forEach(setting -> all.putIfAbsent(setting.name(), setting)));
        return "\n### Functions\n\nFunctions have these, as environment variables alone, and refuse every other one:\n\n"
                + head("setting", List.of("default", "in the function for"))
                + all.values().stream().map(setting -> row(code(setting.variable()),
                        List.of(byDefault(setting), functions.entrySet().stream()
                                .filter(function -> function.getValue().find(setting.name()).isPresent()
                                        || setting.isFamily())
                                .map(Map.Entry::getKey).collect(Collectors.joining(", ")))))
                        .collect(Collectors.joining());
    }

    private static String byDefault(Setting<?> setting) {
        return setting.defaultValue().map(value -> "`" + value + "`").orElse("");
    }

    private static String code(String name) {
        return "`" + name.replace("*", "<name>") + "`";
    }

    /** As the page is shown: in lower case, spaces are hyphens, and punctuation is left out. */
    private static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    private static String head(String first, List<String> others) {
        return row(first, others) + "|---" + "|---".repeat(others.size()) + "|\n";
    }

    private static String row(String first, List<String> others) {
        return "| " + first + " | " + String.join(" | ", others) + " |\n";
    }
}
