package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.IntegerListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A script whose answer is a list of integers. Thread-safe; never blocks. */
final class LuaScript {

    private final String source;
    private final String digest;

    /** @param file a name beside this class */
    LuaScript(String file) {
        try (InputStream in = Objects.requireNonNull(LuaScript.class.getResourceAsStream(file))) {
            this.source = new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
        this.digest = Base16.digest(source.getBytes(UTF_8));
    }

    /** Makes it known to the server, or to each master of a cluster. */
    RedisFuture<String> load(RedisClusterAsyncCommands<String, String> commands) {
        return commands.scriptLoad(source);
    }

    /**
     * The answer. A server without the script is sent it.
     *
     * @param keys      at least one
     * @param arguments adds what the script is to do
     */
    CompletableFuture<List<Long>> send(RedisClusterAsyncCommands<String, String> commands, List<String> keys,
            Consumer<CommandArgs<String, String>> arguments) {
        return commands.<List<Long>>dispatch(CommandType.EVALSHA, output(), arguments(digest, keys, arguments))
                .toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.<List<Long>>dispatch(CommandType.EVAL, output(), arguments(source, keys, arguments))
                        : CompletableFuture.failedFuture(failure));
    }

    private static IntegerListOutput<String, String> output() {
        return new IntegerListOutput<>(StringCodec.UTF8);
    }

    private static CommandArgs<String, String> arguments(String script, List<String> keys,
            Consumer<CommandArgs<String, String>> arguments) {
        var args = new CommandArgs<>(StringCodec.UTF8).addValue(script).add(keys.size()).addKeys(keys);
        arguments.accept(args);
        return args;
    }
}
