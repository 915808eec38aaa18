import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Requests that add one, by index of name. Those for names of a file are all made beforehand; those for numbered names,
 * which can be many, are copies of one with another number in it, so that they cost the same however many names there are.
 */
final class Increments {

    private final ByteBuffer[] made;
    private final byte[] first;
    private final int lastDigit;

    Increments(URI url, Popularity popularity, String counterType) {
        made = new ByteBuffer[popularity.numbered() ? 0 : popularity.size()];
        for (int i = 0; i < made.length; i++) {
            byte[] bytes = bytes(url, popularity.name(i), counterType);
            made[i] = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        }
        String name = popularity.name(0);
        first = bytes(url, name, counterType);
        lastDigit = new String(first, StandardCharsets.ISO_8859_1).lastIndexOf(Json.quoted(name)) + name.length();
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

    private static byte[] bytes(URI url, String name, String counterType) {
        String body = "{\"resource_id\":" + Json.quoted(name) + ",\"counter_type\":" + Json.quoted(counterType)
                + ",\"delta\":1}";
        return HttpLoop.post(url, "/api/v1/counter/increment", "", body);
    }
}
