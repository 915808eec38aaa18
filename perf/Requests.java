import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Requests that differ in one name, by its index. Those for names of a file are all made beforehand; those for numbered
 * names, which can be many, are copies of one with another number in it, so that they cost the same however many names
 * there are.
 */
final class Requests {

    private static final String INCREMENT = "{\"resource_id\":NAME,\"counter_type\":%s,\"delta\":1}";

    private final ByteBuffer[] made;
    private final byte[] first;
    private final int lastDigit;

    /** @param body in which {@code NAME}, once, stands for the quoted name */
    Requests(URI url, Popularity popularity, String path, String body) {
        made = new ByteBuffer[popularity.numbered() ? 0 : popularity.size()];
        for (int i = 0; i < made.length; i++) {
            byte[] bytes = bytes(url, popularity.name(i), path, body);
            made[i] = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        }
        String name = popularity.name(0);
        first = bytes(url, name, path, body);
        lastDigit = new String(first, StandardCharsets.ISO_8859_1).lastIndexOf(Json.quoted(name)) + name.length();
    }

    /** Requests that add one to a counter of this type. */
    static Requests increments(URI url, Popularity popularity, String counterType) {
        String body = INCREMENT.formatted(Json.quoted(counterType));
        return new Requests(url, popularity, "/api/v1/counter/increment", body);
    }

    /** A view of its own for each request in flight, since two may be of the same name. */
    ByteBuffer of(int index) {
        return made.length == 0 ? numbered(index) : made[index].duplicate();
    }

    private ByteBuffer numbered(int index) {
        byte[] bytes = first.clone();
        int at = lastDigit;
        for (int left = Popularity.FIRST_NUMBER + index; left > 0; left /= 10) {
            bytes[at--] = (byte) ('0' + left % 10);
        }
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] bytes(URI url, String name, String path, String body) {
        return HttpLoop.post(url, path, "", body.replace("NAME", Json.quoted(name)));
    }
}
