import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * All names of a kind at once, a thousand a request: {@code fill} adds one to each, so that its counter exists, and
 * {@code sum} adds up what the server says of each. Prints the sum as a line of JSON.
 *
 * <p>Arguments: fill or sum, URL NAMES COUNTER_TYPE.
 */
final class Totals implements HttpLoop.Traffic {

    private static final int NAMES_A_REQUEST = 1000;
    private static final int CONNECTIONS = 8;
    private static final byte[] VALUE = "\"value\":".getBytes(StandardCharsets.US_ASCII);

    private final URI url;
    private final Popularity popularity;
    private final String counterType;
    private final boolean fill;
    private int at;
    private long answered;
    private long sum;

    private Totals(boolean fill, URI url, Popularity popularity, String counterType) {
        this.fill = fill;
        this.url = url;
        this.popularity = popularity;
        this.counterType = counterType;
    }

    public static void main(String[] args) throws IOException {
        URI url = URI.create(args[1]);
        Totals totals = new Totals(args[0].equals("fill"), url, Popularity.of(args[2]), args[3]);
        try (HttpLoop loop = new HttpLoop(url, CONNECTIONS)) {
            loop.run(totals);
        }
        if (totals.answered < totals.popularity.size()) {
            throw new IOException("of " + totals.popularity.size() + " names only " + totals.answered + " had an answer");
        }
        System.out.println("RESULT {\"names\":" + totals.answered + ",\"sum\":" + totals.sum + "}");
    }

    @Override
    public ByteBuffer next(int connection) {
        if (at == popularity.size()) {
            return null;
        }
        List<String> bodies = new ArrayList<>(NAMES_A_REQUEST);
        for (; at < popularity.size() && bodies.size() < NAMES_A_REQUEST; at++) {
            bodies.add("{\"resource_id\":" + Json.quoted(popularity.name(at)) + ",\"counter_type\":"
                    + Json.quoted(counterType) + "}");
        }
        String member = fill ? "operations" : "queries";
        String path = "/api/v1/counter/" + (fill ? "batch-increment" : "batch");
        String body = "{\"" + member + "\":[" + String.join(",", bodies) + "]}";
        return ByteBuffer.wrap(HttpLoop.post(url, path, "", body));
    }

    @Override
    public void answered(int connection, int status, ByteBuffer answer, long nanos) {
        if (status != 200) {
            return;
        }
        int end = answer.position();
        for (int from = 0; from + VALUE.length < end; from++) {
            if (answer.get(from) == VALUE[0] && isValue(answer, from)) {
                from += VALUE.length;
                sum += numberAt(answer, from, end);
                answered++;
            }
        }
    }

    private static boolean isValue(ByteBuffer answer, int from) {
        for (int i = 0; i < VALUE.length; i++) {
            if (answer.get(from + i) != VALUE[i]) {
                return false;
            }
        }
        return true;
    }

    private static long numberAt(ByteBuffer answer, int from, int end) {
        long number = 0;
        for (int at = from; at < end && answer.get(at) >= '0' && answer.get(at) <= '9'; at++) {
            number = number * 10 + answer.get(at) - '0';
        }
        return number;
    }

    @Override
    public void failed(int connection, String why) {
        System.err.println(why);
    }
}
