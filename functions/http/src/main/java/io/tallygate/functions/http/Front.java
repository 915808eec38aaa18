package io.tallygate.functions.http;

/** What stands in front of the function: it decides what an event looks like and what its answer has to look like. */
enum Front {

    /** Hands the path over as it was sent. */
    FUNCTION_URL(false),

    /** Hands a decoded path over, with a named stage before it. Payload format 2.0. */
    HTTP_API(true),

    /** The same with payload format 1.0. */
    HTTP_API_PAYLOAD_1(true),

    /** Hands the path over as it was sent, and decoded parameters. Payload format 1.0. */
    REST_API(false),

    /** An Application Load Balancer. Hands path and parameters over as they were sent. */
    LOAD_BALANCER(false),

    /** The same, with multi-value headers enabled at its target group. */
    LOAD_BALANCER_MULTI_VALUE(false);

    private final boolean decodesPaths;

    Front(boolean decodesPaths) {
        this.decodesPaths = decodesPaths;
    }

    /** Whether {@code %41} and {@code A} look alike to the function. */
    boolean decodesPaths() {
        return decodesPaths;
    }

    boolean isLoadBalancer() {
        return this == LOAD_BALANCER || this == LOAD_BALANCER_MULTI_VALUE;
    }

    /** Whether an answer has several values for a header, or one in which they are joined. */
    boolean takesMultiValueHeaders() {
        return this == HTTP_API_PAYLOAD_1 || this == REST_API || this == LOAD_BALANCER_MULTI_VALUE;
    }
}
