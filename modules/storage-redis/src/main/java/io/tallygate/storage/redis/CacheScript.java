package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** {@code cache.lua}, whose answer is a list of integers and texts. Thread-safe; never blocks. */
final class CacheScript {

    private final String source;
    private final String digest;

    CacheScript() {
        try (InputStream in = Objects.requireNonNull(CacheScript.class.getResourceAsStream("cache.lua"))) {
            this.source = new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.digest = Base16.digest(source.getBytes(UTF_8));
    }

    /** The answer. A server without the script is sent it. */
    CompletableFuture<List<Object>> send(RedisClusterAsyncCommands<String, String> commands, List<String> keys,
            List<String> arguments) {
        return RedisRateLimitStore.asked(() -> commands
                .<List<Object>>dispatch(CommandType.EVALSHA, output(), arguments(digest, keys, arguments))
                .toCompletableFuture()
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? commands.<List<Object>>dispatch(CommandType.EVAL, output(),
                                arguments(source, keys, arguments))
                        : CompletableFuture.failedFuture(failure)));
    }

    private static ArrayOutput<String, String> output() {
        return new ArrayOutput<>(StringCodec.UTF8);
    }

    private static CommandArgs<String, String> arguments(String script, List<String> keys, List<String> arguments) {
        return new CommandArgs<>(StringCodec.UTF8).addValue(script).add(keys.size()).addKeys(keys)
                .addValues(arguments);
    }
}
