package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.Window;
import io.tallygate.ratelimit.rules.RuleProblems.Unreadable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a {@code rate_limit}: which members may stand beside each other, and what they mean together. */
final class LimitReader {

    static final int LIMITS_MAX = 8;
    static final int REPLACES_MAX = 100;
    static final Duration LEASE_TTL = Duration.ofSeconds(60);

    private static final Set<String> ONE = Set.of("unit", "window", "calendar", "time_zone", "requests_per_unit",
            "algorithm", "burst", "lease_ttl", "name");
    private static final Set<String> ALL = Set.of("unit", "window", "calendar", "time_zone", "requests_per_unit",
            "algorithm", "burst", "lease_ttl", "name", "unlimited", "limits", "replaces", "on_failure");
    private static final Set<String> BESIDE_LIMITS = Set.of("limits", "name", "replaces", "on_failure");
    private static final Set<String> BESIDE_UNLIMITED = Set.of("unlimited", "name", "replaces", "requests_per_unit");
    private static final Set<String> REPLACES = Set.of("name");
    private static final Set<String> WINDOWS = Set.of("unit", "window", "calendar");

    private final RuleProblems problems;
    private final Precision precision;
    private final String path;
    private final List<Step> steps;
    private final Members members;

    /** For what a descriptor says under {@code rate_limit}. */
    LimitReader(RuleProblems problems, Precision precision, Node node, String path, List<Step> steps)
            throws Unreadable {
        this.problems = problems;
        this.precision = precision;
        this.path = path;
        this.steps = steps;
        this.members = Members.of(problems, node, path, ALL);
    }

    String name() throws Unreadable {
        return members.text("name", RuleReader.NAME_BYTES_MAX);
    }

    OnFailure onFailure() throws Unreadable {
        return word(members, "on_failure", List.of(OnFailure.values()), OnFailure::code).orElse(OnFailure.LOCAL);
    }

    /** The names of the limits that this one replaces. */
    List<String> replaces() throws Unreadable {
        List<Node> nodes = members.list("replaces");
        if (nodes.size() > REPLACES_MAX) {
            throw members.problem("replaces", "must be at most " + REPLACES_MAX + " names");
        }
        List<String> names = new ArrayList<>(nodes.size());
        for (Node node : nodes) {
            Members replaced = Members.of(problems, node, path, REPLACES);
            String name = replaced.text("name", RuleReader.NAME_BYTES_MAX);
            if (name.isEmpty()) {
                throw replaced.problem("replaces needs a name");
            } else if (name.equals(name())) {
                throw replaced.problem("name", "must not be the limit's own, '" + name + "'");
            }
            names.add(name);
        }
        return List.copyOf(names);
    }

    boolean isUnlimited() throws Unreadable {
        boolean unlimited = members.flag("unlimited");
        if (unlimited) {
            members.refuse(name -> !BESIDE_UNLIMITED.contains(name), "means nothing beside unlimited");
        }
        return unlimited;
    }

    /** One limit, or those of {@code limits}. */
    List<RuleLimit> limits() throws Unreadable {
        if (!members.has("limits")) {
            return List.of(limit(members));
        }
        members.refuse(name -> !BESIDE_LIMITS.contains(name), "belongs into each of the limits");
        List<Node> nodes = members.list("limits");
        if (nodes.isEmpty() || nodes.size() > LIMITS_MAX) {
            throw members.problem("limits", "must be 1 to " + LIMITS_MAX + " limits, not " + nodes.size());
        }
        List<RuleLimit> limits = new ArrayList<>(nodes.size());
        var states = new HashSet<String>();
        var names = new HashSet<String>();
        for (Node node : nodes) {
            Members one = Members.of(problems, node, path, ONE);
            RuleLimit limit = limit(one);
            if (!states.add(limit.stateCode())) {
                throw one.problem("limits must not have two of one algorithm and window");
            }
            limits.add(names.add(limit.name()) || one.has("name") ? limit : limit.namedByAlgorithm());
        }
        return List.copyOf(limits);
    }

    private RuleLimit limit(Members members) throws Unreadable {
        Algorithm algorithm = word(members, "algorithm", List.of(Algorithm.values()), Algorithm::code)
                .orElse(Algorithm.FIXED_WINDOW);
        Window window = algorithm == Algorithm.CONCURRENCY ? lease(members) : window(members);
        if (algorithm != Algorithm.CONCURRENCY) {
            members.refuse("lease_ttl"::equals, "is for the algorithm concurrency alone");
        }
        if (algorithm != Algorithm.TOKEN_BUCKET) {
            members.refuse("burst"::equals, "is for the algorithm token_bucket alone");
        }
        long requests = members.whole("requests_per_unit", 0, Limit.REQUESTS_MAX);
        Limit limit = limit(members, algorithm, requests, window);
        String name = members.text("name", RuleReader.NAME_BYTES_MAX);
        Unit unit = members.has("unit") ? unit(members) : null;
        return name.isEmpty() ? RuleLimit.named(steps, limit, unit) : new RuleLimit(name, name, limit, unit);
    }

    private Limit limit(Members members, Algorithm algorithm, long requests, Window window) throws Unreadable {
        try {
            return members.has("burst")
                    ? Limit.tokenBucket(requests, members.whole("burst", 1, Limit.REQUESTS_MAX), window, precision)
                    : Limit.of(algorithm, requests, window, precision);
        } catch (InvalidInputException e) {
            throw members.problem(e.field(), e.rule());
        }
    }

    private static Window lease(Members members) throws Unreadable {
        members.refuse(name -> WINDOWS.contains(name) || name.equals("time_zone"),
                "means nothing with the algorithm concurrency");
        return new Window.Length(
                members.has("lease_ttl") ? duration(members, "lease_ttl", Limit.LEASE_MAX) : LEASE_TTL);
    }

    private static Window window(Members members) throws Unreadable {
        List<String> given = WINDOWS.stream().filter(members::has).sorted().toList();
        if (given.size() != 1) {
            throw members.problem("exactly one of unit, window and calendar is needed, not "
                    + (given.isEmpty() ? "none" : String.join(" and ", given)));
        } else if (members.has("calendar")) {
            return calendar(members);
        }
        members.refuse("time_zone"::equals, "means nothing without calendar");
        return new Window.Length(members.has("window")
                ? duration(members, "window", Limit.WINDOW_MAX)
                : unit(members).length());
    }

    private static Window calendar(Members members) throws Unreadable {
        Window.Calendar.Unit unit = word(members, "calendar", List.of(Window.Calendar.Unit.values()),
                Window.Calendar.Unit::code).orElseThrow();
        String zone = members.text("time_zone", RuleReader.NAME_BYTES_MAX);
        try {
            return new Window.Calendar(unit, zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone));
        } catch (DateTimeException e) {
            throw members.problem("time_zone", "must be a time zone such as Europe/Paris, not '" + zone + "'");
        }
    }

    private static Unit unit(Members limit) throws Unreadable {
        String text = limit.text("unit", RuleReader.NAME_BYTES_MAX);
        Optional<Unit> unit = Unit.of(text);
        if (unit.isEmpty()) {
            throw limit.problem("unit", "must be one of " + Unit.listed() + ", not '" + text + "'");
        }
        return unit.get();
    }

    private static Duration duration(Members members, String name, Duration max) throws Unreadable {
        String text = members.text(name, RuleReader.NAME_BYTES_MAX);
        Optional<Duration> duration = Durations.parse(text);
        if (duration.isEmpty() || !duration.get().isPositive() || duration.get().compareTo(max) > 0) {
            throw members.problem(name, "must be a duration such as 90s, at most " + Durations.text(max) + ", not '"
                    + text + "'");
        }
        return duration.get();
    }

    /** One of a few words; empty when it is not there. */
    private static <T> Optional<T> word(Members members, String name, List<T> values, Function<T, String> code)
            throws Unreadable {
        if (!members.has(name)) {
            return Optional.empty();
        }
        String text = members.text(name, RuleReader.NAME_BYTES_MAX);
        for (T value : values) {
            if (code.apply(value).equals(text)) {
                return Optional.of(value);
            }
        }
        throw members.problem(name, "must be one of " + values.stream().map(code).collect(Collectors.joining(", "))
                + ", not '" + text + "'");
    }
}
