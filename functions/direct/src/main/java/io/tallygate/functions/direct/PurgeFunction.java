package io.tallygate.functions.direct;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.functions.runtime.Purge;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Does what other deployments do in the background: deletes expired records from the store, which only PostgreSQL needs,
 * and gives back reservations of quotas that were not ended in time. For a schedule; a reservation is given back when it
 * runs. Answers {@code {"purged":n}}, how many records were deleted or given back.
 */
public final class PurgeFunction implements RequestStreamHandler {

    private static final int MILLIS_TO_SPARE = 5_000;

    private final Purge purge;

    /** For Lambda: starts everything. */
    public PurgeFunction() {
        this(FunctionContext.start());
    }

    PurgeFunction(ApplicationContext context) {
        this.purge = context.getBean(Purge.class);
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        long purged = purge.run(Instant.now(), () -> context.getRemainingTimeInMillis() < MILLIS_TO_SPARE);
        out.write(("{\"purged\":" + purged + "}").getBytes(StandardCharsets.UTF_8));
    }
}
