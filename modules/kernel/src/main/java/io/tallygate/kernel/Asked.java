package io.tallygate.kernel;

/** What a request asks for, as far as an error has to speak of it. */
public enum Asked {
    /** Changes nothing, and may be asked again at will. */
    READ,
    /** Counts, and counts again when it is repeated without its key. */
    ADD,
    /** A change that leaves the same however often it is made. */
    DELETE,
    /** A change that is settled by its first time, and does no harm again. */
    SETTLE;

    /**
     * What became of the request and what its caller may do, as one sentence for the caller. It tells nothing of the
     * server's insides.
     *
     * @param unavailable what it ended in
     * @param key         what the caller's protocol calls the key of a request, such as {@code request_id}
     */
    public String told(UnavailableException unavailable, String key) {
        return switch (unavailable) {
            case OverloadedException _ -> this == READ
                    ? "too many requests are waiting already; ask again"
                    : "the queue is full; nothing was changed";
            case ShuttingDownException _ -> this == READ
                    ? "this process takes no new requests; ask again"
                    : "this process takes no new requests; nothing was changed";
            case DegradedException _ -> this == READ
                    ? "what the answer needs is away for the moment; ask again"
                    : "what this needs is away for the moment; nothing was changed";
            case CommitTimeoutException _ -> "the store did not answer in time; " + advice(key);
            case StoreUnavailableException _,UnknownOutcomeException _ ->
                "the store could not be asked, or its answer was lost; " + advice(key);
        };
    }

    private String advice(String key) {
        return switch (this) {
            case READ -> "ask again";
            case ADD -> "whether it was counted is unknown; repeated with the same " + key
                    + " it counts once, and without one perhaps again";
            case DELETE -> "whether it was deleted is unknown; repeating the request does no harm";
            case SETTLE -> "whether it took effect is unknown; repeating the request does no harm";
        };
    }
}
