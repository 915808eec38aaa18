package io.tallygate.launcher;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** A program's command line: understands it, reads the settings, runs the servers until they are told to stop. */
public final class Launcher {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_SETTING = 2;

    private static final String CONFIG = "--config";
    private static final int HELP_WIDTH = 110;

    private final Program program;
    private final Settings settings;
    private final Map<String, String> environment;
    private final PrintWriter out;
    private final PrintWriter err;

    Launcher(Program program, Settings settings, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        this.program = program;
        this.settings = settings;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs the program, and ends the process with its exit code. */
    public static void main(Program program, String... arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Launcher(program, Settings.load().withDefaults(program.defaults()), System.getenv(), out, err)
                .run(arguments));
    }

    /** Returns when the server has stopped, with the process's exit code. */
    int run(String... arguments) {
        CommandLine commandLine = commandLine();
        try {
            ParseResult parsed = commandLine.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(parsed)) {
                return OK;
            }
            return serve(ConfigurationReader.read(settings, given(parsed), environment,
                    parsed.matchedOptionValue(CONFIG, (Path) null)));
        } catch (UnmatchedArgumentException e) {
            return fail(WRONG_SETTING, oneLine(unmatched(e, commandLine)));
        } catch (ParameterException e) {
            return fail(WRONG_SETTING, oneLine(e) + "; --help lists the options");
        } catch (WrongSettingException e) {
            return fail(WRONG_SETTING, oneLine(e));
        }
    }

    private static WrongSettingException unmatched(UnmatchedArgumentException e, CommandLine commandLine) {
        String first = e.getUnmatched().getFirst();
        List<String> shown = commandLine.getCommandSpec().options().stream().filter(option -> !option.hidden())
                .flatMap(option -> Stream.of(option.names())).toList();
        return first.startsWith("-")
                ? UnknownSettings.unknownOption(first, shown)
                : new WrongSettingException("'" + first + "' belongs to no option; --help lists them all");
    }

    private int serve(Configuration configuration) {
        try {
            var server = new Server(configuration, out, err);
            // First: whoever sees it ready may tell it to stop.
            StopSignals.call(server::stop);
            server.start();
            return server.awaitStopped();
        } catch (StartFailedException e) {
            return fail(e.isAboutSetting() ? WRONG_SETTING : FAILED, oneLine(e));
        }
    }

    private int fail(int exitCode, String problem) {
        err.println("tallygate: " + problem);
        return exitCode;
    }

    private static String oneLine(Exception problem) {
        return String.valueOf(problem.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    }

    private Map<String, String> given(ParseResult parsed) {
        var given = new TreeMap<String, String>();
        names().filter(name -> parsed.hasMatchedOption(option(name)))
                .forEach(name -> given.put(name, parsed.matchedOptionValue(option(name), "")));
        return given;
    }

    private CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name("java -jar " + program.jar()).version("tallygate " + version());
        spec.usageMessage().width(HELP_WIDTH).sortOptions(false).abbreviateSynopsis(true)
                .description(program.purpose(), "",
                        "A setting comes from the command line, else from the environment, else from the file, else it"
                                + " has its default.%n")
                .footer(families());
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Shows this.").build());
        spec.addOption(
                OptionSpec.builder("-V", "--version").versionHelp(true).description("Shows the version.").build());
        spec.addOption(OptionSpec.builder("-c", CONFIG).paramLabel("FILE").type(Path.class)
                .description("Reads settings from a .properties or .yml file, under the names in brackets.%n").build());
        settings.all().stream().filter(setting -> !setting.isFamily()).flatMap(Launcher::options)
                .forEach(spec::addOption);
        return new CommandLine(spec).setOut(out).setErr(err);
    }

    /** The names that options have, also those of earlier versions. */
    private Stream<String> names() {
        return settings.all().stream().filter(setting -> !setting.isFamily())
                .flatMap(setting -> Stream.concat(Stream.of(setting.name()), setting.formerName().stream()));
    }

    static String option(String name) {
        return "--" + name.substring(Setting.PREFIX.length()).replace('.', '-');
    }

    private static Stream<OptionSpec> options(Setting<?> setting) {
        var option = OptionSpec.builder(option(setting.name())).paramLabel(setting.rule().label()).type(String.class)
                .description(literal(setting.meaning() + "."),
                        literal("[" + setting.name() + "] "
                                + setting.defaultValue().map(value -> "Default: " + value + ". ").orElse("")
                                + "Environment: " + setting.variable()))
                .build();
        return Stream.concat(Stream.of(option), setting.formerName().stream()
                .map(name -> OptionSpec.builder(option(name)).type(String.class).hidden(true).build()));
    }

    private String[] families() {
        return settings.all().stream().filter(Setting::isFamily)
                .map(setting -> "%n" + setting.name().replace("*", "<name>") + "%n    "
                        + literal(setting.meaning() + ". Environment: " + setting.variable()))
                .toArray(String[]::new);
    }

    /** Text in which a percent sign begins nothing. */
    private static String literal(String text) {
        return text.replace("%", "%%");
    }

    static String version() {
        return Objects.requireNonNullElse(Launcher.class.getPackage().getImplementationVersion(), "(unpackaged)");
    }
}
