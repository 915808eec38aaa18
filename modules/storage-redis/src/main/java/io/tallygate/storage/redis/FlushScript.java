package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends {@code flush.lua} with what it is to do. Thread-safe; never blocks. */
final class FlushScript {

    private static final String SOURCE = source();
    private static final String DIGEST = Base16.digest(SOURCE.getBytes(UTF_8));

    /** How long a writer may be away and still repeat its last flush. */
    private static final Duration GUARD_LIFE = Duration.ofDays(7);

    /**
     * A flush's number and fingerprint, when it was put together, and how long its guard lives.
     *
     * @param sequence in so many digits that the order of such sequences is the order of the numbers
     */
    record Stamp(String sequence, String fingerprint, long atMillis, Duration guardLife) {

        private static final int SEQUENCE_DIGITS = 19;

        Stamp(long sequence, String fingerprint, long atMillis, Duration guardLife) {
            this(padded(sequence), fingerprint, atMillis, guardLife);
        }

        static Stamp of(Flush flush) {
            return new Stamp(flush.id().sequence(),
                    flush.fingerprint() == Flush.NO_FINGERPRINT ? "" : Long.toHexString(flush.fingerprint()),
                    flush.at().toEpochMilli(), GUARD_LIFE);
        }

        private static String padded(long sequence) {
            if (sequence < 0) {
                throw new IllegalArgumentException("flush number " + sequence + ", must not be negative");
            }
            String digits = Long.toString(sequence);
            return "0".repeat(SEQUENCE_DIGITS - digits.length()) + digits;
        }
    }

    /** Makes it known to the server, or to each master of a cluster. */
    RedisFuture<String> load(RedisClusterAsyncCommands<String, String> commands) {
        return commands.scriptLoad(SOURCE);
    }

    /** The reply; cancelling it drops the command where it was not sent yet. A server without the script is sent it. */
    CompletableFuture<List<Object>> send(
            RedisClusterAsyncCommands<String, String> commands, Part part, Stamp stamp) {
        RedisFuture<List<Object>> sent = commands.dispatch(CommandType.EVALSHA, output(),
                arguments(DIGEST, part, stamp));
        CompletableFuture<List<Object>> reply = sent.toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.<List<Object>>dispatch(CommandType.EVAL, output(), arguments(SOURCE, part, stamp))
                        : CompletableFuture.failedFuture(failure));
        var _ = reply.whenComplete((_, _) -> {
            if (reply.isCancelled()) {
                sent.cancel(false);
            }
        });
        return reply;
    }

    private static NestedMultiOutput<String, String> output() {
        return new NestedMultiOutput<>(StringCodec.UTF8);
    }

    private static CommandArgs<String, String> arguments(String script, Part part, Stamp stamp) {
        var args = new CommandArgs<>(StringCodec.UTF8).addValue(script);
        Part.@Nullable OutboxKeys outbox = part.recorded().isEmpty() ? null : part.outbox();
        args.add(1 + part.rowKeyCount() + part.records().size()).addKey(part.guard()).addKeys(part.rowKeys());
        args.addKeys(part.records());

        args.add(stamp.sequence()).add(stamp.guardLife().toMillis()).add(part.rowKeyCount())
                .addValue(stamp.fingerprint());
        addRecorded(args, outbox, part, stamp);
        args.add(part.kindCount());
        for (Part.Kind kind : part.kinds()) {
            args.add(kind.hash()).add(kind.what().label).add(kind.first()).add(kind.second());
        }
        args.add(part.shares().size());
        for (Part.Share share : part.shares()) {
            args.add(label(share.mode()));
            Part.Keyed keyed = share.keyed();
            if (keyed == null) {
                addPlain(args, outbox == null ? Memo.EMPTY : share.memo());
            } else {
                args.add("keyed").addValue(keyed.fingerprint()).add(keyed.at()).add(keyed.ageAt()).add(keyed.life())
                        .add(keyed.refusedLife()).addValue(keyed.memo());
            }
            addSteps(args, share.steps());
        }
        return args;
    }

    private static void addRecorded(CommandArgs<String, String> args, Part.@Nullable OutboxKeys outbox, Part part,
            Stamp stamp) {
        args.add(part.recorded().size());
        if (outbox != null) {
            args.add(stamp.atMillis()).add(outbox.bytesMax()).add(outbox.facts()).add(outbox.ids())
                    .add(outbox.factSections()).add(outbox.numbers()).add(outbox.numberSections())
                    .addValue(outbox.section());
            for (Part.Recorded recorded : part.recorded()) {
                args.add(recorded.hash()).addValue(recorded.book().name()).addValue(recorded.section());
            }
        }
    }

    private static void addPlain(CommandArgs<String, String> args, Memo memo) {
        if (memo.length() == 0) {
            args.add("plain");
        } else {
            args.add("noted").addValue(Part.text(memo));
        }
    }

    private static void addSteps(CommandArgs<String, String> args, List<Part.Step> steps) {
        args.add(steps.size());
        for (Part.Step step : steps) {
            args.add(step.kind()).addValue(step.field());
            Document document = step.document();
            if (document == null) {
                args.add(step.delta());
            } else {
                args.add(document.bytes());
            }
        }
    }

    private static String label(Mode mode) {
        return switch (mode) {
            case EACH -> "each";
            case ALL -> "all";
            case FIT_EACH -> "fit_each";
            case FIT_ALL -> "fit_all";
        };
    }

    private static String source() {
        try (InputStream source = Objects.requireNonNull(FlushScript.class.getResourceAsStream("flush.lua"))) {
            return new String(source.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
