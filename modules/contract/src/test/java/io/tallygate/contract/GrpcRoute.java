package io.tallygate.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How one kind of request of the HTTP API is made over gRPC.
 *
 * @param path       where it goes, each name in it written as {@code *}
 * @param fieldNames what HTTP calls a field of a message, for errors that name it
 * @param call       makes the call
 */
record GrpcRoute(String method, String path, UnaryOperator<String> fieldNames, Call call) {

    /** Asks the server and puts what it says as HTTP would. */
    @FunctionalInterface
    interface Call {
        /**
         * Answers one request.
         *
         * @throws Inexpressible when no message can say what the request says
         */
        HttpListener.Response answer(GrpcExchange exchange);
    }

    GrpcRoute(String method, String path, Call call) {
        this(method, path, UnaryOperator.identity(), call);
    }

    /** The names in this path, as they were sent; empty when the request is of another kind. */
    Optional<List<String>> namesIn(String requestMethod, String requestPath) {
        String[] wanted = path.split("/", -1);
        String[] given = requestPath.split("/", -1);
        if (!method.equals(requestMethod) || wanted.length != given.length) {
            return Optional.empty();
        }
        var names = new ArrayList<String>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("*")) {
                names.add(given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }

    /** A request that cannot be made at all over gRPC: the test that makes it is skipped, with the reason. */
    static final class Inexpressible extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Inexpressible(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
