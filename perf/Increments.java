import java.net.URI;
import java.nio.ByteBuffer;

/** Requests that add one, by index of name: made beforehand where the names are few, when asked for where they are many. */
final class Increments {

    private static final int MADE_BEFORE_MAX = 100_000;

    private final URI url;
    private final Popularity popularity;
    private final String counterType;
    private final ByteBuffer[] made;

    Increments(URI url, Popularity popularity, String counterType) {
        this.url = url;
        this.popularity = popularity;
        this.counterType = counterType;
        made = new ByteBuffer[popularity.size() <= MADE_BEFORE_MAX ? popularity.size() : 0];
        for (int i = 0; i < made.length; i++) {
            byte[] bytes = bytes(i);
            made[i] = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        }
    }

    /** A view of its own for each request in flight, since two may be of the same name. */
    ByteBuffer of(int index) {
        return made.length == 0 ? ByteBuffer.wrap(bytes(index)) : made[index].duplicate();
    }

    private byte[] bytes(int index) {
        String body = "{\"resource_id\":" + Json.quoted(popularity.name(index)) + ",\"counter_type\":"
                + Json.quoted(counterType) + ",\"delta\":1}";
        return HttpLoop.post(url, "/api/v1/counter/increment", "", body);
    }
}
